import { decode as decodePng, hasPngSignature } from 'fast-png';
import jpeg from 'jpeg-js';
import type { Pixels } from '../shared/runtime/image.ts';
import { imageExtent } from '../shared/runtime/image-extent.ts';
import { CommandFailure } from './failure.ts';
import { readBytes } from './files.ts';
import { tell } from './i18n/language.ts';
import { orientationOf, unturnedWebp, upright } from './orientation.ts';
import { plainPng } from './plain-png.ts';
import { rgbaOfPng } from './png-pixels.ts';

const MAX_FILE_BYTES = 64 * 1024 * 1024;
const MAX_PIXELS = 64_000_000;

/** Reads a PNG, JPEG or WebP as RGBA, turned as it says; refuses what would need too much memory before it is decoded. */
export async function readImage(file: string): Promise<Pixels> {
  const bytes = await readBytes(file, MAX_FILE_BYTES);
  const extent = imageExtent(bytes);
  if (!extent) throw new CommandFailure(tell`${file}: is no PNG, JPEG or WebP that can be read.`);
  const { width, height } = extent;
  if (width * height > MAX_PIXELS)
    throw new CommandFailure(
      tell`${file}: ${width}×${height} pixels are too many; ${MAX_PIXELS / 1e6} million can be read.`,
    );
  if (width === 0 || height === 0) throw new CommandFailure(tell`${file}: has no pixels.`);
  try {
    return upright(await decoded(bytes, width * height), orientationOf(bytes));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandFailure(tell`${file}: cannot be decoded: ${reason.replace(/\.$/, '')}.`);
  }
}

async function decoded(bytes: Uint8Array, pixels: number): Promise<Pixels> {
  if (hasPngSignature(bytes.subarray(0, 8))) return rgbaOfPng(decodePng(plainPng(bytes), { checkCrc: true }));
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return jpegPixels(bytes, pixels);
  if (bytes[0] === 0x52) return webpPixels(bytes);
  throw new Error('only PNG, JPEG and WebP can be');
}

/** Each goes over the whole picture, however few bytes it has; encoders write ten or so. */
const MAX_SCANS = 100;

/** How often a JPEG's data begin; inside of them, what looks like a marker is followed by a zero (ITU-T T.81, B.1.1.5). */
function scansOf(bytes: Uint8Array): number {
  let scans = 0;
  for (let at = bytes.indexOf(0xff, 2); at >= 0 && at + 3 < bytes.length; at = bytes.indexOf(0xff, at)) {
    const marker = bytes[at + 1]!;
    if (marker === 0xda) scans++;
    // Fill bytes, escapes and restarts have no length; all else is stepped over, for it may hold a picture of its own.
    const isBare = marker === 0xff || marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd9);
    at += marker === 0xff ? 1 : isBare ? 2 : 2 + Math.max(2, bytes[at + 2]! * 256 + bytes[at + 3]!);
  }
  return scans;
}

/** A block of 8×8 pixels takes a bit at least, whatever it shows. */
const PIXELS_IN_A_BYTE = 8 * 64;

function jpegPixels(bytes: Uint8Array, pixels: number): Pixels {
  if (pixels > bytes.length * PIXELS_IN_A_BYTE)
    throw new Error(`${bytes.length} bytes cannot hold the ${pixels} pixels that its header says`);
  const scans = scansOf(bytes);
  if (scans > MAX_SCANS) throw new Error(`it has ${scans} scans, of which ${MAX_SCANS} are read`);
  const end = bytes.lastIndexOf(0xd9);
  if (end < 1 || bytes[end - 1] !== 0xff) throw new Error('the file ends early');
  return jpeg.decode(bytes, {
    useTArray: true,
    tolerantDecoding: false,
    maxResolutionInMP: MAX_PIXELS / 1e6,
    maxMemoryUsageInMB: 1024,
  });
}

/** Of a WebP the first picture. Its decoder is large, and loaded for it alone. */
async function webpPixels(bytes: Uint8Array): Promise<Pixels> {
  const { loadCanvasKit } = await import('./export-tools.ts');
  const canvasKit = await loadCanvasKit();
  const image = canvasKit.MakeImageFromEncoded(unturnedWebp(bytes));
  if (!image) throw new Error('the file is damaged or ends early');
  try {
    const { width, height } = image.getImageInfo();
    const data = image.readPixels(0, 0, {
      width,
      height,
      colorType: canvasKit.ColorType.RGBA_8888,
      alphaType: canvasKit.AlphaType.Unpremul,
      colorSpace: canvasKit.ColorSpace.SRGB,
    });
    if (!(data instanceof Uint8Array)) throw new Error('the file is damaged or ends early');
    return { width, height, data };
  } finally {
    image.delete();
  }
}
