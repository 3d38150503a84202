import type { Dataset } from 'h5wasm';

/** The library that reads HDF5, in WebAssembly, with what makes it as new after a damaged file. */
export interface Hdf5Library {
  readonly library: typeof import('h5wasm');
  readonly files: FileSystem;
  /** All elements of a dataset, which must have so many bytes: little-endian, of whatever type they are. */
  elements(dataset: Dataset, bytes: number): Uint8Array;
  /**
   * What `work` gives. Where it throws, all that a WebAssembly program can change is put back as it was before it read
   * anything, so that nothing a damaged file did outlives that file.
   */
  run<T>(work: () => T): T;
}

type FileSystem = NonNullable<typeof import('h5wasm')['FS']>;
interface Stream {
  readonly fd: number;
}
/** What Emscripten adds to each of its programs, of which the library's types tell nothing. */
interface Emscripten {
  /** Calls what stands under `_name`. */
  ccall(name: string, gives: null, types: readonly ['string'], values: readonly [string]): void;
  _work: () => void;
}

let loading: Promise<Hdf5Library> | undefined;

/** Loads it once; it has a memory of its own for the whole process. */
export function hdf5Library(): Promise<Hdf5Library> {
  loading ??= load();
  return loading;
}

/** Standard input, output and errors. */
const OF_THE_LIBRARY = 3;

async function load(): Promise<Hdf5Library> {
  const library = await import('h5wasm');
  const module = await library.ready;
  const { FS: files } = library;
  if (files === null) throw new Error('HDF5 has no files.');
  module.activate_throwing_error_handler();
  const start = contentsOf(module.HEAPU8);
  const renew = (): void => {
    module.HEAPU8.set(start);
    module.HEAPU8.fill(0, start.length);
    // Files lie outside of that memory; what it had opened, it no longer knows of.
    const { streams: open } = files as unknown as {
      readonly streams: readonly (Stream | null | undefined)[];
    };
    for (const stream of open) if (stream && stream.fd >= OF_THE_LIBRARY) files.close(stream as never);
  };
  const emscripten = module as unknown as Emscripten;
  const run = <T>(work: () => T): T => {
    let outcome: { readonly found: T } | { readonly error: unknown } | undefined;
    emscripten._work = () => {
      try {
        outcome = { found: work() };
      } catch (error) {
        outcome = { error };
      }
    };
    // What is thrown through the program leaves its stack pointer where it was, the one thing that may change and does not
    // lie in its memory: in time the stack would run over all else. `ccall` saves it for a text, and puts it back.
    emscripten.ccall('work', null, ['string'], ['']);
    if (outcome === undefined) throw new Error('HDF5 did not run.');
    if ('found' in outcome) return outcome.found;
    renew();
    throw outcome.error;
  };
  const elements = ({ file_id, path, metadata }: Dataset, bytes: number): Uint8Array => {
    if (metadata.size * metadata.total_size !== bytes) throw new RangeError('The dataset has another size.');
    const place = module._malloc(bytes);
    if (place === 0) throw new RangeError('There is no memory for the dataset.');
    module.get_dataset_data(file_id, path, null, null, null, BigInt(place));
    const copy = module.HEAPU8.slice(place, place + bytes);
    module._free(place);
    return copy;
  };
  return { library, files, elements, run };
}

/** All bytes of a memory up to the last that is not zero. */
function contentsOf(memory: Uint8Array): Uint8Array {
  let length = memory.length;
  while (length > 0 && memory[length - 1] === 0) length--;
  return memory.slice(0, length);
}
