import type { Pixels } from '../shared/runtime/image.ts';

/** How the rows and columns of a picture are to be shown, 1 to 8, as EXIF numbers it (JEITA CP-3451, 4.6.4); 1 is as they are. */
export function orientationOf(bytes: Uint8Array): number {
  try {
    const at = exifStart(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    return at === undefined
      ? 1
      : orientationAt(new DataView(bytes.buffer, bytes.byteOffset + at, bytes.length - at));
  } catch (error) {
    // What is cut off says nothing.
    if (error instanceof RangeError) return 1;
    throw error;
  }
}

const code = (text: string): number => [...text].reduce((sum, letter) => sum * 256 + letter.charCodeAt(0), 0);

/** Where the TIFF header of a JPEG's, a PNG's or a WebP's EXIF begins. */
function exifStart(view: DataView): number | undefined {
  if (view.getUint16(0) === 0xffd8) return inJpeg(view);
  if (view.getUint32(0) === code('\x89PNG')) {
    for (let at = 8; view.getUint32(at + 4) !== code('IEND'); at += 12 + view.getUint32(at))
      if (view.getUint32(at + 4) === code('eXIf')) return at + 8;
    return undefined;
  }
  const at = exifInWebp(view);
  // Some writers put the name of JPEG's segment before it.
  return at === undefined ? undefined : at + (view.getUint32(at + 8) === code('Exif') ? 14 : 8);
}

/** Where the chunk begins, with its name. */
function exifInWebp(view: DataView): number | undefined {
  for (let at = 12; at + 8 <= view.byteLength; ) {
    const length = view.getUint32(at + 4, true);
    if (view.getUint32(at) === code('EXIF')) return at;
    at += 8 + length + (length % 2);
  }
  return undefined;
}

/** A WebP that does not say how it is to be turned, for decoders that turn it themselves where they understand what it says. */
export function unturnedWebp(bytes: Uint8Array): Uint8Array {
  const at = exifInWebp(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  if (at === undefined) return bytes;
  const unturned = Uint8Array.from(bytes);
  // Chunks of unknown names are passed over.
  unturned.set(new TextEncoder().encode('NONE'), at);
  return unturned;
}

function inJpeg(view: DataView): number | undefined {
  for (let at = 2; view.getUint8(at) === 0xff; ) {
    const marker = view.getUint8(at + 1);
    if (marker === 0xda || marker === 0xd9) return undefined;
    if (marker === 0xe1 && view.getUint32(at + 4) === code('Exif')) return at + 10;
    at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}

const ORIENTATION = 0x0112;

function orientationAt(tiff: DataView): number {
  const little = tiff.getUint16(0) === code('II');
  const start = tiff.getUint32(4, little);
  const count = tiff.getUint16(start, little);
  for (let i = 0; i < count; i++) {
    const entry = start + 2 + 12 * i;
    if (tiff.getUint16(entry, little) !== ORIENTATION) continue;
    const value = tiff.getUint16(entry + 8, little);
    return value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}

/** The picture as it is to be seen. */
export function upright({ width, height, data }: Pixels, orientation: number): Pixels {
  if (orientation === 1) return { width, height, data };
  const turned = orientation >= 5;
  const [across, down] = turned ? [height, width] : [width, height];
  const from = new Uint32Array(Uint8Array.from(data).buffer);
  const to = new Uint32Array(from.length);
  const flipX = [2, 3, 7, 8].includes(orientation);
  const flipY = [3, 4, 6, 7].includes(orientation);
  for (let y = 0; y < down; y++)
    for (let x = 0; x < across; x++) {
      // The row and column of the file that is seen here.
      const [column, row] = turned ? [y, x] : [x, y];
      const fromX = flipX ? width - 1 - column : column;
      const fromY = flipY ? height - 1 - row : row;
      to[y * across + x] = from[fromY * width + fromX]!;
    }
  return { width: across, height: down, data: new Uint8Array(to.buffer) };
}
