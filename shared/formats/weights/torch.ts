import type { PhraseValue } from '../../base/messages.ts';
import { fail, messages, type Result, succeed } from '../../base/problem.ts';
import { type Entry, entriesOf, startOf, wholeOf } from './archive.ts';
import type { WeightFile } from './file.ts';
import { PickleCutOff, type Unpickled, unpickle } from './pickle.ts';
import { PickleDict, type PickleReference, type PickleValue } from './pickle-values.ts';
import { type ByteSource, problemOf, type Refusal, refuseAt } from './source.ts';
import { namedTensors } from './torch-names.ts';
import { isKey, type Storages, storedWidth, torchTensor } from './torch-tensors.ts';

export const say = messages('formats/weights/torch', {
  'archive-but-not': 'it is an archive, but not one of saved objects',
  'objects-have-bytes': 'its objects have {{bytes}} bytes',
  'numbers-are-endian': 'its numbers are {{trim}}-endian',
  'objects-are-cut': 'its objects are cut off',
  'does-not-start': 'it does not start as one',
  'numbers-are-big': 'its numbers are big-endian',
  'does-not-name': 'it does not name its storages',
  'does-not-say': 'it does not say what its storages hold',
  'cut-off': 'it is cut off',
  'checkpoint-wrong': [
    'The checkpoint cannot be read: {{why}}.',
    'The file is damaged or was not written by torch.save; save the state_dict() anew.',
  ],
});

/** The objects without their storages; the largest models have some MiB. */
const MAX_PICKLE_BYTES = 64 * 1024 * 1024;
const FIRST_PIECE_BYTES = 256 * 1024;
/** What a file without an archive starts with. Source: torch/serialization.py. */
const LEGACY_MAGIC = 0x1950a86a20f9469cfc6cn;

function damaged(why: PhraseValue, offset = 0): Refusal {
  return refuseAt(offset, say('checkpoint-wrong', { why }));
}

/** What a checkpoint holds: objects, and where the elements of their tensors lie. */
interface Checkpoint {
  readonly root: PickleValue;
  readonly storages: Storages;
}

/**
 * Reads what `torch.save` wrote, as an archive or in the form before PyTorch 1.6, and weights of TorchScript: objects are
 * read as data, no code of theirs is run. Elements stay in the file until they are loaded.
 */
export async function readTorch(source: ByteSource): Promise<Result<WeightFile>> {
  try {
    const start = await source.read(0, Math.min(4, source.size));
    const isArchive = start.length === 4 && start[0] === 0x50 && start[1] === 0x4b;
    const { root, storages } = await (isArchive ? readArchive(source) : readLegacy(source));
    const tensors = [...namedTensors(root)].map(
      ([name, value]) => [name, torchTensor(name, value, storages)] as const,
    );
    return succeed({ tensors: new Map(tensors), ordered: false });
  } catch (error) {
    return fail(problemOf(error));
  }
}

/** What `torch.jit.save` wrote: the module, its code by path, and the constants that the code names. */
export interface ScriptArchive extends Checkpoint {
  readonly texts: ReadonlyMap<string, string>;
  readonly constants: { readonly values: readonly PickleValue[]; readonly storages: Storages };
}

/** The code of the largest networks has less than one. */
const MAX_CODE_BYTES = 8 * 1024 * 1024;

/** Reads a TorchScript archive; undefined where the file is another checkpoint. Throws a Refusal. */
export async function readScriptArchive(source: ByteSource): Promise<ScriptArchive | undefined> {
  const start = await source.read(0, Math.min(4, source.size));
  if (start.length < 4 || start[0] !== 0x50 || start[1] !== 0x4b) return undefined;
  const entries = await entriesOf(source);
  const folder = /^[^/]*\/(?=data\.pkl$)/.exec(
    entries.find(({ name }) => /^[^/]*\/data\.pkl$/.test(name))?.name ?? '',
  )?.[0];
  const files = entries.filter(({ name }) => name.startsWith(`${folder}code/`) && name.endsWith('.py'));
  if (folder === undefined || files.length === 0) return undefined;
  const bytes = files.reduce((sum, each) => sum + each.bytes, 0);
  if (bytes > MAX_CODE_BYTES) throw damaged(say.part('objects-have-bytes', { bytes }));
  const read = async (entry: Entry) => wholeOf(source, entry, await startOf(source, entry));
  const texts = new Map<string, string>();
  for (const entry of files)
    texts.set(entry.name.slice(folder.length), new TextDecoder().decode(await read(entry)));
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  const kept = byName.get(`${folder}constants.pkl`);
  const constants = kept && kept.bytes <= MAX_PICKLE_BYTES ? whole(await read(kept)).value : [];
  return {
    ...(await readArchive(source)),
    texts,
    constants: {
      values: Array.isArray(constants) ? constants : [],
      storages: archivedStorages(source, (key) => byName.get(`${folder}constants/${key}`)),
    },
  };
}

async function readArchive(source: ByteSource): Promise<Checkpoint> {
  const entries = new Map((await entriesOf(source)).map((entry) => [entry.name, entry]));
  const objects = [...entries.values()].find(({ name }) => /^[^/]*\/?data\.pkl$/.test(name));
  if (!objects) throw damaged(say.part('archive-but-not'));
  if (objects.bytes > MAX_PICKLE_BYTES)
    throw damaged(say.part('objects-have-bytes', { bytes: objects.bytes }));
  const folder = objects.name.slice(0, -'data.pkl'.length);
  const order = entries.get(`${folder}byteorder`);
  if (order && order.bytes < 16) {
    const said = new TextDecoder().decode(await wholeOf(source, order, await startOf(source, order)));
    if (said !== 'little') throw damaged(say.part('numbers-are-endian', { trim: said.trim() }));
  }
  const pickled = await wholeOf(source, objects, await startOf(source, objects));
  return {
    root: whole(pickled).value,
    storages: archivedStorages(source, (key) => entries.get(`${folder}data/${key}`)),
  };
}

function archivedStorages(source: ByteSource, entryOf: (key: string) => Entry | undefined): Storages {
  return {
    bytesOf: (key) => entryOf(key)?.bytes,
    async read(key, offset, length, into) {
      const entry = entryOf(key)!;
      const start = await startOf(source, entry);
      if (!entry.deflated) return source.read(start + offset, length, into);
      return (await wholeOf(source, entry, start)).subarray(offset, offset + length);
    },
  };
}

/** A pickle that must end where its bytes do. */
function whole(bytes: Uint8Array): Unpickled {
  try {
    return unpickle(bytes);
  } catch (error) {
    if (error instanceof PickleCutOff) throw damaged(say.part('objects-are-cut'), bytes.length);
    throw error;
  }
}

/** Pickles one behind the other: a magic number, a version, the unpickler, the objects, the storages' names, and these. */
async function readLegacy(source: ByteSource): Promise<Checkpoint> {
  const magic = await pickleAt(source, 0);
  if (magic.value !== LEGACY_MAGIC) throw damaged(say.part('does-not-start'));
  const version = await pickleAt(source, magic.end);
  const unpickler = await pickleAt(source, version.end);
  const little = unpickler.value instanceof PickleDict && unpickler.value.entries.get('little_endian');
  if (little === false) throw damaged(say.part('numbers-are-big'));
  const objects = await pickleAt(source, unpickler.end);
  const keys = await pickleAt(source, objects.end);
  if (!Array.isArray(keys.value)) throw damaged(say.part('does-not-name'), objects.end);
  return {
    root: objects.value,
    storages: await storagesAfter(source, keys.end, keys.value, objects.references),
  };
}

/** Reads only as much as the pickle is long, whose length nothing says. */
async function pickleAt(source: ByteSource, start: number): Promise<Unpickled> {
  const left = Math.min(MAX_PICKLE_BYTES, source.size - start);
  for (let piece = FIRST_PIECE_BYTES; ; piece *= 4) {
    const bytes = await source.read(start, Math.min(piece, left));
    if (piece >= left) {
      const last = whole(bytes);
      return { ...last, end: start + last.end };
    }
    try {
      const read = unpickle(bytes);
      return { ...read, end: start + read.end };
    } catch (error) {
      if (!(error instanceof PickleCutOff)) throw error;
    }
  }
}

async function storagesAfter(
  source: ByteSource,
  start: number,
  keys: readonly PickleValue[],
  references: readonly PickleReference[],
): Promise<Storages> {
  const widths = new Map(references.map((reference) => storedWidth(reference)));
  const places = new Map<string, { readonly at: number; readonly bytes: number }>();
  let at = start;
  for (const key of keys) {
    const width = isKey(key) ? widths.get(String(key)) : undefined;
    if (width === undefined) throw damaged(say.part('does-not-say'), at);
    if (at + 8 > source.size) throw damaged(say.part('cut-off'), source.size);
    const count = await source.read(at, 8);
    const bytes = width * Number(new DataView(count.buffer, count.byteOffset, 8).getBigUint64(0, true));
    if (at + 8 + bytes > source.size) throw damaged(say.part('cut-off'), source.size);
    places.set(String(key), { at: at + 8, bytes });
    at += 8 + bytes;
  }
  return {
    bytesOf: (key) => places.get(key)?.bytes,
    read: (key, offset, length, into) => source.read(places.get(key)!.at + offset, length, into),
  };
}
