import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, keepPicture, type OpenApp, openApp } from './app.ts';
import { openSpec } from './opening.ts';

/** Of two activations in a row, of which a rule says that one is enough. */
const doubled = {
  netwright: 2,
  name: 'Doubled',
  nodes: [
    { id: 'input', kind: 'input', params: { shape: [3, 16, 16] } },
    { id: 'conv', kind: 'conv2d', from: 'input', params: { channels: 8, padding: 1 } },
    { id: 'relu1', kind: 'relu', from: 'conv' },
    { id: 'relu2', kind: 'relu', from: 'relu1' },
    { id: 'output', kind: 'output', from: 'relu2' },
  ],
  layout: { input: [0, 0], conv: [240, 0], relu1: [480, 0], relu2: [720, 0], output: [960, 0] },
};

describe.skipIf(!chromiumPath)('the start page, and words in passing', () => {
  let app: OpenApp;
  let page: Page;
  beforeAll(async () => {
    app = await openApp({ width: 1280, height: 800 });
    page = app.page;
  });
  afterAll(() => app?.close());

  test('has networks by family, analysed when they come into view, in both themes', async () => {
    const family = page.locator('[data-family=ResNet]');
    expect(await family.locator('.card').count()).toBeGreaterThan(3);
    // Nobody has looked at them yet.
    expect(await family.locator('.card-costs b').count()).toBe(0);
    await keepPicture(page, 'start-top');
    await family.scrollIntoViewIfNeeded();
    await expect.poll(() => family.locator('.card-costs b').count()).toBeGreaterThan(0);
    await page.locator('[data-family=MobileNet]').scrollIntoViewIfNeeded();
    await page.locator('[data-family=MobileNet] .card-costs b').first().waitFor();
    await keepPicture(page, 'start-families');
    await page.emulateMedia({ colorScheme: 'dark' });
    await keepPicture(page, 'start-families-dark');
    await page.emulateMedia({ colorScheme: 'light' });
  });

  test('finds networks by name, year and family', async () => {
    const field = page.getByLabel('Find a network');
    await field.fill('vgg');
    await expect.poll(() => page.locator('[data-family=VGG] .card').count()).toBe(8);
    await keepPicture(page, 'start-search');
    await field.fill('xyzzy');
    await page.getByText('No network of that name.').waitFor();
    await field.fill('resnet 34');
    await page.locator('[data-zoo=resnet34]').click();
    await page.locator('.layer-node').first().waitFor();
  });

  test('Enter sets the budget and closes it', async () => {
    await page.getByTestId('gauge-params').click();
    const limit = page.getByLabel('Limit');
    await limit.fill('30M');
    await limit.press('Enter');
    await limit.waitFor({ state: 'detached' });
    await expect.poll(() => page.getByTestId('gauge-params').innerText()).toContain('of 30 M');
  });

  test('saving says so, in passing', async () => {
    await page.keyboard.press('Control+s');
    const word = page.getByTestId('word');
    await expect.poll(() => word.innerText()).toMatch(/^Saved as .+\.json$/);
    await keepPicture(page, 'saved');
  });

  test('Silence takes its reason at once', async () => {
    await openSpec(app, doubled);
    await page.getByRole('tab', { name: /Problems/ }).click();
    const panel = page.getByTestId('panels');
    await panel.locator('.finding').getByRole('button', { name: 'Silence', exact: true }).first().click();
    await page.keyboard.type('Kept for the lecture');
    await page.keyboard.press('Enter');
    await panel.getByRole('button', { name: 'Silenced' }).click();
    await panel.getByText('Silenced: Kept for the lecture').waitFor();
    expect(app.complaints).toEqual([]);
  });
});
