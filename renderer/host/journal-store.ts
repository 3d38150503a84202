import type { KeptJournal } from '../../shared/host/contract.ts';
import type { FileHandle } from './browser-files.ts';

/** The files that go with a document: its own, and the model or weights. */
export interface Rights {
  readonly file?: FileHandle;
  readonly model?: FileHandle;
}

/** What the host keeps beside the page's lines, for the next start. */
interface Beside {
  readonly name: string;
  /** What the document's file held (SHA-256) when it was last read or written. */
  readonly content?: string;
  /** What saves that may not have ended yet were to make of the file. */
  readonly saving: readonly string[];
  readonly rights: Rights;
}

export interface Entry extends Beside {
  readonly journal: string;
  readonly text: string;
  /** Takes the place of all that was written. */
  readonly whole: boolean;
  /** Nothing is lost without it: only lines behind it are work. */
  readonly clean: boolean;
}

/** What somebody left: the page's lines, with the host's among them. */
export interface Left extends Beside {
  readonly text: string;
}

/** Where a browser keeps journals. */
export interface JournalStore {
  /** On the disk when it settles. */
  write(entry: Entry): Promise<void>;
  end(journal: string): Promise<void>;
  /** Work of those that are not `living` any more; what is none is removed. */
  kept(living: ReadonlySet<string>): Promise<readonly KeptJournal[]>;
  read(journal: string): Promise<Left | null>;
  /** Puts it where nothing removes it; says where that is. */
  setAside(journal: string): Promise<string>;
}
