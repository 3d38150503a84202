import type { Dims } from '../base/dims.ts';
import { fail, failAll, messages, type Problem, type Result, succeed } from '../base/problem.ts';
import type { WeightSpec } from '../layers/define.ts';
import { type LayerKind, traitsOf } from '../layers/index.ts';
import type { ParamValues } from '../schema/params.ts';
import type { Analysis, NodeCost, NodeFacts } from './facts.ts';
import { type FlatSource, type Leaf, leavesOf } from './leaves.ts';

export const say = messages('analysis/flatten', {
  'opaque-layer': [
    '{{id}} stands for {{stands}}, which is not known here: shapes and the other costs are, but the network cannot run.',
    'Put layers that compute the same in its place.',
  ],
  'no-output': ['The network returns nothing: it has no Output node.', 'Add an Output node and connect it.'],
  'some-operation': 'an operation',
  incomplete: [
    '{{id}} cannot be worked out, since something before it is unknown.',
    'Wire the layers before it.',
  ],
});

export type { FlatSource } from './leaves.ts';

/** One layer, blocks opened and bypassed nodes removed. */
export interface FlatStep {
  /** `conv1`, or `stage2/conv` inside a block. */
  readonly id: string;
  readonly kind: LayerKind;
  readonly params: ParamValues;
  readonly inputs: readonly FlatSource[];
  readonly inputDims: readonly Dims[];
  readonly outputDims: readonly Dims[];
  readonly weights: readonly WeightSpec[];
  /** The id under which its weights lie, where they are another layer's. */
  readonly twin?: string;
  /** Weights that the network itself makes: no file has to hold them. */
  readonly made?: readonly string[];
  readonly cost: NodeCost;
}

/** A whole design as a list of layers in an order in which they can run. */
export interface FlatNetwork {
  readonly steps: readonly FlatStep[];
  /** Indices of `input` and `output` steps. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/** Opens every block. Fails with the design's problems when anything in it is unknown, or when nothing goes in or out. */
export function flatten(analysis: Analysis): Result<FlatNetwork> {
  if (analysis.problems.length > 0) return failAll(analysis.problems);
  const steps: FlatStep[] = [];
  for (const leaf of leavesOf(analysis.topology, analysis.facts)) {
    const step = stepOf(leaf);
    if (!step) return fail(incomplete(leaf));
    steps.push(step);
  }
  const indices = (kind: LayerKind): readonly number[] =>
    steps.flatMap((step, i) => (step.kind === kind ? [i] : []));
  const inputs = indices('input');
  const outputs = indices('output');
  if (outputs.length === 0) return fail(say.at({}, 'no-output'));
  return succeed({ steps, inputs, outputs });
}

/** Extents of a network's inputs for so many samples, by node id; those without a batch axis stay as they are. */
export function batchedDims({ steps, inputs }: FlatNetwork, batch: number): Readonly<Record<string, Dims>> {
  return Object.fromEntries(
    inputs.map((at) => {
      const { id, params, outputDims } = steps[at]!;
      const dims = outputDims[0]!;
      return [id, params.batched === true ? dims.with(0, batch) : dims];
    }),
  );
}

function stepOf({ kind, facts, inputs, outputDims, twin }: Leaf): FlatStep | undefined {
  const sources = inputs.filter((source) => source !== undefined);
  const inputDims = facts.inputs.filter((dims) => dims !== undefined);
  if (
    !facts.cost ||
    !outputDims ||
    sources.length < inputs.length ||
    inputDims.length < facts.inputs.length
  ) {
    return undefined;
  }
  return {
    id: facts.id,
    kind,
    params: facts.node.params,
    inputs: sources,
    inputDims,
    outputDims,
    weights: facts.weights,
    ...(twin === undefined || facts.weights.length === 0 ? {} : { twin }),
    ...madeOf(facts),
    cost: facts.cost,
  };
}

function madeOf({ node: { state }, weights }: NodeFacts): Pick<FlatStep, 'made'> {
  if (state?.persistent === false) return { made: weights.map(({ name }) => name) };
  return state?.absent === undefined ? {} : { made: state.absent };
}

/** The id under which a layer's weights lie: its own, or that of the layer that it shares them with. */
export function weightsIdOf({ id, twin }: Pick<FlatStep, 'id' | 'twin'>): string {
  return twin ?? id;
}

/** The weights of a network, each once however many layers use them. */
export function weightHolders({
  steps,
}: Pick<FlatNetwork, 'steps'>): readonly { readonly id: string; readonly step: FlatStep }[] {
  const holders = new Map<string, FlatStep>();
  for (const step of steps) {
    const id = weightsIdOf(step);
    if (step.weights.length > 0 && !holders.has(id)) holders.set(id, step);
  }
  return [...holders].map(([id, step]) => ({ id, step }));
}

/** The first layer of which nobody knows what it computes, as the reason why the network cannot run. */
export function opaqueIn({ topology, facts }: Pick<Analysis, 'topology' | 'facts'>): Problem | undefined {
  const leaf = leavesOf(topology, facts).find(isOpaque);
  return leaf && opaqueProblem(leaf);
}

const isOpaque = ({ facts }: Leaf): boolean => traitsOf(facts.node).opaque === true;

function opaqueProblem({ facts: { id, node } }: Leaf): Problem {
  const { operation } = node.params;
  const stands = operation === '' ? say.part('some-operation') : String(operation);
  return say.at({ node: id }, 'opaque-layer', { id, stands });
}

function incomplete(leaf: Leaf): Problem {
  const { facts } = leaf;
  if (isOpaque(leaf) && facts.outputs) return opaqueProblem(leaf);
  return say.at({ node: facts.id }, 'incomplete', { id: facts.id });
}
