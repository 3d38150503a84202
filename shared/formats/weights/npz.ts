import { Inflate, inflateSync } from 'fflate';
import { fail, type Result, succeed } from '../../base/problem.ts';
import { lazyTensor, type WeightFile } from './file.ts';
import { fromFortran, MAX_NPY_HEADER_BYTES, type NpyHeader, readNpyHeader } from './npy.ts';
import { type ByteSource, problemOf, type Refusal, refuseAt } from './source.ts';
import type { LazyWeight } from './store.ts';

const DAMAGED = 'The file is damaged or no .npz; save it anew with numpy.savez.';
const MAX_ENTRIES = 65_535;
/** Deflate cannot shrink further than this; what says so lies about its size. */
const MOST_DEFLATED = 1032;

/** A file inside the archive. */
interface Entry {
  readonly name: string;
  readonly deflated: boolean;
  readonly packedBytes: number;
  readonly bytes: number;
  readonly checksum: number;
  /** Of its local header. */
  readonly offset: number;
}

/** Reads NumPy's archive of arrays, plain or compressed. Elements stay in the file until they are loaded. */
export async function readNpz(source: ByteSource): Promise<Result<WeightFile>> {
  try {
    const tensors = new Map<string, LazyWeight>();
    for (const entry of await entriesOf(source)) {
      if (entry.name.endsWith('/')) continue;
      const name = entry.name.replace(/\.npy$/, '');
      tensors.set(name, await tensorOf(source, entry, name));
    }
    return succeed({ tensors, ordered: true });
  } catch (error) {
    return fail(problemOf(error));
  }
}

function damaged(offset: number, why: string): Refusal {
  return refuseAt(offset, 'archive-wrong', `The archive cannot be read: ${why}.`, DAMAGED);
}

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Source: PKWARE's APPNOTE, 4.3.12 and 4.3.16. Archives of more than 4 GiB are refused. */
async function entriesOf(source: ByteSource): Promise<readonly Entry[]> {
  const tailBytes = Math.min(source.size, 65_557);
  const tail = await source.read(source.size - tailBytes, tailBytes);
  const end = viewOf(tail);
  let at = tail.length - 22;
  while (at >= 0 && end.getUint32(at, true) !== 0x06054b50) at--;
  if (at < 0) throw damaged(0, 'it has no directory of its contents');
  const count = end.getUint16(at + 10, true);
  const size = end.getUint32(at + 12, true);
  const start = end.getUint32(at + 16, true);
  if (start === 0xffffffff || count === MAX_ENTRIES)
    throw refuseAt(0, 'archive-too-large', 'The archive has more than 4 GiB.', 'Save it as .safetensors.');
  if (start + size > source.size) throw damaged(source.size, 'its directory lies outside of it');
  const directory = await source.read(start, size);
  const view = viewOf(directory);
  const entries: Entry[] = [];
  for (let place = 0, i = 0; i < count; i++) {
    if (place + 46 > size || view.getUint32(place, true) !== 0x02014b50)
      throw damaged(start + place, 'its directory is cut off');
    const nameBytes = view.getUint16(place + 28, true);
    const method = view.getUint16(place + 10, true);
    const name = new TextDecoder().decode(directory.subarray(place + 46, place + 46 + nameBytes));
    if (method !== 0 && method !== 8)
      throw damaged(start + place, `"${name}" is compressed by an unknown method`);
    const entry = {
      name,
      deflated: method === 8,
      checksum: view.getUint32(place + 16, true),
      packedBytes: view.getUint32(place + 20, true),
      bytes: view.getUint32(place + 24, true),
      offset: view.getUint32(place + 42, true),
    };
    if (entry.offset + 30 + entry.packedBytes > source.size)
      throw damaged(start + place, `"${name}" would lie outside of the file`);
    if (entry.bytes > (entry.deflated ? MOST_DEFLATED * (entry.packedBytes + 1) : entry.packedBytes))
      throw damaged(start + place, `"${name}" cannot have ${entry.bytes} bytes`);
    entries.push(entry);
    place += 46 + nameBytes + view.getUint16(place + 30, true) + view.getUint16(place + 32, true);
  }
  return entries;
}

async function tensorOf(source: ByteSource, entry: Entry, name: string): Promise<LazyWeight> {
  const local = viewOf(await source.read(entry.offset, 30));
  if (local.getUint32(0, true) !== 0x04034b50)
    throw damaged(entry.offset, `"${name}" is not where it should be`);
  const start = entry.offset + 30 + local.getUint16(26, true) + local.getUint16(28, true);
  if (start + entry.packedBytes > source.size) throw damaged(entry.offset, `"${name}" is cut off`);
  const header = await headerOf(source, entry, start, name);
  if (header.bytes !== entry.bytes)
    throw damaged(start, `"${name}" has ${entry.bytes} bytes, but its shape needs ${header.bytes}`);
  return lazyTensor(header.dims, header.type, async () => {
    const packed = await source.read(start, entry.packedBytes);
    const whole = entry.deflated ? inflated(packed, entry, start) : packed;
    if (whole.length !== entry.bytes)
      throw damaged(start, `"${name}" has ${whole.length} bytes, not the ${entry.bytes} that it says`);
    if (checksumOf(whole) !== entry.checksum) throw damaged(start, `"${name}" is not what was written`);
    const elements = whole.subarray(header.start);
    return header.fortran ? fromFortran(elements, header.dims, header.type) : elements;
  });
}

/** Only as much is read, and inflated, as the header needs. */
async function headerOf(source: ByteSource, entry: Entry, start: number, name: string): Promise<NpyHeader> {
  const stream = entry.deflated ? new Inflate() : undefined;
  let soFar = new Uint8Array(0);
  const append = (chunk: Uint8Array): void => {
    const longer = new Uint8Array(soFar.length + chunk.length);
    longer.set(soFar);
    longer.set(chunk, soFar.length);
    soFar = longer;
  };
  if (stream) stream.ondata = append;
  for (let at = 0; at < entry.packedBytes && soFar.length < MAX_NPY_HEADER_BYTES; at += PIECE_BYTES) {
    const piece = await source.read(start + at, Math.min(PIECE_BYTES, entry.packedBytes - at));
    if (stream) inflating(start + at, () => stream.push(piece));
    else append(piece);
    const header = readNpyHeader(name, soFar);
    if (header) return header;
  }
  throw damaged(start, `"${name}" is no array`);
}
const PIECE_BYTES = 512;

function inflated(packed: Uint8Array, { bytes }: Entry, offset: number): Uint8Array {
  return inflating(offset, () => inflateSync(packed, { out: new Uint8Array(bytes) }));
}

function inflating<T>(offset: number, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw damaged(offset, error instanceof Error ? error.message : String(error));
  }
}

const remainders = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});

/** CRC-32, as archives carry it. */
function checksumOf(bytes: Uint8Array): number {
  let rest = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) rest = remainders[(rest ^ bytes[i]!) & 255]! ^ (rest >>> 8);
  return ~rest >>> 0;
}
