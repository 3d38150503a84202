import {
  type FileKind,
  fileFilters,
  type Host,
  isOwnForm,
  MAX_FILE_BYTES,
  type OpenedFile,
  type RecentFile,
} from '../../shared/host/contract.ts';
import { cancellable, download, type FileHandle, pickByInput } from './browser-files.ts';
import { deleteKey, readKey, writeKey } from './key-store.ts';

const accepts = (
  kind: FileKind,
): { readonly description: string; readonly accept: Record<string, string[]> } => ({
  description: fileFilters[kind].name,
  accept: { [kind === 'image' ? 'image/*' : 'application/octet-stream']: dotted(kind) },
});
const dotted = (kind: FileKind): string[] => fileFilters[kind].endings.map((ending) => `.${ending}`);

interface Remembered {
  readonly id: string;
  readonly handle: FileHandle;
}

const RECENT = 'recent';
const JOURNAL = 'journal';
const MOST_RECENT = 12;

/** The app in a browser: the File System Access API where it is, downloads where it is not. */
export function createBrowserHost(): Host {
  const grants = new Map<string, { readonly handle: FileHandle | undefined; readonly name: string }>();

  function grantFor(name: string, handle: FileHandle | undefined): string {
    const grant = crypto.randomUUID();
    grants.set(grant, { name, handle });
    return grant;
  }

  async function opened(file: File, handle: FileHandle | undefined): Promise<OpenedFile> {
    if (file.size > MAX_FILE_BYTES) {
      throw new Error(`${file.name} has ${file.size} bytes; at most ${MAX_FILE_BYTES} can be read.`);
    }
    return {
      grant: isOwnForm(file.name) ? grantFor(file.name, handle) : '',
      name: file.name,
      bytes: new Uint8Array(await file.arrayBuffer()),
    };
  }

  async function remember(handle: FileHandle): Promise<void> {
    const known = (await readKey<readonly Remembered[]>(RECENT)) ?? [];
    const others = known.filter((entry) => entry.handle.name !== handle.name);
    await writeKey(RECENT, [{ id: crypto.randomUUID(), handle }, ...others].slice(0, MOST_RECENT));
  }

  async function write(handle: FileHandle, bytes: Uint8Array): Promise<void> {
    const stream = await handle.createWritable();
    await stream.write(bytes as Uint8Array<ArrayBuffer>);
    await stream.close();
  }

  return {
    kind: 'browser',
    async openFile({ kind }) {
      if (!window.showOpenFilePicker) {
        const file = await pickByInput(dotted(kind).join(','));
        return file && opened(file, undefined);
      }
      const picked = await cancellable(window.showOpenFilePicker({ types: [accepts(kind)] }));
      const handle = picked?.[0];
      if (!handle) return null;
      if (kind === 'design') await remember(handle);
      return opened(await handle.getFile(), handle);
    },
    async openRecent({ id }) {
      const entry = ((await readKey<readonly Remembered[]>(RECENT)) ?? []).find((known) => known.id === id);
      if (!entry) return null;
      const allowed = (await entry.handle.requestPermission?.({ mode: 'read' })) ?? 'granted';
      return allowed === 'granted' ? opened(await entry.handle.getFile(), entry.handle) : null;
    },
    async recentFiles() {
      const known = (await readKey<readonly Remembered[]>(RECENT)) ?? [];
      return known.map(({ id, handle }): RecentFile => ({ id, name: handle.name, folder: '' }));
    },
    clearRecent: async () => void (await deleteKey(RECENT)),
    async saveFile({ grant, bytes }) {
      const target = grants.get(grant);
      if (!target) throw new Error('This file was not opened here.');
      if (target.handle) await write(target.handle, bytes);
      else download(target.name, bytes);
    },
    async saveFileAs({ suggestedName, bytes, remember: keep }) {
      if (!window.showSaveFilePicker) {
        download(suggestedName, bytes);
        return { grant: grantFor(suggestedName, undefined), name: suggestedName };
      }
      const handle = await cancellable(window.showSaveFilePicker({ suggestedName }));
      if (!handle) return null;
      await write(handle, bytes);
      if (keep) await remember(handle);
      return { grant: grantFor(handle.name, handle), name: handle.name };
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
    writeJournal: async ({ text }) => void (await writeKey(JOURNAL, text)),
    readJournal: async () => (await readKey<string>(JOURNAL)) ?? null,
    clearJournal: async () => void (await deleteKey(JOURNAL)),
    async toggleFullScreen() {
      if (document.fullscreenElement) await document.exitFullscreen();
      else await document.documentElement.requestFullscreen();
    },
    /** A browser tells the app nothing unasked. */
    on: () => () => {},
  };
}
