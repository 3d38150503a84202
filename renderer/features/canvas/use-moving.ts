import { applyNodeChanges, type NodeChange, type NodePositionChange } from '@xyflow/react';
import { useCallback, useRef, useState } from 'react';
import type { CanvasItem } from '../../../shared/graph/canvas-edits.ts';
import { moveOnCanvas } from '../../../shared/graph/canvas-edits.ts';
import type { NodeId, Point } from '../../../shared/graph/design.ts';
import { useT } from '../../i18n/i18n.ts';
import { designOf } from '../../state/app-state.ts';
import { useTheApp } from '../../state/use-app.ts';
import type { CanvasFlowNode } from './item-model.ts';
import { itemOf } from './items.ts';

/** Whether the middle of a node stands in a frame. */
function standsIn(frame: CanvasFlowNode, { position, width = 0, height = 0 }: CanvasFlowNode): boolean {
  const [x, y] = [position.x + width / 2 - frame.position.x, position.y + height / 2 - frame.position.y];
  return x >= 0 && y >= 0 && x <= (frame.width ?? 0) && y <= (frame.height ?? 0);
}

/**
 * What goes along with what is dragged, by its id: with frames all that stands in them and is not dragged itself; with the
 * first all else that is selected, of which React Flow knows only a part.
 */
function carriedBy(
  dragged: readonly CanvasFlowNode[],
  all: readonly CanvasFlowNode[],
): ReadonlyMap<string, readonly CanvasFlowNode[]> {
  const taken = new Set(dragged.map(({ id }) => id));
  const carried = new Map<string, readonly CanvasFlowNode[]>();
  const carry = (by: string, goes: (node: CanvasFlowNode) => boolean): void => {
    const found = all.filter((node) => !taken.has(node.id) && goes(node));
    for (const { id } of found) taken.add(id);
    carried.set(by, [...(carried.get(by) ?? []), ...found]);
  };
  for (const frame of dragged) if (frame.type === 'frame') carry(frame.id, (node) => standsIn(frame, node));
  const [first] = dragged;
  if (first?.selected) carry(first.id, ({ selected }) => selected === true);
  return carried;
}

interface Moving {
  readonly nodes: CanvasFlowNode[];
  onDragStart(event: unknown, node: unknown, dragged: CanvasFlowNode[]): void;
  /** Takes what a drag or a resize changes; all else is for others. */
  onMove(changes: readonly NodeChange<CanvasFlowNode>[]): void;
  onDragStop(): void;
  /** Ends a drag without moving anything: what was dragged went elsewhere. */
  giveUp(): void;
}

/** While nodes are dragged React Flow moves copies of its own; the document learns of it once, at the end. */
export function useMoving(derived: CanvasFlowNode[]): Moving {
  const app = useTheApp();
  const t = useT();
  const [moving, setMoving] = useState<CanvasFlowNode[]>();
  const latest = useRef<CanvasFlowNode[]>(undefined);
  const carried = useRef<ReadonlyMap<string, readonly CanvasFlowNode[]>>(new Map());
  const show = (nodes: CanvasFlowNode[] | undefined): void => {
    latest.current = nodes;
    setMoving(nodes);
  };

  const onDragStart = (_: unknown, __: unknown, dragged: CanvasFlowNode[]): void => {
    carried.current = carriedBy(dragged, derived);
  };

  const alongWith = ({ id, position }: NodePositionChange): NodePositionChange[] => {
    const from = derived.find((node) => node.id === id)?.position;
    if (!position || !from) return [];
    return (carried.current.get(id) ?? []).map((node) => ({
      id: node.id,
      type: 'position',
      dragging: true,
      position: {
        x: node.position.x + position.x - from.x,
        y: node.position.y + position.y - from.y,
      },
    }));
  };

  const onMove = (changes: readonly NodeChange<CanvasFlowNode>[]): void => {
    const resizing = changes.some((change) => change.type === 'dimensions' && change.resizing !== undefined);
    const moves = changes.flatMap((change): NodeChange<CanvasFlowNode>[] => {
      if (change.type === 'position' && change.dragging) return [change, ...alongWith(change)];
      if (resizing && (change.type === 'position' || change.type === 'dimensions')) return [change];
      return [];
    });
    if (moves.length === 0) return;
    const done = changes.some((change) => change.type === 'dimensions' && change.resizing === false);
    show(done ? undefined : applyNodeChanges(moves, latest.current ?? derived));
  };

  const giveUp = useCallback((): void => {
    latest.current = undefined;
    setMoving(undefined);
    carried.current = new Map();
  }, []);

  const onDragStop = useCallback((): void => {
    const { layout, canvas } = designOf(app.getState());
    const nodes: Record<NodeId, Point> = {};
    const items: (CanvasItem & { readonly at: Point })[] = [];
    for (const { id, position } of latest.current ?? []) {
      const at = { x: Math.round(position.x), y: Math.round(position.y) };
      const item = itemOf(id);
      const before = item ? canvas[item.part][item.index]?.at : layout[id];
      if (before && before.x === at.x && before.y === at.y) continue;
      if (item) items.push({ ...item, at });
      else nodes[id] = at;
    }
    giveUp();
    if (Object.keys(nodes).length + items.length > 0)
      app.getState().edit(t('Move'), moveOnCanvas(items, nodes));
  }, [app, t, giveUp]);

  return { nodes: moving ?? derived, onDragStart, onMove, onDragStop, giveUp };
}
