import type { Design, NodeId, Point } from '../../shared/graph/design.ts';
import type { Edit } from '../../shared/graph/edits.ts';
import type { FlowDirection } from '../state/view-state.ts';
import { boxesOf } from './boxes.ts';
import { freeOffset } from './free-place.ts';

/** The edit, after which every node that it added has a place of its own: near what it is wired to, and on no other node. */
export function seated(edit: Edit, direction: FlowDirection): Edit {
  return (draft) => {
    const before = new Set(Object.keys(draft.nodes));
    edit(draft);
    for (const id of Object.keys(draft.nodes)) {
      const wished = before.has(id) ? undefined : (draft.layout[id] ?? amidWires(draft, id));
      if (!wished) continue;
      draft.layout[id] = wished;
      const others = new Map(boxesOf(draft, Object.keys(draft.nodes), direction));
      const box = others.get(id);
      if (!box) continue;
      others.delete(id);
      const { x, y } = freeOffset([box], [...others.values()]);
      draft.layout[id] = { x: wished.x + x, y: wished.y + y };
    }
  };
}

/** The middle of the nodes at the other ends of its wires, of those that have places. */
function amidWires({ wires, layout }: Design, id: NodeId): Point | undefined {
  const around = Object.values(wires)
    .flatMap(({ from, to }) => (to.node === id ? [from.node] : from.node === id ? [to.node] : []))
    .flatMap((other) => layout[other] ?? []);
  if (around.length === 0) return undefined;
  const middle = (along: (point: Point) => number): number =>
    Math.round(around.reduce((sum, point) => sum + along(point), 0) / around.length);
  return { x: middle(({ x }) => x), y: middle(({ y }) => y) };
}
