import { cpus } from 'node:os';
import type { Page } from 'playwright-core';
import { nodeOf, openApp } from '../e2e/app.ts';

const TURN_MS = 6000;
const stage = (page: Page) => page.locator('[data-testid=scene]');

/** Turns the view to and fro with the mouse, so that a frame is drawn for each move. */
async function turn(page: Page): Promise<void> {
  const box = (await stage(page).boundingBox())!;
  const [x, y] = [box.x + box.width / 2, box.y + box.height * 0.9];
  await page.mouse.move(x, y);
  await page.mouse.down();
  const started = performance.now();
  for (let i = 0; performance.now() - started < TURN_MS; i++) {
    await page.mouse.move(x + 120 * Math.sin(i / 15), y - 30 * Math.sin(i / 22));
  }
  await page.mouse.up();
}

/** Script per frame, draw calls and triangles of the 3D view with ResNet-152 opened, in the built app. */
export async function bench(): Promise<string> {
  const app = await openApp({ width: 1440, height: 900 });
  try {
    const { page } = app;
    await page.locator('[data-zoo=resnet152]').click();
    await nodeOf(page, 'conv1').waitFor();
    await page.getByRole('tab', { name: '3D' }).click();
    await stage(page).locator('canvas').first().waitFor();
    await page.locator('.scene-panel select').first().selectOption('layers');
    await page.waitForFunction(
      () => Number(document.querySelector<HTMLElement>('[data-testid=scene]')?.dataset.volumes) > 500,
    );
    await turn(page);
    const { calls, triangles, milliseconds, frame, volumes } = await stage(page).evaluate(({ dataset }) => ({
      ...dataset,
    }));
    const perHundred = Math.round((Number(triangles) / Number(volumes)) * 100);
    return [
      '## 3D view',
      '',
      `ResNet-152 with every block opened (${volumes} volumes), turned with the mouse for ${TURN_MS / 1000} s (${frame} frames) in headless Chromium at 1440×900 without a graphics card. ${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${cpus().length} threads; ${new Date().toISOString().slice(0, 10)}.`,
      '',
      '| what | asked | measured |',
      '|---|---|---|',
      `| draw calls per frame | ≤ 60 | ${calls} |`,
      `| triangles per 100 nodes | ≤ 5,000 | ${perHundred.toLocaleString('en-US')} |`,
      `| script per frame, median | ≤ 4 ms | ${milliseconds} ms |`,
      '',
    ].join('\n');
  } finally {
    await app.close();
  }
}
