import type { Canvas } from '../../../shared/graph/canvas.ts';
import type { CanvasItem } from '../../../shared/graph/canvas-edits.ts';
import { t } from '../../i18n/i18n.ts';
import type { LayerFlowNode } from './flow-node.ts';
import type { FrameFlowNode, ItemFlowNode, NoteFlowNode } from './item-nodes.tsx';
import { itemId } from './items.ts';
import { canvasId, type PlacedScope, type Scopes } from './scopes.ts';

/** All that React Flow draws as a node. */
export type CanvasFlowNode = LayerFlowNode | ItemFlowNode;

/** Behind wires and nodes. */
const BEHIND = -1;

/** Notes and frames as React Flow draws them; what has not changed keeps its object. */
export class ItemModel {
  #made = new Map<string, ItemFlowNode>();

  /** Those of what the canvas is of, and those inside of blocks that are open in place, which are read there. */
  nodes({ base, all }: Scopes, selected: readonly CanvasItem[]): ItemFlowNode[] {
    const inner = all.filter(({ parent }) => parent).flatMap((each) => insideOf(each));
    const made = [...own(base.design.canvas, selected), ...inner].map((node) => this.#kept(node));
    this.#made = new Map(made.map((node) => [node.id, node]));
    return made;
  }

  #kept(node: ItemFlowNode): ItemFlowNode {
    const before = this.#made.get(node.id);
    return before &&
      before.selected === node.selected &&
      before.position.x === node.position.x &&
      before.position.y === node.position.y &&
      contentOf(before) === contentOf(node)
      ? before
      : node;
  }
}

function own({ notes, frames }: Canvas, selected: readonly CanvasItem[]): readonly ItemFlowNode[] {
  const chosen = new Set(selected.map(itemId));
  return [
    ...frames.map((frame, index): FrameFlowNode => {
      const item: CanvasItem = { part: 'frames', index };
      return {
        ...common(item, frame, chosen, t('frame')),
        type: 'frame',
        zIndex: BEHIND,
        dragHandle: '.frame-title',
        style: { pointerEvents: 'none' },
        data: { item, frame },
      };
    }),
    ...notes.map((note, index): NoteFlowNode => {
      const item: CanvasItem = { part: 'notes', index };
      return { ...common(item, note, chosen, t('note')), type: 'note', data: { item, note } };
    }),
  ];
}

const noneChosen: readonly CanvasItem[] = [];

/** In the frame of its block: what is pointed at is what lies under it. */
function insideOf({ scope, origin, corner, node: frame }: PlacedScope): readonly ItemFlowNode[] {
  return own(scope.design.canvas, noneChosen).map((node) => {
    const { x, y } = node.position;
    return {
      ...node,
      id: canvasId(scope, node.id),
      ...(frame === undefined ? {} : { parentId: frame }),
      position: { x: x + origin.x - corner.x, y: y + origin.y - corner.y },
      zIndex: 0,
      draggable: false,
      selectable: false,
      style: { pointerEvents: 'none' },
      // The union is told apart by its type, which stays.
      data: { ...node.data, isRead: true },
    } as ItemFlowNode;
  });
}

const contentOf = (node: ItemFlowNode): object => (node.type === 'note' ? node.data.note : node.data.frame);

function common(
  item: CanvasItem,
  { at, size }: Canvas['notes' | 'frames'][number],
  chosen: ReadonlySet<string>,
  described: string,
) {
  const id = itemId(item);
  const { width, height } = size;
  return {
    id,
    position: { x: at.x, y: at.y },
    width,
    height,
    measured: { width, height },
    selected: chosen.has(id),
    connectable: false,
    domAttributes: { 'aria-roledescription': described },
  };
}
