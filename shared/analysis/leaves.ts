import type { Dims } from '../base/dims.ts';
import { definitionOf } from '../blocks/index.ts';
import { inputPortNames, type NodeId, type PortRef } from '../graph/design.ts';
import type { Topology } from '../graph/topology.ts';
import { isLayerKind, type LayerKind } from '../layers/index.ts';
import type { NodeFacts } from './facts.ts';

/** Where a value comes from: an earlier step and its output port index. */
export interface FlatSource {
  readonly step: number;
  readonly output: number;
}

/** One layer with blocks opened, known or not. */
export interface Leaf {
  readonly kind: LayerKind;
  readonly facts: NodeFacts;
  /** Undefined where a wire is missing or what feeds it could not be opened. */
  readonly inputs: readonly (FlatSource | undefined)[];
  readonly outputDims: readonly Dims[] | undefined;
  /** The path of the layer whose weights it uses, where they are not its own. */
  readonly twin: string | undefined;
}

type Facts = ReadonlyMap<NodeId, NodeFacts>;

/** Facts are of one design, and never changed in place: totals, rules and pictures share one walk through them. */
const leavesByFacts = new WeakMap<Facts, { readonly topology: Topology; readonly leaves: readonly Leaf[] }>();

/** Every layer of a design in an order in which they can run: blocks opened, bypassed nodes skipped over. */
export function leavesOf(topology: Topology, facts: Facts): readonly Leaf[] {
  const known = leavesByFacts.get(facts);
  if (known?.topology === topology) return known.leaves;
  const leaves = walked(topology, facts);
  leavesByFacts.set(facts, { topology, leaves });
  return leaves;
}

/** Which of these leaves gives what leaves an output port of a node. */
export function leafBehind(
  topology: Topology,
  facts: Facts,
  { node, port }: PortRef,
): FlatSource | undefined {
  leavesOf(topology, facts);
  return sourceAt(walks.get(topology)?.opened[placesIn(topology).get(node) ?? -1]?.outputs, port);
}

/** What a node became: so many layers, and what feeds each of its output ports. */
interface Opened {
  readonly facts: NodeFacts;
  readonly count: number;
  readonly outputs: Outputs;
}

interface Walk {
  readonly leaves: readonly Leaf[];
  /** In the order of the topology. */
  readonly opened: readonly Opened[];
}

/** The last walk along these wires. */
const walks = new WeakMap<Topology, Walk>();

const places = new WeakMap<Topology, ReadonlyMap<NodeId, number>>();

/** Where in the order of a topology each node stands. */
function placesIn(topology: Topology): ReadonlyMap<NodeId, number> {
  const known = places.get(topology);
  if (known) return known;
  const fresh = new Map(topology.order.map((id, place) => [id, place]));
  places.set(topology, fresh);
  return fresh;
}

/**
 * Layers keep their places as long as every node before becomes as many as it did and gives them out in the same way: up to
 * where an edit changes that, what is known of unchanged nodes is taken over.
 */
function walked(topology: Topology, facts: Facts): readonly Leaf[] {
  const leaves: Leaf[] = [];
  const opened: Opened[] = [];
  const placeOf = placesIn(topology);
  let last = walks.get(topology);
  for (const [place, id] of topology.order.entries()) {
    const known = facts.get(id)!;
    const before = last?.opened[place];
    if (last && before?.facts === known) {
      for (let i = before.count; i > 0; i--) leaves.push(last.leaves[leaves.length]!);
      opened.push(before);
      continue;
    }
    const first = leaves.length;
    const { ports } = topology.wirings.get(id)!;
    const sources = ports.map(
      ({ wire }) => wire && sourceAt(opened[placeOf.get(wire.from.node) ?? -1]?.outputs, wire.from.port),
    );
    const outputs = open(known, known.node.weights ?? id, sources, leaves);
    const now = { facts: known, count: leaves.length - first, outputs };
    opened.push(now);
    if (before && !sameWay(before, now)) last = undefined;
  }
  walks.set(topology, { leaves, opened });
  return leaves;
}

function sameWay(a: Opened, b: Opened): boolean {
  if (a.count !== b.count || a.outputs.length !== b.outputs.length) return false;
  return a.outputs.every(([port, source], i) => {
    const [otherPort, other] = b.outputs[i]!;
    return port === otherPort && source?.step === other?.step && source?.output === other?.output;
  });
}

type Outputs = readonly (readonly [port: string, source: FlatSource | undefined])[];

function sourceAt(outputs: Outputs | undefined, port: string): FlatSource | undefined {
  // A search without a closure: nodes have one output, or a few.
  if (outputs) for (const output of outputs) if (output[0] === port) return output[1];
  return undefined;
}

/**
 * Appends the layers of one node and says what feeds each of its output ports. `owner` is the path under which its weights
 * lie.
 */
function open(
  facts: NodeFacts,
  owner: string,
  sources: readonly (FlatSource | undefined)[],
  leaves: Leaf[],
): Outputs {
  const { kind, params, bypass } = facts.node;
  const ports = definitionOf(kind).outputs(params);
  if (bypass) return ports.map(({ name }) => [name, sources[0]]);
  if (isLayerKind(kind)) {
    const step = leaves.length;
    const { outputs } = facts;
    leaves.push({
      kind,
      facts,
      inputs: sources,
      outputDims: outputs && ports.map(({ name }) => outputs[name]!),
      twin: owner === facts.id ? undefined : owner,
    });
    return ports.map(({ name }, output) => [name, { step, output }]);
  }
  const { inside, fragment } = facts;
  if (!inside || !fragment) return ports.map(({ name }) => [name, undefined]);
  const names = inputPortNames(kind, sources.length);
  const inner = new Map<string, FlatSource | undefined>(sources.map((source, i) => [`@${names[i]}`, source]));
  for (const [i, { id, from }] of fragment.nodes.entries()) {
    const known = inside[i]!;
    const outputs = open(
      known,
      `${owner}/${known.node.weights ?? id}`,
      from.map((source) => inner.get(source)),
      leaves,
    );
    for (const [port, source] of outputs) {
      inner.set(`${id}:${port}`, source);
      if (!inner.has(id)) inner.set(id, source);
    }
  }
  return ports.map(({ name }) => [name, inner.get(fragment.outputs[name] ?? '')]);
}
