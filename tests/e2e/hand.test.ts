import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { atRest, chromiumPath, nodeOf, type OpenApp, openApp } from './app.ts';

/** Of two activations in a row, of which a rule says that one is enough; nothing else is wrong. */
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

describe.skipIf(!chromiumPath)('the hand', () => {
  let app: OpenApp;
  let page: Page;
  beforeAll(async () => {
    app = await openApp();
    page = app.page;
  });
  afterAll(() => app?.close());

  /** Opens a design in place of the one that is open. */
  async function open(spec: { readonly name: string; readonly nodes: readonly { readonly id: string }[] }) {
    await app.offer(`${spec.name}.netwright.json`, new TextEncoder().encode(JSON.stringify(spec)));
    await page.keyboard.press('Control+o');
    const question = page.getByRole('button', { name: 'Do not save' });
    const first = nodeOf(page, spec.nodes[0]!.id);
    await expect
      .poll(async () => {
        if (await question.isVisible()) await question.click();
        return (await page.title()).includes(spec.name) && first.isVisible();
      })
      .toBe(true);
    await atRest(page);
  }

  describe('one broken card never takes the window', () => {
    beforeEach(() => open(doubled));

    test('Why and Preview are opened and closed', async () => {
      // As today's Chromium has it; an older one gives nothing back.
      await page.evaluate(() => {
        const scroll = Element.prototype.scrollIntoView;
        Element.prototype.scrollIntoView = function (this: Element, ...how) {
          scroll.apply(this, how);
          return Promise.resolve();
        };
      });
      await page.getByRole('tab', { name: 'Problems' }).click();
      const card = page.getByTestId('panels').locator('.finding').first();
      for (const name of ['Preview', 'Why', 'Preview']) {
        const button = card.getByRole('button', { name });
        await button.click();
        await card.locator('.why').waitFor();
        await button.click();
        await card.locator('.why').waitFor({ state: 'detached' });
      }
      await card.getByRole('button', { name: 'Why' }).click();
      await page.getByRole('tab', { name: 'Costs' }).click();
      await nodeOf(page, 'conv').click();
      await expect.poll(() => page.locator('#node-name').inputValue()).toBe('conv');
      expect(app.complaints).toEqual([]);
    });

    test('a part that breaks says so, is copied, and is tried again', async () => {
      await page.evaluate(() => {
        const split = Reflect.get(String.prototype, 'split') as (...by: unknown[]) => string[];
        Object.assign(window, { mendSplit: () => Object.assign(String.prototype, { split }) });
        Object.assign(String.prototype, {
          split(this: string, ...by: unknown[]) {
            if (by[0] === '\n\n') throw new Error('No paragraphs today');
            return split.apply(this, by);
          },
        });
      });
      await nodeOf(page, 'conv').click();
      const broken = page.getByRole('alert');
      await broken.waitFor();
      await expect.poll(() => broken.innerText()).toContain('Inspector broke');
      await page.screenshot({ path: 'out/screenshots/broken-part.png' });
      await broken.getByRole('button', { name: 'Copy details' }).click();
      await broken.getByRole('button', { name: 'Copied' }).waitFor();
      expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('No paragraphs today');
      // All the rest works on: the design is changed from the canvas, and what was selected no more is shown.
      await page.keyboard.press('Escape');
      await nodeOf(page, 'relu2').click();
      await page.keyboard.press('Control+Delete');
      await nodeOf(page, 'relu2').waitFor({ state: 'detached' });
      await broken.waitFor({ state: 'detached' });
      await nodeOf(page, 'conv').click();
      await broken.waitFor();
      await page.evaluate(() => Reflect.apply(Reflect.get(window, 'mendSplit'), undefined, []));
      await broken.getByRole('button', { name: 'Try again' }).click();
      await expect.poll(() => page.locator('#node-name').inputValue()).toBe('conv');
      app.complaints.splice(0);
    });
  });
});
