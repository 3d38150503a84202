import type { Force, SaveRefusal } from '../../shared/host/contract.ts';
import { download, type FileHandle } from './browser-files.ts';
import { contentOf } from './content.ts';
import { sentenceOf } from './sentence.ts';

interface Held {
  readonly handle: FileHandle | undefined;
  readonly name: string;
  /** What the file held when it was last read or written here: SHA-256. */
  content: string;
  /** What saves made of it of which nobody knows whether they ended: SHA-256. */
  readonly saved: readonly string[];
  /** What has been told of another program's doing: time and size of the file then. */
  told: string;
  /** Saves under way: what is seen meanwhile is our own doing. */
  saving: number;
  /** The saves so far, one after another in the order in which they were asked for. */
  turn: Promise<unknown>;
}

/** A browser says nothing when a file changes: it is looked at again and again while the page is seen. */
const LOOK_MS = 2000;

/** So long a save waits until it is noted what it makes of the file. */
const LONGEST_NOTE_MS = 2000;

/** Told what a save is about to make of a file: SHA-256. Settles when that is noted. */
type OnContent = (content: string) => Promise<void>;

async function mayRead(handle: FileHandle): Promise<boolean> {
  return ((await handle.queryPermission?.({ mode: 'read' })) ?? 'granted') === 'granted';
}

const markOf = ({ lastModified, size }: File): string => `${lastModified}/${size}`;

/** The files that this page may write. */
export class BrowserDocuments {
  readonly #held = new Map<string, Held>();
  readonly #onChange: (grant: string) => void;

  constructor(onChange: (grant: string) => void, ended: AbortSignal) {
    this.#onChange = onChange;
    const looking = setInterval(() => document.hidden || void this.lookAtAll(), LOOK_MS);
    ended.addEventListener('abort', () => clearInterval(looking));
    window.addEventListener('focus', () => void this.lookAtAll(), { signal: ended });
  }

  async grant(name: string, handle: FileHandle | undefined, bytes: Uint8Array): Promise<string> {
    const id = crypto.randomUUID();
    const told = handle ? markOf(await handle.getFile()) : '';
    const content = await contentOf(bytes);
    this.#held.set(id, { name, handle, content, saved: [], told, saving: 0, turn: Promise.resolve() });
    return id;
  }

  /** The right to a file again, as it was when it held `content`: what others made of it since is told. */
  async grantAsOf(handle: FileHandle, content: string, saved: readonly string[]): Promise<string> {
    const id = crypto.randomUUID();
    const begun = { told: '', saving: 0, turn: Promise.resolve() };
    this.#held.set(id, { name: handle.name, handle, content, saved, ...begun });
    return id;
  }

  at(grant: string): Pick<Held, 'handle' | 'name' | 'content'> {
    return this.#get(grant);
  }

  /** What a file holds now: SHA-256. Empty where it is not there, or may not be read unasked. */
  async contentNow(grant: string): Promise<string> {
    const { handle } = this.#get(grant);
    try {
      if (!handle || !(await mayRead(handle))) return '';
      return await contentOf(new Uint8Array(await (await handle.getFile()).arrayBuffer()));
    } catch {
      return '';
    }
  }

  #get(grant: string): Held {
    const held = this.#held.get(grant);
    if (!held) throw new Error('This file was not opened here.');
    return held;
  }

  /** Undefined when the file is written; else why it is not, for the user to decide. */
  async save(
    grant: string,
    bytes: Uint8Array,
    force: readonly Force[] = [],
    onContent: OnContent = async () => undefined,
  ): Promise<SaveRefusal | undefined> {
    const held = this.#get(grant);
    if (!held.handle) {
      download(held.name, bytes);
      return undefined;
    }
    const { handle } = held;
    held.saving++;
    const mine = held.turn.then(() => write(held, handle, bytes, force.includes('changed'), onContent));
    held.turn = mine;
    try {
      return await mine;
    } finally {
      held.saving--;
    }
  }

  async lookAtAll(): Promise<void> {
    for (const [grant, held] of this.#held) await this.#look(grant, held).catch(() => undefined);
  }

  async #look(grant: string, held: Held): Promise<void> {
    if (!held.handle || held.saving > 0) return;
    if (!(await mayRead(held.handle))) return;
    const file = await held.handle.getFile();
    const mark = markOf(file);
    if (mark === held.told || held.saving > 0) return;
    const content = await contentOf(new Uint8Array(await file.arrayBuffer()));
    if (held.saving > 0) return;
    held.told = mark;
    if (held.saved.includes(content)) held.content = content;
    if (content !== held.content) this.#onChange(grant);
  }
}

async function write(
  held: Held,
  handle: FileHandle,
  bytes: Uint8Array,
  over: boolean,
  onContent: OnContent,
): Promise<SaveRefusal | undefined> {
  try {
    const content = await contentOf(bytes);
    // A save that ends with the browser is known for its own at the next start; but none waits for long for that.
    const noLonger = new Promise((then) => setTimeout(then, LONGEST_NOTE_MS));
    await Promise.race([onContent(content), noLonger]);
    if ((await handle.requestPermission?.({ mode: 'readwrite' })) === 'denied')
      return { kind: 'failed', reason: 'Permission denied.' };
    // What is written goes to a file of the browser's own, which takes the place of the other when it is closed.
    const stream = await handle.createWritable();
    await stream.write(bytes as Uint8Array<ArrayBuffer>);
    if (!over && (await isOther(handle, [held.content, ...held.saved]))) {
      await stream.abort();
      return { kind: 'changed', reason: 'Another program changed it meanwhile.' };
    }
    await stream.close();
    held.content = content;
    held.told = markOf(await handle.getFile());
    return undefined;
  } catch (error) {
    return { kind: 'failed', reason: sentenceOf(error) };
  }
}

/** Whether a file holds something else than it did; one that is gone can be written anew. */
async function isOther(handle: FileHandle, contents: readonly string[]): Promise<boolean> {
  try {
    const file = await handle.getFile();
    return !contents.includes(await contentOf(new Uint8Array(await file.arrayBuffer())));
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotFoundError') return false;
    throw error;
  }
}
