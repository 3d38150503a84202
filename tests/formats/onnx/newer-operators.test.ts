import { beforeAll, describe, expect, test } from 'vitest';
import { Tensor } from '../../../shared/base/tensor.ts';
import { bytesSource } from '../../../shared/formats/weights/source.ts';
import { openModel } from '../../../shared/models/open-model.ts';
import { backends, registerCpu } from '../../conformance/backends.ts';
import { largestError } from '../../conformance/reference-data.ts';
import { peersInstalled } from '../../peers/install.ts';
import { openInOnnxruntime } from '../../peers/onnxruntime.ts';
import { type TinyAttribute, type TinyTensor, tinyModel } from './tiny-model.ts';

interface Case {
  readonly op: string;
  readonly domain?: string;
  readonly fed: Readonly<Record<string, TinyTensor>>;
  readonly stored?: Readonly<Record<string, TinyTensor>>;
  readonly inputs: readonly string[];
  readonly attributes?: Readonly<Record<string, TinyAttribute>>;
  readonly outputs?: readonly string[];
  readonly opset?: number;
  /** What onnxruntime refuses is judged by what ONNX's own reference gives. */
  readonly right?: Readonly<Record<string, readonly number[]>>;
}

const size = (dims: readonly number[]) => dims.reduce((all, extent) => all * extent, 1);
/** Some numbers that are neither round nor alike. */
const wave = (...dims: readonly number[]): TinyTensor => ({
  dims,
  data: Array.from({ length: size(dims) }, (_, i) => Math.sin(i * 1.7 + dims.length)),
});
const whole = (data: readonly number[], dims: readonly number[] = [data.length]): TinyTensor => ({
  dims,
  data,
  type: 'int64',
});

const tables = { cosines: wave(9, 3), sines: wave(9, 3) };
const heads = { q: wave(2, 4, 3, 5), k: wave(2, 4, 6, 5), v: wave(2, 4, 6, 2) };
const joined = { q: wave(2, 3, 20), k: wave(2, 6, 20), v: wave(2, 6, 8) };
const byHeads = { q_num_heads: { int: 4 }, kv_num_heads: { int: 4 } };
const boxes: TinyTensor = { dims: [3, 4], data: [0, 0, 13, 11, 2.5, 3, 9, 7.25, 6, 1, 20, 30] };

const cases: Readonly<Record<string, Case>> = {
  'angles by position': {
    op: 'RotaryEmbedding',
    fed: { x: wave(2, 4, 3, 6) },
    stored: { ...tables, places: whole([0, 1, 2, 5, 3, 8], [2, 3]) },
    inputs: ['x', 'cosines', 'sines', 'places'],
  },
  'angles by positions that are fed': {
    op: 'RotaryEmbedding',
    fed: { x: wave(2, 4, 3, 6), places: whole([0, 1, 2, 5, 3, 8], [2, 3]) },
    stored: tables,
    inputs: ['x', 'cosines', 'sines', 'places'],
  },
  'angles of some features, neighbours in pairs, heads joined': {
    op: 'RotaryEmbedding',
    fed: { x: wave(2, 3, 16) },
    stored: { ...tables, places: whole([0, 1, 2, 5, 3, 8], [2, 3]) },
    inputs: ['x', 'cosines', 'sines', 'places'],
    attributes: { num_heads: { int: 2 }, interleaved: { int: 1 }, rotary_embedding_dim: { int: 6 } },
  },
  'angles of every sample': {
    op: 'RotaryEmbedding',
    fed: { x: wave(2, 4, 3, 6), cosines: wave(2, 3, 3), sines: wave(2, 3, 3) },
    inputs: ['x', 'cosines', 'sines'],
    attributes: { interleaved: { int: 1 } },
  },
  'angles, by com.microsoft': {
    op: 'RotaryEmbedding',
    domain: 'com.microsoft',
    fed: { x: wave(1, 4, 12) },
    stored: { ...tables, first: whole([2]) },
    inputs: ['x', 'first', 'cosines', 'sines'],
  },
  'a grid of matrices': {
    op: 'AffineGrid',
    fed: { theta: wave(2, 2, 3) },
    stored: { size: whole([2, 3, 4, 5]) },
    inputs: ['theta', 'size'],
  },
  'a grid with its corners aligned': {
    op: 'AffineGrid',
    fed: { theta: wave(2, 2, 3) },
    stored: { size: whole([2, 3, 4, 5]) },
    inputs: ['theta', 'size'],
    attributes: { align_corners: { int: 1 } },
  },
  'boxes of a map': {
    op: 'RoiAlign',
    opset: 16,
    fed: { x: wave(2, 3, 7, 8), boxes },
    stored: { images: whole([0, 1, 1]) },
    inputs: ['x', 'boxes', 'images'],
    attributes: {
      output_height: { int: 3 },
      output_width: { int: 2 },
      spatial_scale: { float: 0.5 },
    },
  },
  'boxes of a map, by the old rule, the largest': {
    op: 'RoiAlign',
    opset: 10,
    fed: { x: wave(2, 3, 7, 8), boxes },
    stored: { images: whole([0, 1, 1]) },
    inputs: ['x', 'boxes', 'images'],
    attributes: {
      output_height: { int: 2 },
      output_width: { int: 2 },
      sampling_ratio: { int: 2 },
      mode: { text: 'max' },
    },
  },
  'windows put back': {
    op: 'Col2Im',
    opset: 18,
    fed: { x: wave(2, 18, 8) },
    stored: { size: whole([5, 6]), kernel: whole([3, 3]) },
    inputs: ['x', 'size', 'kernel'],
    attributes: { pads: { ints: [0, 1, 1, 1] }, strides: { ints: [2, 1] }, dilations: { ints: [1, 2] } },
  },
  'windows of a signal put back': {
    op: 'Col2Im',
    opset: 18,
    fed: { x: wave(2, 6, 5) },
    stored: { size: whole([6]), kernel: whole([2]) },
    inputs: ['x', 'size', 'kernel'],
  },
  'sequences turned around': {
    op: 'ReverseSequence',
    fed: { x: wave(3, 4, 2), lengths: whole([3, 1, 0, 2]) },
    inputs: ['x', 'lengths'],
    attributes: { time_axis: { int: 0 }, batch_axis: { int: 1 } },
  },
  'sequences turned around, samples first': {
    op: 'ReverseSequence',
    fed: { x: wave(3, 4, 2) },
    stored: { lengths: whole([4, 1, 3]) },
    inputs: ['x', 'lengths'],
    attributes: { time_axis: { int: 1 }, batch_axis: { int: 0 } },
  },
  determinants: { op: 'Det', fed: { x: wave(2, 3, 3) }, inputs: ['x'] },
  'scores beside the result': {
    op: 'Attention',
    fed: joined,
    inputs: ['q', 'k', 'v'],
    attributes: byHeads,
    outputs: ['y', '', '', 'scores'],
  },
  'weights beside the result': {
    op: 'Attention',
    fed: { ...heads, k: wave(2, 2, 6, 5), v: wave(2, 2, 6, 2) },
    stored: { mask: wave(3, 6) },
    inputs: ['q', 'k', 'v', 'mask'],
    attributes: { qk_matmul_output_mode: { int: 3 } },
    outputs: ['y', '', '', 'scores'],
  },
  'keys handed on by heads': {
    op: 'Attention',
    fed: { ...joined, pk: wave(2, 4, 2, 5), pv: wave(2, 4, 2, 2) },
    inputs: ['q', 'k', 'v', '', 'pk', 'pv'],
    attributes: { ...byHeads, is_causal: { int: 1 } },
    outputs: ['y', 'keys', 'values'],
  },
  'a spectrum along an axis before others': {
    op: 'DFT',
    opset: 17,
    fed: { x: wave(2, 8, 3, 1) },
    inputs: ['x'],
    attributes: { axis: { int: 1 } },
  },
  'half a spectrum of more steps than there are': {
    op: 'DFT',
    opset: 17,
    fed: { x: wave(2, 5, 1) },
    stored: { length: whole([8], []) },
    inputs: ['x', 'length'],
    attributes: { axis: { int: 1 }, onesided: { int: 1 } },
  },
  'back from a spectrum of complex numbers, of its first steps': {
    op: 'DFT',
    opset: 20,
    fed: { x: wave(2, 7, 2) },
    stored: { length: whole([5], []), axis: whole([-2], []) },
    inputs: ['x', 'length', 'axis'],
    attributes: { inverse: { int: 1 } },
  },
  'spectra of frames with a window': {
    op: 'STFT',
    opset: 17,
    fed: { x: wave(2, 30, 1) },
    stored: { step: whole([4], []), window: wave(8) },
    inputs: ['x', 'step', 'window'],
  },
  'whole spectra of frames without one': {
    op: 'STFT',
    opset: 17,
    fed: { x: wave(1, 30, 1) },
    stored: { step: whole([5], []), length: whole([9], []) },
    inputs: ['x', 'step', '', 'length'],
    attributes: { onesided: { int: 0 } },
  },
  'a matrix of integers, beside numbers that are rounded by their range': {
    op: 'DynamicQuantizeMatMul',
    domain: 'com.microsoft',
    opset: 17,
    fed: { x: wave(3, 4) },
    stored: {
      w: { dims: [4, 2], data: [3, -7, 100, 5, -128, 127, 0, 64], type: 'int8' },
      scale: { dims: [2], data: [0.02, 0.5] },
      zero: { dims: [2], data: [1, -3], type: 'int8' },
      bias: wave(2),
    },
    inputs: ['x', 'w', 'scale', 'zero', 'bias'],
  },
};

/** By ONNX's reference implementation of 1.23.1, of cases that onnxruntime refuses. */
const more: Readonly<Record<string, Case>> = {
  'a query from which every key is hidden takes nothing': {
    op: 'Attention',
    fed: { q: wave(1, 1, 2, 2), k: wave(1, 1, 2, 2), v: { dims: [1, 1, 2, 1], data: [3, 5] } },
    stored: { mask: { dims: [2, 2], data: [0, 0, 0, 1], type: 'bool' } },
    inputs: ['q', 'k', 'v', 'mask'],
    right: { y: [0, 5] },
  },
  'and the same by −∞, beside its weights': {
    op: 'Attention',
    fed: { q: wave(1, 1, 2, 2), k: wave(1, 1, 2, 2), v: { dims: [1, 1, 2, 1], data: [3, 5] } },
    stored: { mask: { dims: [2, 2], data: [-Infinity, -Infinity, -Infinity, 0] } },
    inputs: ['q', 'k', 'v', 'mask'],
    attributes: { qk_matmul_output_mode: { int: 3 } },
    outputs: ['y', '', '', 'scores'],
    right: { y: [0, 5], scores: [0, 0, 0, 1] },
  },
  'keys that count, of each sample': {
    op: 'Attention',
    opset: 24,
    fed: {
      q: { dims: [2, 1, 1, 1], data: [0, 0] },
      k: { dims: [2, 1, 4, 1], data: [1, 2, 3, 4, 5, 6, 7, 8] },
      v: { dims: [2, 1, 4, 1], data: [1, 3, 100, 100, 2, 4, 6, 100] },
      counts: whole([2, 3]),
    },
    inputs: ['q', 'k', 'v', '', '', '', 'counts'],
    right: { y: [2, 4] },
  },
  'queries that are the last of the keys that count': {
    op: 'Attention',
    opset: 24,
    fed: {
      q: { dims: [1, 1, 2, 1], data: [0, 0] },
      k: { dims: [1, 1, 4, 1], data: [1, 2, 3, 4] },
      v: { dims: [1, 1, 4, 1], data: [1, 3, 8, 100] },
      counts: whole([3]),
    },
    inputs: ['q', 'k', 'v', '', '', '', 'counts'],
    attributes: { is_causal: { int: 1 } },
    right: { y: [2, 4] },
  },
  'a mask that ends before the keys': {
    op: 'Attention',
    opset: 24,
    fed: {
      q: { dims: [1, 1, 1, 1], data: [0] },
      k: { dims: [1, 1, 3, 1], data: [1, 2, 3] },
      v: { dims: [1, 1, 3, 1], data: [1, 3, 100] },
    },
    stored: { mask: { dims: [1, 2], data: [0, 0] } },
    inputs: ['q', 'k', 'v', 'mask'],
    right: { y: [2] },
  },
  'a gate before a line': {
    op: 'SwiGLU',
    opset: 28,
    fed: { a: { dims: [2, 2], data: [1, -2, 0.5, 3] }, b: { dims: [2, 2], data: [2, 1, -4, 0.25] } },
    inputs: ['a', 'b'],
    attributes: { alpha: { float: 2 } },
    right: { y: [1.76159, -0.03597, -1.46212, 0.74815] },
  },
  'filters over what an earlier run saw, too': {
    op: 'CausalConvWithState',
    opset: 27,
    fed: { x: { dims: [1, 2, 2], data: [1, 2, 3, 4] }, past: { dims: [1, 2, 2], data: [5, 6, 7, 8] } },
    stored: { w: { dims: [2, 1, 3], data: [1, 10, 100, 2, 20, 200] }, b: { dims: [2], data: [0.5, -1] } },
    inputs: ['x', 'w', 'b', 'past'],
    outputs: ['y', 'state'],
    right: { y: [165.5, 216.5, 773, 875], state: [1, 2, 3, 4] },
  },
  'filters that are longer than the signal': {
    op: 'CausalConvWithState',
    opset: 27,
    fed: { x: { dims: [1, 2, 2], data: [1, 2, 3, 4] } },
    stored: { w: { dims: [2, 1, 4], data: [1, 2, 4, 8, -1, 0.5, 0.25, 1] } },
    inputs: ['x', 'w'],
    attributes: { activation: { text: 'silu' } },
    outputs: ['y', 'state'],
    right: {
      y: [7.99732, 20, 2.85772, 4.70926],
      state: [0, 1, 2, 0, 3, 4],
    },
  },
  'filters that noughts come before': {
    op: 'CausalConvWithState',
    opset: 27,
    fed: { x: { dims: [1, 2, 3], data: [1, 2, 3, 4, 5, 6] } },
    stored: { w: { dims: [2, 1, 2], data: [1, 2, -1, 0.5] } },
    inputs: ['x', 'w'],
    outputs: ['y', 'state'],
    right: { y: [2, 5, 8, 2, -1.5, -2], state: [3, 6] },
  },
  'some tokens of a cache': {
    op: 'TensorScatter',
    opset: 24,
    fed: {
      cache: { dims: [2, 4, 1], data: [1, 2, 3, 4, 5, 6, 7, 8] },
      update: { dims: [2, 2, 1], data: [10, 20, 30, 40] },
      places: whole([1, 2]),
    },
    inputs: ['cache', 'update', 'places'],
    right: { y: [1, 10, 20, 4, 5, 6, 30, 40] },
  },
  'some tokens of a cache that goes round': {
    op: 'TensorScatter',
    opset: 24,
    fed: {
      cache: { dims: [1, 3, 2], data: [1, 2, 3, 4, 5, 6] },
      update: { dims: [1, 2, 2], data: [10, 20, 30, 40] },
    },
    stored: { places: whole([2]) },
    inputs: ['cache', 'update', 'places'],
    attributes: { mode: { text: 'circular' }, axis: { int: 1 } },
    right: { y: [30, 40, 3, 4, 10, 20] },
  },
  'what differs among what is fed: ONNX, unique_sorted_without_axis': {
    op: 'Unique',
    opset: 11,
    fed: { x: { dims: [6], data: [2, 1, 1, 3, 4, 3] } },
    inputs: ['x'],
    outputs: ['y', 'first', 'which', 'times'],
    right: { y: [1, 2, 3, 4], first: [1, 0, 3, 4], which: [1, 0, 0, 2, 3, 2], times: [2, 1, 2, 1] },
  },
  'and as it comes: ONNX, unique_not_sorted_without_axis': {
    op: 'Unique',
    opset: 11,
    fed: { x: { dims: [6], data: [2, 1, 1, 3, 4, 3] } },
    inputs: ['x'],
    attributes: { sorted: { int: 0 } },
    outputs: ['y', 'first', 'which', 'times'],
    right: { y: [2, 1, 3, 4], first: [0, 1, 3, 4], which: [0, 1, 1, 2, 3, 2], times: [1, 2, 2, 1] },
  },
  'rows that differ: ONNX, unique_sorted_with_axis': {
    op: 'Unique',
    opset: 11,
    fed: { x: { dims: [3, 3], data: [1, 0, 0, 1, 0, 0, 2, 3, 4] } },
    inputs: ['x'],
    attributes: { axis: { int: 0 } },
    outputs: ['y', 'first', 'which', 'times'],
    right: { y: [1, 0, 0, 2, 3, 4], first: [0, 2], which: [0, 0, 1], times: [2, 1] },
  },
  'triangles over a spectrum: ONNX, melweightmatrix': {
    op: 'MelWeightMatrix',
    opset: 17,
    fed: { bands: whole([8], []) },
    stored: {
      length: whole([16], []),
      rate: whole([8192], []),
      low: { dims: [], data: [0] },
      high: { dims: [], data: [4096] },
    },
    inputs: ['bands', 'length', 'rate', 'low', 'high'],
    // A row for each bin, with ones in these bands.
    right: {
      y: [[0, 1], [2, 3], [4], [5], [6], [7], [], [], []].flatMap((ones) =>
        Array.from({ length: 8 }, (_, band) => Number(ones.includes(band))),
      ),
    },
  },
  'a running product': {
    op: 'CumProd',
    opset: 26,
    fed: { x: { dims: [2, 3], data: [1, 2, 3, 4, 5, 6] } },
    stored: { axis: { dims: [], data: [1], type: 'int32' } },
    inputs: ['x', 'axis'],
    right: { y: [1, 2, 6, 4, 20, 120] },
  },
};

function modelOf({ op, domain, fed, stored = {}, inputs, attributes, outputs = ['y'], opset = 23 }: Case) {
  return tinyModel({
    opset,
    domains: domain === undefined ? [] : [domain],
    inputs: Object.fromEntries(
      Object.entries(fed).map(([name, { dims, type }]) => [name, { dims, ...(type && { type }) }]),
    ),
    outputs: Object.fromEntries(outputs.filter(Boolean).map((name) => [name, { dims: null }])),
    nodes: [{ op, inputs, outputs, ...(attributes && { attributes }), ...(domain && { domain }) }],
    weights: stored,
  });
}

const elements = ({ type, data }: TinyTensor) =>
  type === 'int64' ? BigInt64Array.from(data, BigInt) : Float32Array.from(data);

async function run(each: Case, backend: (typeof backends)[number]) {
  const session = await openModel(bytesSource(modelOf(each)), { backend, threads: 1 });
  const fed = Object.entries(each.fed).map(([name, tensor]) => {
    const data = elements(tensor);
    return [
      name,
      data instanceof Float32Array
        ? new Tensor('float32', data, tensor.dims)
        : new Tensor('int64', data, tensor.dims),
    ];
  });
  const outputs = await session.run(Object.fromEntries(fed));
  await session.release();
  return outputs;
}

beforeAll(registerCpu);

describe.skipIf(!peersInstalled())('as onnxruntime has it', () => {
  test.each(Object.entries(cases))('%s', async (_, each) => {
    const judge = await openInOnnxruntime(modelOf(each));
    const fed = Object.entries(each.fed).map(([name, tensor]) => [
      name,
      { type: tensor.type ?? 'float32', data: elements(tensor), dims: tensor.dims },
    ]);
    const right = await judge.run(Object.fromEntries(fed));
    for (const backend of backends) {
      const got = await run(each, backend);
      for (const [name, { data, dims }] of Object.entries(right)) {
        expect(got[name]!.dims, `${backend}: ${name}`).toEqual(dims);
        expect(largestError(got[name]!.data, data), `${backend}: ${name}`).toBeLessThan(3e-6);
      }
    }
  });
});

test.each(Object.entries(more))('%s', async (_, each) => {
  for (const backend of backends) {
    const got = await run(each, backend);
    for (const [name, right] of Object.entries(each.right ?? {})) {
      const given = Array.from(got[name]!.data, Number);
      expect(
        given.map((value) => Math.round(value * 1e5) / 1e5),
        `${backend}: ${name}`,
      ).toEqual(right);
    }
  }
});

test.each([
  { sizes: [2, 0], order: ['b', 'a'], right: [1, 2, 3, 4] },
  { sizes: [0, 1, 1], order: ['c', 'a', 'b'], right: [2, 1, 4, 3] },
])('parts that hold nothing: %j', async ({ sizes, order, right }) => {
  const bytes = tinyModel({
    opset: 23,
    domains: [],
    inputs: { x: { dims: [2, 2] } },
    outputs: { y: { dims: null } },
    nodes: [
      {
        op: 'Split',
        inputs: ['x', 'sizes'],
        outputs: ['a', 'b', 'c'].slice(0, sizes.length),
        attributes: { axis: { int: 1 } },
      },
      { op: 'Concat', inputs: order, outputs: ['y'], attributes: { axis: { int: 1 } } },
    ],
    weights: { sizes: whole(sizes) },
  });
  const session = await openModel(bytesSource(bytes), { backend: 'reference' });
  const { y } = await session.run({ x: new Tensor('float32', Float32Array.of(1, 2, 3, 4), [2, 2]) });
  await session.release();
  expect([y!.dims, Array.from(y!.data, Number)]).toEqual([[2, 2], right]);
});
