import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { atRest, chromiumPath, findNode, type OpenApp, openApp } from './app.ts';
import { openZoo } from './opening.ts';

describe.skipIf(!chromiumPath)('the canvas', () => {
  let app: OpenApp;
  let page: Page;
  beforeAll(async () => {
    app = await openApp();
    page = app.page;
  });
  afterAll(() => app?.close());

  test('a change that multiplies the total is told at once, with undo and what if', async () => {
    await openZoo(app, 'resnet50');
    await findNode(page, 'layer3.0');
    const pill = page.getByTestId('growth');
    const stride = page.locator('.inspector [data-param=stride] input').first();
    expect(await pill.count()).toBe(0);
    await stride.fill('1');
    await stride.press('Enter');
    await expect.poll(() => pill.innerText()).toMatch(/Multiply-adds ×2\.6: 4\.089 G → 10\.\d+ G/);
    // Quietly: it takes no focus.
    expect(await pill.evaluate((box) => box.contains(document.activeElement))).toBe(false);
    await page.screenshot({ path: 'out/screenshots/growth.png' });
    await pill.getByRole('button', { name: 'What if …' }).click();
    const compare = page.getByTestId('compare');
    await compare.locator('[data-change=changed]', { hasText: 'layer3.0' }).first().waitFor();
    await expect.poll(() => compare.locator('select').innerText()).toContain('before “');
    await page.screenshot({ path: 'out/screenshots/growth-what-if.png' });
    expect(await pill.count()).toBe(0);
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+Shift+z');
    await page.keyboard.press('Control+z');
    await atRest(page);
    await stride.fill('1');
    await stride.press('Enter');
    await pill.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => stride.inputValue()).toBe('2');
    expect(await pill.count()).toBe(0);
    expect(app.complaints).toEqual([]);
  });
});
