import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  atRest,
  chromiumPath,
  command,
  dragFromPalette,
  nodeOf,
  type OpenApp,
  onCanvas,
  openApp,
} from './app.ts';
import { objections } from './axe.ts';

/** A window of 1280×800 at 200 %, and the narrowest one. */
const windows = [
  [640, 400],
  [600, 720],
] as const;

describe.skipIf(!chromiumPath).each(windows)('a window of %i×%i CSS pixels', (width, height) => {
  let app: OpenApp;
  beforeAll(async () => {
    app = await openApp({ width, height });
  });
  afterAll(() => app?.close());

  /** How far a part sticks out of the window, in pixels. */
  async function sticksOut(part: Locator): Promise<number> {
    const box = await part.boundingBox();
    if (!box) throw new Error(`${part} is not shown.`);
    return Math.max(0, -box.x, -box.y, box.x + box.width - width, box.y + box.height - height);
  }
  const inWindow = (part: Locator) => expect.poll(() => sticksOut(part)).toBeLessThanOrEqual(0.5);
  const isWide = () => app.page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
  /** In the dark in one of the windows: colours do not depend on its size. */
  const soundInBoth = async (): Promise<void> => {
    expect(await objections(app.page)).toEqual([]);
    if (width !== windows[0][0]) return;
    await app.page.emulateMedia({ colorScheme: 'dark' });
    expect(await objections(app.page, { colourAlone: true })).toEqual([]);
    await app.page.emulateMedia({ colorScheme: 'light' });
  };

  /** Tables that have to be scrolled sideways. */
  const scrolled = (tables: string): Promise<readonly string[]> =>
    app.page
      .locator(tables)
      .evaluateAll((all) =>
        all
          .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth + 1)
          .map(({ textContent }) => textContent ?? ''),
      );

  test('shows the start page in one column, which is scrolled in one direction', async () => {
    const { page } = app;
    await page.locator('[data-zoo=lenet]').scrollIntoViewIfNeeded();
    await page.locator('[data-zoo=lenet] .miniature').waitFor();
    await inWindow(page.locator('[data-zoo=lenet]'));
    expect(await isWide()).toBe(false);
    await soundInBoth();
    await page.locator('[data-zoo=lenet]').click();
    await nodeOf(page, 'conv1').waitFor();
    await atRest(page);
  });

  test('has all of the toolbar, the tabs and the status in sight, none over another', async () => {
    const { page } = app;
    expect(await isWide()).toBe(false);
    const parts = page.locator('.toolbar > :not(.gauges):visible, .gauge');
    expect(await parts.count()).toBeGreaterThan(6);
    for (const part of await parts.all()) await inWindow(part);
    const lefts = await parts.evaluateAll((all) =>
      all
        .map((part) => part.getBoundingClientRect())
        .sort((a, b) => a.left - b.left)
        .map(({ left, right }) => [left, right] as const),
    );
    expect(lefts.slice(1).filter(([left], i) => left < lefts[i]![1] - 0.5)).toEqual([]);
    for (const part of await page.locator('.status-bar > :visible:not(.spacer, .status-word)').all())
      await inWindow(part);
    // Coming to a tab shows it; what is drawn in three dimensions has its own tests.
    for (const tab of await page.getByRole('tab').all()) {
      if ((await tab.textContent()) === '3D') continue;
      await tab.focus();
      await inWindow(tab);
    }
    await soundInBoth();
  });

  test('keeps layers and parameters in drawers, by button, by F6, and away by Escape', async () => {
    const { page } = app;
    const [palette, inspector] = [page.locator('.palette'), page.locator('.inspector')];
    await expect.poll(() => sticksOut(inspector)).toBeGreaterThan(100);
    await nodeOf(page, 'conv1').click();
    await page.locator('[data-drawer=right]').click();
    await inWindow(inspector);
    await soundInBoth();
    await page.locator('[data-param=channels] input').fill('12');
    await page.keyboard.press('Enter');
    // 12·24²·25 + 50·8²·300 + 405,000.
    await expect.poll(() => page.getByTestId('gauge-macs').textContent()).toContain('1.538 M');
    await inspector.click({ position: { x: 6, y: 6 } });
    await inWindow(inspector);
    await page.keyboard.press('Escape');
    await expect.poll(() => sticksOut(inspector)).toBeGreaterThan(100);
    await page.locator('[data-drawer=left]').click();
    await inWindow(palette);
    await page.locator('[data-drawer=left]').click();
    await expect.poll(() => sticksOut(palette)).toBeGreaterThan(100);
    for (const part of [palette, inspector]) {
      for (let i = 0; i < 6 && !(await part.evaluate((each) => each.contains(document.activeElement))); i++)
        await page.keyboard.press('F6');
      await inWindow(part);
    }
    await page.keyboard.press('Escape');
  });

  test('takes a layer that is dragged out of its drawer', async () => {
    const { page } = app;
    await page.locator('[data-drawer=left]').click();
    await inWindow(page.locator('.palette'));
    await dragFromPalette(page, 'relu', await onCanvas(page, 0.8, 0.9));
    await nodeOf(page, 'relu2').waitFor();
    await page.keyboard.press('Control+z');
    await nodeOf(page, 'relu2').waitFor({ state: 'detached' });
  });

  test('opens nothing that does not fit in it', async () => {
    const { page } = app;
    for (const name of ['File', 'View', 'Export', 'Help']) {
      await page.getByRole('menuitem', { name, exact: true }).click();
      await inWindow(page.getByRole('menu'));
      await page.keyboard.press('End');
      await inWindow(page.getByRole('menu').getByRole('menuitem').last());
      await page.keyboard.press('Escape');
    }
    for (const [name, opened] of [
      ['Settings …', '[data-testid=settings]'],
      ['Keyboard shortcuts', '[role=dialog]'],
      ['Export picture or table …', '[data-testid=export]'],
    ] as const) {
      await command(page, name);
      await inWindow(page.locator(opened).first());
      await page.keyboard.press('Escape');
      await page.locator(opened).first().waitFor({ state: 'detached' });
    }
    await page.getByTestId('gauge-params').click();
    await inWindow(page.locator('.budget-popover'));
    await page.keyboard.press('Escape');
  });

  test('shows what layers cost without giving the table all of the room', async () => {
    const { page } = app;
    await page.getByRole('tab', { name: 'Costs' }).click();
    const inSight = (): Promise<number> =>
      page.locator('.cost-rows').evaluate((rows) => {
        const { top, bottom } = rows.getBoundingClientRect();
        return [...rows.querySelectorAll('.cost-row')].filter((row) => {
          const box = row.getBoundingClientRect();
          return box.top >= top - 1 && box.bottom <= bottom + 1;
        }).length;
      });
    await expect.poll(inSight).toBeGreaterThan(0);
  });

  test('gives a panel all of its room, where a run is begun', async () => {
    const { page } = app;
    await page.getByRole('tab', { name: 'Run' }).click();
    await page.getByRole('button', { name: 'Maximise the panel' }).click();
    await page.getByRole('radio', { name: 'Noise' }).click();
    const run = page.locator('.run-controls button[type=submit]');
    await inWindow(run);
    await run.click();
    await page.locator('.scores:not(.is-older *)').waitFor();
    if (width === windows[0][0]) await expect.poll(() => scrolled('.profile-table')).toEqual([]);
    await page.getByRole('button', { name: 'Give the canvas its room back' }).click();
    await inWindow(page.locator('.canvas'));
  });

  test('shows tables of the reference and of exercises without scrolling them sideways', async () => {
    const { page } = app;
    await command(page, 'Reference');
    const reference = page.getByTestId('reference');
    for (const path of ['layers/resize.md', 'blocks/bottleneck.md', 'rules/README.md', 'rules/networks.md']) {
      await reference.getByRole('button', { name: 'All pages' }).click();
      await reference.locator(`[data-page="${path}"]`).click();
      await reference.locator('.md-table').first().waitFor();
      expect(await scrolled('.md-table')).toEqual([]);
    }
    await page.keyboard.press('Escape');
    await command(page, 'Exercises');
    const question = page.getByRole('button', { name: 'Do not save' });
    await question.or(page.locator('.exercise-table')).first().waitFor();
    if (await question.isVisible()) await question.click();
    await page.locator('.exercise-table').waitFor();
    expect(await scrolled('.exercise-table')).toEqual([]);
    expect(app.complaints).toEqual([]);
  });
});
