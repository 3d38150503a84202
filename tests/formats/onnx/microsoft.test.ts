import { expect, test } from 'vitest';
import { Tensor } from '../../../shared/base/tensor.ts';
import { bytesSource } from '../../../shared/formats/weights/source.ts';
import { openModel } from '../../../shared/models/open-model.ts';
import { type TinyAttribute, type TinyTensor, tinyModel } from './tiny-model.ts';

interface Case {
  readonly op: string;
  /** What it is told, where it is tried several ways. */
  readonly what?: string;
  /** com.microsoft where nothing is said. */
  readonly domain?: string;
  readonly x: readonly [dims: readonly number[], data: readonly number[]];
  /** Names of constants stand for themselves, x for what is fed, nothing for what is left out. */
  readonly inputs: readonly string[];
  readonly weights?: Readonly<Record<string, TinyTensor>>;
  readonly attributes?: Readonly<Record<string, TinyAttribute>>;
  readonly outputs?: readonly string[];
  readonly dims: readonly number[];
  readonly y: readonly number[];
}

const gelu = (x: number, erf: number) => (x * (1 + erf)) / 2;
/** erf(1/√2), the share of a normal distribution within one deviation. */
const WITHIN_ONE = 0.6826894921370859;

/** Worked out by hand from what onnxruntime's documentation of its contributed operators says. */
const cases: readonly Case[] = [
  {
    op: 'FusedConv',
    x: [
      [1, 1, 2, 2],
      [1, -2, 3, -4],
    ],
    inputs: ['x', 'w', 'b', 'x'],
    weights: { w: { dims: [1, 1, 1, 1], data: [2] }, b: { dims: [1], data: [1] } },
    attributes: { activation: { text: 'Relu' } },
    dims: [1, 1, 2, 2],
    y: [4, 0, 10, 0],
  },
  {
    op: 'FusedConv',
    x: [
      [1, 1, 1, 2],
      [1, -2],
    ],
    inputs: ['x', 'w'],
    weights: { w: { dims: [1, 1, 1, 1], data: [2] } },
    attributes: { activation: { text: 'LeakyRelu' }, activation_params: { floats: [0.25] } },
    dims: [1, 1, 1, 2],
    y: [2, -1],
  },
  {
    op: 'FusedMatMul',
    x: [
      [2, 2],
      [1, 2, 3, 4],
    ],
    inputs: ['x', 'w'],
    weights: { w: { dims: [2, 2], data: [1, 0, 1, 1] } },
    attributes: { transA: { int: 1 }, transB: { int: 1 }, alpha: { float: 0.5 } },
    dims: [2, 2],
    y: [0.5, 2, 1, 3],
  },
  {
    // What is first goes behind the batches: rows 1 and 3, then 2 and 4.
    op: 'FusedMatMul',
    x: [
      [2, 2, 1],
      [1, 2, 3, 4],
    ],
    inputs: ['x', 'w'],
    weights: { w: { dims: [1, 1], data: [2] } },
    attributes: { transBatchA: { int: 1 } },
    dims: [2, 2, 1],
    y: [2, 6, 4, 8],
  },
  {
    op: 'BiasGelu',
    x: [
      [1, 2],
      [0, -1],
    ],
    inputs: ['x', 'b'],
    weights: { b: { dims: [2], data: [1, 0] } },
    dims: [1, 2],
    y: [gelu(1, WITHIN_ONE), gelu(-1, -WITHIN_ONE)],
  },
  {
    op: 'FastGelu',
    x: [
      [1, 2],
      [1, -1],
    ],
    inputs: ['x'],
    dims: [1, 2],
    y: [0.8411919906082768, -0.15880800939172324],
  },
  {
    op: 'SkipLayerNormalization',
    x: [
      [1, 1, 2],
      [1, 2],
    ],
    inputs: ['x', 'x', 'g', 'b', 'c'],
    weights: {
      g: { dims: [2], data: [1, 2] },
      b: { dims: [2], data: [0, 10] },
      c: { dims: [2], data: [0, 2] },
    },
    dims: [1, 1, 2],
    y: [-1, 12],
  },
  // Queries and keys of nothing: every key that counts has the same share.
  ...(
    [
      ['how many keys count', [1], [2], [1.5, 1.5, 1.5]],
      ['until where and from where they do', [2], [3, 1], [5.5, 5.5, 5.5]],
      ['which do', [1, 3], [1, 0, 1], [5, 5, 5]],
      ['which do for each query', [1, 3, 3], [1, 0, 0, 0, 1, 0, 1, 1, 1], [1, 2, 4]],
    ] as const
  ).map(
    ([what, dims, data, y]): Case => ({
      op: 'Attention',
      what,
      x: [
        [1, 3, 1],
        [1, 2, 9],
      ],
      inputs: ['x', 'w', '', 'm'],
      weights: { w: { dims: [1, 3], data: [0, 0, 1] }, m: { dims, data, type: 'int32' } },
      attributes: { num_heads: { int: 1 } },
      dims: [1, 3, 1],
      y,
    }),
  ),
  {
    op: 'MultiHeadAttention',
    x: [
      [1, 2, 1],
      [1, 9],
    ],
    inputs: ['z', 'x', 'x', '', 'm'],
    weights: { z: { dims: [1, 2, 1], data: [0, 0] }, m: { dims: [1], data: [1], type: 'int32' } },
    attributes: { num_heads: { int: 1 } },
    dims: [1, 2, 1],
    y: [1, 1],
  },
  {
    op: 'EmbedLayerNormalization',
    x: [
      [1, 2],
      [1, 0],
    ],
    inputs: ['x', '', 'w', 'p', '', 'g', 'b'],
    weights: {
      w: { dims: [2, 2], data: [0, 0, 1, 3] },
      p: { dims: [3, 2], data: [0, 0, 0, 4, 9, 9] },
      g: { dims: [2], data: [1, 2] },
      b: { dims: [2], data: [0, 10] },
    },
    dims: [1, 2, 2],
    y: [-1, 12, -1, 12],
  },
  {
    op: 'NhwcMaxPool',
    x: [
      [1, 1, 2, 2],
      [1, 8, 3, 4],
    ],
    inputs: ['x'],
    attributes: { kernel_shape: { ints: [1, 2] } },
    dims: [1, 1, 1, 2],
    y: [3, 8],
  },
  {
    // Rows of 16: the levels 0 to 15 in the first, 8 and 9 by turns in the second, whose zero point is 8.
    op: 'MatMulNBits',
    x: [[1, 1, 16], Array.from({ length: 16 }, () => 1)],
    inputs: ['x', 'w', 's', 'z'],
    weights: {
      w: {
        dims: [2, 1, 8],
        type: 'uint8',
        data: [0x10, 0x32, 0x54, 0x76, 0x98, 0xba, 0xdc, 0xfe, ...new Array<number>(8).fill(0x98)],
      },
      s: { dims: [2], data: [0.5, 2] },
      z: { dims: [2], type: 'uint8', data: [7, 8] },
    },
    attributes: { K: { int: 16 }, N: { int: 2 }, bits: { int: 4 }, block_size: { int: 16 } },
    dims: [1, 1, 2],
    y: [0.5 * (120 - 16 * 7), 2 * 8],
  },
  // Of ONNX's first years: each is its formula.
  {
    op: 'ImageScaler',
    domain: '',
    x: [
      [1, 2, 1, 2],
      [1, 2, 3, 4],
    ],
    inputs: ['x'],
    attributes: { scale: { float: 0.5 }, bias: { floats: [1, -1] } },
    dims: [1, 2, 1, 2],
    y: [1.5, 2, 0.5, 1],
  },
  {
    op: 'ScaledTanh',
    domain: '',
    x: [
      [1, 2],
      [0, 2],
    ],
    inputs: ['x'],
    attributes: { alpha: { float: 2 }, beta: { float: 0.5 } },
    dims: [1, 2],
    y: [0, 1.523188311911],
  },
  {
    op: 'ParametricSoftplus',
    domain: '',
    x: [[1, 1], [0]],
    inputs: ['x'],
    attributes: { alpha: { float: 2 }, beta: { float: 1 } },
    dims: [1, 1],
    y: [2 * Math.LN2],
  },
  {
    op: 'Affine',
    domain: '',
    x: [
      [1, 2],
      [1, -1],
    ],
    inputs: ['x'],
    attributes: { alpha: { float: 2 }, beta: { float: 3 } },
    dims: [1, 2],
    y: [5, 1],
  },
];

test.each(cases)(
  '$op $what',
  async ({ op, domain = 'com.microsoft', x, inputs, weights, attributes, dims, y }) => {
    const model = tinyModel({
      opset: 17,
      domains: ['com.microsoft'],
      inputs: { x: { dims: x[0] } },
      outputs: { y: { dims } },
      nodes: [{ op, domain, inputs, outputs: ['y'], ...(attributes && { attributes }) }],
      ...(weights && { weights }),
    });
    const session = await openModel(bytesSource(model), { backend: 'reference' });
    const { y: got } = await session.run({ x: new Tensor('float32', x[1], x[0]) });
    await session.release();
    expect(got!.dims).toEqual(dims);
    for (const [i, right] of y.entries()) expect(got!.data[i]).toBeCloseTo(right, 5);
  },
);
