import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, nodeOf, type OpenApp, openApp } from './app.ts';

describe.skipIf(!chromiumPath)('the menu of the other mouse button', () => {
  let app: OpenApp;
  beforeAll(async () => {
    app = await openApp();
    await app.page.locator('[data-zoo=lenet]').click();
    await nodeOf(app.page, 'conv1').waitFor();
  });
  afterAll(() => app?.close());

  const menu = () => app.page.locator('[data-testid=canvas-menu]');

  test('on a node selects it, and deletes it with its wires joined', async () => {
    const { page } = app;
    await nodeOf(page, 'relu1').click({ button: 'right' });
    await menu().waitFor();
    await nodeOf(page, 'relu1').and(page.locator('.is-selected')).waitFor();
    const rename = menu().locator('[data-command=rename]');
    await expect.poll(() => rename.getAttribute('data-disabled')).toBeNull();
    await expect
      .poll(() => menu().locator('[data-command=openBlock]').getAttribute('data-disabled'))
      .not.toBeNull();
    await menu().locator('[data-command=deleteBridge]').click();
    await nodeOf(page, 'relu1').waitFor({ state: 'detached' });
    await menu().waitFor({ state: 'detached' });
  });

  test('on the canvas undoes it', async () => {
    const { page } = app;
    await page.locator('.react-flow__pane').click({ button: 'right', position: { x: 8, y: 8 } });
    await menu().locator('[data-command=undo]').click();
    await nodeOf(page, 'relu1').waitFor();
  });

  test('takes letters to the entry that begins with them: they are no commands of the canvas', async () => {
    const { page } = app;
    await nodeOf(page, 'conv1').click({ button: 'right' });
    await menu().waitFor();
    await page.keyboard.press('b');
    await menu().locator('[data-command=bypass]').and(page.locator(':focus')).waitFor();
    await page.keyboard.press('n');
    await page.keyboard.press('Escape');
    await menu().waitFor({ state: 'detached' });
    expect(await page.locator('.canvas-note, .is-bypassed').count()).toBe(0);
    await expect.poll(() => page.title()).not.toContain('•');
  });

  test('on several selected nodes keeps them selected', async () => {
    const { page } = app;
    await nodeOf(page, 'conv1').click();
    await nodeOf(page, 'conv2').click({ modifiers: ['Shift'] });
    for (const id of ['conv1', 'conv2']) await nodeOf(page, id).and(page.locator('.is-selected')).waitFor();
    await nodeOf(page, 'conv2').click({ button: 'right' });
    await menu().locator('[data-command=delete]').click();
    await nodeOf(page, 'conv1').waitFor({ state: 'detached' });
    await nodeOf(page, 'conv2').waitFor({ state: 'detached' });
  });

  test('the page complained of nothing', () => expect(app.complaints).toEqual([]));
});
