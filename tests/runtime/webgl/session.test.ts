import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, type OpenPage, openPage } from './browser.ts';
import type { SessionPage } from './session-page.ts';

declare const sessionPage: SessionPage;

let browser: OpenPage;
beforeAll(async () => {
  if (chromiumPath) browser = await openPage(fileURLToPath(new URL('session-page.ts', import.meta.url)));
});
afterAll(async () => {
  await browser?.close();
});

describe.skipIf(!chromiumPath)('sessions on WebGL', () => {
  test('weights of another shape are refused before the device is touched', async () => {
    const found = await browser.page.evaluate(() => sessionPage.misfit());
    expect(found).toEqual({ code: 'weights-do-not-fit', contexts: 0 });
  });

  test('share one context, at the same time, after each other and after a cancelled one', async () => {
    const found = await browser.page.evaluate(() => sessionPage.together());
    expect(found).toEqual({ right: [true, true, true, true], contexts: 1 });
  });

  test('have a new one after it was lost for good', async () => {
    const found = await browser.page.evaluate(() => sessionPage.anew());
    expect(found).toEqual({ code: 'webgl-context-lost', right: true, contexts: 1 });
  });
});
