import type { FlatNetwork, FlatSource, FlatStep } from '../../analysis/flatten.ts';
import type { Dims } from '../../base/dims.ts';
import { zero } from '../../base/term.ts';

/** A network of these steps. */
export function withEnds(steps: readonly FlatStep[]): FlatNetwork {
  const indices = (kind: FlatStep['kind']): readonly number[] =>
    steps.flatMap((step, i) => (step.kind === kind ? [i] : []));
  return { steps, inputs: indices('input'), outputs: indices('output') };
}

const free = { macs: zero, otherOps: zero, params: zero, statistics: zero, outputElements: 0 };

export function inputStep(id: string, dims: Dims): FlatStep {
  return {
    id,
    kind: 'input',
    params: { shape: dims, batched: false },
    inputs: [],
    inputDims: [],
    outputDims: [dims],
    weights: [],
    cost: free,
  };
}

/** Named apart from the layer that it reads. */
export const outputName = (name: string): string => `${name}→`;

export function outputStep(name: string, from: FlatSource, dims: Dims): FlatStep {
  return {
    id: outputName(name),
    kind: 'output',
    params: {},
    inputs: [from],
    inputDims: [dims],
    outputDims: [dims],
    weights: [],
    cost: free,
  };
}
