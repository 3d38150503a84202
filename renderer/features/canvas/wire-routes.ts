import { atOnce } from '../../../shared/base/parts.ts';
import type { Design, NodeId, Point } from '../../../shared/graph/design.ts';
import { type Ends, type Obstacle, routingAmong } from '../../../shared/layout/route.ts';
import type { FlowDirection } from '../../state/view-state.ts';
import type { LayerFlowNode } from './flow-node.ts';
import type { WireWay } from './spatial.ts';

/** How a wire goes. */
export interface Routed extends WireWay {
  /** The corners of a way past what stands between its ends; undefined where the straight way is free. */
  readonly route: readonly Point[] | undefined;
}

/** With more wires than these, a change leads anew only those that it concerns. */
const MANY = 500;
/** With more nodes moved than these, all are led anew. */
const FEW_MOVED = 40;
/** So near to a node no wire of others stays as it was; and so far around a wire it is looked for another way. */
const NEAR = 14;
const AROUND = 1500;
const THICK = 6;
/** Wires between two looks at the time. */
const PART = 256;

type Flows = readonly LayerFlowNode[];

const byId = (flows: Flows): ReadonlyMap<NodeId, LayerFlowNode> =>
  new Map(flows.map((flow) => [flow.id, flow]));

/** The ways of all wires, kept from one change of the design to the next as far as it does not concern them. */
export class WireRoutes {
  #wires: Design['wires'] | undefined;
  #flows: Flows = [];
  #direction: FlowDirection = 'right';
  #routed = new Map<string, Routed>();

  update(...of: Parameters<WireRoutes['updating']>): ReadonlyMap<string, Routed> {
    return atOnce(this.updating(...of));
  }

  /** The same a part at a time. */
  *updating(
    wires: Design['wires'],
    flows: Flows,
    direction: FlowDirection,
  ): Generator<void, ReadonlyMap<string, Routed>> {
    const moved = this.#moved(flows, direction);
    if (wires === this.#wires && moved?.length === 0) {
      this.#flows = flows;
      return this.#routed;
    }
    const at = byId(flows);
    const joined: Joined[] = [];
    for (const [nth, [id, { from, to }]] of Object.entries(wires).entries()) {
      if (nth % PART === PART - 1) yield;
      const start = handleAt(at.get(from.node), from.port, 'source');
      const end = handleAt(at.get(to.node), to.port, 'target');
      if (start && end) joined.push({ id, from: start, to: end });
    }
    const stale = moved && joined.length > MANY ? this.#stale(joined, moved) : joined;
    const led = new Map((yield* this.#lead(stale, joined, flows, direction)).map((each) => [each.id, each]));
    this.#routed = new Map(joined.map(({ id }) => [id, led.get(id) ?? this.#routed.get(id)!]));
    [this.#wires, this.#flows, this.#direction] = [wires, flows, direction];
    return this.#routed;
  }

  /** The places that nodes left and that they went to; undefined for so many that nothing is as it was. */
  #moved(flows: Flows, direction: FlowDirection): readonly Obstacle[] | undefined {
    if (direction !== this.#direction) return undefined;
    if (flows === this.#flows) return [];
    const places: Obstacle[] = [];
    // Nearly always all stand where they stood, and are found without a table.
    let last: ReadonlyMap<NodeId, LayerFlowNode> | undefined;
    for (const [place, flow] of flows.entries()) {
      let before: LayerFlowNode | undefined = this.#flows[place];
      if (before?.id !== flow.id) {
        last ??= byId(this.#flows);
        before = last.get(flow.id);
      }
      if (before === flow || (before && sameBox(before, flow))) continue;
      places.push(boxOf(flow));
      if (before) places.push(boxOf(before));
      if (places.length > 2 * FEW_MOVED) return undefined;
    }
    if (last || flows.length < this.#flows.length) {
      const now = byId(flows);
      for (const flow of this.#flows) if (!now.has(flow.id)) places.push(boxOf(flow));
    }
    return places.length > 2 * FEW_MOVED ? undefined : places;
  }

  /** Wires that are new, have other ends, or run where something came or went. */
  #stale(joined: readonly Joined[], places: readonly Obstacle[]): readonly Joined[] {
    return joined.filter(({ id, from, to }) => {
      const known = this.#routed.get(id);
      if (!known) return true;
      const { points } = known;
      if (!samePoint(points[0]!, from) || !samePoint(points.at(-1)!, to)) return true;
      return places.some((place) => points.some((point, i) => i > 0 && isNear(place, points[i - 1]!, point)));
    });
  }

  *#lead(
    stale: readonly Joined[],
    joined: readonly Joined[],
    flows: Flows,
    direction: FlowDirection,
  ): Generator<void, readonly Routed[]> {
    if (stale.length === 0) return [];
    let boxes = flows.map(boxOf);
    if (stale.length < joined.length) {
      const leading = new Set(stale.map(({ id }) => id));
      const kept = [...this.#routed.values()].filter(({ id, route }) => route && !leading.has(id));
      const part = around(stale);
      boxes = [...boxes, ...kept.flatMap(({ points }) => barsOf(points))].filter((box) => overlap(box, part));
    }
    const routes = yield* routingAmong(boxes, stale, direction);
    return stale.map(({ id, from, to }, i) => ({ id, route: routes[i], points: routes[i] ?? [from, to] }));
  }
}

interface Joined extends Ends {
  readonly id: string;
}

const boxOf = ({ position, width = 0, height = 0 }: LayerFlowNode): Obstacle => ({
  x: position.x,
  y: position.y,
  width,
  height,
});

const sameBox = (a: LayerFlowNode, b: LayerFlowNode): boolean =>
  a.position.x === b.position.x &&
  a.position.y === b.position.y &&
  a.width === b.width &&
  a.height === b.height &&
  a.handles?.length === b.handles?.length;

const samePoint = (a: Point, b: Point): boolean => a.x === b.x && a.y === b.y;

function isNear({ x, y, width, height }: Obstacle, a: Point, b: Point): boolean {
  return (
    Math.min(a.x, b.x) < x + width + NEAR &&
    Math.max(a.x, b.x) > x - NEAR &&
    Math.min(a.y, b.y) < y + height + NEAR &&
    Math.max(a.y, b.y) > y - NEAR
  );
}

const overlap = (a: Obstacle, b: Obstacle): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/** The pieces of a way along the flow, as what other wires keep off. */
const barsOf = (points: readonly Point[]): readonly Obstacle[] =>
  points.slice(2, -1).map((b, i) => {
    const a = points[i + 1]!;
    const [x, y] = [Math.min(a.x, b.x), Math.min(a.y, b.y)];
    return {
      x: x - THICK / 2,
      y: y - THICK / 2,
      width: Math.abs(a.x - b.x) + THICK,
      height: Math.abs(a.y - b.y) + THICK,
    };
  });

function around(wires: readonly Joined[]): Obstacle {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { from, to } of wires)
    for (const { x, y } of [from, to]) {
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
  return {
    x: left - AROUND,
    y: top - AROUND,
    width: right - left + 2 * AROUND,
    height: bottom - top + 2 * AROUND,
  };
}

type Handles = NonNullable<LayerFlowNode['handles']>;
/** Of more than these, a name is looked up in a table. */
const FEW_HANDLES = 8;
const tables = new WeakMap<Handles, ReadonlyMap<string, Handles[number]>>();

/** A node may have thousands, and a wire at each. */
function handleNamed(handles: Handles, port: string, type: 'source' | 'target'): Handles[number] | undefined {
  if (handles.length <= FEW_HANDLES) return handles.find((each) => each.id === port && each.type === type);
  let table = tables.get(handles);
  if (!table) {
    table = new Map(handles.map((each) => [`${each.type} ${each.id}`, each]));
    tables.set(handles, table);
  }
  return table.get(`${type} ${port}`);
}

/** Where the wire of a port begins or ends. */
function handleAt(
  flow: LayerFlowNode | undefined,
  port: string,
  type: 'source' | 'target',
): Point | undefined {
  const handle = flow?.handles && handleNamed(flow.handles, port, type);
  return flow && handle && { x: flow.position.x + handle.x, y: flow.position.y + handle.y };
}
