import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { decodeModel } from '../../../shared/formats/onnx/decode.ts';
import { exportOnnx } from '../../../shared/formats/onnx/export.ts';
import { importOnnx } from '../../../shared/formats/onnx/import.ts';
import { foldedOnly, operators } from '../../../shared/formats/onnx/operators/index.ts';
import { bytesSource } from '../../../shared/formats/weights/source.ts';
import { hasReference, referencePath } from '../../conformance/reference-data.ts';
import { codeCase } from '../code/judge.ts';
import { casesOf, kinds } from '../layer-cases.ts';
import { withoutDesign } from './foreign.ts';
import { type TinyNode, type TinyTensor, tinyModel } from './tiny-model.ts';
import { nodeCount, withAttribute } from './with-attribute.ts';

/** No operator has it in any operator set. */
const UNHEARD = 'netwright_unheard_of';

const twoByTwo: TinyTensor = { dims: [2, 2], data: [1, 2, 3, 4] };
const whole = (...data: readonly number[]): TinyTensor => ({ dims: [data.length], data, type: 'int64' });
const bare = (value: number): TinyTensor => ({ dims: [], data: [value], type: 'int64' });

const ones = (...dims: readonly number[]): TinyTensor => ({
  dims,
  data: Array<number>(dims.reduce((a, b) => a * b, 1)).fill(1),
});
const microsoft = 'com.microsoft';
const uint8 = (...dims: readonly number[]): TinyTensor => ({ ...ones(...dims), type: 'uint8' });

interface Tiny extends Omit<TinyNode, 'outputs'> {
  readonly weights?: Readonly<Record<string, TinyTensor>>;
  /** Of what is fed as x. */
  readonly dims?: readonly number[];
  readonly opset?: number;
}

/** What is worked out of constants, and operators that no layer is written as. */
const tiny: readonly Tiny[] = [
  { op: 'Attention', inputs: ['x', 'x', 'x'], dims: [1, 2, 3, 4], opset: 23 },
  { op: 'SwiGLU', inputs: ['x', 'x'], opset: 28 },
  {
    op: 'CausalConvWithState',
    inputs: ['x', 'a'],
    dims: [1, 2, 3],
    weights: { a: ones(2, 1, 2) },
    opset: 27,
  },
  { op: 'Einsum', inputs: ['x', 'x'], attributes: { equation: { text: 'ab,ab->a' } } },
  ...['RMSNormalization', 'SimplifiedLayerNormalization'].map((op) => ({
    op,
    inputs: ['x', 'a'],
    weights: { a: ones(2) },
  })),
  { op: 'Scatter', inputs: ['x', 'a', 'x'], weights: { a: { ...ones(1, 2), type: 'int64' } }, opset: 10 },
  { op: 'AffineGrid', inputs: ['x', 'a'], dims: [1, 2, 3], weights: { a: whole(1, 1, 2, 2) } },
  { op: 'TensorScatter', inputs: ['x', 'a'], dims: [1, 3, 2], weights: { a: ones(1, 2, 2) }, opset: 24 },
  {
    op: 'RotaryEmbedding',
    inputs: ['x', 'a', 'a'],
    dims: [1, 2, 3, 4],
    weights: { a: ones(1, 3, 2) },
    opset: 23,
  },
  {
    op: 'Upsample',
    inputs: ['x', 'a'],
    dims: [1, 1, 2, 2],
    weights: { a: { dims: [4], data: [1, 1, 2, 2] } },
    opset: 9,
  },
  { op: 'CastLike', inputs: ['x', 'x'] },
  { op: 'Compress', inputs: ['x', 'a'], weights: { a: { dims: [2], data: [0, 1], type: 'bool' } } },
  { op: 'CenterCropPad', inputs: ['x', 'a'], weights: { a: whole(1, 4) } },
  {
    op: 'FusedConv',
    domain: microsoft,
    inputs: ['x', 'a'],
    dims: [1, 1, 2, 2],
    weights: { a: ones(1, 1, 1, 1) },
    attributes: { activation: { text: 'Relu' } },
  },
  ...['FusedGemm', 'FusedMatMul', 'TransposeMatMul'].map((op) => ({
    op,
    domain: microsoft,
    inputs: ['x', 'a'],
    weights: { a: ones(2, 2) },
  })),
  ...['BiasGelu', 'FastGelu', 'QuickGelu'].map((op) => ({
    op,
    domain: microsoft,
    inputs: op === 'BiasGelu' ? ['x', 'a'] : ['x'],
    weights: { a: ones(2) },
  })),
  ...['SkipLayerNormalization', 'SkipSimplifiedLayerNormalization'].map((op) => ({
    op,
    domain: microsoft,
    inputs: ['x', 'x', 'a'],
    dims: [1, 2, 2],
    weights: { a: ones(2) },
  })),
  {
    op: 'MatMulNBits',
    domain: microsoft,
    inputs: ['x', 'a', 'b'],
    dims: [1, 16],
    weights: { a: uint8(2, 1, 8), b: ones(2) },
    attributes: { K: { int: 16 }, N: { int: 2 }, bits: { int: 4 }, block_size: { int: 16 } },
  },
  {
    op: 'NhwcMaxPool',
    domain: microsoft,
    inputs: ['x'],
    dims: [1, 2, 2, 1],
    attributes: { kernel_shape: { ints: [1, 2] } },
  },
  {
    op: 'EmbedLayerNormalization',
    domain: microsoft,
    inputs: ['x', '', 'a', 'a', '', 'b', 'b'],
    weights: { a: twoByTwo, b: ones(2) },
  },
  {
    op: 'MultiHeadAttention',
    domain: microsoft,
    inputs: ['x', 'x', 'x'],
    dims: [1, 2, 4],
    attributes: { num_heads: { int: 2 } },
  },
  ...['BitwiseAnd', 'BitwiseOr', 'BitwiseXor', 'BitShift'].map((op) => ({
    op,
    inputs: ['a', 'b'],
    weights: { a: whole(1, 2), b: whole(3, 1) },
    ...(op === 'BitShift' && { attributes: { direction: { text: 'LEFT' } } }),
  })),
  { op: 'BitwiseNot', inputs: ['a'], weights: { a: whole(1, 2) } },
  ...['HannWindow', 'HammingWindow', 'BlackmanWindow'].map((op) => ({
    op,
    inputs: ['a'],
    weights: { a: bare(4) },
  })),
  { op: 'Range', inputs: ['a', 'b', 'c'], weights: { a: bare(0), b: bare(4), c: bare(1) } },
  ...['Affine', 'ScaledTanh', 'ParametricSoftplus'].map((op) => ({
    op,
    inputs: ['x'],
    attributes: { alpha: { float: 2 }, beta: { float: 3 } },
    opset: 7,
  })),
  { op: 'ImageScaler', inputs: ['x'], attributes: { scale: { float: 2 } }, opset: 7 },
  { op: 'DFT', inputs: ['x'], dims: [1, 4, 1] },
  { op: 'STFT', inputs: ['x', 'a', 'b'], dims: [1, 8, 1], weights: { a: bare(2), b: ones(4) } },
  { op: 'Unique', inputs: ['a'], weights: { a: twoByTwo } },
  {
    op: 'MelWeightMatrix',
    inputs: ['a', 'b', 'c', 'd', 'e'],
    weights: {
      a: bare(2),
      b: bare(8),
      c: bare(100),
      d: { dims: [], data: [0] },
      e: { dims: [], data: [50] },
    },
  },
  ...['NegativeLogLikelihoodLoss', 'SoftmaxCrossEntropyLoss'].map((op) => ({
    op,
    inputs: ['x', 'a'],
    weights: { a: whole(1) },
  })),
  { op: 'NonZero', inputs: ['a'], weights: { a: twoByTwo } },
  { op: 'ConstantOfShape', inputs: ['a'], weights: { a: whole(2, 2) } },
  { op: 'Size', inputs: ['a'], weights: { a: twoByTwo } },
  { op: 'Shape', inputs: ['x'] },
  {
    op: 'Constant',
    inputs: [],
    attributes: { value: { tensor: twoByTwo } },
  },
  ...['Add', 'Mul', 'Relu', 'Sign', 'Concat', 'Transpose', 'ReduceSum', 'Cast'].map((op) => ({
    op,
    inputs: op === 'Add' || op === 'Mul' ? ['a', 'a'] : ['a'],
    weights: { a: twoByTwo },
    ...(op === 'Cast' && { attributes: { to: { int: 1 } } }),
    ...(op === 'Concat' && { attributes: { axis: { int: 0 } } }),
  })),
];

const tinyModels = tiny.map(({ weights = {}, dims = [1, 2], opset = 20, ...node }) =>
  tinyModel({
    opset,
    domains: [microsoft],
    inputs: { x: { dims } },
    outputs: { y: { dims: null } },
    nodes: [{ ...node, outputs: ['y'] }],
    weights,
  }),
);

/** A mean of bytes over the whole map, on a grid before and after. */
const meanOfBytes = tinyModel({
  opset: 20,
  domains: [microsoft],
  inputs: { x: { dims: [1, 1, 2, 2] } },
  outputs: { y: { dims: null } },
  nodes: [
    { op: 'QuantizeLinear', inputs: ['x', 's', 'z'], outputs: ['q'] },
    {
      op: 'QLinearGlobalAveragePool',
      domain: microsoft,
      inputs: ['q', 's', 'z', 's', 'z'],
      outputs: ['m'],
    },
    { op: 'DequantizeLinear', inputs: ['m', 's', 'z'], outputs: ['y'] },
  ],
  weights: { s: { dims: [], data: [0.1] }, z: { dims: [], data: [3], type: 'uint8' } },
});

/** Every layer as a file of ONNX, without the design beside it. */
function layerModels(): readonly Uint8Array[] {
  return kinds.flatMap((kind) =>
    casesOf(kind, 2).flatMap(({ name, design }) => {
      const written = exportOnnx(design, codeCase(name, design).weights);
      return written.ok ? [withoutDesign(written.value)] : [];
    }),
  );
}

/** The operator tests of the reference, of which each has one operator at least that is seldom written. */
function referenceModels(): readonly Uint8Array[] {
  if (!hasReference) return [];
  const { cases }: { readonly cases: readonly { readonly id: string; readonly op: string }[] } = JSON.parse(
    readFileSync(referencePath('onnx-conformance/manifest.json'), 'utf8'),
  );
  const first = cases.filter(({ op }, at) => cases.findIndex((other) => other.op === op) === at);
  return first.map(({ id }) => readFileSync(join(referencePath('onnx-conformance'), id, 'model.onnx')));
}

const opened = async (bytes: Uint8Array) => importOnnx(bytesSource(bytes), { allowEmpty: true });

describe('an attribute that nobody knows', () => {
  /** Operators by name, domain apart: how many of their nodes were tried, and which opened all the same. */
  const tried = new Set<string>();
  const taken: string[] = [];

  beforeAll(async () => {
    for (const bytes of [...tinyModels, meanOfBytes, ...layerModels(), ...referenceModels()]) {
      if (!(await opened(bytes)).ok) continue;
      const { model } = await decodeModel(bytesSource(bytes));
      for (let at = 0; at < nodeCount(bytes); at++) {
        const { op, outputs } = model.nodes[at]!;
        const result = await opened(withAttribute(bytes, at, UNHEARD, 1));
        const told = result.ok ? undefined : result.problems.find(({ message }) => message.includes(UNHEARD));
        tried.add(op);
        if (!told) taken.push(`${op} ${outputs[0]}: ${result.ok ? 'opened' : result.problems[0].message}`);
      }
    }
  }, 240_000);

  test('is refused by name, wherever it stands', () => {
    expect(taken).toEqual([]);
  });

  test.skipIf(!hasReference)('at every operator that is taken', () => {
    const all = [...Object.keys(operators), ...foldedOnly];
    expect(all.filter((op) => !tried.has(op))).toEqual([]);
  });
});
