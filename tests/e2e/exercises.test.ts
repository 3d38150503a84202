import { describe, expect, test } from 'vitest';
import { atRest, chromiumPath, command, nodeOf, screenshots } from './app.ts';
import { inOneBrowser } from './one-browser.ts';

const openApp = inOneBrowser();

describe.skipIf(!chromiumPath)('exercises', () => {
  test('are shown beside the canvas and judged live, in cells and in the design', async () => {
    const app = await openApp();
    try {
      const { page } = app;
      await page.locator('.start-learn [data-command=exercises]').click();
      await nodeOf(page, 'conv1').waitFor();
      const exercise = page.getByTestId('exercise');
      await exercise.locator('[data-cell="conv1.macs"]').fill('72,855,552');
      await exercise.locator('[data-cell="conv1.macs"].is-right').waitFor();
      await exercise.locator('[data-cell="conv1.shape"]').fill('64x55x55');
      await exercise.locator('[data-cell="conv1.shape"].is-wrong').waitFor();
      await atRest(page);
      await page.screenshot({ path: `${screenshots}/exercise-table.png` });
      for (let i = 0; i < 9; i++) await exercise.getByRole('button', { name: 'The next exercise' }).click();
      await exercise.getByText('See more for the same').waitFor();
      await exercise.getByRole('button', { name: 'A hint' }).click();
      await exercise.getByText('Dilation spreads').waitFor();
      await exercise.locator('[data-met=false]', { hasText: 'Receptive field' }).waitFor();
      await command(page, '简体中文');
      await page.getByTestId('exercise').getByText('感受野').first().waitFor();
      await page.screenshot({ path: `${screenshots}/exercise-zh.png` });
      expect(app.complaints).toEqual([]);
    } finally {
      await app.close();
    }
  });

  test('a design is shared as a link that opens it', async () => {
    const app = await openApp();
    try {
      const { page } = app;
      await page.locator('[data-zoo=lenet]').click();
      await nodeOf(page, 'conv1').waitFor();
      await command(page, 'Share as a link');
      const link = await page.evaluate(() => navigator.clipboard.readText());
      expect(link).toContain('#netwright-design-1.');
      await page.goto('about:blank');
      await page.goto(link);
      await nodeOf(page, 'conv1').waitFor();
      expect(new URL(page.url()).hash).toBe('');
      expect(app.complaints).toEqual([]);
    } finally {
      await app.close();
    }
  });
});
