import type { Limits, WeightTexture } from '../pass.ts';
import type { ConvolutionSpec } from './convolution-spec.ts';
import { packFilters } from './winograd-filters.ts';
import { type ProductTile, productTile } from './winograd-tiles.ts';

/** Points at which a row of six inputs is evaluated. */
export const FREQUENCIES = 6;

export interface WinogradPlan {
  readonly tilesAcross: number;
  readonly tilesDown: number;
  /** Rows of tiles, over all images, that go through the passes together. */
  readonly rowsPerChunk: number;
  readonly chunks: number;
  readonly tiles: number;
  readonly product: ProductTile;
  /** Texels of the product along x: tiles that one invocation sums lie this far apart. */
  readonly productWidth: number;
  readonly outputBlocks: number;
  readonly filters: WeightTexture;
}

/** Whether the transforms pay, in the precision at hand: half floats lose too much in them. */
export function suitsWinograd({ input, output, window, groups }: ConvolutionSpec, limits: Limits): boolean {
  const isOne = (pair: readonly [number, number]): boolean => pair[0] === 1 && pair[1] === 1;
  const inputView = input.layout.view;
  const outputView = output.layout.view;
  if (limits.precision === 'half' || groups !== 1 || !isOne(window.stride) || !isOne(window.dilation))
    return false;
  if (window.kernel[0] !== 3 || window.kernel[1] !== 3) return false;
  if (inputView.channels < 16 || outputView.channels < 16 || outputView.height < 4 || outputView.width < 4)
    return false;
  const { quads } = productTile(limits);
  const fits =
    input.layout.quads * quads * 4 <= limits.maxTextureSize &&
    36 * Math.ceil(output.layout.quads / quads) <= limits.maxTextureSize &&
    FREQUENCIES * input.layout.quads <= limits.maxTextureSize &&
    Math.ceil(outputView.width / 4) <= limits.maxTextureSize &&
    inputView.width <= limits.maxTextureSize;
  return fits;
}

export function planWinograd(spec: ConvolutionSpec, limits: Limits): WinogradPlan {
  const { view } = spec.output.layout;
  const tilesAcross = Math.ceil(view.width / 4);
  const tilesDown = Math.ceil(view.height / 4);
  const rows = tilesDown * view.batch;
  const most = Math.min(
    rows,
    Math.floor(limits.maxTextureSize / tilesAcross),
    Math.floor(limits.maxTextureSize / spec.input.layout.quads),
  );
  const chunks = Math.ceil(rows / most);
  const rowsPerChunk = Math.ceil(rows / chunks);
  const tiles = rowsPerChunk * tilesAcross;
  const product = productTile(limits);
  return {
    tilesAcross,
    tilesDown,
    rowsPerChunk,
    chunks,
    tiles,
    product,
    productWidth: Math.ceil(tiles / product.tiles),
    outputBlocks: Math.ceil(spec.output.layout.quads / product.quads),
    filters: packFilters(spec, product),
  };
}
