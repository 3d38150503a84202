import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Tensor } from '../../../shared/base/tensor.ts';
import { featureMapOf, mapExtents, planeOf } from '../../../shared/runtime/maps/feature-map.ts';
import { deadChannels, statisticsOf } from '../../../shared/runtime/maps/statistics.ts';
import { pythonWith } from '../../peers/python.ts';

const map = (channels: number, height: number, width: number, values: readonly number[]) => ({
  channels,
  height,
  width,
  data: Float32Array.from(values),
});

describe('how a tensor is looked at', () => {
  test.each([
    { dims: [2, 3, 4, 5], seen: [3, 4, 5] },
    { dims: [2, 7], seen: [7, 1, 1] },
    { dims: [2, 9, 5], seen: [1, 9, 5] },
    { dims: [1, 3, 2, 4, 5], seen: [3, 8, 5] },
    { dims: [1, 6, 1, 1], seen: [6, 1, 1] },
    { dims: [7], seen: [7, 1, 1] },
    { dims: [], seen: [1, 1, 1] },
  ])('$dims', ({ dims, seen }) => {
    const { channels, height, width } = mapExtents(dims);
    expect([channels, height, width]).toEqual(seen);
  });

  test('a picture of a batch is its own, a channel its own plane', () => {
    const tensor = new Tensor(
      'float32',
      Float32Array.from({ length: 24 }, (_, i) => i),
      [2, 3, 2, 2],
    );
    const second = featureMapOf(tensor, 1);
    expect([...second.data]).toEqual([12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23]);
    expect([...planeOf(second, 2)]).toEqual([20, 21, 22, 23]);
    expect(() => featureMapOf(tensor, 2)).toThrow('no place 2');
  });
});

describe('statistics', () => {
  test('of numbers that can be worked out on paper', () => {
    // Σ = 24, Σ(x − 3)² = 9 + 1 + 1 + 9 + 9 + 1 + 1 + 9 = 40
    const seen = statisticsOf(map(2, 2, 2, [0, 2, 4, 6, 0, 2, 4, 6]), 3);
    expect(seen).toMatchObject({ count: 8, notFinite: 0, min: 0, max: 6, mean: 3, zeroShare: 0.25 });
    expect(seen.deviation).toBeCloseTo(Math.sqrt(5), 12);
    expect(seen.histogram).toEqual([2, 2, 4]);
  });

  test.each([
    { name: 'all zero', values: [0, 0, 0, 0], dead: 'zero' },
    { name: 'all negative zero', values: [-0, -0, 0, 0], dead: 'zero' },
    { name: 'all the same', values: [3, 3, 3, 3], dead: 'constant' },
    { name: 'one differs', values: [0, 0, 0, 1e-30], dead: undefined },
    { name: 'one is not a number', values: [0, 0, 0, Number.NaN], dead: undefined },
  ])('a channel with $name', ({ values, dead }) => {
    const seen = statisticsOf(map(2, 2, 2, [...values, 1, 2, 3, 4]));
    expect(seen.channels[0]!.dead).toBe(dead);
    expect(deadChannels(seen)).toEqual(dead === undefined ? [] : [0]);
  });

  test('single values are never dead', () => {
    expect(deadChannels(statisticsOf(map(3, 1, 1, [0, 5, 0])))).toEqual([]);
  });

  test('what is not finite is counted apart', () => {
    const seen = statisticsOf(map(1, 2, 2, [Number.NaN, Number.POSITIVE_INFINITY, 1, 3]), 2);
    expect(seen).toMatchObject({ count: 4, notFinite: 2, min: 1, max: 3, mean: 2, deviation: 1 });
    expect(seen.histogram).toEqual([1, 1]);
    const none = statisticsOf(map(1, 1, 2, [Number.NaN, Number.NEGATIVE_INFINITY]), 2);
    expect(none).toMatchObject({ notFinite: 2, min: Number.NaN, mean: Number.NaN, histogram: [0, 0] });
  });

  test('hold for any numbers', () => {
    const some = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }), {
      minLength: 6,
      maxLength: 120,
    });
    fc.assert(
      fc.property(some, (values) => {
        const width = Math.floor(values.length / 2);
        const used = [...Float32Array.from(values.slice(0, 2 * width))];
        const seen = statisticsOf(map(2, 1, width, used), 7);
        const mean = used.reduce((sum, value) => sum + value, 0) / used.length;
        const variance = used.reduce((sum, value) => sum + (value - mean) ** 2, 0) / used.length;
        // By ===, for which zeros of either sign are the same.
        expect(seen.min === Math.min(...used)).toBe(true);
        expect(seen.max === Math.max(...used)).toBe(true);
        expect(seen.mean).toBeCloseTo(mean, 6);
        expect(Math.abs(seen.deviation ** 2 - variance)).toBeLessThanOrEqual(1e-9 * Math.max(1, variance));
        expect(seen.zeroShare).toBe(used.filter((value) => value === 0).length / used.length);
        expect(seen.histogram.reduce((sum, count) => sum + count, 0)).toBe(used.length);
        const [low, high] = [0, 1].map((at) => used.slice(at * width, (at + 1) * width));
        expect(seen.channels.map((channel) => channel.max)).toEqual([Math.max(...low!), Math.max(...high!)]);
      }),
      { seed: 1 },
    );
  });
});

const python = pythonWith('numpy');

describe.skipIf(python === undefined)('against numpy', () => {
  test('range, mean, standard deviation and histogram of 20,000 numbers', () => {
    // Multiples of 1/8 fall on no edge of a bin that rounding could move.
    const data = Float32Array.from({ length: 20_000 }, (_, i) => (((i * 7919) % 4001) - 1000) / 8);
    const script = `
import sys, json, numpy as np
x = np.frombuffer(sys.stdin.buffer.read(), dtype=np.float32).astype(np.float64)
h, _ = np.histogram(x, bins=48)
print(json.dumps([x.min(), x.max(), x.mean(), x.std(), float((x == 0).mean()), h.tolist()]))`;
    const said = execFileSync(python!, ['-c', script], { input: new Uint8Array(data.buffer) });
    const [min, max, mean, deviation, zeroShare, histogram] = JSON.parse(String(said));
    const seen = statisticsOf({ channels: 4, height: 50, width: 100, data });
    expect([seen.min, seen.max, seen.zeroShare]).toEqual([min, max, zeroShare]);
    expect(seen.mean).toBeCloseTo(mean, 9);
    expect(seen.deviation).toBeCloseTo(deviation, 9);
    expect(seen.histogram).toEqual(histogram);
  });
});
