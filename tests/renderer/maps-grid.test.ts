import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  cellPlace,
  cellsInView,
  gridFor,
  hitCell,
  nextZoom,
  zooms,
  zoomToFit,
} from '../../renderer/features/maps/grid-layout.ts';
import { valueText } from '../../renderer/state/run/number.ts';

const any = fc.record({
  cells: fc.integer({ min: 1, max: 2048 }),
  tileWidth: fc.integer({ min: 1, max: 300 }),
  tileHeight: fc.integer({ min: 1, max: 300 }),
  zoom: fc.constantFrom(...zooms),
  width: fc.integer({ min: 40, max: 2000 }),
});

describe('a grid of pictures', () => {
  test('no two pictures touch, and a point in one is found in it, at its value', () => {
    fc.assert(
      fc.property(any, fc.nat(), fc.nat(), ({ cells, tileWidth, tileHeight, zoom, width }, a, b) => {
        const grid = gridFor(cells, tileWidth, tileHeight, zoom, width);
        expect(grid.rows * grid.columns).toBeGreaterThanOrEqual(cells);
        expect(grid.stepX).toBeGreaterThan(grid.pictureWidth);
        expect(grid.stepY).toBeGreaterThan(grid.pictureHeight);
        const cell = a % cells;
        const x = b % tileWidth;
        const y = a % tileHeight;
        const place = cellPlace(grid, cell);
        // The middle of that value's square.
        const hit = hitCell(
          grid,
          tileWidth,
          tileHeight,
          place.x + ((x + 0.5) * grid.pictureWidth) / tileWidth,
          place.y + ((y + 0.5) * grid.pictureHeight) / tileHeight,
        );
        expect(hit).toEqual({ cell, at: { x, y } });
        expect(place.y + grid.pictureHeight).toBeLessThan(grid.height);
      }),
      { seed: 1 },
    );
  });

  test('what is in view is drawn, and not much more', () => {
    fc.assert(
      fc.property(any, fc.nat(5000), fc.integer({ min: 50, max: 900 }), (given, top, height) => {
        const { cells, tileWidth, tileHeight, zoom, width } = given;
        const grid = gridFor(cells, tileWidth, tileHeight, zoom, width);
        const [first, end] = cellsInView(grid, top, height);
        for (let cell = 0; cell < cells; cell++) {
          const { y } = cellPlace(grid, cell);
          const visible = y < top + height && y + grid.pictureHeight > top;
          if (visible) expect(cell >= first && cell < end).toBe(true);
        }
        expect(end - first).toBeLessThanOrEqual((Math.ceil(height / grid.stepY) + 1) * grid.columns);
      }),
      { seed: 2 },
    );
  });

  test('fitting shows all at once where that is possible', () => {
    const zoom = zoomToFit(64, 56, 56, 1000, 400);
    expect(gridFor(64, 56, 56, zoom, 1000).height).toBeLessThanOrEqual(400);
    expect(gridFor(64, 56, 56, nextZoom(zoom, 1), 1000).height).toBeGreaterThan(400);
    expect(zoomToFit(2048, 7, 7, 1000, 400)).toBe(48);
  });

  test('beside the pictures there is nothing', () => {
    const grid = gridFor(3, 8, 8, 64, 1000);
    expect(hitCell(grid, 8, 8, 2, 2)).toBeUndefined();
    expect(hitCell(grid, 8, 8, 900, 20)).toBeUndefined();
    expect(hitCell(grid, 8, 8, 20, 900)).toBeUndefined();
    expect(hitCell(grid, 8, 8, 20, 8 + 64 + 4)).toEqual({ cell: 0, at: undefined });
  });

  test('zooms end at either end', () => {
    expect(nextZoom(zooms[0], -1)).toBe(zooms[0]);
    expect(nextZoom(zooms.at(-1)!, 1)).toBe(zooms.at(-1));
    expect(nextZoom(64, 1)).toBe(96);
  });
});

test.each([
  [0, '0'],
  [0.5, '0.5000'],
  [-12.3456, '−12.35'],
  [123456, '1.23e5'],
  [-0.000012, '−1.20e−5'],
  [Number.NaN, 'NaN'],
  [Number.NEGATIVE_INFINITY, '−∞'],
])('%f is written %s', (value, text) => {
  expect(valueText(value)).toBe(text);
});
