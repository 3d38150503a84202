import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { dataFile, insideModel, outsideModel } from '../fuzz/external-model.ts';
import { chromiumPath, type OpenApp, offerTogether, openApp } from './app.ts';
import { runWithNoise } from './runs.ts';

const MODEL = 'small.onnx';
const DATA = 'small.onnx.data';
const outside = outsideModel(DATA);

/** Drops files on the window, as a file manager does. */
async function drop(page: Page, files: Readonly<Record<string, Uint8Array>>): Promise<void> {
  const plain = Object.entries(files).map(([name, bytes]) => [name, [...bytes]] as const);
  await page.evaluate((given) => {
    const dataTransfer = new DataTransfer();
    for (const [name, bytes] of given) dataTransfer.items.add(new File([new Uint8Array(bytes)], name));
    for (const type of ['dragover', 'drop']) {
      window.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
    }
  }, plain);
}

const isOpen = (page: Page, name: string): Promise<void> =>
  expect.poll(() => page.title()).toBe(`${name} — Netwright`);

describe.skipIf(!chromiumPath)('a model with its weights in a file beside it, in the browser', () => {
  /** Scores of the same network with its weights inside. */
  async function expectedScores({ page, offer }: OpenApp): Promise<string> {
    await offer('inside.onnx', insideModel);
    await page.keyboard.press('Control+o');
    await isOpen(page, 'inside');
    return runWithNoise(page);
  }

  test('both files dropped together: it runs with them', async () => {
    const app = await openApp();
    const { page } = app;
    try {
      const expected = await expectedScores(app);
      await drop(page, { [DATA]: dataFile, [MODEL]: outside });
      await isOpen(page, 'small');
      await expect.poll(() => page.getByTestId('weights-cover').textContent()).toBe('all 1 loaded');
      expect(await runWithNoise(page)).toBe(expected);
      expect(app.complaints).toEqual([]);
    } finally {
      await app.close();
    }
  });

  test('both files picked together: the recent file has them both again', async () => {
    const app = await openApp();
    const { page } = app;
    try {
      await app.offer(DATA, dataFile);
      await app.offer(MODEL, outside);
      await offerTogether(page, [DATA, MODEL]);
      await page.keyboard.press('Control+o');
      await isOpen(page, 'small');
      await page.reload();
      await page.locator('.file-list button', { hasText: MODEL }).click();
      await isOpen(page, 'small');
      await page.getByRole('tab', { name: 'Run', exact: true }).click();
      await expect.poll(() => page.getByTestId('weights-cover').textContent()).toBe('all 1 loaded');
      await expect.poll(() => page.getByTestId('question').count()).toBe(0);
      expect(app.complaints).toEqual([]);
    } finally {
      await app.close();
    }
  });

  test('the model alone: it is asked for the other file by its name', async () => {
    const app = await openApp();
    const { page } = app;
    try {
      const expected = await expectedScores(app);
      await drop(page, { [MODEL]: outside });
      const question = page.getByTestId('question');
      await expect.poll(() => question.textContent()).toContain(DATA);
      await app.offer(DATA, dataFile);
      await question.locator('[data-choice=choose]').click();
      await question.waitFor({ state: 'detached' });
      await isOpen(page, 'small');
      expect(await runWithNoise(page)).toBe(expected);

      await drop(page, { 'other.onnx': outside });
      await question.locator('[data-choice=without]').click();
      await isOpen(page, 'other');
      expect(await runWithNoise(page)).not.toBe(expected);
      await expect.poll(() => page.getByTestId('weights-cover').count()).toBe(0);

      // Too short a file is another model's, and what is open stays.
      await drop(page, { [MODEL]: outside, [DATA]: dataFile.slice(0, 100) });
      const notice = page.getByTestId('notice');
      await expect.poll(() => notice.textContent()).toContain('496');
      await isOpen(page, 'other');
      expect(app.complaints).toEqual([]);
    } finally {
      await app.close();
    }
  });
});
