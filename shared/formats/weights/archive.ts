import { inflateSync } from 'fflate';
import type { PhraseValue } from '../../base/messages.ts';
import { messages } from '../../base/problem.ts';
import { type ByteSource, type Refusal, refuseAt } from './source.ts';

export const say = messages('formats/weights/archive', {
  'no-directory-contents': 'it has no directory of its contents',
  'directory-cannot-have': 'its directory cannot have {{count}} entries',
  'directory-lies-outside': 'its directory lies outside of it',
  'directory-cut-off': 'its directory is cut off',
  'compressed-by-unknown': '"{{name}}" is compressed by an unknown method',
  'would-lie-outside': '"{{name}}" would lie outside of the file',
  'cannot-have-bytes': '"{{name}}" cannot have {{bytes}} bytes',
  overlap: 'its files would lie over each other',
  'directory-not-where': 'its directory is not where it should be',
  'not-where-should': '"{{name}}" is not where it should be',
  'cut-off': '"{{name}}" is cut off',
  'bytes-not-says': '"{{name}}" has {{length}} bytes, not the {{bytes}} that it says',
  'not-what-was': '"{{name}}" is not what was written',
  'archive-wrong': [
    'The archive cannot be read: {{why}}.',
    'The file is damaged or of another format; save it anew.',
  ],
});

/** Deflate cannot shrink further than this; what says so lies about its size. */
const MOST_DEFLATED = 1032;
/** Networks have thousands of tensors, not millions. */
const MAX_ENTRIES = 1_000_000;
const MAX_DIRECTORY_BYTES = 128 * 1024 * 1024;
/** At least: what stands before each packed file (4.3.7). */
const LOCAL_HEADER_BYTES = 30;
/** What a field of four bytes says where the true number stands in a larger one. */
const ELSEWHERE = 0xffffffff;

/** A file inside the archive. */
export interface Entry {
  readonly name: string;
  readonly deflated: boolean;
  readonly packedBytes: number;
  readonly bytes: number;
  readonly checksum: number;
  /** Of its local header. */
  readonly offset: number;
}

export function archiveDamaged(offset: number, why: PhraseValue): Refusal {
  return refuseAt(offset, say('archive-wrong', { why }));
}

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Source: PKWARE's APPNOTE, 4.3.12 and 4.3.16. */
export async function entriesOf(source: ByteSource): Promise<readonly Entry[]> {
  const tailBytes = Math.min(source.size, 65_557);
  const tail = await source.read(source.size - tailBytes, tailBytes);
  const end = viewOf(tail);
  let at = tail.length - 22;
  while (at >= 0 && end.getUint32(at, true) !== 0x06054b50) at--;
  if (at < 0) throw archiveDamaged(0, say.part('no-directory-contents'));
  const { count, size, start } = await directoryOf(source, tail, at);
  if (count > MAX_ENTRIES || size > MAX_DIRECTORY_BYTES)
    throw archiveDamaged(source.size, say.part('directory-cannot-have', { count }));
  if (start + size > source.size) throw archiveDamaged(source.size, say.part('directory-lies-outside'));
  const directory = await source.read(start, size);
  const view = viewOf(directory);
  const entries: Entry[] = [];
  let packedBytes = 0;
  for (let place = 0, i = 0; i < count; i++) {
    if (place + 46 > size || view.getUint32(place, true) !== 0x02014b50)
      throw archiveDamaged(start + place, say.part('directory-cut-off'));
    const nameBytes = view.getUint16(place + 28, true);
    const method = view.getUint16(place + 10, true);
    const name = new TextDecoder().decode(directory.subarray(place + 46, place + 46 + nameBytes));
    if (method !== 0 && method !== 8)
      throw archiveDamaged(start + place, say.part('compressed-by-unknown', { name }));
    const extra = place + 46 + nameBytes;
    const entry = {
      name,
      deflated: method === 8,
      checksum: view.getUint32(place + 16, true),
      ...placeOf(view, place, extra, Math.min(size, extra + view.getUint16(place + 30, true))),
    };
    if (entry.offset + LOCAL_HEADER_BYTES + entry.packedBytes > source.size)
      throw archiveDamaged(start + place, say.part('would-lie-outside', { name }));
    if (entry.bytes > (entry.deflated ? MOST_DEFLATED * (entry.packedBytes + 1) : entry.packedBytes))
      throw archiveDamaged(start + place, say.part('cannot-have-bytes', { name, bytes: entry.bytes }));
    // One packed file under a thousand names would be unpacked a thousand times.
    packedBytes += LOCAL_HEADER_BYTES + entry.packedBytes;
    if (packedBytes > source.size) throw archiveDamaged(start + place, say.part('overlap'));
    entries.push(entry);
    place += 46 + nameBytes + view.getUint16(place + 30, true) + view.getUint16(place + 32, true);
  }
  return entries;
}

/** Of archives beyond 4 GiB, the end only names the place of a larger one (4.3.14, 4.3.15). */
async function directoryOf(source: ByteSource, tail: Uint8Array, at: number) {
  const end = viewOf(tail);
  const count = end.getUint16(at + 10, true);
  const size = end.getUint32(at + 12, true);
  const start = end.getUint32(at + 16, true);
  if (start !== ELSEWHERE && size !== ELSEWHERE && count !== 0xffff) return { count, size, start };
  const named = at >= 20 && end.getUint32(at - 20, true) === 0x07064b50;
  const place = named ? Number(end.getBigUint64(at - 12, true)) : source.size;
  if (place + 56 > source.size) throw archiveDamaged(source.size, say.part('directory-not-where'));
  const large = viewOf(await source.read(place, 56));
  if (large.getUint32(0, true) !== 0x06064b50) throw archiveDamaged(place, say.part('directory-not-where'));
  return {
    count: Number(large.getBigUint64(32, true)),
    size: Number(large.getBigUint64(40, true)),
    start: Number(large.getBigUint64(48, true)),
  };
}

/** Sizes and place of an entry; those that four bytes cannot say stand in its extra field (4.5.3), in this order. */
function placeOf(view: DataView, place: number, extra: number, end: number) {
  let [field, fieldEnd] = [extra, extra];
  for (let at = extra; at + 4 <= end; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    [field, fieldEnd] = [at + 4, Math.min(end, at + 4 + view.getUint16(at + 2, true))];
    break;
  }
  const read = (at: number): number => {
    const short = view.getUint32(place + at, true);
    if (short !== ELSEWHERE || field + 8 > fieldEnd) return short;
    field += 8;
    return Number(view.getBigUint64(field - 8, true));
  };
  const bytes = read(24);
  const packedBytes = read(20);
  return { bytes, packedBytes, offset: read(42) };
}

/** Where an entry's bytes start, after its own header. */
export async function startOf(source: ByteSource, entry: Entry): Promise<number> {
  const { name, offset, packedBytes } = entry;
  const local = viewOf(await source.read(offset, LOCAL_HEADER_BYTES));
  if (local.getUint32(0, true) !== 0x04034b50)
    throw archiveDamaged(offset, say.part('not-where-should', { name }));
  const start = offset + LOCAL_HEADER_BYTES + local.getUint16(26, true) + local.getUint16(28, true);
  if (start + packedBytes > source.size) throw archiveDamaged(offset, say.part('cut-off', { name }));
  return start;
}

/** All of an entry, as it was before it was packed. */
export async function wholeOf(source: ByteSource, entry: Entry, start: number): Promise<Uint8Array> {
  const { name, bytes, checksum } = entry;
  const packed = await source.read(start, entry.packedBytes);
  const whole = entry.deflated ? inflated(packed, entry, start) : packed;
  if (whole.length !== bytes)
    throw archiveDamaged(start, say.part('bytes-not-says', { name, length: whole.length, bytes }));
  if (checksumOf(whole) !== checksum) throw archiveDamaged(start, say.part('not-what-was', { name }));
  return whole;
}

const CHECKED_BYTES = 1 << 20;

/** Refuses an entry that lies there unpacked and is not what it was; only a piece of it is in memory at a time. */
export async function checkStored(source: ByteSource, entry: Entry, start: number): Promise<void> {
  const { name, bytes, packedBytes } = entry;
  if (packedBytes !== bytes)
    throw archiveDamaged(start, say.part('bytes-not-says', { name, length: packedBytes, bytes }));
  const piece = new Uint8Array(Math.min(CHECKED_BYTES, bytes));
  let checksum = 0;
  for (let at = 0; at < bytes; at += piece.length) {
    const length = Math.min(piece.length, bytes - at);
    checksum = checksumOf(await source.read(start + at, length, piece.subarray(0, length)), checksum);
  }
  if (checksum !== entry.checksum) throw archiveDamaged(start, say.part('not-what-was', { name }));
}

function inflated(packed: Uint8Array, { bytes }: Entry, offset: number): Uint8Array {
  return inflating(offset, () => inflateSync(packed, { out: new Uint8Array(bytes) }));
}

export function inflating<T>(offset: number, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw archiveDamaged(offset, error instanceof Error ? error.message : String(error));
  }
}

const remainders = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});

/** CRC-32, as archives carry it; of what comes behind bytes with the checksum `before`. */
function checksumOf(bytes: Uint8Array, before = 0): number {
  let rest = ~before;
  for (let i = 0; i < bytes.length; i++) rest = remainders[(rest ^ bytes[i]!) & 255]! ^ (rest >>> 8);
  return ~rest >>> 0;
}
