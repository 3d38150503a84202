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
  wire,
} from './app.ts';

/** A block of the user's own that stands twice, and one that comes with the program. */
const spec = JSON.stringify({
  netwright: 2,
  name: 'Stages',
  nodes: [
    { id: 'input', kind: 'input', params: { shape: [8, 16, 16] } },
    { id: 'first', kind: 'userBlock', from: 'input', params: { block: 'own' } },
    { id: 'second', kind: 'userBlock', from: 'first', params: { block: 'own' } },
    { id: 'residual', kind: 'residual', from: 'second', params: { channels: 8 } },
    { id: 'output', kind: 'output', from: 'residual' },
  ],
  layout: { input: [0, 0], first: [260, 0], second: [520, 0], residual: [780, 0], output: [1040, 0] },
  blocks: {
    own: {
      nodes: [
        { id: 'input', kind: 'input', params: { shape: [8, 16, 16] } },
        { id: 'conv', kind: 'conv2d', from: 'input', params: { channels: 8, padding: 1 } },
        { id: 'relu', kind: 'relu', from: 'conv' },
        { id: 'output', kind: 'output', from: 'relu' },
      ],
      layout: { input: [0, 0], conv: [240, 0], relu: [480, 0], output: [720, 0] },
      canvas: { notes: [{ at: [240, 90], size: [220, 60], text: 'What both of them share.' }] },
    },
  },
});
/** Of 3×3 and of 1×1 filters from 8 to 8 channels, on 16×16 positions: by both nodes; the residual block has two of 3×3. */
const [LARGE, SMALL] = [8 * 8 * 9 * 256, 8 * 8 * 256];
const RESIDUAL = 2 * LARGE;

describe.skipIf(!chromiumPath)('a block opens in place', () => {
  let app: OpenApp;
  beforeAll(async () => {
    app = await openApp({ gliding: true });
    await app.offer('stages.netwright.json', new TextEncoder().encode(spec));
    await app.page.keyboard.press('Control+o');
    await nodeOf(app.page, 'second').waitFor();
  });
  afterAll(() => app?.close());

  const macs = async (): Promise<number> => {
    const title = await app.page.getByTestId('gauge-macs').getAttribute('title');
    return Number(title!.replace(/\D/g, ''));
  };
  const frame = (id: string) => app.page.getByTestId(`open-${id}`);
  const inner = (block: string, id: string) => nodeOf(app.page, `${block}//${id}`);
  /** Where nodes stand to each other, at whatever zoom. */
  const gap = async (from: string, to: string): Promise<number> => {
    await atRest(app.page);
    const [a, b] = [await nodeOf(app.page, from).boundingBox(), await nodeOf(app.page, to).boundingBox()];
    return (b!.x - a!.x) / a!.width;
  };

  test('as a frame with its inside, and what is behind it makes room', async () => {
    const { page } = app;
    const before = await gap('input', 'output');
    await nodeOf(page, 'first').click();
    await page.keyboard.press('Shift+Enter');
    await frame('first').waitFor();
    await inner('first', 'conv').waitFor();
    await nodeOf(page, 'first').waitFor({ state: 'detached' });
    // What is written inside of the block is read in its frame, which is large enough for it.
    const note = page.locator('.canvas-note', { hasText: 'What both of them share.' });
    await note.waitFor();
    await atRest(page);
    const [border, within] = [(await frame('first').boundingBox())!, (await note.boundingBox())!];
    expect(within.x).toBeGreaterThan(border.x);
    expect(within.y + within.height).toBeLessThan(border.y + border.height);
    await page.keyboard.press('1');
    // The block is 4 nodes wide now instead of 1: 896 pixels of nodes and gaps in a frame, by nodes of 176.
    expect(await gap('input', 'output')).toBeGreaterThan(before + (896 - 176) / 176);
    const [around, conv, next] = [
      await frame('first').boundingBox(),
      await inner('first', 'conv').boundingBox(),
      await nodeOf(page, 'second').boundingBox(),
    ];
    expect(conv!.x).toBeGreaterThan(around!.x);
    expect(conv!.x + conv!.width).toBeLessThan(around!.x + around!.width);
    expect(next!.x).toBeGreaterThan(around!.x + around!.width);
    await keepPicture(page, 'in-place');
  });

  test('its layers are chosen, and what is changed there changes all that stand for it; undo takes it back', async () => {
    const { page } = app;
    expect(await macs()).toBe(2 * LARGE + RESIDUAL);
    await inner('first', 'conv').click();
    await page.locator('[data-param=kernel] input').first().fill('1');
    await page.keyboard.press('Enter');
    await page.locator('[data-param=padding] input').first().fill('0');
    await page.keyboard.press('Enter');
    await expect.poll(macs).toBe(2 * SMALL + RESIDUAL);
    // The frame is still there, and so is what is around it.
    await frame('first').waitFor();
    await nodeOf(page, 'second').waitFor();
    await page.locator('.canvas').focus();
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+z');
    await expect.poll(macs).toBe(2 * LARGE + RESIDUAL);
  });

  test('a layer is put on a wire inside, by the mouse, and deleted', async () => {
    const { page } = app;
    const at = await onWire(page, 'first//conv', 'relu');
    await dragFromPalette(page, 'conv2d', at);
    await inner('first', 'conv1').waitFor();
    await expect.poll(macs).toBeGreaterThan(2 * LARGE + RESIDUAL);
    await inner('first', 'conv1').click();
    await page.keyboard.press('Control+Delete');
    await inner('first', 'conv1').waitFor({ state: 'detached' });
    await expect.poll(macs).toBe(2 * LARGE + RESIDUAL);
    // Only that: the blocks outside are where they were.
    await nodeOf(page, 'second').waitFor();
  });

  test('what is dragged inside moves there, in one step of undo, and the frame with it', async () => {
    const { page } = app;
    await page.keyboard.press('1');
    await atRest(page);
    const offset = async () => {
      const [a, b] = [await inner('first', 'conv').boundingBox(), await inner('first', 'relu').boundingBox()];
      return Math.round(b!.y - a!.y);
    };
    const before = await offset();
    const box = (await inner('first', 'relu').boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2 + 90, { steps: 6 });
    await page.mouse.up();
    await expect.poll(offset).toBeGreaterThan(before + 60);
    await page.keyboard.press('Control+z');
    await expect.poll(offset).toBe(before);
  });

  test('a wire does not go through its wall', async () => {
    const { page } = app;
    await nodeOf(page, 'input').click();
    await wire(page, 'input', 'first//relu');
    await page.getByTestId('notice').getByText('A wire ends in the block').waitFor();
    await page.keyboard.press('Escape');
  });

  test('closed, everything comes back to where it stood', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Close first in place' }).click();
    await nodeOf(page, 'first').waitFor();
    await frame('first').waitFor({ state: 'detached' });
    // 1040 pixels from the input, as in the file.
    await expect.poll(() => gap('input', 'output')).toBeCloseTo(1040 / 176, 1);
  });

  test('one that comes with the program is looked at, and unpacked from there', async () => {
    const { page } = app;
    await nodeOf(page, 'residual').click();
    await command(page, 'Open or close in place');
    await frame('residual').waitFor();
    const conv = page.locator('[data-testid^="node-residual//"][data-kind=conv2d]').first();
    await conv.click();
    await page.keyboard.press('Delete');
    await page.getByText('Nothing inside residual can be changed').waitFor();
    await frame('residual').waitFor();
    await page.getByRole('button', { name: 'Unpack residual' }).click();
    await frame('residual').waitFor({ state: 'detached' });
    await expect.poll(() => page.locator('.layer-node[data-kind=conv2d]').count()).toBe(2);
    await expect.poll(macs).toBe(2 * LARGE + RESIDUAL);
  });

  test('nothing was complained of', () => {
    expect(app.complaints).toEqual([]);
  });
});
