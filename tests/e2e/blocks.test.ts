import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { atRest, chromiumPath, command, nodeOf, type OpenApp, openApp } from './app.ts';

/** Three convolutions that keep the shape, so that any of them can stand several times in a row. */
const spec = JSON.stringify({
  netwright: 2,
  name: 'Stages',
  nodes: [
    { id: 'input', kind: 'input', params: { shape: [8, 16, 16] } },
    { id: 'conv', kind: 'conv2d', from: 'input', params: { channels: 8, padding: 1 } },
    { id: 'bn', kind: 'batchNorm', from: 'conv' },
    { id: 'relu', kind: 'relu', from: 'bn' },
    { id: 'output', kind: 'output', from: 'relu' },
  ],
  layout: { input: [0, 0], conv: [240, 0], bn: [480, 0], relu: [720, 0], output: [960, 0] },
});
/** Of 3×3 and of 1×1 filters from 8 to 8 channels, on 16×16 positions. */
const MACS = 8 * 8 * 9 * 256;
const SMALL_MACS = 8 * 8 * 256;

describe.skipIf(!chromiumPath)('a block of the user’s own', () => {
  let app: OpenApp;
  beforeAll(async () => {
    app = await openApp();
    await app.offer('stages.netwright.json', new TextEncoder().encode(spec));
    await app.page.keyboard.press('Control+o');
    await nodeOf(app.page, 'conv').waitFor();
  });
  afterAll(() => app?.close());

  const macs = async (): Promise<number> => {
    const title = await app.page.getByTestId('gauge-macs').getAttribute('title');
    return Number(title!.replace(/\D/g, ''));
  };
  const cost = (id: string) => nodeOf(app.page, id).locator('.layer-cost').getAttribute('title');
  const exact = (value: number) => value.toLocaleString('en-US');

  test('is three nodes in a frame, grouped: one node with their cost', async () => {
    const { page } = app;
    await atRest(page);
    const [first, last] = [
      await nodeOf(page, 'conv').boundingBox(),
      await nodeOf(page, 'relu').boundingBox(),
    ];
    await page.keyboard.down('Shift');
    await page.mouse.move(first!.x - 12, first!.y - 30);
    await page.mouse.down();
    await page.mouse.move(last!.x + last!.width / 2, last!.y + last!.height + 20, { steps: 6 });
    await page.mouse.up();
    await page.keyboard.up('Shift');
    await page.getByRole('heading', { name: '3 nodes' }).waitFor();
    await page.keyboard.press('Control+g');
    await nodeOf(page, 'block1').waitFor();
    await nodeOf(page, 'conv').waitFor({ state: 'detached' });
    await expect.poll(() => macs()).toBe(MACS);
    await expect.poll(() => cost('block1')).toBe(exact(MACS));
  });

  test('repeats', async () => {
    const { page } = app;
    const field = page.locator('[data-param=repeat] input');
    await field.fill('3');
    await field.press('Enter');
    await expect.poll(macs).toBe(3 * MACS);
    await expect.poll(() => cost('block1')).toBe(exact(3 * MACS));
    await page.getByTestId('node-block1').getByText('×3').waitFor();
  });

  test('is opened, and what changes inside changes the whole', async () => {
    const { page } = app;
    await atRest(page);
    await nodeOf(page, 'block1').dblclick();
    await page.getByTestId('block-bar').waitFor();
    await nodeOf(page, 'conv').waitFor();
    await atRest(page);
    // A double click on a node is no wish to add another one.
    expect(await page.locator('.quick-add').count()).toBe(0);
    await nodeOf(page, 'conv').click();
    const kernel = page.locator('[data-param=kernel] input').first();
    await kernel.fill('1');
    await kernel.press('Enter');
    await expect.poll(() => cost('conv')).not.toBe(exact(MACS));
    const padding = page.locator('[data-param=padding] input').first();
    await padding.fill('0');
    await padding.press('Enter');
    await expect.poll(macs).toBe(3 * SMALL_MACS);
    await expect.poll(() => cost('conv')).toBe(exact(SMALL_MACS));
    await command(page, 'Leave the block');
    await nodeOf(page, 'block1').waitFor();
    await expect.poll(() => cost('block1')).toBe(exact(3 * SMALL_MACS));
  });

  test('has a name, is added again from the palette, and shares what it is', async () => {
    const { page } = app;
    const name = page.getByTestId('block-name');
    await name.fill('stage');
    await name.press('Enter');
    await page.locator('[data-kind="userBlock:stage"]').click();
    await nodeOf(page, 'stage').waitFor();
    await expect.poll(macs).toBe(4 * SMALL_MACS);
  });

  test('is undone step by step, and back to the file', async () => {
    const { page } = app;
    for (let steps = 0; steps < 20 && (await nodeOf(page, 'conv').count()) === 0; steps++)
      await page.keyboard.press('Control+z');
    await nodeOf(page, 'conv').waitFor();
    await expect.poll(() => macs()).toBe(MACS);
    await expect.poll(() => page.locator('.react-flow__node').count()).toBe(5);
    await expect.poll(() => page.title()).not.toMatch(/•|\*/);
  });

  test('that cannot be is refused in words', async () => {
    const { page } = app;
    await page.locator('.canvas').press('Escape');
    await command(page, 'Select all');
    await command(page, 'Group into a block');
    await page.getByText('"input" is where the network begins').waitFor();
    await expect.poll(() => nodeOf(page, 'conv').count()).toBe(1);
    expect(app.complaints).toEqual([]);
  });
});

test.skipIf(!chromiumPath)(
  'what is found inside of a block is come to from outside, and mended there',
  async () => {
    const app = await openApp();
    try {
      const { page } = app;
      await app.offer('stages.netwright.json', new TextEncoder().encode(spec));
      await page.keyboard.press('Control+o');
      await nodeOf(page, 'conv').waitFor();
      await command(page, 'Select all');
      for (const end of ['input', 'output']) await nodeOf(page, end).click({ modifiers: ['Shift'] });
      await page.keyboard.press('Control+g');
      await nodeOf(page, 'block1').waitFor();
      await page.getByRole('tab', { name: /Problems/ }).click();
      const card = page.getByTestId('problems').locator('[data-rule=redundant-bias-before-bn]');
      await card.waitFor();
      // The first name in the text is the way to it: it does not stand before the text as well.
      expect(await card.locator('p').first().innerText()).toMatch(/^The bias of "block1\/conv" /);
      expect(await card.locator('p .link').innerText()).toBe('block1/conv');
      await card.getByRole('button', { name: 'Show inside block1' }).click();
      await nodeOf(page, 'conv').and(page.locator('.is-selected')).waitFor();
      await card.locator('.button.is-primary').click();
      await card.waitFor({ state: 'detached' });
      await command(page, 'Leave the block');
      await nodeOf(page, 'block1').waitFor();
      expect(await card.count()).toBe(0);
      expect(app.complaints).toEqual([]);
    } finally {
      await app.close();
    }
  },
);

test.skipIf(!chromiumPath)('a block takes the place of a chain in rows, and covers nothing', async () => {
  const { page, close } = await openApp();
  try {
    await command(page, 'AlexNet');
    await nodeOf(page, 'conv3').click();
    for (const id of ['relu3', 'conv4', 'relu4']) await nodeOf(page, id).click({ modifiers: ['Shift'] });
    await page.keyboard.press('Control+g');
    await nodeOf(page, 'relu4').waitFor({ state: 'detached' });
    const covered = () =>
      page.locator('.react-flow__node').evaluateAll((nodes) => {
        const boxes = nodes.map((node) => node.getBoundingClientRect());
        return boxes.some((a, i) =>
          boxes
            .slice(i + 1)
            .some((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom),
        );
      });
    await expect.poll(covered).toBe(false);
    await expect.poll(() => page.locator('.react-flow__node').count()).toBe(20);
  } finally {
    await close();
  }
});
