/** Ways to turn a value into a colour. */
export const colourings = ['viridis', 'grey', 'diverging'] as const;
export type Colouring = (typeof colourings)[number];

/** Values from `low` to `high` take the colours from first to last. */
export interface ValueRange {
  readonly low: number;
  readonly high: number;
}

/** What is not a number has a colour that no scale has. */
const NOT_A_NUMBER = [255, 0, 255] as const;

/** viridis by Smith, van der Walt and Firing (CC0) at 16 even steps; in between it is straight. */
const VIRIDIS =
  '440154481a6c472f7d41448739568c31688e2a788e23888e1f988b22a88435b77954c5687ad151a5db36d2e21bfde725';
/** ColorBrewer's RdBu, blue for what is negative: white is zero. */
const RED_BLUE = '0530612166ac4393c392c5ded1e5f0f7f7f7fddbc7f4a582d6604db2182b67001f';
const GREY = '000000ffffff';

const STEPS = 256;
const tables = new Map<Colouring, Uint8Array>();

/** 256 colours as R, G, B bytes one after the other. */
export function colourTable(colouring: Colouring): Uint8Array {
  const known = tables.get(colouring);
  if (known) return known;
  const anchors = { viridis: VIRIDIS, diverging: RED_BLUE, grey: GREY }[colouring];
  const table = interpolate(anchors);
  tables.set(colouring, table);
  return table;
}

function interpolate(anchors: string): Uint8Array {
  const last = anchors.length / 6 - 1;
  const table = new Uint8Array(3 * STEPS);
  const at = (anchor: number, part: number): number =>
    Number.parseInt(anchors.slice(6 * anchor + 2 * part, 6 * anchor + 2 * part + 2), 16);
  for (let step = 0; step < STEPS; step++) {
    const place = (step / (STEPS - 1)) * last;
    const anchor = Math.min(last - 1, Math.floor(place));
    const share = place - anchor;
    for (let part = 0; part < 3; part++) {
      table[3 * step + part] = Math.round(at(anchor, part) * (1 - share) + at(anchor + 1, part) * share);
    }
  }
  return table;
}

/** The range that a colouring shows values in: the diverging one reaches as far below zero as above. */
export function rangeFor(colouring: Colouring, min: number, max: number): ValueRange {
  if (!(Number.isFinite(min) && Number.isFinite(max))) return { low: 0, high: 1 };
  if (colouring !== 'diverging') return { low: min, high: max };
  const reach = Math.max(Math.abs(min), Math.abs(max));
  return { low: -reach, high: reach };
}

/**
 * Writes the colours of `values`, `width` in a row, into the RGBA picture `pixels` of rows of `stride` pixels, from pixel
 * `start` on. Where the range has no extent everything takes the middle colour of a diverging scale, else the first.
 */
export function paint(
  values: Float32Array,
  width: number,
  colouring: Colouring,
  { low, high }: ValueRange,
  pixels: Uint8ClampedArray | Uint8Array,
  stride: number,
  start: number,
): void {
  const table = colourTable(colouring);
  const scale = high > low ? (STEPS - 1) / (high - low) : 0;
  const floor = high > low || colouring !== 'diverging' ? 0 : (STEPS - 1) / 2;
  for (let i = 0; i < values.length; i++) {
    const to = 4 * (start + Math.floor(i / width) * stride + (i % width));
    const value = values[i]!;
    const step = Math.round(Math.min(STEPS - 1, Math.max(0, floor + (value - low) * scale)));
    const known = !Number.isNaN(step);
    for (let part = 0; part < 3; part++) {
      pixels[to + part] = known ? table[3 * step + part]! : NOT_A_NUMBER[part]!;
    }
    pixels[to + 3] = 255;
  }
}
