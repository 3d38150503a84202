import { expect, test } from 'vitest';
import { chromiumPath, nodeOf, openApp } from './app.ts';

test.skipIf(!chromiumPath)(
  'fitting to a budget says the width that it took, until something else changes',
  async () => {
    const app = await openApp();
    try {
      const { page } = app;
      await page.locator('[data-zoo=resnet18]').click();
      await nodeOf(page, 'conv1').waitFor();
      const gauge = page.getByTestId('gauge-macs');
      await gauge.click();
      await page.getByLabel('Limit').fill('1G');
      await page.getByRole('button', { name: 'Set the limit' }).click();
      await page.getByRole('button', { name: 'Fit to budget' }).click();
      const told = page.getByRole('status').filter({ hasText: 'Width' });
      await told.waitFor();
      const [, width, amount] =
        /^Width (0\.\d+)×: (\d+\.?\d*) M multiply-adds$/.exec(await told.innerText()) ?? [];
      // Multiply-adds go with the square of the width, and ResNet-18 has 1.81 G of them.
      expect(Number(width)).toBeGreaterThan(0.65);
      expect(Number(width)).toBeLessThan(0.85);
      expect(Number(amount)).toBeLessThanOrEqual(1000);
      expect(Number((await gauge.getAttribute('title'))!.replace(/\D/g, ''))).toBeLessThanOrEqual(1e9);
      await page.keyboard.press('Escape');
      await page.keyboard.press('Control+z');
      await gauge.click();
      expect(await told.count()).toBe(0);
      await page.keyboard.press('Escape');
      // Bytes are told as such, and limits on them read as people write them.
      const memory = page.getByTestId('gauge-memory');
      await memory.click();
      const now = page.locator('.budget-popover .figures dd').first();
      expect(await now.innerText()).toMatch(/^[\d,]+ B$/);
      await page.getByLabel('Limit').fill('64MiB');
      await page.getByRole('button', { name: 'Set the limit' }).click();
      await expect.poll(() => page.locator('.budget-popover .figures').innerText()).toContain('67,108,864 B');
      await memory.and(page.locator('.is-within')).waitFor();
      await page.keyboard.press('Escape');
      // A share of nothing yet is one of the design as it is: 11,689,512 parameters.
      const params = page.getByTestId('gauge-params');
      await params.click();
      await page.getByLabel('Limit').fill('+5%');
      await page.locator('.budget-popover').getByText('the design as it is now becomes it').waitFor();
      await page.getByRole('button', { name: 'Set the limit' }).click();
      await expect.poll(() => page.locator('.budget-popover .figures').innerText()).toContain('12,273,987');
      await params.and(page.locator('.is-within')).waitFor();
      expect(app.complaints).toEqual([]);
    } finally {
      await app.close();
    }
  },
);

test.skipIf(!chromiumPath)('a fix that finds no way says so, instead of doing nothing', async () => {
  const app = await openApp();
  try {
    const { page } = app;
    await page.locator('[data-zoo=resnet18]').click();
    await nodeOf(page, 'conv1').waitFor();
    await page.getByTestId('gauge-macs').click();
    await page.getByLabel('Limit').fill('1000');
    await page.getByRole('button', { name: 'Set the limit' }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('tab', { name: /Problems/ }).click();
    await page.locator('[data-rule=over-budget] .button.is-primary').click();
    await page.getByTestId('notice').getByText('Nothing was changed').waitFor();
    expect(app.complaints).toEqual([]);
  } finally {
    await app.close();
  }
});
