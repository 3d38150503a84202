import { transformColumns, transformedAt } from '../../plan/winograd-filter.ts';
import { type FoldedFilters, filterKey, foldFilters } from '../filters.ts';
import type { TexelRows, WeightTexture } from '../pass.ts';
import { inPieces, type Piece } from '../pieces.ts';
import type { ConvolutionSpec } from './convolution-spec.ts';
import type { ProductTile } from './winograd-tiles.ts';

/** Row: (frequency, block of output quads); along it, per input quad, output quad and input channel, a texel of four output channels. */
export function packFilters(spec: ConvolutionSpec, product: ProductTile): WeightTexture {
  const { filters, input, output } = spec;
  const blocks = Math.ceil(output.layout.quads / product.quads);
  const width = input.layout.quads * product.quads * 4;
  const height = 36 * blocks;
  const cIn = input.layout.view.channels;
  const cOut = output.layout.view.channels;
  /** The outputs of some blocks; rows are (frequency, one of these blocks). */
  const fill = ({ weight, scale }: FoldedFilters, { first: firstBlock, count, texels }: Piece): void => {
    const half = new Float64Array(18);
    const step = count * width * 4;
    const end = Math.min(cOut, (firstBlock + count) * product.quads * 4);
    for (let first = firstBlock * product.quads * 4; first < end; first += 4) {
      const quad = first >> 2;
      const block = Math.floor(quad / product.quads) - firstBlock;
      // Four outputs together, whose values are neighbours.
      for (let c = 0; c < cIn; c++) {
        const left = (block * width + ((c >> 2) * product.quads + (quad % product.quads)) * 4 + (c & 3)) * 4;
        for (let o = first; o < Math.min(first + 4, end); o++) {
          transformColumns(weight!, (o * cIn + c) * 9, scale[o]!, half);
          let at = left + (o & 3);
          for (let i = 0; i < 18; i += 3) {
            for (let k = 0; k < 18; k += 3) {
              texels[at] = transformedAt(half, i, k);
              at += step;
            }
          }
        }
      }
    }
  };
  function* pack(): Iterable<TexelRows> {
    const folded = foldFilters(spec);
    for (const piece of inPieces(blocks, 36 * width)) {
      fill(folded, piece);
      const { first, count, texels } = piece;
      const each = count * width * 4;
      for (let f = 0; f < 36; f++) {
        yield { first: f * blocks + first, count, texels: texels.subarray(f * each, (f + 1) * each) };
      }
    }
  }
  return { key: `winograd ${product.quads} ${filterKey(filters)}`, width, height, pack };
}
