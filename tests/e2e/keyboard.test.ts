import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, command, nodeOf, type OpenApp, openApp } from './app.ts';

describe.skipIf(!chromiumPath)('with the keyboard alone', () => {
  let app: OpenApp;
  beforeAll(async () => {
    app = await openApp();
  });
  afterAll(() => app?.close());

  /** Tab in the canvas adds after what is selected. */
  async function add(name: string): Promise<void> {
    const { page } = app;
    await page.locator('.canvas').focus();
    await page.keyboard.press('Tab');
    await page.locator('.quick-add [cmdk-input]').waitFor();
    await page.keyboard.type(name);
    await page.locator('.quick-add [cmdk-item][data-selected=true]').waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.quick-add').waitFor({ state: 'detached' });
  }

  test('a classifier is built, named and tuned', async () => {
    const { page } = app;
    await command(page, 'New design');
    for (const name of ['input', 'conv2d', 'relu', 'global average', 'fully connected', 'softmax', 'output'])
      await add(name);
    await page.keyboard.press('1');
    for (const id of ['input', 'conv1', 'relu1', 'globalAvgPool1', 'linear1', 'softmax1', 'output']) {
      await nodeOf(page, id).waitFor();
    }
    await expect.poll(() => page.locator('.react-flow__edge').count()).toBe(6);
    await expect.poll(() => page.locator('.layer-node.is-broken').count()).toBe(0);
    await page.keyboard.press('ArrowLeft');
    await nodeOf(page, 'softmax1').and(page.locator('.is-selected')).waitFor();
    for (let i = 0; i < 4; i++) await page.keyboard.press('ArrowLeft');
    await nodeOf(page, 'conv1').and(page.locator('.is-selected')).waitFor();
    await page.keyboard.press('F2');
    await page.locator('.name-field input:focus').waitFor();
    await page.keyboard.type('stem');
    await page.keyboard.press('Enter');
    await nodeOf(page, 'stem').waitFor();
    const filters = page.locator('[data-param=channels] input');
    await filters.focus();
    const before = Number(await filters.inputValue());
    await page.keyboard.press('Shift+ArrowUp');
    await page.keyboard.press('ArrowUp');
    await expect.poll(async () => Number(await filters.inputValue())).toBe(before + 11);
  });

  test('no two commands have the same keys, and a tab is shown by its number', async () => {
    const { page } = app;
    await page.locator('.canvas').focus();
    await page.keyboard.press('?');
    await page.locator('.shortcut-columns kbd').first().waitFor();
    const keys = await page.locator('.shortcut-columns kbd').allTextContents();
    expect(keys.length).toBeGreaterThan(30);
    expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
    await page.keyboard.press('Escape');
    const tabs = page.getByRole('tab');
    for (const at of [2, (await tabs.count()) - 1]) {
      await page.keyboard.press(`Control+${at + 1}`);
      await tabs.nth(at).and(page.locator('[data-state=active]')).waitFor();
    }
    await page.keyboard.press('Control+1');
  });

  test('deleted with its wires joined, undone, bypassed, copied, saved', async () => {
    const { page } = app;
    await page.locator('.canvas').focus();
    await page.keyboard.press('ArrowRight');
    await nodeOf(page, 'relu1').and(page.locator('.is-selected')).waitFor();
    await page.keyboard.press('Control+Delete');
    await nodeOf(page, 'relu1').waitFor({ state: 'detached' });
    await expect.poll(() => page.locator('.react-flow__edge').count()).toBe(5);
    await page.keyboard.press('Control+z');
    await nodeOf(page, 'relu1').waitFor();
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Control+d');
    await nodeOf(page, 'stem2').waitFor();
    await page.keyboard.press('Delete');
    await nodeOf(page, 'stem2').waitFor({ state: 'detached' });
    await page.keyboard.press('Control+s');
    await page.locator('.window-title .dirty-dot').waitFor({ state: 'detached' });
    const spec = JSON.parse(await app.saved('Untitled.netwright.json')) as { nodes: { id: string }[] };
    expect(spec.nodes.map(({ id }) => id)).toContain('stem');
  });

  test('F6 visits every part of the window; unsaved work is asked about', async () => {
    const { page } = app;
    const part = () =>
      page.evaluate(
        () =>
          document.activeElement
            ?.closest('.toolbar, .palette, .canvas, .panel-tabs, .inspector')
            ?.className.split(' ')[0] ?? '',
      );
    const visited = new Set<string>();
    for (let i = 0; i < 5; i++) {
      const before = await part();
      await page.keyboard.press('F6');
      await expect.poll(part).not.toBe(before);
      visited.add(await part());
    }
    expect([...visited].sort()).toEqual(['canvas', 'inspector', 'palette', 'panel-tabs', 'toolbar']);
    await add('tanh');
    await command(page, 'Start page');
    const question = page.locator('[data-testid=question]');
    await question.waitFor();
    await page.keyboard.press('Escape');
    await question.waitFor({ state: 'detached' });
    await nodeOf(page, 'tanh1').waitFor();
    expect(app.complaints).toEqual([]);
  });
});
