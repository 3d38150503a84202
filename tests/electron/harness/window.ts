import { EventEmitter } from 'node:events';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { codec, ShownPage } from './shown-page.ts';

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
  shown: ShownPage | undefined;

  constructor(window: FakeWindow) {
    super();
    this.window = window;
  }
  get cdp(): CDPSession | undefined {
    return this.shown?.cdp;
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
    try {
      await this.shown?.deliver(message);
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

/** Stands for BrowserWindow. */
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
  readonly #shown: Promise<ShownPage>;
  /** What it showed is of nobody, or of another window. */
  gone: Promise<void> | undefined;
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
    this.#shown = this.#open();
    this.opened = this.#shown.then(({ page }) => page);
  }

  async #open(): Promise<ShownPage> {
    const { browser, errors } = FakeWindow.surroundings;
    const { width = 800, height = 600, webPreferences = {} } = this.options;
    const shown = await ShownPage.for({
      browser,
      preload: String(webPreferences.preload),
      width,
      height,
      owner: { call: (payload) => void this.#answer(payload), fault: (error) => void errors.push(error) },
    });
    if (!this.destroyed) this.webContents.shown = shown;
    return shown;
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
    const shown = await this.#shown;
    this.webContents.url = url;
    await shown.goto(FakeWindow.surroundings.toHttp(url));
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
    this.webContents.shown = undefined;
    // The whole browser may be gone by then, and the page with it.
    this.gone = this.#shown.then((shown) => shown.giveBack()).catch(() => undefined);
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
