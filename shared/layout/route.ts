import { atOnce } from '../base/parts.ts';
import type { Flow, Point } from './model.ts';

/** A rectangle that wires keep clear of. */
export interface Obstacle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The two ends of a wire: where it leaves its source and where it comes into its target, along the flow. */
export interface Ends {
  readonly from: Point;
  readonly to: Point;
}

/** How far from a node wires turn, and how far from each other and from nodes they run. */
const TURN = 16;
const AIR = 14;
const THICK = 6;
/** How far beside a wire a free way is looked for first. */
const WINDOW = 400;
const MOST_WINDOW = 50_000;
const MOST_TRIED = 12;
/**
 * Boxes and cells that are looked at in all: some hundred for each wire of any network. Where thousands of wires run past
 * thousands of others, those that are longest go straight.
 */
const MOST_LOOKED = 10_000_000;

/**
 * The ways of wires among boxes that stand wherever somebody put them. Undefined where the straight way is free; else the
 * corners of a way past what stands between: over it or under it, whichever is nearer, and past other such wires. Work is
 * bounded: the longest of very many wires that have no way by then go straight.
 */
export function routesAmong(
  boxes: readonly Obstacle[],
  wires: readonly Ends[],
  direction: Flow,
  mostLooked = MOST_LOOKED,
): Routes {
  return atOnce(routingAmong(boxes, wires, direction, mostLooked));
}

type Routes = readonly (readonly Point[] | undefined)[];
/** Wires between two looks at the time. */
const PART = 64;

/** The same a part at a time. */
export function* routingAmong(
  boxes: readonly Obstacle[],
  wires: readonly Ends[],
  direction: Flow,
  mostLooked = MOST_LOOKED,
): Generator<void, Routes> {
  const turn = direction === 'down';
  const area = new Area(turn ? boxes.map(turnedBox) : boxes);
  const ends = wires.map((wire) => (turn ? { from: turned(wire.from), to: turned(wire.to) } : wire));
  const routes = new Array<readonly Point[] | undefined>(wires.length).fill(undefined);
  const span = ({ from, to }: Ends): number => Math.abs(to.x - from.x);
  const shortFirst = ends.map((_, i) => i).sort((a, b) => span(ends[a]!) - span(ends[b]!));
  for (const [nth, i] of shortFirst.entries()) {
    if (nth % PART === PART - 1) yield;
    if (area.looked > mostLooked) break;
    const route = routeOf(ends[i]!, area);
    routes[i] = route && turn ? route.map(turned) : route;
  }
  return routes;
}

const turned = ({ x, y }: Point): Point => ({ x: y, y: x });
const turnedBox = ({ x, y, width, height }: Obstacle): Obstacle => ({
  x: y,
  y: x,
  width: height,
  height: width,
});

/** Along the x axis. */
function routeOf({ from, to }: Ends, area: Area): readonly Point[] | undefined {
  const [low, high] = [Math.min(from.y, to.y), Math.max(from.y, to.y)];
  const [leave, arrive] = [from.x + TURN, to.x - TURN];
  if (arrive >= leave) {
    if (area.isFree(from.x + 1, to.x - 1, low, high)) return undefined;
    const along = area.isFree(from.x + 1, arrive, from.y, from.y) && area.isOpen(arrive, low, high);
    if (along) return way(from, to, [arrive, from.y], [arrive, to.y]);
    const across = area.isOpen(leave, low, high) && area.isFree(leave, to.x - 1, to.y, to.y);
    if (across) return way(from, to, [leave, from.y], [leave, to.y]);
  }
  const isBack = arrive < leave;
  const levels = (past: 'all' | 'nodes'): readonly number[] =>
    area
      .levelsNear(
        [Math.min(leave, arrive), Math.max(leave, arrive)],
        isBack ? [low, high] : [from.y, from.y],
        isBack && low < high ? (from.y + 3 * to.y) / 4 : from.y,
        past,
      )
      .slice(0, MOST_TRIED);
  const isOpen = (level: number): boolean =>
    area.isOpen(leave, Math.min(from.y, level), Math.max(from.y, level)) &&
    area.isOpen(arrive, Math.min(to.y, level), Math.max(to.y, level));
  // Where there is no room left for one more wire it runs along another one, and not through a node.
  const level = levels('all').find(isOpen) ?? levels('nodes').find(isOpen) ?? levels('all')[0]!;
  area.addWire({
    x: Math.min(leave, arrive),
    y: level - THICK / 2,
    width: Math.abs(arrive - leave),
    height: THICK,
  });
  return way(from, to, [leave, from.y], [leave, level], [arrive, level], [arrive, to.y]);
}

function way(from: Point, to: Point, ...corners: readonly (readonly [number, number])[]): readonly Point[] {
  return [from, ...corners.map(([x, y]) => ({ x, y })), to];
}

/** Boxes by the cells of a grid that they lie in. */
class Area {
  readonly #cells = new Map<number, Obstacle[]>();
  readonly #wires = new Set<Obstacle>();
  /** Boxes and cells that were looked at. */
  looked = 0;

  constructor(boxes: readonly Obstacle[]) {
    for (const box of boxes) this.add(box);
  }

  add(box: Obstacle): void {
    for (const key of cellsOf(box.x, box.x + box.width, box.y, box.y + box.height)) {
      const cell = this.#cells.get(key);
      if (cell) cell.push(box);
      else this.#cells.set(key, [box]);
    }
  }

  /** A piece of a wire, which others may cross. */
  addWire(piece: Obstacle): void {
    this.#wires.add(piece);
    this.add(piece);
  }

  isFree(left: number, right: number, top: number, bottom: number): boolean {
    for (const { x, y, width, height } of this.#near(left, right, top, bottom))
      if (x < right + 1 && x + width > left - 1 && y < bottom + 1 && y + height > top - 1) return false;
    return true;
  }

  /** Whether a wire may run upright there: past nodes, and across other wires. */
  isOpen(at: number, top: number, bottom: number): boolean {
    for (const box of this.#near(at, at, top, bottom)) {
      const { x, y, width, height } = box;
      const isIn = x < at + 1 && x + width > at - 1 && y < bottom + 1 && y + height > top - 1;
      if (isIn && !this.#wires.has(box)) return false;
    }
    return true;
  }

  /** The heights at which a wire may run from `left` to `right`, those nearest to `wanted` first. */
  levelsNear(
    [left, right]: readonly [number, number],
    [low, high]: readonly [number, number],
    wanted: number,
    past: 'all' | 'nodes',
  ): readonly number[] {
    for (let window = WINDOW; ; window *= 4) {
      const [top, bottom] = [low - window, high + window];
      const taken = [...this.#near(left, right, top, bottom)]
        .filter((box) => box.x < right && box.x + box.width > left)
        .filter((box) => past === 'all' || !this.#wires.has(box))
        .map(({ y, height }) => [y - AIR, y + height + AIR] as const)
        .sort((a, b) => a[0] - b[0]);
      const levels = freeLevels(taken, wanted).filter((level) => level >= top && level <= bottom);
      if (levels.length > 0 || window > MOST_WINDOW) return levels.length > 0 ? levels : [wanted];
    }
  }

  *#near(left: number, right: number, top: number, bottom: number): Iterable<Obstacle> {
    const seen = new Set<Obstacle>();
    for (const key of cellsOf(left, right, top, bottom)) {
      const cell = this.#cells.get(key) ?? [];
      this.looked += 1 + cell.length;
      for (const box of cell) {
        if (seen.has(box)) continue;
        seen.add(box);
        yield box;
      }
    }
  }
}

/** Of each stretch between the intervals, which begin in order, the number nearest to `wanted`; the nearest first. */
function freeLevels(taken: readonly (readonly [number, number])[], wanted: number): readonly number[] {
  const levels: number[] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const [from, to] of taken) {
    if (from > end) levels.push(Math.min(Math.max(wanted, end), from));
    end = Math.max(end, to);
  }
  levels.push(Math.max(wanted, end));
  return levels.sort((a, b) => Math.abs(a - wanted) - Math.abs(b - wanted));
}

const [CELL_X, CELL_Y] = [512, 256];
/** More rows of cells than any design has. */
const ROWS = 2 ** 20;

function* cellsOf(left: number, right: number, top: number, bottom: number): Iterable<number> {
  const [first, last] = [Math.floor(left / CELL_X), Math.floor(right / CELL_X)];
  for (let column = first; column <= last; column++)
    for (let row = Math.floor(top / CELL_Y); row <= Math.floor(bottom / CELL_Y); row++)
      yield column * ROWS + row;
}
