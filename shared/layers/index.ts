import type { ValuesOf } from '../schema/params.ts';
import { add } from './add.ts';
import { conv2d } from './conv2d.ts';
import type { AnyLayer } from './define.ts';
import { input } from './input.ts';
import { output } from './output.ts';
import { relu } from './relu.ts';

/** Every layer, in the order of the palette. A layer is its file, its line here, its icon, and a line per machine. */
export const layers = {
  input,
  output,
  conv2d,
  relu,
  add,
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
