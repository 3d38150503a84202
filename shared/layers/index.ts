import type { ValuesOf } from '../schema/params.ts';
import { add } from './add.ts';
import { avgPool } from './avg-pool.ts';
import { batchNorm } from './batch-norm.ts';
import { clip } from './clip.ts';
import { concat } from './concat.ts';
import { conv2d } from './conv2d.ts';
import type { AnyLayer } from './define.ts';
import { dropout } from './dropout.ts';
import { flatten } from './flatten.ts';
import { gelu } from './gelu.ts';
import { globalAvgPool } from './global-avg-pool.ts';
import { globalMaxPool } from './global-max-pool.ts';
import { hardSwish } from './hard-swish.ts';
import { input } from './input.ts';
import { leakyRelu } from './leaky-relu.ts';
import { linear } from './linear.ts';
import { localResponseNorm } from './local-response-norm.ts';
import { maxPool } from './max-pool.ts';
import { multiply } from './multiply.ts';
import { output } from './output.ts';
import { pad } from './pad.ts';
import { relu } from './relu.ts';
import { sigmoid } from './sigmoid.ts';
import { silu } from './silu.ts';
import { softmax } from './softmax.ts';
import { tanh } from './tanh.ts';

/** Every layer, in the order of the palette. A layer is its file, its line here, its icon, and a line per machine. */
export const layers = {
  input,
  output,
  conv2d,
  maxPool,
  avgPool,
  globalAvgPool,
  globalMaxPool,
  linear,
  relu,
  leakyRelu,
  sigmoid,
  tanh,
  gelu,
  silu,
  hardSwish,
  clip,
  softmax,
  batchNorm,
  localResponseNorm,
  dropout,
  add,
  multiply,
  concat,
  flatten,
  pad,
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
