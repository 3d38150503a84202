import { type NodeChange, useStoreApi } from '@xyflow/react';
import { useEffect, useMemo, useRef } from 'react';
import type { Analysis } from '../../../shared/analysis/facts.ts';
import { definitionOf } from '../../../shared/blocks/index.ts';
import type { Design, NodeId } from '../../../shared/graph/design.ts';
import { putOnWire } from '../../layout/adding.ts';
import type { App } from '../../state/app.ts';
import { designOf } from '../../state/app-state.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';
import type { FlowModel } from './flow-model.ts';
import type { LayerFlowNode } from './flow-node.ts';
import { type CanvasFlowNode, ItemModel } from './item-model.ts';
import { itemId, itemOf } from './items.ts';
import { Spatial } from './spatial.ts';
import { type Live, MOST_ELEMENTS } from './use-live.ts';
import { useMoving } from './use-moving.ts';
import { pointOf, wireUnder } from './wiring.ts';

/** Of what is dragged so much is left out of the picture, with its wires. */
const MOST_HELD = 60;

/** What of the canvas is drawn, and where. */
export interface Drawing {
  readonly design: Design;
  readonly analysis: Analysis;
  readonly placed: LayerFlowNode[];
  /** Of a large design, what stands where. */
  readonly spatial: Spatial | undefined;
}

export function useDrawing(model: FlowModel): Drawing {
  const design = useApp(designOf);
  const analysis = useApp((state) => state.analysis);
  const selection = useApp((state) => state.selection);
  const direction = useApp((state) => state.direction);
  const chosen = useMemo(() => new Set(selection), [selection]);
  const placed = useMemo(
    () => model.nodes(design, analysis, chosen, direction),
    [model, design, analysis, chosen, direction],
  );
  const { wires } = design;
  const spatial = useMemo(
    () => (placed.length > MOST_ELEMENTS ? new Spatial(placed, [...model.ways(wires).values()]) : undefined),
    [model, placed, wires],
  );
  return { design, analysis, placed, spatial };
}

/** Which of a large design's nodes are elements of the page, and how more of them become so while they are dragged. */
interface Elements {
  readonly live: Live | undefined;
  hold(ids: readonly NodeId[]): void;
}

/**
 * The nodes, notes and frames as they are drawn, selected and dragged. A node that no wire reaches can be dropped on one:
 * `target` is the wire that it is held over.
 */
export function useNodes(
  { design, placed }: Drawing,
  { live, hold }: Elements,
  target: string | undefined,
  aimAt: (wire: string | undefined) => void,
) {
  const app = useTheApp();
  const store = useStoreApi();
  const chosenItems = useApp((state) => state.items);
  const itemModel = useRef(new ItemModel()).current;
  const items = useMemo(
    () => itemModel.nodes(design.canvas, chosenItems),
    [itemModel, design.canvas, chosenItems],
  );
  const all = useMemo((): CanvasFlowNode[] => [...items, ...placed], [items, placed]);
  const isElement = ({ id, type }: CanvasFlowNode): boolean =>
    type !== 'layer' || !live || live.nodes.has(id);
  const resting = live ? all.filter(isElement) : all;
  const { nodes: moved, guides, onDragStart, onMove, onDragStop, giveUp } = useMoving(all, resting);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is an element depends on `live` alone.
  const nodes = useMemo(() => (live ? moved.filter(isElement) : moved), [moved, live]);
  useWithoutFrame();

  const onNodesChange = (changes: NodeChange<CanvasFlowNode>[]): void => {
    onMove(changes);
    // Of a large design React Flow knows a part, and forgets to let go of the rest.
    const { multiSelectionActive } = store.getState();
    select(app, changes, live !== undefined && !multiSelectionActive);
  };
  const onNodeDragStart = (event: unknown, node: unknown, dragged: CanvasFlowNode[]): void => {
    if (live) hold(dragged.slice(0, MOST_HELD).map(({ id }) => id));
    onDragStart(event, node, dragged);
  };
  const onNodeDrag = (
    event: MouseEvent | TouchEvent,
    node: CanvasFlowNode,
    dragged: readonly CanvasFlowNode[],
  ): void => {
    const { x, y } = pointOf(event);
    aimAt(dragged.length === 1 && isLoose(app, node) ? wireUnder(app, x, y) : undefined);
  };
  const onNodeDragStop = (_: unknown, { id, position }: CanvasFlowNode): void => {
    aimAt(undefined);
    hold([]);
    if (target === undefined) {
      onDragStop();
      return;
    }
    giveUp();
    putOnWire(app, id, target, { x: Math.round(position.x), y: Math.round(position.y) });
  };
  return { guides, nodes, onNodesChange, onNodeDragStart, onNodeDrag, onNodeDragStop };
}

/** Takes over what React Flow selected and no longer selects; where it is `anew`, all else is let go of. */
function select(app: App, changes: readonly NodeChange<CanvasFlowNode>[], anew: boolean): void {
  const selects = changes.filter((change) => change.type === 'select');
  if (selects.length === 0) return;
  const { selection, items, select: selectNodes, selectItems } = app.getState();
  const next = new Set(anew && selects.some(({ selected }) => selected) ? [] : selection);
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
