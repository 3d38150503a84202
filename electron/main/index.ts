import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { app, BrowserWindow, Menu, session } from 'electron';
import { sentenceOf } from '../../shared/disk/reasons.ts';
import { WideVectorsHere } from '../../shared/disk/wide-vectors.ts';
import { isDocument } from '../../shared/host/contract.ts';
import { pays } from '../../shared/runtime/cpu/wide-vectors.ts';
import { CallLimits } from './call-limits.ts';
import { CRASH_PAGE, crashChoiceOf, isCrashPage } from './crash-page.ts';
import { Documents } from './documents.ts';
import { closeNetwork, guardContents, guardSession } from './guards.ts';
import { handleCalls, type Stores, send, type WindowContext } from './handlers.ts';
import { Journals } from './journals.ts';
import { languageOf } from './language.ts';
import { APP_ORIGIN, sourcesFor } from './origin.ts';
import { Programs } from './programs.ts';
import { registerScheme, serveApp } from './protocol.ts';
import { RecentFiles } from './recent.ts';
import { Settings } from './settings.ts';
import { NEW_WINDOW, offerEntries } from './shell-entries.ts';
import { Updates } from './updates.ts';
import { Versions } from './versions.ts';
import { trialIn } from './wide-vectors.ts';
import { rememberBounds, rememberedBounds } from './window-state.ts';

const contexts = new Map<number, WindowContext>();
/** A page that dies sooner than this after loading would only die again. */
const CRASH_LOOP_MS = 5000;
/** A page that does not answer for so long is closed without it; its work is kept. */
const CLOSE_MS = 3000;
/** Files that were asked for before there was a window. */
const early: string[] = [];

const settings = new Settings(join(app.getPath('userData'), 'settings.json'));

/** Doubles the width of the kernels' vectors where V8 can: not on by default there, and where it was chosen only if it was measured to pay. */
const wideVectors = new WideVectorsHere(
  join(app.getPath('userData'), 'wide-vectors.json'),
  app.getVersion(),
  trialIn(join(__dirname, '../renderer/cpu/node-trial.mjs')),
);
const wide = wideVectors.known();
const wantsWide = settings.read().wideVectors === 'yes';
if (process.argv.includes('--turbo') || (wantsWide && wide && pays(wide)))
  app.commandLine.appendSwitch('js-flags', '--wasm-revectorize');

/** The files among command line arguments, given where the command was. One that is not there is told of when it is read. */
function filesIn(args: readonly string[], folder = process.cwd()): readonly string[] {
  return args
    .filter((arg) => !arg.startsWith('-') && isDocument(arg))
    .map((arg) => (arg.startsWith('file://') ? pathOf(arg) : resolve(folder, arg)));
}

/** File managers give addresses where they may. One of another machine is no path: that is told when it is read. */
function pathOf(address: string): string {
  try {
    return fileURLToPath(address);
  } catch {
    return address;
  }
}

function createWindow(...files: readonly string[]): void {
  const window = new BrowserWindow({
    width: 1440,
    height: 900,
    minWidth: 600,
    minHeight: 400,
    ...rememberedBounds(files[0], contexts.size),
    show: false,
    backgroundColor: '#14171d',
    webPreferences: {
      preload: join(__dirname, 'preload.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      // Who debugs the app starts it from its sources.
      devTools: !app.isPackaged,
      spellcheck: false,
    },
  });
  const documents = new Documents((grant) => send(context, 'fileChanged', { grant }));
  const context: WindowContext = {
    window,
    documents,
    programs: new Programs(window, documents.held, {
      language: () => languageOf(settings.read()),
      onSaved: (ticket) => send(context, 'programSaved', { ticket }),
    }),
    limits: new CallLimits(() => performance.now()),
    closing: false,
    deaf: false,
    closeTimer: undefined,
    path: undefined,
    last: undefined,
    waiting: [...files],
  };
  const { id } = window;
  contexts.set(id, context);
  window.once('ready-to-show', () => window.show());
  // A page that hangs cannot be asked about unsaved changes; its journal has them.
  window.on('unresponsive', () => (context.deaf = true));
  window.on('responsive', () => (context.deaf = false));
  window.on('close', (event) => {
    void rememberBounds(window, context.path).catch(() => undefined);
    if (context.closing || context.deaf || window.webContents.isCrashed()) return;
    event.preventDefault();
    clearTimeout(context.closeTimer);
    context.closeTimer = setTimeout(() => {
      context.closing = true;
      if (!window.isDestroyed()) window.close();
    }, CLOSE_MS);
    send(context, 'closeAsked', {});
  });
  window.on('closed', () => {
    clearTimeout(context.closeTimer);
    context.programs.close();
    documents.close();
    stores().journals.release(documents);
    contexts.delete(id);
  });
  let loadedAt = 0;
  window.webContents.on('did-finish-load', () => {
    loadedAt = performance.now();
    // Another page than the one that did not hear.
    context.deaf = false;
    if (!isCrashPage(window.webContents.getURL())) void openAll(context);
  });
  window.webContents.on('render-process-gone', (_, { reason }) => {
    if (reason === 'clean-exit') return;
    context.programs.close();
    documents.close();
    stores().journals.release(documents);
    // The page finds its journal when it comes back, and offers what was not saved.
    if (performance.now() - loadedAt >= CRASH_LOOP_MS) window.webContents.reload();
    else void window.loadURL(CRASH_PAGE);
  });
  window.webContents.on('will-navigate', (event, url) => {
    const choice = isCrashPage(window.webContents.getURL()) ? crashChoiceOf(url) : undefined;
    if (choice === undefined) event.preventDefault();
    else if (choice === 'again' && context.last !== undefined) context.waiting.push(context.last);
    else context.last = undefined;
  });
  void window.loadURL(`${APP_ORIGIN}/index.html`);
}

const MOST_TEXT = 4096;

/** What nobody caught is told in every window; the program goes on, for the windows hold the user's work. */
function tellFault(error: unknown): void {
  const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
  const fault = { message: message.slice(0, MOST_TEXT), stack: stack.slice(0, 4 * MOST_TEXT) };
  console.error(error);
  for (const context of contexts.values()) send(context, 'fault', fault);
}

let shared: Stores | undefined;

/** Made once the app is ready, since only then its folders are known. */
function stores(): Stores {
  shared ??= {
    recent: new RecentFiles(),
    journals: new Journals(join(app.getPath('userData'), 'journals')),
    versions: new Versions(join(app.getPath('userData'), 'versions')),
    settings,
    wideVectors,
    updates: new Updates({
      packaged: app.isPackaged,
      feed: () => settings.updateFeed(),
      resources: process.resourcesPath ?? '',
      load: async () => (await import('electron-updater')).autoUpdater,
      onProgress(share) {
        for (const { window } of contexts.values()) window.setProgressBar(share ?? -1);
      },
    }),
    openWindow: () => createWindow(),
    tellOthers(context, some) {
      for (const other of contexts.values()) if (other !== context) send(other, 'settingsChanged', some);
    },
  };
  return shared;
}

/** Shows the first of the files that wait here, and each further one in a window of its own. */
async function openAll(context: WindowContext): Promise<void> {
  const [first, ...others] = context.waiting.splice(0);
  for (const path of others) createWindow(path);
  if (first === undefined) return;
  context.last = first;
  try {
    const file = await context.documents.open(first, 'design');
    await stores().recent.add(first);
    if (file.grant !== '') void stores().versions.keep(context.documents.pathOf(file.grant), file.bytes);
    send(context, 'fileOpened', file);
  } catch (error) {
    send(context, 'openFailed', { name: basename(first), reason: sentenceOf(error) });
  }
}

function openFromOutside(paths: readonly string[]): void {
  const [context] = contexts.values();
  if (!context) {
    if (app.isReady()) createWindow(...paths);
    else early.push(...paths);
    return;
  }
  context.waiting.push(...paths);
  const { webContents } = context.window;
  if (!webContents.isLoading() && !isCrashPage(webContents.getURL())) void openAll(context);
}

function start(): void {
  const sources = sourcesFor(app.isPackaged);
  serveApp(join(__dirname, '../renderer'), sources);
  guardSession(session.defaultSession, sources);
  // Until a window has its own there is none: the default one opens developer tools.
  if (process.platform !== 'darwin') Menu.setApplicationMenu(null);
  handleCalls(contexts, stores());
  offerEntries(() => createWindow());
  settings.watch((some) => {
    for (const context of contexts.values()) send(context, 'settingsChanged', some);
  });
  createWindow(...filesIn(process.argv.slice(1)), ...early.splice(0));
  // Chosen before this version, or this V8, was tried: for the next start.
  if (wantsWide && !wide) void wideVectors.find().catch(() => undefined);
  app.on('activate', () => {
    if (contexts.size === 0) createWindow();
  });
}

if (app.requestSingleInstanceLock()) {
  registerScheme();
  closeNetwork();
  app.on('web-contents-created', (_, contents) => guardContents(contents));
  app.on('second-instance', (_, args, folder) => {
    const [context] = contexts.values();
    context?.window.focus();
    const files = filesIn(args.slice(1), folder);
    if (args.includes(NEW_WINDOW)) createWindow(...files);
    else if (files.length > 0) openFromOutside(files);
  });
  app.on('open-file', (event, path) => {
    event.preventDefault();
    openFromOutside([path]);
  });
  app.on('will-quit', () => settings.close());
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  process.on('uncaughtException', tellFault);
  process.on('unhandledRejection', tellFault);
  void app.whenReady().then(start);
} else app.quit();
