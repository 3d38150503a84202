import type { Flow, Point } from './model.ts';

export interface PlacedBox extends Point {
  readonly width: number;
  readonly height: number;
}

/** A box that is drawn larger, since what is inside of it is shown where it stands. */
export interface OpenedBox {
  readonly id: string;
  readonly width: number;
  readonly height: number;
  /** How far across the flow from its edge its wires reach it: that point stays where the closed box had them. */
  readonly lead: number;
}

type Boxes = ReadonlyMap<string, PlacedBox>;

/** What is left between an opened box and its neighbours, where there was at least as much before. */
const MOST_GAP = 84;

/**
 * Where all boxes stand while some are open. What stands behind an opened box along the flow moves on, what stands on
 * either side of its row moves aside, just as far as needed, in their order and at their distances; so that nothing lies
 * on anything that it did not lie on before. Pixels; n boxes and k open ones take k·n.
 */
export function madeRoom(boxes: Boxes, opened: readonly OpenedBox[], flow: Flow): Boxes {
  if (flow === 'right') return opened.reduce(openOne, boxes);
  const turned = new Map([...boxes].map(([id, box]) => [id, transposed(box)]));
  const open = opened.map((each) => ({ ...each, width: each.height, height: each.width }));
  return new Map([...open.reduce(openOne, turned)].map(([id, box]) => [id, transposed(box)]));
}

/** Where a box is dropped moves others, which moves it: so often its place is sought. */
const TRIES = 6;

/**
 * Where a box has to be put with all closed, to stand at a place with some open: exactly there, but in the midst of what
 * makes room, where it comes as near as it can.
 */
export function placeBefore(
  boxes: Boxes,
  opened: readonly OpenedBox[],
  flow: Flow,
  id: string,
  at: Point,
): Point | undefined {
  const box = boxes.get(id);
  if (!box) return undefined;
  const shifts = [
    NOWHERE,
    ...[...madeRoom(boxes, opened, flow)].map(([other, now]) => between(boxes.get(other)!, now)),
  ];
  let best: Point = at;
  let least = Number.POSITIVE_INFINITY;
  const tried = new Set<string>();
  for (const start of shifts) {
    let place = { x: at.x - start.x, y: at.y - start.y };
    for (let tries = 0; tries < TRIES && !tried.has(`${place.x},${place.y}`); tries++) {
      tried.add(`${place.x},${place.y}`);
      const now = madeRoom(new Map([...boxes, [id, { ...box, ...place }]]), opened, flow).get(id)!;
      const far = Math.hypot(now.x - at.x, now.y - at.y);
      if (far < least) [best, least] = [place, far];
      if (far === 0) return place;
      place = { x: at.x - (now.x - place.x), y: at.y - (now.y - place.y) };
    }
  }
  return best;
}

const between = (a: Point, b: Point): Point => ({ x: b.x - a.x, y: b.y - a.y });

const transposed = ({ x, y, width, height }: PlacedBox): PlacedBox => ({
  x: y,
  y: x,
  width: height,
  height: width,
});
const right = ({ x, width }: PlacedBox): number => x + width;
const bottom = ({ y, height }: PlacedBox): number => y + height;

function openOne(boxes: Boxes, { id, width, height, lead }: OpenedBox): Boxes {
  const closed = boxes.get(id);
  if (!closed) return boxes;
  const open = { x: closed.x, y: closed.y + closed.height / 2 - lead, width, height };
  const others = [...boxes].filter(([other]) => other !== id);
  const shifts = inRow(others, closed, open);
  const moved = new Map(others.map(([other, box]) => [other, shifted(box, shifts(box))]));
  // Boxes that stand askew may get in each other's way: then all that is behind moves, whichever row it is in.
  const all = isApart(others, moved, open) ? shifts : everywhere(others, closed, open);
  return new Map(
    [...boxes].map(([other, box]) => [other, other === id ? open : shifted(box, all(box))] as const),
  );
}

type Shifts = (box: PlacedBox) => Point;
type Entry = readonly [id: string, box: PlacedBox];

const NOWHERE: Point = { x: 0, y: 0 };
const shifted = (box: PlacedBox, { x, y }: Point): PlacedBox =>
  x === 0 && y === 0 ? box : { ...box, x: box.x + x, y: box.y + y };

/** How far what begins at `next` moves for an edge that was at `from` and is at `edge`. */
function shift(edge: number, from: number, next: number): number {
  if (!Number.isFinite(next)) return 0;
  return Math.max(0, Math.ceil(edge + Math.min(MOST_GAP, Math.max(0, next - from)) - next));
}

const least = (values: readonly number[]): number =>
  values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);

function sidesOf(others: readonly Entry[], closed: PlacedBox, open: PlacedBox) {
  const above = others.filter(([, box]) => bottom(box) <= closed.y);
  const below = others.filter(([, box]) => box.y >= bottom(closed));
  return {
    up: shift(-open.y, -closed.y, least(above.map(([, box]) => -bottom(box)))),
    down: shift(bottom(open), bottom(closed), least(below.map(([, { y }]) => y))),
  };
}

/** Only what shares the row with it moves along the flow. */
function inRow(others: readonly Entry[], closed: PlacedBox, open: PlacedBox): Shifts {
  const { up, down } = sidesOf(others, closed, open);
  const isBeside = (box: PlacedBox): boolean => bottom(box) > closed.y && box.y < bottom(closed);
  const behind = others.filter(([, box]) => isBeside(box) && box.x >= right(closed));
  const along = shift(right(open), right(closed), least(behind.map(([, { x }]) => x)));
  return (box) => {
    if (bottom(box) <= closed.y) return { x: 0, y: -up };
    if (box.y >= bottom(closed)) return { x: 0, y: down };
    return box.x >= right(closed) ? { x: along, y: 0 } : NOWHERE;
  };
}

/** A line through all rows is pulled apart, and one through all columns on either side: no order along an axis changes. */
function everywhere(others: readonly Entry[], closed: PlacedBox, open: PlacedBox): Shifts {
  const { up, down } = sidesOf(others, closed, open);
  const behind = others.filter(([, box]) => box.x >= right(closed));
  const along = shift(right(open), right(closed), least(behind.map(([, { x }]) => x)));
  return (box) => ({
    x: box.x >= right(closed) ? along : 0,
    y: bottom(box) <= closed.y ? -up : box.y >= bottom(closed) ? down : 0,
  });
}

/** Whether nothing that moved lies on the opened box or on what it did not lie on before. */
function isApart(others: readonly Entry[], moved: Boxes, open: PlacedBox): boolean {
  const shiftsOf = new Map<string, PlacedBox[]>();
  for (const [id, box] of others) {
    const now = moved.get(id)!;
    if (overlaps(now, open)) return false;
    const key = `${now.x - box.x},${now.y - box.y}`;
    const group = shiftsOf.get(key);
    if (group) group.push(now);
    else shiftsOf.set(key, [now]);
  }
  // Boxes that moved alike keep their distances; there are at most four ways to move.
  const groups = [...shiftsOf.values()].map((group) => group.sort((a, b) => a.x - b.x));
  return groups.every((group, i) => groups.slice(i + 1).every((other) => !anyOverlap(group, other)));
}

const overlaps = (a: PlacedBox, b: PlacedBox): boolean =>
  a.x < right(b) && b.x < right(a) && a.y < bottom(b) && b.y < bottom(a);

/** Two lists, each from left to right, swept together. */
function anyOverlap(some: readonly PlacedBox[], others: readonly PlacedBox[]): boolean {
  const widest = others.reduce((most, { width }) => Math.max(most, width), 0);
  let first = 0;
  for (const box of some) {
    while (first < others.length && others[first]!.x + widest <= box.x) first++;
    for (let i = first; i < others.length && others[i]!.x < right(box); i++)
      if (overlaps(box, others[i]!)) return true;
  }
  return false;
}
