import { basename } from 'node:path';
import { BrowserWindow, dialog, type IpcMainInvokeEvent, ipcMain, shell } from 'electron';
import { sentenceOf } from '../../shared/disk/reasons.ts';
import { contentOf } from '../../shared/disk/stamp.ts';
import type { WideVectorsHere } from '../../shared/disk/wide-vectors.ts';
import { writeWhole } from '../../shared/disk/write.ts';
import {
  type CallName,
  callNames,
  calls,
  channelOf,
  type EventName,
  type EventOf,
  eventChannelOf,
  type FileKind,
  fileFilters,
  type ReplyOf,
  type RequestOf,
} from '../../shared/host/contract.ts';
import type { SomeSettings } from '../../shared/host/settings.ts';
import { pays } from '../../shared/runtime/cpu/wide-vectors.ts';
import type { CallLimits } from './call-limits.ts';
import { baselinePath, configFor } from './configs.ts';
import type { Documents } from './documents.ts';
import type { Journals } from './journals.ts';
import { buildMenu, setWindowMenu } from './menu.ts';
import { APP_ORIGIN } from './origin.ts';
import type { Programs } from './programs.ts';
import type { RecentFiles } from './recent.ts';
import type { Settings } from './settings.ts';
import type { Updates } from './updates.ts';
import type { Versions } from './versions.ts';

/** What a window has: its documents, whether it may close, and whether its page no longer hears. */
export interface WindowContext {
  readonly window: BrowserWindow;
  readonly documents: Documents;
  readonly programs: Programs;
  readonly limits: CallLimits;
  closing: boolean;
  deaf: boolean;
  /** Runs while the page has not said that it knows of the window being closed. */
  closeTimer: NodeJS.Timeout | undefined;
  /** The file of the document that it shows. */
  path: string | undefined;
  /** The file that it was last given from outside. */
  last: string | undefined;
  /** Files that are to be shown once the page hears. */
  readonly waiting: string[];
}

/** What all windows share. */
export interface Stores {
  readonly recent: RecentFiles;
  readonly journals: Journals;
  readonly versions: Versions;
  readonly settings: Settings;
  readonly updates: Updates;
  readonly wideVectors: WideVectorsHere;
  readonly openWindow: () => void;
  /** The other windows take over what was chosen in one. */
  readonly tellOthers: (context: WindowContext, some: SomeSettings) => void;
}

type Handlers = {
  readonly [C in CallName]: (
    context: WindowContext,
    request: RequestOf<C>,
  ) => Promise<ReplyOf<C>> | ReplyOf<C>;
};

export function send<E extends EventName>({ window }: WindowContext, event: E, payload: EventOf<E>): void {
  if (!window.isDestroyed()) window.webContents.send(eventChannelOf(event), payload);
}

function handlersFor({
  recent,
  journals,
  versions,
  settings,
  updates,
  wideVectors,
  openWindow,
  tellOthers,
}: Stores): Handlers {
  /** What a file holds now that it was saved is a state that one may want back. */
  const keepVersion = async (context: WindowContext, path: string, bytes: Uint8Array): Promise<void> => {
    const reason = await versions.keep(path, bytes);
    if (reason !== undefined) send(context, 'versionLost', { name: basename(path), reason });
  };
  const openAt = async ({ documents }: WindowContext, path: string, kind: FileKind) => {
    const opened = await documents.open(path, kind);
    if (kind === 'design') await recent.add(path);
    // What it held before it is saved here is a state that one may want back, too.
    if (opened.grant !== '') void versions.keep(documents.pathOf(opened.grant), opened.bytes);
    return opened;
  };
  return {
    async openFile(context, { kind }) {
      const { filePaths, canceled } = await dialog.showOpenDialog(context.window, {
        properties: ['openFile'],
        filters: [
          { name: fileFilters[kind].name, extensions: [...fileFilters[kind].endings] },
          { name: 'All files', extensions: ['*'] },
        ],
      });
      const path = filePaths[0];
      return canceled || path === undefined ? null : openAt(context, path, kind);
    },
    async openRecent(context, { id }) {
      const path = recent.pathOf(id);
      return path === undefined ? null : openAt(context, path, 'design');
    },
    openBeside: async ({ documents }, { ticket, location }) =>
      (await documents.held.beside(ticket, location)) ?? null,
    readPiece: ({ documents }, { ticket, offset, lengthBytes }) =>
      documents.held.read(ticket, offset, lengthBytes),
    lookAtProgram: ({ programs }, { ticket }) => programs.look(ticket),
    traceProgram: ({ programs }, { ticket, module, inputs }) => programs.trace(ticket, module, inputs),
    stopProgram: ({ programs }, { ticket }) => programs.stop(ticket),
    recentFiles: () => recent.list(),
    clearRecent: () => recent.clear(),
    async saveFile(context, { grant, bytes, force }) {
      const { documents } = context;
      journals.saving(documents, grant, contentOf(bytes));
      const refusal = await documents.save(grant, bytes, force);
      if (!refusal) void keepVersion(context, documents.pathOf(grant), bytes);
      return refusal;
    },
    versions: ({ documents }, { grant }) => versions.list(documents.pathOf(grant)),
    readVersion: ({ documents }, { grant, version }) => versions.read(documents.pathOf(grant), version),
    openAgain: ({ documents }, { grant }) => documents.open(documents.pathOf(grant), 'design'),
    async saveFileAs(context, { suggestedName, bytes, remember }) {
      const { window, documents } = context;
      const { filePath, canceled } = await dialog.showSaveDialog(window, {
        defaultPath: basename(suggestedName),
      });
      if (canceled || !filePath) return null;
      await writeWhole(filePath, bytes);
      if (remember) await recent.add(filePath);
      const grant = await documents.grant(filePath);
      if (remember) void keepVersion(context, documents.pathOf(grant), bytes);
      return { grant, name: basename(filePath) };
    },
    setDocument(context, { name, dirty, grant }) {
      const { window, documents } = context;
      context.path = grant === '' ? undefined : documents.pathOf(grant);
      // Systems that show it where the title is do so by themselves.
      window.setRepresentedFilename(context.path ?? '');
      window.setTitle(`${dirty ? '• ' : ''}${name} — Netwright`);
      window.setDocumentEdited(dirty);
    },
    setMenu(context, { menus }) {
      setWindowMenu(
        context.window,
        buildMenu(menus, (id) => send(context, 'command', { id })),
      );
    },
    closeHeard(context) {
      clearTimeout(context.closeTimer);
    },
    closeWindow(context) {
      context.closing = true;
      context.window.close();
    },
    writeJournal: ({ documents }, request) => journals.write(documents, request),
    endJournal: ({ documents }, { journal }) => journals.end(documents, journal),
    keptJournals: ({ documents }) => journals.kept(documents),
    takeJournal: ({ documents }, { journal }) => journals.take(documents, journal),
    setJournalAside: ({ documents }, { journal }) => journals.setAside(documents, journal),
    newWindow: () => openWindow(),
    whereIs: ({ documents }, { grant }) => documents.pathOf(grant),
    findConfig: ({ documents }, document) => configFor(fileOf(documents, document)),
    async configBaseline({ documents }, { file, location, ...document }) {
      const path = await baselinePath(fileOf(documents, document), file, location);
      return path === undefined ? null : documents.look(path, 'design');
    },
    reveal: ({ documents }, { grant }) => shell.showItemInFolder(documents.pathOf(grant)),
    setProgress: ({ window }, { thousandths }) =>
      window.setProgressBar(thousandths === null ? -1 : thousandths / 1000),
    readSettings: () => ({ chosen: settings.read(), file: settings.file }),
    async wideVectors(_, { measure }) {
      const found = measure ? await wideVectors.find() : wideVectors.known();
      if (!found) return { state: measure ? 'untried' : 'unknown', percent: 0 };
      const state = !found.agrees ? 'differs' : pays(found) ? 'pays' : 'slow';
      return { state, percent: Math.min(100_000, Math.round(100 * found.gain)) };
    },
    async changeSettings(context, some) {
      await settings.change(some);
      tellOthers(context, settings.read());
    },
    lookForUpdate: () => updates.look(),
    fetchUpdate: () => updates.fetch(),
    installUpdate: () => updates.install(),
    toggleFullScreen: ({ window }) => window.setFullScreen(!window.isFullScreen()),
  };
}

/** The file of a document: one that may be written, or a model that is held. */
const fileOf = (
  documents: Documents,
  { grant, ticket }: { readonly grant: string; readonly ticket: string },
): string => (grant === '' ? documents.held.pathOf(ticket) : documents.pathOf(grant));

/** Only the top frame of our own page may call. */
function isTrusted({ senderFrame }: IpcMainInvokeEvent): boolean {
  return senderFrame !== null && senderFrame.parent === null && senderFrame.url.startsWith(`${APP_ORIGIN}/`);
}

/** Answers every call of the contract: sender first, then arguments, then the work. */
export function handleCalls(contexts: ReadonlyMap<number, WindowContext>, stores: Stores): void {
  const handlers = handlersFor(stores);
  for (const name of callNames) answer(name, handlers, contexts);
}

function answer<C extends CallName>(
  name: C,
  handlers: Handlers,
  contexts: ReadonlyMap<number, WindowContext>,
): void {
  ipcMain.handle(channelOf(name), async (event, request: unknown) => {
    const window = BrowserWindow.fromWebContents(event.sender);
    const context = window && contexts.get(window.id);
    if (!isTrusted(event) || !context) throw new Error('This page may not call the host.');
    const checked = calls[name].request(request, 'request') as RequestOf<C>;
    try {
      return await context.limits.run(name, () => handlers[name](context, checked));
    } catch (error) {
      // What the system says is put into words; what is thrown here says it in words already.
      throw new Error(sentenceOf(error));
    }
  });
}
