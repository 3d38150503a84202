import { atOnce } from '../base/parts.ts';
import { messages, type Problem, problemAt } from '../base/problem.ts';
import { definitionOf } from '../blocks/index.ts';
import {
  type Design,
  type DesignNode,
  inputPortNames,
  type NodeId,
  variadicIndex,
  type Wire,
} from './design.ts';

export const say = messages('graph/topology', {
  'input-missing': ['{{title}} needs a wire into "{{port}}".', 'Connect the layer before it.'],
  'two-wires-into-one-port': [
    'Two wires end in "{{port}}" of {{node}}: from {{first}} and from {{second}}. A port takes one.',
    'Remove one of them, or join them first with Add or Concat.',
  ],
  'port-unknown:no-inputs': [
    '{{title}} has no input "{{port}}", where the wire from {{from}} ends.',
    '{{title}} takes no wires: remove this one.',
  ],
  'port-unknown:other-inputs': [
    '{{title}} has no input "{{port}}", where the wire from {{from}} ends.',
    'Connect it to {{ports}}.',
  ],
  'port-unknown:output': [
    '{{from}} has no output "{{output}}", where the wire into "{{port}}" starts.',
    'Remove the wire and connect an output that exists.',
  ],
});

/** One input port with the wire that feeds it, if any. */
export interface WiredPort {
  readonly name: string;
  readonly wire: Wire | undefined;
}

/** How a node is wired, and what is wrong with that. */
export interface Wiring {
  /** In port order. Variadic ports are there as far as they are wired or asked for. */
  readonly ports: readonly WiredPort[];
  readonly problems: readonly Problem[];
}

/** How a design is wired, and in which order its nodes can run. */
export interface Topology {
  /** Every node that is not on, or behind, a cycle: sources before targets, branch after branch, in the order of the design. */
  readonly order: readonly NodeId[];
  /** Nodes that a cycle keeps from being ordered. */
  readonly cyclic: readonly NodeId[];
  readonly wirings: ReadonlyMap<NodeId, Wiring>;
  readonly into: ReadonlyMap<NodeId, readonly Wire[]>;
  readonly outOf: ReadonlyMap<NodeId, readonly Wire[]>;
}

type Graph = Pick<Design, 'nodes' | 'wires'>;

/** A graph as it was, and how it was wired. */
export interface WiredBefore {
  readonly graph: Graph;
  readonly topology: Topology;
}

/** What is known of nodes that are wired as they were is taken over. */
export function topologyOf(graph: Graph, before?: WiredBefore): Topology {
  return atOnce(topologyInParts(graph, before));
}

/** Nodes or wires between two looks at the time. */
const PART = 1024;

/** The same a part at a time, for as long as it is asked on. */
export function* topologyInParts(graph: Graph, before?: WiredBefore): Generator<void, Topology> {
  const ids = Object.keys(graph.nodes);
  const placeOf = new Map<NodeId, number>();
  for (let place = 0; place < ids.length; place++) placeOf.set(ids[place]!, place);
  const into = new Lists<Wire>(ids.length);
  const outOf = new Lists<Wire>(ids.length);
  const targets = new Lists<number>(ids.length);
  let wired = 0;
  for (const wire of Object.values(graph.wires)) {
    if (++wired % PART === 0) yield;
    const from = placeOf.get(wire.from.node);
    const to = placeOf.get(wire.to.node);
    if (from === undefined || to === undefined) continue;
    into.add(to, wire);
    outOf.add(from, wire);
    targets.add(from, to);
  }
  yield;
  const waiting = ids.map((_, place) => into.at(place).length);
  const places = yield* sorted(waiting, targets);
  const order = places.map((place) => ids[place]!);
  const reached = order.length === ids.length ? undefined : new Set(order);
  const wirings = new Map<NodeId, Wiring>();
  const wiresInto = new Map<NodeId, readonly Wire[]>();
  const wiresOutOf = new Map<NodeId, readonly Wire[]>();
  for (let place = 0; place < ids.length; place++) {
    if (place % PART === 0) yield;
    const id = ids[place]!;
    const wires = into.at(place);
    wirings.set(id, knownWiring(id, graph, wires, before) ?? wiringOf(id, graph, wires));
    wiresInto.set(id, wires);
    wiresOutOf.set(id, outOf.at(place));
  }
  const cyclic = reached ? ids.filter((id) => !reached.has(id)) : [];
  return { order, cyclic, wirings, into: wiresInto, outOf: wiresOutOf };
}

/** A list per place. Most hold one item, for which an array that grew by `push` would keep room for seventeen. */
class Lists<T> {
  readonly #lists: (T[] | undefined)[];
  constructor(places: number) {
    this.#lists = new Array(places);
  }
  add(place: number, item: T): void {
    const list = this.#lists[place];
    if (list) list.push(item);
    else this.#lists[place] = [item];
  }
  at(place: number): readonly T[] {
    return this.#lists[place] ?? [];
  }
}

/**
 * Kahn's algorithm with a stack, on nodes by their place in the design: a branch is followed to its end before the next one starts, and the design's order says
 * which comes first. So branches are read one after another, few tensors are alive at once, and a block has the same
 * order as the nodes that it stands for.
 */
function* sorted(waiting: number[], targets: Lists<number>): Generator<void, readonly number[]> {
  const ready: number[] = [];
  for (let place = 0; place < waiting.length; place++) if (waiting[place] === 0) ready.push(place);
  ready.reverse();
  const order: number[] = [];
  for (let place = ready.pop(); place !== undefined; place = ready.pop()) {
    if (order.push(place) % PART === 0) yield;
    const freed = targets.at(place).filter((target) => --waiting[target]! === 0);
    if (freed.length > 1) freed.sort((a, b) => b - a);
    for (const target of freed) ready.push(target);
  }
  return order;
}

/** A wiring follows from the node, the wires into it, and the nodes that they come from. */
function knownWiring(
  id: NodeId,
  { nodes }: Graph,
  wires: readonly Wire[],
  before: WiredBefore | undefined,
): Wiring | undefined {
  if (!before || before.graph.nodes[id] !== nodes[id]) return undefined;
  const known = before.topology.into.get(id);
  if (known?.length !== wires.length) return undefined;
  for (let i = 0; i < wires.length; i++) {
    const { node } = wires[i]!.from;
    if (known[i] !== wires[i] || before.graph.nodes[node] !== nodes[node]) return undefined;
  }
  return before.topology.wirings.get(id);
}

function wiringOf(id: NodeId, { nodes }: Graph, wires: readonly Wire[]): Wiring {
  const node = nodes[id]!;
  const simple = simpleWiring(node, nodes, wires);
  if (simple) return simple;
  const known = new Set(inputPortNames(node.kind, wires.length + 1));
  const byPort = new Map<string, Wire[]>();
  const problems: Problem[] = [];
  for (const wire of wires) {
    const { port } = wire.to;
    if (!known.has(port) && !isVariadicPort(node, port)) problems.push(unknownInput(id, node, wire));
    else if (byPort.has(port)) byPort.get(port)!.push(wire);
    else byPort.set(port, [wire]);
    const source = nodes[wire.from.node]!;
    const outputs = definitionOf(source.kind).outputs(source.params);
    if (!outputs.some(({ name }) => name === wire.from.port)) problems.push(unknownOutput(id, wire));
  }
  for (const [port, [first, second]] of byPort) {
    if (!first || !second) continue;
    problems.push(
      problemAt(
        id,
        say(
          'two-wires-into-one-port',
          { port, node: id, first: first.from.node, second: second.from.node },
          { port },
        ),
      ),
    );
  }
  const ports = portsOf(node, byPort);
  for (const { name, wire } of ports) if (!wire) problems.push(missingInput(id, node, name));
  return { ports, problems };
}

/** What most nodes are: one input, fed by one wire from an output that is there. */
function simpleWiring(node: DesignNode, nodes: Design['nodes'], wires: readonly Wire[]): Wiring | undefined {
  const { inputs } = definitionOf(node.kind);
  if (inputs.length !== 1 || wires.length !== 1) return undefined;
  const input = inputs[0]!;
  const wire = wires[0]!;
  if (input.atLeast !== undefined || wire.to.port !== input.name) return undefined;
  const source = nodes[wire.from.node]!;
  const outputs = definitionOf(source.kind).outputs(source.params);
  if (outputs[0]?.name !== wire.from.port) return undefined;
  return { ports: [{ name: input.name, wire }], problems: fine };
}

const fine: readonly Problem[] = [];

/** Wired variadic ports in order, gaps closed; then the ones that must still be wired. */
function portsOf(node: DesignNode, byPort: ReadonlyMap<string, readonly Wire[]>): readonly WiredPort[] {
  return definitionOf(node.kind).inputs.flatMap(({ name, atLeast }): readonly WiredPort[] => {
    if (atLeast === undefined) return [{ name, wire: byPort.get(name)?.[0] }];
    const wired = [...byPort]
      .flatMap(([port, [wire]]) => {
        const index = variadicIndex(name, port);
        return index === undefined || !wire ? [] : [{ index, name: port, wire }];
      })
      .sort((a, b) => a.index - b.index);
    const taken = new Set(wired.map(({ name: port }) => port));
    const missing = inputPortNames(node.kind, 0).filter(
      (port) => variadicIndex(name, port) !== undefined && !taken.has(port),
    );
    const lacking = Math.max(0, atLeast - wired.length);
    return [...wired, ...missing.slice(0, lacking).map((port) => ({ name: port, wire: undefined }))];
  });
}

function isVariadicPort({ kind }: DesignNode, port: string): boolean {
  return definitionOf(kind).inputs.some(
    ({ name, atLeast }) => atLeast !== undefined && variadicIndex(name, port) !== undefined,
  );
}

function missingInput(id: NodeId, { kind }: DesignNode, port: string): Problem {
  return problemAt(id, say('input-missing', { title: definitionOf(kind).title, port }, { port }));
}

function unknownInput(id: NodeId, { kind }: DesignNode, { to, from }: Wire): Problem {
  const names = inputPortNames(kind, 0);
  const said = { title: definitionOf(kind).title, port: to.port, from: from.node };
  const found =
    names.length === 0
      ? say('port-unknown:no-inputs', said, { port: to.port })
      : say('port-unknown:other-inputs', { ...said, ports: names.join(' or ') }, { port: to.port });
  return problemAt(id, found);
}

function unknownOutput(id: NodeId, { from, to }: Wire): Problem {
  const said = { from: from.node, output: from.port, port: to.port };
  return problemAt(id, say('port-unknown:output', said, { port: to.port }));
}

/** Everything that `start` feeds (`after`) or is fed by (`before`), itself left out. */
export function reachable(
  { into, outOf }: Topology,
  start: Iterable<NodeId>,
  direction: 'before' | 'after',
): ReadonlySet<NodeId> {
  const found = new Set<NodeId>();
  const queue = [...start];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    const wires = direction === 'after' ? outOf.get(id) : into.get(id);
    for (const { from, to } of wires ?? []) {
      const other = direction === 'after' ? to.node : from.node;
      if (found.has(other)) continue;
      found.add(other);
      queue.push(other);
    }
  }
  for (const id of start) found.delete(id);
  return found;
}
