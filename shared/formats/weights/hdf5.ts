import type { Dataset, Group, File as Hdf5File } from 'h5wasm';
import type { PhraseValue } from '../../base/messages.ts';
import { fail, messages, type Result, succeed } from '../../base/problem.ts';
import type { StoredType } from './elements.ts';
import { checkedDims, lazyTensor, storedBytes, type WeightFile } from './file.ts';
import { type Hdf5Library, hdf5Library } from './hdf5-library.ts';
import { type ByteSource, problemOf, Refusal, refuseAt } from './source.ts';
import type { LazyWeight } from './store.ts';

export const say = messages('formats/weights/hdf5', {
  'does-not-start': 'it does not start as one',
  'has-bytes': 'it has {{bytes}} bytes, of which {{most}} are read at once',
  'too-many': 'more than {{most}} objects lie in it',
  'cannot-open': 'its parts do not hold together',
  'element-type': '"{{name}}" has elements that are no numbers',
  'hdf5-wrong': [
    'The HDF5 file cannot be read: {{why}}.',
    'The file is damaged, too large or not of Keras; save the weights anew.',
  ],
});

const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
/** The library reads from its own memory, which the whole file is put in. */
const MAX_BYTES = 2 ** 30;
const MAX_OBJECTS = 100_000;
const MAX_DEPTH = 64;

const damaged = (why: PhraseValue): Refusal => refuseAt(0, say('hdf5-wrong', { why }));

/** Files that the library holds; those that nobody reads from any more are let go. */
const unread = new FinalizationRegistry<() => void>((drop) => drop());
let held = 0;

/** A file inside the library's memory. */
class Held {
  readonly #reader: Hdf5Library;
  readonly #path = `/${++held}.h5`;

  constructor(reader: Hdf5Library, bytes: Uint8Array) {
    const path = this.#path;
    reader.files.writeFile(path, bytes);
    unread.register(this, () => reader.files.unlink(path));
    this.#reader = reader;
  }

  /**
   * What `work` finds in the file. All that the library itself complains of is one reason: the file is damaged. Whatever
   * state that left it in, it is as new for the next.
   */
  read<T>(work: (file: Hdf5File) => T): T {
    const { library, run } = this.#reader;
    try {
      return run(() => {
        const file = new library.File(this.#path, 'r');
        const found = work(file);
        file.close();
        return found;
      });
    } catch (error) {
      throw error instanceof Refusal ? error : damaged(say.part('cannot-open'));
    }
  }
}

/** What an HDF5 file of Keras holds. */
export interface Hdf5Contents {
  /** By their paths. */
  readonly tensors: readonly (readonly [path: string, tensor: LazyWeight])[];
  /** Of groups, and of layers that have no weights. */
  readonly names: ReadonlySet<string>;
  /** The texts that the root carries, such as `model_config`. */
  readonly texts: ReadonlyMap<string, string>;
}

/**
 * Opens an HDF5 file; rejects with a Refusal. The library that reads it is loaded with the first such file. Elements stay in the
 * library's copy until they are loaded.
 */
export async function openHdf5(source: ByteSource): Promise<Hdf5Contents> {
  const start = await source.read(0, Math.min(SIGNATURE.length, source.size));
  if (!SIGNATURE.every((byte, i) => start[i] === byte)) throw damaged(say.part('does-not-start'));
  if (source.size > MAX_BYTES) throw damaged(say.part('has-bytes', { bytes: source.size, most: MAX_BYTES }));
  const reader = await hdf5Library();
  const bytes = await source.read(0, source.size);
  refuseEndlessTexts(bytes);
  const file = new Held(reader, bytes);
  return file.read((root) => contentsOf(reader, root, file));
}

/** Reads the tensors of an HDF5 file, named as Keras' layers are: weights as Keras saves them, the form before Keras 3 too. */
export async function readHdf5(source: ByteSource): Promise<Result<WeightFile>> {
  try {
    return succeed(weightFileOf(await openHdf5(source)));
  } catch (error) {
    return fail(problemOf(error));
  }
}

/** Contents as weights to be found by the names of layers. */
export function weightFileOf({ tensors, names }: Hdf5Contents): WeightFile {
  // As the code that is written for Keras turns maps.
  const channelsFirst = [...names].some((name) => /^permute(_\d+)?$/.test(name));
  return { tensors: named(tensors), ordered: false, ...(channelsFirst ? { channelsFirst } : {}) };
}

/** What Keras puts around the name of a layer, and what no layer has. */
const around = new Set(['model_weights', 'layers', '_layer_checkpoint_dependencies']);
const ofTraining = /^(optimizer|optimizer_weights)\//;

/**
 * Paths as names: before Keras 3 `conv1/conv1/kernel:0`, since then `layers/conv2d/vars/0`, which are `conv1.kernel` and
 * `conv2d.vars.0`. Where two would be called alike, both keep their paths.
 */
function named(tensors: readonly (readonly [string, LazyWeight])[]): ReadonlyMap<string, LazyWeight> {
  const own = tensors.filter(([path]) => !ofTraining.test(path));
  const short = own.map(([path]) => nameOf(path));
  const times = new Map<string, number>();
  for (const name of short) times.set(name, (times.get(name) ?? 0) + 1);
  return new Map(own.map(([path, tensor], i) => [times.get(short[i]!) === 1 ? short[i]! : path, tensor]));
}

function nameOf(path: string): string {
  const parts = path.split('/').filter((part, i, all) => i === all.length - 1 || !around.has(part));
  const role = parts.at(-1)!.replace(/:0$/, '');
  return role === parts.at(-1) ? parts.join('.') : [parts[0]!, role].join('.');
}

/** Every dataset of numbers in a file, and what its groups are called. */
function contentsOf({ library, elements }: Hdf5Library, root: Hdf5File, file: Held): Hdf5Contents {
  const tensors: (readonly [string, LazyWeight])[] = [];
  const texts = textsOf(root);
  const names = new Set<string>();
  let left = MAX_OBJECTS;
  const open: { readonly group: Group; readonly depth: number }[] = [{ group: root, depth: 0 }];
  for (let next = open.pop(); next; next = open.pop()) {
    for (const key of next.group.keys()) {
      if (--left < 0 || next.depth > MAX_DEPTH) throw damaged(say.part('too-many', { most: MAX_OBJECTS }));
      const entry = next.group.get(key);
      if (entry instanceof library.Group) {
        names.add(key);
        open.push({ group: entry, depth: next.depth + 1 });
      } else if (entry instanceof library.Dataset) tensors.push(tensorOf(entry, file, elements));
    }
  }
  return { tensors, names, texts };
}

/** Networks of thousands of layers are described in a few MB. */
const MAX_TEXT_BYTES = 2 ** 23;

/** What is read of them; others are of no use here. */
const TEXTS = ['model_config', 'keras_version'];

function textsOf(root: Hdf5File): ReadonlyMap<string, string> {
  const { attrs } = root;
  return new Map(
    TEXTS.flatMap((name) => {
      const value = attrs[name]?.value;
      return typeof value === 'string' && value.length <= MAX_TEXT_BYTES ? [[name, value] as const] : [];
    }),
  );
}

const COLLECTION = [0x47, 0x43, 0x4f, 0x4c, 1, 0, 0, 0];

/**
 * Texts lie in collections of objects, each after the other; the library walks through one without an end where it
 * says that its free space has no bytes, or that an object has more than lie there. Source: HDF5 file format specification 3.0, III.E.
 */
function refuseEndlessTexts(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Collections do not overlap, so that no more objects than that lie in them.
  let left = bytes.length / 16;
  let at = bytes.indexOf(COLLECTION[0]!);
  for (; at >= 0 && at + 16 <= bytes.length; at = bytes.indexOf(COLLECTION[0]!, at + 1)) {
    if (!COLLECTION.every((byte, i) => bytes[at + i] === byte)) continue;
    const end = Math.min(bytes.length, at + Number(view.getBigUint64(at + 8, true)));
    for (let place = at + 16; place + 16 <= end; ) {
      const size = Number(view.getBigUint64(place + 8, true));
      const isFree = view.getUint16(place, true) === 0;
      const bytesHere = isFree ? size : 16 + Math.ceil(size / 8) * 8;
      // What is larger than the collection wraps around in the library, which counts in 32 bits.
      if (bytesHere === 0 || bytesHere > end - place || --left < 0) throw damaged(say.part('cannot-open'));
      place += bytesHere;
    }
  }
}

/** Of the library's types of elements, those that are numbers. */
const [INTEGER, FLOAT] = [0, 1];
const floats: Readonly<Record<number, StoredType>> = { 2: 'float16', 4: 'float32', 8: 'float64' };
const integers: Readonly<Record<number, StoredType>> = { 1: 'int8', 2: 'int16', 4: 'int32', 8: 'int64' };
const naturals: Readonly<Record<number, StoredType>> = { 1: 'uint8', 2: 'uint16', 4: 'uint32', 8: 'uint64' };

function tensorOf(
  dataset: Dataset,
  file: Held,
  elements: Hdf5Library['elements'],
): readonly [string, LazyWeight] {
  const { path } = dataset;
  const name = path.slice(1);
  const { type, size, shape, signed } = dataset.metadata;
  const known = type === FLOAT ? floats : type === INTEGER ? (signed ? integers : naturals) : {};
  const stored = known[size];
  if (stored === undefined) throw damaged(say.part('element-type', { name }));
  const dims = checkedDims(name, shape ?? [], 0);
  const read = async () =>
    file.read((root) => elements(root.get(path) as Dataset, storedBytes(dims, stored)));
  return [name, lazyTensor(dims, stored, read)];
}
