export interface ImageExtent {
  readonly width: number;
  readonly height: number;
}

/**
 * How many pixels a PNG, JPEG, WebP, AVIF, GIF or BMP file says it has, read from its header, so that it can be refused before
 * anything of that size is made; undefined for any other file, and for one that is cut off before it says so.
 */
export function imageExtent(bytes: Uint8Array): ImageExtent | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return readers.find(({ starts }) => starts(bytes))?.read(view);
  } catch (error) {
    // The file ends within its header.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

interface HeaderReader {
  starts(bytes: Uint8Array): boolean;
  read(view: DataView): ImageExtent | undefined;
}

const readers: readonly HeaderReader[] = [
  { starts: (bytes) => has(bytes, 0, '\x89PNG\r\n\x1a\n'), read: pngExtent },
  { starts: (bytes) => has(bytes, 0, '\xff\xd8\xff'), read: jpegExtent },
  { starts: (bytes) => has(bytes, 0, 'RIFF') && has(bytes, 8, 'WEBP'), read: webpExtent },
  { starts: isAvif, read: avifExtent },
  { starts: (bytes) => has(bytes, 0, 'GIF8'), read: gifExtent },
  { starts: (bytes) => has(bytes, 0, 'BM'), read: bmpExtent },
];

function has(bytes: Uint8Array, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}

/** IHDR is always the first chunk; its first two numbers are width and height. */
function pngExtent(view: DataView): ImageExtent {
  return { width: view.getUint32(16), height: view.getUint32(20) };
}

/** The first start-of-frame segment has them (ITU-T T.81, B.2.2). */
function jpegExtent(view: DataView): ImageExtent | undefined {
  for (let at = 2; ; ) {
    if (view.getUint8(at) !== 0xff) return undefined;
    const marker = view.getUint8(at + 1);
    // Any number of fill bytes may stand before a marker.
    if (marker === 0xff) {
      at++;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    // The scan begins, or the picture ends, without a frame.
    if (marker === 0xda || marker === 0xd9) return undefined;
    at += 2 + view.getUint16(at + 2);
  }
}

/** Lossy, lossless and extended form (RFC 9649). */
function webpExtent(view: DataView): ImageExtent | undefined {
  const form = view.getUint32(12);
  const uint24 = (at: number): number => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
  switch (form) {
    case 0x56503820: // 'VP8 '
      return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
    case 0x5650384c: {
      // 'VP8L'
      const bits = view.getUint32(21, true);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case 0x56503858: // 'VP8X'
      return { width: uint24(24) + 1, height: uint24(27) + 1 };
    default:
      return undefined;
  }
}

/** The first box lists what the file can be read as (ISO/IEC 14496-12, 4.3): a still picture or a sequence of AV1. */
function isAvif(bytes: Uint8Array): boolean {
  if (!has(bytes, 4, 'ftyp')) return false;
  const end = Math.min(new DataView(bytes.buffer, bytes.byteOffset).getUint32(0), bytes.length, 256);
  for (let at = 8; at + 4 <= end; at += 4) if (has(bytes, at, 'avif') || has(bytes, at, 'avis')) return true;
  return false;
}

/** The largest extent among the properties of its pictures, which may be tiles of a larger one (ISO/IEC 23008-12, 6.5.3). */
function avifExtent(view: DataView): ImageExtent | undefined {
  let largest: ImageExtent | undefined;
  const visit = (from: number, to: number): void => {
    for (const { type, start, end } of boxes(view, from, to)) {
      if (type === META) visit(start + 4, end);
      else if (type === IPRP || type === IPCO) visit(start, end);
      else if (type === ISPE) {
        const extent = { width: view.getUint32(start + 4), height: view.getUint32(start + 8) };
        if (!largest || extent.width * extent.height > largest.width * largest.height) largest = extent;
      }
    }
  };
  visit(0, view.byteLength);
  return largest;
}

const fourCC = (text: string): number => [...text].reduce((code, c) => code * 256 + c.charCodeAt(0), 0);
const [META, IPRP, IPCO, ISPE] = ['meta', 'iprp', 'ipco', 'ispe'].map(fourCC);

interface Box {
  readonly type: number;
  readonly start: number;
  readonly end: number;
}

/** The boxes that lie one after another between two places: their types and where their contents are. */
function* boxes(view: DataView, from: number, to: number): Generator<Box> {
  for (let at = from; at + 8 <= to; ) {
    const short = view.getUint32(at);
    const head = short === 1 ? 16 : 8;
    const bytes = short === 0 ? to - at : short === 1 ? Number(view.getBigUint64(at + 8)) : short;
    // Less than its own head would be read for ever.
    if (bytes < head) return;
    yield { type: view.getUint32(at + 4), start: at + head, end: Math.min(at + bytes, to) };
    at += bytes;
  }
}

function gifExtent(view: DataView): ImageExtent {
  return { width: view.getUint16(6, true), height: view.getUint16(8, true) };
}

/** A height below zero says that the rows come from the top. */
function bmpExtent(view: DataView): ImageExtent {
  return { width: view.getInt32(18, true), height: Math.abs(view.getInt32(22, true)) };
}
