import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alignmentOf } from '../../../renderer/features/canvas/guides.ts';

const box = fc.record({
  x: fc.integer({ min: -300, max: 300 }),
  y: fc.integer({ min: -300, max: 300 }),
  width: fc.integer({ min: 40, max: 200 }),
  height: fc.integer({ min: 40, max: 120 }),
});

describe('what a dragged box stands in line with', () => {
  it('is never farther than asked, and shares a beginning, a middle or an end once it is there', () => {
    fc.assert(
      fc.property(
        box,
        fc.array(box, { maxLength: 8 }),
        fc.integer({ min: 0, max: 30 }),
        (one, others, within) => {
          const { dx, dy, guides } = alignmentOf(one, others, within);
          expect(Math.max(Math.abs(dx), Math.abs(dy))).toBeLessThanOrEqual(within);
          const lines = (start: number, length: number) => [start, start + length / 2, start + length];
          for (const { axis, at } of guides) {
            const mine = axis === 'x' ? lines(one.x + dx, one.width) : lines(one.y + dy, one.height);
            expect(Math.min(...mine.map((line) => Math.abs(line - at)))).toBeLessThan(1e-9);
            const theirs = others.flatMap((other) =>
              axis === 'x' ? lines(other.x, other.width) : lines(other.y, other.height),
            );
            expect(theirs).toContain(at);
          }
          if (dx !== 0) expect(guides.some(({ axis }) => axis === 'x')).toBe(true);
        },
      ),
    );
  });

  it('is drawn from one to the other', () => {
    const { dx, dy, guides } = alignmentOf(
      { x: 104, y: 300, width: 50, height: 50 },
      [{ x: 100, y: 0, width: 50, height: 50 }],
      6,
    );
    expect([dx, dy]).toEqual([-4, 0]);
    expect(guides).toEqual([{ axis: 'x', at: 125, from: 0, to: 350 }]);
  });
});
