import type { Locator, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { chromiumPath, keepPicture, nodeOf, openApp } from './app.ts';

/** Bands are torn where what lies below them ends: the pointer goes to where the layer writes it. */
async function pointAtFirstStep(page: Page, band: Locator): Promise<void> {
  const points = (await band.getAttribute('d'))!
    .match(/[\d.]+,[\d.]+/g)!
    .map((pair) => pair.split(',').map(Number));
  const [[left, top], [right], [, bottom]] = [points[0]!, points[1]!, points.at(-1)!];
  const box = (await page.getByTestId('lifetimes').boundingBox())!;
  await page.mouse.move(box.x + (left! + right!) / 2, box.y + (top! + bottom!) / 2);
}

describe.skipIf(!chromiumPath)('activation memory', () => {
  test.each(['light', 'dark'] as const)(
    'step by step, by convention, and where it fits: %s',
    async (theme) => {
      const app = await openApp({ theme, width: 1280, height: 800 });
      try {
        const { page } = app;
        await page.locator('[data-zoo=mobilenet_v2]').click();
        await nodeOf(page, 'input').waitFor();
        await page.getByRole('tab', { name: 'Profile' }).click();
        await page.getByRole('button', { name: 'Memory', exact: true }).click();
        const view = page.getByTestId('memory-view');
        const alive = view.locator('.lifetime.is-alive');
        await alive.first().waitFor();
        const row = (convention: string) =>
          view.locator('tr', { has: page.locator(`[data-convention=${convention}]`) });
        // In float32 four times the (16 + 96)·112·112 bytes of int8: 5.36 MiB.
        await row('depthwiseInPlace').getByText('5.36 MiB').waitFor();
        await view.locator('[data-convention=depthwiseInPlace]').click();
        await expect.poll(() => alive.count()).toBe(2);
        // A bar lights its node.
        await pointAtFirstStep(page, alive.first());
        await page.locator('.layer-node.is-hovered').first().waitFor();
        await view.getByTestId('patches').click();
        await view.getByTestId('patch-table').getByText('4×4').waitFor();
        await view.getByTestId('best-order').click();
        await view.getByTestId('order-found').first().waitFor();
        await keepPicture(page, `memory-${theme}`);
        // The engine's own: its steps, and the room that its algorithms work in.
        await view.locator('[data-convention=engineArena]').click();
        await row('engineArena').and(page.locator('.is-selected')).waitFor();
        await view.locator('.lifetime.is-alive').first().waitFor();
        await keepPicture(page, `memory-engine-${theme}`);
        await view.locator('[data-convention=depthwiseInPlace]').click();
        // 3,538,984 numbers of weights are 3.4 MiB in int8: no board's flash holds them, one of one's own does.
        const fits = view.getByTestId('targets');
        await fits.locator('[data-target=stm32h743]').getByText('fits').waitFor({ state: 'detached' });
        const own = view.getByLabel('A target');
        await own.fill('2MiB,4MiB');
        await own.press('Enter');
        await fits.locator('[data-target="2MiB,4MiB"]').getByText('fits').waitFor();
        await own.fill('much');
        await view.getByText('Memory and storage, such as').waitFor();
        await fits.scrollIntoViewIfNeeded();
        await keepPicture(page, `memory-fits-${theme}`);
        expect(app.complaints).toEqual([]);
      } finally {
        await app.close();
      }
    },
  );
});
