import { type FoldedFilters, filterKey, foldFilters } from '../filters.ts';
import { type TexelRows, Unsupported, type WeightTexture } from '../pass.ts';
import { inPieces, type Piece } from '../pieces.ts';
import { reasons } from '../reasons.ts';
import type { ConvolutionSpec, Depth } from './convolution-spec.ts';

export interface Packing {
  readonly texture: WeightTexture;
  /** Texels of one input quad's weights. */
  readonly unit: number;
  /** Input quads per texture row, and rows per block of output quads. */
  readonly perRow: number;
  readonly rows: number;
}

/** Row: a block of output quads; along it, per input quad, kernel position, output quad of the tile and input channel, a texel of four output channels. */
export function packFilters(spec: ConvolutionSpec, depth: Depth, maxTextureSize: number): Packing {
  const { filters, groups } = spec;
  const { tile, blocks, view } = spec.output.layout;
  const cIn = spec.input.layout.view.channels;
  const taps = spec.window.kernel[0] * spec.window.kernel[1];
  const unit = taps * tile.quads * 4;
  const perRow = Math.min(depth.count, Math.floor(maxTextureSize / unit));
  if (perRow === 0) throw new Unsupported(reasons.filterWiderThanTexture(taps));
  const rows = Math.ceil(depth.count / perRow);
  const width = perRow * unit;
  const height = blocks * rows;
  if (height > maxTextureSize) throw new Unsupported(reasons.filtersFitNoTexture);
  const perGroup = cIn / groups;
  const filtersPerGroup = view.channels / groups;
  /** The outputs of some blocks. */
  const fill = ({ weight, scale }: FoldedFilters, { first: firstBlock, count, texels }: Piece): void => {
    const end = Math.min(view.channels, (firstBlock + count) * tile.quads * 4);
    for (let o = firstBlock * tile.quads * 4; o < end; o++) {
      const quad = o >> 2;
      const block = Math.floor(quad / tile.quads);
      const firstChannel = Math.floor(o / filtersPerGroup) * perGroup;
      for (let c = 0; c < perGroup; c++) {
        const channel = firstChannel + c;
        const ig = (channel >> 2) - depth.firstOf(block);
        const row = (block - firstBlock) * rows + Math.floor(ig / perRow);
        const first =
          (row * width + (ig % perRow) * unit + (quad % tile.quads) * 4 + (channel & 3)) * 4 + (o & 3);
        const from = (o * perGroup + c) * taps;
        for (let k = 0; k < taps; k++) {
          texels[first + k * tile.quads * 16] = (weight ? weight[from + k]! : 1) * scale[o]!;
        }
      }
    }
  };
  function* pack(): Iterable<TexelRows> {
    const folded = foldFilters(spec);
    for (const piece of inPieces(blocks, rows * width)) {
      fill(folded, piece);
      const { first, count, texels } = piece;
      yield { first: first * rows, count: count * rows, texels };
    }
  }
  const key = `direct ${tile.quads} ${perRow} ${filterKey(filters)}`;
  return { texture: { key, width, height, pack }, unit, perRow, rows };
}
