import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { freeOffset } from '../../../renderer/layout/free-place.ts';

const box = fc.record({
  x: fc.integer({ min: -400, max: 400 }),
  y: fc.integer({ min: -400, max: 400 }),
  width: fc.constant(176),
  height: fc.integer({ min: 66, max: 200 }),
});

describe('a free place', () => {
  it('is where no box lies on another, and the wished one where that is free', () => {
    fc.assert(
      fc.property(
        fc.array(box, { minLength: 1, maxLength: 5 }),
        fc.array(box, { maxLength: 30 }),
        (boxes, others) => {
          const { x, y } = freeOffset(boxes, others);
          const lies = (by: { x: number; y: number }, air: number): boolean =>
            boxes.some((one) =>
              others.some(
                (other) =>
                  one.x + by.x < other.x + other.width + air &&
                  other.x < one.x + by.x + one.width + air &&
                  one.y + by.y < other.y + other.height + air &&
                  other.y < one.y + by.y + one.height + air,
              ),
            );
          expect(lies({ x, y }, 0)).toBe(false);
          if (!lies({ x: 0, y: 0 }, 40)) expect({ x: Math.abs(x), y: Math.abs(y) }).toEqual({ x: 0, y: 0 });
        },
      ),
    );
  });

  it('of very many is one for all of them', () => {
    const rows = (count: number, dx: number) =>
      Array.from({ length: count }, (_, i) => ({
        x: (i % 50) * 240 + dx,
        y: Math.floor(i / 50) * 160,
        width: 176,
        height: 66,
      }));
    // To the right of the last column: 49 · 240 + 176, and 20 of air, in steps of 10.
    expect(freeOffset(rows(20_000, 0), rows(20_000, 0))).toEqual({ x: 11_960, y: 0 });
    expect(freeOffset(rows(20_000, 0), rows(20_000, 30_000))).toEqual({ x: 0, y: 0 });
  });

  it('is found wherever things lie', () => {
    const one = { x: 1e300, y: -1e300, width: 176, height: 66 };
    const { x, y } = freeOffset([one], [one, { ...one, x: -1e300 }]);
    expect(Number.isFinite(x) && Number.isFinite(y)).toBe(true);
  });

  it('is the nearest of the four ways', () => {
    const one = { x: 0, y: 0, width: 176, height: 66 };
    expect(freeOffset([one], [{ ...one, x: 20, y: 0 }])).toEqual({ x: 0, y: 110 });
    expect(freeOffset([one], [{ ...one, x: 170, y: 0 }])).toEqual({ x: -30, y: 0 });
  });
});
