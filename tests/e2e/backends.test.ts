import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, nodeOf, type OpenApp, openApp } from './app.ts';

async function openLenet({ page }: OpenApp): Promise<void> {
  await page.locator('[data-zoo=lenet]').click();
  await nodeOf(page, 'conv1').waitFor();
  await page.getByRole('tab', { name: 'Run' }).click();
  await page.getByRole('radio', { name: 'Noise' }).click();
}

/** Runs on what the list of backends calls `value`; the line that says where it ran and why, if there is one. */
async function runOn(page: Page, value: string): Promise<string> {
  await page.getByLabel('Backend').selectOption(value);
  await page.getByTestId('panels').getByRole('button', { name: 'Run', exact: true }).click();
  await page.getByTestId('panels').getByRole('button', { name: 'Run', exact: true }).waitFor();
  await page.locator('[data-testid=scores]').waitFor();
  return page.locator('.scores').innerText();
}

/** What `auto` has kept in the browser's storage. */
const kept = (page: Page): Promise<number> =>
  page.evaluate(
    () =>
      new Promise<number>((resolve, reject) => {
        const opening = indexedDB.open('netwright');
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const found = opening.result.transaction('host').objectStore('host').get('auto-choices');
          found.onerror = () => reject(found.error);
          found.onsuccess = () => {
            opening.result.close();
            resolve(Array.isArray(found.result) ? found.result.length : 0);
          };
        };
      }),
  );

describe.skipIf(!chromiumPath)('backends in the Run view', () => {
  let app: OpenApp;
  beforeAll(async () => {
    app = await openApp();
    await openLenet(app);
  });
  afterAll(() => app?.close());

  test('the list names the graphics device once the worker has answered', async () => {
    const option = app.page.getByLabel('Backend').locator('option[value=webgl]');
    // The first question for a device starts it, which on a machine with other work takes longer than anything else here.
    await expect.poll(() => option.getAttribute('title'), { timeout: 150_000 }).not.toBe('');
    await expect.poll(() => option.isDisabled()).toBe(false);
  });

  test('WebGL runs when it is asked for', async () => {
    expect(await runOn(app.page, 'webgl')).toMatch(/Backend\s+webgl/);
    await expect.poll(() => app.page.locator('[data-testid=backend-reason]').count()).toBe(0);
  });

  test('the fastest says what it was chosen for, and is remembered when the app is opened again', async () => {
    const { page } = app;
    await runOn(page, 'auto');
    const reason = await page.locator('[data-testid=backend-reason]').innerText();
    // The only device here may be a software rasteriser, which is not tried.
    expect(reason).toMatch(/^(cpu|webgl): .*(measured here|software rasteriser|offers no WebGL2)/);
    await expect.poll(() => kept(page)).toBe(1);
    await page.reload();
    await openLenet(app);
    await runOn(page, 'auto');
    await expect.poll(() => page.locator('[data-testid=backend-reason]').innerText()).toBe(reason);
    await expect.poll(() => kept(page)).toBe(1);
    expect(app.complaints.filter((text) => !text.includes('GL Driver Message'))).toEqual([]);
  });
});
