import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Dims } from '../../shared/base/dims.ts';
import { isIssue } from '../../shared/base/problem.ts';
import { type FloatTensor, Tensor } from '../../shared/base/tensor.ts';
import type { AnyLayer, Traits } from '../../shared/layers/define.ts';
import { type LayerKind, layerOf } from '../../shared/layers/index.ts';
import type { ParamValues } from '../../shared/schema/params.ts';
import { computing, samplesOf } from './samples.ts';
import { randomTensor, randomWeights } from './tensors.ts';

const kinds = computing.filter((kind) => layerOf(kind).inputs.length > 0);

/** One layer as a function of its inputs, its weights fixed at random. */
interface Run {
  readonly layer: AnyLayer;
  readonly params: ParamValues;
  readonly inputs: readonly Dims[];
  readonly seed: number;
  readonly macs: number;
  readonly weights: readonly string[];
  of(inputs: readonly FloatTensor[]): readonly FloatTensor[];
}

const mapped = ({ data, dims }: FloatTensor, f: (x: number, i: number) => number): FloatTensor =>
  new Tensor('float32', data.map(f), dims);
/** Within ±2; within ±4, where a sine turns; and whole numbers, where truth values and comparisons do. */
const spreads: readonly ((x: number) => number)[] = [(x) => x, (x) => 2 * x, Math.round];
const feeds = ({ inputs, seed }: Run, by = 0): readonly FloatTensor[] =>
  inputs.map((dims, i) => mapped(randomTensor(dims, seed + 31 * by + i + 1), spreads[seed % 3]!));
const elements = (tensors: readonly FloatTensor[]): readonly number[] =>
  tensors.flatMap(({ data }) => [...data]);

/** Whether each trait holds of a run, as its doc says; undefined where the run cannot tell. */
const holds: Readonly<Record<keyof Traits, (run: Run) => boolean | undefined>> = {
  linear(run) {
    const [a, b] = [feeds(run), feeds(run, 1)];
    const t = 0.25;
    const mixed = run.of(a.map((x, i) => mapped(x, (value, at) => t * value + (1 - t) * b[i]!.data[at]!)));
    const [fa, fb, fm] = [run.of(a), run.of(b), mixed].map(elements) as [number[], number[], number[]];
    const scale = Math.max(1e-3, ...fa.map(Math.abs), ...fb.map(Math.abs));
    return fm.every((value, i) => Math.abs(value - (t * fa[i]! + (1 - t) * fb[i]!)) <= 1e-4 * scale);
  },
  keepsSign(run) {
    const given = feeds(run).map((x) => mapped(x, Math.abs));
    return elements(run.of(given)).every((value) => !(value < 0));
  },
  nonNegative: (run) => elements(run.of(feeds(run))).every((value) => value >= 0),
  bounded(run) {
    // Far beyond where any of them still bends, and far from what a float holds.
    const far = feeds(run).map((x) => mapped(x, (value) => 1e8 * value));
    return elements(run.of(far)).every((value) => Math.abs(value) <= 1e4);
  },
  saturates(run) {
    if (run.params.axis !== undefined) return undefined;
    const at = (value: number) => elements(run.of(feeds(run).map((x) => mapped(x, () => value))));
    const [up, further, down, deeper, near] = [1e4, 2e4, -1e4, -2e4, 0.01].map(at) as number[][];
    // Flat far out on both sides, and on its way from one to the other close to zero.
    return near!.every((value, i) => {
      const ends = [up![i]!, down![i]!] as const;
      const isFlat = Math.abs(ends[0] - further![i]!) + Math.abs(ends[1] - deeper![i]!) < 1e-3;
      return isFlat && value > Math.min(...ends) + 1e-3 && value < Math.max(...ends) - 1e-3;
    });
  },
  identity(run) {
    const [first, ...others] = feeds(run);
    const [result] = run.of([first!, ...others]);
    return String(result!.dims) === String(first!.dims) && result!.data.every((x, i) => x === first!.data[i]);
  },
  whole: (run) => elements(run.of(feeds(run))).every(Number.isInteger),
  sums(run) {
    const [x, ...others] = feeds(run);
    if (others.length > 0) return undefined;
    const given = (value: number, at?: number): readonly number[] =>
      elements(run.of([mapped(x!, (_, i) => (at === undefined || i === at ? value : 0))]));
    const all = given(1);
    const each = x!.data.length / all.length;
    // Of one element alone nothing is added up.
    if (each <= 1) return undefined;
    const share = all[0]! / each;
    const isShare = (value: number, part: number): boolean => Math.abs(value - part) < 1e-5 * Math.abs(part);
    const places = Array.from({ length: Math.min(8, x!.data.length) }, (_, i) => (i * 7) % x!.data.length);
    return (
      all.every((value) => isShare(value, each * share)) &&
      places.every((at) => {
        const reached = given(-2, at).filter((value) => value !== 0);
        return reached.length === 1 && isShare(reached[0]!, -2 * share);
      })
    );
  },
  weighted: ({ macs, weights }) => macs > 0 && weights.includes('weight'),
  mixesChannels(run) {
    const [first, ...others] = feeds(run);
    const [before] = run.of([first!, ...others]);
    const channels = first!.dims[1] ?? 1;
    const outputs = before!.dims[1] ?? 1;
    // With one of either, a layer that keeps channels apart does the same.
    if (channels < 2 || outputs < 2) return undefined;
    const per = first!.data.length / first!.dims[0]! / channels;
    const perOutput = before!.data.length / before!.dims[0]! / outputs;
    const reached = Array.from({ length: channels }, (_, c) => {
      const moved = mapped(first!, (x, at) => (Math.floor(at / per) % channels === c ? x + 1 + (at % 7) : x));
      const [after] = run.of([moved, ...others]);
      const touched = new Set<number>();
      for (const [at, x] of after!.data.entries())
        if (x !== before!.data[at]) touched.add(Math.floor(at / perOutput) % outputs);
      return touched.size;
    });
    // Windows that lie on padding alone see nothing of any channel.
    const all = reached.every((size) => size === outputs);
    // What is rounded may hide what a channel adds.
    const hidden = run.layer.traits(run.params).whole === true && !all;
    return hidden || reached.every((size) => size === 0) ? undefined : all;
  },
  rowsAtMost(run) {
    const [rows] = run.of(feeds(run));
    const width = rows!.dims[1] ?? 0;
    if (rows!.dims.length !== 2 || width === 0) return undefined;
    const isOver = (row: number): boolean =>
      rows!.data.subarray(row * width, (row + 1) * width).every((x) => x === -1);
    const over = Array.from({ length: rows!.dims[0]! }, (_, row) => isOver(row));
    // None over tells nothing; what is over comes last.
    return over.includes(true) ? over.lastIndexOf(false) < over.indexOf(true) : undefined;
  },
  // Whoever can be asked is not opaque.
  opaque: () => false,
};

function runOf(kind: LayerKind, params: ParamValues, inputs: readonly Dims[], seed: number): Run | undefined {
  const layer = layerOf(kind);
  const outputs = layer.shape({ params, inputs });
  if (isIssue(outputs) || [...inputs, ...outputs].flat().includes(0)) return undefined;
  const specs = layer.weights({ params, inputs });
  const weights = randomWeights(specs, seed);
  const macs = layer.cost({ params, inputs, outputs, weights: specs }).macs.value;
  const of = (given: readonly FloatTensor[]) =>
    layer.forward({ params, inputs: given, weights, outputs, tally: { macs: 0, otherOps: 0 } });
  return { layer, params, inputs, seed, macs, weights: specs.map(({ name }) => name), of };
}

describe.each(kinds)('what is claimed of %s', (kind) => {
  const layer = layerOf(kind);
  const runs: Run[] = [];
  fc.assert(
    fc.property(samplesOf(kind, layer), fc.nat(1e6), ({ params, inputs }, seed) => {
      const run = runOf(kind, params, inputs, seed);
      if (run) runs.push(run);
    }),
    { seed: 5, numRuns: 120 },
  );

  test.each(Object.keys(holds) as (keyof Traits)[])('%s', (trait) => {
    let [held, broken] = [0, 0];
    for (const run of runs) {
      const found = holds[trait](run);
      if (found === undefined) continue;
      const about = `${JSON.stringify(run.params)} on ${run.inputs.map((dims) => dims.join('×')).join(', ')}`;
      if (layer.traits(run.params)[trait] === true) expect(found, about).toBe(true);
      else if (found) held += 1;
      else broken += 1;
    }
    // What holds without being claimed, again and again, was forgotten. Mixing is asked only of products, bounds of activations.
    const asked =
      trait === 'mixesChannels'
        ? layer.traits(runs[0]!.params).weighted === true
        : (trait !== 'bounded' && trait !== 'saturates') || layer.group === 'activation';
    if (asked && held > 20) expect(broken, `${trait} held ${held} times`).toBeGreaterThan(0);
  });
});
