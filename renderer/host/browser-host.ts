import type { EventName, EventOf, Host } from '../../shared/host/contract.ts';
import { BrowserDocuments } from './browser-documents.ts';
import { cancellable, download, type FileHandle } from './browser-files.ts';
import { BrowserHeld } from './browser-held.ts';
import { createBrowserJournals } from './browser-journals.ts';
import { createOpening } from './browser-opening.ts';
import { RECENT, recentAt, recentFiles, remember } from './browser-recent.ts';
import { createBrowserVersions } from './browser-versions.ts';
import { deleteKey } from './key-store.ts';
import { sentenceOf } from './sentence.ts';

async function write(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  try {
    const stream = await handle.createWritable();
    await stream.write(bytes as Uint8Array<ArrayBuffer>);
    await stream.close();
  } catch (error) {
    throw new Error(sentenceOf(error));
  }
}

const notHere = async (): Promise<never> => {
  throw new Error('A page runs no programs.');
};

interface BrowserHost extends Host {
  /** Whether what is done is kept at once: not where the browser has no files for the page alone. */
  readonly keepsAtOnce: Promise<boolean>;
}

/** The browser that an app is in until it ends: the File System Access API where it is, downloads where it is not. */
export function createBrowserHost(ended: AbortSignal): BrowserHost {
  const listeners = new Map<EventName, Set<(payload: never) => void>>();
  const tell = <E extends EventName>(event: E, payload: EventOf<E>): void => {
    for (const listener of listeners.get(event) ?? []) (listener as (payload: EventOf<E>) => void)(payload);
  };
  const documents = new BrowserDocuments((grant) => tell('fileChanged', { grant }), ended);

  const versions = createBrowserVersions(documents, (lost) => tell('versionLost', lost));
  const held = new BrowserHeld();
  const journals = createBrowserJournals(documents, held, ended);

  const { opened, pick } = createOpening({ documents, held, versions });
  const { title } = document;
  ended.addEventListener('abort', () => {
    document.title = title;
    window.onbeforeunload = null;
  });

  return {
    kind: 'browser',
    keepsAtOnce: journals.atOnce,
    openFile: ({ kind }) => pick(kind),
    openBeside: async ({ ticket, location }) => held.beside(ticket, location),
    readPiece: ({ ticket, offset, lengthBytes }) => held.piece(ticket, offset, lengthBytes),
    async openRecent({ id }) {
      const found = await recentAt(id);
      return found ? opened('design', found.file, found.handle, found.companions) : null;
    },
    // A page runs none; the app says so before it asks.
    lookAtProgram: notHere,
    traceProgram: notHere,
    stopProgram: async () => {},
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
        if (keep) void versions.keep(suggestedName, bytes);
        return { grant: await documents.grant(suggestedName, undefined, bytes), name: suggestedName };
      }
      const handle = await cancellable(window.showSaveFilePicker({ suggestedName }));
      if (!handle) return null;
      await write(handle, bytes);
      if (keep) {
        void versions.keep(handle.name, bytes);
        await remember(handle);
      }
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
    // A page sees no folder.
    findConfig: async () => null,
    configBaseline: async () => null,
    whereIs: async ({ grant }) => documents.at(grant).name,
    async reveal() {
      throw new Error('A page sees no folder.');
    },
    async setProgress() {},
    // The browser itself keeps them, by their names.
    readSettings: async () => ({ chosen: {}, file: '' }),
    async changeSettings() {},
    // Flags of its V8 are the browser's own matter.
    wideVectors: async () => ({ state: 'untried', percent: 0 }),
    lookForUpdate: async () => ({ state: 'off', version: '', notes: '' }),
    async fetchUpdate() {},
    async installUpdate() {},
    async toggleFullScreen() {
      if (document.fullscreenElement) await document.exitFullscreen();
      else await document.documentElement.requestFullscreen();
    },
    on<E extends EventName>(event: E, listener: (payload: EventOf<E>) => void) {
      const all = listeners.get(event) ?? new Set();
      listeners.set(event, all.add(listener));
      return () => void all.delete(listener);
    },
  };
}
