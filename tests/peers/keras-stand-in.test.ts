import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { elementCount } from '../../shared/base/dims.ts';
import { largestError } from '../conformance/reference-data.ts';
import { thoroughness } from '../thorough.ts';
import { peersFolder, peersInstalled } from './install.ts';
import { pythonWith } from './python.ts';

/** A layer by its names in Keras and in tfjs-layers, a real implementation of Keras' layers; options are tfjs's, of which Keras writes words apart by lines. */
interface Case {
  readonly layer: string;
  readonly options?: Readonly<Record<string, unknown>>;
  /** What tfjs calls otherwise. */
  readonly there?: Readonly<Record<string, unknown>>;
  readonly inputs: readonly (readonly number[])[];
}

const map = [[2, 7, 6, 4]] as const;
const signal = [[2, 11, 4]] as const;
const same = { padding: 'same' };

const windows: readonly Case[] = [
  { layer: 'Conv2D', options: { filters: 5, kernelSize: [3, 2] }, inputs: map },
  {
    layer: 'Conv2D',
    options: { filters: 5, kernelSize: 3, strides: 2, ...same, useBias: false },
    inputs: map,
  },
  { layer: 'Conv2D', options: { filters: 3, kernelSize: 3, dilationRate: 2, ...same }, inputs: map },
  { layer: 'Conv2D', options: { filters: 3, kernelSize: 4, strides: [2, 3], ...same }, inputs: map },
  { layer: 'DepthwiseConv2D', options: { kernelSize: 3, depthMultiplier: 2 }, inputs: map },
  { layer: 'DepthwiseConv2D', options: { kernelSize: 3, strides: 2, ...same, useBias: false }, inputs: map },
  { layer: 'Conv2DTranspose', options: { filters: 3, kernelSize: [3, 2] }, inputs: map },
  {
    layer: 'Conv2DTranspose',
    options: { filters: 3, kernelSize: 2, strides: 2, useBias: false },
    inputs: map,
  },
  { layer: 'Conv2DTranspose', options: { filters: 2, kernelSize: 2, strides: 3 }, inputs: map },
  { layer: 'Conv1D', options: { filters: 5, kernelSize: 3 }, inputs: signal },
  {
    layer: 'Conv1D',
    options: { filters: 5, kernelSize: 4, strides: 3, ...same, useBias: false },
    inputs: signal,
  },
  { layer: 'Conv1D', options: { filters: 2, kernelSize: 3, dilationRate: 2, ...same }, inputs: signal },
  ...(['MaxPooling', 'AveragePooling'] as const).flatMap((pool): Case[] => [
    { layer: `${pool}2D`, options: { poolSize: 2 }, inputs: map },
    { layer: `${pool}2D`, options: { poolSize: [3, 2], strides: [2, 1] }, inputs: map },
    { layer: `${pool}2D`, options: { poolSize: 3, strides: 2, ...same }, inputs: map },
    { layer: `${pool}1D`, options: { poolSize: 2 }, inputs: signal },
    { layer: `${pool}1D`, options: { poolSize: 3, strides: 1 }, inputs: signal },
    { layer: `${pool}1D`, options: { poolSize: 3, strides: 2, ...same }, inputs: signal },
  ]),
  { layer: 'GlobalAveragePooling2D', inputs: map },
  { layer: 'GlobalMaxPooling2D', inputs: map },
  { layer: 'GlobalAveragePooling1D', inputs: signal },
  { layer: 'GlobalMaxPooling1D', inputs: signal },
  {
    layer: 'ZeroPadding2D',
    options: {
      padding: [
        [1, 2],
        [0, 3],
      ],
    },
    inputs: map,
  },
  { layer: 'UpSampling2D', options: { size: [2, 3] }, inputs: map },
];

const others: readonly Case[] = [
  { layer: 'Dense', options: { units: 6 }, inputs: [[3, 5]] },
  { layer: 'Dense', options: { units: 6, useBias: false }, inputs: [[2, 4, 5]] },
  { layer: 'BatchNormalization', inputs: map },
  { layer: 'BatchNormalization', options: { epsilon: 0.1 }, inputs: signal },
  { layer: 'LayerNormalization', options: { epsilon: 0.01 }, inputs: signal },
  { layer: 'LayerNormalization', inputs: [[3, 8]] },
  { layer: 'PReLU', inputs: signal },
  { layer: 'PReLU', options: { sharedAxes: [1, 2] }, inputs: map },
  { layer: 'ReLU', inputs: map },
  { layer: 'ReLU', options: { maxValue: 0.5 }, inputs: map },
  { layer: 'LeakyReLU', options: { negativeSlope: 0.2 }, there: { alpha: 0.2 }, inputs: map },
  { layer: 'ELU', inputs: map },
  { layer: 'Softmax', options: { axis: -1 }, inputs: [[3, 5]] },
  { layer: 'Softmax', options: { axis: -1 }, inputs: signal },
  { layer: 'Flatten', inputs: map },
  { layer: 'Permute', options: { dims: [3, 1, 2] }, inputs: map },
  {
    layer: 'Add',
    inputs: [
      [2, 3, 4],
      [2, 3, 4],
      [2, 3, 4],
    ],
  },
  {
    layer: 'Multiply',
    inputs: [
      [2, 3, 4],
      [2, 3, 4],
    ],
  },
  {
    layer: 'Concatenate',
    options: { axis: 1 },
    inputs: [
      [2, 3, 4],
      [2, 5, 4],
    ],
  },
  ...['sigmoid', 'tanh', 'softplus', 'softsign', 'selu', 'mish'].map(
    (activation): Case => ({ layer: 'Activation', options: { activation }, inputs: map }),
  ),
  { layer: 'Activation', options: { activation: 'silu' }, there: { activation: 'swish' }, inputs: map },
];

const upTo = (max: number) => fc.integer({ min: 1, max });
const padding = fc.constantFrom('valid', 'same');
const epsilon = fc.constantFrom(1e-5, 1e-3, 0.1);
/** A map that is at least as large as windows of 4 with every other element left out. */
const anyMap = fc.tuple(upTo(2), fc.integer({ min: 7, max: 11 }), fc.integer({ min: 7, max: 11 }), upTo(5));
const anySignal = fc.tuple(upTo(2), fc.integer({ min: 7, max: 15 }), upTo(5));
const anyTensor = fc.oneof(anyMap, anySignal, fc.tuple(upTo(4), upTo(9)));
const pair = (max: number) => fc.oneof(upTo(max), fc.tuple(upTo(max), upTo(max)));
/** Windows step or have gaps, not both. */
const stepping = (step: fc.Arbitrary<unknown>, gap: fc.Arbitrary<unknown>) =>
  fc.oneof(
    fc.record({ strides: step, dilationRate: fc.constant(1) }),
    fc.record({ strides: fc.constant(1), dilationRate: gap }),
  );
const convolution = (
  size: fc.Arbitrary<unknown>,
  step: fc.Arbitrary<unknown>,
  gap: fc.Arbitrary<unknown>,
  more: Record<string, fc.Arbitrary<unknown>>,
) =>
  fc
    .tuple(fc.record({ kernelSize: size, padding, useBias: fc.boolean(), ...more }), stepping(step, gap))
    .map(([window, steps]) => ({ ...window, ...steps }));
const random = (
  layer: string | fc.Arbitrary<string>,
  input: fc.Arbitrary<readonly number[]>,
  options: fc.Arbitrary<Readonly<Record<string, unknown>>>,
): fc.Arbitrary<Case> =>
  fc.record({
    layer: typeof layer === 'string' ? fc.constant(layer) : layer,
    inputs: input.map((dims) => [dims]),
    options,
  });

/**
 * Any options of a layer that both have, on any input that they take. tfjs-layers steps over the two axes of depthwise maps
 * alike, and hands their gaps on to nobody.
 */
const randomCase = fc.oneof(
  random('Conv2D', anyMap, convolution(pair(4), pair(3), pair(2), { filters: upTo(6) })),
  random(
    'DepthwiseConv2D',
    anyMap,
    convolution(pair(4), upTo(3), fc.constant(1), { depthMultiplier: upTo(3) }),
  ),
  random(
    'Conv2DTranspose',
    anyMap,
    fc.record({ filters: upTo(4), kernelSize: pair(4), strides: pair(3), useBias: fc.boolean() }),
  ),
  random('Conv1D', anySignal, convolution(upTo(4), upTo(3), upTo(2), { filters: upTo(6) })),
  random(
    fc.constantFrom('MaxPooling2D', 'AveragePooling2D'),
    anyMap,
    fc.record({ poolSize: pair(4), strides: pair(3), padding }),
  ),
  random(
    fc.constantFrom('MaxPooling1D', 'AveragePooling1D'),
    anySignal,
    fc.record({ poolSize: upTo(4), strides: upTo(3), padding }),
  ),
  random(
    'ZeroPadding2D',
    anyMap,
    fc.record({ padding: fc.tuple(fc.tuple(upTo(3), upTo(3)), fc.tuple(upTo(3), upTo(3))) }),
  ),
  random('UpSampling2D', anyMap, fc.record({ size: fc.tuple(upTo(3), upTo(3)) })),
  random('Dense', anyTensor, fc.record({ units: upTo(9), useBias: fc.boolean() })),
  random('BatchNormalization', anyTensor, fc.record({ epsilon })),
  // Of few channels that are nearly alike, a smaller one makes much of how sums are rounded.
  random('LayerNormalization', anyTensor, fc.record({ epsilon: fc.constantFrom(0.01, 0.1) })),
  random('PReLU', anyMap, fc.record({ sharedAxes: fc.uniqueArray(upTo(3), { minLength: 1, maxLength: 3 }) })),
  random('Permute', anyMap, fc.record({ dims: fc.shuffledSubarray([1, 2, 3], { minLength: 3 }) })),
  anyMap.chain(([batch, height, width, channels]) =>
    fc.record<Case>({
      layer: fc.constantFrom('Add', 'Multiply'),
      inputs: upTo(3).map((more) => Array.from({ length: more + 1 }, () => [batch, height, width, channels])),
    }),
  ),
);

/** So many configurations are tried besides those that stand here, the same ones each time. */
const RANDOM = thoroughness > 0 ? 2000 * thoroughness : 500;
const written = [...windows, ...others];
const cases = [...written, ...fc.sample(randomCase, { numRuns: RANDOM, seed: 20261130 })];

interface Plain {
  readonly dims: readonly number[];
  readonly data: readonly number[];
}

/** Numbers on both sides of 0 that are neither round nor alike. */
const wave = (dims: readonly number[], phase: number): Plain => ({
  dims,
  data: Array.from({ length: elementCount(dims) }, (_, i) => Math.fround(Math.sin(i * 1.7 + phase))),
});

/** `kernelSize` is `kernel_size` in Python. */
const inPython = (options: Case['options'] = {}) =>
  Object.fromEntries(
    Object.entries(options).map(([name, value]) => [
      name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`),
      value,
    ]),
  );

/** `Conv2D` is `conv2d` in tfjs, `MaxPooling1D` `maxPooling1d`, `ReLU` `reLU`. */
const inTfjs = (layer: string) =>
  `${layer[0]!.toLowerCase()}${layer.slice(1)}`
    .replace(/(\d)D/, '$1d')
    .replace(/^(pReLU|eLU)$/, (name) => name.replace('pReLU', 'prelu').replace('eLU', 'elu'));

describe.skipIf(!peersInstalled() || !pythonWith('torch'))(
  'the stand-in for Keras, as tfjs-layers has it',
  () => {
    const right: Plain[] = [];
    let got: readonly Plain[] = [];

    beforeAll(async () => {
      const tf = createRequire(join(peersFolder, 'package.json'))('@tensorflow/tfjs');
      await tf.setBackend('cpu');
      const asked = cases.map(({ layer, options, there, inputs }) => {
        const fed = inputs.map((dims, i) => wave(dims, i));
        const own = tf.layers[inTfjs(layer)]({ ...options, ...there });
        const tensors = fed.map(({ data, dims }) => tf.tensor(data, dims));
        const x = tensors.length > 1 ? tensors : tensors[0];
        own.apply(x);
        // Variances are above 0; the rest may be anything.
        const weights = own.getWeights().map((weight: { shape: readonly number[] }, i: number) => {
          const { dims, data } = wave(weight.shape, 5 + i);
          return {
            dims,
            data: layer === 'BatchNormalization' && i === 3 ? data.map((v) => v * v + 0.1) : data,
          };
        });
        own.setWeights(weights.map(({ data, dims }: Plain) => tf.tensor(data, dims)));
        const y = own.apply(x);
        right.push({ dims: y.shape, data: Array.from(y.dataSync()) });
        return { class: layer, options: inPython(options), inputs: fed, weights };
      });
      const script = join(import.meta.dirname, '../formats/keras/run_layers.py');
      const told = execFileSync(pythonWith('torch')!, [script], {
        input: JSON.stringify(asked),
        maxBuffer: 1 << 26,
      });
      got = JSON.parse(told.toString());
    }, 120_000);

    test.each(written.map((each, i) => [each.layer, each.options, i] as const))(
      '%s %j',
      (_layer, _options, i) => {
        expect(got[i]!.dims).toEqual(right[i]!.dims);
        expect(largestError(got[i]!.data, Float32Array.from(right[i]!.data))).toBeLessThan(2e-6);
      },
    );

    test(`${RANDOM} layers of any options`, () => {
      const wrong = cases.filter((_, i) => {
        const isAlike = String(got[i]!.dims) === String(right[i]!.dims);
        return !isAlike || largestError(got[i]!.data, Float32Array.from(right[i]!.data)) >= 2e-6;
      });
      expect(wrong.slice(0, 3), `${wrong.length} of ${cases.length}`).toEqual([]);
    });
  },
);
