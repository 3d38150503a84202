import type { Dataset, Group, File as Hdf5File } from 'h5wasm';
import type { PhraseValue } from '../../base/messages.ts';
import { fail, messages, type Result, succeed } from '../../base/problem.ts';
import { Tensor } from '../../base/tensor.ts';
import { checkedDims, type WeightFile } from './file.ts';
import { type ByteSource, problemOf, Refusal, refuseAt } from './source.ts';
import type { LazyWeight } from './store.ts';

export const say = messages('formats/weights/hdf5', {
  'does-not-start': 'it does not start as one',
  'has-bytes': 'it has {{bytes}} bytes, of which {{most}} are read at once',
  'too-many': 'more than {{most}} objects lie in it',
  'cannot-open': 'its parts do not hold together',
  'element-type': '"{{name}}" has elements that are no numbers of 32 or 64 bits',
  'reader-ended': [
    'A damaged file before this one has ended the reader of HDF5.',
    'Start Netwright anew, and open this file first.',
  ],
  'hdf5-wrong': [
    'The HDF5 file cannot be read: {{why}}.',
    'The file is damaged, too large or not of Keras; save the weights anew.',
  ],
});

type Library = typeof import('h5wasm');

const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
/** The library reads from its own memory, which the whole file is put in. */
const MAX_BYTES = 2 ** 30;
const MAX_OBJECTS = 100_000;
const MAX_DEPTH = 64;

const damaged = (why: PhraseValue): Refusal => refuseAt(0, say('hdf5-wrong', { why }));

/** Files that the library holds; those that nobody reads from any more are let go. */
const unread = new FinalizationRegistry<() => void>((drop) => drop());
let held = 0;

/**
 * Whether a damaged file has ended the library, as an address beyond its memory does: what it says from then on is not to
 * be trusted, and there is one of it in a process.
 */
let ended = false;

function refuseIfEnded(): void {
  if (ended) throw refuseAt(0, say('reader-ended', {}));
}

function noteEnd(error: unknown): void {
  if (error instanceof Error && error.name === 'RuntimeError') ended = true;
}

/** A file inside the library's memory. */
class Held {
  readonly #library: Library;
  readonly #path = `/${++held}.h5`;

  constructor(library: Library, bytes: Uint8Array) {
    const { FS } = library;
    if (FS === null) throw damaged(say.part('cannot-open'));
    const path = this.#path;
    FS.writeFile(path, bytes);
    unread.register(this, () => FS.unlink(path));
    this.#library = library;
  }

  /** What `work` finds in the file. All that the library itself complains of is one reason: the file is damaged. */
  read<T>(work: (file: Hdf5File) => T): T {
    refuseIfEnded();
    let file: Hdf5File | undefined;
    try {
      file = new this.#library.File(this.#path, 'r');
      return work(file);
    } catch (error) {
      if (error instanceof Refusal) throw error;
      noteEnd(error);
      throw damaged(say.part('cannot-open'));
    } finally {
      try {
        if (!ended) file?.close();
      } catch (error) {
        // What cannot be closed was told above.
        noteEnd(error);
      }
    }
  }
}

/**
 * Reads the tensors of an HDF5 file, named as Keras' layers are: weights as Keras saves them, the form before Keras 3 too. The library
 * that reads it is loaded with the first such file. Elements stay in the library's copy until they are loaded.
 */
export async function readHdf5(source: ByteSource): Promise<Result<WeightFile>> {
  try {
    const start = await source.read(0, Math.min(SIGNATURE.length, source.size));
    if (!SIGNATURE.every((byte, i) => start[i] === byte)) throw damaged(say.part('does-not-start'));
    if (source.size > MAX_BYTES)
      throw damaged(say.part('has-bytes', { bytes: source.size, most: MAX_BYTES }));
    refuseIfEnded();
    const library = await import('h5wasm');
    const { activate_throwing_error_handler } = await library.ready;
    activate_throwing_error_handler();
    const file = new Held(library, await source.read(0, source.size));
    const tensors = file.read((root) => [...tensorsOf(library, root, file)]);
    return succeed({ tensors: named(tensors), ordered: false });
  } catch (error) {
    return fail(problemOf(error));
  }
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

/** Every dataset of numbers below a group, by its path. */
function* tensorsOf(
  { Group: isGroup, Dataset: isDataset }: Library,
  root: Group,
  file: Held,
): Generator<readonly [string, LazyWeight]> {
  let left = MAX_OBJECTS;
  const open: { readonly group: Group; readonly depth: number }[] = [{ group: root, depth: 0 }];
  for (let next = open.pop(); next; next = open.pop()) {
    for (const key of next.group.keys()) {
      if (--left < 0 || next.depth > MAX_DEPTH) throw damaged(say.part('too-many', { most: MAX_OBJECTS }));
      const entry = next.group.get(key);
      if (entry instanceof isGroup) open.push({ group: entry, depth: next.depth + 1 });
      else if (entry instanceof isDataset) yield tensorOf(entry, file);
    }
  }
}

/** Of the library's types of elements, those that are numbers. */
const [INTEGER, FLOAT] = [0, 1];

function tensorOf(dataset: Dataset, file: Held): readonly [string, LazyWeight] {
  const { path } = dataset;
  const name = path.slice(1);
  const { type, size, shape } = dataset.metadata;
  if ((type !== FLOAT && type !== INTEGER) || size < 4) throw damaged(say.part('element-type', { name }));
  const dims = checkedDims(name, shape ?? [], 0);
  const load = async () =>
    file.read((root) => {
      const value = (root.get(path) as Dataset | null)?.value;
      const elements = ArrayBuffer.isView(value)
        ? Array.from(value as Float64Array, Number)
        : [Number(value)];
      return new Tensor('float32', Float32Array.from(elements), dims);
    });
  return [name, { dims, load }];
}
