import { ViewportPortal } from '@xyflow/react';
import type { LayerChange } from '../../../shared/analysis/compare.ts';
import type { NodeId, Point } from '../../../shared/graph/design.ts';
import { DifferenceTag } from '../../cards/difference-tag.tsx';
import { NODE_WIDTH, nodeHeight } from '../../layout/geometry.ts';
import { type Difference, useCompared } from '../../state/compared.ts';
import { nodeName } from '../../state/names.ts';
import { useScopes } from './use-nodes.ts';

/** How far from what it stood before a node is drawn that is no more. */
const OFFSET: Point = { x: 24, y: 74 };
/** More are not told apart on a canvas. */
const MOST = 200;

/** Where a node stood: where it stands in the other design, or by the next node around it that is still there. */
function placeOf(
  row: LayerChange,
  difference: Difference,
  layout: Readonly<Record<NodeId, Point>>,
): Point | undefined {
  const { wires } = difference.other.design;
  const names = new Map(
    difference.comparison.rows.flatMap(({ before, after }) =>
      before && after ? [[before.id, after.id] as const] : [],
    ),
  );
  const seen = new Set<NodeId>([row.before!.id]);
  let ring: readonly NodeId[] = [row.before!.id];
  for (let far = 1; far <= 4; far++) {
    const next: NodeId[] = [];
    for (const { from, to } of Object.values(wires)) {
      for (const [here, there] of [
        [to.node, from.node],
        [from.node, to.node],
      ] as const) {
        if (!ring.includes(here) || seen.has(there)) continue;
        const at = layout[names.get(there) ?? ''];
        if (at) return { x: at.x + OFFSET.x, y: at.y + OFFSET.y + (far - 1) * OFFSET.y };
        seen.add(there);
        next.push(there);
      }
    }
    ring = next;
  }
  return undefined;
}

/** While differences are shown, the nodes that are no more, by what they stood next to. */
export function GoneNodes() {
  const onCanvas = useCompared((state) => state.onCanvas);
  const difference = useCompared((state) => state.difference);
  const { layout } = useScopes().base.design;
  if (!onCanvas || !difference) return null;
  const taken = new Map<string, number>();
  return (
    <ViewportPortal>
      {difference.gone.slice(0, MOST).map((row) => {
        const at = placeOf(row, difference, layout);
        const node = difference.other.design.nodes[row.before!.id];
        if (!at || !node) return null;
        // Several that stood by the same node are fanned out.
        const key = `${at.x},${at.y}`;
        const before = taken.get(key) ?? 0;
        taken.set(key, before + 1);
        return (
          <div
            key={row.before!.id}
            className="gone-node"
            data-gone={row.before!.id}
            style={{
              transform: `translate(${at.x + 14 * before}px, ${at.y + 26 * before}px)`,
              width: NODE_WIDTH,
              minHeight: nodeHeight(1) / 2,
            }}
          >
            <strong>{nodeName(node)}</strong>
            <span>{row.before!.id}</span>
            <DifferenceTag row={row} />
          </div>
        );
      })}
    </ViewportPortal>
  );
}
