import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { elementCount } from '../../shared/base/dims.ts';
import { largestError } from '../conformance/reference-data.ts';
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

const cases = [...windows, ...others];

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

    test.each(cases.map((each, i) => [each.layer, each.options, i] as const))(
      '%s %j',
      (_layer, _options, i) => {
        expect(got[i]!.dims).toEqual(right[i]!.dims);
        expect(largestError(got[i]!.data, Float32Array.from(right[i]!.data))).toBeLessThan(2e-6);
      },
    );
  },
);
