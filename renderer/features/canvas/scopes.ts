import type { Analysis } from '../../../shared/analysis/facts.ts';
import { hasInside } from '../../../shared/blocks/index.ts';
import type { Design, NodeId, Point } from '../../../shared/graph/design.ts';
import { endsOf } from '../../../shared/graph/inside.ts';
import { madeRoom, type OpenedBox, placeBefore } from '../../../shared/layout/in-place.ts';
import { around, boxesOf } from '../../layout/boxes.ts';
import { NODE_HEIGHT, NODE_WIDTH } from '../../layout/geometry.ts';
import type { Box } from '../../layout/make-room.ts';
import type { App } from '../../state/app.ts';
import type { AppState } from '../../state/app-state.ts';
import { isPlaced } from '../../state/sealed.ts';
import { toldOf } from '../../state/veil.ts';
import { analysisOf, pathOf, type View, viewOf } from '../../state/view.ts';
import type { FlowDirection } from '../../state/view-state.ts';

/** Around the inside of a block that is open in place, and above that its name. */
const PADDING = 26;
const HEAD = 34;

/** How a node is drawn that is open in place: at which heights (or, down the flow, how far across) wires reach it. */
export interface OpenLook {
  readonly width: number;
  readonly height: number;
  /** By its Inputs, in their order. */
  readonly comesIn: readonly number[];
  readonly goesOut: number;
}

/** A graph on the canvas: what the canvas is of, or the inside of a block that is open in place. */
export interface Scope {
  /** What the canvas is of has the id '': its nodes have the names there that they have in the design. */
  readonly id: string;
  readonly trail: readonly NodeId[];
  readonly path: string;
  readonly block: string | undefined;
  readonly sealed: boolean;
  /** With what stands where while blocks in it are open. */
  readonly design: Design;
  readonly analysis: Analysis;
  /** What stands where, worked out when it is first asked for. */
  readonly boxes: () => ReadonlyMap<NodeId, Box>;
  /** The same before there was made room. */
  readonly closed: () => ReadonlyMap<NodeId, Box>;
  readonly opened: readonly OpenedBox[];
  readonly looks: ReadonlyMap<NodeId, OpenLook>;
  readonly inside: ReadonlyMap<NodeId, Scope>;
}

/** A scope in its place on the canvas. */
export interface PlacedScope {
  readonly scope: Scope;
  readonly parent: Scope | undefined;
  /** The node that it is the inside of, by its name on the canvas. */
  readonly node: string | undefined;
  /** Where the corner of its frame, and where the origin of its own plane lie on the canvas. */
  readonly corner: Point;
  readonly origin: Point;
}

export interface Scopes {
  readonly base: Scope;
  /** Outer ones before inner ones. */
  readonly all: readonly PlacedScope[];
  /** What is to be open, once its layers have places. */
  readonly pending: readonly Design[];
}

type Source = Pick<
  AppState,
  'history' | 'whole' | 'veil' | 'places' | 'inPlace' | 'base' | 'trail' | 'path' | 'analysis' | 'direction'
>;

interface Made {
  readonly source: Source;
  readonly base: string;
  readonly scopes: Scopes;
}
const made = new WeakMap<App, Made>();

/** All graphs that are drawn on the canvas just now. */
export function scopesOf(app: App): Scopes {
  const source = app.getState();
  const base = pathOf(source.trail.slice(0, source.base));
  const before = made.get(app);
  if (before && before.base === base && sameSource(before.source, source)) return before.scopes;
  const pending: Design[] = [];
  const scope = scopeOf(source, source.trail.slice(0, source.base), '', pending, undefined);
  const all: PlacedScope[] = [];
  const place = (placed: PlacedScope): void => {
    all.push(placed);
    for (const [id, inside] of placed.scope.inside) {
      const box = placed.scope.boxes().get(id)!;
      const corner = { x: placed.origin.x + box.x, y: placed.origin.y + box.y };
      const inset = insetOf(inside);
      const origin = { x: corner.x + inset.x, y: corner.y + inset.y };
      place({ scope: inside, parent: placed.scope, node: canvasId(placed.scope, id), corner, origin });
    }
  };
  const corner = { x: 0, y: 0 };
  place({ scope, parent: undefined, node: undefined, corner, origin: corner });
  const scopes = { base: scope, all, pending };
  made.set(app, { source, base, scopes });
  return scopes;
}

const sameSource = (a: Source, b: Source): boolean =>
  a.history.design === b.history.design &&
  a.whole.analysis === b.whole.analysis &&
  a.veil === b.veil &&
  (a.base === 0 || (a.path === b.path && a.analysis === b.analysis)) &&
  a.places === b.places &&
  a.inPlace === b.inPlace &&
  a.direction === b.direction;

const noInside: Pick<Scope, 'opened' | 'looks' | 'inside'> = {
  opened: [],
  looks: new Map(),
  inside: new Map(),
};

function scopeOf(
  state: Source,
  trail: readonly NodeId[],
  id: string,
  pending: Design[],
  known: View | undefined,
): Scope {
  const document = state.history.design;
  const view = known ?? viewOf(document, state.whole.analysis, trail, state.places);
  const { shown, path, block, sealed, openDepth } = view;
  const isLookedAt = id === '' && path === state.path;
  const analysis = trail.length === 0 ? toldOf(state) : isLookedAt ? state.analysis : analysisOf(shown);
  const closed = once(() => boxesOf(shown, Object.keys(shown.nodes), state.direction));
  const own = {
    id,
    trail,
    path,
    block: trail.length > openDepth ? undefined : block,
    sealed: sealed !== undefined,
    analysis,
    closed,
  };
  const inside = new Map<NodeId, Scope>();
  const looks = new Map<NodeId, OpenLook>();
  const opened: OpenedBox[] = [];
  for (const node of openedIn(state.inPlace, path, shown)) {
    const within = [...trail, node];
    const innerView = viewOf(document, state.whole.analysis, within, state.places);
    if (innerView.trail.length < within.length) continue;
    if (!isPlaced(innerView.shown)) {
      if (innerView.sealed) pending.push(innerView.shown);
      continue;
    }
    const inner = scopeOf(state, within, innerView.path, pending, innerView);
    const look = lookOf(inner, state.direction);
    inside.set(node, inner);
    looks.set(node, look);
    opened.push({ id: node, width: look.width, height: look.height, lead: look.comesIn[0]! });
  }
  if (opened.length === 0) return { ...own, ...noInside, design: shown, boxes: closed };
  const boxes = madeRoom(closed(), opened, state.direction);
  const layout = Object.fromEntries([...boxes].map(([node, { x, y }]) => [node, { x, y }]));
  return { ...own, design: { ...shown, layout }, boxes: () => boxes, opened, looks, inside };
}

function once<Value>(work: () => Value): () => Value {
  let value: Value | undefined;
  return () => {
    value ??= work();
    return value;
  };
}

/** The nodes of a design that are to be open in place, in the order in which they were opened. */
const openedIn = (inPlace: ReadonlySet<string>, path: string, { nodes }: Design): readonly NodeId[] =>
  [...inPlace].flatMap((each) => {
    const at = each.lastIndexOf('/');
    const [around, node] = at === -1 ? ['', each] : [each.slice(0, at), each.slice(at + 1)];
    const kind = around === path ? nodes[node]?.kind : undefined;
    return kind !== undefined && hasInside(kind) ? [node] : [];
  });

/** Around all that stands in a graph, its notes and frames among it. */
const extentOf = ({ boxes, design }: Pick<Scope, 'boxes' | 'design'>): Box | undefined => {
  const { notes, frames } = design.canvas;
  return around([...boxes().values(), ...[...notes, ...frames].map(({ at, size }) => ({ ...at, ...size }))]);
};

const insetOf = (scope: Pick<Scope, 'boxes' | 'design'>): Point => {
  const { x, y } = extentOf(scope) ?? { x: 0, y: 0 };
  return { x: PADDING - x, y: HEAD + PADDING - y };
};

/** The frame around the inside of a block; its wires reach it where they go on inside. */
function lookOf(scope: Scope, direction: FlowDirection): OpenLook {
  const { design } = scope;
  const boxes = scope.boxes();
  const inset = insetOf(scope);
  const { width, height } = extentOf(scope) ?? { width: NODE_WIDTH, height: NODE_HEIGHT };
  const right = direction === 'right';
  const ends = (kind: 'input' | 'output'): readonly [number, ...number[]] => {
    const [first, ...more] = endsOf(design, kind).map((id) => {
      const box = boxes.get(id)!;
      return right ? box.y + box.height / 2 + inset.y : box.x + box.width / 2 + inset.x;
    });
    return [first ?? (right ? height : width) / 2 + PADDING, ...more];
  };
  return {
    width: width + 2 * PADDING,
    height: HEAD + height + 2 * PADDING,
    comesIn: ends('input'),
    goesOut: ends('output')[0],
  };
}

const BETWEEN = '//';

/** The name that a node or a wire of a scope has on the canvas. */
export const canvasId = ({ id: scope }: Pick<Scope, 'id'>, id: string): string =>
  scope === '' ? id : scope + BETWEEN + id;

/** What a name on the canvas stands for: the id of the scope, and the name in there. */
export function fromCanvas(id: string): { readonly scope: string; readonly id: string } {
  const at = id.indexOf(BETWEEN);
  return at === -1 ? { scope: '', id } : { scope: id.slice(0, at), id: id.slice(at + BETWEEN.length) };
}

const withId = (scopes: Scopes, id: string): PlacedScope | undefined =>
  scopes.all.find(({ scope }) => scope.id === id);

/** The scope that is looked at. */
export function focusedScope(app: App): PlacedScope {
  const scopes = scopesOf(app);
  const { path } = app.getState();
  return scopes.all.find(({ scope }) => scope.path === path) ?? scopes.all[0]!;
}

/** The scope of something on the canvas. */
export const scopeAround = (app: App, id: string): PlacedScope =>
  withId(scopesOf(app), fromCanvas(id).scope) ?? scopesOf(app).all[0]!;

/** The innermost scope at a point of the canvas. */
export function scopeAt(app: App, { x, y }: Point): PlacedScope {
  const { all } = scopesOf(app);
  const holds = ({ corner, parent, node }: PlacedScope): boolean => {
    const look = node === undefined ? undefined : parent?.looks.get(fromCanvas(node).id);
    return (
      !look || (x >= corner.x && y >= corner.y && x <= corner.x + look.width && y <= corner.y + look.height)
    );
  };
  return all.filter(holds).at(-1)!;
}

/** Looks at a scope of the canvas, of which nothing is selected then; does nothing where it is looked at already. */
export function focusOn(app: App, { scope }: PlacedScope): void {
  if (scope.path !== app.getState().path) app.getState().show(scope.trail);
}

/** What something on the canvas is called in its scope, which is looked at from now on. */
export function focusOnto(app: App, id: string): string {
  focusOn(app, scopeAround(app, id));
  return fromCanvas(id).id;
}

/** Where on the canvas a node stands whose place is told from the corner of the frame that it is in. */
export const onCanvas = ({ corner }: PlacedScope, { x, y }: Point): Point => ({
  x: x + corner.x,
  y: y + corner.y,
});

/** Where nodes that are looked at stand on the canvas. */
export function boxesOnCanvas(app: App, ids: readonly NodeId[]): readonly Box[] {
  const { scope, origin } = focusedScope(app);
  return ids.flatMap((id) => {
    const box = scope.boxes().get(id);
    return box ? [{ ...box, x: box.x + origin.x, y: box.y + origin.y }] : [];
  });
}

/** A point of the canvas, or the place of a node there, in the plane of a scope, with all blocks closed. */
export function inPlane(app: App, { scope, origin }: PlacedScope, at: Point, node?: NodeId): Point {
  const point = { x: at.x - origin.x, y: at.y - origin.y };
  if (scope.opened.length === 0) return point;
  const { direction } = app.getState();
  const id = node ?? '';
  const closed = scope.closed();
  const box = closed.get(id) ?? { ...point, width: 0, height: 0 };
  const frame = scope.looks.has(id) ? scope.boxes().get(id) : undefined;
  // A frame is moved by as much as its corner was.
  if (frame) return { x: box.x + point.x - frame.x, y: box.y + point.y - frame.y };
  return placeBefore(new Map([...closed, [id, box]]), scope.opened, direction, id, point) ?? point;
}
