import type { ParamValues, ValuesOf } from '../schema/params.ts';
import { abs } from './abs.ts';
import { add } from './add.ts';
import { avgPool } from './avg-pool.ts';
import { batchNorm } from './batch-norm.ts';
import { celu } from './celu.ts';
import { channelShuffle } from './channel-shuffle.ts';
import { clip } from './clip.ts';
import { concat } from './concat.ts';
import { constant } from './constant.ts';
import { convTranspose2d } from './conv-transpose2d.ts';
import { conv2d } from './conv2d.ts';
import type { AnyLayer, Traits } from './define.ts';
import { depthToSpace } from './depth-to-space.ts';
import { divide } from './divide.ts';
import { dropout } from './dropout.ts';
import { elu } from './elu.ts';
import { erf } from './erf.ts';
import { exp } from './exp.ts';
import { expand } from './expand.ts';
import { flatten } from './flatten.ts';
import { gather } from './gather.ts';
import { gelu } from './gelu.ts';
import { globalAvgPool } from './global-avg-pool.ts';
import { globalMaxPool } from './global-max-pool.ts';
import { groupNorm } from './group-norm.ts';
import { hardSigmoid } from './hard-sigmoid.ts';
import { hardSwish } from './hard-swish.ts';
import { input } from './input.ts';
import { instanceNorm } from './instance-norm.ts';
import { layerNorm } from './layer-norm.ts';
import { leakyRelu } from './leaky-relu.ts';
import { linear } from './linear.ts';
import { localResponseNorm } from './local-response-norm.ts';
import { log } from './log.ts';
import { logSoftmax } from './log-softmax.ts';
import { lpNorm } from './lp-norm.ts';
import { matmul } from './matmul.ts';
import { maxPool } from './max-pool.ts';
import { max } from './maximum.ts';
import { min } from './minimum.ts';
import { mish } from './mish.ts';
import { multiply } from './multiply.ts';
import { neg } from './neg.ts';
import { output } from './output.ts';
import { pad } from './pad.ts';
import { power } from './power.ts';
import { prelu } from './prelu.ts';
import { reduceMax } from './reduce-max.ts';
import { reduceMean } from './reduce-mean.ts';
import { reduceMin } from './reduce-min.ts';
import { reduceSum } from './reduce-sum.ts';
import { relu } from './relu.ts';
import { reshape } from './reshape.ts';
import { resize } from './resize.ts';
import { select } from './select.ts';
import { selu } from './selu.ts';
import { sigmoid } from './sigmoid.ts';
import { silu } from './silu.ts';
import { slice } from './slice.ts';
import { softmax } from './softmax.ts';
import { softplus } from './softplus.ts';
import { softsign } from './softsign.ts';
import { spaceToDepth } from './space-to-depth.ts';
import { split } from './split.ts';
import { sqrt } from './sqrt.ts';
import { squeeze } from './squeeze.ts';
import { subtract } from './subtract.ts';
import { tanh } from './tanh.ts';
import { thresholdedRelu } from './thresholded-relu.ts';
import { transpose } from './transpose.ts';
import { unsqueeze } from './unsqueeze.ts';

/** Every layer, in the order of the palette. A layer is its file, its line here, its icon, and a line per machine. */
export const layers = {
  input,
  output,
  constant,
  conv2d,
  convTranspose2d,
  maxPool,
  avgPool,
  globalAvgPool,
  globalMaxPool,
  linear,
  matmul,
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
  softmax,
  logSoftmax,
  batchNorm,
  groupNorm,
  instanceNorm,
  layerNorm,
  localResponseNorm,
  lpNorm,
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
  expand,
  resize,
  depthToSpace,
  spaceToDepth,
  channelShuffle,
  subtract,
  divide,
  power,
  min,
  max,
  select,
  sqrt,
  exp,
  log,
  abs,
  neg,
  erf,
  reduceMean,
  reduceSum,
  reduceMax,
  reduceMin,
} as const satisfies Readonly<Record<string, AnyLayer>>;

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
export function traitsOf({ kind, params }: { readonly kind: string; readonly params: ParamValues }): Traits {
  return isLayerKind(kind) ? layerOf(kind).traits(params) : {};
}
