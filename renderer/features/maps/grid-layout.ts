/** A grid of equal cells, each a picture of `tileWidth` × `tileHeight` values with a line for its name below. */
export interface Grid {
  readonly cells: number;
  readonly columns: number;
  readonly rows: number;
  /** Pixels of a picture. */
  readonly pictureWidth: number;
  readonly pictureHeight: number;
  /** Pixels from one cell to the next. */
  readonly stepX: number;
  readonly stepY: number;
  /** Pixels of it all. */
  readonly height: number;
}

export const GAP = 8;
/** Room for the channel's number. */
export const LABEL = 15;
/** Widths that a picture can have, in pixels. */
export const zooms = [16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024] as const;

/** `width` pixels wide, pictures as wide as `zoom` and at least 12 pixels high, their sides in proportion. */
export function gridFor(
  cells: number,
  tileWidth: number,
  tileHeight: number,
  zoom: number,
  width: number,
): Grid {
  const pictureWidth = zoom;
  const pictureHeight = Math.max(12, Math.round((zoom * tileHeight) / tileWidth));
  const stepX = Math.max(pictureWidth, 22) + GAP;
  const stepY = pictureHeight + LABEL + GAP;
  const columns = Math.max(1, Math.min(cells, Math.floor((width - GAP) / stepX)));
  const rows = Math.ceil(cells / columns);
  return { cells, columns, rows, pictureWidth, pictureHeight, stepX, stepY, height: rows * stepY + GAP };
}

/** The largest zoom at which everything is in view at once, not below `least`. */
export function zoomToFit(
  cells: number,
  tileWidth: number,
  tileHeight: number,
  width: number,
  height: number,
  least = 48,
): number {
  const fits = zooms.filter((zoom) => gridFor(cells, tileWidth, tileHeight, zoom, width).height <= height);
  const inside = fits.filter((zoom) => zoom + 2 * GAP <= width);
  return Math.max(least, inside.at(-1) ?? least);
}

/** The next zoom up or down. */
export function nextZoom(zoom: number, direction: 1 | -1): number {
  const wanted =
    direction === 1 ? zooms.find((other) => other > zoom) : zooms.findLast((other) => other < zoom);
  return wanted ?? zoom;
}

/** Top left of a cell's picture, from the grid's own. */
export function cellPlace(grid: Grid, cell: number): { readonly x: number; readonly y: number } {
  return {
    x: GAP + (cell % grid.columns) * grid.stepX,
    y: GAP + Math.floor(cell / grid.columns) * grid.stepY,
  };
}

/** First and one past the last of the cells that a window of `height` pixels, scrolled to `top`, has a part of. */
export function cellsInView(grid: Grid, top: number, height: number): readonly [number, number] {
  const first = Math.max(0, Math.floor((top - GAP) / grid.stepY));
  const end = Math.max(0, Math.ceil((top + height - GAP) / grid.stepY));
  return [Math.min(grid.cells, first * grid.columns), Math.min(grid.cells, end * grid.columns)];
}

export interface GridHit {
  readonly cell: number;
  /** Which value of the tile, from its top left; undefined beside the picture. */
  readonly at: { readonly x: number; readonly y: number } | undefined;
}

/** What is under a point of the grid. */
export function hitCell(
  grid: Grid,
  tileWidth: number,
  tileHeight: number,
  x: number,
  y: number,
): GridHit | undefined {
  const column = Math.floor((x - GAP) / grid.stepX);
  const row = Math.floor((y - GAP) / grid.stepY);
  const cell = row * grid.columns + column;
  if (column < 0 || column >= grid.columns || row < 0 || cell >= grid.cells) return undefined;
  const place = cellPlace(grid, cell);
  const insideX = x - place.x;
  const insideY = y - place.y;
  if (insideX >= grid.pictureWidth || insideY >= grid.pictureHeight) return { cell, at: undefined };
  return {
    cell,
    at: {
      x: Math.floor((insideX * tileWidth) / grid.pictureWidth),
      y: Math.floor((insideY * tileHeight) / grid.pictureHeight),
    },
  };
}
