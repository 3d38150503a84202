import { sameDims } from '../base/dims.ts';
import { atOnce } from '../base/parts.ts';
import { type Issue, messages, type Problem, problemAt } from '../base/problem.ts';
import { definitionOf } from '../blocks/index.ts';
import { definitionsFor, sameDefinitions } from '../graph/definitions.ts';
import type { BlockDefinition, Design, DesignNode, NodeId } from '../graph/design.ts';
import { type Topology, topologyInParts, type Wiring } from '../graph/topology.ts';
import type { Analysis, NodeFacts, Totals } from './facts.ts';
import { type Inference, inferNode, keepIdentity, seeingAnew, type Value } from './node-facts.ts';
import { sameReach } from './reach.ts';
import { roomFor } from './room.ts';
import { totalsOf } from './totals.ts';
import { withTwinProblems } from './twins.ts';

export const say = messages('analysis/analyze', {
  cycle: [
    '{{id}} waits for its own output: the wire from {{from}} closes a cycle, so nothing on it can be computed.',
    'Remove one wire of the cycle; feed-forward networks have none.',
  ],
});

/** What an analysis is told for. */
export interface AnalyzeOptions {
  /** Samples that memory is told for, in the place of the design's own; shapes and counts are one sample's. */
  readonly batch?: number;
}

/** Shapes, costs, receptive fields and problems of a whole design. */
export function analyze(design: Design, options: AnalyzeOptions = {}): Analysis {
  return createAnalyzer(options).update(design);
}

/** The same of so many samples at once, as machines run them: shapes and counts are those of all, with memory for them. */
export function analyzeTogether(design: Design, samples: number): Analysis {
  return analyzerOf({ samples, batch: 1 }).update(design);
}

/** Analyses one design after another, and works out only what changed between them. */
export interface Analyzer {
  /**
   * Analyses a design, keeping the facts object of every node that neither changed nor has a changed input: an edit
   * costs what lies downstream of it. What is known of a node from an analysis of the same design in another form is
   * taken over where it stands for the same node with the same inputs.
   */
  update(design: Design, knownElsewhere?: (id: NodeId) => NodeFacts | undefined): Analysis;
  /** The same a part at a time, for as long as it is asked on: yields how much is done, from 0 to 1. */
  updating(
    design: Design,
    knownElsewhere?: (id: NodeId) => NodeFacts | undefined,
  ): Generator<number, Analysis>;
}

/** Nodes between two looks at the time. */
const PART = 128;

interface Memory {
  readonly node: DesignNode;
  readonly wiring: Wiring;
  readonly values: readonly Value[];
  /** The user's own blocks that it is made of. */
  readonly definitions: readonly BlockDefinition[] | Issue;
  /** What kept it from being opened. */
  readonly refusal: Issue | undefined;
  readonly facts: NodeFacts;
}

/**
 * An analyser for a design that is edited: its updates give what `analyze` gives, in the time that the edit is worth.
 */
export function createAnalyzer({ batch }: AnalyzeOptions = {}): Analyzer {
  return analyzerOf({ samples: 1, batch });
}

function analyzerOf({
  samples,
  batch,
}: {
  readonly samples: number;
  readonly batch: number | undefined;
}): Analyzer {
  let previous: Design | undefined;
  let topology: Topology | undefined;
  let memory = new Map<NodeId, Memory>();
  /** The same, in the order of the topology. */
  let inOrder: Memory[] = [];
  let alone: FactsById = new Map();
  /** An update that was given up half way leaves what later nodes do not know of yet. */
  let isWhole = true;
  return {
    update(...of) {
      return atOnce(this.updating(...of));
    },
    *updating(design, knownElsewhere) {
      if (!isWhole) [topology, memory] = [undefined, new Map()];
      isWhole = false;
      // As long as the graph is the same, so are the nodes that are remembered, and their order.
      let next = memory;
      if (!topology || !previous || !sameGraph(previous, design)) {
        const before = previous && topology ? { graph: previous, topology } : undefined;
        const wiring = topologyInParts(design, before);
        let part = wiring.next();
        for (; !part.done; part = wiring.next()) yield 0;
        topology = part.value;
        next = new Map();
      }
      const { order } = topology;
      const settled = next === memory ? inOrder : undefined;
      let recomputed = 0;
      const { blocks } = design;
      const inference: Inference = { samples, blocks, count: () => recomputed++ };
      const refusals = roomFor(design, order);
      const changed = new Map<NodeId, NodeFacts>();
      const remember = (place: number, id: NodeId, now: Memory): void => {
        next.set(id, now);
        if (settled) settled[place] = now;
        changed.set(id, now.facts);
      };
      for (let place = 0; place < order.length; place++) {
        if (place % PART === PART - 1) yield place / order.length;
        const id = order[place]!;
        const node = design.nodes[id]!;
        // What most nodes are after most edits: the same, fed by what is the same.
        const before = settled?.[place];
        if (before?.node === node && isPlain(before, refusals) && !isFedBy(before.wiring, changed)) continue;
        const wiring = topology.wirings.get(id)!;
        const refusal = refusals.get(id);
        const definitions = definitionsFor(node, blocks);
        const remembered = memory.get(id);
        const known = remembered && sameOpening(remembered, definitions, refusal) ? remembered : undefined;
        if (known && known.node === node && fedAsBefore(known.wiring, wiring, changed)) {
          if (next !== memory) next.set(id, known);
          continue;
        }
        const values = wiring.ports.map(({ wire }) => sourceValue(next, wire?.from));
        if (known && unchanged(known, node, wiring, values)) {
          // What comes in may come from another node now: it is that one whose changes are looked for from here on.
          if (next !== memory) next.set(id, { ...known, wiring });
          continue;
        }
        const anew = known && sameButSeen(known, node, wiring) ? seeingAnew(known.facts, values) : undefined;
        if (anew) {
          inference.count();
          remember(place, id, { node, wiring, values, definitions, refusal, facts: anew });
          continue;
        }
        const wrong = refusal ? [...wiring.problems, problemAt(id, refusal)] : wiring.problems;
        const elsewhere = wrong.length === 0 ? knownElsewhere?.(id) : undefined;
        const fresh =
          elsewhere && standsFor(elsewhere, node, values)
            ? fedBy(elsewhere, values)
            : inferNode(id, node, values, wrong, inference);
        const facts = keepIdentity(fresh, remembered?.facts);
        remember(place, id, { node, wiring, values, definitions, refusal, facts });
      }
      if (!settled) inOrder = [...next.values()];
      alone = settled ? withChanged(alone, changed) : factsOf(next);
      previous = design;
      memory = next;
      isWhole = true;
      const told = { numbers: design.numbers, batch: batch ?? design.batch };
      return summarise(design, told, topology, alone, recomputed);
    },
  };
}

/** Whether facts that were worked out elsewhere are those of this node, given these inputs. */
function standsFor(
  { node, inputs, problems }: NodeFacts,
  wanted: DesignNode,
  values: readonly Value[],
): boolean {
  if (node !== wanted || problems.length > 0 || inputs.length !== values.length) return false;
  return inputs.every((dims, i) => {
    const here = values[i]!.dims;
    return dims === here || (dims !== undefined && here !== undefined && sameDims(dims, here));
  });
}

/** The same facts with the shapes that are here, which are known by what they are: equal ones may have come from elsewhere. */
function fedBy(facts: NodeFacts, values: readonly Value[]): NodeFacts {
  const { inputs } = facts;
  if (values.every(({ dims }, i) => dims === inputs[i])) return facts;
  return { ...facts, inputs: values.map(({ dims }) => dims) };
}

/** Whether a node is opened as it was before. */
function sameOpening(known: Memory, definitions: Memory['definitions'], refusal: Issue | undefined): boolean {
  return known.refusal === refusal && sameDefinitions(known.definitions, definitions);
}

/** Whether the same wires end at a node as before, from nodes of which nothing new is known. */
function fedAsBefore(before: Wiring, now: Wiring, changed: FactsById): boolean {
  if (before !== now && !(sameWiring(before, now) && sameWires(before, now))) return false;
  return !isFedBy(now, changed);
}

function isFedBy({ ports }: Wiring, changed: FactsById): boolean {
  if (changed.size === 0) return false;
  for (const { wire } of ports) if (wire && changed.has(wire.from.node)) return true;
  return false;
}

type FactsById = ReadonlyMap<NodeId, NodeFacts>;

function factsOf(memory: ReadonlyMap<NodeId, Memory>): FactsById {
  const facts = new Map<NodeId, NodeFacts>();
  for (const [id, { facts: own }] of memory) facts.set(id, own);
  return facts;
}

/** In the order of before; the same where nothing changed. */
function withChanged(before: FactsById, changed: FactsById): FactsById {
  if (changed.size === 0) return before;
  const facts = new Map(before);
  for (const [id, own] of changed) facts.set(id, own);
  return facts;
}

/** Whether a node is opened as it was, since there is nothing to open and no room to run out of. */
function isPlain({ definitions, refusal }: Memory, refusals: ReadonlyMap<NodeId, Issue>): boolean {
  return (
    refusal === undefined && refusals.size === 0 && Array.isArray(definitions) && definitions.length === 0
  );
}

function sameWires(before: Wiring, now: Wiring): boolean {
  return before.ports.every(({ wire }, i) => wire === now.ports[i]!.wire);
}

/** Whether the wires, the nodes and their kinds are those of before; parameters may differ. */
function sameGraph(before: Design, now: Design): boolean {
  if (before.wires !== now.wires) return false;
  if (before.nodes === now.nodes) return true;
  const ids = Object.keys(now.nodes);
  if (ids.length !== Object.keys(before.nodes).length) return false;
  return ids.every((id) => {
    const a = before.nodes[id];
    const b = now.nodes[id]!;
    if (a === b) return true;
    // A parameter can change how many outputs a node has, and so which wires are right.
    return (
      a?.kind === b.kind &&
      definitionOf(b.kind).outputs(a.params).length === definitionOf(b.kind).outputs(b.params).length
    );
  });
}

function sourceValue(
  memory: ReadonlyMap<NodeId, Memory>,
  from: { node: NodeId; port: string } | undefined,
): Value {
  const facts = from && memory.get(from.node)?.facts;
  return { dims: from && facts?.outputs?.[from.port], reach: facts?.reach, blind: facts?.blind ?? false };
}

function unchanged(known: Memory, node: DesignNode, wiring: Wiring, values: readonly Value[]): boolean {
  return (
    known.node === node &&
    sameWiring(known.wiring, wiring) &&
    known.values.length === values.length &&
    known.values.every(
      (value, i) =>
        value.dims === values[i]!.dims &&
        value.blind === values[i]!.blind &&
        sameReach(value.reach, values[i]!.reach),
    )
  );
}

/** Whether nothing but what comes in may be new. */
const sameButSeen = (known: Memory, node: DesignNode, wiring: Wiring): boolean =>
  known.node === node && known.refusal === undefined && sameWiring(known.wiring, wiring);

function sameWiring(a: Wiring, b: Wiring): boolean {
  if (a === b) return true;
  return (
    a.ports.length === b.ports.length &&
    a.problems.length === 0 &&
    b.problems.length === 0 &&
    a.ports.every(({ name }, i) => name === b.ports[i]!.name)
  );
}

function summarise(
  design: Design,
  told: Pick<Design, 'numbers' | 'batch'>,
  topology: Topology,
  ordered: FactsById,
  recomputed: number,
): Analysis {
  const facts = withTwinProblems(withCyclic(design, topology, ordered), (id) => id);
  const problems: Problem[] = [];
  // One after the other: a node may have more of them than a call takes arguments.
  for (const known of facts.values()) for (const problem of known.problems) problems.push(problem);
  let totals: Totals | undefined;
  return {
    facts,
    order: topology.order,
    topology,
    problems,
    get totals() {
      totals ??= totalsOf(told, topology, facts);
      return totals;
    },
    recomputed,
  };
}

function withCyclic({ nodes }: Design, { cyclic, wirings }: Topology, ordered: FactsById): FactsById {
  if (cyclic.length === 0) return ordered;
  const all = new Map(ordered);
  const inCycle = new Set(cyclic);
  for (const id of cyclic) all.set(id, cyclicFacts(id, nodes[id]!, wirings.get(id)!, inCycle));
  return all;
}

function cyclicFacts(id: NodeId, node: DesignNode, wiring: Wiring, inCycle: ReadonlySet<NodeId>): NodeFacts {
  const back = wiring.ports.find(({ wire }) => wire && inCycle.has(wire.from.node));
  return {
    id,
    node,
    inputs: wiring.ports.map(() => undefined),
    outputs: undefined,
    weights: [],
    cost: undefined,
    reach: undefined,
    blind: false,
    inside: undefined,
    fragment: undefined,
    problems: [
      ...wiring.problems,
      problemAt(id, say('cycle', { id, from: back?.wire?.from.node ?? id }, back ? { port: back.name } : {})),
    ],
  };
}
