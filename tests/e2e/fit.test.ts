import { describe, expect, test } from 'vitest';
import { chromiumPath, findNode, keepPicture, nodeOf, openApp } from './app.ts';

describe.skipIf(!chromiumPath)('fitting a design to limits', () => {
  test('from the gauge to an answer: seen on the canvas before it is taken, and one step to undo', async () => {
    const app = await openApp();
    try {
      const { page } = app;
      await page.locator('[data-zoo=resnet50]').click();
      await nodeOf(page, 'conv1').waitFor();
      const gauge = page.getByTestId('gauge-macs');
      const macs = async (): Promise<string> => (await gauge.getAttribute('title'))!;
      const before = await macs();
      await gauge.click();
      await page.getByRole('button', { name: 'Fit to limits …' }).click();
      const limit = page.getByTestId('fit').getByLabel('MACs');
      await limit.fill('3.5G');
      await limit.press('Enter');
      const find = page.getByTestId('fit-find');
      await page.locator('.stage-chips .knob-chip').first().waitFor();
      await find.click();
      const first = page.locator('[data-answer="1"]');
      await first.getByRole('button', { name: 'Apply' }).and(page.locator(':enabled')).waitFor();
      await page.getByTestId('fit-status').filter({ hasText: 'Proven best' }).waitFor();
      await keepPicture(page, 'fit-answers');
      await first.hover();
      await page.locator('.layer-node.is-moving').first().waitFor();
      await expect.poll(() => gauge.innerText()).toMatch(/4\.089 G →[\s\S]*3\.\d+ G/);
      expect(await macs()).toBe(before);
      await keepPicture(page, 'fit-hover');
      await page.mouse.move(700, 200);
      await expect.poll(() => page.locator('.layer-node.is-moving').count()).toBe(0);
      await first.getByRole('button', { name: 'Apply' }).click();
      await expect.poll(async () => Number((await macs()).replace(/\D/g, ''))).toBeLessThanOrEqual(3.5e9);
      await page.keyboard.press('Control+z');
      await expect.poll(macs).toBe(before);
      // In the plot, a click holds a design that is no answer, and it can be taken as well.
      await page.getByRole('button', { name: 'Plot' }).click();
      await page.locator('.scatter circle').first().waitFor();
      await keepPicture(page, 'fit-plot');
      // Dots are drawn anew while the plot finds its size.
      const circle = page.locator('.scatter circle').nth(700);
      await expect.poll(() => circle.boundingBox()).not.toBe(null);
      const dot = (await circle.boundingBox())!;
      await page.mouse.move(dot.x + dot.width / 2, dot.y + dot.height / 2);
      await page.mouse.down();
      await page.mouse.up();
      await page.getByTestId('fit-held').waitFor();
      await page.locator('.layer-node.is-moving').first().waitFor();
      await page.getByTestId('fit-held').getByRole('button', { name: 'Apply' }).click();
      await expect.poll(macs).not.toBe(before);
      expect(app.complaints).toEqual([]);
    } finally {
      await app.close();
    }
  });

  test('under a limit of time on a machine that was not measured: measuring it is offered', async () => {
    const app = await openApp({ width: 1280, height: 800 });
    try {
      const { page } = app;
      await page.locator('[data-zoo=resnet18]').click();
      await nodeOf(page, 'input').waitFor();
      await page.getByRole('tab', { name: 'Fitting' }).click();
      const limit = page.getByTestId('fit').getByLabel('Time').first();
      await limit.fill('20 ms');
      await limit.press('Enter');
      await page.getByTestId('fit-find').and(page.locator(':enabled')).click();
      const none = page.getByTestId('fit-none');
      await none.getByText('none was measured').waitFor();
      await none.getByRole('button', { name: 'Measure this machine' }).waitFor();
      await keepPicture(page, 'fit-unmeasured');
      expect(app.complaints).toEqual([]);
    } finally {
      await app.close();
    }
  });

  test("a family's law, and a layer of one's own choosing", async () => {
    const app = await openApp({ width: 1280, height: 800 });
    try {
      const { page } = app;
      await page.locator('[data-zoo=vgg11]').click();
      await nodeOf(page, 'input').waitFor();
      await page.getByRole('tab', { name: 'Fitting' }).click();
      const fit = page.getByTestId('fit');
      await page.getByTestId('fit-law').selectOption({ label: 'ResNeXt' });
      await page.getByTestId('fit-law-text').getByText('Xie et al. 2016').waitFor();
      await fit.locator('[data-knob=cardinality]').waitFor();
      const limit = fit.getByLabel('Params');
      await limit.fill('24M');
      await limit.press('Enter');
      await page.getByTestId('fit-find').and(page.locator(':enabled')).click();
      const first = page.locator('[data-answer="1"]');
      await first.getByRole('button', { name: 'Apply' }).and(page.locator(':enabled')).waitFor();
      await keepPicture(page, 'fit-law');
      await first.getByRole('button', { name: 'Apply' }).click();
      await nodeOf(page, 'layer1.0').waitFor();
      await page.keyboard.press('Control+z');
      await expect.poll(() => nodeOf(page, 'layer1.0').count()).toBe(0);
      // The design's own knobs again, and with them those of one layer.
      await page.getByTestId('fit-law').selectOption({ label: 'This design' });
      const node = nodeOf(page, 'conv5_2');
      await findNode(page, 'conv5_2');
      await node.click({ button: 'right' });
      await page.getByRole('menuitem', { name: 'Turn these layers when fitting' }).click();
      const chip = fit.locator('[data-knob="conv5_2.width"]');
      await chip.waitFor();
      await expect.poll(() => chip.getAttribute('class')).not.toContain('is-locked');
      await page.locator('.stage-chips[data-stage=conv5_2]').waitFor();
      await keepPicture(page, 'fit-node');
      expect(app.complaints).toEqual([]);
    } finally {
      await app.close();
    }
  });
});
