import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  atRest,
  chromiumPath,
  command,
  dragFromPalette,
  keepPicture,
  nodeOf,
  type OpenApp,
  onWire,
  openApp,
} from './app.ts';
import { objections } from './axe.ts';

describe.skipIf(!chromiumPath)('the tour', () => {
  let app: OpenApp;
  beforeAll(async () => {
    app = await openApp({ width: 1280, height: 800 });
  });
  afterAll(() => app?.close());

  const at = (id: string) => app.page.locator(`[data-testid=tour][data-step=${id}]`);
  const look = async (name: string): Promise<void> => {
    await atRest(app.page);
    await keepPicture(app.page, `tour-${name}`);
  };

  test('begins on the start page and is walked through with the mouse, on a network that can be used', async () => {
    const { page } = app;
    await page.locator('.start-learn [data-command=tour]').click();
    await at('canvas').waitFor();
    await look('canvas');
    expect(await objections(page)).toEqual([]);
    await at('canvas').getByRole('button', { name: 'Next' }).click();
    await at('select').waitFor();
    await look('select');
    await nodeOf(page, 'conv1').click();
    await at('change').waitFor();
    await look('change');
    await page.locator('[data-param=channels] input').fill('40');
    await at('change').waitFor();
    await page.keyboard.press('Enter');
    await at('budget').getByText('4.181 M').waitFor();
    await look('budget');
    await at('budget').getByRole('button', { name: 'Next' }).click();
    await at('add').waitFor();
    await look('add');
    await dragFromPalette(page, 'relu', await onWire(page, 'pool1', 'conv2'));
    await at('undo').waitFor();
    await page.locator('.toolbar [data-command=undo]').click();
    await at('panels').waitFor();
    await look('panels');
    await at('panels').getByRole('button', { name: 'Back' }).click();
    await at('undo').getByRole('button', { name: 'Skip' }).click();
    await at('panels').getByRole('button', { name: 'Next' }).click();
    await at('search').waitFor();
    await look('search');
    await at('search').getByRole('button', { name: 'Finish' }).click();
    await page.getByTestId('tour').waitFor({ state: 'detached' });
  });

  test('is begun by name and walked through with the keyboard; Escape leaves it where nothing else needs it', async () => {
    const { page } = app;
    await page.keyboard.press('Control+z');
    await command(page, 'A tour of one minute');
    await at('canvas').getByRole('button', { name: 'Next' }).and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Enter');
    await at('select').waitFor();
    await page.locator('.canvas').focus();
    await page.keyboard.press('ArrowRight');
    await nodeOf(page, 'input').and(page.locator('.is-selected')).waitFor();
    await page.keyboard.press('ArrowRight');
    await at('change').waitFor();
    // What was done on the canvas leaves the focus there; F6 comes to the tour at last.
    expect(await page.evaluate(() => document.activeElement?.className)).toContain('canvas');
    for (const part of ['.panel-tabs', '.inspector', '.tour-card']) {
      await page.keyboard.press('F6');
      await page.locator(`${part} :focus`).waitFor();
    }
    await page.keyboard.press('Enter');
    await at('budget').waitFor();
    await page.keyboard.press('Enter');
    await at('add').waitFor();
    await page.locator('.canvas').focus();
    await page.keyboard.press('Tab');
    await page.locator('.quick-add [cmdk-input]').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.quick-add').waitFor({ state: 'detached' });
    expect(await at('add').count()).toBe(1);
    await page.locator('.canvas').focus();
    await page.keyboard.press('Escape');
    await page.getByTestId('tour').waitFor({ state: 'detached' });
    expect(app.complaints).toEqual([]);
  });

  test('is told in Chinese, in the dark', async () => {
    const { page } = app;
    await command(page, '简体中文');
    await page.emulateMedia({ colorScheme: 'dark' });
    await command(page, '一分钟导览');
    await at('canvas').getByText('识别数字').waitFor();
    await look('zh-dark');
    expect(await objections(page, { colourAlone: true })).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByTestId('tour').waitFor({ state: 'detached' });
    expect(app.complaints).toEqual([]);
  });
});
