import { readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { app, BrowserWindow, dialog, type IpcMainInvokeEvent, ipcMain } from 'electron';
import { sentenceOf } from '../../shared/disk/reasons.ts';
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
import type { Documents } from './documents.ts';
import { buildMenu, setWindowMenu } from './menu.ts';
import { APP_ORIGIN } from './protocol.ts';
import type { RecentFiles } from './recent.ts';

/** What a window has: its documents, whether it may close, and whether its page no longer hears. */
export interface WindowContext {
  readonly window: BrowserWindow;
  readonly documents: Documents;
  closing: boolean;
  deaf: boolean;
}

type Handlers = {
  readonly [C in CallName]: (
    context: WindowContext,
    request: RequestOf<C>,
  ) => Promise<ReplyOf<C>> | ReplyOf<C>;
};

const journalPath = (): string => join(app.getPath('userData'), 'journal.netwright.json');

export function send<E extends EventName>({ window }: WindowContext, event: E, payload: EventOf<E>): void {
  if (!window.isDestroyed()) window.webContents.send(eventChannelOf(event), payload);
}

function handlersFor(recent: RecentFiles): Handlers {
  const openAt = async ({ documents }: WindowContext, path: string, kind: FileKind) => {
    const opened = await documents.open(path, kind);
    if (kind === 'design') await recent.add(path);
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
    recentFiles: () => recent.list(),
    clearRecent: () => recent.clear(),
    saveFile: ({ documents }, { grant, bytes, force }) => documents.save(grant, bytes, force),
    openAgain: ({ documents }, { grant }) => documents.open(documents.pathOf(grant), 'design'),
    async saveFileAs({ window, documents }, { suggestedName, bytes, remember }) {
      const { filePath, canceled } = await dialog.showSaveDialog(window, {
        defaultPath: basename(suggestedName),
      });
      if (canceled || !filePath) return null;
      await writeWhole(filePath, bytes);
      if (remember) await recent.add(filePath);
      return { grant: await documents.grant(filePath), name: basename(filePath) };
    },
    setDocument({ window }, { name, dirty }) {
      window.setTitle(`${dirty ? '• ' : ''}${name} — Netwright`);
      window.setDocumentEdited(dirty);
    },
    setMenu(context, { menus }) {
      setWindowMenu(
        context.window,
        buildMenu(menus, (id) => send(context, 'command', { id })),
      );
    },
    closeWindow(context) {
      context.closing = true;
      context.window.close();
    },
    async writeJournal(_, { text }) {
      await writeWhole(journalPath(), text);
    },
    readJournal: () => readFile(journalPath(), 'utf8').catch(() => null),
    clearJournal: () => rm(journalPath(), { force: true }),
    toggleFullScreen: ({ window }) => window.setFullScreen(!window.isFullScreen()),
  };
}

/** Only the top frame of our own page may call. */
function isTrusted({ senderFrame }: IpcMainInvokeEvent): boolean {
  return senderFrame !== null && senderFrame.parent === null && senderFrame.url.startsWith(`${APP_ORIGIN}/`);
}

/** Answers every call of the contract: sender first, then arguments, then the work. */
export function handleCalls(contexts: ReadonlyMap<number, WindowContext>, recent: RecentFiles): void {
  const handlers = handlersFor(recent);
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
      return await handlers[name](context, checked);
    } catch (error) {
      // What the system says is put into words; what is thrown here says it in words already.
      throw new Error(sentenceOf(error));
    }
  });
}
