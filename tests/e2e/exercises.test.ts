import { describe, expect, test } from 'vitest';
import { atRest, chromiumPath, command, keepPicture, nodeOf, openApp } from './app.ts';

describe.skipIf(!chromiumPath)('exercises', () => {
  test('are shown beside the canvas and judged live, in cells and in the design', async () => {
    const app = await openApp();
    try {
      const { page } = app;
      await page.locator('.start-learn [data-command=exercises]').click();
      await nodeOf(page, 'conv1').waitFor();
      const exercise = page.getByTestId('exercise');
      // What is to be worked out is nowhere in the window: not by the layer, its wires, the inspector or the costs.
      const told = (): Promise<string> =>
        page.evaluate(() => {
          const outside = [...document.querySelectorAll('body *')].filter(
            (element) => !element.closest('[data-testid=exercise]'),
          );
          const said = outside.flatMap((element) => [
            element.getAttribute('title'),
            element.getAttribute('aria-label'),
            ...[...element.childNodes].flatMap((node) => (node instanceof Text ? node.data : [])),
          ]);
          return said.join('\n').replaceAll(/[,\s]/g, '');
        });
      await nodeOf(page, 'conv1').click();
      await page.locator('[data-param=kernel]').first().waitFor();
      for (const figure of ['64×56×56', '72855552', '72.86M']) expect(await told()).not.toContain(figure);
      await exercise.locator('[data-cell="conv1.macs"]').fill('72,855,552');
      await exercise.locator('[data-cell="conv1.macs"].is-right').waitFor();
      await exercise.locator('[data-cell="conv1.shape"]').fill('64x55x55');
      await exercise.locator('[data-cell="conv1.shape"].is-wrong').waitFor();
      expect(await told()).not.toContain('64×56×56');
      await exercise.locator('[data-cell="conv1.shape"]').fill('64x56x56');
      await exercise.locator('[data-cell="conv1.shape"].is-right').waitFor();
      await expect.poll(told).toContain('64×56×56');
      await expect.poll(told).toContain('72855552');
      await atRest(page);
      await keepPicture(page, 'exercise-table');
      for (let number = 2; number <= 10; number++) {
        await exercise.getByRole('button', { name: 'The next exercise' }).click();
        await exercise.getByText(`Exercise ${number} of 10`).waitFor();
      }
      await exercise.getByText('See more for the same').waitFor();
      await exercise.getByRole('button', { name: 'A hint' }).click();
      await exercise.getByText('Dilation spreads').waitFor();
      await exercise.locator('[data-met=false]', { hasText: 'Receptive field' }).waitFor();
      await command(page, '简体中文');
      await page.getByTestId('exercise').getByText('感受野').first().waitFor();
      await keepPicture(page, 'exercise-zh');
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
