import { describe, expect, test } from 'vitest';
import { chromiumPath, command, findNode, nodeOf, openApp } from './app.ts';

describe.skipIf(!chromiumPath)('the cost profile', () => {
  test('is in step with the canvas, both ways, and tells what a layer costs', async () => {
    const app = await openApp();
    try {
      const { page } = app;
      await page.locator('[data-zoo=alexnet]').click();
      await nodeOf(page, 'input').waitFor();
      await page.getByRole('tab', { name: 'Profile' }).click();
      const chart = page.getByTestId('profile');
      await chart.locator('svg').waitFor();
      for (const row of ['Multiply-adds', 'Parameters', 'Activation memory', 'Running peak'])
        await chart.getByText(row, { exact: true }).waitFor();

      // Canvas to chart: what is selected there is marked here.
      await findNode(page, 'conv3');
      await chart.locator('.profile-mark.is-selected[data-node=conv3]').waitFor();

      await page.keyboard.press('1');
      await nodeOf(page, 'fc6').waitFor();
      // Chart to canvas: the pointer over a column marks its node and tells its figures; a click selects it.
      const isPointedAt = async () => {
        const bar = await chart.locator('[data-id=fc6]').nth(1).boundingBox();
        if (bar) await page.mouse.move(bar.x + bar.width / 2, bar.y + bar.height / 2);
        return nodeOf(page, 'fc6').and(page.locator('.is-hovered')).isVisible();
      };
      await expect.poll(isPointedAt).toBe(true);
      await expect.poll(() => page.getByTestId('profile-card').innerText()).toContain('37,752,832');
      await page.mouse.down();
      await page.mouse.up();
      await nodeOf(page, 'fc6').and(page.locator('.is-selected')).waitFor();

      // Two designs overlaid: the pinned one stays as outlines.
      await expect.poll(() => chart.locator('svg rect[stroke]').count()).toBe(0);
      await command(page, 'Pin as baseline');
      await chart.locator('svg rect[stroke]').first().waitFor({ state: 'attached' });
      await expect
        .poll(() => chart.locator('svg rect[stroke]').count())
        .toBe(await chart.locator('svg rect[data-id]').count());
      expect(app.complaints).toEqual([]);
    } finally {
      await app.close();
    }
  });
});
