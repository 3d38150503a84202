import type { ParamValues } from '../schema/params.ts';

type From = string | readonly string[];

/** A node of an example: id, kind, parameters, and what feeds it where that is not the node before. */
export type Line =
  | readonly [id: string, kind: string]
  | readonly [id: string, kind: string, params: ParamValues]
  | readonly [id: string, kind: string, params: ParamValues, from: From];

interface Spec {
  readonly netwright: number;
  readonly nodes: readonly object[];
}

/** A spec of layers one after another behind an input of this shape. */
export function network(shape: readonly number[], ...lines: readonly Line[]): Spec {
  return {
    netwright: 3,
    nodes: [
      { id: 'input', kind: 'input', params: { shape } },
      ...lines.map(([id, kind, params, from], i) => ({
        id,
        kind,
        from: from ?? lines[i - 1]?.[0] ?? 'input',
        ...(params === undefined || Object.keys(params).length === 0 ? {} : { params }),
      })),
    ],
  };
}

/** Lines for a 3×3 convolution that keeps the size. */
export function conv(id: string, channels: number, params: ParamValues = {}, from?: From): Line {
  const all = { channels, padding: 1, ...params };
  return from === undefined ? [id, 'conv2d', all] : [id, 'conv2d', all, from];
}

/** Likewise, 1×1. */
export function pointwise(id: string, channels: number, params: ParamValues = {}, from?: From): Line {
  return conv(id, channels, { kernel: 1, padding: 0, ...params }, from);
}

/** Likewise, 3×3 for each channel by itself. */
export function depthwise(id: string, channels: number, params: ParamValues = {}, from?: From): Line {
  return conv(id, channels, { groups: channels, ...params }, from);
}

/** A transposed convolution that doubles the map. */
export function enlarged(channels: number): Line {
  return ['up', 'convTranspose2d', { channels, kernel: 4, stride: 2, padding: 1 }];
}
