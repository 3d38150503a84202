import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, command, findNode, nodeOf, type OpenApp, openApp } from './app.ts';

describe.skipIf(!chromiumPath)('a window of 1024×700', () => {
  let app: OpenApp;
  beforeAll(async () => {
    app = await openApp({ width: 1024, height: 700 });
    await app.page.locator('[data-zoo=googlenet]').click();
    await nodeOf(app.page, 'conv1').waitFor();
  });
  afterAll(() => app?.close());

  const box = async (locator: Locator) => {
    const at = await locator.boundingBox();
    if (!at) throw new Error(`${locator} is not shown.`);
    return { ...at, right: at.x + at.width, bottom: at.y + at.height };
  };
  const panel = () => box(app.page.locator('.panels'));
  /** Texts of which the end is cut off. */
  const cut = (selector: string): Promise<readonly string[]> =>
    app.page
      .locator(selector)
      .evaluateAll((cells) =>
        cells.filter((cell) => cell.scrollWidth > cell.clientWidth + 1).map((cell) => cell.textContent ?? ''),
      );

  test('nothing lies over the design when all of it is in sight; the map is there when it is not', async () => {
    const { page } = app;
    const map = page.locator('.react-flow__minimap');
    await map.waitFor({ state: 'detached' });
    await findNode(page, 'inception4a');
    await map.waitFor();
    await command(page, 'Fit the design');
    await map.waitFor({ state: 'detached' });
  });

  test('the table of costs shows its totals in full', async () => {
    const { page } = app;
    await expect.poll(() => cut('.cost-row.is-total .number')).toEqual([]);
    const space = async () => (await panel()).right - (await box(page.getByTestId('total-operations'))).right;
    await expect.poll(space).toBeGreaterThan(0);
  });

  test('the comparison shows what every change costs, and can be pinned', async () => {
    const { page } = app;
    await page.getByRole('tab', { name: 'Compare' }).click();
    await page.locator('.compare select').selectOption('alexnet');
    await page.locator('[data-change=removed]').first().waitFor();
    await expect.poll(() => cut('.compare-table .number')).toEqual([]);
    for (const part of ['.compare-table tfoot td >> nth=-1', '.compare [data-command=pin]']) {
      const space = async () => (await panel()).right - (await box(page.locator(part))).right;
      await expect.poll(space, { message: part }).toBeGreaterThanOrEqual(0);
    }
  });

  test('a run can be started from its panel without scrolling, and the button covers nothing for good', async () => {
    const { page } = app;
    await page.getByRole('tab', { name: 'Run' }).click();
    const controls = page.locator('.run-controls');
    const button = controls.locator('button[type=submit]');
    const inSight = async (of: Locator) => {
      const [at, around] = [await box(of), await box(controls)];
      return at.y >= around.y - 1 && at.bottom <= around.bottom + 1;
    };
    expect(await inSight(button)).toBe(true);
    const last = controls.locator('.run-weights');
    await last.scrollIntoViewIfNeeded();
    await controls.evaluate((element) => element.scrollTo(0, element.scrollHeight));
    expect(await inSight(button)).toBe(true);
    expect((await box(last)).bottom).toBeLessThanOrEqual((await box(button)).y + 1);
  });

  test('what a fix would do is brought into sight when asked for', async () => {
    const { page } = app;
    await command(page, 'AlexNet');
    await nodeOf(page, 'fc6').waitFor();
    await page.getByRole('tab', { name: /Problems/ }).click();
    const finding = page.locator('[data-rule=prefer-gap-over-large-fc]');
    await finding.getByRole('button', { name: 'Preview' }).click();
    const shown = finding.locator('.why');
    await shown.waitFor();
    const below = async () => (await box(shown)).bottom - (await box(page.locator('.problem-list'))).bottom;
    await expect.poll(below).toBeLessThanOrEqual(1);
  });

  test('the search puts what was meant first: nodes and layers by name, by short name', async () => {
    const { page } = app;
    await page.keyboard.press('Control+k');
    await page.locator('[cmdk-input]').fill('pool');
    const chosen = page.locator('[cmdk-item][data-selected=true]');
    await expect.poll(() => chosen.textContent()).toContain('pool1');
    await page.locator('[cmdk-input]').fill('gap');
    await expect.poll(() => chosen.textContent()).toContain('Add Global average pool');
    await page.keyboard.press('Enter');
    await page.locator('.layer-node[data-kind=globalAvgPool]').waitFor();
  });

  test('in the narrowest window nothing lies over anything else, and every panel can be reached', async () => {
    const { page } = app;
    const parts = page.locator('.toolbar > :not(.gauges):visible, .gauge');
    const overlaps = async (): Promise<number> => {
      const places = await parts.evaluateAll((all) =>
        all.map((part) => part.getBoundingClientRect()).map(({ left, right }) => [left, right] as const),
      );
      const inOrder = places.filter(([left, right]) => right > left).sort(([x], [y]) => x - y);
      expect(inOrder.length).toBeGreaterThan(7);
      return inOrder.slice(1).filter(([left], i) => left < inOrder[i]![1]).length;
    };
    // With panes at the sides, and with drawers instead of them.
    for (const width of [1000, 860]) {
      await page.setViewportSize({ width, height: 640 });
      // The panes follow the window when they hear of its new size.
      await expect.poll(async () => (await panel()).right > 800).toBe(width === 860);
      await expect.poll(overlaps).toBe(0);
      for (const tab of await page.getByRole('tab').all()) {
        // What is drawn in three dimensions has its own tests.
        if ((await tab.textContent()) === '3D') continue;
        await tab.click();
        await expect.poll(() => cut('.panel-tabs, .gauge, .cost-rows, .panels .button')).toEqual([]);
      }
    }
    await page.locator('.search-button').click();
    await page.keyboard.press('Escape');
  });

  test('the page complained of nothing', () => expect(app.complaints).toEqual([]));
});
