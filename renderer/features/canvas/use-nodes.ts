import { type NodeChange, useStoreApi } from '@xyflow/react';
import { useEffect, useMemo, useRef } from 'react';
import type { Analysis } from '../../../shared/analysis/facts.ts';
import { definitionOf } from '../../../shared/blocks/index.ts';
import type { CanvasItem } from '../../../shared/graph/canvas-edits.ts';
import type { Design, NodeId } from '../../../shared/graph/design.ts';
import { useT } from '../../i18n/i18n.ts';
import { putOnWire } from '../../layout/adding.ts';
import type { App } from '../../state/app.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';
import type { CanvasModel } from './canvas-model.ts';
import { takeDrawn } from './drawn-ahead.ts';
import { type LayerFlowNode, type ShownLayer, shownLayer } from './flow-node.ts';
import { onGivingUp } from './giving-up.ts';
import { type CanvasFlowNode, ItemModel } from './item-model.ts';
import { itemId, itemOf } from './items.ts';
import {
  focusedScope,
  focusOn,
  focusOnto,
  fromCanvas,
  inPlane,
  onCanvas,
  type PlacedScope,
  type Scopes,
  scopeAround,
  scopesOf,
} from './scopes.ts';
import { Spatial } from './spatial.ts';
import type { useHandingOver } from './use-handing-over.ts';
import { type Live, MOST_ELEMENTS, MOST_WIRE_ELEMENTS } from './use-live.ts';
import { useMoving } from './use-moving.ts';
import { pointOf, wireUnder } from './wiring.ts';

/** Of what is dragged so much is left out of the picture, with its wires. */
const MOST_HELD = 60;
const noItems: readonly CanvasItem[] = [];

/** What of the canvas is drawn, and where. */
export interface Drawing {
  readonly scopes: Scopes;
  /** What the canvas is of. */
  readonly design: Design;
  readonly analysis: Analysis;
  readonly placed: LayerFlowNode[];
  /** What is inside of blocks that are open in place. */
  readonly inner: readonly LayerFlowNode[];
  /** Of a large design, what stands where. */
  readonly spatial: Spatial | undefined;
}

/** All graphs that the canvas shows just now. */
export function useScopes(): Scopes {
  const app = useTheApp();
  return useApp(() => scopesOf(app));
}

export function useDrawing(model: CanvasModel): Drawing {
  const scopes = useScopes();
  const focus = useApp((state) => state.path);
  const selection = useApp((state) => state.selection);
  const direction = useApp((state) => state.direction);
  const chosen = useMemo(() => new Set(selection), [selection]);
  const { placed, inner } = useMemo(
    () => model.nodes(scopes, focus, chosen, direction),
    [model, scopes, focus, chosen, direction],
  );
  const { design, analysis } = scopes.base;
  const { wires } = design;
  const last = useRef<Spatial>(undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the ways are those of these wires among these nodes.
  const spatial = useMemo(() => {
    const isLarge = placed.length > MOST_ELEMENTS || Object.keys(wires).length > MOST_WIRE_ELEMENTS;
    const ways = isLarge ? [...model.ways(scopes).values()] : undefined;
    last.current = ways && new Spatial(placed, ways, last.current ?? model.spatialAhead);
    return last.current;
  }, [model, placed, wires]);
  useEffect(() => {
    takeDrawn(design);
  }, [design]);
  return { scopes, design, analysis, placed, inner, spatial };
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
  { scopes, placed, inner }: Drawing,
  { live, hold }: Elements,
  target: string | undefined,
  aimAt: (wire: string | undefined) => void,
  handing: ReturnType<typeof useHandingOver>,
) {
  const app = useTheApp();
  const store = useStoreApi();
  const chosenItems = useApp((state) => (state.path === scopes.base.path ? state.items : noItems));
  const t = useT();
  // biome-ignore lint/correctness/useExhaustiveDependencies: `t` is another one in another language.
  const itemModel = useMemo(() => new ItemModel(), [t]);
  const items = useMemo(() => itemModel.nodes(scopes, chosenItems), [itemModel, scopes, chosenItems]);
  const all = useMemo((): CanvasFlowNode[] => {
    // What lies in a frame comes after it.
    const isOuter = ({ parentId }: CanvasFlowNode): boolean => parentId === undefined;
    const [outer, within] = [items.filter(isOuter), items.filter((item) => !isOuter(item))];
    return [...outer, ...placed, ...inner, ...within];
  }, [items, placed, inner]);
  const isElement = ({ id, type }: CanvasFlowNode): boolean =>
    type !== 'layer' || !live || live.nodes.has(id) || fromCanvas(id).scope !== '';
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is an element depends on `live` alone.
  const resting = useMemo(() => (live ? all.filter(isElement) : all), [all, live]);
  const { nodes: moved, guides, onDragStart, onMove, onDragStop, giveUp } = useMoving(all, resting);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `t` is another one in another language.
  const told = useMemo(() => new WeakMap<LayerFlowNode, ShownLayer>(), [t]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is an element depends on `live` alone.
  const nodes = useMemo(() => {
    const shown = moved === all ? resting : live ? moved.filter(isElement) : moved;
    const factsIn = new Map(scopes.all.map(({ scope }) => [scope.id, scope.analysis.facts]));
    return shown.flatMap((node): CanvasFlowNode[] => {
      if (node.type !== 'layer') return [node];
      const own = fromCanvas(node.id);
      const facts = factsIn.get(own.scope)?.get(own.id);
      // What is dragged may be gone from the design by now.
      if (!facts) return [];
      const known = told.get(node);
      if (known?.data.facts === facts) return [known];
      const layer = shownLayer(node, facts);
      told.set(node, layer);
      return [layer];
    });
  }, [moved, all, resting, live, told, scopes]);
  useWithoutFrame();

  const onNodesChange = (changes: NodeChange<CanvasFlowNode>[]): void => {
    onMove(changes);
    // Of a large design React Flow knows a part, and forgets to let go of the rest.
    const { multiSelectionActive } = store.getState();
    select(app, changes, live !== undefined && !multiSelectionActive);
  };
  const drag = useRef<{ given: boolean; readonly end: () => void }>(undefined);
  useEffect(() => () => drag.current?.end(), []);
  const onNodeDragStart = (event: MouseEvent | TouchEvent, _: unknown, dragged: CanvasFlowNode[]): void => {
    const begun = {
      given: false,
      end: onGivingUp(() => {
        begun.given = true;
      }),
    };
    drag.current = begun;
    handing.begin();
    if (live) hold(dragged.slice(0, MOST_HELD).map(({ id }) => id));
    onDragStart(event, dragged);
  };
  const onNodeDrag = (
    event: MouseEvent | TouchEvent,
    node: CanvasFlowNode,
    dragged: readonly CanvasFlowNode[],
  ): void => {
    const { x, y } = pointOf(event);
    const wire = dragged.length === 1 && isLoose(app, node) ? wireUnder(app, x, y) : undefined;
    // A node stays in the block that it is in.
    const isIts = wire !== undefined && fromCanvas(wire).scope === fromCanvas(node.id).scope;
    aimAt(isIts ? wire : undefined);
  };
  const onNodeDragStop = (event: MouseEvent | TouchEvent, { id, position }: CanvasFlowNode): void => {
    aimAt(undefined);
    hold([]);
    drag.current?.end();
    if (drag.current?.given) {
      giveUp();
      return;
    }
    if (target === undefined) {
      handing.end(event, () => onDragStop(event.altKey), giveUp);
      return;
    }
    giveUp();
    const around = scopeAround(app, id);
    const { x, y } = onCanvas(around, position);
    const at = inPlane(app, around, { x: Math.round(x), y: Math.round(y) });
    putOnWire(app, focusOnto(app, id), fromCanvas(target).id, at);
  };
  return { guides, nodes, onNodesChange, onNodeDragStart, onNodeDrag, onNodeDragStop };
}

/** Takes over what React Flow selected and no longer selects; where it is `anew`, all else is let go of. */
function select(app: App, changes: readonly NodeChange<CanvasFlowNode>[], anew: boolean): void {
  const selects = changes.filter((change) => change.type === 'select');
  if (selects.length === 0) return;
  const come = selects.flatMap(({ id, selected }) => (selected && !itemOf(id) ? [id] : []));
  const scope = scopeOfChosen(app, come);
  if (scope) focusOn(app, scope);
  const { scope: within } = focusedScope(app);
  const { selection, items, select: selectNodes, selectItems } = app.getState();
  const next = new Set(anew && selects.some(({ selected }) => selected) ? [] : selection);
  const nextItems = new Map(items.map((item) => [itemId(item), item]));
  for (const { id, selected } of selects) {
    const item = itemOf(id);
    const own = fromCanvas(id);
    if (item && selected) nextItems.set(id, item);
    else if (item) nextItems.delete(id);
    // What is chosen in one graph is not chosen in another.
    else if (own.scope !== within.id) continue;
    else if (selected) next.add(own.id);
    else next.delete(own.id);
  }
  selectNodes([...next]);
  if (selects.some(({ id }) => itemOf(id))) selectItems([...nextItems.values()]);
}

/** A click on one of several that are chosen lets go of the others, which React Flow does only where it was not one of them. */
export function chooseAlone(app: App, id: string): void {
  const { selection, items, select: selectNodes, selectItems } = app.getState();
  if (selection.length + items.length < 2) return;
  const item = itemOf(id);
  selectItems(item ? [item] : []);
  selectNodes(item ? [] : [focusOnto(app, id)]);
}

/**
 * In which graph something has come to be chosen: where a frame was drawn around nodes of several, it is the outermost,
 * unless all that is of it is the block around the others.
 */
function scopeOfChosen(app: App, ids: readonly string[]): PlacedScope | undefined {
  const found = [...new Set(ids.map((id) => scopeAround(app, id)))].sort(
    (a, b) => a.scope.trail.length - b.scope.trail.length,
  );
  const around = new Set(found.map(({ node }) => node));
  return (
    found.find(({ scope }) => ids.some((id) => fromCanvas(id).scope === scope.id && !around.has(id))) ??
    found[0]
  );
}

/** Whether a node could be put on a wire: it takes something and gives something, and no wire reaches it yet. */
function isLoose(app: App, { id: canvas, type }: CanvasFlowNode): boolean {
  const { design, analysis } = scopeAround(app, canvas).scope;
  const { id } = fromCanvas(canvas);
  const node = type === 'layer' ? design.nodes[id] : undefined;
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
