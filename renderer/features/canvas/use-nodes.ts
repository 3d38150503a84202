import { type NodeChange, useStoreApi } from '@xyflow/react';
import { useEffect, useMemo, useRef } from 'react';
import { definitionOf } from '../../../shared/blocks/index.ts';
import { putOnWire } from '../../layout/adding.ts';
import type { App } from '../../state/app.ts';
import { designOf } from '../../state/app-state.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';
import type { FlowModel } from './flow-model.ts';
import { type CanvasFlowNode, ItemModel } from './item-model.ts';
import { itemId, itemOf } from './items.ts';
import { useMoving } from './use-moving.ts';
import { pointOf, wireUnder } from './wiring.ts';

/**
 * The nodes, notes and frames as they are drawn, selected and dragged. A node that no wire reaches can be dropped on one:
 * `target` is the wire that it is held over.
 */
export function useNodes(
  model: FlowModel,
  target: string | undefined,
  aimAt: (wire: string | undefined) => void,
) {
  const app = useTheApp();
  const design = useApp(designOf);
  const analysis = useApp((state) => state.analysis);
  const selection = useApp((state) => state.selection);
  const direction = useApp((state) => state.direction);
  const chosenItems = useApp((state) => state.items);
  const itemModel = useRef(new ItemModel()).current;
  const chosen = useMemo(() => new Set(selection), [selection]);
  const placed = useMemo(
    () => model.nodes(design, analysis, chosen, direction),
    [model, design, analysis, chosen, direction],
  );
  const items = useMemo(
    () => itemModel.nodes(design.canvas, chosenItems),
    [itemModel, design.canvas, chosenItems],
  );
  const all = useMemo((): CanvasFlowNode[] => [...items, ...placed], [items, placed]);
  const { nodes, onDragStart, onMove, onDragStop, giveUp } = useMoving(all);
  useWithoutFrame();

  const onNodesChange = (changes: NodeChange<CanvasFlowNode>[]): void => {
    onMove(changes);
    select(app, changes);
  };
  const onNodeDrag = (
    event: MouseEvent | TouchEvent,
    node: CanvasFlowNode,
    dragged: readonly CanvasFlowNode[],
  ): void => {
    const { x, y } = pointOf(event);
    aimAt(dragged.length === 1 && isLoose(app, node) ? wireUnder(x, y) : undefined);
  };
  const onNodeDragStop = (_: unknown, { id, position }: CanvasFlowNode): void => {
    aimAt(undefined);
    if (target === undefined) {
      onDragStop();
      return;
    }
    giveUp();
    putOnWire(app, id, target, { x: Math.round(position.x), y: Math.round(position.y) });
  };
  return { placed, nodes, onNodesChange, onNodeDragStart: onDragStart, onNodeDrag, onNodeDragStop };
}

/** Takes over what React Flow selected and no longer selects. */
function select(app: App, changes: readonly NodeChange<CanvasFlowNode>[]): void {
  const selects = changes.filter((change) => change.type === 'select');
  if (selects.length === 0) return;
  const { selection, items, select: selectNodes, selectItems } = app.getState();
  const next = new Set(selection);
  const nextItems = new Map(items.map((item) => [itemId(item), item]));
  for (const { id, selected } of selects) {
    const item = itemOf(id);
    if (item && selected) nextItems.set(id, item);
    else if (item) nextItems.delete(id);
    else if (selected) next.add(id);
    else next.delete(id);
  }
  selectNodes([...next]);
  if (selects.some(({ id }) => itemOf(id))) selectItems([...nextItems.values()]);
}

/** Whether a node could be put on a wire: it takes something and gives something, and no wire reaches it yet. */
function isLoose(app: App, { id, type }: CanvasFlowNode): boolean {
  const { analysis } = app.getState();
  const node = type === 'layer' ? designOf(app.getState()).nodes[id] : undefined;
  if (!node) return false;
  const { inputs, outputs } = definitionOf(node.kind);
  const { into, outOf } = analysis.topology;
  const wired = (into.get(id)?.length ?? 0) + (outOf.get(id)?.length ?? 0);
  return wired === 0 && inputs.length > 0 && outputs(node.params).length > 0;
}

/** React Flow lays a frame over what a marquee selected, which takes every click meant for what is under the pointer. */
function useWithoutFrame(): void {
  const store = useStoreApi();
  useEffect(() => {
    const noFrame = ({ nodesSelectionActive }: { readonly nodesSelectionActive: boolean }): void => {
      if (nodesSelectionActive) store.setState({ nodesSelectionActive: false });
    };
    return store.subscribe(noFrame);
  }, [store]);
}
