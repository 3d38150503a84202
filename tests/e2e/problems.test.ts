import { expect, test } from 'vitest';
import { rules } from '../../shared/lint/rules.ts';
import { chromiumPath, nodeOf, openApp } from './app.ts';

test.skipIf(!chromiumPath)(
  'a pack is chosen and seen to hold at once; all findings of a rule are mended together, and undone together',
  async () => {
    const app = await openApp();
    try {
      const { page } = app;
      await page.locator('[data-zoo=alexnet]').click();
      await nodeOf(page, 'conv1').waitFor();
      await page.getByRole('tab', { name: /Problems/ }).click();
      // What the layers cost that findings stand at is read whole, however narrow the bar above is.
      expect(await page.getByTestId('found-cost').innerText()).toMatch(
        /findings? · .* multiply-adds \(\d+ %\)$/,
      );
      const isCut = (element: Element) => element.scrollWidth > element.clientWidth + 1;
      expect(await page.getByTestId('found-cost').evaluate(isCut)).toBe(false);
      await page.getByTestId('choose-rules').click();
      const standing = page.getByTestId('packs-standing');
      const before = await standing.innerText();
      await page.getByTestId('packs').getByLabel('VGG', { exact: true }).click();
      await expect.poll(() => standing.innerText()).not.toBe(before);
      await page.keyboard.press('Escape');
      await page.getByTestId('grouping').selectOption('rule');
      const group = page.locator('[data-group=vgg-conv-3x3]');
      const cards = group.locator('article');
      const many = await cards.count();
      expect(many).toBeGreaterThan(1);
      await group.locator('[data-fix-all]').click();
      const outcome = page.getByTestId('fix-all');
      expect(await outcome.innerText()).toMatch(/Multiply-adds [+−]/);
      await outcome.getByRole('button', { name: 'Apply' }).click();
      await expect.poll(() => cards.count()).toBeLessThan(many);
      await page.keyboard.press('Control+z');
      await expect.poll(() => cards.count()).toBe(many);
      await cards.first().getByRole('button', { name: 'vgg-conv-3x3' }).click();
      const rulePage = page.getByTestId('rule-page');
      expect(await rulePage.innerText()).toContain(`In this design: ${many} findings`);
      // Each example of the rule with what it finds there, as on its page of the reference.
      const examples = await rulePage.locator('details').allInnerTexts();
      expect(examples).toHaveLength(rules['vgg-conv-3x3']!.examples.length);
      for (const text of examples) expect(text).toMatch(/: (nothing to say|finds .+)$/);
      // What it finds fault with, opened in the place of this design, is found fault with there.
      const bad = rules['vgg-conv-3x3']!.examples.find(({ finds }) => finds.length > 0)!;
      await rulePage.locator('details', { hasText: bad.title }).locator('summary').click();
      await rulePage.getByRole('button', { name: 'Open this example' }).filter({ visible: true }).click();
      await page.getByRole('button', { name: 'Do not save' }).click();
      await rulePage.waitFor({ state: 'detached' });
      await nodeOf(page, bad.finds[0]!).waitFor();
      await expect.poll(() => cards.count()).toBe(bad.finds.length);
      expect(app.complaints).toEqual([]);
    } finally {
      await app.close();
    }
  },
);
