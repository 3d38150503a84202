import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { serve } from '../../build/serve.mjs';
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
    context = await browser.newContext({ locale: 'en-US' });
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
    context = await browser.newContext({ locale: 'en-US' });
    const first = await drawn();
    const second = await drawn();
    expect(await question(second).count()).toBe(0);
    await first.close();
    await second.reload();
    await question(second).waitFor();
  });

  it('can be done where the browser keeps nothing, which is told', async () => {
    context = await browser.newContext({ locale: 'en-US' });
    await context.addInitScript(() => {
      const blocked = (): never => {
        throw new DOMException('Access is denied for this document.', 'SecurityError');
      };
      Object.defineProperty(window, 'localStorage', { get: blocked });
      Object.defineProperty(window, 'indexedDB', { get: blocked });
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
