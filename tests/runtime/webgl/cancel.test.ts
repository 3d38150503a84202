import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, type OpenPage, openPage } from './browser.ts';
import type { CancelPage } from './cancel-page.ts';

declare const cancelPage: CancelPage;

let browser: OpenPage;
beforeAll(async () => {
  if (chromiumPath) browser = await openPage(fileURLToPath(new URL('cancel-page.ts', import.meta.url)));
});
afterAll(async () => {
  await browser?.close();
});

const MIB = 2 ** 20;

describe.skipIf(!chromiumPath)('cancelled by a message, WebGL stops handing out work', () => {
  test('while large weights are packed and uploaded', async () => {
    const outcome = await browser.page.evaluate((at) => cancelPage.cancelPreparation('uploads', at), 8 * MIB);
    expect(outcome.whole).toBeGreaterThan(49 * MIB);
    expect(outcome.error).toBe('AbortError');
    // What was being packed, and at most one piece more.
    expect(outcome.before).toBeLessThanOrEqual(12 * MIB);
    expect(outcome.after).toBeLessThanOrEqual(8 * MIB);
    expect(outcome.left).toBe(0);
  });

  test('while shaders are compiled', async () => {
    const outcome = await browser.page.evaluate(() => cancelPage.cancelPreparation('draws', 2));
    expect(outcome.whole).toBeGreaterThanOrEqual(8);
    expect(outcome).toMatchObject({ error: 'AbortError', before: 2, left: 0 });
    expect(outcome.after).toBeLessThanOrEqual(1);
  });

  test('in the middle of one long pass', async () => {
    const outcome = await browser.page.evaluate(() => cancelPage.cancelLongPass(2));
    expect(outcome.whole).toBeGreaterThanOrEqual(8);
    expect(outcome).toMatchObject({ error: 'AbortError', before: 2, left: 0 });
    expect(outcome.after).toBeLessThanOrEqual(2);
  });

  test('and while another run is under way, at once', async () => {
    const order = await browser.page.evaluate(() => cancelPage.cancelWaiting());
    expect(order).toEqual(['second AbortError', 'first finished']);
  });

  test('and while a lost context is waited for', async () => {
    expect(await browser.page.evaluate(() => cancelPage.cancelWhileLost())).toBe('AbortError');
  });
});
