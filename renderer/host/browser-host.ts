import {
  type EventName,
  type EventOf,
  type FileKind,
  fileFilters,
  type HeldFile,
  type Host,
  isHeld,
  isOwnForm,
  MAX_FILE_BYTES,
  type OpenedFile,
  type RecentFile,
} from '../../shared/host/contract.ts';
import { BrowserDocuments } from './browser-documents.ts';
import { cancellable, download, type FileHandle, pickByInput } from './browser-files.ts';
import { createBrowserJournals } from './browser-journals.ts';
import { createBrowserVersions } from './browser-versions.ts';
import { deleteKey, readKey, writeKey } from './key-store.ts';

const accepts = (
  kind: FileKind,
): { readonly description: string; readonly accept: Record<string, string[]> } => ({
  description: fileFilters[kind].name,
  accept: { [kind === 'image' ? 'image/*' : 'application/octet-stream']: dotted(kind) },
});
const dotted = (kind: FileKind): string[] => [
  ...fileFilters[kind].endings.map((ending) => `.${ending}`),
  // A page sees no folder: the files beside a model are picked with it.
  ...(kind === 'design' ? ['.data'] : []),
];
/** Where names say nothing, all files are offered. */
const isOpen = (kind: FileKind): boolean => fileFilters[kind].endings.includes('*');

/** Which of the files picked together is the one to open. */
function mainOf(files: readonly { readonly name: string }[]): number {
  return Math.max(
    0,
    files.findIndex(({ name }) => /\.(json|onnx)$/i.test(name)),
  );
}

interface Remembered {
  readonly id: string;
  readonly handle: FileHandle;
  /** The files that were picked together with it; older entries have none. */
  readonly companions?: readonly FileHandle[];
}

const RECENT = 'recent';
const MOST_RECENT = 12;

/** The app in a browser: the File System Access API where it is, downloads where it is not. */
export function createBrowserHost(): Host {
  const listeners = new Set<(change: EventOf<'fileChanged'>) => void>();
  const documents = new BrowserDocuments((grant) => {
    for (const listener of listeners) listener({ grant });
  });

  const versions = createBrowserVersions(documents);

  /** Files that are read in pieces, with those that were picked together with them. */
  const held = new Map<string, { readonly file: File; readonly companions: readonly File[] }>();

  function hold(file: File, companions: readonly File[]): HeldFile {
    const ticket = crypto.randomUUID();
    held.set(ticket, { file, companions });
    return { ticket, sizeBytes: file.size };
  }

  async function opened(
    kind: FileKind,
    file: File,
    handle?: FileHandle,
    companions: readonly File[] = [],
  ): Promise<OpenedFile> {
    if (isHeld(kind, file.name)) {
      return { grant: '', name: file.name, bytes: new Uint8Array(), held: hold(file, companions) };
    }
    if (file.size > MAX_FILE_BYTES) {
      throw new Error(`${file.name} has ${file.size} bytes; at most ${MAX_FILE_BYTES} can be read.`);
    }
    const bytes = new Uint8Array(await file.arrayBuffer());
    const grant = isOwnForm(file.name) ? await documents.grant(file.name, handle, bytes) : '';
    if (grant !== '') void versions.keep(file.name, bytes);
    return { grant, name: file.name, bytes, held: null };
  }

  function heldAt(ticket: string) {
    const found = held.get(ticket);
    if (found) return found;
    throw new Error('This file was not opened here.');
  }

  /** A convenience: that it cannot be kept must not fail what it is kept for. */
  async function remember(handle: FileHandle, companions: readonly FileHandle[] = []): Promise<void> {
    try {
      const known = (await readKey<readonly Remembered[]>(RECENT)) ?? [];
      const others = known.filter((entry) => entry.handle.name !== handle.name);
      const entry: Remembered = { id: crypto.randomUUID(), handle, companions };
      await writeKey(RECENT, [entry, ...others].slice(0, MOST_RECENT));
    } catch {
      // Blocked or full storage: keeping work tells of that.
    }
  }

  const mayRead = async (handle: FileHandle): Promise<boolean> =>
    ((await handle.requestPermission?.({ mode: 'read' })) ?? 'granted') === 'granted';

  /** The file of a handle; undefined where the user does not let it be read, or it is there no more. */
  async function fileAt(handle: FileHandle): Promise<File | undefined> {
    try {
      return (await mayRead(handle)) ? await handle.getFile() : undefined;
    } catch (error) {
      if (error instanceof DOMException) return undefined;
      throw error;
    }
  }

  async function write(handle: FileHandle, bytes: Uint8Array): Promise<void> {
    const stream = await handle.createWritable();
    await stream.write(bytes as Uint8Array<ArrayBuffer>);
    await stream.close();
  }

  return {
    kind: 'browser',
    async openFile({ kind }) {
      const multiple = kind === 'design';
      if (!window.showOpenFilePicker) {
        const files = await pickByInput(isOpen(kind) ? '' : dotted(kind).join(','), multiple);
        const at = mainOf(files);
        return files[at] ? opened(kind, files[at], undefined, files) : null;
      }
      const types = isOpen(kind) ? {} : { types: [accepts(kind)] };
      const picked = (await cancellable(window.showOpenFilePicker({ ...types, multiple }))) ?? [];
      const at = mainOf(picked);
      const handle = picked[at];
      if (!handle) return null;
      if (kind === 'design')
        await remember(
          handle,
          picked.filter((each) => each !== handle),
        );
      const files = await Promise.all(picked.map((each) => each.getFile()));
      return opened(kind, files[at]!, handle, files);
    },
    async openBeside({ ticket, location }) {
      const name = location.split(/[/\\]/).at(-1);
      const { file, companions } = heldAt(ticket);
      const found = companions.find((other) => other !== file && other.name === name);
      return found ? hold(found, []) : null;
    },
    async readPiece({ ticket, offset, lengthBytes }) {
      const piece = heldAt(ticket).file.slice(offset, offset + lengthBytes);
      if (piece.size < lengthBytes) throw new Error(`The file ends at byte ${offset + piece.size}.`);
      return new Uint8Array(await piece.arrayBuffer());
    },
    async openRecent({ id }) {
      const entry = ((await readKey<readonly Remembered[]>(RECENT)) ?? []).find((known) => known.id === id);
      if (!entry) return null;
      if (!(await mayRead(entry.handle))) return null;
      const companions: File[] = [];
      for (const handle of entry.companions ?? []) {
        const file = await fileAt(handle);
        if (file) companions.push(file);
      }
      return opened('design', await entry.handle.getFile(), entry.handle, companions);
    },
    async recentFiles() {
      const known = (await readKey<readonly Remembered[]>(RECENT)) ?? [];
      return known.map(({ id, handle }): RecentFile => ({ id, name: handle.name, folder: '' }));
    },
    clearRecent: async () => void (await deleteKey(RECENT)),
    async saveFile({ grant, bytes, force }) {
      const refusal = await documents.save(grant, bytes, force);
      if (!refusal) void versions.keep(documents.at(grant).name, bytes);
      return refusal;
    },
    ...versions.calls,
    async openAgain({ grant }) {
      const { handle } = documents.at(grant);
      if (!handle) throw new Error('There is no such file or folder.');
      return opened('design', await handle.getFile(), handle);
    },
    async saveFileAs({ suggestedName, bytes, remember: keep }) {
      if (!window.showSaveFilePicker) {
        download(suggestedName, bytes);
        return { grant: await documents.grant(suggestedName, undefined, bytes), name: suggestedName };
      }
      const handle = await cancellable(window.showSaveFilePicker({ suggestedName }));
      if (!handle) return null;
      await write(handle, bytes);
      if (keep) await remember(handle);
      return { grant: await documents.grant(handle.name, handle, bytes), name: handle.name };
    },
    async setDocument({ name, dirty }) {
      document.title = `${dirty ? '• ' : ''}${name} — Netwright`;
      window.onbeforeunload = dirty ? (event) => event.preventDefault() : null;
    },
    async setMenu() {},
    async closeWindow() {
      window.onbeforeunload = null;
      window.close();
    },
    ...createBrowserJournals(documents),
    async closeHeard() {},
    async toggleFullScreen() {
      if (document.fullscreenElement) await document.exitFullscreen();
      else await document.documentElement.requestFullscreen();
    },
    on<E extends EventName>(event: E, listener: (payload: EventOf<E>) => void) {
      // The one thing that a browser's page learns unasked.
      if (event !== 'fileChanged') return () => {};
      const told = listener as (change: EventOf<'fileChanged'>) => void;
      listeners.add(told);
      return () => void listeners.delete(told);
    },
  };
}
