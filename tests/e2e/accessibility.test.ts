import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { byTurns } from '../thorough.ts';
import { atRest, chromiumPath, command, findNode, nodeOf, type OpenApp, openApp, runScores } from './app.ts';
import { objections } from './axe.ts';
import { openSpec, openZoo } from './opening.ts';

/** Two activations in a row, of which a rule says that one is enough, and a layer that nothing feeds. */
const unsound = {
  netwright: 2,
  name: 'Unsound',
  nodes: [
    { id: 'input', kind: 'input', params: { shape: [3, 16, 16] } },
    { id: 'conv', kind: 'conv2d', from: 'input', params: { channels: 8, padding: 1 } },
    { id: 'relu1', kind: 'relu', from: 'conv' },
    { id: 'relu2', kind: 'relu', from: 'relu1' },
    { id: 'big', kind: 'conv2d', from: 'relu2', params: { channels: 8, kernel: [31, 31] } },
    { id: 'output', kind: 'output', from: 'big' },
  ],
  layout: {
    input: [0, 0],
    conv: [240, 0],
    relu1: [480, 0],
    relu2: [720, 0],
    big: [960, 0],
    output: [1200, 0],
  },
};

const tab = async (page: Page, name: string | RegExp): Promise<void> => {
  await page.getByRole('tab', { name }).click();
  await page.getByRole('tabpanel').waitFor();
};

interface View {
  readonly name: string;
  /** How to get there from the one before. */
  readonly come: (app: OpenApp) => Promise<unknown>;
  readonly leave?: (app: OpenApp) => Promise<unknown>;
}

type Row = readonly [name: View['name'], come: View['come'], leave?: View['leave']];

/** What is looked at, one after the other in one window. */
const rows: readonly Row[] = [
  ['the start page', ({ page }) => page.locator('[data-zoo=alexnet] .miniature').waitFor()],
  [
    'the start page without a find',
    async ({ page }) => {
      await page.getByLabel('Find a network').fill('xyzzy');
      await page.getByText('No network of that name.').waitFor();
    },
    ({ page }) => page.getByLabel('Find a network').fill(''),
  ],
  [
    'the search of everything',
    async ({ page }) => {
      await page.keyboard.press('Control+k');
      await page.locator('[cmdk-item]').first().waitFor();
    },
    ({ page }) => page.keyboard.press('Escape'),
  ],
  [
    'the settings',
    async ({ page }) => {
      await command(page, 'Settings …');
      await page.getByTestId('settings').waitFor();
    },
    ({ page }) => page.keyboard.press('Escape'),
  ],
  [
    'the keys',
    async ({ page }) => {
      await command(page, 'Keyboard shortcuts');
      await page.locator('.shortcut-columns').waitFor();
    },
    ({ page }) => page.keyboard.press('Escape'),
  ],
  [
    'LeNet on the canvas, with its costs',
    async ({ page }) => {
      await page.locator('[data-zoo=lenet]').click();
      await nodeOf(page, 'conv1').waitFor();
      await atRest(page);
    },
  ],
  ['a layer with its parameters', ({ page }) => findNode(page, 'conv1')],
  [
    'a field with what it does not take',
    async ({ page }) => {
      await page.locator('[data-param=channels] input').fill('abc');
      await page.locator('[data-param=channels] [aria-invalid=true]').waitFor();
    },
    ({ page }) => page.keyboard.press('Escape'),
  ],
  [
    'the menu of a node',
    async ({ page }) => {
      await nodeOf(page, 'conv1').click({ button: 'right' });
      await page.getByTestId('canvas-menu').waitFor();
    },
    ({ page }) => page.keyboard.press('Escape'),
  ],
  [
    'a menu of the window',
    async ({ page }) => {
      await page.getByRole('menuitem', { name: 'File' }).click();
      await page.getByRole('menu').waitFor();
    },
    ({ page }) => page.keyboard.press('Escape'),
  ],
  [
    'quick add',
    async ({ page }) => {
      await page.locator('.canvas').focus();
      await page.keyboard.press('Tab');
      await page.locator('.quick-add [cmdk-item]').first().waitFor();
    },
    async ({ page }) => {
      await page.keyboard.press('Escape');
      await page.locator('.quick-add').waitFor({ state: 'detached' });
    },
  ],
  [
    'the export',
    async ({ page }) => {
      await command(page, 'Export picture or table …');
      await page.getByTestId('export').waitFor();
    },
    ({ page }) => page.keyboard.press('Escape'),
  ],
  [
    'a budget',
    async ({ page }) => {
      await page.getByTestId('gauge-params').click();
      await page.getByLabel('Limit').waitFor();
    },
    ({ page }) => page.keyboard.press('Escape'),
  ],
  ['the profile', ({ page }) => tab(page, 'Profile')],
  ['the comparison', ({ page }) => tab(page, 'Compare')],
  [
    'two designs compared',
    async ({ page }) => {
      await page.locator('.compare select').selectOption('alexnet');
      await page.locator('[data-change=removed]').first().waitFor();
    },
  ],
  ['fitting to limits', ({ page }) => tab(page, 'Fitting')],
  [
    'a run',
    async ({ page }) => {
      await tab(page, 'Run');
      await page.getByRole('radio', { name: 'Noise' }).click();
      await runScores(page);
    },
  ],
  ['feature maps', ({ page }) => tab(page, 'Feature maps')],
  [
    '3D',
    async ({ page }) => {
      await tab(page, '3D');
      await expect.poll(() => page.getByTestId('scene').getAttribute('data-frame')).not.toBe(null);
    },
  ],
  ['the history', ({ page }) => tab(page, 'History')],
  [
    'a page of the reference',
    async ({ page }) => {
      await findNode(page, 'conv1');
      await page.keyboard.press('F1');
      await page.locator('[data-page="layers/conv2d.md"] h2').first().waitFor();
    },
    ({ page }) => page.keyboard.press('Escape'),
  ],
  [
    'the question about what is not saved',
    async ({ page }) => {
      await findNode(page, 'conv1');
      await command(page, 'Bypass or use again');
      await command(page, 'New design');
      await page.getByTestId('question').waitFor();
    },
    ({ page }) => page.keyboard.press('Escape'),
  ],
  [
    'a design with problems',
    async (app) => {
      await openSpec(app, unsound);
      await tab(app.page, /Problems/);
      await app.page.getByTestId('problems').waitFor();
    },
  ],
  ['what a fix would do', ({ page }) => page.getByRole('button', { name: 'Preview' }).first().click()],
  [
    'the page of a rule',
    async ({ page }) => {
      await page
        .locator('[data-rule=redundant-activation]')
        .getByRole('button', { name: 'redundant-activation' })
        .click();
      await page.getByTestId('rule-page').waitFor();
    },
    ({ page }) => page.keyboard.press('Escape'),
  ],
  [
    'the choice of rules',
    async ({ page }) => {
      await page.getByTestId('choose-rules').click();
      await page.getByTestId('packs').waitFor();
    },
    ({ page }) => page.keyboard.press('Escape'),
  ],
  [
    'a block that is looked into',
    async (app) => {
      await openZoo(app, 'resnet18');
      await findNode(app.page, 'layer1.0');
      await command(app.page, 'Open block');
      await app.page.getByTestId('block-bar').waitFor();
    },
  ],
  [
    'a file that is none',
    async ({ page, offer }) => {
      await offer('broken.netwright.json', new TextEncoder().encode('{"netwright": 3, "nodes": 7}'));
      await page.keyboard.press('Control+o');
      await page.getByTestId('notice').waitFor();
    },
    ({ page }) => page.keyboard.press('Escape'),
  ],
  [
    'an exercise',
    async (app) => {
      await command(app.page, 'Start page');
      await app.page.locator('.start-learn [data-command=exercises]').click();
      await app.page.getByTestId('exercise').waitFor();
    },
  ],
  [
    'the story, with its notes',
    async ({ page }) => {
      await command(page, 'Start page');
      await page.locator('.start-learn [data-command=story]').click();
      await page.getByTestId('note-0').waitFor();
    },
  ],
];

const views: readonly View[] = rows.map(([name, come, leave]) => ({
  name,
  come,
  ...(leave ? { leave } : {}),
}));

describe.skipIf(!chromiumPath)('axe objects to nothing, in either theme, at', () => {
  let app: OpenApp;
  beforeAll(async () => {
    app = await openApp({ width: 1280, height: 800 });
  });
  afterAll(() => app?.close());

  /** The list of layers, more than all else that a window shows, is looked at where it is first seen. */
  const palette = '.palette';
  let isKnown = false;
  /** Both themes have their colours from one list: the dark one is looked at in a share of the views. */
  const inTheDark = new Set(byTurns(views, 0).map(({ name }) => name));

  test.each(views)('$name', async ({ name, come, leave }) => {
    const { page } = app;
    await come(app);
    // What is objected to is left as well: the next view is looked at by itself.
    onTestFinished(async () => {
      await page.emulateMedia({ colorScheme: 'light' });
      await leave?.(app);
    });
    const look = isKnown ? { without: palette } : {};
    expect(await objections(page, look)).toEqual([]);
    if (inTheDark.has(name)) {
      await page.emulateMedia({ colorScheme: 'dark' });
      expect(await objections(page, { ...look, colourAlone: true })).toEqual([]);
    }
    isKnown ||= await page.locator(palette).isVisible();
  });
});
