import { describe, expect, test } from 'vitest';
import { chromiumPath, command, findNode, keepPicture, nodeOf, openApp } from './app.ts';

describe.skipIf(!chromiumPath)('a node becomes another kind', () => {
  test('its difference is seen first, it keeps its wires, and one step brings it back', async () => {
    const app = await openApp({ theme: 'dark' });
    try {
      const { page } = app;
      await page.locator('[data-zoo=vgg16]').click();
      await findNode(page, 'conv3_2');
      const gauge = page.getByTestId('gauge-params');
      const before = await gauge.getAttribute('title');
      await page.getByTestId('swap').click();
      const choice = page.locator('[data-swap=separableConv]');
      await choice.hover();
      await nodeOf(page, 'conv3_2').and(page.locator('.is-moving')).waitFor();
      expect(await gauge.getAttribute('title')).toBe(before);
      await keepPicture(page, 'swap');
      await choice.click();
      await nodeOf(page, 'conv3_2').and(page.locator('[data-kind=separableConv]')).waitFor();
      // 9·256 + 256² weights and 256 biases in place of 9·256² and 256.
      await expect
        .poll(async () => Number((await gauge.getAttribute('title'))!.replace(/\D/g, '')))
        .toBe(138_357_544 + 9 * 256 + 256 * 256 - 9 * 256 * 256);
      await command(page, 'Undo');
      await expect.poll(() => gauge.getAttribute('title')).toBe(before);
      expect(app.complaints).toEqual([]);
    } finally {
      await app.close();
    }
  });
});
