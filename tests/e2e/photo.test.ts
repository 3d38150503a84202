import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { chromiumPath, openApp } from './app.ts';

const reference =
  process.env.NETWRIGHT_REFERENCE ?? fileURLToPath(new URL('../../../shared/reference', import.meta.url));
const model = join(reference, 'models/squeezenet_fp16/squeezenet1.1_fp32.onnx');
const photo = join(reference, 'images/ortex_goldfish.jpg');

describe.skipIf(!chromiumPath || !existsSync(model) || !existsSync(photo))(
  'a trained model on a photograph',
  () => {
    test('SqueezeNet, opened from ONNX, sees the goldfish', async () => {
      const app = await openApp();
      try {
        const { page } = app;
        await app.offer('squeezenet.onnx', readFileSync(model));
        await page.keyboard.press('Control+o');
        await page.locator('.layer-node').first().waitFor();
        await app.offer('goldfish.jpg', readFileSync(photo));
        await page.getByRole('tab', { name: 'Run' }).click();
        await page.locator('.drop-zone button').first().click();
        await page.locator('.drop-zone img').waitFor();
        // This model was trained on blue, green, red, 0 to 255, less the mean.
        await page.getByTestId('preprocessing').click();
        await page.getByLabel('As trained').selectOption('caffe');
        await page.keyboard.press('Escape');
        await page.locator('.run-controls button[type=submit]').click();
        expect(await page.locator('[data-testid=scores] .score-name').first().textContent()).toContain(
          'goldfish',
        );
        expect(app.complaints).toEqual([]);
      } finally {
        await app.close();
      }
    });
  },
);
