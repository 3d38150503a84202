import type { Page } from 'playwright-core';

/** Runs what is open with noise, which is the same each time; the names and scores that are shown. */
export async function runWithNoise(page: Page): Promise<string> {
  await page.getByRole('tab', { name: 'Run' }).click();
  await page.getByRole('radio', { name: 'Noise' }).click();
  await page.locator('.run-controls button[type=submit]').click();
  return (await page.getByTestId('scores').innerText()).replaceAll(/\s+/g, ' ');
}
