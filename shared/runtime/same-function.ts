import { analyze } from '../analysis/analyze.ts';
import { type FlatNetwork, type FlatStep, flatten, weightHolders } from '../analysis/flatten.ts';
import { matchNodes } from '../analysis/matching.ts';
import { sameDims } from '../base/dims.ts';
import { type FloatTensor, Tensor } from '../base/tensor.ts';
import type { Design, NodeId } from '../graph/design.ts';
import type { WeightStore } from './backend.ts';
import { fillNormal, randomStream, seededWeights } from './weights.ts';

/** A design to be run, with its own weights where it has some. */
export interface Candidate {
  readonly design: Design;
  readonly weights?: WeightStore;
}

/** How both compare. */
export type Sameness =
  | {
      readonly kind: 'ran';
      /** The largest absolute difference of any number of any output, and the largest number of the first design's. */
      readonly largest: number;
      readonly scale: number;
      /** The output that it is in. */
      readonly output: string;
      /** Whether both had weights of their own, or the second was given the first one's. */
      readonly weights: 'own' | 'shared';
    }
  | { readonly kind: 'apart'; readonly why: Apart; readonly names: readonly string[] };

/** Why two designs cannot be run on the same. */
export type Apart = 'broken' | 'inputs' | 'outputs' | 'weights';

/** Runs a network, however that is done here. */
export type RunOnce = (
  network: FlatNetwork,
  weights: WeightStore,
  feeds: Readonly<Record<string, FloatTensor>>,
) => Promise<Readonly<Record<string, FloatTensor>>>;

/**
 * Runs two designs on the same noise and says how far apart what they give is. Without weights of its own, the second runs
 * with the first one's, layer by layer as they match: what has a layer with weights that the other lacks is another function.
 */
export async function compareFunctions(a: Candidate, b: Candidate, run: RunOnce): Promise<Sameness> {
  const [left, right] = [opened(a), opened(b)];
  const broken = [left ? [] : [a.design.name], right ? [] : [b.design.name]].flat();
  if (!left || !right) return { kind: 'apart', why: 'broken', names: broken };
  const [inputs, others] = [stepsAt(left, 'inputs'), stepsAt(right, 'inputs')];
  if (!sameShapes(inputs, others)) return { kind: 'apart', why: 'inputs', names: shapesOf(inputs, others) };
  const [outputs, ends] = [stepsAt(left, 'outputs'), stepsAt(right, 'outputs')];
  if (!sameShapes(outputs, ends)) return { kind: 'apart', why: 'outputs', names: shapesOf(outputs, ends) };
  const own = a.weights !== undefined && b.weights !== undefined;
  const first = a.weights ?? seededWeights(left, 0);
  const given = own ? { store: b.weights!, lacking: [] } : handedOver(a.design, left, b.design, right, first);
  if (given.lacking.length > 0) return { kind: 'apart', why: 'weights', names: given.lacking };
  const noise = inputs.map(({ id, outputDims }) => noiseOf(outputDims[0]!, id));
  const feed = (steps: readonly FlatStep[]) => Object.fromEntries(steps.map(({ id }, i) => [id, noise[i]!]));
  const one = await run(left, first, feed(inputs));
  const two = await run(right, given.store, feed(others));
  let [largest, scale, output] = [0, 0, outputs[0]!.id];
  for (const [place, { id }] of outputs.entries()) {
    const [x, y] = [one[id]!.data, two[ends[place]!.id]!.data];
    for (let i = 0; i < x.length; i++) {
      scale = Math.max(scale, Math.abs(x[i]!));
      const difference = Math.abs(x[i]! - y[i]!);
      // What is no number is as far from one as can be.
      if (!(difference <= largest))
        [largest, output] = [Number.isNaN(difference) ? Infinity : difference, id];
    }
  }
  return { kind: 'ran', largest, scale, output, weights: own ? 'own' : 'shared' };
}

function opened({ design }: Candidate): FlatNetwork | undefined {
  const flat = flatten(analyze(design));
  return flat.ok ? flat.value : undefined;
}

const stepsAt = (network: FlatNetwork, ends: 'inputs' | 'outputs'): readonly FlatStep[] =>
  network[ends].map((step) => network.steps[step]!);

const shapeOf = ({ outputDims, inputDims }: FlatStep) => outputDims[0] ?? inputDims[0] ?? [];

function sameShapes(a: readonly FlatStep[], b: readonly FlatStep[]): boolean {
  return a.length === b.length && a.every((step, i) => sameDims(shapeOf(step), shapeOf(b[i]!)));
}

const shapesOf = (...sides: readonly (readonly FlatStep[])[]): readonly string[] =>
  sides.map((steps) => steps.map((step) => shapeOf(step).join('×')).join(', '));

function noiseOf(dims: readonly number[], name: string): FloatTensor {
  const tensor = Tensor.zeros(dims);
  fillNormal(tensor.data, 1, randomStream(`same/${name}`));
  return tensor;
}

interface HandedOver {
  readonly store: WeightStore;
  /** Layers of the second design for whose weights there is nothing in the first. */
  readonly lacking: readonly string[];
}

/** The weights of one design under the names of another: by what its nodes match, then in order among what is alike. */
function handedOver(
  a: Design,
  left: FlatNetwork,
  b: Design,
  right: FlatNetwork,
  weights: WeightStore,
): HandedOver {
  const matched = new Map<NodeId, NodeId>();
  for (const [before, after] of matchNodes(analyze(a), analyze(b))) matched.set(after.id, before.id);
  const holders = new Map(weightHolders(left).map(({ id, step }) => [id, step]));
  const taken = new Set<string>();
  const store: Record<string, WeightStore[string]> = {};
  const waiting: { readonly id: string; readonly step: FlatStep }[] = [];
  for (const { id, step } of weightHolders(right)) {
    const [top = '', ...rest] = id.split('/');
    const there = [matched.get(top) ?? top, ...rest].join('/');
    const holder = holders.get(there);
    if (holder && !taken.has(there) && alike(holder, step)) {
      taken.add(there);
      store[id] = weights[there]!;
    } else waiting.push({ id, step });
  }
  const lacking: string[] = [];
  for (const { id, step } of waiting) {
    const there = [...holders].find(([name, holder]) => !taken.has(name) && alike(holder, step))?.[0];
    if (there === undefined) {
      lacking.push(id);
      continue;
    }
    taken.add(there);
    store[id] = weights[there]!;
  }
  return { store, lacking };
}

function alike(a: FlatStep, b: FlatStep): boolean {
  return (
    a.kind === b.kind &&
    a.weights.length === b.weights.length &&
    a.weights.every(({ name, dims }, i) => name === b.weights[i]!.name && sameDims(dims, b.weights[i]!.dims))
  );
}
