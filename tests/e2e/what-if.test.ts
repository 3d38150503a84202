import { describe, expect, test } from 'vitest';
import { atRest, chromiumPath, command, findNode, keepPicture, nodeOf, onCanvas, openApp } from './app.ts';

describe.skipIf(!chromiumPath)('what a change would do', () => {
  test('is seen in gauges and nodes while a number is scrubbed; Escape takes it back', async () => {
    const app = await openApp();
    try {
      const { page } = app;
      await page.locator('[data-zoo=vgg16]').click();
      await findNode(page, 'conv3_2');
      const gauge = page.getByTestId('gauge-params');
      const before = await gauge.getAttribute('title');
      const scrub = page.locator('[data-param=channels] .scrub');
      const box = (await scrub.boundingBox())!;
      await page.mouse.move(box.x + 10, box.y + box.height / 2);
      await page.mouse.down();
      await page.mouse.move(box.x + 130, box.y + box.height / 2, { steps: 6 });
      await nodeOf(page, 'conv3_2').and(page.locator('.is-moving')).waitFor();
      // torchvision's VGG-16 has 138,357,544 parameters.
      await expect.poll(() => gauge.innerText()).toMatch(/138\.4 M → 13\d\.\d+ M/);
      await keepPicture(page, 'what-if-scrub');
      await page.keyboard.press('Escape');
      await page.mouse.up();
      await expect.poll(() => gauge.getAttribute('title')).toBe(before);
      expect(await page.locator('.is-moving').count()).toBe(0);
      expect(app.complaints).toEqual([]);
    } finally {
      await app.close();
    }
  });

  test('is seen from far away, where the figures of a node are too small', async () => {
    const app = await openApp();
    try {
      const { page } = app;
      await page.locator('[data-zoo=resnet152]').click();
      await nodeOf(page, 'conv1').waitFor();
      await atRest(page);
      const canvas = page.locator('.canvas').first();
      const { x, y } = await onCanvas(page, 0.5, 0.5);
      await findNode(page, 'conv1');
      await atRest(page);
      for (const detail of ['name', 'family']) {
        await page.mouse.move(x, y);
        while ((await canvas.getAttribute('data-detail')) !== detail) {
          await page.mouse.wheel(0, 200);
          await atRest(page);
        }
        await page.locator('[data-param=channels]').getByRole('button', { name: 'More' }).hover();
        const moved = nodeOf(page, 'conv1').locator('.layer-moved');
        // 7·7·3·112·112 = 1,843,968 multiply-adds for each of 64 filters, and a step of 1 is 65.
        await expect
          .poll(async () => (await moved.locator('span').allTextContents()).join('').replaceAll(/\s/g, ''))
          .toBe('118M→119.9M');
        expect(await moved.isVisible()).toBe(true);
        expect(await nodeOf(page, 'conv1').locator('.layer-id').isVisible()).toBe(false);
        await keepPicture(page, `what-if-${detail}`);
        await page.mouse.move(x, y);
        await expect.poll(() => page.locator('.layer-moved').count()).toBe(0);
      }
      expect(app.complaints).toEqual([]);
    } finally {
      await app.close();
    }
  });

  test('is seen before a step is taken, and along the curve, which sets the value', async () => {
    const app = await openApp();
    try {
      const { page } = app;
      await page.locator('[data-zoo=vgg16]').click();
      await findNode(page, 'conv3_2');
      const gauge = page.getByTestId('gauge-params');
      const before = await gauge.getAttribute('title');
      const channels = page.locator('[data-param=channels]');
      await channels.getByRole('button', { name: 'More' }).hover();
      await nodeOf(page, 'conv3_2').and(page.locator('.is-moving')).waitFor();
      expect(await gauge.getAttribute('title')).toBe(before);
      await page.mouse.move(600, 300);
      await expect.poll(() => page.locator('.is-moving').count()).toBe(0);
      const curve = page.getByTestId('what-if-curve').locator('svg');
      await curve.locator('circle.is-now').waitFor();
      const box = (await curve.boundingBox())!;
      await page.mouse.move(box.x + box.width / 4, box.y + 20);
      await nodeOf(page, 'conv3_2').and(page.locator('.is-moving')).waitFor();
      await keepPicture(page, 'what-if-curve');
      expect(await gauge.getAttribute('title')).toBe(before);
      await page.mouse.down();
      await page.mouse.up();
      await expect.poll(() => gauge.getAttribute('title')).not.toBe(before);
      const set = Number(await channels.locator('input').inputValue());
      // A quarter along a range that ends at twice the 256 filters of today.
      expect(set).toBeGreaterThan(90);
      expect(set).toBeLessThan(170);
      await command(page, 'Undo');
      await expect.poll(() => gauge.getAttribute('title')).toBe(before);
      expect(app.complaints).toEqual([]);
    } finally {
      await app.close();
    }
  });
});
