import { expect, test } from 'vitest';
import { chromiumPath, nodeOf, openApp } from './app.ts';

test.skipIf(!chromiumPath)(
  'a rule is written in a form: its mistake is told with its place, what it finds is lit, it is kept and undone',
  async () => {
    const app = await openApp();
    try {
      const { page } = app;
      await page.locator('[data-zoo=alexnet]').click();
      await nodeOf(page, 'conv1').waitFor();
      await page.getByRole('tab', { name: /Problems/ }).click();
      await page.locator('.problems').getByRole('button', { name: 'Own rules' }).click();
      const pane = page.getByTestId('own-rules');
      await pane.getByRole('button', { name: 'New rule' }).click();
      const type = (field: string, text: string) => pane.locator(`[data-field=${field}]`).fill(text);
      await type('id', 'narrow');
      await type('kind', 'conv2d');
      await type('when', 'out.chanels > 200');
      await pane.getByText('Did you mean "out.channels"?').waitFor();
      const keep = pane.getByRole('button', { name: 'Keep the rule' });
      expect(await keep.isDisabled()).toBe(true);
      await type('when', 'out.channels > 200');
      // Of AlexNet's five convolutions (64, 192, 384, 256 and 256 filters) three give more than 200.
      await pane.getByText('Looks at 5 layers; broken at 3.').waitFor();
      const lit = page.locator('.layer-node.is-broken-by-rule');
      await expect.poll(() => lit.count()).toBe(3);
      expect(await page.locator('.layer-node.is-looked-at-by-rule').count()).toBe(2);
      await type('message', '"{name}" has {out.channels} filters.');
      await expect.poll(() => keep.isEnabled()).toBe(true);
      await keep.click();
      await pane.locator('[data-own-rule=narrow]').getByText('3 findings').waitFor();
      await expect.poll(() => lit.count()).toBe(0);
      await page
        .getByTestId('problems')
        .getByText(/384 filters/)
        .waitFor();
      const card = page.getByTestId('problems').locator('[data-rule=narrow]').first();
      await card.getByRole('button', { name: 'Why' }).click();
      await card.locator('.why code', { hasText: 'out.channels > 200' }).waitFor();
      expect(await card.locator('.why').innerText()).toContain('kind: conv2d');
      await page.keyboard.press('Control+z');
      await expect.poll(() => pane.locator('[data-own-rule=narrow]').count()).toBe(0);
      expect(app.complaints).toEqual([]);
    } finally {
      await app.close();
    }
  },
);
