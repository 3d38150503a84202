import { cellPlace, cellsInView, type Grid } from './grid-layout.ts';
import type { Sheet } from './sheet.ts';

/** Bytes of painted tiles that are kept. */
const KEPT_BYTES = 48 * 2 ** 20;

/** Tiles of a sheet, painted once at their own size. */
export class TileCache {
  readonly #sheet: Sheet;
  readonly #tiles = new Map<number, OffscreenCanvas>();
  readonly #most: number;

  constructor(sheet: Sheet) {
    this.#sheet = sheet;
    this.#most = Math.max(32, Math.floor(KEPT_BYTES / (4 * sheet.tileWidth * sheet.tileHeight)));
  }

  tile(cell: number): OffscreenCanvas {
    const known = this.#tiles.get(cell);
    if (known) return known;
    const { tileWidth, tileHeight } = this.#sheet;
    const canvas = new OffscreenCanvas(tileWidth, tileHeight);
    const pen = canvas.getContext('2d');
    if (pen) {
      const image = pen.createImageData(tileWidth, tileHeight);
      this.#sheet.paint(cell, image.data);
      pen.putImageData(image, 0, 0);
    }
    const [oldest] = this.#tiles.keys();
    if (this.#tiles.size >= this.#most && oldest !== undefined) this.#tiles.delete(oldest);
    this.#tiles.set(cell, canvas);
    return canvas;
  }
}

export interface SheetColours {
  readonly ink: string;
  readonly muted: string;
  readonly accent: string;
  readonly warning: string;
}

export function coloursOf(element: Element): SheetColours {
  const style = getComputedStyle(element);
  const of = (name: string): string => style.getPropertyValue(name);
  return { ink: of('--ink'), muted: of('--muted'), accent: of('--accent'), warning: of('--warning') };
}

/** Draws the cells that a window scrolled to `top` shows, one picture each; returns how many. */
export function drawSheet(
  pen: CanvasRenderingContext2D,
  sheet: Sheet,
  tiles: TileCache,
  grid: Grid,
  top: number,
  height: number,
  selected: number | undefined,
  colours: SheetColours,
): number {
  const [first, end] = cellsInView(grid, top, height);
  // Enlarged values keep their edges; reduced ones are averaged.
  pen.imageSmoothingEnabled = grid.pictureWidth < sheet.tileWidth;
  pen.imageSmoothingQuality = 'high';
  pen.font = '11px system-ui, "Segoe UI", Roboto, sans-serif';
  pen.textBaseline = 'top';
  for (let cell = first; cell < end; cell++) {
    const { x, y: full } = cellPlace(grid, cell);
    const y = full - top;
    pen.drawImage(tiles.tile(cell), x, y, grid.pictureWidth, grid.pictureHeight);
    const dead = sheet.flag(cell) !== undefined;
    if (dead || cell === selected) {
      pen.strokeStyle = cell === selected ? colours.accent : colours.warning;
      pen.lineWidth = 2;
      pen.setLineDash(dead && cell !== selected ? [4, 3] : []);
      pen.strokeRect(x - 1, y - 1, grid.pictureWidth + 2, grid.pictureHeight + 2);
      pen.setLineDash([]);
    }
    pen.fillStyle = dead ? colours.warning : cell === selected ? colours.ink : colours.muted;
    pen.fillText(dead ? `${sheet.name(cell)} ⌀` : sheet.name(cell), x, y + grid.pictureHeight + 3);
  }
  return end - first;
}
