import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { isEmptied, noteGiven } from '../../e2e/reuse.ts';
import { PATIENCE } from './built.ts';

const text = (name: string): string => readFileSync(join(import.meta.dirname, name), 'utf8');
const codecSource = text('codec.js');
const WORLD = 'electron-preload';

interface Codec {
  encode(value: unknown): string;
  decode(text: string): unknown;
}
/** The very text that runs in the page. */
export const codec = new Function(`${codecSource}; return codec;`)() as Codec;

/** Whose page it is. */
interface Owner {
  /** Told what the page calls. */
  call(payload: string): void;
  fault(error: unknown): void;
}

interface Given {
  readonly browser: Browser;
  readonly preload: string;
  readonly width: number;
  readonly height: number;
  readonly owner: Owner;
}

/** Pages whose app has ended and left nothing: another is started there in a fraction of the time that a new page takes. */
const spare: ShownPage[] = [];
const MOST_SPARE = 2;
/** A page that has not ended its app by then is busy with something else. */
const MOST_WAIT = 2000;

/** A page in a context of its own, with the preload in an isolated world: of one window, and then of another. */
export class ShownPage {
  readonly page: Page;
  readonly cdp: CDPSession;
  readonly #preload: string;
  #owner: Owner | undefined;
  #world: number | undefined;
  #address = '';
  /** Its app has ended, and another can be started. */
  #hasEnded = false;
  /** How many documents it has shown: one alone is as it was when it was noted. */
  #documents = 0;

  private constructor(page: Page, cdp: CDPSession, preload: string) {
    this.page = page;
    this.cdp = cdp;
    this.#preload = preload;
  }

  static async for({ browser, preload, width, height, owner }: Given): Promise<ShownPage> {
    const at = spare.findIndex(
      (one) => one.#preload === preload && one.page.context().browser() === browser && !one.page.isClosed(),
    );
    const found = at < 0 ? undefined : spare.splice(at, 1)[0];
    const shown = found ?? (await ShownPage.#open(browser, preload));
    shown.#owner = owner;
    await shown.page.setViewportSize({ width, height });
    return shown;
  }

  static async #open(browser: Browser, preload: string): Promise<ShownPage> {
    const context = await browser.newContext({ reducedMotion: 'reduce' });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE.timeout);
    const cdp = await context.newCDPSession(page);
    const shown = new ShownPage(page, cdp, preload);
    page.on('pageerror', (error) => shown.#owner?.fault(error));
    page.on('domcontentloaded', () => shown.#documents++);
    await cdp.send('Runtime.enable');
    await cdp.send('Page.enable');
    await cdp.send('Runtime.addBinding', { name: 'harnessPost', executionContextName: WORLD });
    cdp.on('Runtime.executionContextCreated', ({ context: world }) => {
      if (world.name === WORLD) shown.#world = world.id;
    });
    cdp.on('Runtime.bindingCalled', ({ payload }) => shown.#owner?.call(payload));
    const inject = (source: string, worldName?: string): Promise<unknown> =>
      cdp.send('Page.addScriptToEvaluateOnNewDocument', {
        source: `if (window === window.top) (() => {\n${codecSource}\n${source}\n})();`,
        ...(worldName === undefined ? {} : { worldName }),
      });
    await inject(text('main-world.js'));
    await inject(
      `${text('isolated-world.js')}\n((module, exports) => {\n${readFileSync(preload, 'utf8')}\n})({ exports: {} }, {});`,
      WORLD,
    );
    return shown;
  }

  /** Shows what is at an address, in a new document where its app has not just ended in this one. */
  async goto(url: string): Promise<void> {
    const hasEnded = this.#hasEnded && this.#address === url;
    this.#hasEnded = false;
    this.#address = url;
    if (hasEnded) {
      await this.#callPreload('harnessAgain');
      await this.page.evaluate((address) => {
        history.replaceState(null, '', address);
        return window.appHere.start();
      }, url);
      return;
    }
    await this.page.goto(url);
    if (await this.page.evaluate(() => 'appHere' in window)) await noteGiven(this.page);
  }

  async deliver(message: unknown): Promise<void> {
    await this.#callPreload('harnessDeliver', codec.encode(message));
  }

  async #callPreload(name: string, ...given: readonly string[]): Promise<void> {
    if (this.#world === undefined) return;
    await this.cdp.send('Runtime.callFunctionOn', {
      executionContextId: this.#world,
      functionDeclaration: 'function (name, ...given) { globalThis[name](...given); }',
      arguments: [name, ...given].map((value) => ({ value })),
    });
  }

  /** Its window has gone: nobody is told anything more, and another window gets it where it is as it was. */
  async giveBack(): Promise<void> {
    this.#owner = undefined;
    const late = new Promise<false>((then) => setTimeout(then, MOST_WAIT, false).unref());
    const isFit =
      this.#documents === 1 &&
      spare.length < MOST_SPARE &&
      (await Promise.race([isEmptied(this.page).catch(() => false), late]));
    if (!isFit) return this.page.context().close();
    this.#hasEnded = true;
    spare.push(this);
  }
}
