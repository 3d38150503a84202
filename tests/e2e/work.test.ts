import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { serve } from '../../build/serve.mjs';
import { wholeOf } from '../../renderer/documents/work-journal.ts';
import { startHistory } from '../../shared/graph/history.ts';
import { zooEntry } from '../../shared/zoo/index.ts';
import { chromiumPath, sharedChromium } from '../chromium.ts';
import { nodeOf } from './app.ts';

const PATIENCE = { timeout: 50_000 };

describe.skipIf(!chromiumPath)('work in a browser (needs Chromium)', () => {
  let browser: Browser;
  let server: Awaited<ReturnType<typeof serve>>;
  let context: BrowserContext;
  beforeAll(async () => {
    browser = await sharedChromium();
    server = await serve(join(import.meta.dirname, '../../out/renderer'));
  });
  afterAll(() => server.close());
  afterEach(() => context.close());

  async function tab(): Promise<Page> {
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE.timeout);
    await page.goto(server.url);
    await page.getByTestId('start').waitFor();
    return page;
  }
  async function drawn(): Promise<Page> {
    const page = await tab();
    await page.locator('[data-zoo=lenet]').click();
    await nodeOf(page, 'conv1').waitFor();
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Delete');
    await expect.poll(() => page.title(), PATIENCE).toMatch(/^• /);
    return page;
  }
  const question = (page: Page) => page.getByTestId('question');

  it('is there again after the page has ended, with what can be undone', async () => {
    context = await browser.newContext({ locale: 'en-US', reducedMotion: 'reduce' });
    const before = await drawn();
    // As a crash: nothing of the page runs any more.
    await before.close({ runBeforeUnload: false });
    const page = await tab();
    await question(page).getByText('LeNet').waitFor();
    await page.keyboard.press('Escape');
    await page.close();

    const later = await tab();
    await question(later).locator('[data-choice=restore]').click();
    await expect.poll(() => later.title(), PATIENCE).toMatch(/^• /);
    await later.keyboard.press('Control+z');
    await nodeOf(later, 'conv1').waitFor();
  });

  it('of one tab is not offered by another, nor dropped, while the tab lives', async () => {
    context = await browser.newContext({ locale: 'en-US', reducedMotion: 'reduce' });
    const first = await drawn();
    const second = await drawn();
    expect(await question(second).count()).toBe(0);
    await first.close();
    await second.reload();
    await question(second).waitFor();
  });

  /** Lines of journals in the database. */
  const inDatabase = (page: Page): Promise<number> =>
    page.evaluate(
      () =>
        new Promise<number>((resolve, reject) => {
          const opening = indexedDB.open('netwright');
          opening.onerror = () => reject(opening.error);
          opening.onsuccess = () => {
            const counting = opening.result.transaction('journals').objectStore('journals').count();
            counting.onsuccess = () => {
              opening.result.close();
              resolve(counting.result);
            };
          };
        }),
    );

  it('that an earlier version kept in the database is offered, and lies in a file from then on', async () => {
    context = await browser.newContext({ locale: 'en-US', reducedMotion: 'reduce' });
    const before = await tab();
    const design = { ...zooEntry('lenet')!.build(), name: 'Of before' };
    const line = {
      text: wholeOf({ history: startHistory(design), trail: [], selection: [] }),
      name: 'Of before',
    };
    await before.evaluate(
      (entry) =>
        new Promise<void>((resolve, reject) => {
          const opening = indexedDB.open('netwright', 2);
          opening.onupgradeneeded = () => {
            for (const name of ['host', 'journals']) opening.result.createObjectStore(name);
          };
          opening.onerror = () => reject(opening.error);
          opening.onsuccess = () => {
            const writing = opening.result.transaction('journals', 'readwrite');
            writing.objectStore('journals').put({ ...entry, time: 1, clean: false }, ['before', 0]);
            writing.oncomplete = () => {
              opening.result.close();
              resolve();
            };
          };
        }),
      line,
    );
    await before.close({ runBeforeUnload: false });
    const page = await tab();
    await question(page).getByText('Of before').waitFor();
    await question(page).locator('[data-choice=restore]').click();
    await nodeOf(page, 'conv1').waitFor();
    await expect.poll(() => inDatabase(page), PATIENCE).toBe(0);
    await page.close({ runBeforeUnload: false });
    const later = await tab();
    await question(later).getByText('Of before').waitFor();
  });

  it('is kept in the database where the page has no files of its own, which is told once', async () => {
    context = await browser.newContext({ locale: 'en-US', reducedMotion: 'reduce' });
    await context.addInitScript(() => {
      Reflect.deleteProperty(StorageManager.prototype, 'getDirectory');
    });
    const before = await tab();
    await before.getByText('Work is kept in the browser’s database').waitFor();
    await before.getByTestId('notice').getByRole('button', { name: 'Close' }).click();
    await before.locator('[data-zoo=lenet]').click();
    await nodeOf(before, 'conv1').waitFor();
    await before.keyboard.press('Control+a');
    await before.keyboard.press('Delete');
    await expect.poll(() => inDatabase(before), PATIENCE).toBeGreaterThan(1);
    await before.close({ runBeforeUnload: false });
    const page = await tab();
    await question(page).locator('[data-choice=restore]').click();
    await expect.poll(() => page.title(), PATIENCE).toMatch(/^• /);
    expect(await page.getByTestId('notice').count()).toBe(0);
  });

  it('can be done where the browser keeps nothing, which is told', async () => {
    context = await browser.newContext({ locale: 'en-US', reducedMotion: 'reduce' });
    await context.addInitScript(() => {
      const blocked = (): never => {
        throw new DOMException('Access is denied for this document.', 'SecurityError');
      };
      Object.defineProperty(window, 'localStorage', { get: blocked });
      Object.defineProperty(window, 'indexedDB', { get: blocked });
      Object.defineProperty(StorageManager.prototype, 'getDirectory', { get: blocked });
    });
    const page = await tab();
    await page.getByTestId('notice').first().waitFor();
    await page.locator('[data-zoo=lenet]').click();
    await nodeOf(page, 'conv1').waitFor();
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Delete');
    await expect.poll(() => page.title(), PATIENCE).toMatch(/^• /);
    await page.getByText('Work that is not saved cannot be kept').waitFor();
  });
});
