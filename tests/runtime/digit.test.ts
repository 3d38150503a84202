import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { digitFromInk, type Ink } from '../../shared/runtime/digit.ts';
import type { Pixels } from '../../shared/runtime/image.ts';
import { referencePath } from '../reference.ts';

const images = referencePath('images/mnist/t10k-images-idx3-ubyte.gz');

/** A filled box on an empty sheet. */
function boxInk(
  width: number,
  height: number,
  [left, top, w, h]: readonly [number, number, number, number],
): Ink {
  const data = new Uint8Array(width * height);
  for (let y = top; y < top + h; y++) data.fill(255, y * width + left, y * width + left + w);
  return { width, height, data };
}

const greys = ({ data }: Pixels): readonly number[] => Array.from({ length: 784 }, (_, i) => data[4 * i]!);

function centreOf(values: readonly number[]): readonly [number, number] {
  let [mass, x, y] = [0, 0, 0];
  for (const [i, value] of values.entries()) {
    mass += value;
    x += value * ((i % 28) + 0.5);
    y += value * (Math.floor(i / 28) + 0.5);
  }
  return [x / mass, y / mass];
}

describe('a drawing as MNIST makes digits', () => {
  test('nothing drawn is no digit', () => {
    expect(digitFromInk({ width: 280, height: 280, data: new Uint8Array(280 * 280) })).toBeUndefined();
  });

  test.each([
    ['a bar in a corner', [0, 0, 20, 200], 2, 20],
    ['a wide bar', [30, 250, 240, 24], 20, 2],
    ['a square', [100, 7, 50, 50], 20, 20],
    ['a dot', [279, 279, 1, 1], 20, 20],
  ] as const)('%s fills 20 pixels and stands in the middle', (_, box, wide, high) => {
    const digit = digitFromInk(boxInk(280, 280, box))!;
    const values = greys(digit);
    const columns = new Set(values.flatMap((value, i) => (value > 0 ? [i % 28] : [])));
    const rows = new Set(values.flatMap((value, i) => (value > 0 ? [Math.floor(i / 28)] : [])));
    expect([columns.size, rows.size]).toEqual([wide, high]);
    const [x, y] = centreOf(values);
    for (const centre of [x, y]) {
      expect(centre).toBeGreaterThanOrEqual(14 - 1e-6);
      expect(centre).toBeLessThan(15);
    }
    expect(digit.data.filter((__, i) => i % 4 === 3).every((alpha) => alpha === 255)).toBe(true);
  });

  test.skipIf(!existsSync(images))('leaves digits of MNIST as they are', () => {
    const bytes = gunzipSync(readFileSync(images)).subarray(16);
    let changed = 0;
    for (let n = 0; n < 200; n++) {
      const before = bytes.subarray(n * 784, (n + 1) * 784);
      // Ten times as large, as it is drawn on the pad.
      const large = Uint8Array.from(
        { length: 280 * 280 },
        (_, i) => before[Math.floor(i / 2800) * 28 + Math.floor((i % 280) / 10)]!,
      );
      const after = greys(digitFromInk({ width: 280, height: 280, data: large })!);
      const change = after.reduce((sum, value, i) => sum + Math.abs(value - before[i]!), 0);
      const ink = before.reduce((sum, value) => sum + value, 0);
      if (change > 0.02 * ink) changed++;
    }
    // Where the centre lies on the edge between two pixels, rounding may take the other one.
    expect(changed).toBeLessThanOrEqual(2);
  });
});
