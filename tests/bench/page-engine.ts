import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { findChromium, howToGetChromium } from '../../build/chromium.mjs';
import type { CpuPage, PageAsk } from './cpu-page.ts';
import type { Engine } from './turns.ts';

declare const cpuPage: CpuPage;

const switches = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** An inference engine in a headless Chromium of its own. */
export class PageEngine implements Engine {
  readonly name: string;
  /** Threads that the engine says it runs on; not always as many as it was asked for. */
  readonly threads: number;
  readonly createMilliseconds: number | undefined;
  /** Of the browser, as it states it. */
  readonly version: string;
  private readonly page: Page;
  private readonly close: () => Promise<void>;
  private fed: Float32Array | undefined;

  private constructor(
    name: string,
    ready: { readonly threads: number; readonly createMilliseconds?: number },
    version: string,
    page: Page,
    close: () => Promise<void>,
  ) {
    this.name = name;
    this.threads = ready.threads;
    this.createMilliseconds = ready.createMilliseconds;
    this.version = version;
    this.page = page;
    this.close = close;
  }

  /** Starts Chromium on `url` and waits until the page has the network ready. */
  static async start(ask: PageAsk, url: string, flags: readonly string[]): Promise<PageEngine> {
    const executablePath = findChromium();
    if (!executablePath) throw new Error(howToGetChromium);
    const folder = await mkdtemp(join(tmpdir(), 'netwright-page-'));
    const context: BrowserContext = await chromium.launchPersistentContext(folder, {
      executablePath,
      headless: true,
      args: [...switches, ...(flags.length > 0 ? [`--js-flags=${flags.join(' ')}`] : [])],
    });
    const close = async (): Promise<void> => {
      await context.close();
      await rm(folder, { recursive: true, force: true });
    };
    try {
      const page = context.pages()[0] ?? (await context.newPage());
      // A network of half a gigabyte takes its time to arrive.
      page.setDefaultTimeout(300_000);
      page.on('console', (message) => {
        if (message.type() === 'error') console.warn(`${ask.engine}: ${message.text()}`);
      });
      page.on('pageerror', (error) => console.error(error));
      await page.goto(url);
      const ready = await page.evaluate((asked) => cpuPage.open(asked), ask);
      return new PageEngine(ask.engine, ready, context.browser()?.version() ?? '', page, close);
    } catch (error) {
      await close();
      throw error;
    }
  }

  async run(
    data: Float32Array,
    dims: readonly number[],
    wantsData = false,
  ): Promise<{ readonly milliseconds: number; readonly data: Float32Array | undefined }> {
    if (this.fed !== data) {
      await this.page.evaluate(([values, extents]) => cpuPage.feed(values, extents), [
        [...data],
        dims,
      ] as const);
      this.fed = data;
    }
    const result = await this.page.evaluate((wants) => cpuPage.run(wants), wantsData);
    return {
      milliseconds: result.milliseconds,
      data: result.data ? Float32Array.from(result.data) : undefined,
    };
  }

  stop(): Promise<void> {
    return this.close();
  }
}
