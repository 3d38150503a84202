import { readSync } from 'node:fs';
import { type FileHandle, open, realpath, stat } from 'node:fs/promises';
import { basename, dirname, resolve, sep } from 'node:path';
import { messages } from '../shared/base/problem.ts';
import { reasonOf } from '../shared/disk/reasons.ts';
import { isInsideFolder } from '../shared/formats/onnx/tensor-data.ts';
import { type ByteSource, refuseAt } from '../shared/formats/weights/source.ts';
import { CommandFailure } from './failure.ts';
import { t, tell } from './i18n/language.ts';

export const say = messages('cli/file-source', {
  'file-cut-off': ['The file ends here, before its contents do.', 'Get the file anew.'],
});

/** Pieces up to this are there sooner than another thread could be asked for them. */
const MAX_SYNC_BYTES = 1 << 18;

/** A file that is read in pieces, so that gigabytes of weights cost nothing until they are wanted. */
export class FileSource implements ByteSource {
  readonly size: number;
  readonly #handle: FileHandle;

  private constructor(handle: FileHandle, size: number) {
    this.#handle = handle;
    this.size = size;
  }

  static async open(file: string): Promise<FileSource> {
    const noFile = new CommandFailure(tell`${file}: is not a file.`);
    try {
      // A pipe that nobody writes into would be opened for ever.
      if (!(await stat(file)).isFile()) throw noFile;
      const handle = await open(file, 'r');
      const found = await handle.stat();
      if (found.isFile()) return new FileSource(handle, found.size);
      await handle.close();
      throw noFile;
    } catch (error) {
      if (error instanceof CommandFailure) throw error;
      throw new CommandFailure(tell`${file}: cannot be read: ${t(reasonOf(error))}.`);
    }
  }

  async read(offset: number, length: number, into?: Uint8Array): Promise<Uint8Array> {
    const bytes = into ?? new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const [from, left] = [offset + done, length - done];
      const bytesRead =
        length <= MAX_SYNC_BYTES
          ? readSync(this.#handle.fd, bytes, done, left, from)
          : (await this.#handle.read(bytes, done, left, from)).bytesRead;
      if (bytesRead === 0) throw refuseAt(offset + done, say('file-cut-off'));
      done += bytesRead;
    }
    return bytes;
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

/** Opens files that a model names for its weights: only such as really lie in the model's folder, links followed. */
export function externalFiles(
  model: string,
  opened: FileSource[],
): (location: string) => Promise<ByteSource | undefined> {
  const found = new Map<string, Promise<ByteSource | undefined>>();
  const find = async (location: string): Promise<ByteSource | undefined> => {
    if (!isInsideFolder(location)) return undefined;
    const folder = await realpath(dirname(resolve(model)));
    const file = await realpath(resolve(folder, location)).catch(() => undefined);
    if (file === undefined || !file.startsWith(folder + sep) || file === resolve(folder, basename(model)))
      return undefined;
    const source = await FileSource.open(file);
    opened.push(source);
    return source;
  };
  // A model has many tensors in one file.
  return (location) => {
    const source = found.get(location) ?? find(location);
    found.set(location, source);
    return source;
  };
}
