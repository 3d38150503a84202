import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { atRest, chromiumPath, command, nodeOf, type OpenApp, openApp } from './app.ts';
import { openSpec, openZoo } from './opening.ts';

/** Two convolutions of 512 filters over large maps, and one that no known shape reaches: totals are "at least". */
const unfinished = {
  netwright: 3,
  name: 'Unfinished',
  nodes: [
    { id: 'input', kind: 'input', params: { shape: [3, 1024, 1024] } },
    { id: 'conv1', kind: 'conv2d', from: 'input', params: { channels: 512, padding: 1 } },
    { id: 'conv2', kind: 'conv2d', from: 'conv1', params: { channels: 512, padding: 1 } },
    { id: 'output', kind: 'output', from: 'conv2' },
    { id: 'lone', kind: 'conv2d', params: { channels: 8 } },
  ],
  layout: { input: [0, 0], conv1: [260, 0], conv2: [520, 0], output: [780, 0], lone: [260, 200] },
};
/** Of 3×3 filters over 1024² positions: 3 → 512 and 512 → 512 channels. */
const MACS = 9 * 1024 ** 2 * (3 * 512 + 512 * 512);

const cut = (page: Page, selector: string): Promise<readonly string[]> =>
  page
    .locator(selector)
    .evaluateAll((cells) =>
      cells.filter((cell) => cell.scrollWidth > cell.clientWidth + 1).map((cell) => cell.textContent ?? ''),
    );

/** Texts that lie over one another, or over what they do not belong to, each as both of them. */
const collisions = (page: Page, texts: string, others: string): Promise<readonly string[]> =>
  page.evaluate(
    ([mine, theirs]) => {
      const shown = (selector: string) =>
        [...document.querySelectorAll(selector)].flatMap((element) => {
          const range = document.createRange();
          range.selectNodeContents(element);
          // Of a text what is written of it, of a box all of it.
          const box = element.matches('.stage-band')
            ? range.getBoundingClientRect()
            : element.getBoundingClientRect();
          const { color } = getComputedStyle(element);
          return box.width > 0 && !/, 0\)$/.test(color) ? [{ element, box }] : [];
        });
      const found: string[] = [];
      for (const { element: a, box: one } of shown(mine))
        for (const { element: b, box: two } of shown(theirs)) {
          if (a === b) continue;
          const across = Math.min(one.right, two.right) - Math.max(one.left, two.left);
          const down = Math.min(one.bottom, two.bottom) - Math.max(one.top, two.top);
          if (across > 1 && down > 1) found.push(`${a.textContent} / ${b.textContent}`);
        }
      return found;
    },
    [texts, others] as const,
  );

describe.skipIf(!chromiumPath).each([
  [1280, 800],
  [1440, 900],
])('in a window of %d×%d', (width, height) => {
  let app: OpenApp;
  beforeAll(async () => {
    app = await openApp({ width, height });
  });
  afterAll(() => app?.close());

  test('figures are shown in full, also those that say "at least"', async () => {
    const { page } = app;
    await openSpec(app, unfinished);
    const total = page.getByTestId('total-operations');
    await expect.poll(() => total.innerText()).toBe(`≥ ${MACS.toLocaleString('en-US')}`);
    await expect.poll(() => cut(page, '.cost-table .number, .gauge-title, .gauge-value')).toEqual([]);
  });

  test.each(['resnet50', 'googlenet'])(
    '%s: no label lies on another, on a layer, or on a chip',
    async (name) => {
      const { page } = app;
      await openZoo(app, name);
      await command(page, 'Fit the design');
      await page.locator('.stage-band').first().waitFor({ state: 'attached' });
      await atRest(page);
      const bands = await page.locator('.stage-band').allInnerTexts();
      expect(bands.join('\n')).toMatch(/^\d+×\d+ · (depth \d+ · )?[\d.]+ %/m);
      const labels = '.wire-shape, .stage-band';
      await expect.poll(() => collisions(page, labels, `${labels}, .layer-node`)).toEqual([]);
      await expect.poll(() => cut(page, '.cost-table .number')).toEqual([]);
      await page.getByRole('tab', { name: 'Fitting' }).click();
      await page.locator('.stage-chips').first().waitFor();
      const chips = '.stage-chips';
      await expect.poll(() => collisions(page, chips, `${labels}, ${chips}`)).toEqual([]);
      const canvas = (await page.locator('.canvas').boundingBox())!;
      const ends = await page
        .locator(chips)
        .evaluateAll((all) => all.map((each) => each.getBoundingClientRect().right));
      for (const end of ends) expect(end).toBeLessThanOrEqual(canvas.x + canvas.width);
      await page.getByRole('tab', { name: 'Costs' }).click();
      await nodeOf(page, 'input').waitFor();
    },
  );
});

describe.skipIf(!chromiumPath)('in a window of 1024×768', () => {
  test('the names of layers and their figures are shown in full', async () => {
    const app = await openApp({ width: 1024, height: 768 });
    try {
      await openZoo(app, 'googlenet');
      await app.page.locator('.cost-row[data-row=maxpool1]').waitFor();
      const texts = '.cost-rows [role=rowheader], .cost-table .number';
      await expect.poll(() => cut(app.page, texts)).toEqual([]);
    } finally {
      await app.close();
    }
  });
});
