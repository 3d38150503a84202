import {
  type EventName,
  type EventOf,
  type FileKind,
  fileFilters,
  type Host,
  isHeld,
  isOwnForm,
  MAX_FILE_BYTES,
  type OpenedFile,
} from '../../shared/host/contract.ts';
import { BrowserDocuments } from './browser-documents.ts';
import { cancellable, download, type FileHandle, pickByInput } from './browser-files.ts';
import { BrowserHeld } from './browser-held.ts';
import { createBrowserJournals } from './browser-journals.ts';
import { RECENT, recentAt, recentFiles, remember } from './browser-recent.ts';
import { createBrowserVersions } from './browser-versions.ts';
import { deleteKey } from './key-store.ts';

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

async function write(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  const stream = await handle.createWritable();
  await stream.write(bytes as Uint8Array<ArrayBuffer>);
  await stream.close();
}

/** The app in a browser: the File System Access API where it is, downloads where it is not. */
export function createBrowserHost(): Host {
  const listeners = new Set<(change: EventOf<'fileChanged'>) => void>();
  const documents = new BrowserDocuments((grant) => {
    for (const listener of listeners) listener({ grant });
  });

  const versions = createBrowserVersions(documents);
  const held = new BrowserHeld();
  const journals = createBrowserJournals(documents, held);

  async function opened(
    kind: FileKind,
    file: File,
    handle?: FileHandle,
    companions: readonly File[] = [],
  ): Promise<OpenedFile> {
    if (isHeld(kind, file.name)) {
      return {
        grant: '',
        name: file.name,
        bytes: new Uint8Array(),
        held: held.hold(file, companions, handle),
      };
    }
    if (file.size > MAX_FILE_BYTES) {
      throw new Error(`${file.name} has ${file.size} bytes; at most ${MAX_FILE_BYTES} can be read.`);
    }
    const bytes = new Uint8Array(await file.arrayBuffer());
    const grant = isOwnForm(file.name) ? await documents.grant(file.name, handle, bytes) : '';
    if (grant !== '') void versions.keep(file.name, bytes);
    return { grant, name: file.name, bytes, held: null };
  }

  async function pick(kind: FileKind): Promise<OpenedFile | null> {
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
    const others = picked.filter((each) => each !== handle);
    if (kind === 'design') await remember(handle, others);
    const files = await Promise.all(picked.map((each) => each.getFile()));
    return opened(kind, files[at]!, handle, files);
  }

  return {
    kind: 'browser',
    openFile: ({ kind }) => pick(kind),
    openBeside: async ({ ticket, location }) => held.beside(ticket, location),
    readPiece: ({ ticket, offset, lengthBytes }) => held.piece(ticket, offset, lengthBytes),
    async openRecent({ id }) {
      const found = await recentAt(id);
      return found ? opened('design', found.file, found.handle, found.companions) : null;
    },
    recentFiles,
    clearRecent: async () => void (await deleteKey(RECENT)),
    async saveFile({ grant, bytes, force }) {
      const refusal = await documents.save(grant, bytes, force, (content) => journals.saving(grant, content));
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
    ...journals.calls,
    async closeHeard() {},
    async newWindow() {
      window.open(location.pathname, '_blank', 'noopener');
    },
    whereIs: async ({ grant }) => documents.at(grant).name,
    async reveal() {
      throw new Error('A page sees no folder.');
    },
    async setProgress() {},
    // The browser itself keeps them, by their names.
    readSettings: async () => ({ chosen: {}, file: '' }),
    async changeSettings() {},
    lookForUpdate: async () => ({ state: 'off', version: '', notes: '' }),
    async fetchUpdate() {},
    async installUpdate() {},
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
