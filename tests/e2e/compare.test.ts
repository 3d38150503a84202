import { describe, expect, test } from 'vitest';
import { atRest, chromiumPath, command, findNode, keepPicture, nodeOf, openApp, saved } from './app.ts';

describe.skipIf(!chromiumPath)('comparing designs', () => {
  test('any number of them: by layers, totals, in a plot, along depth, on the canvas and beside each other', async () => {
    const app = await openApp();
    try {
      const { page } = app;
      await page.locator('[data-zoo=vgg16]').click();
      await nodeOf(page, 'conv1_1').waitFor();
      await page.getByRole('tab', { name: 'Compare' }).click();
      const compare = page.getByTestId('compare');
      const add = compare.locator('.compare-add');
      await add.selectOption('vgg16_bn');
      await add.selectOption('vgg11');
      await compare.locator('.compared.is-chosen', { hasText: 'VGG-11' }).waitFor();
      // VGG-16 has five convolutions more, each with its activation.
      await expect.poll(() => compare.locator('[data-change=added]').count()).toBe(10);
      await keepPicture(page, 'compare-layers');
      await compare.getByRole('button', { name: 'Totals' }).click();
      // torchvision's VGG-11 has 132,863,336 parameters.
      await compare.locator('[data-design="VGG-11"] td[title="132,863,336"]').waitFor();
      await keepPicture(page, 'compare-totals');
      await compare.getByRole('button', { name: 'Plot' }).click();
      await compare.locator('.scatter circle').nth(20).waitFor();
      await keepPicture(page, 'compare-plot');
      await compare.getByRole('button', { name: 'Along depth' }).click();
      await compare.locator('[data-testid=along-depth] svg [aria-label=line] path').first().waitFor();
      await keepPicture(page, 'compare-depth');
      await compare.locator('[data-command="compare.onCanvas"]').click();
      await nodeOf(page, 'conv1_1').and(page.locator('.differs')).waitFor();
      await compare.locator('[data-command="compare.beside"]').click();
      const other = page.getByTestId('other-canvas');
      await other.locator('[data-other]').first().waitFor();
      await keepPicture(page, 'compare-beside');
      const shownAt = (scope: string): Promise<string> =>
        page
          .locator(`${scope} .react-flow__viewport`)
          .evaluate((element: HTMLElement) => element.style.transform);
      const box = (await other.boundingBox())!;
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
      await page.mouse.wheel(0, -300);
      await atRest(page);
      const [here, there] = [await shownAt('.canvas:not(.other-canvas)'), await shownAt('.other-canvas')];
      expect(there).toBe(here);
      // Wires leave on the side to which the design runs, in both.
      const sides = (scope: string) =>
        page
          .locator(`${scope} .layer-node .react-flow__handle`)
          .evaluateAll((all) => [...new Set(all.map((port) => port.getAttribute('data-handlepos')))].sort());
      expect(await sides('.other-canvas')).toEqual(await sides('.canvas:not(.other-canvas)'));
      // What is read in one from afar is read in the other.
      await page.keyboard.press('1');
      await atRest(page);
      const told = (scope: string) => page.locator(scope).getAttribute('data-detail');
      expect(await told('.other-canvas')).toBe(await told('.canvas:not(.other-canvas)'));
      await command(page, 'Comparison as CSV');
      expect((await saved(page, 'VGG-16-compared.csv')).toString()).toContain('VGG-11,132863336');
      expect(app.complaints).toEqual([]);
    } finally {
      await app.close();
    }
  });

  test('opens the blocks that differ on the canvas, and colours what differs inside', async () => {
    const app = await openApp({ width: 1280, height: 800 });
    try {
      const { page } = app;
      await page.locator('[data-zoo=resnet18]').click();
      await nodeOf(page, 'layer1.1').waitFor();
      await page.getByRole('tab', { name: 'Compare' }).click();
      await command(page, 'Keep this state to compare with');
      await findNode(page, 'layer1.1');
      await page.locator('.inspector').getByLabel('Shortcut').click();
      await page.getByRole('option', { name: /[Pp]rojection/ }).click();
      await page.getByTestId('compare').locator('[data-command="compare.open"]').click();
      // A projection is a convolution and its norm more.
      await expect.poll(() => page.locator('.layer-node.differs.is-added').count()).toBe(2);
      await atRest(page);
      await keepPicture(page, 'compare-inside');
      expect(app.complaints).toEqual([]);
    } finally {
      await app.close();
    }
  });

  test('says whether two compute the same, by running both', async () => {
    const app = await openApp();
    try {
      const { page } = app;
      await page.locator('[data-zoo=lenet]').click();
      await page.locator('.layer-node').first().waitFor();
      await command(page, 'Keep this state to compare with');
      await command(page, 'Do both compute the same?');
      await page.getByTestId('notice').getByText('compute the same').waitFor();
      await keepPicture(page, 'compare-same');
      expect(app.complaints).toEqual([]);
    } finally {
      await app.close();
    }
  });
});
