import { type Dims, elementCount, sameDims } from '../base/dims.ts';
import { type Issue, isIssue, messages, type Problem, problemAt } from '../base/problem.ts';
import { product, sumOf, type Term, zero } from '../base/term.ts';
import { innerNode } from '../blocks/expansion.ts';
import { definitionOf } from '../blocks/index.ts';
import { type BlockDefinitions, type DesignNode, inputPortNames, type NodeId } from '../graph/design.ts';
import { blockPorts, insideOf } from '../graph/inside.ts';
import { type Port, type WeightSpec, weightCount } from '../layers/define.ts';
import { isLayerKind, type LayerKind, layerOf } from '../layers/index.ts';
import { blockProblems } from './block-problems.ts';
import type { NodeCost, NodeFacts, ReceptiveField } from './facts.ts';
import { extendReach, pixel } from './reach.ts';
import { countedElsewhere, withTwinProblems } from './twins.ts';

export const say = messages('analysis/node-facts', {
  'too-large': [
    'This node would count {{largest}} operations or elements, more than can be counted exactly.',
    'Use fewer channels, a smaller kernel or a smaller input.',
  ],
  'input-missing': [
    'This block needs a wire into "{{port}}", for the Input "{{input}}" inside.',
    'Connect the layer before it.',
  ],
  'input-too-many': [
    'Wired are {{got}} inputs of this block, which has {{wanted}}: nothing inside takes what comes into "{{port}}".',
    'Remove that wire, or open the block and add an Input.',
  ],
});

/** What is known of one value on a wire. */
export interface Value {
  readonly dims: Dims | undefined;
  readonly reach: ReceptiveField | undefined;
  readonly blind: boolean;
}

const unknownValue: Value = { dims: undefined, reach: undefined, blind: false };

export interface Inference {
  /** Samples that shapes hold. */
  readonly samples: number;
  /** The definitions of the user's own blocks. */
  readonly blocks: BlockDefinitions;
  /** Counts the nodes that were worked out, inner ones included. */
  readonly count: () => void;
}

/** Infers everything about one node from what comes in. Unknown inputs give unknown outputs and no further problem. */
export function inferNode(
  id: NodeId,
  node: DesignNode,
  inputs: readonly Value[],
  wiringProblems: readonly Problem[],
  inference: Inference,
): NodeFacts {
  inference.count();
  const dims = inputs.map((value) => value.dims);
  const inferred = inferredOf(id, node, inputs, dims, wiringProblems, inference);
  // One literal for all, and no spread: every node's facts have the same hidden class.
  return {
    id,
    node,
    inputs: dims,
    outputs: inferred.outputs,
    weights: inferred.weights,
    cost: inferred.cost,
    reach: inferred.reach,
    blind: blindWith(node, inputs),
    problems: inferred.problems,
    inside: inferred.inside,
    fragment: inferred.fragment,
  };
}

function inferredOf(
  id: NodeId,
  node: DesignNode,
  inputs: readonly Value[],
  dims: readonly (Dims | undefined)[],
  wiringProblems: readonly Problem[],
  inference: Inference,
): Inferred {
  if (wiringProblems.length > 0) return { ...unknown, problems: wiringProblems };
  if (node.bypass) return passedOn(node, inputs[0]);
  if (!allKnown(dims)) return { ...unknown, problems: none };
  return isLayerKind(node.kind)
    ? inferLayer(id, node.kind, node, dims, inputs, inference)
    : inferBlock(id, node, inputs, inference);
}

/**
 * The facts of a layer to which what came before comes again, only that it has seen more or less: its shapes, weights and
 * costs stand. Undefined where there is more to be worked out.
 */
export function seeingAnew(facts: NodeFacts, values: readonly Value[]): NodeFacts | undefined {
  const { id, node, inputs, outputs, weights, cost, problems } = facts;
  const { kind, params } = node;
  if (cost === undefined || !isLayerKind(kind) || values.length !== inputs.length) return undefined;
  if (!allKnown(inputs) || inputs.some((dims, i) => dims !== values[i]!.dims)) return undefined;
  return {
    id,
    node,
    inputs,
    outputs,
    weights,
    cost,
    reach: node.bypass ? values[0]?.reach : reachOf(kind, { params, inputs }, values),
    blind: blindWith(node, values),
    problems,
    inside: undefined,
    fragment: undefined,
  };
}

const blindWith = ({ kind }: DesignNode, values: readonly Value[]): boolean =>
  kind !== 'input' && values.every(({ blind }) => blind);

interface OnPaper {
  readonly params: DesignNode['params'];
  readonly inputs: readonly Dims[];
}

const reachOf = (kind: LayerKind, paper: OnPaper, values: readonly Value[]): ReceptiveField | undefined =>
  kind === 'input'
    ? pixel
    : extendReach(
        values.filter(({ blind }) => !blind).map(({ reach }) => reach),
        layerOf(kind).reach(paper),
      );

const none: readonly never[] = [];

function allKnown(inputs: readonly (Dims | undefined)[]): inputs is readonly Dims[] {
  return !inputs.includes(undefined);
}

type Inferred = Omit<NodeFacts, 'id' | 'node' | 'inputs' | 'blind'>;

const unknown: Omit<Inferred, 'problems'> = {
  outputs: undefined,
  weights: [],
  cost: undefined,
  reach: undefined,
  inside: undefined,
  fragment: undefined,
};

const freeCost: NodeCost = { macs: zero, otherOps: zero, params: zero, statistics: zero, outputElements: 0 };

function passedOn({ kind, params }: DesignNode, first: Value | undefined): Inferred {
  const { dims } = first ?? {};
  if (dims === undefined) return { ...unknown, problems: [] };
  const ports = definitionOf(kind).outputs(params);
  return {
    outputs: Object.fromEntries(ports.map(({ name }) => [name, dims])),
    weights: [],
    cost: freeCost,
    reach: first?.reach,
    problems: [],
    inside: undefined,
    fragment: undefined,
  };
}

function inferLayer(
  id: NodeId,
  kind: LayerKind,
  { params, parameters }: DesignNode,
  inputs: readonly Dims[],
  values: readonly Value[],
  { samples }: Inference,
): Inferred {
  const layer = layerOf(kind);
  const paper = { params, inputs };
  const shape = layer.shape(paper);
  if (isIssue(shape)) return { ...unknown, problems: [problemAt(id, shape)] };
  const outputs =
    kind === 'input' && params.batched === true ? shape.map(([, ...one]) => [samples, ...one]) : shape;
  if (layer.traits(params).opaque)
    return { ...unknown, outputs: byPort(layer.outputs(params), outputs), problems: none };
  const weights = layer.weights(paper);
  const cost = costOf(weights, outputs, layer.cost({ params, inputs, outputs, weights }), parameters);
  const overflow = tooLarge(cost);
  if (overflow) return { ...unknown, problems: [problemAt(id, overflow)] };
  return {
    outputs: byPort(layer.outputs(params), outputs),
    weights,
    cost,
    reach: reachOf(kind, paper, values),
    problems: none,
    inside: undefined,
    fragment: undefined,
  };
}

function byPort(ports: readonly Port[], outputs: readonly Dims[]): Readonly<Record<string, Dims>> {
  const named: Record<string, Dims> = {};
  for (let i = 0; i < ports.length; i++) named[ports[i]!.name] = outputs[i]!;
  return named;
}

function costOf(
  weights: readonly WeightSpec[],
  outputs: readonly Dims[],
  { macs, otherOps }: { readonly macs: Term; readonly otherOps: Term },
  stated: number | undefined,
): NodeCost {
  return {
    macs,
    otherOps,
    params: stated === undefined ? weightCount(weights, true) : product(['stated', stated]),
    statistics: weightCount(weights, false),
    outputElements: elementsOf(outputs),
  };
}

function elementsOf(tensors: readonly Dims[]): number {
  let elements = 0;
  for (const dims of tensors) elements += elementCount(dims);
  return elements;
}

/** Beyond 2^53 counts would no longer be exact. */
function tooLarge({ macs, otherOps, params, outputElements }: NodeCost): Issue | undefined {
  const largest = Math.max(macs.value, otherOps.value, params.value, outputElements);
  if (Number.isSafeInteger(largest)) return undefined;
  return say('too-large', { largest: largest.toExponential(2) });
}

function inferBlock(id: NodeId, node: DesignNode, inputs: readonly Value[], inference: Inference): Inferred {
  const opened = insideOf(node, inference.blocks);
  if (!opened) throw new TypeError(`${node.kind} is neither a layer nor a block.`);
  if (isIssue(opened)) return { ...unknown, problems: [problemAt(id, opened)] };
  const { fragment, wiringProblems } = opened;
  const misfed = fragment.inputs && feedProblem(id, fragment.inputs, inputs.length);
  if (misfed) return { ...unknown, problems: [misfed] };
  const face = definitionOf(node.kind);
  const ports = inputPortNames(node.kind, inputs.length);
  const values = new Map<string, Value>(inputs.map((value, i) => [`@${ports[i]}`, value]));
  const inside: NodeFacts[] = [];
  for (const inner of fragment.nodes) {
    const wired = inner.from.map((source) => values.get(source) ?? unknownValue);
    const innerId = `${id}/${inner.id}`;
    const wrong = (wiringProblems.get(inner.id) ?? none).map((problem) => movedTo(innerId, problem));
    const facts = inferNode(innerId, innerNode(fragment, inner.id), wired, wrong, inference);
    inside.push(facts);
    for (const [port, dims] of Object.entries(facts.outputs ?? {})) {
      const value = { dims, reach: facts.reach, blind: facts.blind };
      values.set(`${inner.id}:${port}`, value);
      if (!values.has(inner.id)) values.set(inner.id, value);
    }
  }
  const told = twinsTold(id, inside);
  const opening = { inside: told, fragment };
  const problems = blockProblems(id, node, told);
  if (problems.length > 0) return { ...unknown, problems, ...opening };
  // Where nothing inside is wrong, all that is given there is known.
  const ends = face
    .outputs(node.params)
    .map(({ name }) => [name, values.get(fragment.outputs[name]!)!] as const);
  const known = told.every(({ cost }) => cost !== undefined);
  const cost = known
    ? withoutTwins(id, told, sumCosts(told.map((facts) => facts.cost ?? freeCost)))
    : undefined;
  const overflow = cost && tooLarge(cost);
  if (overflow) return { ...unknown, problems: [problemAt(id, overflow)], ...opening };
  return {
    outputs: Object.fromEntries(ends.map(([name, { dims }]) => [name, dims!])),
    weights: [],
    cost,
    reach: ends[0]![1].reach,
    problems: [],
    ...opening,
  };
}

/** What is wrong where a block of the user's own does not get one value for each of its Inputs. */
function feedProblem(id: NodeId, wanted: readonly string[], got: number): Problem | undefined {
  if (wanted.length === got) return undefined;
  const ports = blockPorts(Math.max(wanted.length, got));
  const port = ports[Math.min(wanted.length, got)]!;
  return problemAt(
    id,
    wanted.length > got
      ? say('input-missing', { input: wanted[got]!, port }, { port })
      : say('input-too-many', { wanted: wanted.length, got, port }, { port }),
  );
}

/** The same, those with a problem that use weights which they cannot use. */
function twinsTold(id: NodeId, inside: readonly NodeFacts[]): readonly NodeFacts[] {
  if (!inside.some(({ node }) => node.weights !== undefined)) return inside;
  const known = new Map(inside.map((facts) => [facts.id, facts]));
  return [...withTwinProblems(known, (twin) => `${id}/${twin}`).values()];
}

/** The cost of a block in which several nodes use the same weights: they count once. */
function withoutTwins(id: NodeId, inside: readonly NodeFacts[], cost: NodeCost): NodeCost {
  const repeated = countedElsewhere(inside, (twin) => inside.find((facts) => facts.id === `${id}/${twin}`));
  if (repeated.size === 0) return cost;
  const own = inside.filter((facts) => !repeated.has(facts));
  const { params, statistics } = sumCosts(own.map((facts) => facts.cost ?? freeCost));
  return { ...cost, params, statistics };
}

function movedTo(node: NodeId, problem: Problem): Problem {
  return { ...problem, where: { ...problem.where, node } };
}

function sumCosts(costs: readonly NodeCost[]): NodeCost {
  const total = (of: 'macs' | 'otherOps' | 'params' | 'statistics'): Term =>
    sumOf(costs.map((cost) => cost[of]));
  return {
    macs: total('macs'),
    otherOps: total('otherOps'),
    params: total('params'),
    statistics: total('statistics'),
    outputElements: costs.reduce((elements, cost) => elements + cost.outputElements, 0),
  };
}

/** The same dims object where nothing changed, so that what lies downstream can tell. */
export function keepIdentity(facts: NodeFacts, previous: NodeFacts | undefined): NodeFacts {
  if (!previous?.outputs || !facts.outputs) return facts;
  const outputs: Record<string, Dims> = {};
  for (const [port, dims] of Object.entries(facts.outputs)) {
    const before = previous.outputs[port];
    outputs[port] = before && sameDims(before, dims) ? before : dims;
  }
  return { ...facts, outputs };
}
