import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { madeRoom, type PlacedBox, placeBefore } from '../../shared/layout/in-place.ts';

const at = (x: number, y: number, width = 100, height = 60): PlacedBox => ({ x, y, width, height });

/** Two rows of three, the lower one not quite under the upper one. */
const rows = new Map([
  ['a', at(0, 0)],
  ['b', at(150, 0)],
  ['c', at(300, 0)],
  ['d', at(0, 150)],
  ['e', at(150, 150)],
  ['f', at(300, 150)],
]);
const opened = [{ id: 'b', width: 400, height: 260, lead: 130 }];

const overlap = (a: PlacedBox, b: PlacedBox): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/** Boxes on a lattice, jittered within their cells, so that none lies on another. */
const scattered = fc
  .array(fc.tuple(fc.nat(60), fc.nat(50), fc.integer({ min: 40, max: 120 })), { minLength: 2, maxLength: 14 })
  .map(
    (cells) =>
      new Map(
        cells.map(([dx, dy, width], i) => [
          `n${i}`,
          at((i % 4) * 190 + dx, Math.floor(i / 4) * 120 + dy, width),
        ]),
      ),
  );
const sizes = fc.array(
  fc.record({ width: fc.integer({ min: 100, max: 900 }), height: fc.integer({ min: 60, max: 500 }) }),
  { minLength: 1, maxLength: 3 },
);
const openingsOf = (
  boxes: ReadonlyMap<string, PlacedBox>,
  each: readonly { readonly width: number; readonly height: number }[],
) =>
  each.slice(0, boxes.size).map(({ width, height }, i) => ({
    id: `n${(i * 5) % boxes.size}`,
    width: Math.max(width, 120),
    height: Math.max(height, 60),
    lead: height / 2,
  }));

describe('a box that opens in place', () => {
  test('keeps its wires at their height; its row moves on, the other rows move aside', () => {
    const now = madeRoom(rows, opened, 'right');
    expect(now.get('a')).toEqual(rows.get('a'));
    // Its middle was at 30: from 30 − 130 to 160.
    expect(now.get('b')).toEqual(at(150, -100, 400, 260));
    // The gap of 50 behind it is kept.
    expect(now.get('c')).toEqual(at(600, 0));
    // Rows were 90 apart, more than is left between: 84.
    for (const id of ['d', 'e', 'f']) expect(now.get(id)).toEqual({ ...rows.get(id)!, y: 160 + 84 });
  });

  test('down the flow, the same turned', () => {
    const turn = ({ x, y, width, height }: PlacedBox): PlacedBox => at(y, x, height, width);
    const turned = new Map([...rows].map(([id, box]) => [id, turn(box)]));
    const down = madeRoom(turned, [{ id: 'b', width: 260, height: 400, lead: 130 }], 'down');
    const across = madeRoom(rows, opened, 'right');
    expect(down).toEqual(new Map([...across].map(([id, box]) => [id, turn(box)])));
  });

  test('nothing lies on anything, whatever is opened', () => {
    fc.assert(
      fc.property(scattered, sizes, fc.constantFrom('right', 'down'), (boxes, each, flow) => {
        const now = [...madeRoom(boxes, openingsOf(boxes, each), flow).values()];
        for (const [i, box] of now.entries())
          for (const other of now.slice(i + 1)) expect(overlap(box, other)).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  test('all comes back when nothing is open', () => {
    expect(madeRoom(rows, [], 'right')).toEqual(rows);
  });

  test('what is dropped somewhere while it is open stands there', () => {
    fc.assert(
      fc.property(scattered, sizes, fc.integer({ min: -900, max: 900 }), (boxes, each, x) => {
        const open = openingsOf(boxes, each);
        const id = `n${boxes.size - 1}`;
        if (open.some((one) => one.id === id)) return;
        const wished = { x, y: -2000 };
        const place = placeBefore(boxes, open, 'right', id, wished)!;
        const moved = madeRoom(new Map([...boxes, [id, { ...boxes.get(id)!, ...place }]]), open, 'right');
        expect(moved.get(id)).toMatchObject(wished);
      }),
      { numRuns: 100 },
    );
  });
});
