import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { app, BrowserWindow, session } from 'electron';
import { Documents } from './documents.ts';
import { handleCalls, send, type WindowContext } from './handlers.ts';
import { APP_ORIGIN, registerScheme, serveApp } from './protocol.ts';
import { RecentFiles } from './recent.ts';
import { rememberBounds, rememberedBounds } from './window-state.ts';

const contexts = new Map<number, WindowContext>();
/** A page that dies sooner than this after loading would only die again. */
const CRASH_LOOP_MS = 5000;
/** Files that were asked for before a window could show them. */
const waiting: string[] = [];

/** Doubles the width of the kernels' vectors where V8 can; asked for, since it is not on by default in V8. */
if (process.argv.includes('--turbo')) app.commandLine.appendSwitch('js-flags', '--wasm-revectorize');

/** The files among command line arguments. */
function filesIn(args: readonly string[]): readonly string[] {
  return args.filter((arg) => /\.(json|onnx)$/i.test(arg) && existsSync(arg)).map((arg) => resolve(arg));
}

function createWindow(): void {
  const window = new BrowserWindow({
    width: 1440,
    height: 900,
    minWidth: 900,
    minHeight: 560,
    ...rememberedBounds(),
    show: false,
    backgroundColor: '#14171d',
    webPreferences: {
      preload: join(__dirname, 'preload.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
    },
  });
  const documents = new Documents((grant) => send(context, 'fileChanged', { grant }));
  const context: WindowContext = { window, documents, closing: false, deaf: false };
  const { id } = window;
  contexts.set(id, context);
  window.once('ready-to-show', () => window.show());
  // A page that hangs cannot be asked about unsaved changes; its journal has them.
  window.on('unresponsive', () => (context.deaf = true));
  window.on('responsive', () => (context.deaf = false));
  window.on('close', (event) => {
    void rememberBounds(window).catch(() => undefined);
    if (context.closing || context.deaf || window.webContents.isCrashed()) return;
    event.preventDefault();
    send(context, 'closeAsked', {});
  });
  window.on('closed', () => {
    documents.close();
    contexts.delete(id);
  });
  let loadedAt = 0;
  window.webContents.on('did-finish-load', () => {
    loadedAt = Date.now();
    for (const path of waiting.splice(0)) void openInto(context, path);
  });
  window.webContents.on('render-process-gone', (_, { reason }) => {
    if (reason === 'clean-exit' || Date.now() - loadedAt < CRASH_LOOP_MS) return;
    // The page finds its journal when it comes back, and offers what was not saved.
    window.webContents.reload();
  });
  window.webContents.on('will-navigate', (event) => event.preventDefault());
  window.webContents.setWindowOpenHandler(() => ({ action: 'deny' }));
  void window.loadURL(`${APP_ORIGIN}/index.html`);
}

let recentFiles: RecentFiles | undefined;

/** Read once the app is ready, since only then its folders are known. */
function recent(): RecentFiles {
  recentFiles ??= new RecentFiles();
  return recentFiles;
}

async function openInto(context: WindowContext, path: string): Promise<void> {
  const file = await context.documents.open(path, 'design');
  await recent().add(path);
  send(context, 'fileOpened', file);
}

function openFromOutside(path: string): void {
  const [context] = contexts.values();
  if (context && !context.window.webContents.isLoading()) void openInto(context, path);
  else waiting.push(path);
}

/** Nothing that the page does needs a permission but the clipboard, full screen, and the camera for a picture to run. */
const allowed = new Set(['clipboard-read', 'clipboard-sanitized-write', 'fullscreen', 'media']);

const isOwnPage = (url: string): boolean => url.startsWith(`${APP_ORIGIN}/`);

function start(): void {
  serveApp(join(__dirname, '../renderer'));
  session.defaultSession.setPermissionRequestHandler((contents, permission, reply, details) => {
    const listens = 'mediaTypes' in details && details.mediaTypes?.includes('audio');
    reply(allowed.has(permission) && !listens && isOwnPage(contents.getURL()));
  });
  session.defaultSession.setPermissionCheckHandler(
    (_, permission, origin, { mediaType }) =>
      allowed.has(permission) && mediaType !== 'audio' && isOwnPage(`${origin.replace(/\/$/, '')}/`),
  );
  handleCalls(contexts, recent());
  waiting.push(...filesIn(process.argv.slice(1)));
  createWindow();
  app.on('activate', () => {
    if (contexts.size === 0) createWindow();
  });
}

if (app.requestSingleInstanceLock()) {
  registerScheme();
  app.on('second-instance', (_, args) => {
    const [context] = contexts.values();
    context?.window.focus();
    for (const path of filesIn(args.slice(1))) openFromOutside(path);
  });
  app.on('open-file', (event, path) => {
    event.preventDefault();
    openFromOutside(path);
  });
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  void app.whenReady().then(start);
} else app.quit();
