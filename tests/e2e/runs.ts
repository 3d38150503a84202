import type { Page } from 'playwright-core';
import { runScores } from './app.ts';

/** Runs what is open with noise, which is the same each time; the names and scores that are shown. */
export async function runWithNoise(page: Page): Promise<string> {
  await page.getByRole('tab', { name: 'Run' }).click();
  await page.getByRole('radio', { name: 'Noise' }).click();
  await runScores(page);
  return (await page.getByTestId('scores').innerText()).replaceAll(/\s+/g, ' ');
}
