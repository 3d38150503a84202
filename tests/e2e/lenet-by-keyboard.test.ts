import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, keepPicture, nodeOf, type OpenApp, openApp, saved } from './app.ts';

/**
 * LeCun et al. 1998, with all maps connected: 156 + 2,416 + 48,120 + 10,164 + 850 parameters, and
 * 6·28²·25 + 16·10²·150 + 400·120 + 120·84 + 84·10 multiply-adds.
 */
const LENET5 = { params: 61_706, macs: 416_520 };

describe.skipIf(!chromiumPath)('LeNet-5 by keyboard alone', () => {
  let app: OpenApp;
  beforeAll(async () => {
    app = await openApp({ width: 1280, height: 800 });
  });
  afterAll(() => app?.close());

  const press = (keys: string): Promise<void> => app.page.keyboard.press(keys);
  const isIn = (selector: string): Promise<boolean> =>
    app.page.evaluate((part) => document.activeElement?.closest(part) !== null, selector);

  /** Presses a key until the focus has come there. */
  async function until(selector: string, keys: string, most: number): Promise<void> {
    for (let i = 0; i < most && !(await isIn(selector)); i++) await press(keys);
    const at = await app.page.evaluate(() => document.activeElement?.outerHTML.slice(0, 160));
    expect(await isIn(selector), `${selector} by ${keys}; the focus is on ${at}`).toBe(true);
  }

  async function search(text: string): Promise<void> {
    const { page } = app;
    await press('Control+k');
    await page.locator('[cmdk-input]:focus').waitFor();
    await page.keyboard.type(text);
    await page.locator('[cmdk-item][data-selected=true]', { hasText: text }).waitFor();
    await press('Enter');
    await page.locator('[cmdk-input]').waitFor({ state: 'detached' });
  }

  /** Adds after what is selected, then gives parameters by what they are called. */
  async function add(name: string, id: string, params: Readonly<Record<string, string>> = {}): Promise<void> {
    const { page } = app;
    await until('.canvas', 'F6', 6);
    await press('Tab');
    await page.locator('.quick-add [cmdk-input]:focus').waitFor();
    await page.keyboard.type(name);
    await page.locator('.quick-add [cmdk-item][data-selected=true]').waitFor();
    await press('Enter');
    await nodeOf(page, id).and(page.locator('.is-selected')).waitFor();
    for (const [param, value] of Object.entries(params)) {
      await until('.inspector', 'F6', 6);
      await until(`[data-param=${param}]`, 'Tab', 30);
      await press('Control+a');
      await page.keyboard.type(value);
      await press('Enter');
    }
  }

  test('is built from nothing, layer by layer, with its parameters', async () => {
    const { page } = app;
    await search('New design');
    await page.locator('.canvas').waitFor();
    await add('input', 'input', { shape: '1×32×32' });
    await add('conv2d', 'conv1', { channels: '6', kernel: '5' });
    await add('tanh', 'tanh1');
    await add('average pool', 'avgPool1', { kernel: '2', stride: '2' });
    await add('conv2d', 'conv2', { channels: '16', kernel: '5' });
    await add('tanh', 'tanh2');
    await add('average pool', 'avgPool2', { kernel: '2', stride: '2' });
    await add('flatten', 'flatten1');
    await add('fully connected', 'linear1', { features: '120' });
    await add('tanh', 'tanh3');
    await add('fully connected', 'linear2', { features: '84' });
    await add('tanh', 'tanh4');
    await add('fully connected', 'linear3', { features: '10' });
    await add('softmax', 'softmax1');
    await add('output', 'output');
    await keepPicture(page, 'lenet-by-keyboard');
    await expect
      .poll(() => page.getByTestId('total-operations').textContent())
      .toContain(LENET5.macs.toLocaleString('en-US'));
  });

  test('is checked: no problems, and the published number of parameters', async () => {
    const { page } = app;
    await press('Control+3');
    await page.getByRole('tab', { name: 'Problems', selected: true }).waitFor();
    expect(await page.locator('.layer-node.is-broken').count()).toBe(0);
    await page.locator('.status-problems', { hasText: 'No problems' }).waitFor();
    const title = await page.getByTestId('gauge-params').getAttribute('title');
    expect(title).toContain(LENET5.params.toLocaleString('en-US'));
  });

  test('is run on noise: the five best of ten classes', async () => {
    const { page } = app;
    await press('Control+Enter');
    await page.locator('.run-controls').waitFor();
    await until('[role=radiogroup]', 'Shift+Tab', 8);
    await until('[role=radio]:last-child', 'ArrowRight', 4);
    await page.getByRole('radio', { name: 'Noise', checked: true }).waitFor();
    await press('Control+Enter');
    await page.locator('.scores:not(.is-older *)').waitFor();
    const shares = await page.locator('[data-testid=scores] .score-value').allTextContents();
    const numbers = shares.map(Number.parseFloat);
    // The five best of ten: no less than half of all.
    expect(numbers).toEqual([...numbers].sort((a, b) => b - a));
    const sum = numbers.reduce((total, share) => total + share, 0);
    expect(sum).toBeGreaterThanOrEqual(50);
    expect(sum).toBeLessThanOrEqual(100.5);
  });

  test('is saved and exported', async () => {
    const { page } = app;
    await press('Control+s');
    const spec = JSON.parse((await saved(page, 'Untitled.netwright.json')).toString());
    expect(spec.nodes).toHaveLength(15);
    await page.locator('.window-title .dirty-dot').waitFor({ state: 'detached' });
    await search('Export as PyTorch code');
    expect((await saved(page, 'Untitled.py')).toString()).toMatch(/PARAMETERS = 61_?706\b/);
    expect(app.complaints).toEqual([]);
  });
});
