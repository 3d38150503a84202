import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keepPicture, nodeOf, type OpenApp, onWire, openApp } from './app.ts';
import { openSpec } from './opening.ts';

/** 3×32×32 through eight filters of 3×3, to a sum that does not fit. */
const net = {
  netwright: 2,
  name: 'Net',
  nodes: [
    { id: 'input', kind: 'input', params: { shape: [3, 32, 32] } },
    { id: 'conv', kind: 'conv2d', from: 'input', params: { channels: 8, padding: 1 } },
    { id: 'pool', kind: 'maxPool', from: 'conv' },
    { id: 'sum', kind: 'add', from: ['conv', 'pool'] },
  ],
  layout: { input: [0, 0], conv: [320, 0], pool: [640, 240], sum: [980, 60] },
};

describe('over the canvas', () => {
  let app: OpenApp;
  beforeAll(async () => {
    app = await openApp();
  });
  afterAll(() => app.close());
  const card = () => app.page.getByTestId('hover-card');

  test('a layer tells its formula and its numbers where the pointer rests on it', async () => {
    const { page } = app;
    await openSpec(app, net);
    const box = (await nodeOf(page, 'conv').boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + 10, { steps: 3 });
    await card().waitFor();
    const text = await card().innerText();
    // 32·32 places, 8 filters of 3·3·3.
    expect(text).toContain('221,184');
    expect(text).toContain('8×32×32');
    expect(text).toMatch(/K_h|·3·3/);
    await keepPicture(page, 'hover-card');
    await page.keyboard.press('Escape');
    await card().waitFor({ state: 'detached' });
  });

  test('a wire tells its shape in full, and why it does not fit', async () => {
    const { page } = app;
    const at = await onWire(page, 'input', 'conv');
    await page.mouse.move(at.x, at.y, { steps: 3 });
    await card().waitFor();
    expect(await card().innerText()).toContain('3,072');
    const wrong = await onWire(page, 'pool', 'sum');
    await page.mouse.move(wrong.x, wrong.y, { steps: 3 });
    await card().locator('.is-error').waitFor();
    expect(await card().innerText()).toContain('pool → sum');
  });

  test('lines show what a dragged layer stands in line with, and it is drawn to them', async () => {
    const { page } = app;
    const [conv, pool] = [
      (await nodeOf(page, 'conv').boundingBox())!,
      (await nodeOf(page, 'pool').boundingBox())!,
    ];
    const start = { x: pool.x + pool.width / 2, y: pool.y + 12 };
    await page.mouse.move(start.x, start.y);
    await page.mouse.down();
    // A drag begins with the second move, from where that one is.
    await page.mouse.move(start.x, start.y - 2);
    const rise = pool.y - conv.y;
    await page.mouse.move(start.x, start.y - rise + 20, { steps: 12 });
    for (let y = start.y - rise + 20; (await page.getByTestId('guide').count()) === 0 && y > 100; y--)
      await page.mouse.move(start.x, y);
    await page.getByTestId('guide').first().waitFor();
    await keepPicture(page, 'guides');
    await page.mouse.up();
    await page.getByTestId('guide').first().waitFor({ state: 'detached' });
    await expect.poll(async () => (await nodeOf(page, 'pool').boundingBox())!.y).toBeCloseTo(conv.y, 0);
    expect(app.complaints).toEqual([]);
  });

  test('with Shift a dragged layer goes straight, along the axis on which it goes further', async () => {
    const { page } = app;
    const box = (await nodeOf(page, 'pool').boundingBox())!;
    const [x, y] = [box.x + box.width / 2, box.y + 12];
    await page.mouse.move(x, y);
    await page.keyboard.down('Shift');
    await page.mouse.down();
    await page.mouse.move(x - 20, y + 90, { steps: 8 });
    await page.mouse.up();
    await page.keyboard.up('Shift');
    await expect.poll(async () => (await nodeOf(page, 'pool').boundingBox())!.y).toBeGreaterThan(box.y + 60);
    expect((await nodeOf(page, 'pool').boundingBox())!.x).toBeCloseTo(box.x, 0);
    expect(app.complaints).toEqual([]);
  });
});
