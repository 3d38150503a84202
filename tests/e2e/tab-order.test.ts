import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { atRest, chromiumPath, nodeOf, type OpenApp, openApp } from './app.ts';

/** The parts of the window in the order in which they are read. */
const parts = ['menus', 'toolbar', 'palette', 'canvas', 'panels', 'inspector', 'status-bar'] as const;

interface Stop {
  readonly part: string;
  readonly name: string;
  /** Something is drawn where the focus is. */
  readonly seen: boolean;
  readonly inWindow: boolean;
}

/** Runs in the page. */
function stopOf(): Stop {
  const at = document.activeElement as HTMLElement;
  const owner = at.closest('.menus, .toolbar, .palette, .canvas, .panels, .inspector, .status-bar, .gutter');
  const style = getComputedStyle(at);
  const { left, top, right, bottom } = at.getBoundingClientRect();
  const ring = style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) >= 2;
  // A search box in a window of its own shows the caret, and is all there is.
  const caret = at.matches('input') && at.closest('.quick-add') !== null;
  return {
    part: owner?.classList[0] ?? at.tagName,
    name: at.getAttribute('aria-label') ?? at.textContent?.trim().slice(0, 30) ?? '',
    seen: ring || caret,
    inWindow: right > 0 && bottom > 0 && left < window.innerWidth && top < window.innerHeight,
  };
}

describe.skipIf(!chromiumPath)('Tab', () => {
  let app: OpenApp;
  beforeAll(async () => {
    app = await openApp({ width: 1280, height: 800 });
    await app.page.keyboard.press('Control+k');
    await app.page.keyboard.type('LeNet');
    await app.page.locator('[cmdk-item][data-selected=true]', { hasText: 'LeNet' }).waitFor();
    await app.page.keyboard.press('Enter');
    await nodeOf(app.page, 'conv1').waitFor();
    await atRest(app.page);
  });
  afterAll(() => app?.close());

  /** Presses it until the page is left, and once more round: a trap would be found there. */
  async function walk(keys: string): Promise<readonly Stop[]> {
    const { page } = app;
    await page.evaluate(() => {
      const first = document.createElement('span');
      first.tabIndex = -1;
      document.body.prepend(first);
      first.focus();
      first.remove();
    });
    const stops: Stop[] = [];
    for (let left = 0, i = 0; left < 2; i++) {
      expect(i, `no end: ${JSON.stringify(stops.slice(-3))}`).toBeLessThan(250);
      await page.keyboard.press(keys);
      const stop = await page.evaluate(stopOf);
      if (stop.part === 'BODY') left++;
      else stops.push(stop);
    }
    return stops;
  }

  test('leads through every part of the window in the order of reading, twice round, and is seen wherever it is', async () => {
    const stops = await walk('Tab');
    expect(stops.filter(({ seen }) => !seen)).toEqual([]);
    expect(stops.filter(({ inWindow }) => !inWindow)).toEqual([]);
    const order = stops.map(({ part }) => part).filter((part) => part !== 'gutter');
    const visited = order.filter((part, i) => part !== order[i - 1]);
    expect(visited).toEqual([...parts, ...parts]);
    // What has a hundred entries is one stop, within which arrows walk.
    expect(order.filter((part) => part === 'palette').length).toBe(4);
  });

  test('leads back as well', async () => {
    const back = (await walk('Shift+Tab')).map(({ part }) => part).filter((part) => part !== 'gutter');
    expect(back.filter((part, i) => part !== back[i - 1]).slice(0, parts.length)).toEqual(
      [...parts].reverse(),
    );
  });

  test('comes to the layer in the palette where arrows went, and Enter puts it on the canvas', async () => {
    const { page } = app;
    const at = () => page.evaluate(() => document.activeElement?.getAttribute('data-kind'));
    await page.locator('.palette input').focus();
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowDown');
    expect(await at()).toBe('input');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Tab');
    expect(await at()).toBe('output');
    await page.keyboard.press('End');
    await page.keyboard.press('Home');
    expect(await at()).toBe(null);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await nodeOf(page, 'input2').waitFor();
    expect(app.complaints).toEqual([]);
  });
});
