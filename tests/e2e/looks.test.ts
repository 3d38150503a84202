import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { atRest, chromiumPath, command, findNode, nodeOf, openApp, screenshots } from './app.ts';

describe.skipIf(!chromiumPath)('looks', () => {
  test.each([
    ['light', 1440, 900],
    ['dark', 1280, 800],
  ] as const)(
    '%s at %d×%d: nothing overflows, text has contrast, pictures are kept to be looked at',
    async (theme, width, height) => {
      const app = await openApp({ theme, width, height });
      try {
        const { page } = app;
        await mkdir(screenshots, { recursive: true });
        const shoot = (name: string) => page.screenshot({ path: join(screenshots, `${theme}-${name}.png`) });
        for (const id of ['alexnet', 'vgg16', 'googlenet', 'resnet50']) {
          await page.locator(`[data-zoo=${id}] .miniature`).waitFor();
        }
        await shoot('start');
        const cut = await page
          .locator('.card-summary')
          .evaluateAll((all) =>
            all.filter((each) => each.scrollHeight > each.clientHeight + 1).map((each) => each.textContent),
          );
        expect(cut).toEqual([]);
        await page.locator('[data-zoo=resnet18]').click();
        await nodeOf(page, 'conv1').waitFor();
        await findNode(page, 'layer2.0');
        await page.keyboard.press('1');
        await atRest(page);
        await shoot('editor');
        const wide = () =>
          page.evaluate(() =>
            ['.toolbar', '.status-bar', '.menu-bar', '.inspector', '.panel-bar'].filter((part) => {
              const element = document.querySelector(part);
              return element !== null && element.scrollWidth > element.clientWidth + 1;
            }),
          );
        await expect.poll(wide).toEqual([]);
        await expect.poll(() => page.evaluate(lowContrast)).toEqual([]);
        expect(app.complaints).toEqual([]);
      } finally {
        await app.close();
      }
    },
  );

  test('speaks Chinese when told to, and remembers it', async () => {
    const app = await openApp();
    try {
      await command(app.page, '简体中文');
      await app.page.getByRole('button', { name: '新建设计' }).first().waitFor();
      await app.page.reload();
      await app.page.getByRole('button', { name: '新建设计' }).first().waitFor();
      await app.page.locator('[data-zoo=alexnet]').click();
      await nodeOf(app.page, 'conv1').click();
      const fields = app.page.locator('.inspector .fields');
      await fields.getByText('步幅', { exact: true }).first().waitFor();
      expect(await fields.innerText()).not.toMatch(/Stride|Kernel|Padding|Bias/);
    } finally {
      await app.close();
    }
  });
});

/** Runs in the page: visible texts whose contrast with the ground behind them is below WCAG AA's 4.5. */
function lowContrast(): string[] {
  const parse = (colour: string): number[] => {
    const canvas = document.createElement('canvas');
    const context = canvas.getContext('2d')!;
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data];
  };
  const luminance = ([r = 0, g = 0, b = 0]: number[]): number => {
    const [x, y, z] = [r, g, b].map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    }) as [number, number, number];
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const ground = (element: Element | null): number[] => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if ((colour[3] ?? 0) > 250) return colour;
    }
    return [255, 255, 255, 255];
  };
  const low = new Set<string>();
  for (const element of document.querySelectorAll(
    'button, span, p, dt, dd, h2, h3, label, td, th, strong, code',
  )) {
    const own = [...element.childNodes].some(
      (node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim(),
    );
    if (!own || element.getClientRects().length === 0 || element.closest(':disabled, .react-flow')) continue;
    const [a, b] = [luminance(parse(getComputedStyle(element).color)), luminance(ground(element))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) low.add(`${element.className || element.tagName}: ${contrast.toFixed(2)}`);
  }
  return [...low];
}
