import { decode } from 'fast-png';
import { describe, expect, test } from 'vitest';
import { chromiumPath, keepPicture, openApp } from './app.ts';

describe.skipIf(!chromiumPath)('measured times', () => {
  test('what another tool measured is a table and heat on the canvas, and can be removed', async () => {
    const app = await openApp();
    const { page } = app;
    try {
      await page.getByRole('button', { name: /^Digits trained/ }).click();
      await page.getByTestId('pad').waitFor();
      await app.offer(
        'profile.csv',
        new TextEncoder().encode('name,ms\nconv1 + relu1,3\nconv2,1\nreorder,0.5\n'),
      );
      await page.keyboard.press('Control+k');
      await page.keyboard.type('Open measured times');
      await page.keyboard.press('Enter');
      const times = page.getByTestId('measured-times');
      await times.waitFor();
      await expect.poll(() => times.textContent()).toContain('profile.csv by table: 4.50 ms in all.');
      await expect.poll(() => times.locator('tbody tr').first().textContent()).toContain('conv1 + relu1');
      await expect.poll(() => times.locator('tbody tr').last().textContent()).toContain('of no layer');
      await page.getByLabel('Strips show').selectOption('time');
      await expect.poll(() => page.getByTestId('node-conv1').textContent()).toContain('3.00 ms');
      // Along depth and in space the same, of all thirteen layers: what was fused has one time, as a share of the longest.
      await page.getByRole('tab', { name: 'Profile' }).click();
      const warmth = () =>
        page
          .locator('.profile-heat')
          .evaluateAll((bands) => bands.map((band) => Number((band as HTMLElement).style.opacity)));
      await expect.poll(warmth).toHaveLength(13);
      const [first = 0, second = 0, third = 0] = await warmth();
      expect([second / first, third / first]).toEqual([1, expect.closeTo(1 / 3, 2)]);
      await page.getByRole('tab', { name: '3D' }).click();
      await page.getByTestId('scene-heat').filter({ hasText: 'Red: 3.00 ms' }).waitFor();
      const reds = async (): Promise<number> => {
        const { data, channels } = decode(await page.getByTestId('scene').screenshot());
        let count = 0;
        for (let i = 0; i < data.length; i += channels)
          if (data[i]! - Math.max(data[i + 1]!, data[i + 2]!) > 80) count++;
        return count;
      };
      await expect.poll(reds).toBeGreaterThan(1000);
      await page.getByLabel('Strips show').selectOption('macs');
      await expect.poll(reds).toBeLessThan(100);
      await page.getByRole('tab', { name: 'Run' }).click();
      // Another measurement beside it: what one fused the other ran in parts, and both are one row.
      await app.offer(
        'later.csv',
        new TextEncoder().encode('name,ms\nconv1,1\nrelu1,1\nconv2,1.5\ncopy,0.25\n'),
      );
      await times.getByRole('button', { name: 'Compare with other times …' }).click();
      const together = page.getByTestId('times-together');
      await together.waitFor();
      const rowOf = (text: string) => together.locator('tr', { hasText: text });
      await expect.poll(() => rowOf('conv1').textContent()).toContain('3.0002.000−1.000');
      await expect.poll(() => rowOf('conv2').textContent()).toContain('1.0001.500+0.500 +50 %');
      await expect.poll(() => rowOf('of no layer').textContent()).toContain('0.5000.250');
      await expect.poll(() => rowOf('in all').textContent()).toContain('4.5003.750');
      await keepPicture(page, 'times-together');
      await times.getByRole('button', { name: 'No longer compare' }).click();
      await expect.poll(() => together.count()).toBe(0);
      await times.getByRole('button', { name: 'Remove' }).click();
      await expect.poll(() => times.count()).toBe(0);
      expect(app.complaints.filter((text) => !/GPU stall|THREE\.Clock/.test(text))).toEqual([]);
    } finally {
      await app.close();
    }
  });

  test('a run asks to measure the machine for its roofline, which can be cancelled', async () => {
    const app = await openApp();
    const { page } = app;
    try {
      await page.getByRole('button', { name: /^Digits trained/ }).click();
      await page.getByRole('radio', { name: 'Noise' }).click();
      await page.locator('.run-controls button[type=submit]').click();
      await page.getByTestId('time').waitFor();
      await page.getByRole('button', { name: 'Roofline', exact: true }).click();
      await page.getByRole('button', { name: /^Measure this machine/ }).click();
      await page.getByText('Measuring this machine').waitFor();
      await page.locator('.profile-views').getByRole('button', { name: 'Cancel' }).click();
      await page.getByRole('button', { name: /^Measure this machine/ }).waitFor();
      expect(app.complaints).toEqual([]);
    } finally {
      await app.close();
    }
  });
});
