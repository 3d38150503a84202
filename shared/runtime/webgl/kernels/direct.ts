import type { KernelContext, Pass } from '../pass.ts';
import { type ConvolutionSpec, depthOf, slotSource, weightSource } from './convolution-spec.ts';
import { packFilters } from './direct-filters.ts';
import { DirectSource } from './direct-source.ts';
import { unrollingOf } from './unrolling.ts';

/** Any convolution in one pass: every invocation sums a tile of outputs, reading each input texel once. */
export function directConvolution(spec: ConvolutionSpec, { limits }: KernelContext): Pass[] {
  const depth = depthOf(spec);
  const packing = packFilters(spec, depth, limits.maxTextureSize);
  const unrolling = unrollingOf(spec.window.kernel);
  const body = new DirectSource(spec, depth, packing, unrolling);
  const { output } = spec;
  const { width, height } = output.layout;
  return [
    {
      fragment: body.fragment(),
      textures: {
        X: slotSource(spec.input),
        Wt: weightSource(packing.texture),
        ...body.ending.textures,
      },
      target: output.slot,
      viewport: { x: 0, y: 0, width, height },
      macs: spec.macs,
      reads: body.readsPerInvocation * width * height,
    },
  ];
}
