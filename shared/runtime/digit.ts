import type { Pixels } from './image.ts';

/** What a pen left behind: one value per dot, 0 where there is nothing and 255 where the stroke is full. */
export interface Ink {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** MNIST (LeCun et al. 1998): digits scaled to fit 20×20, and laid by their centre of mass into 28×28. */
const DIGIT_SIDE = 28;
const INK_SIDE = 20;
/** Antialiased edges fainter than this do not stretch the box. */
const FAINT = 16;

/**
 * A drawing as MNIST's digits were made: its box scaled to 20 pixels on the longer side with grey edges, its centre of
 * mass in the middle of 28×28, light on black. Undefined where nothing was drawn.
 */
export function digitFromInk(ink: Ink): Pixels | undefined {
  const box = boxOf(ink);
  if (!box) return undefined;
  const scale = INK_SIDE / Math.max(box.width, box.height);
  const digit = scaled(ink, box, scale);
  const centre = massCentre(digit);
  // MNIST's digits are moved by whole pixels, so that their centre comes to lie in the pixel right of and below the middle.
  const left = place(DIGIT_SIDE / 2 - centre.x, digit.width);
  const top = place(DIGIT_SIDE / 2 - centre.y, digit.height);
  const data = new Uint8ClampedArray(4 * DIGIT_SIDE * DIGIT_SIDE);
  for (let i = 0; i < DIGIT_SIDE * DIGIT_SIDE; i++) data[4 * i + 3] = 255;
  for (let y = 0; y < digit.height; y++) {
    for (let x = 0; x < digit.width; x++) {
      const at = 4 * ((top + y) * DIGIT_SIDE + left + x);
      data.fill(digit.data[y * digit.width + x]!, at, at + 3);
    }
  }
  return { width: DIGIT_SIDE, height: DIGIT_SIDE, data };
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

function boxOf({ width, height, data }: Ink): Box | undefined {
  let [left, right, top, bottom] = [width, -1, height, -1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (data[y * width + x]! < FAINT) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
    }
  }
  return right < 0 ? undefined : { left, top, width: right - left + 1, height: bottom - top + 1 };
}

/** Each pixel is the mean of the area that it covers. */
function scaled(ink: Ink, box: Box, scale: number): Ink {
  const width = Math.max(1, Math.round(box.width * scale));
  const height = Math.max(1, Math.round(box.height * scale));
  const data = new Uint8ClampedArray(width * height);
  for (let y = 0; y < height; y++) {
    const rows = cover(y, height, box.height);
    for (let x = 0; x < width; x++) {
      const columns = cover(x, width, box.width);
      let sum = 0;
      let area = 0;
      for (const [row, high] of rows) {
        for (const [column, wide] of columns) {
          sum += high * wide * ink.data[(box.top + row) * ink.width + box.left + column]!;
          area += high * wide;
        }
      }
      data[y * width + x] = Math.round(sum / area);
    }
  }
  return { width, height, data };
}

/** The source rows (or columns) that output `at` of `count` covers, and how much of each. */
function cover(
  at: number,
  count: number,
  source: number,
): readonly (readonly [index: number, share: number])[] {
  const from = (at * source) / count;
  const to = ((at + 1) * source) / count;
  const covered: [number, number][] = [];
  for (let i = Math.floor(from); i < Math.min(source, Math.ceil(to - 1e-9)); i++)
    covered.push([i, Math.min(to, i + 1) - Math.max(from, i)]);
  return covered;
}

function massCentre({ width, height, data }: Ink): { readonly x: number; readonly y: number } {
  let [mass, x, y] = [0, 0, 0];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const value = data[row * width + column]!;
      mass += value;
      x += value * (column + 0.5);
      y += value * (row + 0.5);
    }
  }
  return { x: x / mass, y: y / mass };
}

/** The first whole pixel from `wanted` on; all of the digit stays inside. */
function place(wanted: number, extent: number): number {
  return Math.min(DIGIT_SIDE - extent, Math.max(0, Math.ceil(wanted - 1e-9)));
}
