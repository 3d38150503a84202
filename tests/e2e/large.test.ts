import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeSpec } from '../../shared/formats/spec/write.ts';
import { residualNetwork } from '../bench/large-design.ts';
import { dragFromPalette, keepPicture, nodeOf, type OpenApp, onCanvas, openApp } from './app.ts';

const COLUMNS = 50;

/** So many nodes in rows, of which the canvas can show but a picture. */
function inRows(count: number, name: string) {
  const bare = residualNetwork(count);
  const places = Object.keys(bare.nodes).map(
    (id, i) => [id, { x: (i % COLUMNS) * 240, y: Math.floor(i / COLUMNS) * 160 }] as const,
  );
  return { ...bare, name, layout: Object.fromEntries(places) };
}

/** Kept by the page: what is asked of workers of this script waits there. */
interface Held {
  script: string;
  waiting: (() => void)[];
}

describe('a large design', () => {
  let app: OpenApp;
  const design = inRows(2000, 'Large');
  beforeAll(async () => {
    app = await openApp({ width: 1440, height: 900 });
    await app.offer('Large.netwright.json', new TextEncoder().encode(writeSpec(design)));
    await app.page.keyboard.press('Control+o');
    await sharp();
  });
  afterAll(() => app.close());

  const sharp = async (): Promise<void> => {
    await app.page.locator('.picture[data-sharp=true]').waitFor();
  };
  const elements = (): Promise<number> => app.page.locator('.react-flow__node').count();
  const view = () =>
    app.page.locator('.react-flow__viewport').evaluate((element) => {
      const { a, e, f } = new DOMMatrix(getComputedStyle(element).transform);
      return { zoom: a, x: e, y: f };
    });
  /** Where a node of the picture is on the screen. */
  async function seen(id: string): Promise<{ x: number; y: number }> {
    const { zoom, x, y } = await view();
    const canvas = (await app.page.locator('.canvas').boundingBox())!;
    const at = design.layout[id]!;
    return { x: canvas.x + x + (at.x + 88) * zoom, y: canvas.y + y + (at.y + 33) * zoom };
  }
  /** The design as it is saved, once what was changed is known to be. */
  async function savedSpec() {
    await expect.poll(() => app.page.title()).toContain('•');
    await press('Control+s');
    await expect.poll(() => app.page.title()).not.toContain('•');
    return JSON.parse(await app.saved('Large.netwright.json'));
  }
  async function press(key: string): Promise<void> {
    await app.page.locator('.canvas').focus();
    await app.page.keyboard.press(key);
  }

  test('is a picture with but a few elements', async () => {
    await expect.poll(elements).toBeLessThan(5);
    const inked = await app.page.locator('.picture canvas').evaluateAll((all) => {
      const shown = all.find((each) => each.style.visibility !== 'hidden') as HTMLCanvasElement;
      const { data } = shown.getContext('2d')!.getImageData(0, 0, shown.width, shown.height);
      let count = 0;
      for (let i = 3; i < data.length; i += 4) if (data[i]! > 128) count++;
      return count / (data.length / 4);
    });
    expect(inked).toBeGreaterThan(0.02);
    await keepPicture(app.page, 'large');
  });

  test('a huge one says how far it is, and can be given up at every step: what was open stays', async () => {
    const { page } = app;
    const huge = inRows(20_000, 'Huge');
    await app.offer('Huge.netwright.json', new TextEncoder().encode(writeSpec(huge)));
    const dialog = page.getByTestId('opening');
    // Each step takes as long as the user does, on a fast machine too.
    await page.evaluate(() => {
      const { Worker: Real } = window;
      const held: Held = { script: '', waiting: [] };
      window.Worker = class extends Real {
        readonly #script: string;
        constructor(script: string | URL, options?: WorkerOptions) {
          super(script, options);
          this.#script = String(script);
        }
        override postMessage(...message: [unknown]): void {
          const send = (): void => super.postMessage(...message);
          if (held.script === '' || !this.#script.includes(held.script)) send();
          else held.waiting.push(send);
        }
      };
      Object.assign(window, { held });
    });
    const hold = (script: string): Promise<void> =>
      page.evaluate((each) => {
        const { held } = window as unknown as { held: Held };
        held.script = each;
        for (const send of held.waiting.splice(0)) send();
      }, script);
    for (const [script, told] of [
      ['spec', 'Reading'],
      ['facts', 'Working out shapes and costs'],
    ] as const) {
      await hold(script);
      await page.keyboard.press('Control+o');
      await dialog.getByText(told).waitFor();
      await dialog.getByRole('button', { name: 'Cancel' }).click();
      await dialog.waitFor({ state: 'detached' });
    }
    // What was given up is shown nowhere.
    await hold('');
    await page.waitForTimeout(1500);
    expect(await page.title()).toContain('Large');
    await page.keyboard.press('Control+o');
    await expect.poll(() => page.title()).toContain('Huge');
    await sharp();
    await expect.poll(elements).toBeLessThan(5);
    await app.offer('Large.netwright.json', new TextEncoder().encode(writeSpec(design)));
    await page.keyboard.press('Control+o');
    await expect.poll(() => page.title()).toContain('Large');
    await sharp();
  });

  test('a layer of the picture is clicked, has a menu, and is dragged', async () => {
    const { page } = app;
    const id = 'unit100.conv_a';
    const at = await seen(id);
    await page.mouse.move(at.x, at.y);
    await page.mouse.click(at.x, at.y);
    await nodeOf(page, id).and(page.locator('.is-selected')).waitFor();
    await page.mouse.click(at.x, at.y, { button: 'right' });
    await page.getByTestId('canvas-menu').waitFor();
    await page.keyboard.press('Escape');
    await page.mouse.move(at.x, at.y);
    await page.mouse.down();
    await page.mouse.move(at.x + 30, at.y + 21, { steps: 5 });
    await page.mouse.up();
    const { zoom } = await view();
    const [x, y] = (await savedSpec()).layout[id];
    expect(Math.abs(x - design.layout[id]!.x - 30 / zoom)).toBeLessThan(12 / zoom);
    expect(Math.abs(y - design.layout[id]!.y - 21 / zoom)).toBeLessThan(12 / zoom);
    await press('Control+z');
  });

  test('a marquee selects all in it; a click elsewhere lets go of all', async () => {
    const { page } = app;
    const [from, to] = [await seen('unit20.conv_a'), await seen('unit150.relu')];
    await page.keyboard.down('Shift');
    await page.mouse.move(from.x - 4, from.y - 4);
    await page.mouse.down();
    await page.mouse.move(to.x, to.y, { steps: 6 });
    await page.mouse.up();
    await page.keyboard.up('Shift');
    const chosen = page.locator('.inspector h2, .inspector-head').first();
    await expect.poll(() => chosen.innerText()).toMatch(/\d{3,}/);
    await expect.poll(elements).toBeLessThan(150);
    const empty = await onCanvas(page, 0.5, 0.02);
    await page.mouse.click(empty.x, empty.y);
    await expect.poll(() => chosen.innerText()).not.toMatch(/\d{3,} /);
  });

  test('a layer dropped on a wire of the picture goes onto it', async () => {
    const { page } = app;
    const [a, b] = [await seen('unit50.conv_a'), await seen('unit50.bn_a')];
    await dragFromPalette(page, 'relu', { x: (a.x + b.x) / 2, y: a.y });
    await page.locator('.layer-node.is-selected[data-kind=relu]').waitFor();
    const spec = await savedSpec();
    const bn = spec.nodes.find(({ id }: { id: string }) => id === 'unit50.bn_a');
    expect(bn.from).not.toBe('unit50.conv_a');
    await press('Control+z');
  });

  test('the search shows as many as are read, says how many more there are, and finds each', async () => {
    const { page } = app;
    await page.keyboard.press('Control+f');
    const items = page.locator('[cmdk-item]');
    await items.first().waitFor();
    /** How many there are: those that are shown, and those that are said to be more. */
    const told = async (): Promise<number> => {
      const [shown, text] = await Promise.all([items.count(), page.locator('.finder').innerText()]);
      return shown + Number(/([\d,]+) more/.exec(text)?.[1]?.replaceAll(',', '') ?? 0);
    };
    await expect.poll(told).toBe(Object.keys(design.nodes).length);
    expect(await items.count()).toBeLessThanOrEqual(200);
    await page.locator('[cmdk-input]').fill('unit250.bn_b');
    await expect.poll(() => items.first().innerText()).toContain('unit250.bn_b');
    await expect.poll(() => page.locator('.finder').innerText()).not.toContain(' more');
    await page.keyboard.press('Escape');
    await page.locator('.finder').waitFor({ state: 'detached' });
  });

  test('near by its layers are elements, and so is what is found by name', async () => {
    const { page } = app;
    await page.keyboard.press('Control+f');
    await page.locator('[cmdk-input]').fill('unit120.add');
    await page.locator('[cmdk-item][data-selected=true]', { hasText: 'unit120.add' }).waitFor();
    await page.keyboard.press('Enter');
    await press('0');
    await press('.');
    await nodeOf(page, 'unit120.add').and(page.locator('.is-selected')).waitFor();
    await nodeOf(page, 'unit120.relu').waitFor();
    await expect.poll(elements).toBeLessThan(200);
    await press('b');
    await nodeOf(page, 'unit120.add').and(page.locator('.is-bypassed')).waitFor();
    await press('Control+z');
    await press('1');
    await sharp();
    expect(app.complaints).toEqual([]);
  });
});
