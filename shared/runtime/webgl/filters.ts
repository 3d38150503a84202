import { type FoldedFilters, foldFilters as foldShape } from '../parts/fold-filters.ts';
import type { ConvolutionSpec } from './kernels/convolution-spec.ts';

export { type FoldedFilters, filterKey } from '../parts/fold-filters.ts';

/** The filters of a convolution between textures, ready to be packed. */
export function foldFilters({
  filters,
  store,
  input,
  output,
  groups,
  window,
}: ConvolutionSpec): FoldedFilters {
  const { channels: ins } = input.layout.view;
  const { channels: outs } = output.layout.view;
  return foldShape({ filters, store, ins, outs, groups, window });
}
