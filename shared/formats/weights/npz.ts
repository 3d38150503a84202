import { Inflate } from 'fflate';
import { fail, messages, type Result, succeed } from '../../base/problem.ts';
import {
  archiveDamaged,
  checkStored,
  type Entry,
  entriesOf,
  inflating,
  startOf,
  wholeOf,
} from './archive.ts';
import { lazyTensor, storedTensor, type WeightFile } from './file.ts';
import { fromFortran, MAX_NPY_HEADER_BYTES, type NpyHeader, readNpyHeader } from './npy.ts';
import { type ByteSource, problemOf } from './source.ts';
import type { LazyWeight } from './store.ts';

export const say = messages('formats/weights/npz', {
  'bytes-but-shape': '"{{name}}" has {{bytes}} bytes, but its shape needs {{bytes2}}',
  'no-array': '"{{name}}" is no array',
});

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

async function tensorOf(source: ByteSource, entry: Entry, name: string): Promise<LazyWeight> {
  const start = await startOf(source, entry);
  const header = await headerOf(source, entry, start, name);
  if (header.bytes !== entry.bytes)
    throw archiveDamaged(
      start,
      say.part('bytes-but-shape', { name, bytes: entry.bytes, bytes2: header.bytes }),
    );
  if (!entry.deflated && !header.fortran) {
    const first = start + header.start;
    let sound: Promise<void> | undefined;
    return storedTensor(header.dims, header.type, async (offset, length, into) => {
      sound ??= checkStored(source, entry, start);
      await sound;
      return source.read(first + offset, length, into);
    });
  }
  return lazyTensor(header.dims, header.type, async () => {
    const whole = await wholeOf(source, entry, start);
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
  throw archiveDamaged(start, say.part('no-array', { name }));
}
/** A head is packed into some hundred bytes; what is packed best unfolds to a thousand times as much. */
const PIECE_BYTES = 128;
