import { describe, expect, test } from 'vitest';
import { atlasOf, shrink } from '../../../shared/runtime/maps/atlas.ts';
import { colourings, colourTable, paint, rangeFor } from '../../../shared/runtime/maps/colours.ts';
import type { FeatureMap } from '../../../shared/runtime/maps/feature-map.ts';
import { statisticsOf } from '../../../shared/runtime/maps/statistics.ts';

const colourAt = (table: Uint8Array, step: number) => [...table.subarray(3 * step, 3 * step + 3)];

describe('colours', () => {
  // matplotlib's own values at these places, in bytes.
  test.each([
    { step: 0, colour: [68, 1, 84] },
    { step: 64, colour: [59, 82, 139] },
    { step: 128, colour: [33, 145, 140] },
    { step: 191, colour: [93, 201, 99] },
    { step: 255, colour: [253, 231, 37] },
  ])('viridis at $step is matplotlib’s', ({ step, colour }) => {
    const ours = colourAt(colourTable('viridis'), step);
    for (const [part, value] of colour.entries())
      expect(Math.abs(ours[part]! - value)).toBeLessThanOrEqual(2);
  });

  test('grey goes evenly from black to white', () => {
    const table = colourTable('grey');
    for (let step = 0; step < 256; step++) expect(colourAt(table, step)).toEqual([step, step, step]);
  });

  test('diverging has zero in its middle, and it is nearly white', () => {
    const { low, high } = rangeFor('diverging', -1, 3);
    expect([low, high]).toEqual([-3, 3]);
    const pixels = new Uint8Array(12);
    paint(Float32Array.of(-3, 0, 3), 3, 'diverging', { low, high }, pixels, 3, 0);
    const [r0, , b0, , r1, g1, b1, , r2, , b2] = pixels;
    expect(b0!).toBeGreaterThan(r0!);
    expect(Math.min(r1!, g1!, b1!)).toBeGreaterThan(240);
    expect(r2!).toBeGreaterThan(b2!);
  });

  test.each(colourings)('%s: no extent, nothing finite, beyond the range', (colouring) => {
    const pixels = new Uint8Array(4 * 5);
    paint(
      Float32Array.of(1, Number.NaN, -9, 9, Number.POSITIVE_INFINITY),
      5,
      colouring,
      { low: 0, high: 2 },
      pixels,
      5,
      0,
    );
    expect([...pixels.subarray(4, 8)]).toEqual([255, 0, 255, 255]);
    expect([...pixels.subarray(8, 11)]).toEqual(colourAt(colourTable(colouring), 0));
    expect([...pixels.subarray(12, 15)]).toEqual(colourAt(colourTable(colouring), 255));
    expect([...pixels.subarray(16, 19)]).toEqual(colourAt(colourTable(colouring), 255));
    paint(Float32Array.of(0), 1, colouring, rangeFor(colouring, 0, 0), pixels, 5, 0);
    expect([...pixels.subarray(0, 3)]).toEqual(
      colourAt(colourTable(colouring), colouring === 'diverging' ? 128 : 0),
    );
  });
});

describe('atlas', () => {
  const options = { colouring: 'grey', range: 'layer', maxTile: 64, maxChannels: 64 } as const;
  const ramp = (channels: number, height: number, width: number): FeatureMap => ({
    channels,
    height,
    width,
    data: Float32Array.from({ length: channels * height * width }, (_, i) => i),
  });

  test('every value of every channel stands at its place', () => {
    const map = ramp(5, 3, 4);
    const atlas = atlasOf(map, statisticsOf(map), options);
    expect(atlas).toMatchObject({ tiles: 5, channels: 5, tileWidth: 4, tileHeight: 3 });
    expect(atlas.pixels.length).toBe(4 * atlas.width * atlas.height);
    for (let channel = 0; channel < 5; channel++) {
      for (let y = 0; y < 3; y++) {
        for (let x = 0; x < 4; x++) {
          const column = (channel % atlas.columns) * 4 + x;
          const row = Math.floor(channel / atlas.columns) * 3 + y;
          const grey = atlas.pixels[4 * (row * atlas.width + column)]!;
          expect(grey).toBe(Math.round(((channel * 12 + y * 4 + x) / 59) * 255));
        }
      }
    }
  });

  test('a channel’s own range uses all colours in each', () => {
    const map = ramp(4, 2, 2);
    const atlas = atlasOf(map, statisticsOf(map), { ...options, range: 'channel' });
    const greys = [...atlas.pixels].filter((_, i) => i % 4 === 0);
    expect(greys.filter((grey) => grey === 0)).toHaveLength(4);
    expect(greys.filter((grey) => grey === 255)).toHaveLength(4);
  });

  test('large maps are averaged down, many channels cut', () => {
    const map = ramp(100, 8, 8);
    const atlas = atlasOf(map, statisticsOf(map), { ...options, maxTile: 2, maxChannels: 9 });
    expect(atlas).toMatchObject({ tiles: 9, channels: 100, columns: 3, width: 6, height: 6 });
  });

  test('shrinking keeps the mean, whatever the extents', () => {
    for (const [width, height] of [
      [6, 4],
      [7, 5],
      [3, 9],
    ] as const) {
      const plane = Float32Array.from({ length: width * height }, () => 2.5);
      expect([...shrink(plane, width, height, 3, 4)].every((value) => value === 2.5)).toBe(true);
    }
    expect([...shrink(Float32Array.of(1, 3, 5, 7, 2, 4, 6, 8), 4, 2, 2, 1)]).toEqual([2.5, 6.5]);
  });
});
