import { elementCount } from '../../../base/dims.ts';
import { messages } from '../../../base/problem.ts';
import { Tensor } from '../../../base/tensor.ts';
import type { LayerKind } from '../../../layers/index.ts';
import type { ParamValues } from '../../../schema/params.ts';
import type { NodeView, Translate } from '../node-view.ts';
import { asWeight, type Flow, filled, type OnnxWeight, type Value } from '../values.ts';
import { multiHeadAttention } from './attention.ts';
import { gemm, scalar } from './dense.ts';
import { swish } from './elementwise.ts';
import { channelsLast, conv, maxPool } from './windows.ts';

export const say = messages('formats/onnx/operators/microsoft', {
  'operator-not-constant': ['its inputs are all constants.', 'Fold the constants of the model.'],
  'activation-unsupported': ['its activation is {{name}}.', 'Export the model without fusions.'],
  'training-mode': ['its statistics are read.', 'Export the model for inference.'],
  'weights-do-not-fit': ['its weights of {{bits}} bits do not fit.', 'Export it again.'],
});

/** A flow that a translation made of a node that computes while the network runs. */
function flowing(node: NodeView, [value]: readonly Value[]): Flow {
  if (value?.kind === 'flow') return value;
  throw node.refuse(say('operator-not-constant'));
}

const given = (node: NodeView, name: string) => (node.has(name) ? node.float(name, 0) : undefined);

/** An activation that was fused into the operator before it. */
function activated(node: NodeView, x: Flow): Flow {
  const name = node.text('activation', '');
  const [alpha, beta] = node.list('activation_params') ?? [
    given(node, 'activation_alpha') ?? given(node, 'leaky_relu_alpha'),
    given(node, 'activation_beta'),
  ];
  node.passOver('activation_gamma');
  const fused: Readonly<Record<string, readonly [LayerKind, ParamValues]>> = {
    Relu: ['relu', {}],
    Tanh: ['tanh', {}],
    Sigmoid: ['sigmoid', {}],
    LeakyRelu: ['leakyRelu', { slope: alpha ?? 0.01 }],
    HardSigmoid: ['hardSigmoid', { alpha: alpha ?? 0.2, beta: beta ?? 0.5 }],
    Clip: ['clip', { min: alpha ?? 0, max: beta ?? 6 }],
  };
  if (name === '') return x;
  const layer = fused[name];
  if (layer) return node.one(layer[0], [x], layer[1], {}, `${node.name}.activation`);
  throw node.refuse(say('activation-unsupported', { name }));
}

/** A convolution, what is added to it, and an activation. */
function fusedConv(node: NodeView): readonly Value[] {
  const y = flowing(node, conv(node));
  const sum = node.given(3) ? node.one('add', [y, node.flow(3)], {}, {}, `${node.name}.sum`) : y;
  return [activated(node, sum)];
}

function fusedGemm(node: NodeView): readonly Value[] {
  return [activated(node, flowing(node, gemm(node)))];
}

/** alpha · A · B, either turned in its last two axes; where batches are turned too, what is first goes behind them. */
function fusedMatMul(node: NodeView): readonly Value[] {
  const turned = (i: 0 | 1, side: 'A' | 'B') => {
    const x = node.matrix(i);
    const [last, rank] = [x.dims.length - 1, x.dims.length];
    const [whole, matrix] = [node.int(`transBatch${side}`, 0) === 1, node.int(`trans${side}`, 0) === 1];
    if (rank < 2 || (!whole && !matrix)) return x;
    const axes = [...x.dims.keys()];
    const rows = whole ? [...axes.slice(1, last), 0, last] : axes;
    const perm = matrix ? rows.with(last, rows[last - 1]!).with(last - 1, rows[last]!) : rows;
    if (perm.every((axis, at) => axis === at)) return x;
    return node.one('transpose', [x], { perm }, {}, `${node.name}.trans${side}`);
  };
  const y = node.one('matmul', [turned(0, 'A'), turned(1, 'B')]);
  const alpha = node.float('alpha', 1);
  if (alpha === 1) return [y];
  return [node.one('multiply', [y, scalar(node, alpha, 'alpha')], {}, {}, `${node.name}.scaled`)];
}

/** GELU of a sum with a bias, where one is given. */
function biasedGelu(approximate: 'none' | 'tanh'): Translate {
  return (node) => {
    const x = node.flow(0);
    const sum = node.given(1) ? node.one('add', [x, node.flow(1)], {}, {}, `${node.name}.sum`) : x;
    return [node.one('gelu', [sum], { approximate })];
  };
}

/** The sum of what comes in, what skipped, and a bias, normalised; its fourth output is the sum. */
function skipLayerNorm(node: NodeView): readonly Value[] {
  if (node.isRead(1) || node.isRead(2)) throw node.refuse(say('training-mode'));
  const parts = [node.flow(0), node.flow(1), ...(node.given(4) ? [node.flow(4)] : [])];
  const sum = node.one('add', parts, {}, {}, `${node.name}.sum`);
  const weights: Record<string, OnnxWeight> = { weight: asWeight(node.constant(2, 'scale')) };
  if (node.given(3)) weights.bias = asWeight(node.constant(3, 'bias'));
  const params = { axis: -1, epsilon: node.float('epsilon', 1e-12), bias: node.given(3) };
  const y = node.one('layerNorm', [sum], params, weights);
  return [y, sum, sum, sum];
}

/** The same without means and shifts. */
function skipRmsNorm(node: NodeView): readonly Value[] {
  if (node.isRead(1) || node.isRead(2)) throw node.refuse(say('training-mode'));
  const parts = [node.flow(0), node.flow(1), ...(node.given(3) ? [node.flow(3)] : [])];
  const sum = node.one('add', parts, {}, {}, `${node.name}.sum`);
  const params = { axis: -1, epsilon: node.float('epsilon', 1e-12) };
  const y = node.one('rmsNorm', [sum], params, { weight: asWeight(node.constant(2, 'scale')) });
  return [y, sum, sum, sum];
}

/** Numbers of so few bits, several to a byte, the first in the lowest bits. */
function unpacked(bytes: ArrayLike<number>, bits: number, at: number): number {
  const perByte = 8 / bits;
  return (bytes[Math.floor(at / perByte)]! >> ((at % perByte) * bits)) & ((1 << bits) - 1);
}

/** A matrix whose elements are a few bits each: a fully connected layer. */
function matMulNBits(node: NodeView): readonly Value[] {
  const [fanIn, features] = [node.int('K', 0), node.int('N', 0)];
  const x = node.flow(0);
  const weights: Record<string, OnnxWeight> = { weight: fewBits(node, fanIn, features) };
  if (node.given(5)) weights.bias = asWeight(node.constant(5, 'bias'));
  const tokens = x.dims.length > 2;
  return [node.one('linear', [x], { features, bias: node.given(5), tokens }, weights)];
}

/** Rows of blocks, each with a scale and a zero point of its own, which is half of the range where none is given. */
function fewBits(node: NodeView, fanIn: number, features: number): OnnxWeight {
  const [bits, block] = [node.int('bits', 4), node.int('block_size', 32)];
  // How exact a product must be at least: it is one of single precision.
  node.passOver('accuracy_level');
  const blocks = Math.ceil(fanIn / block);
  const packed = node.constant(1, 'weights');
  const scales = node.constant(2, 'scales');
  const zeros = node.given(3) ? node.constant(3, 'zero points') : undefined;
  const fits = elementCount(packed.dims) === (features * blocks * block * bits) / 8;
  if (![2, 4, 8].includes(bits) || !fits || node.given(4))
    throw node.refuse(say('weights-do-not-fit', { bits }));
  const zeroStride = Math.ceil((blocks * bits) / 8) * (8 / bits);
  const dims = [features, fanIn];
  return {
    dims,
    sources: packed.sources,
    load: async () => {
      const [bytes, factors, offsets] = [await packed.load(), await scales.load(), await zeros?.load()];
      const zeroOf = (row: number, at: number): number => {
        if (!offsets) return 2 ** (bits - 1);
        return zeros!.integer ? unpacked(offsets, bits, row * zeroStride + at) : offsets[row * blocks + at]!;
      };
      const elements = new Float32Array(features * fanIn);
      for (let row = 0; row < features; row++) {
        for (let column = 0; column < fanIn; column++) {
          const at = Math.floor(column / block);
          const level = unpacked(bytes, bits, (row * blocks + at) * block + (column % block));
          elements[row * fanIn + column] = (level - zeroOf(row, at)) * factors[row * blocks + at]!;
        }
      }
      return new Tensor('float32', elements, dims);
    },
  };
}

/**
 * Rows of a table of words, of one of positions and of one of segments, added up and normalised. Its second output says
 * how many tokens count, its third is the sum.
 */
function embedLayerNorm(node: NodeView): readonly Value[] {
  const named = (what: string) => `${node.name}.${what}`;
  const ids = node.flow(0);
  const [batch, tokens] = ids.dims as readonly [number, number];
  const rows = (table: number, places: Flow, what: string) =>
    node.one('take', [node.matrix(table), places], { axis: 0 }, {}, named(what));
  const first = { starts: [0], ends: [tokens], axes: [0] };
  const positions = node.given(8)
    ? rows(3, node.flow(8), 'positions')
    : node.one('slice', [node.matrix(3)], first, {}, named('positions'));
  const segments = node.given(1) && node.given(4) ? [rows(4, node.flow(1), 'segments')] : [];
  const sum = node.one('add', [rows(2, ids, 'words'), positions, ...segments], {}, {}, named('sum'));
  const weights = { weight: asWeight(node.constant(5, 'scale')), bias: asWeight(node.constant(6, 'shift')) };
  const y = node.one(
    'layerNorm',
    [sum],
    { axis: -1, epsilon: node.float('epsilon', 1e-12), bias: true },
    weights,
  );
  // Whether the count is wanted: it is given in any case.
  node.passOver('mask_index_type');
  if (!node.isRead(1)) return [y, y, sum];
  if (!node.given(7)) return [y, filled(0, [batch], true), sum];
  const counted = node.one('equal', [node.flow(7), scalar(node, 1, 'one')], {}, {}, named('counted'));
  const count = node.one('reduceSum', [counted], { axes: [1], keepDims: false }, {}, named('count'));
  return [y, { ...count, integer: 'counts' }, sum];
}

/** Operators that onnxruntime's optimiser writes, by com.microsoft. */
export const microsoft: Readonly<Record<string, Translate>> = {
  FusedConv: fusedConv,
  FusedGemm: fusedGemm,
  FusedMatMul: fusedMatMul,
  TransposeMatMul: fusedMatMul,
  BiasGelu: biasedGelu('none'),
  FastGelu: biasedGelu('tanh'),
  QuickGelu: (node) => swish(node, 1.702),
  SkipLayerNormalization: skipLayerNorm,
  SkipSimplifiedLayerNormalization: skipRmsNorm,
  MatMulNBits: matMulNBits,
  MultiHeadAttention: multiHeadAttention,
  EmbedLayerNormalization: embedLayerNorm,
  NhwcMaxPool: channelsLast(maxPool),
};
