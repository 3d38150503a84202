import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Dims } from '../../shared/base/dims.ts';
import { isIssue } from '../../shared/base/problem.ts';
import { type FloatTensor, Tensor } from '../../shared/base/tensor.ts';
import type { AnyLayer, Reach } from '../../shared/layers/define.ts';
import { type LayerKind, layerOf } from '../../shared/layers/index.ts';
import type { ParamValues } from '../../shared/schema/params.ts';
import { samplesOf } from './samples.ts';
import { randomTensor, randomWeights } from './tensors.ts';

/** Windows that step by whole places. */
const windows = ['conv2d', 'avgPool', 'lpPool', 'maxPool', 'quantAvgPool', 'spaceToDepth'] as const;
/** What works along axes: on each place of a map alone, or across it. */
const alongAxes = [
  ...(['softmax', 'logSoftmax', 'hardmax', 'lpNorm', 'meanVarianceNorm'] as const),
  ...(['cumSum', 'cumProd', 'argMax', 'topK', 'reduceSum', 'reduceMax', 'quantSoftmax'] as const),
] as const;
/** Products of positive numbers hide nothing of what they see. */
const products: readonly LayerKind[] = ['conv2d', 'avgPool', 'lpPool'];

type Place = readonly [row: number, column: number];
type Window = Extract<Reach, { kind: 'window' }>;

/** Whether a place of the output may see one of the input, as the layer tells it. */
function mayReach(reach: Reach, to: Place, from: Place): boolean {
  if (reach.kind === 'global') return true;
  if (reach.kind === 'pointwise') return to[0] === from[0] && to[1] === from[1];
  return ([0, 1] as const).every((axis) => isTap(reach, axis, to[axis], from[axis]));
}

function isTap({ kernel, stride, dilation, before }: Window, axis: 0 | 1, to: number, from: number): boolean {
  const tap = (from - to * stride[axis] + before[axis]) / dilation[axis];
  return Number.isInteger(tap) && tap >= 0 && tap < kernel[axis];
}

/** Maps with something on every place but one are the first input; all others stay. */
function touched(layer: AnyLayer, params: ParamValues, inputs: readonly Dims[], outputs: readonly Dims[]) {
  const weights = randomWeights(layer.weights({ params, inputs }), 3);
  const given = inputs.map((dims, i) => randomTensor(dims, 17 + i));
  const run = (first: FloatTensor) =>
    layer.forward({
      params,
      inputs: [first, ...given.slice(1)],
      weights,
      outputs,
      tally: { macs: 0, otherOps: 0 },
    })[0]!;
  const before = run(given[0]!);
  const [, , rows, columns] = inputs[0]! as readonly [number, number, number, number];
  const [, , tall, wide] = before.dims as readonly [number, number, number, number];
  const pairs: { readonly to: Place; readonly from: Place }[] = [];
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const moved = given[0]!.data.map((x, i) =>
        Math.floor(i / columns) % rows === row && i % columns === column ? x + 1.5 : x,
      );
      const after = run(new Tensor('float32', moved, inputs[0]!));
      const seen = new Set<number>();
      for (const [i, x] of after.data.entries())
        if (!Object.is(x, before.data[i])) seen.add(i % (tall * wide));
      for (const at of seen) pairs.push({ to: [Math.floor(at / wide), at % wide], from: [row, column] });
    }
  return pairs;
}

const kinds: readonly LayerKind[] = [...windows, ...alongAxes];

describe.each(kinds)('%s', (kind) => {
  const layer = layerOf(kind);

  test('sees of a map what it tells', () => {
    const told = new Set<string>();
    let [across, judged] = [0, 0];
    fc.assert(
      fc.property(samplesOf(kind, layer), ({ params, inputs }) => {
        const outputs = layer.shape({ params, inputs });
        if (isIssue(outputs) || inputs[0]!.length !== 4 || outputs[0]?.length !== 4) return;
        if ([...inputs, ...outputs].flat().includes(0)) return;
        const reach = layer.reach({ params, inputs });
        told.add(reach.kind);
        judged += 1;
        const pairs = touched(layer, params, inputs, outputs);
        if (reach.kind === 'global') {
          across += pairs.filter(({ to, from }) => String(to) !== String(from)).length;
          return;
        }
        for (const { to, from } of pairs)
          expect(mayReach(reach, to, from), `${JSON.stringify(params)}: ${to} sees ${from}`).toBe(true);
        if (!products.includes(kind)) return;
        const [, , rows, columns] = inputs[0]! as readonly number[];
        const [, , tall, wide] = outputs[0]! as readonly number[];
        const found = new Set(pairs.map(({ to, from }) => [...to, ...from].join()));
        for (let i = 0; i < tall! * wide!; i++)
          for (let j = 0; j < rows! * columns!; j++) {
            const [to, from] = [
              [Math.floor(i / wide!), i % wide!],
              [Math.floor(j / columns!), j % columns!],
            ] as const;
            expect(found.has([...to, ...from].join()), `${to} sees ${from}`).toBe(mayReach(reach, to, from));
          }
      }),
      { seed: 9, numRuns: 40 },
    );
    expect(judged).toBeGreaterThan(3);
    // What says that it sees all of a map does see beyond its own place.
    if (told.has('global')) expect(across).toBeGreaterThan(0);
  });
});

test('a transposed convolution sees the inputs that paint a place', () => {
  const layer = layerOf('convTranspose2d');
  const params = {
    ...{ channels: 1, kernel: [4, 3], stride: [2, 1], padding: [1, 0, 1, 2] },
    ...{ outputPadding: [0, 0], dilation: [1, 2], groups: 1, bias: true },
  };
  // Row 0 is painted by rows −1 and 0: 0 = 2·i − 1 + u of taps u = 3 and 1. Column c is by columns c − 4, c − 2 and c.
  expect(layer.reach({ params, inputs: [[1, 1, 8, 8]] })).toEqual({
    ...{ kind: 'window', kernel: [2, 5], stride: [0.5, 1], dilation: [1, 1], before: [1, 4] },
  });
});
