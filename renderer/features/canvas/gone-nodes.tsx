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

interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

/** What a node that is no more takes, its tag with it, and how far from others it stands. */
const GHOST = { width: NODE_WIDTH, height: 52 } as const;
const APART = 10;
/** So many places are looked at beside where it stood, and so many lines below. */
const MOST_BESIDE = 6;
const MOST_BELOW = 60;
/** Of more nodes places are not looked for: ghosts lie where they stood. */
const MOST_NODES = 1000;

const overlaps = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width + APART &&
  b.x < a.x + a.width + APART &&
  a.y < b.y + b.height + APART &&
  b.y < a.y + a.height + APART;

/** The first place that is free: beside each other first, as the nodes of a row stand, then in the next line. */
function freePlace(at: Point, taken: readonly Box[]): Point {
  if (taken.length > MOST_NODES) return at;
  for (let line = 0; line < MOST_BELOW; line++)
    for (let beside = 0; beside < MOST_BESIDE; beside++) {
      const place = {
        x: at.x + beside * (GHOST.width + APART + 2),
        y: at.y + line * (GHOST.height / 2),
      };
      if (!taken.some((box) => overlaps({ ...place, ...GHOST }, box))) return place;
    }
  return at;
}

/** While differences are shown, the nodes that are no more, by what they stood next to. */
export function GoneNodes() {
  const onCanvas = useCompared((state) => state.onCanvas);
  const difference = useCompared((state) => state.difference);
  const { layout } = useScopes().base.design;
  if (!onCanvas || !difference) return null;
  const taken: Box[] = Object.values(layout).map(({ x, y }) => ({
    x,
    y,
    width: NODE_WIDTH,
    height: nodeHeight(1),
  }));
  return (
    <ViewportPortal>
      {difference.gone.slice(0, MOST).map((row) => {
        const near = placeOf(row, difference, layout);
        const node = difference.other.design.nodes[row.before!.id];
        if (!near || !node) return null;
        const at = freePlace(near, taken);
        taken.push({ ...at, ...GHOST });
        return (
          <div
            key={row.before!.id}
            className="gone-node"
            data-gone={row.before!.id}
            style={{
              transform: `translate(${at.x}px, ${at.y}px)`,
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
