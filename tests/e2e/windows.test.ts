import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { atRest, chromiumPath, nodeOf, type OpenApp, openApp } from './app.ts';

const WIDTH = 1440;

describe.skipIf(!chromiumPath)('two windows side by side', () => {
  let app: OpenApp;
  let other: Page;
  beforeAll(async () => {
    app = await openApp({ width: WIDTH, height: 900 });
    other = await app.page.context().newPage();
    // Windows without a screen all lie in its corner: this one is to lie at the right of the first.
    await other.addInitScript((x) => Object.defineProperty(window, 'screenX', { get: () => x }), WIDTH);
    await other.goto(app.page.url());
    for (const [page, name] of [
      [other, 'alexnet'],
      [app.page, 'lenet'],
    ] as const) {
      await page.bringToFront();
      await page.locator(`[data-zoo=${name}]`).click();
      await nodeOf(page, 'conv1').waitFor();
      await atRest(page);
    }
  });
  afterAll(() => app?.close());

  const layers = (page: Page): Promise<number> => page.locator('.layer-node').count();

  async function dragOut(id: string, to: { readonly x: number; readonly y: number }): Promise<void> {
    const box = (await nodeOf(app.page, id).boundingBox())!;
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await app.page.mouse.move(x, y);
    await app.page.mouse.down();
    await app.page.mouse.move(x + 40, y + 10, { steps: 3 });
    await app.page.mouse.move(to.x, to.y, { steps: 6 });
    await app.page.mouse.up();
  }

  test('what is dragged out of one is copied to where it is let go of in the other', async () => {
    const before = await layers(other);
    const at = { x: 700, y: 480 };
    const stood = (await nodeOf(app.page, 'conv2').boundingBox())!;
    await dragOut('conv2', { x: WIDTH + at.x, y: at.y });
    // AlexNet has a layer of that name.
    await expect.poll(() => layers(other)).toBe(before + 1);
    const copy = other.locator('.layer-node.is-selected');
    await expect.poll(() => copy.getAttribute('data-kind')).toBe('conv2d');
    await expect.poll(() => app.page.getByTestId('word').innerText()).toBe('Copied to the other window');
    await atRest(app.page);
    const stands = (await nodeOf(app.page, 'conv2').boundingBox())!;
    expect(Math.abs(stands.x - stood.x)).toBeLessThan(1);
    expect(Math.abs(stands.y - stood.y)).toBeLessThan(1);
    expect(await app.page.title()).not.toContain('•');
    await expect.poll(() => other.title()).toContain('•');
  });

  test('what is copied in one is pasted in the other, and into a block, with the wires among it', async () => {
    const { page } = app;
    await page.bringToFront();
    await nodeOf(page, 'conv1').click();
    await nodeOf(page, 'pool1').click({ modifiers: ['Shift'] });
    await page.keyboard.press('Control+c');
    await other.bringToFront();
    const wires = (): Promise<number> => other.locator('.react-flow__edge').count();
    const before = { layers: await layers(other), wires: await wires() };
    await other.mouse.move(700, 500);
    await other.keyboard.press('Control+v');
    await expect.poll(() => layers(other)).toBe(before.layers + 2);
    await expect.poll(wires).toBe(before.wires + 1);
    await other.keyboard.press('Control+g');
    await expect.poll(() => layers(other)).toBe(before.layers + 1);
    await other.keyboard.press('Enter');
    await other.getByTestId('block-bar').waitFor();
    // Those two, and where the block begins and ends.
    await expect.poll(() => layers(other)).toBe(4);
    await atRest(other);
    const inside = await wires();
    await other.keyboard.press('Control+v');
    await expect.poll(() => layers(other)).toBe(6);
    await expect.poll(wires).toBe(inside + 1);
  });

  test('where no window is, it is moved as far as the pointer went, as before', async () => {
    await dragOut('conv2', { x: 600, y: -40 });
    await expect.poll(() => app.page.title()).toContain('•');
    expect(app.complaints).toEqual([]);
  });
});
