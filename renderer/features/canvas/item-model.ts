import type { Canvas } from '../../../shared/graph/canvas.ts';
import type { CanvasItem } from '../../../shared/graph/canvas-edits.ts';
import type { LayerFlowNode } from './flow-node.ts';
import type { FrameFlowNode, ItemFlowNode, NoteFlowNode } from './item-nodes.tsx';
import { itemId } from './items.ts';

/** All that React Flow draws as a node. */
export type CanvasFlowNode = LayerFlowNode | ItemFlowNode;

/** Behind wires and nodes. */
const BEHIND = -1;

/** Notes and frames as React Flow draws them; what has not changed keeps its object. */
export class ItemModel {
  #made = new Map<string, ItemFlowNode>();

  nodes({ notes, frames }: Canvas, selected: readonly CanvasItem[]): ItemFlowNode[] {
    const chosen = new Set(selected.map(itemId));
    const made = [
      ...frames.map((frame, index): FrameFlowNode => {
        const item: CanvasItem = { part: 'frames', index };
        return {
          ...common(item, frame, chosen),
          type: 'frame',
          zIndex: BEHIND,
          dragHandle: '.frame-title',
          style: { pointerEvents: 'none' },
          data: { item, frame },
        };
      }),
      ...notes.map((note, index): NoteFlowNode => {
        const item: CanvasItem = { part: 'notes', index };
        return { ...common(item, note, chosen), type: 'note', data: { item, note } };
      }),
    ].map((node) => this.#kept(node));
    this.#made = new Map(made.map((node) => [node.id, node]));
    return made;
  }

  #kept(node: ItemFlowNode): ItemFlowNode {
    const before = this.#made.get(node.id);
    return before && before.selected === node.selected && contentOf(before) === contentOf(node)
      ? before
      : node;
  }
}

const contentOf = (node: ItemFlowNode): object => (node.type === 'note' ? node.data.note : node.data.frame);

function common(
  item: CanvasItem,
  { at, size }: Canvas['notes' | 'frames'][number],
  chosen: ReadonlySet<string>,
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
  };
}
