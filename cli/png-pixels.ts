import { convertIndexedToRgb, type DecodedPng } from 'fast-png';
import type { Pixels } from '../shared/runtime/image.ts';

/** A decoded PNG of any colours and depth as 8-bit RGBA. */
export function rgbaOfPng(png: DecodedPng): Pixels {
  const { width, height } = png;
  return { width, height, data: png.palette === undefined ? spread(png) : indexed(png, width * height) };
}

function indexed(png: DecodedPng, pixels: number): Uint8Array {
  const colours = convertIndexedToRgb(png);
  const channels = Math.round(colours.length / pixels);
  return toRgba(pixels, channels, (at) => colours[at]!);
}

/** Grey, grey with alpha, RGB or RGBA of any depth, as 8-bit RGBA. */
function spread({ width, height, channels, depth, data }: DecodedPng): Uint8Array {
  if (depth === 16) return toRgba(width * height, channels, (at) => data[at]! >> 8);
  if (depth === 8) return toRgba(width * height, channels, (at) => data[at]!);
  // Several pixels to a byte, the first in the highest bits; every row begins with a new byte.
  const rowBytes = Math.ceil((width * depth) / 8);
  const most = 2 ** depth - 1;
  return toRgba(width * height, channels, (at) => {
    const [row, column] = [Math.floor(at / width), at % width];
    const bit = column * depth;
    const byte = data[row * rowBytes + (bit >> 3)]!;
    return Math.round((255 * ((byte >> (8 - depth - (bit & 7))) & most)) / most);
  });
}

function toRgba(pixels: number, channels: number, read: (at: number) => number): Uint8Array {
  const rgba = new Uint8Array(4 * pixels);
  const coloured = channels >= 3;
  for (let i = 0; i < pixels; i++) {
    for (let c = 0; c < 3; c++) rgba[4 * i + c] = read(i * channels + (coloured ? c : 0));
    rgba[4 * i + 3] = channels % 2 === 0 ? read(i * channels + channels - 1) : 255;
  }
  return rgba;
}
