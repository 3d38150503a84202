import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { atRest, chromiumPath, nodeOf, type OpenApp, onCanvas, openApp } from './app.ts';
import { openZoo } from './opening.ts';

describe.skipIf(!chromiumPath)('fingers on a screen', () => {
  let app: OpenApp;
  let page: Page;
  beforeAll(async () => {
    app = await openApp({ width: 1280, height: 800, touch: true, gliding: true });
    page = app.page;
    await openZoo(app, 'lenet');
  });
  afterAll(() => app?.close());

  const view = () =>
    page.locator('.react-flow__viewport').evaluate((element) => {
      const { a, e, f } = new DOMMatrix(getComputedStyle(element).transform);
      return { x: e, y: f, zoom: a };
    });

  test('one pans, two pinch and pan, a tap selects, a drag moves, and holding opens the menu', async () => {
    const session = await page.context().newCDPSession(page);
    type Fingers = readonly (readonly [x: number, y: number])[];
    /** How fast fingers go is told by when they are said to have been there, however long it took to say so. */
    let now = Date.now() / 1000;
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', fingers: Fingers = []) => {
      now = type === 'touchStart' ? Date.now() / 1000 : now + 0.02;
      return session.send('Input.dispatchTouchEvent', {
        type,
        touchPoints: fingers.map(([x, y], id) => ({ x, y, id })),
        timestamp: now,
      });
    };
    const STEPS = 8;
    /** Fingers that go so far each, in pixels. */
    const glide = async (from: Fingers, by: Fingers): Promise<void> => {
      await touch('touchStart', from);
      for (let i = 1; i <= STEPS; i++) {
        const along = from.map(
          ([x, y], n) => [x + (by[n]![0] * i) / STEPS, y + (by[n]![1] * i) / STEPS] as const,
        );
        await touch('touchMove', along);
      }
      await touch('touchEnd');
      await atRest(page);
    };
    const { x, y } = await onCanvas(page, 0.5, 0.9);
    const start = await view();
    await glide([[x, y]], [[70, -20]]);
    const panned = await view();
    expect(panned.zoom).toBe(start.zoom);
    // What it moves before it is taken for a pan may be lost.
    expect(panned.x - start.x).toBeGreaterThan(40);
    // Thrown, it glides on: 35 pixels in a fiftieth of a second take it as far again at least.
    const thrown = { x: 280, y: 60 };
    const throwIt = async (): Promise<{ x: number; y: number }> => {
      const before = await view();
      await glide([[x, y - 60]], [[-thrown.x, -thrown.y]]);
      const after = await view();
      expect(after.zoom).toBe(before.zoom);
      return { x: before.x - after.x, y: before.y - after.y };
    };
    const flown = await throwIt();
    expect(flown.x).toBeGreaterThan(2 * thrown.x);
    expect(flown.y).toBeGreaterThan(1.5 * thrown.y);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    expect((await throwIt()).x).toBeLessThanOrEqual(thrown.x);
    await page.keyboard.press('0');
    expect((await view()).zoom).toBe(1);
    await page.keyboard.press('1');
    const fitted = await view();
    await atRest(page);
    expect(await view()).toEqual(fitted);
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    const two: Fingers = [
      [x - 40, y],
      [x + 40, y],
    ];
    await glide(two, [
      [-40, 0],
      [40, 0],
    ]);
    const pinched = await view();
    expect(pinched.zoom).toBeGreaterThan(1.3 * panned.zoom);
    await glide(two, [
      [-40, -30],
      [-40, -30],
    ]);
    const moved = await view();
    expect(Math.abs(moved.zoom / pinched.zoom - 1)).toBeLessThan(0.1);
    expect(moved.x).toBeLessThan(pinched.x - 15);

    await page.keyboard.press('1');
    await atRest(page);
    const box = (await nodeOf(page, 'conv1').boundingBox())!;
    const middle = [box.x + box.width / 2, box.y + box.height / 2] as const;
    await touch('touchStart', [middle]);
    await touch('touchEnd');
    await nodeOf(page, 'conv1').and(page.locator('.is-selected')).waitFor();
    await glide([middle], [[0, 60]]);
    await expect.poll(async () => (await nodeOf(page, 'conv1').boundingBox())!.y - box.y).toBeGreaterThan(30);
    await page.keyboard.press('Control+z');
    await expect
      .poll(async () => Math.abs((await nodeOf(page, 'conv1').boundingBox())!.y - box.y))
      .toBeLessThan(1);
    await touch('touchStart', [middle]);
    await page.getByTestId('canvas-menu').waitFor();
    await touch('touchEnd');
    await page.keyboard.press('Escape');
    await page.getByTestId('canvas-menu').waitFor({ state: 'detached' });
    expect(app.complaints).toEqual([]);
  });
});
