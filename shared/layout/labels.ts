import type { Point } from './model.ts';
import type { Obstacle } from './route.ts';

/** A wire and what could be written beside it: the first of the texts that finds room is. */
export interface LabelWish {
  readonly way: readonly Point[];
  readonly texts: readonly { readonly width: number; readonly height: number }[];
}

export interface PlacedLabel {
  /** Which of the texts. */
  readonly text: number;
  /** Its middle. */
  readonly x: number;
  readonly y: number;
}

/** What a label keeps from its own wire, and from everything else. */
const OFF = 3;
const AIR = 2;
/** Where along a piece of a wire a label is tried, in shares of the piece. */
const TRIED = [0.5, 0.35, 0.65, 0.2, 0.8] as const;

/**
 * Finds a place for a label beside each wire where it lies on no box, on no other label and on no wire; undefined where
 * there is none. Labels of short wires, which have the least choice, are placed first.
 */
export function labelsAmong(
  boxes: readonly Obstacle[],
  wishes: readonly LabelWish[],
): readonly (PlacedLabel | undefined)[] {
  const taken = new Cells();
  for (const box of boxes) taken.add(box);
  for (const { way } of wishes)
    for (let i = 1; i < way.length; i++)
      for (const piece of pieceBoxes(way[i - 1]!, way[i]!)) taken.add(piece);
  const placed = new Array<PlacedLabel | undefined>(wishes.length);
  const lengths = wishes.map(({ way }) => longest(way));
  const order = wishes.map((_, i) => i).sort((a, b) => lengths[a]! - lengths[b]!);
  for (const i of order) {
    const found = placeFor(wishes[i]!, taken);
    if (!found) continue;
    placed[i] = found.label;
    taken.add(found.box);
  }
  return placed;
}

function longest(way: readonly Point[]): number {
  let most = 0;
  for (let i = 1; i < way.length; i++) most = Math.max(most, Math.abs(way[i]!.x - way[i - 1]!.x));
  return most;
}

interface Found {
  readonly label: PlacedLabel;
  readonly box: Obstacle;
}

function placeFor({ way, texts }: LabelWish, taken: Cells): Found | undefined {
  for (const [text, { width, height }] of texts.entries()) {
    for (const [a, b] of levelPieces(way, width))
      for (const share of TRIED)
        for (const side of [-1, 1]) {
          const x = a.x + (b.x - a.x) * share;
          const y = a.y + side * (OFF + height / 2);
          const box = { x: x - width / 2, y: y - height / 2, width, height };
          if (box.x < Math.min(a.x, b.x) || box.x + width > Math.max(a.x, b.x)) continue;
          if (taken.isFree(box, AIR)) return { label: { text, x, y }, box };
        }
    for (const [a, b] of uprightPieces(way, height))
      for (const share of TRIED)
        for (const side of [1, -1]) {
          const x = a.x + side * (OFF + AIR + width / 2);
          const y = a.y + (b.y - a.y) * share;
          const box = { x: x - width / 2, y: y - height / 2, width, height };
          if (taken.isFree(box, AIR)) return { label: { text, x, y }, box };
        }
  }
  return undefined;
}

/** The level pieces of a way that are longer than a text, longest first. */
function levelPieces(way: readonly Point[], width: number): readonly (readonly [Point, Point])[] {
  const pieces: (readonly [Point, Point])[] = [];
  for (let i = 1; i < way.length; i++) {
    const [a, b] = [way[i - 1]!, way[i]!];
    if (Math.abs(a.y - b.y) < 1 && Math.abs(a.x - b.x) > width) pieces.push([a, b]);
  }
  return pieces.sort(([a, b], [c, d]) => Math.abs(d.x - c.x) - Math.abs(b.x - a.x));
}

/** The upright pieces of a way that are higher than a text, longest first. */
function uprightPieces(way: readonly Point[], height: number): readonly (readonly [Point, Point])[] {
  const turned = way.map(({ x, y }) => ({ x: y, y: x }));
  const back = ({ x, y }: Point): Point => ({ x: y, y: x });
  return levelPieces(turned, 2 * height).map(([a, b]) => [back(a), back(b)] as const);
}

/** A slanted piece is taken as a stair of small boxes. */
const STEPS = 8;

function pieceBoxes(a: Point, b: Point): readonly Obstacle[] {
  const steps = Math.abs(a.x - b.x) < 1 || Math.abs(a.y - b.y) < 1 ? 1 : STEPS;
  return Array.from({ length: steps }, (_, i) => {
    const at = (share: number): Point => ({ x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share });
    const [from, to] = [at(i / steps), at((i + 1) / steps)];
    return {
      x: Math.min(from.x, to.x),
      y: Math.min(from.y, to.y),
      width: Math.abs(from.x - to.x),
      height: Math.abs(from.y - to.y),
    };
  });
}

const [CELL_X, CELL_Y] = [256, 128];
/** More rows of cells than any design has. */
const ROWS = 2 ** 20;

/** Boxes by the cells of a grid that they lie in. */
class Cells {
  readonly #cells = new Map<number, Obstacle[]>();

  add(box: Obstacle): void {
    for (const key of keysOf(box, 0)) {
      const cell = this.#cells.get(key);
      if (cell) cell.push(box);
      else this.#cells.set(key, [box]);
    }
  }

  isFree(box: Obstacle, air: number): boolean {
    for (const key of keysOf(box, air))
      for (const { x, y, width, height } of this.#cells.get(key) ?? none)
        if (
          x < box.x + box.width + air &&
          x + width > box.x - air &&
          y < box.y + box.height + air &&
          y + height > box.y - air
        )
          return false;
    return true;
  }
}

const none: readonly Obstacle[] = [];

function* keysOf({ x, y, width, height }: Obstacle, air: number): Iterable<number> {
  const last = Math.floor((y + height + air) / CELL_Y);
  for (
    let column = Math.floor((x - air) / CELL_X);
    column <= Math.floor((x + width + air) / CELL_X);
    column++
  )
    for (let row = Math.floor((y - air) / CELL_Y); row <= last; row++) yield column * ROWS + row;
}
