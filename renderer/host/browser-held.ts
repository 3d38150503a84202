import type { HeldFile } from '../../shared/host/contract.ts';
import type { FileHandle } from './browser-files.ts';

interface Held {
  readonly file: File;
  /** Files that were picked together with it. */
  readonly companions: readonly File[];
  /** By which it is found again; a file that was dropped or handed over has none. */
  readonly handle: FileHandle | undefined;
}

/** Files that are read in pieces, with those that were picked together with them. */
export class BrowserHeld {
  #held = new Map<string, Held>();

  hold(file: File, companions: readonly File[], handle?: FileHandle): HeldFile {
    const ticket = crypto.randomUUID();
    this.#held.set(ticket, { file, companions, handle });
    return { ticket, sizeBytes: file.size };
  }

  handleOf(ticket: string): FileHandle | undefined {
    return this.#held.get(ticket)?.handle;
  }

  #at(ticket: string): Held {
    const found = this.#held.get(ticket);
    if (found) return found;
    throw new Error('This file was not opened here.');
  }

  /** The file that a held one names for its weights, where it was picked with it: a page sees no folder. */
  beside(ticket: string, location: string): HeldFile | null {
    const name = location.split(/[/\\]/).at(-1);
    const { file, companions } = this.#at(ticket);
    const found = companions.find((other) => other !== file && other.name === name);
    return found ? this.hold(found, []) : null;
  }

  async piece(ticket: string, offset: number, lengthBytes: number): Promise<Uint8Array> {
    const piece = this.#at(ticket).file.slice(offset, offset + lengthBytes);
    if (piece.size < lengthBytes) throw new Error(`The file ends at byte ${offset + piece.size}.`);
    return new Uint8Array(await piece.arrayBuffer());
  }
}
