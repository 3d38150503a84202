import type { ParamValues, ValuesOf } from '../schema/params.ts';
import { abs } from './abs.ts';
import { acos } from './acos.ts';
import { acosh } from './acosh.ts';
import { add } from './add.ts';
import { and } from './and.ts';
import { argMax } from './arg-max.ts';
import { argMin } from './arg-min.ts';
import { asin } from './asin.ts';
import { asinh } from './asinh.ts';
import { atan } from './atan.ts';
import { atanh } from './atanh.ts';
import { attention } from './attention.ts';
import { avgPool } from './avg-pool.ts';
import { avgPool1d } from './avg-pool1d.ts';
import { batchNorm } from './batch-norm.ts';
import { ceil } from './ceil.ts';
import { celu } from './celu.ts';
import { channelShuffle } from './channel-shuffle.ts';
import { clip } from './clip.ts';
import { col2im } from './col2im.ts';
import { concat } from './concat.ts';
import { constant } from './constant.ts';
import { convTranspose1d } from './conv-transpose1d.ts';
import { convTranspose2d } from './conv-transpose2d.ts';
import { conv1d } from './conv1d.ts';
import { conv2d } from './conv2d.ts';
import { cos } from './cos.ts';
import { cosh } from './cosh.ts';
import { cumProd } from './cum-prod.ts';
import { cumSum } from './cum-sum.ts';
import type { AnyLayer, Traits } from './define.ts';
import { deformConv2d } from './deform-conv2d.ts';
import { depthToSpace } from './depth-to-space.ts';
import { dequantize } from './dequantize.ts';
import { determinant } from './determinant.ts';
import { divide } from './divide.ts';
import { dropout } from './dropout.ts';
import { dynamicQuantize } from './dynamic-quantize.ts';
import { elu } from './elu.ts';
import { equal } from './equal.ts';
import { erf } from './erf.ts';
import { exp } from './exp.ts';
import { expand } from './expand.ts';
import { eyeLike } from './eye-like.ts';
import { flatten } from './flatten.ts';
import { floor } from './floor.ts';
import { gather } from './gather.ts';
import { gatherElements } from './gather-elements.ts';
import { gatherNd } from './gather-nd.ts';
import { gelu } from './gelu.ts';
import { globalAvgPool } from './global-avg-pool.ts';
import { globalAvgPool1d } from './global-avg-pool1d.ts';
import { globalLpPool } from './global-lp-pool.ts';
import { globalLpPool1d } from './global-lp-pool1d.ts';
import { globalMaxPool } from './global-max-pool.ts';
import { globalMaxPool1d } from './global-max-pool1d.ts';
import { greater } from './greater.ts';
import { greaterOrEqual } from './greater-or-equal.ts';
import { gridSample } from './grid-sample.ts';
import { groupNorm } from './group-norm.ts';
import { hardSigmoid } from './hard-sigmoid.ts';
import { hardSwish } from './hard-swish.ts';
import { hardmax } from './hardmax.ts';
import { input } from './input.ts';
import { instanceNorm } from './instance-norm.ts';
import { isInf } from './is-inf.ts';
import { isNan } from './is-nan.ts';
import { layerNorm } from './layer-norm.ts';
import { leakyRelu } from './leaky-relu.ts';
import { less } from './less.ts';
import { lessOrEqual } from './less-or-equal.ts';
import { linear } from './linear.ts';
import { localResponseNorm } from './local-response-norm.ts';
import { log } from './log.ts';
import { logSoftmax } from './log-softmax.ts';
import { lpNorm } from './lp-norm.ts';
import { lpPool } from './lp-pool.ts';
import { lpPool1d } from './lp-pool1d.ts';
import { matmul } from './matmul.ts';
import { maxPool } from './max-pool.ts';
import { maxPool1d } from './max-pool1d.ts';
import { maxUnpool } from './max-unpool.ts';
import { maxUnpool1d } from './max-unpool1d.ts';
import { max } from './maximum.ts';
import { meanVarianceNorm } from './mean-variance-norm.ts';
import { min } from './minimum.ts';
import { mish } from './mish.ts';
import { mod } from './mod.ts';
import { multiply } from './multiply.ts';
import { neg } from './neg.ts';
import { nonMaxSuppression } from './non-max-suppression.ts';
import { nonZero } from './non-zero.ts';
import { not } from './not.ts';
import { oneHot } from './one-hot.ts';
import { opaque } from './opaque.ts';
import { or } from './or.ts';
import { output } from './output.ts';
import { pad } from './pad.ts';
import { power } from './power.ts';
import { prelu } from './prelu.ts';
import { quantAdd } from './quant-add.ts';
import { quantAvgPool } from './quant-avg-pool.ts';
import { quantAvgPool1d } from './quant-avg-pool1d.ts';
import { quantConv1d } from './quant-conv1d.ts';
import { quantConv2d } from './quant-conv2d.ts';
import { quantLinear } from './quant-linear.ts';
import { quantMatmul } from './quant-matmul.ts';
import { quantSoftmax } from './quant-softmax.ts';
import { quantize } from './quantize.ts';
import { reciprocal } from './reciprocal.ts';
import { reduceL1 } from './reduce-l1.ts';
import { reduceL2 } from './reduce-l2.ts';
import { reduceLogSum } from './reduce-log-sum.ts';
import { reduceLogSumExp } from './reduce-log-sum-exp.ts';
import { reduceMax } from './reduce-max.ts';
import { reduceMean } from './reduce-mean.ts';
import { reduceMin } from './reduce-min.ts';
import { reduceProd } from './reduce-prod.ts';
import { reduceSum } from './reduce-sum.ts';
import { reduceSumSquare } from './reduce-sum-square.ts';
import { relu } from './relu.ts';
import { reshape } from './reshape.ts';
import { resize } from './resize.ts';
import { reverseSequence } from './reverse-sequence.ts';
import { rmsNorm } from './rms-norm.ts';
import { roiAlign } from './roi-align.ts';
import { round } from './round.ts';
import { roundHalf } from './round-half.ts';
import { scatterElements } from './scatter-elements.ts';
import { scatterNd } from './scatter-nd.ts';
import { select } from './select.ts';
import { selu } from './selu.ts';
import { shrink } from './shrink.ts';
import { sigmoid } from './sigmoid.ts';
import { sign } from './sign.ts';
import { silu } from './silu.ts';
import { sin } from './sin.ts';
import { sinh } from './sinh.ts';
import { slice } from './slice.ts';
import { softmax } from './softmax.ts';
import { softplus } from './softplus.ts';
import { softsign } from './softsign.ts';
import { spaceToDepth } from './space-to-depth.ts';
import { split } from './split.ts';
import { sqrt } from './sqrt.ts';
import { squeeze } from './squeeze.ts';
import { subtract } from './subtract.ts';
import { take } from './take.ts';
import { tan } from './tan.ts';
import { tanh } from './tanh.ts';
import { thresholdedRelu } from './thresholded-relu.ts';
import { tile } from './tile.ts';
import { topK } from './top-k.ts';
import { transpose } from './transpose.ts';
import { trilu } from './trilu.ts';
import { truncate } from './truncate.ts';
import { truth } from './truth.ts';
import { unsqueeze } from './unsqueeze.ts';
import { xor } from './xor.ts';

/** Every layer, in the order of the palette. A layer is its file, its line here, its icon, and a line per backend. */
export const layers = {
  input,
  output,
  constant,
  conv2d,
  convTranspose2d,
  deformConv2d,
  conv1d,
  convTranspose1d,
  maxPool,
  maxUnpool,
  avgPool,
  globalAvgPool,
  globalMaxPool,
  lpPool,
  globalLpPool,
  maxPool1d,
  maxUnpool1d,
  avgPool1d,
  lpPool1d,
  globalAvgPool1d,
  globalMaxPool1d,
  globalLpPool1d,
  linear,
  matmul,
  attention,
  relu,
  leakyRelu,
  prelu,
  elu,
  celu,
  selu,
  sigmoid,
  hardSigmoid,
  tanh,
  gelu,
  silu,
  hardSwish,
  mish,
  softplus,
  softsign,
  clip,
  thresholdedRelu,
  shrink,
  softmax,
  logSoftmax,
  hardmax,
  batchNorm,
  groupNorm,
  instanceNorm,
  layerNorm,
  rmsNorm,
  localResponseNorm,
  lpNorm,
  meanVarianceNorm,
  dropout,
  add,
  multiply,
  concat,
  flatten,
  pad,
  reshape,
  transpose,
  squeeze,
  unsqueeze,
  slice,
  split,
  gather,
  take,
  gatherElements,
  gatherNd,
  scatterNd,
  scatterElements,
  expand,
  tile,
  oneHot,
  trilu,
  eyeLike,
  resize,
  gridSample,
  depthToSpace,
  spaceToDepth,
  channelShuffle,
  subtract,
  divide,
  power,
  min,
  max,
  mod,
  select,
  equal,
  greater,
  greaterOrEqual,
  less,
  lessOrEqual,
  and,
  or,
  xor,
  not,
  truth,
  isNan,
  isInf,
  sqrt,
  exp,
  log,
  abs,
  neg,
  erf,
  floor,
  ceil,
  round,
  truncate,
  sign,
  reciprocal,
  sin,
  cos,
  tan,
  asin,
  acos,
  atan,
  sinh,
  cosh,
  asinh,
  acosh,
  atanh,
  reduceMean,
  reduceSum,
  reduceMax,
  reduceMin,
  reduceL1,
  reduceL2,
  reduceLogSum,
  reduceLogSumExp,
  reduceProd,
  reduceSumSquare,
  argMax,
  argMin,
  topK,
  nonMaxSuppression,
  nonZero,
  cumSum,
  quantize,
  dequantize,
  dynamicQuantize,
  quantConv2d,
  quantConv1d,
  quantLinear,
  quantMatmul,
  quantAdd,
  opaque,
  quantSoftmax,
  quantAvgPool,
  quantAvgPool1d,
  cumProd,
  determinant,
  reverseSequence,
  roiAlign,
  col2im,
  roundHalf,
} as const satisfies Readonly<Record<string, AnyLayer>>;

/** The kinds of layers, as they stand in a spec. */
export type LayerKind = keyof typeof layers;
export type ParamsOf<K extends LayerKind> = ValuesOf<(typeof layers)[K]['params']>;

export function isLayerKind(kind: string): kind is LayerKind {
  return Object.hasOwn(layers, kind);
}

/** The layer of a kind, with its parameter types set aside. */
export function layerOf(kind: LayerKind): AnyLayer {
  return layers[kind];
}

/** What is true of a node as a function of what comes in; nothing is claimed of blocks. */
export function traitsOf(node: { readonly kind: string; readonly params: ParamValues }): Traits {
  const known = traitsByNode.get(node);
  if (known) return known;
  const { kind, params } = node;
  const traits = isLayerKind(kind) ? layerOf(kind).traits(params) : {};
  // What may still be edited in place is not remembered.
  if (Object.isFrozen(node)) traitsByNode.set(node, traits);
  return traits;
}

const traitsByNode = new WeakMap<object, Traits>();
