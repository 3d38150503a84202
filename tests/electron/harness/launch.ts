import { EventEmitter } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import Module, { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, expect, vi } from 'vitest';
import { launchChromium } from '../../chromium.ts';
import { PATIENCE } from './built.ts';
import { type FakeContents, FakeWindow } from './window.ts';

type PermissionHandler = (
  contents: { getURL(): string },
  permission: string,
  reply: (granted: boolean) => void,
  details: { readonly mediaTypes?: readonly string[] },
) => void;
type PermissionCheck = (
  contents: null,
  permission: string,
  origin: string,
  details: { readonly mediaType?: string },
) => boolean;
type DisplayHandler = (request: unknown, reply: (streams: object) => void) => void;
type RequestHandler = (
  details: { readonly url: string },
  answer: (decided: { readonly cancel: boolean }) => void,
) => void;
type Handler = (event: unknown, ...args: readonly unknown[]) => unknown;

export interface MenuEntry {
  readonly id?: string;
  readonly label?: string;
  readonly type?: string;
  readonly enabled?: boolean;
  readonly submenu?: readonly MenuEntry[];
  readonly click?: () => void;
}

export interface Desktop {
  readonly page: Page;
  readonly window: FakeWindow;
  /** All that are open, this one too. */
  windows(): readonly FakeWindow[];
  readonly userData: string;
  readonly errors: unknown[];
  /** Answers that the next dialogs of each kind give. */
  readonly answers: { readonly open: string[]; readonly save: string[]; readonly messages: number[] };
  /** What the host asked in dialogs of its own, which no page can answer. */
  readonly asked: readonly { readonly message: string; readonly detail?: string }[];
  /** Calls a handler as if from a frame with this address. */
  invokeFrom(frameUrl: string, channel: string, request: unknown): Promise<unknown>;
  /** What the page at this address is answered when it asks for a permission. */
  permits(url: string, permission: string, mediaTypes?: readonly string[]): boolean;
  /** What Chromium is told when it looks whether pages of this origin have a permission, without asking anybody. */
  checks(origin: string, permission: string, mediaType?: string): boolean;
  /** Whether a device may be had, whatever it is. */
  devices(): boolean;
  /** What a page gets that asks to see the screen. */
  screenFor(): object;
  /** Whether a request for this address goes out. */
  requests(url: string): boolean;
  /** What the session tells of. */
  readonly sessionEvents: EventEmitter;
  /** Files that were shown in the file manager. */
  readonly revealed: readonly string[];
  /** What Chromium is started with. */
  readonly switches: readonly string[];
  /** Chooses from the native menu, once the page has made the entry one that can be chosen. */
  clickMenu(id: string): Promise<void>;
  menu(): readonly MenuEntry[];
  secondInstance(args: readonly string[], workingFolder?: string): void;
  close(): Promise<void>;
}

interface Options {
  readonly main: string;
  readonly args?: readonly string[];
  readonly userData?: string;
  /** As it is shipped, not as it is developed. */
  readonly packaged?: boolean;
  /** What a process prints that tries the kernels, with wide vectors or without. */
  readonly trial?: (isWide: boolean) => string;
}

/** Any member that the harness lacks says so, instead of being undefined somewhere later. */
function strict<T extends object>(name: string, target: T): T {
  return new Proxy(target, {
    get(object, key, receiver) {
      if (Reflect.has(object, key) || typeof key === 'symbol' || key === '__esModule' || key === 'then') {
        return Reflect.get(object, key, receiver);
      }
      throw new Error(`The harness does not cover ${name}.${key}.`);
    },
  });
}

/** One Chromium for all that a test file launches, each apart from the others; it ends with the file. */
let started: Promise<Browser> | undefined;
afterAll(async () => (await started)?.close());

function startedBrowser(): Promise<Browser> {
  started ??= launchChromium();
  return started;
}

/** Runs the real main bundle in this process, with `electron` resolved to stand-ins over Chromium. */
export async function launchDesktop({
  main,
  args = [],
  userData,
  packaged = false,
  trial = () => '',
}: Options): Promise<Desktop> {
  const folder = userData ?? mkdtempSync(join(tmpdir(), 'netwright-desktop-'));
  const errors: unknown[] = [];
  const handlers = new Map<string, Handler>();
  const schemes = new Map<string, (request: Request) => Promise<Response>>();
  let permissionHandler: PermissionHandler | undefined;
  let permissionCheck: PermissionCheck | undefined;
  let deviceHandler: (() => boolean) | undefined;
  let displayHandler: DisplayHandler | undefined;
  let requestHandler: RequestHandler | undefined;
  const sessionEvents = new EventEmitter();
  const switches: string[] = [];
  const revealed: string[] = [];
  const answers = { open: [] as string[], save: [] as string[], messages: [] as number[] };
  const asked: { message: string; detail?: string }[] = [];
  const browser = await startedBrowser();

  /** Serves a custom scheme as http://host.scheme.localhost, which is a secure origin too. */
  const server = createServer(async (request, response) => {
    const [, host, scheme] = /^(.+)\.([\w-]+)\.localhost/.exec(request.headers.host ?? '') ?? [];
    const serve = schemes.get(scheme ?? '');
    if (!serve) {
      response.writeHead(404).end();
      return;
    }
    const answer = await serve(new Request(`${scheme}://${host}${request.url}`));
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;

  FakeWindow.all = [];
  FakeWindow.surroundings = {
    browser,
    errors,
    toHttp: (url) => url.replace(/^(\w+):\/\/([^/]+)/, `http://$2.$1.localhost:${port}`),
    onContents: (contents) => void app.emit('web-contents-created', {}, contents),
    onInvoke: (contents, channel, given) => answer(contents, contents.url, channel, given),
  };
  async function answer(
    sender: FakeContents,
    url: string,
    channel: string,
    given: readonly unknown[],
  ): Promise<unknown> {
    const handler = handlers.get(channel);
    if (!handler) throw new Error(`No handler registered for '${channel}'`);
    return handler({ sender, senderFrame: { url, parent: null } }, ...given);
  }

  const app = Object.assign(new EventEmitter(), {
    isPackaged: packaged,
    commandLine: {
      appendSwitch: (name: string, value?: string) => void switches.push(value ? `${name}=${value}` : name),
    },
    requestSingleInstanceLock: () => true,
    whenReady: () => Promise.resolve(),
    isReady: () => true,
    getLocale: () => 'en-US',
    getPath: () => folder,
    getVersion: () => '0.1.0',
    setJumpList: () => 'ok',
    addRecentDocument: () => undefined,
    clearRecentDocuments: () => undefined,
    quit: () => undefined,
  });
  const electron = strict('electron', {
    app: strict('app', app),
    BrowserWindow: FakeWindow,
    ipcMain: strict('ipcMain', {
      handle: (channel: string, handler: Handler) => handlers.set(channel, handler),
    }),
    protocol: strict('protocol', {
      registerSchemesAsPrivileged: () => undefined,
      handle: (scheme: string, serve: (request: Request) => Promise<Response>) => schemes.set(scheme, serve),
    }),
    session: {
      defaultSession: strict('session', {
        setPermissionRequestHandler: (handler: PermissionHandler) => (permissionHandler = handler),
        setPermissionCheckHandler: (check: PermissionCheck) => (permissionCheck = check),
        setDevicePermissionHandler: (handler: () => boolean) => (deviceHandler = handler),
        setDisplayMediaRequestHandler: (handler: DisplayHandler) => (displayHandler = handler),
        webRequest: { onBeforeRequest: (handler: RequestHandler) => (requestHandler = handler) },
        on: (event: string, listener: (...args: unknown[]) => void) => sessionEvents.on(event, listener),
      }),
    },
    dialog: strict('dialog', {
      showOpenDialog: async () => {
        const path = answers.open.shift();
        return { canceled: path === undefined, filePaths: path === undefined ? [] : [path] };
      },
      showSaveDialog: async () => {
        const filePath = answers.save.shift();
        return { canceled: filePath === undefined, filePath };
      },
      // Closed, where no answer was set: that is the answer that the dialog names for it.
      showMessageBox: async (_: unknown, box: { message: string; detail?: string; cancelId: number }) => {
        asked.push(box);
        return { response: answers.messages.shift() ?? box.cancelId };
      },
    }),
    Menu: strict('Menu', {
      buildFromTemplate: (template: readonly MenuEntry[]) => template,
      setApplicationMenu: () => undefined,
    }),
    utilityProcess: strict('utilityProcess', {
      fork(script: string, given: readonly string[]) {
        if (!existsSync(script)) errors.push(new Error(`${script} is not there.`));
        const stdout = new EventEmitter();
        const child = Object.assign(new EventEmitter(), { stdout, kill: () => true });
        setImmediate(() => {
          stdout.emit('data', Buffer.from(trial(given.includes('wide'))));
          child.emit('exit', 0);
        });
        return child;
      },
    }),
    shell: strict('shell', { showItemInFolder: (path: string) => void revealed.push(path) }),
    screen: strict('screen', {
      getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }],
    }),
  });

  // Node's own loader is where `electron` is resolved; there is no public hook for CommonJS on every supported version.
  const loader = Module as unknown as { _load: (name: string, ...rest: readonly unknown[]) => unknown };
  const load = loader._load;
  loader._load = (name, ...rest) => (name === 'electron' ? electron : load(name, ...rest));
  const require = createRequire(import.meta.url);
  const argv = process.argv;
  process.argv = [process.execPath, ...args];
  try {
    delete require.cache[require.resolve(main)];
    require(main);
    // The app reads its arguments once it is ready, which is after its module has run.
    await new Promise((soon) => setImmediate(soon));
  } finally {
    process.argv = argv;
    loader._load = load;
  }
  // The list of this launch: the next one begins a list of its own.
  const windows = FakeWindow.all;
  const window = windows[0]!;
  const page = await window.opened;
  await page.waitForFunction(() => document.querySelector('#root')?.childElementCount);

  const menu = (): readonly MenuEntry[] => (window.menu ?? []) as readonly MenuEntry[];
  return {
    page,
    window,
    windows: () => windows.filter(({ destroyed }) => !destroyed),
    userData: folder,
    errors,
    answers,
    asked,
    menu,
    invokeFrom: (frameUrl, channel, request) => answer(window.webContents, frameUrl, channel, [request]),
    permits(url, permission, mediaTypes) {
      let granted = false;
      permissionHandler?.(
        { getURL: () => url },
        permission,
        (answered) => {
          granted = answered;
        },
        mediaTypes ? { mediaTypes } : {},
      );
      return granted;
    },
    checks: (origin, permission, mediaType) =>
      permissionCheck?.(null, permission, origin, mediaType === undefined ? {} : { mediaType }) ?? false,
    devices: () => deviceHandler?.() ?? true,
    screenFor() {
      let given: object = { video: 'everything' };
      displayHandler?.({}, (streams) => (given = streams));
      return given;
    },
    requests(url) {
      let cancelled = false;
      requestHandler?.({ url }, ({ cancel }) => (cancelled = cancel));
      return !cancelled;
    },
    sessionEvents,
    switches,
    revealed,
    async clickMenu(id) {
      const entry = await vi.waitUntil(
        () =>
          menu()
            .flatMap(({ submenu = [] }) => submenu)
            .find((item) => item.id === id && item.enabled),
        PATIENCE,
      );
      entry.click?.();
    },
    secondInstance: (given, workingFolder = process.cwd()) =>
      app.emit('second-instance', {}, given, workingFolder),
    async close() {
      for (const each of windows) each.destroy();
      app.emit('will-quit');
      server.closeAllConnections();
      server.close();
      await page.context().close();
      if (userData === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Clicks what closes the window, which may be gone before it is told that it was clicked in. */
export async function clickAway(window: FakeWindow, button: Locator): Promise<void> {
  await button.click().catch((error: unknown) => {
    if (!window.destroyed) throw error;
  });
  await expect.poll(() => window.destroyed, PATIENCE).toBe(true);
}
