import { inflateSync } from 'node:zlib';

/** What a picture is made of; all else (texts, profiles, times) is left out, since decoders inflate it too. */
const kept: ReadonlySet<string> = new Set(['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND']);
/** Samples of a pixel by colour type: grey, colour, palette, grey and alpha, colour and alpha. */
const samplesOf: ReadonlyMap<number, number> = new Map([
  [0, 1],
  [2, 3],
  [3, 1],
  [4, 2],
  [6, 4],
]);
/** Adam7's passes: first column and row, and the steps between. */
const passes = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

interface Chunk {
  readonly type: string;
  readonly data: Uint8Array;
  /** With its length, type and checksum. */
  readonly whole: Uint8Array;
}

/**
 * A PNG with nothing in it but its picture, whose data inflate to just what its header says; throws where they are cut off
 * or hold more. So nothing of it is larger than its own pixels. Source: the PNG specification, third edition.
 */
export function plainPng(bytes: Uint8Array): Uint8Array {
  const chunks = chunksOf(bytes);
  const header = chunks[0];
  if (header?.type !== 'IHDR' || header.data.length !== 13) throw new Error('its header is damaged');
  if (chunks.at(-1)?.type !== 'IEND') throw new Error('the file ends early');
  const wanted = bytesOf(header.data);
  const packed = Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data));
  if (inflatedBytes(packed, wanted) < wanted) throw new Error('the file ends early');
  const plain = chunks.filter(({ type }) => kept.has(type)).map(({ whole }) => whole);
  return Buffer.concat([bytes.subarray(0, 8), ...plain]);
}

function chunksOf(bytes: Uint8Array): readonly Chunk[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: Chunk[] = [];
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    if (at + 12 + length > bytes.length) throw new Error('the file ends early');
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    chunks.push({
      type,
      data: bytes.subarray(at + 8, at + 8 + length),
      whole: bytes.subarray(at, at + 12 + length),
    });
    if (type === 'IEND') break;
    at += 12 + length;
  }
  return chunks;
}

/** What the picture takes before it was packed: a byte for the filter of each row, and its samples. */
function bytesOf(header: Uint8Array): number {
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const [width, height, depth] = [view.getUint32(0), view.getUint32(4), header[8]!];
  const samples = samplesOf.get(header[9]!);
  if (samples === undefined || ![1, 2, 4, 8, 16].includes(depth) || header[12]! > 1)
    throw new Error('its header is damaged');
  const rows = (across: number, down: number): number =>
    across === 0 ? 0 : down * (1 + Math.ceil((across * samples * depth) / 8));
  if (header[12] === 0) return rows(width, height);
  let sum = 0;
  for (const [x, y, dx, dy] of passes)
    sum += rows(Math.max(0, Math.ceil((width - x) / dx)), Math.max(0, Math.ceil((height - y) / dy)));
  return sum;
}

function inflatedBytes(packed: Uint8Array, most: number): number {
  try {
    return inflateSync(packed, { maxOutputLength: most }).length;
  } catch (error) {
    if (error instanceof RangeError) throw new Error('it holds more than the pixels that its header says');
    throw error;
  }
}
