import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BuiltCommand, buildForTest } from '../cli/built-command.ts';
import { chromiumPath, command, nodeOf, type OpenApp, openApp, saved } from './app.ts';

describe.skipIf(!chromiumPath)('export of VGG-16', () => {
  let built: BuiltCommand;
  let app: OpenApp;
  beforeAll(async () => {
    [built, app] = await Promise.all([buildForTest(), openApp()]);
    await app.page.locator('[data-zoo=vgg16]').click();
    await nodeOf(app.page, 'input').waitFor();
  });
  afterAll(async () => {
    await app?.close();
    await built?.remove();
  });

  async function drawn(args: readonly string[], name: string): Promise<Buffer> {
    expect(await built.run(['draw', 'zoo:vgg16', '-o', name, ...args])).toMatchObject({
      code: 0,
      stderr: '',
    });
    return readFile(join(built.folder, name));
  }

  test('the menu saves the very bytes that the command writes', async () => {
    const { page } = app;
    await page.getByRole('menuitem', { name: 'Export', exact: true }).click();
    await page.locator('[data-command=export-graph-svg]').click();
    const svg = await saved(page, 'VGG-16-graph.svg');
    expect(svg.equals(await drawn([], 'graph.svg'))).toBe(true);
    expect(svg.toString('utf8')).toContain('conv5_3');
  });

  test('so does the dialog, in pixels and with what was chosen there', async () => {
    const { page } = app;
    await command(page, 'Export picture or table');
    const dialog = page.getByTestId('export');
    await dialog.getByText('Volumes', { exact: true }).click();
    await dialog.getByText('PNG', { exact: true }).click();
    await dialog.locator('[data-param=theme]').getByRole('combobox').click();
    await page.getByRole('option', { name: 'Dark' }).click();
    await dialog.locator('[data-param=transparent] input').check();
    const right = await drawn(['--view', 'volumes', '--theme', 'dark', '--transparent'], 'volumes.png');
    await dialog.locator('.export-picture img').waitFor();
    // The preview follows the choices, a moment later.
    await expect
      .poll(async () => (await dialog.getByTestId('export-size').innerText()).match(/\d+/g)?.map(Number))
      .toEqual([right.readUInt32BE(16), right.readUInt32BE(20)]);
    await dialog.getByRole('button', { name: 'Save as …' }).click();
    const png = await saved(page, 'VGG-16-volumes.png');
    expect(png.equals(right)).toBe(true);
  });

  test('tables state what the app counts', async () => {
    const { page } = app;
    await command(page, 'Cost table as Markdown');
    const table = await saved(page, 'VGG-16-costs.md');
    expect(table.equals(await drawn([], 'costs.md'))).toBe(true);
    expect(table.toString('utf8')).toMatch(/Multiply-adds[\s\S]*\*\*15,470,264,320\*\*/);
    expect(app.complaints).toEqual([]);
  });
});
