import { describe, expect, test } from 'vitest';
import { chromiumPath, type OpenApp, openApp } from './app.ts';

/** Opens the digits from the start page: the pad lies open, with the weights at hand. */
async function openDigits(theme: 'light' | 'dark' = 'light'): Promise<OpenApp> {
  const app = await openApp({ theme });
  await app.page.getByRole('button', { name: /^Digits trained/ }).click();
  await app.page.getByTestId('pad').waitFor();
  return app;
}

/** Draws with the real mouse through points given in shares of the pad. */
async function draw({ page }: OpenApp, points: readonly (readonly [x: number, y: number])[]): Promise<void> {
  const box = await page.getByTestId('pad').boundingBox();
  if (!box) throw new Error('The pad is not shown.');
  const at = ([x, y]: readonly [number, number]) => [box.x + x * box.width, box.y + y * box.height] as const;
  const [first, ...rest] = points.map(at);
  await page.mouse.move(...first!);
  await page.mouse.down();
  for (const point of rest) await page.mouse.move(...point, { steps: 6 });
  await page.mouse.up();
}

const firstName = ({ page }: OpenApp) =>
  page.locator('[data-testid=scores] li').first().locator('.score-name');

describe.skipIf(!chromiumPath)('the Run view', () => {
  test('a newcomer draws a digit and sees it recognised, without pressing anything else', async () => {
    const app = await openDigits();
    const { page } = app;
    try {
      await draw(app, [
        [0.5, 0.15],
        [0.5, 0.85],
      ]);
      await expect.poll(() => firstName(app).textContent()).toBe('1');
      await page.getByRole('button', { name: 'Clear the sheet' }).click();
      await draw(app, [
        [0.25, 0.2],
        [0.75, 0.2],
        [0.45, 0.85],
      ]);
      await expect.poll(() => firstName(app).textContent()).toBe('7');
      // The time of each layer lies over the canvas once asked for.
      await page.getByLabel('Strips show').selectOption('time');
      await expect.poll(() => page.getByTestId('node-conv1').textContent()).toContain(' ms');
      expect(app.complaints).toEqual([]);
    } finally {
      await app.close();
    }
  });

  test('noise is run again and again, and the median and spread are told', async () => {
    const app = await openDigits();
    const { page } = app;
    try {
      await page.getByRole('radio', { name: 'Noise' }).click();
      await page.getByLabel('Runs', { exact: true }).fill('5');
      await page.getByLabel('Batch', { exact: true }).fill('3');
      await page.locator('.run-controls button[type=submit]').click();
      await page.getByTestId('spread').waitFor();
      await expect.poll(() => page.getByTestId('time').textContent()).toContain('Median of 5 runs');
      await expect.poll(() => page.getByTestId('warm-up').textContent()).toContain('ms');
      await expect.poll(() => page.locator('.run-result .figures').textContent()).toContain('Per picture');
      // A step that was fused has one time, which all of its layers show.
      await page.getByLabel('Strips show').selectOption('time');
      const cost = (id: string) => page.getByTestId(`node-${id}`).locator('.layer-cost');
      await expect.poll(() => cost('conv2').textContent()).toContain(' ms');
      if (/cpu/.test(await page.locator('.scores .figures').innerText())) {
        await expect.poll(() => cost('relu2').textContent()).toBe(await cost('conv2').textContent());
        await expect.poll(() => cost('relu2').getAttribute('title')).toBe('fused with conv2; counted once');
      }
      // The table shows on the canvas what a step computes.
      const row = page.locator('.profile-table tr', { hasText: 'conv2' });
      await row.getByRole('button').click();
      await page.locator('.layer-node.is-selected[data-testid=node-conv2]').waitFor();
      await page.locator('.profile-table tr.is-selected', { hasText: 'conv2' }).waitFor();
      // A small window still shows what came of it, beside what was chosen.
      await page.setViewportSize({ width: 1024, height: 700 });
      const isInSight = async () => {
        const box = await page.locator('.run-result').boundingBox();
        return box !== null && box.width > 200 && box.x + box.width <= 1024;
      };
      await expect.poll(isInSight).toBe(true);
      const cut = () =>
        page.evaluate(() =>
          ['.panels', '.panel-head', '.run-panel'].filter((part) => {
            const element = document.querySelector(part);
            return element !== null && element.scrollWidth > element.clientWidth + 1;
          }),
        );
      await expect.poll(cut).toEqual([]);
      expect(app.complaints).toEqual([]);
    } finally {
      await app.close();
    }
  });

  test('preprocessing is changed, saved and read again', async () => {
    const app = await openDigits();
    const { page } = app;
    try {
      await page.getByTestId('preprocessing').click();
      await page.getByLabel('Mean').fill('0.25');
      await page.getByLabel('Mean').press('Enter');
      await page.getByLabel('Invert').click();
      await page.keyboard.press('Escape');
      await page.getByLabel('Invert').waitFor({ state: 'detached' });
      await page.keyboard.press('Control+s');
      await expect
        .poll(() => app.saved('Digits.netwright.json').catch(() => ''))
        .toContain('"invert": true, "mean": [0.25]');
      await app.offer('again.netwright.json', Buffer.from(await app.saved('Digits.netwright.json')));
      await page.keyboard.press('Control+o');
      await expect.poll(() => page.title()).toContain('again.netwright.json');
      await page.getByTestId('preprocessing').click();
      await expect.poll(() => page.getByLabel('Mean').inputValue()).toBe('0.25');
      await expect.poll(() => page.getByLabel('Invert').isChecked()).toBe(true);
      expect(app.complaints).toEqual([]);
    } finally {
      await app.close();
    }
  });

  test('what goes wrong is told as a card, and the document is as it was', async () => {
    const app = await openDigits();
    const { page } = app;
    const parameters = () => page.getByTestId('gauge-params').textContent();
    try {
      const before = await parameters();
      await page.getByRole('radio', { name: 'Photo' }).click();
      await app.offer('broken.png', Buffer.from('This is no picture.'));
      await page.locator('.drop-zone .link').click();
      const card = page.locator('.run-result .finding');
      await card.waitFor();
      await expect.poll(() => card.textContent()).toContain('not a picture');
      // The next run is as good as any.
      await page.getByRole('radio', { name: 'Noise' }).click();
      await page.locator('.run-controls button[type=submit]').click();
      await page.getByTestId('scores').waitFor();
      await expect.poll(() => parameters()).toBe(before);
      expect(app.complaints).toEqual([]);
    } finally {
      await app.close();
    }
  });
});
