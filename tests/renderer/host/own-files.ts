import type { OwnFile, OwnFolder, SyncFile } from '../../../renderer/host/journal-files.ts';

interface Content {
  bytes: Uint8Array<ArrayBuffer>;
  lastModified: number;
  isOpen: boolean;
}

/** Nothing more is done: the page has ended. */
export class Ended extends Error {}

/**
 * A page's own files in memory, as browsers have them: one writer at a time, and what is open cannot be removed. They end in the
 * middle of the step that is said, which a write may have done in part; and they are full beyond so many bytes.
 */
export class OwnFiles implements OwnFolder {
  readonly kind = 'directory';
  readonly name: string;
  readonly contents = new Map<string, Content>();
  readonly folders = new Map<string, OwnFiles>();
  roomBytes = Infinity;
  /** So many steps are left. */
  stepsLeft = Infinity;
  #clock = 0;

  constructor(name = 'journals') {
    this.name = name;
  }

  /** What the next page finds: nobody has anything open any more. */
  afterwards(): OwnFiles {
    const next = new OwnFiles(this.name);
    for (const [name, { bytes, lastModified }] of this.contents)
      next.contents.set(name, { bytes: bytes.slice(), lastModified, isOpen: false });
    for (const [name, folder] of this.folders) next.folders.set(name, folder.afterwards());
    return next;
  }

  #step(): void {
    if (this.stepsLeft-- <= 0) throw new Ended();
  }

  async getFileHandle(name: string, { create } = { create: false }): Promise<OwnFile> {
    this.#step();
    if (!this.contents.has(name)) {
      if (!create) throw new DOMException('There is none.', 'NotFoundError');
      this.contents.set(name, { bytes: new Uint8Array(), lastModified: this.#clock++, isOpen: false });
    }
    return this.#fileOf(name);
  }

  #fileOf(name: string): OwnFile {
    const content = this.contents.get(name)!;
    return {
      kind: 'file',
      name,
      getFile: async () => {
        this.#step();
        return Object.assign(new Blob([content.bytes]), { lastModified: content.lastModified });
      },
      createSyncAccessHandle: async () => {
        this.#step();
        if (content.isOpen) throw new DOMException('It is open.', 'NoModificationAllowedError');
        content.isOpen = true;
        return this.#syncFile(content);
      },
    };
  }

  #syncFile(content: Content): SyncFile {
    const put = (bytes: Uint8Array, at: number): void => {
      const grown = new Uint8Array(Math.max(content.bytes.length, at + bytes.length));
      grown.set(content.bytes);
      grown.set(bytes, at);
      content.bytes = grown;
      content.lastModified = this.#clock++;
    };
    return {
      write: (bytes, { at }) => {
        if (this.stepsLeft-- <= 0) {
          put(bytes.subarray(0, bytes.length / 2), at);
          throw new Ended();
        }
        const used = [...this.contents.values()].reduce((sum, { bytes: own }) => sum + own.length, 0);
        if (used - content.bytes.length + at + bytes.length > this.roomBytes) {
          put(bytes.subarray(0, 1), at);
          throw new DOMException('No space available for this operation.', 'QuotaExceededError');
        }
        put(bytes, at);
        return bytes.length;
      },
      truncate: (size) => {
        this.#step();
        content.bytes = content.bytes.slice(0, size);
      },
      getSize: () => content.bytes.length,
      flush: () => this.#step(),
      close: () => {
        content.isOpen = false;
      },
    };
  }

  async getDirectoryHandle(name: string): Promise<OwnFolder> {
    this.#step();
    const folder = this.folders.get(name) ?? new OwnFiles(name);
    this.folders.set(name, folder);
    return folder;
  }

  async removeEntry(name: string): Promise<void> {
    this.#step();
    if (this.contents.get(name)?.isOpen) throw new DOMException('It is open.', 'NoModificationAllowedError');
    this.contents.delete(name);
  }

  async *values(): AsyncIterable<OwnFile | OwnFolder> {
    for (const name of [...this.contents.keys()]) yield this.#fileOf(name);
    yield* this.folders.values();
  }
}
