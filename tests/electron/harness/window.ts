import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { PATIENCE } from './built.ts';

const here = import.meta.dirname;
const text = (name: string): string => readFileSync(join(here, name), 'utf8');
const codecSource = text('codec.js');
const WORLD = 'electron-preload';

interface Codec {
  encode(value: unknown): string;
  decode(text: string): unknown;
}
/** The very text that runs in the page. */
export const codec = new Function(`${codecSource}; return codec;`)() as Codec;

interface Invoke {
  readonly id: number;
  readonly channel: string;
  readonly args: readonly unknown[];
}

/** What windows need of the world around them. */
export interface Surroundings {
  readonly browser: Browser;
  readonly onContents: (contents: FakeContents) => void;
  readonly onInvoke: (contents: FakeContents, channel: string, args: readonly unknown[]) => Promise<unknown>;
  readonly toHttp: (url: string) => string;
  readonly errors: unknown[];
}

/** Stands for WebContents: one page of Chromium. */
export class FakeContents extends EventEmitter {
  readonly window: FakeWindow;
  url = '';
  openHandler: (details: { url: string }) => { action: string } = () => ({ action: 'allow' });
  cdp: CDPSession | undefined;
  world: number | undefined;

  constructor(window: FakeWindow) {
    super();
    this.window = window;
  }
  getURL(): string {
    return this.url;
  }
  isLoading(): boolean {
    return this.url === '';
  }
  isCrashed(): boolean {
    return false;
  }
  reload(): void {
    void this.window.reload();
  }
  webRtcPolicy = 'default';
  setWebRTCIPHandlingPolicy(policy: string): void {
    this.webRtcPolicy = policy;
  }
  setWindowOpenHandler(handler: FakeContents['openHandler']): void {
    this.openHandler = handler;
  }
  send(channel: string, ...args: readonly unknown[]): void {
    void this.deliver({ channel, args });
  }
  async deliver(message: unknown): Promise<void> {
    if (!this.cdp || this.world === undefined) return;
    try {
      await this.cdp.send('Runtime.callFunctionOn', {
        executionContextId: this.world,
        functionDeclaration: 'function (text) { globalThis.harnessDeliver(text); }',
        arguments: [{ value: codec.encode(message) }],
      });
    } catch (error) {
      // Electron drops what is sent to a window that has gone, or to a page that another has taken the place of.
      if (String(error).includes('Cannot find context')) return;
      if (!this.window.destroyed && FakeWindow.surroundings.browser.isConnected()) throw error;
    }
  }
}

interface WindowOptions {
  readonly x?: number;
  readonly y?: number;
  readonly width?: number;
  readonly height?: number;
  readonly show?: boolean;
  readonly webPreferences?: Readonly<Record<string, unknown>>;
}

/** Stands for BrowserWindow: a context and a page, with the preload in an isolated world of its own. */
export class FakeWindow extends EventEmitter {
  static all: FakeWindow[] = [];
  static surroundings: Surroundings;
  static fromWebContents(contents: FakeContents): FakeWindow {
    return contents.window;
  }
  readonly id = FakeWindow.all.length + 1;
  readonly webContents = new FakeContents(this);
  options: WindowOptions;
  readonly opened: Promise<Page>;
  menu: unknown;
  title = '';
  edited = false;
  destroyed = false;
  fullScreen = false;

  constructor(options: WindowOptions = {}) {
    super();
    this.options = options;
    FakeWindow.all.push(this);
    FakeWindow.surroundings.onContents(this.webContents);
    this.opened = this.#open();
  }

  async #open(): Promise<Page> {
    const { browser, errors } = FakeWindow.surroundings;
    const { width = 800, height = 600, webPreferences = {} } = this.options;
    const context = await browser.newContext({ viewport: { width, height }, reducedMotion: 'reduce' });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE.timeout);
    page.on('pageerror', (error) => errors.push(error));
    const cdp = await context.newCDPSession(page);
    this.webContents.cdp = cdp;
    await cdp.send('Runtime.enable');
    await cdp.send('Page.enable');
    await cdp.send('Runtime.addBinding', { name: 'harnessPost', executionContextName: WORLD });
    cdp.on('Runtime.executionContextCreated', ({ context: world }) => {
      if (world.name === WORLD) this.webContents.world = world.id;
    });
    cdp.on('Runtime.bindingCalled', ({ payload }) => void this.#answer(payload));
    const preload = readFileSync(String(webPreferences.preload), 'utf8');
    const inject = (source: string, worldName?: string): Promise<unknown> =>
      cdp.send('Page.addScriptToEvaluateOnNewDocument', {
        source: `if (window === window.top) (() => {\n${codecSource}\n${source}\n})();`,
        ...(worldName === undefined ? {} : { worldName }),
      });
    await inject(text('main-world.js'));
    await inject(
      `${text('isolated-world.js')}\n((module, exports) => {\n${preload}\n})({ exports: {} }, {});`,
      WORLD,
    );
    return page;
  }

  async #answer(payload: string): Promise<void> {
    const { id, channel, args } = codec.decode(payload) as Invoke;
    try {
      const value = await FakeWindow.surroundings.onInvoke(this.webContents, channel, args);
      await this.webContents.deliver({ id, value });
    } catch (error) {
      const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      await this.webContents.deliver({ id, error: `Error invoking remote method '${channel}': ${said}` });
    }
  }

  async loadURL(url: string): Promise<void> {
    const page = await this.opened;
    this.webContents.url = url;
    await page.goto(FakeWindow.surroundings.toHttp(url));
    this.webContents.emit('did-finish-load');
    this.emit('ready-to-show');
  }
  async reload(): Promise<void> {
    const page = await this.opened;
    await page.reload();
    this.webContents.emit('did-finish-load');
  }
  /** As the window's cross: may be refused. */
  close(): void {
    let refused = false;
    this.emit('close', { preventDefault: () => (refused = true) });
    if (!refused) this.destroy();
  }
  destroy(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    this.emit('closed');
    // The whole browser may be gone by then, and the page with it.
    this.opened.then((page) => page.context().close()).catch(() => undefined);
  }
  isDestroyed(): boolean {
    return this.destroyed;
  }
  setTitle(title: string): void {
    this.title = title;
  }
  represented = '';
  progress = -1;
  setRepresentedFilename(path: string): void {
    this.represented = path;
  }
  setProgressBar(share: number): void {
    this.progress = share;
  }
  setDocumentEdited(edited: boolean): void {
    this.edited = edited;
  }
  setMenu(menu: unknown): void {
    this.menu = menu;
  }
  setFullScreen(on: boolean): void {
    this.fullScreen = on;
  }
  isFullScreen(): boolean {
    return this.fullScreen;
  }
  getNormalBounds() {
    return {
      x: this.options.x ?? 0,
      y: this.options.y ?? 0,
      width: this.options.width ?? 800,
      height: this.options.height ?? 600,
    };
  }
  show(): void {}
  focus(): void {}
}
