import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { freedBy } from '../../../renderer/layout/boxes.ts';
import { type Box, makeRoom } from '../../../renderer/layout/make-room.ts';

const box = (x: number, y: number, width = 100, height = 60): Box => ({ x, y, width, height });
const overlap = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/** Two rows of boxes 100 wide and 60 high, 80 apart across and 90 down. */
const rows = new Map([
  ['a', box(0, 0)],
  ['c', box(360, 0)],
  ['d', box(540, 0)],
  ['e', box(0, 150)],
  ['f', box(180, 150)],
]);
const second = box(180, 0);

describe('what nodes leave free when they go', () => {
  test('is all that they took up', () => {
    expect(freedBy([box(180, 0), box(360, 0)], [box(0, 0), box(540, 0)])).toEqual(box(180, 0, 280));
  });

  test('is the place of the first where others stand between, as they do in rows', () => {
    expect(freedBy([box(540, 0), box(0, 150)], [box(180, 0), box(180, 150)])).toEqual(box(540, 0));
  });

  test('is nothing where nothing was', () => {
    expect(freedBy([], [box(0, 0)])).toBeUndefined();
  });
});

describe('room for what takes the place of something else', () => {
  test('of the same size: nothing moves', () => {
    expect(makeRoom(rows, second, second, 'right')).toEqual({});
  });

  test('wider: what is behind it in its row moves along by as much', () => {
    expect(makeRoom(rows, second, box(180, 0, 300), 'right')).toEqual({
      c: { x: 560, y: 0 },
      d: { x: 740, y: 0 },
    });
  });

  test('higher: the rows below move down by as much, side by side as they were', () => {
    expect(makeRoom(rows, second, box(180, 0, 100, 200), 'right')).toEqual({
      e: { x: 0, y: 290 },
      f: { x: 180, y: 290 },
    });
  });

  test('where there is room already, nothing moves', () => {
    const apart = new Map([
      ['c', box(1000, 0)],
      ['e', box(0, 900)],
    ]);
    expect(makeRoom(apart, second, box(180, 0, 300, 200), 'right')).toEqual({});
  });

  test('smaller again: they come back', () => {
    const large = box(180, 0, 300, 200);
    const moved = makeRoom(rows, second, large, 'right');
    const after = new Map([...rows].map(([id, at]) => [id, { ...at, ...moved[id] }]));
    const back = makeRoom(after, large, second, 'right');
    const again = new Map([...after].map(([id, at]) => [id, { ...at, ...back[id] }]));
    expect(again).toEqual(rows);
  });

  test('from top to bottom the same holds with rows and columns turned', () => {
    const turned = new Map([...rows].map(([id, { x, y }]) => [id, { x: y, y: x, width: 60, height: 100 }]));
    expect(makeRoom(turned, box(0, 180, 60, 100), box(0, 180, 60, 300), 'down')).toEqual({
      c: { x: 0, y: 560 },
      d: { x: 0, y: 740 },
    });
  });

  test('whatever the layout: nothing new overlaps, and what moves keeps its order', () => {
    const cell = fc.record({ column: fc.integer({ min: 0, max: 6 }), row: fc.integer({ min: 0, max: 5 }) });
    fc.assert(
      fc.property(
        fc.uniqueArray(cell, {
          minLength: 1,
          maxLength: 20,
          selector: ({ column, row }) => `${column},${row}`,
        }),
        fc.integer({ min: 40, max: 2000 }),
        fc.integer({ min: 20, max: 900 }),
        fc.constantFrom('right' as const, 'down' as const),
        (cells, width, height, direction) => {
          const [old, ...others] = cells.map(({ column, row }) => box(column * 180, row * 150));
          const places = new Map(others.map((at, i) => [`n${i}`, at]));
          const now = { ...old!, width, height };
          const moved = makeRoom(places, old!, now, direction);
          const after = [...places].map(([id, at]) => ({ ...at, ...moved[id] }));
          for (const [i, at] of after.entries()) {
            expect(overlap(at, now)).toBe(false);
            for (const other of after.slice(i + 1)) expect(overlap(at, other)).toBe(false);
          }
        },
      ),
      { seed: 1 },
    );
  });
});
