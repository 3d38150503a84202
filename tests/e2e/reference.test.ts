import { describe, expect, test } from 'vitest';
import { atRest, chromiumPath, command, findNode, keepPicture, nodeOf, onCanvas, openApp } from './app.ts';

describe.skipIf(!chromiumPath)('the reference', () => {
  test('F1 opens the page of a node; an example is dragged from it; search and links lead on', async () => {
    const app = await openApp({ theme: 'dark' });
    try {
      const { page } = app;
      await page.locator('[data-zoo=lenet]').click();
      await nodeOf(page, 'conv1').waitFor();
      await findNode(page, 'conv1');
      await page.keyboard.press('F1');
      const reference = page.getByTestId('reference');
      await reference.locator('[data-page="layers/conv2d.md"] h2', { hasText: 'Conv2d' }).waitFor();
      // On the start page the networks are looked at.
      await command(page, 'Start page');
      await reference.waitFor({ state: 'detached' });
      await page.locator('[data-zoo=lenet]').click();
      await findNode(page, 'conv1');
      await page.keyboard.press('F1');
      await atRest(page);
      await keepPicture(page, 'reference-page-dark');
      const example = reference.locator('[data-example="conv2d#0"]');
      await example.scrollIntoViewIfNeeded();
      const from = (await example.boundingBox())!;
      const to = await onCanvas(page, 0.3, 0.85);
      await page.mouse.move(from.x + 30, from.y + 8);
      await page.mouse.down();
      await page.mouse.move(from.x, from.y + 12, { steps: 3 });
      await page.mouse.move(to.x, to.y, { steps: 8 });
      await page.mouse.up();
      await page.locator('.layer-node.is-selected', { hasText: '11×11' }).waitFor();
      await keepPicture(page, 'reference-dragged-dark');
      await reference.getByRole('searchbox').fill('aggressive stem');
      await page.keyboard.press('Enter');
      await reference.locator('article[data-page="rules/aggressive-stem.md"]').waitFor();
      await reference.getByRole('button', { name: 'late-downsampling' }).click();
      await reference.locator('article[data-page="rules/late-downsampling.md"]').waitFor();
      await reference.getByRole('button', { name: 'Back' }).click();
      await reference.locator('article[data-page="rules/aggressive-stem.md"]').waitFor();
      await page.keyboard.press('Escape');
      await reference.waitFor({ state: 'detached' });
      expect(app.complaints).toEqual([]);
    } finally {
      await app.close();
    }
  });

  test('is at hand before there is a design', async () => {
    const app = await openApp();
    try {
      const { page } = app;
      await page.keyboard.press('F1');
      const reference = page.getByTestId('reference');
      await reference.locator('[data-page="layers/relu.md"]').waitFor();
      await keepPicture(page, 'reference-list');
      await reference.locator('[data-page="costs.md"]').click();
      await reference.locator('h2', { hasText: 'What is counted' }).waitFor();
      expect(app.complaints).toEqual([]);
    } finally {
      await app.close();
    }
  });
});
