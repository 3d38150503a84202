import { produce } from 'immer';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeSpec } from '../../shared/formats/spec/write.ts';
import { emptyDesign } from '../../shared/graph/design.ts';
import { addNode, connect, newNode } from '../../shared/graph/edits.ts';
import { chromiumPath, findNode, nodeOf, type OpenApp, openApp, runScores } from './app.ts';

/** The fully connected layer has 3,010,580,000 weights, which no memory here holds. */
const design = produce(emptyDesign, (draft) => {
  draft.name = 'greedy';
  addNode('x', newNode('input', { shape: [3, 224, 224] }))(draft);
  addNode('conv', newNode('conv2d', { channels: 3, kernel: [3, 3], padding: [1, 1, 1, 1] }))(draft);
  addNode('flat', newNode('flatten'))(draft);
  addNode('fc', newNode('linear', { features: 20_000 }))(draft);
  addNode('y', newNode('output'))(draft);
  const chain = ['x', 'conv', 'flat', 'fc', 'y'];
  for (const [i, to] of chain.slice(1).entries())
    connect({ node: chain[i]!, port: 'out' }, { node: to, port: 'in' })(draft);
});

/** A PNG that says it is as large as a PNG can say, and holds nothing. */
function hugePng(): Buffer {
  const header = Buffer.from('89504e470d0a1a0a0000000d494844527fffffff7fffffff0806000000', 'hex');
  return Buffer.concat([header, Buffer.alloc(40)]);
}

describe.skipIf(!chromiumPath)('what goes wrong in the Run view', () => {
  let app: OpenApp;
  beforeAll(async () => {
    app = await openApp();
    const { page } = app;
    await app.offer('greedy.netwright.json', new TextEncoder().encode(writeSpec(design)));
    await page.keyboard.press('Control+o');
    await nodeOf(page, 'fc').waitFor();
    await page.getByRole('tab', { name: 'Run', exact: true }).click();
    await page.getByRole('radio', { name: 'Noise' }).click();
  });
  afterAll(() => app?.close());

  const card = (page: Page, code: string) => page.locator(`.run-result [data-code=${code}]`);
  /** What the document is known by: its nodes, its costs and what can be undone. */
  const document = async (page: Page): Promise<readonly (string | null)[]> => [
    await page.title(),
    ...(await page.locator('.layer-node').allTextContents()),
    await page.getByTestId('gauge-params').textContent(),
  ];

  test.each(['auto', 'cpu', 'webgl'])(
    'too many weights on %s: refused before they are made',
    async (backend) => {
      const { page } = app;
      const before = await document(page);
      await page.getByLabel('Backend').selectOption(backend);
      await page.locator('.run-controls button[type=submit]').click();
      await card(page, 'memory-exceeded').waitFor();
      await expect
        .poll(() => card(page, 'memory-exceeded').innerText())
        .toMatch(/fc.*11,48\d MiB.*can be had.*Use fewer/s);
      await expect.poll(() => document(page)).toEqual(before);
      await page.getByRole('radio', { name: 'Photo' }).click();
      await page.getByRole('radio', { name: 'Noise' }).click();
    },
  );

  test('mended as the card says, it runs', async () => {
    const { page } = app;
    await findNode(page, 'fc');
    await page.locator('[data-param=features] input').fill('10');
    await page.locator('[data-param=features] input').press('Enter');
    await page.getByLabel('Backend').selectOption('cpu');
    expect(await runScores(page)).toHaveLength(5);
    await expect.poll(() => card(page, 'memory-exceeded').count()).toBe(0);
  });

  test('a run is cancelled in the middle: the design is as it was, and the next run works', async () => {
    const { page } = app;
    const before = await document(page);
    const run = page.locator('.run-controls button[type=submit]');
    await page.getByLabel('Runs', { exact: true }).fill('1000');
    await run.click();
    await page.getByText(/^Run [2-9]\d* of 1001/).waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.locator('.run-result').getByText('Cancelled.').waitFor();
    // It stays so: the button under the pointer is now the one that runs.
    await expect.poll(() => run.isVisible()).toBe(true);
    await expect.poll(() => document(page)).toEqual(before);
    await page.getByLabel('Runs', { exact: true }).fill('1');
    await page.getByLabel('Warm-up', { exact: true }).fill('0');
    expect(await runScores(page)).toHaveLength(5);
  });

  test.each([
    [
      'text.png',
      Buffer.from('This is no picture.'),
      'picture-unreadable',
      /text\.png is not a picture.*Use a PNG/s,
    ],
    ['torn.png', hugePng().subarray(0, 20), 'picture-unreadable', /torn\.png .*damaged.*Use a PNG/s],
    ['huge.png', hugePng(), 'picture-too-large', /2147483647×2147483647 pixels.*smaller/s],
  ])('%s is refused with a card, and what was run before stays', async (name, bytes, code, words) => {
    const { page } = app;
    await page.getByRole('radio', { name: 'Photo' }).click();
    await app.offer(name, bytes);
    await page.locator('.drop-zone .link').click();
    await card(page, code).waitFor();
    await expect.poll(() => card(page, code).innerText()).toMatch(words);
    await page.getByTestId('scores').waitFor();
    await page.getByRole('radio', { name: 'Noise' }).click();
    expect(await runScores(page)).toHaveLength(5);
    await expect.poll(() => card(page, code).count()).toBe(0);
  });

  test('without a complaint', () => expect(app.complaints).toEqual([]));
});
