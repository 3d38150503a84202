import type { MapView } from '../plan/graph.ts';

/** What one invocation of a shader computes: this many channel quads × rows × columns, one render target each. Powers of two. */
export interface Tile {
  readonly quads: number;
  readonly rows: number;
  readonly columns: number;
}

export const singleTile: Tile = { quads: 1, rows: 1, columns: 1 };

/**
 * How a tensor lies in a texture array. A texel holds four neighbouring channels (a quad). Texture layer
 * (quad mod tile.quads, row mod tile.rows, column mod tile.columns) holds every tile.rows-th row and so on, so that
 * all layers are the render targets of one invocation. Inside a layer, the blocks of (image, quad) are stacked in y;
 * where that is higher than a texture may be, they continue in a further column of blocks.
 */
export interface Layout {
  readonly view: MapView;
  readonly tile: Tile;
  /** Channel quads of an image. */
  readonly quads: number;
  /** Blocks of one image in one layer. */
  readonly blocks: number;
  /** Texels of one block. */
  readonly blockRows: number;
  readonly blockColumns: number;
  /** Blocks stacked in y before a further column starts. */
  readonly blocksPerFold: number;
  readonly folds: number;
  readonly width: number;
  readonly height: number;
  readonly layers: number;
}

/** The layout of a tensor under a tile; undefined when no texture of the allowed size holds it. */
export function layoutOf(view: MapView, tile: Tile, maxTextureSize: number): Layout | undefined {
  const quads = Math.ceil(view.channels / 4);
  const blocks = Math.ceil(quads / tile.quads);
  const blockRows = Math.ceil(view.height / tile.rows);
  const blockColumns = Math.ceil(view.width / tile.columns);
  const all = blocks * view.batch;
  const blocksPerFold = Math.min(all, Math.floor(maxTextureSize / blockRows));
  if (blocksPerFold === 0 || all * blockRows * blockColumns === 0) return undefined;
  const folds = Math.ceil(all / blocksPerFold);
  const width = folds * blockColumns;
  if (width > maxTextureSize) return undefined;
  return {
    view,
    tile,
    quads,
    blocks,
    blockRows,
    blockColumns,
    blocksPerFold,
    folds,
    width,
    height: blocksPerFold * blockRows,
    layers: tile.quads * tile.rows * tile.columns,
  };
}

/** Calls `visit` for each row of a tensor's channels: where it starts in `data`, and where its pixels lie in the texels. */
function eachRow(layout: Layout, visit: (dense: number, texels: (column: number) => number) => void): void {
  const { view, tile, width, height } = layout;
  for (let n = 0; n < view.batch; n++) {
    for (let c = 0; c < view.channels; c++) {
      const quad = c >> 2;
      const block = n * layout.blocks + Math.floor(quad / tile.quads);
      const fold = Math.floor(block / layout.blocksPerFold);
      const top = (block - fold * layout.blocksPerFold) * layout.blockRows;
      const left = fold * layout.blockColumns;
      for (let y = 0; y < view.height; y++) {
        const first = ((quad % tile.quads) * tile.rows + (y % tile.rows)) * tile.columns;
        const row = top + Math.floor(y / tile.rows);
        const texels = (x: number): number => {
          const layer = first + (x % tile.columns);
          return ((layer * height + row) * width + left + Math.floor(x / tile.columns)) * 4 + (c & 3);
        };
        visit(((n * view.channels + c) * view.height + y) * view.width, texels);
      }
    }
  }
}

/** Row-major [N, C, H, W] into the texels of all layers, RGBA. */
export function packTensor(layout: Layout, data: Float32Array): Float32Array {
  const texels = new Float32Array(layout.width * layout.height * layout.layers * 4);
  const { width } = layout.view;
  eachRow(layout, (dense, at) => {
    for (let x = 0; x < width; x++) texels[at(x)] = data[dense + x]!;
  });
  return texels;
}

/** The texels of all layers, RGBA, into row-major [N, C, H, W]. */
export function unpackTensor(layout: Layout, texels: Float32Array): Float32Array {
  const { batch, channels, height, width } = layout.view;
  const data = new Float32Array(batch * channels * height * width);
  eachRow(layout, (dense, at) => {
    for (let x = 0; x < width; x++) data[dense + x] = texels[at(x)]!;
  });
  return data;
}
