import { type FoldedFilters, filterKey, foldFilters } from '../../parts/fold-filters.ts';
import type { FilterSource, Finish, MapView, Window } from '../../plan/graph.ts';
import { type BufferSource, type KernelContext, weightSource } from '../dispatch.ts';
import { finishFunction } from '../finish.ts';

/** A convolution as its kernels need it. */
export interface ConvolutionSpec {
  readonly input: BufferSource;
  readonly from: MapView;
  readonly output: BufferSource;
  readonly to: MapView;
  readonly residual: BufferSource | undefined;
  readonly window: Window;
  readonly groups: number;
  readonly filters: FilterSource;
  readonly finish: Finish;
  /** Of the whole batch. */
  readonly macs: number;
}

export function foldedOf(
  { filters, from, to, groups, window }: ConvolutionSpec,
  { store }: KernelContext,
): FoldedFilters {
  return foldFilters({ filters, store, ins: from.channels, outs: to.channels, groups, window });
}

/** Filters in an order that a kernel names. */
export function packedFilters(
  spec: ConvolutionSpec,
  context: KernelContext,
  order: string,
  elements: number,
  fill: (folded: FoldedFilters, packed: Float32Array) => void,
): BufferSource {
  return weightSource(`${order} ${spec.window.kernel.join('×')} ${filterKey(spec.filters)}`, elements, () => {
    const packed = new Float32Array(elements);
    fill(foldedOf(spec, context), packed);
    return packed;
  });
}

/** Filters as they are stored, [out][in per group][height][width], each with what becomes of its channel. */
export function plainFilters(spec: ConvolutionSpec, context: KernelContext): BufferSource {
  const { to, window } = spec;
  const each = (spec.from.channels / spec.groups) * window.kernel[0] * window.kernel[1];
  return packedFilters(spec, context, 'plain', to.channels * each, ({ weight, scale }, packed) => {
    for (let o = 0, at = 0; o < to.channels; o++) {
      for (let i = 0; i < each; i++, at++) packed[at] = (weight ? weight[at]! : 1) * scale[o]!;
    }
  });
}

/** How a convolution's sums end: with the bias and the residual added, clipped and activated. */
export interface Ending {
  readonly reads: Readonly<Record<string, BufferSource>>;
  /** Defines `ended(sum, channel, at)`: what is stored at an element of the output. */
  readonly declarations: string;
}

export function endingOf(spec: ConvolutionSpec, context: KernelContext): Ending {
  const { residual, to, filters, finish } = spec;
  const bias = weightSource(`bias ${filterKey(filters)}`, to.channels, () =>
    Float32Array.from(foldedOf(spec, context).bias),
  );
  return {
    reads: { B: bias, ...(residual ? { R: residual } : {}) },
    declarations: `${finishFunction(finish)}fn ended(sum:f32,channel:i32,at:i32)->f32{return finish(sum+B[channel]${residual ? '+R[at]' : ''});}\n`,
  };
}

/** The numbers of a sliding window that kernels find in `p`. */
export function windowInts({ window, from, to }: Pick<ConvolutionSpec, 'window' | 'from' | 'to'>) {
  return {
    height: from.height,
    width: from.width,
    columns: to.width,
    kernelY: window.kernel[0],
    kernelX: window.kernel[1],
    strideY: window.stride[0],
    strideX: window.stride[1],
    dilationY: window.dilation[0],
    dilationX: window.dilation[1],
    beforeY: window.before[0],
    beforeX: window.before[1],
  };
}
