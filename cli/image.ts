import { convertIndexedToRgb, type DecodedPng, decode as decodePng, hasPngSignature } from 'fast-png';
import jpeg from 'jpeg-js';
import type { Pixels } from '../shared/runtime/image.ts';
import { CommandFailure } from './failure.ts';
import { readBytes } from './files.ts';

const MAX_FILE_BYTES = 64 * 1024 * 1024;
const MAX_MEGAPIXELS = 50;

/** Reads a PNG or JPEG as RGBA; refuses what would need too much memory before it is decoded. */
export async function readImage(file: string): Promise<Pixels> {
  const bytes = await readBytes(file, MAX_FILE_BYTES);
  try {
    if (hasPngSignature(bytes.subarray(0, 8))) return pngPixels(bytes);
    if (bytes[0] === 0xff && bytes[1] === 0xd8) {
      const options = {
        useTArray: true,
        maxResolutionInMP: MAX_MEGAPIXELS,
        maxMemoryUsageInMB: 512,
      } as const;
      return jpeg.decode(bytes, options);
    }
  } catch (error) {
    throw new CommandFailure(
      `${file}: cannot be decoded: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
  throw new CommandFailure(`${file}: is neither a PNG nor a JPEG.`);
}

function pngPixels(bytes: Uint8Array): Pixels {
  const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 33) throw new Error('the file is cut off');
  // IHDR is always first: width and height are its first two numbers.
  const [width, height] = [header.getUint32(16), header.getUint32(20)];
  if (width * height > MAX_MEGAPIXELS * 1e6) throw new Error(`${width}×${height} pixels are too many`);
  const png = decodePng(bytes, { checkCrc: true });
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
