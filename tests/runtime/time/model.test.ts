import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nonNegativeLeastSquares } from '../../../shared/runtime/time/least-squares.ts';
import {
  doubtOf,
  estimateStep,
  estimateTogether,
  fitModel,
  type TimedWork,
} from '../../../shared/runtime/time/model.ts';
import { lawNames, laws, type Work } from '../../../shared/runtime/time/work.ts';
import { randomNumbers } from '../networks.ts';

/** A standard normal number, by Box and Muller. */
function normals(seed: number): () => number {
  const next = randomNumbers(seed);
  for (let i = 0; i < 8; i++) next();
  return () => {
    const [a, b] = [(next() + 1) / 2 + 1e-12, (next() + 1) / 2];
    return Math.sqrt(-2 * Math.log(a)) * Math.cos(2 * Math.PI * b);
  };
}

const works = (count: number, seed: number): readonly Work[] => {
  const next = randomNumbers(seed);
  return Array.from({ length: count }, () => ({
    law: 'matrix-product' as const,
    amounts: [10 ** (6 + 2 * next()), 10 ** (4 + next())],
  }));
};
const truth = [0.004, 3e-8, 2e-6];
const timeOf = ({ amounts: [macs, values] }: Work): number =>
  truth[0]! + truth[1]! * macs! + truth[2]! * values!;

describe('least squares with no coefficient below zero', () => {
  it('finds coefficients that were put in', () => {
    const coefficient = fc.double({ min: 0, max: 10, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(coefficient, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 1e6 }),
        (wanted, seed) => {
          const next = randomNumbers(seed);
          const rows = Array.from({ length: 12 * wanted.length }, () => wanted.map(() => next() + 1));
          const targets = rows.map((row) => row.reduce((sum, value, i) => sum + value * wanted[i]!, 0));
          for (const [i, found] of nonNegativeLeastSquares(rows, targets).entries())
            expect(found).toBeCloseTo(wanted[i]!, 4);
        },
      ),
    );
  });

  it('holds at zero what would have to be negative, and finds the best of the rest', () => {
    // y = 3a − b over these rows: without b, the best a is Σay / Σaa = (3 + 2·5 + 3·6) / (1 + 4 + 9).
    const found = nonNegativeLeastSquares(
      [
        [1, 0],
        [2, 1],
        [3, 3],
      ],
      [3, 5, 6],
    );
    expect(found[1]).toBe(0);
    expect(found[0]).toBeCloseTo(31 / 14, 9);
  });

  it('gives nothing to a column of zeros, and copes with columns that are alike', () => {
    const found = nonNegativeLeastSquares(
      [
        [1, 0, 1],
        [2, 0, 2],
      ],
      [4, 8],
    );
    expect(found[1]).toBe(0);
    expect(found[0]! + found[2]!).toBeCloseTo(4, 6);
  });
});

describe('a model of time', () => {
  it('recovers what steps cost from exact times, whatever the scale', () => {
    const timed = works(40, 7).map((work): TimedWork => ({ work, milliseconds: timeOf(work) }));
    const costs = fitModel(timed)['matrix-product']!;
    for (const [i, value] of truth.entries()) expect(costs.coefficients[i]! / value).toBeCloseTo(1, 3);
    expect(costs.steps).toBe(40);
  });

  it('predicts other steps from noisy ones, and nine in ten lie in the interval', () => {
    const normal = normals(3);
    const noisy = (work: Work): TimedWork => ({
      work,
      milliseconds: timeOf(work) * Math.exp(0.1 * normal()),
    });
    const model = fitModel(works(400, 11).map(noisy));
    expect(model['matrix-product']!.spread).toBeGreaterThan(0.08);
    expect(model['matrix-product']!.spread).toBeLessThan(0.12);
    const others = works(1000, 12).map(noisy);
    const inside = others.filter(({ work, milliseconds }) => {
      const { low, high } = estimateStep(model, work)!;
      return milliseconds >= low && milliseconds <= high;
    });
    // Of 1,000 with 0.9 each, the deviation is 9.5: six of them.
    expect(inside.length).toBeGreaterThan(843);
    expect(inside.length).toBeLessThan(957);
  });

  it('is not led astray by steps whose clock was held up: one in eight far too long, one in eight far too short', () => {
    // Of those that take so long that what is too short is no matter of the clock's own grain.
    const long = works(200, 17)
      .filter((work) => timeOf(work) > 0.05)
      .slice(0, 80);
    const timed = long.map(
      (work, i): TimedWork => ({
        work,
        milliseconds: timeOf(work) * (i % 8 === 0 ? 12 : i % 8 === 4 ? 1 / 500 : 1),
      }),
    );
    const model = fitModel(timed);
    expect(model['matrix-product']!.steps).toBe(60);
    for (const [i, value] of truth.entries())
      expect(model['matrix-product']!.coefficients[i]! / value).toBeCloseTo(1, 3);
  });

  it('of steps together is their sum, with an interval that is relatively narrower', () => {
    const normal = normals(5);
    const model = fitModel(
      works(100, 2).map((work) => ({ work, milliseconds: timeOf(work) * Math.exp(0.2 * normal()) })),
    );
    const some = works(30, 9);
    const all = estimateTogether(model, some);
    const each = some.map((work) => estimateStep(model, work)!);
    expect(all.milliseconds).toBeCloseTo(
      each.reduce((sum, { milliseconds }) => sum + milliseconds, 0),
      9,
    );
    expect(all.high / all.milliseconds).toBeLessThan(each[0]!.high / each[0]!.milliseconds);
    expect(all.high).toBeGreaterThan(all.milliseconds);
  });

  it('knows nothing of what was not measured', () => {
    const model = fitModel(works(5, 1).map((work) => ({ work, milliseconds: timeOf(work) })));
    expect(Object.keys(model)).toEqual(['matrix-product']);
    expect(estimateStep(model, { law: 'softmax', amounts: [1] })).toBeUndefined();
    expect(lawNames.every((law) => laws[law].length > 0)).toBe(true);
  });

  it('tells a whole no more exactly than networks that the laws had not seen were told', () => {
    // What all steps of a network share, such as a machine that is slower for a minute: no law knows of it.
    const normal = normals(23);
    const network = (seed: number): readonly TimedWork[] => {
      const pace = Math.exp(0.25 * normal());
      return works(12, seed).map((work) => ({ work, milliseconds: timeOf(work) * pace }));
    };
    const seen = Array.from({ length: 40 }, (_, i) => network(100 + i));
    const model = { ...fitModel(seen.flat()), doubt: doubtOf(seen) };
    // Nine of ten of |normal| are below 1.645.
    expect(model.doubt).toBeGreaterThan(0.25);
    expect(model.doubt).toBeLessThan(0.6);
    const others = Array.from({ length: 400 }, (_, i) => network(1000 + i));
    const inside = others.filter((steps) => {
      const measured = steps.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
      const { low, high } = estimateTogether(
        model,
        steps.map(({ work }) => work),
      );
      return measured >= low && measured <= high;
    });
    expect(inside.length / others.length).toBeGreaterThan(0.8);
    // Where nothing of the kind is so, nothing is added.
    const exact = Array.from({ length: 20 }, (_, i) =>
      works(12, i).map((work) => ({ work, milliseconds: timeOf(work) })),
    );
    expect(doubtOf(exact)).toBeLessThan(0.001);
  });
});
