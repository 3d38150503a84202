import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SPEC_VERSION } from '../../shared/formats/spec/format.ts';
import {
  chromiumPath,
  dragFromPalette,
  nodeOf,
  type OpenApp,
  onCanvas,
  onWire,
  openApp,
  wire,
} from './app.ts';

describe.skipIf(!chromiumPath)('drawing with the mouse', () => {
  let app: OpenApp;
  beforeEach(async () => {
    app = await openApp({ gliding: true });
    await app.page.locator('.start-actions [data-command=new]').click();
    await app.page.locator('.canvas-empty').waitFor();
  });
  afterEach(() => app?.close());

  const label = (from: string, to: string) =>
    app.page.locator(`[data-id^="${from}:"][data-id*=">${to}:"] .wire-shape`);

  /** AlexNet's first layer as in the lecture: 3×227×227, 64 filters of 11×11, stride 4, padding 2 → 64×56×56. */
  test('drag layers, wire them, break it, fix it, undo', async () => {
    const { page } = app;
    await dragFromPalette(page, 'input', await onCanvas(page, 0.2, 0.4));
    await page.locator('[data-param=shape] input').fill('3 × 227 × 227');
    await page.keyboard.press('Enter');
    await dragFromPalette(page, 'conv2d', await onCanvas(page, 0.5, 0.4));
    await dragFromPalette(page, 'output', await onCanvas(page, 0.8, 0.4));
    await wire(page, 'input', 'conv1');
    await expect.poll(() => label('input', 'conv1').textContent()).toBe('3×227×227');
    await wire(page, 'conv1', 'output');
    await nodeOf(page, 'conv1').click();
    const field = (name: string) => page.locator(`[data-param=${name}] input`).first();
    for (const [name, value] of [
      ['channels', '64'],
      ['kernel', '11'],
      ['stride', '4'],
      ['padding', '2'],
    ] as const) {
      await field(name).fill(value);
      await page.keyboard.press('Tab');
    }
    await expect.poll(() => label('conv1', 'output').textContent()).toBe('64×56×56');
    // 200,704 outputs of 3·11·11 multiply-adds each; 64·3·11·11 + 64 weights; 784 KiB.
    const costs = page.locator('.inspector .costs');
    await expect.poll(() => costs.innerText()).toContain('= 72,855,552');
    await expect.poll(() => costs.innerText()).toContain('= 23,296');
    await expect.poll(() => costs.innerText()).toContain('784 KiB');

    await field('kernel').fill('400');
    await page.keyboard.press('Tab');
    await nodeOf(page, 'conv1').and(page.locator('.is-broken')).waitFor();
    await expect.poll(() => label('conv1', 'output').textContent()).toBe('?');
    const problem = page.locator('.inspector .finding.is-error');
    await expect.poll(() => problem.innerText()).toMatch(/400/);
    await page.locator('.canvas').focus();
    await page.keyboard.press('Control+z');
    await expect.poll(() => label('conv1', 'output').textContent()).toBe('64×56×56');
    await nodeOf(page, 'conv1').and(page.locator('.is-broken')).waitFor({ state: 'detached' });
    expect(app.complaints).toEqual([]);
  });

  test('a wire that would close a cycle is refused, with the reason', async () => {
    const { page } = app;
    await dragFromPalette(page, 'relu', await onCanvas(page, 0.3, 0.3));
    await dragFromPalette(page, 'tanh', await onCanvas(page, 0.6, 0.3));
    await wire(page, 'relu1', 'tanh1');
    await page.locator('.react-flow__edge').waitFor();
    await wire(page, 'tanh1', 'relu1');
    const notice = page.locator('[data-testid=notice]');
    await notice.waitFor();
    await expect.poll(() => notice.innerText()).toContain('cycle');
    await expect.poll(() => page.locator('.react-flow__edge').count()).toBe(1);
  });

  test('a layer dropped on a wire goes between; dropping a wire on empty canvas offers layers', async () => {
    const { page } = app;
    await dragFromPalette(page, 'input', await onCanvas(page, 0.2, 0.3));
    await dragFromPalette(page, 'output', await onCanvas(page, 0.7, 0.3));
    await wire(page, 'input', 'output');
    await dragFromPalette(page, 'relu', await onWire(page, 'input', 'output'));
    await label('input', 'relu1').waitFor({ state: 'attached' });
    await label('relu1', 'output').waitFor({ state: 'attached' });
    const from = await nodeOf(page, 'relu1').locator('.react-flow__handle.source').boundingBox();
    const to = await onCanvas(page, 0.5, 0.8);
    await page.mouse.move(from!.x + from!.width / 2, from!.y + from!.height / 2);
    await page.mouse.down();
    await page.mouse.move(to.x, to.y, { steps: 6 });
    await page.mouse.up();
    await page.locator('.quick-add [cmdk-input]').fill('max pool');
    await page.keyboard.press('Enter');
    await label('relu1', 'maxPool1').waitFor({ state: 'attached' });
    // One gesture is one step.
    await page.keyboard.press('Control+z');
    await nodeOf(page, 'maxPool1').waitFor({ state: 'detached' });
    await expect.poll(() => label('relu1', 'output').count()).toBe(1);
  });

  test('dragging a node is one step; copies are pasted with their wires; delete joins or cuts', async () => {
    const { page } = app;
    await dragFromPalette(page, 'relu', await onCanvas(page, 0.3, 0.3));
    await dragFromPalette(page, 'tanh', await onCanvas(page, 0.6, 0.3));
    await wire(page, 'relu1', 'tanh1');
    const before = await nodeOf(page, 'tanh1').boundingBox();
    await page.mouse.move(before!.x + 60, before!.y + 12);
    await page.mouse.down();
    // A hand is fast: it has gone far when the first of its moves comes in.
    await page.mouse.move(before!.x + 60, before!.y + 132, { steps: 3 });
    await page.mouse.up();
    // It snaps to a grid of ten.
    const moved = async () => Math.round((await nodeOf(page, 'tanh1').boundingBox())!.y - before!.y);
    await expect.poll(async () => Math.abs((await moved()) - 120)).toBeLessThan(11);
    await page.keyboard.press('Control+z');
    await expect.poll(moved).toBe(0);
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Control+c');
    await page.keyboard.press('Control+v');
    await nodeOf(page, 'tanh2').waitFor();
    await label('relu2', 'tanh2').waitFor({ state: 'attached' });
    expect(JSON.parse(await page.evaluate(() => navigator.clipboard.readText()))).toMatchObject({
      netwright: SPEC_VERSION,
    });
    await page.keyboard.press('Delete');
    await nodeOf(page, 'tanh2').waitFor({ state: 'detached' });
    await expect.poll(() => page.locator('.layer-node').count()).toBe(2);
  });

  test('Escape takes back a drag and a wire that are not done; a drag with Alt leaves a copy', async () => {
    const { page } = app;
    await dragFromPalette(page, 'relu', await onCanvas(page, 0.3, 0.3));
    await dragFromPalette(page, 'tanh', await onCanvas(page, 0.6, 0.3));
    const place = async (id: string) => (await nodeOf(page, id).boundingBox())!;
    const stood = await place('tanh1');
    const drag = async (): Promise<void> => {
      await page.mouse.move(stood.x + 60, stood.y + 12);
      await page.mouse.down();
      await page.mouse.move(stood.x + 60, stood.y + 212, { steps: 8 });
      await expect.poll(async () => (await place('tanh1')).y - stood.y).toBeGreaterThan(150);
    };
    await drag();
    await page.keyboard.press('Escape');
    await expect.poll(async () => (await place('tanh1')).y).toBe(stood.y);
    await page.mouse.move(stood.x + 60, stood.y + 262);
    await page.mouse.up();
    await expect.poll(async () => (await place('tanh1')).y).toBe(stood.y);

    const ends = await Promise.all(
      (['relu1 .source', 'tanh1 .target'] as const).map(async (end) => {
        const [id = '', type = ''] = end.split(' ');
        const box = (await nodeOf(page, id).locator(type).boundingBox())!;
        return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
      }),
    );
    await page.mouse.move(ends[0]!.x, ends[0]!.y);
    await page.mouse.down();
    await page.mouse.move(ends[1]!.x, ends[1]!.y, { steps: 6 });
    await page.locator('.react-flow__connection').waitFor({ state: 'attached' });
    await page.keyboard.press('Escape');
    await page.locator('.react-flow__connection').waitFor({ state: 'detached' });
    await page.mouse.up();
    await expect.poll(() => page.locator('.react-flow__edge').count()).toBe(0);

    await page.keyboard.down('Alt');
    await drag();
    await page.mouse.up();
    await page.keyboard.up('Alt');
    await nodeOf(page, 'tanh2').and(page.locator('.is-selected')).waitFor();
    await expect.poll(async () => (await place('tanh1')).y).toBe(stood.y);
    expect((await place('tanh2')).y - stood.y).toBeGreaterThan(150);
    await page.keyboard.press('Control+z');
    await nodeOf(page, 'tanh2').waitFor({ state: 'detached' });
    // Two were added, and nothing else was done.
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+z');
    await page.locator('.canvas-empty').waitFor();
    expect(app.complaints).toEqual([]);
  });
});
