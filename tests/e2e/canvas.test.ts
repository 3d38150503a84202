import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  atRest,
  chromiumPath,
  command,
  findNode,
  keepPicture,
  nodeOf,
  type OpenApp,
  onCanvas,
  onWire,
  openApp,
} from './app.ts';
import { openSpec, openZoo } from './opening.ts';

describe.skipIf(!chromiumPath)('the canvas', () => {
  let app: OpenApp;
  let page: Page;
  beforeAll(async () => {
    app = await openApp({ gliding: true });
    page = app.page;
  });
  afterAll(() => app?.close());

  test('a change that multiplies the total is told at once, with undo and what if', async () => {
    await openZoo(app, 'resnet50');
    await findNode(page, 'layer3.0');
    const pill = page.getByTestId('growth');
    const stride = page.locator('.inspector [data-param=stride] input').first();
    expect(await pill.count()).toBe(0);
    await stride.fill('1');
    await stride.press('Enter');
    await expect.poll(() => pill.innerText()).toMatch(/Multiply-adds ×2\.6: 4\.089 G → 10\.\d+ G/);
    // Quietly: it takes no focus.
    expect(await pill.evaluate((box) => box.contains(document.activeElement))).toBe(false);
    await keepPicture(page, 'growth');
    await pill.getByRole('button', { name: 'What if …' }).click();
    const compare = page.getByTestId('compare');
    await compare.locator('[data-change=changed]', { hasText: 'layer3.0' }).first().waitFor();
    await compare.locator('.compared.is-chosen', { hasText: 'before “' }).waitFor();
    await keepPicture(page, 'growth-what-if');
    expect(await pill.count()).toBe(0);
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+Shift+z');
    await page.keyboard.press('Control+z');
    await atRest(page);
    await stride.fill('1');
    await stride.press('Enter');
    await pill.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => stride.inputValue()).toBe('2');
    expect(await pill.count()).toBe(0);
    expect(app.complaints).toEqual([]);
  });

  test('a problem of shapes offers what can be done, with its cost, and begets no other', async () => {
    await openZoo(app, 'resnet50');
    await findNode(page, 'layer1.1');
    const width = page.locator('.inspector [data-param=channels] input').first();
    await width.fill('65');
    await width.press('Enter');
    await page.getByRole('tab', { name: /Problems/ }).click();
    const offers = page.getByTestId('panels').locator('.remedies li');
    await expect.poll(() => offers.count()).toBeGreaterThan(2);
    const texts = await offers.allInnerTexts();
    expect(texts.join()).toMatch(/Inner channels of layer1\.1: 64/);
    expect(texts.join()).toMatch(/Inner channels from layer1\.0 to layer1\.2: 65/);
    expect(texts.join()).toMatch(/Shortcut from layer1\.1 to layer1\.2: 1×1 projection/);
    await keepPicture(page, 'remedies');
    await offers.filter({ hasText: 'Inner channels from' }).getByRole('button').click();
    await expect.poll(() => page.locator('.layer-node.is-broken').count()).toBe(0);
    await expect.poll(() => offers.count()).toBe(0);
    await page.keyboard.press('Control+z');
    await expect.poll(() => offers.count()).toBeGreaterThan(2);
  });

  const line = {
    netwright: 2,
    name: 'Line',
    nodes: [
      { id: 'input', kind: 'input', params: { shape: [3, 32, 32] } },
      { id: 'conv', kind: 'conv2d', from: 'input', params: { channels: 8, padding: 1 } },
      { id: 'pool', kind: 'globalAvgPool', from: 'conv' },
      { id: 'output', kind: 'output', from: 'pool' },
    ],
    layout: { input: [0, 0], conv: [240, 0], pool: [480, 0], output: [720, 0] },
  };
  const best = () => page.locator('.quick-add [cmdk-item][data-selected=true]');
  /** A free place of the canvas, from its top left corner in shares of its size. */
  const place = (along: number, down: number) => onCanvas(page, along, down);

  describe('quick-add', () => {
    test.each([
      ['max', 'maxPool'],
      ['1x1', 'conv2d/pointwise'],
      ['全连接', 'linear'],
    ])('%s means %s', async (word, kind) => {
      if (word === 'max') await openSpec(app, line);
      const { x, y } = await place(0.5, 0.85);
      await page.mouse.dblclick(x, y);
      await page.locator('.quick-add input').fill(word);
      await expect.poll(() => best().getAttribute('data-kind')).toBe(kind);
      await page.keyboard.press('Escape');
      await page.locator('.quick-add').waitFor({ state: 'detached' });
    });

    test('is not for a double click on a layer; on a wire it puts what is chosen there', async () => {
      await nodeOf(page, 'conv').dblclick();
      await nodeOf(page, 'conv').and(page.locator('.is-selected')).waitFor();
      expect(await page.locator('.quick-add').count()).toBe(0);
      const { x, y } = await onWire(page, 'conv', 'pool');
      await page.mouse.dblclick(x, y);
      await page.locator('.quick-add input').fill('relu');
      await expect.poll(() => best().getAttribute('data-kind')).toBe('relu');
      await page.keyboard.press('Enter');
      const onward = page.locator('.react-flow__edge[data-id^="relu"][data-id*=">pool:"]');
      await onward.waitFor({ state: 'attached' });
      await page.keyboard.press('Control+z');
      await onward.waitFor({ state: 'detached' });
    });

    test('adds where it was asked for, at the edge too, and moves no further than that all of it is seen', async () => {
      await page.locator('.canvas').focus();
      await page.keyboard.press('1');
      await atRest(page);
      const canvas = (await page.locator('.canvas').boundingBox())!;
      const at = { x: canvas.x + 12, y: canvas.y + canvas.height * 0.85 };
      await page.mouse.dblclick(at.x, at.y);
      await page.locator('.quick-add input').fill('relu');
      await expect.poll(() => best().getAttribute('data-kind')).toBe('relu');
      await page.keyboard.press('Enter');
      await nodeOf(page, 'relu1').waitFor();
      await atRest(page);
      const box = (await nodeOf(page, 'relu1').boundingBox())!;
      expect(box.x).toBeGreaterThanOrEqual(canvas.x);
      expect(box.x).toBeLessThan(canvas.x + 40);
      expect(Math.abs(box.y + box.height / 2 - at.y)).toBeLessThan(40);
      await page.keyboard.press('Control+z');
      await nodeOf(page, 'relu1').waitFor({ state: 'detached' });
    });

    test('a depthwise convolution put after a map has its channels', async () => {
      await nodeOf(page, 'conv').click();
      await page.keyboard.press('a');
      // Until something is typed, only what can follow: no input behind a map, and what was chosen last first.
      await expect.poll(() => best().getAttribute('data-kind')).toBe('relu');
      expect(await page.locator('.quick-add [cmdk-group-heading]').allInnerTexts()).toEqual([
        'Recent',
        'Fits here',
      ]);
      await page.locator('.quick-add input').fill('dw');
      await keepPicture(page, 'quick-add');
      await page.keyboard.press('Enter');
      await nodeOf(page, 'conv1').waitFor();
      expect(await page.locator('.inspector [data-param=channels] input').inputValue()).toBe('8');
      expect(await nodeOf(page, 'conv1').and(page.locator('.is-broken')).count()).toBe(0);
      await page.keyboard.press('Control+z');
    });

    test('behind a wire it offers what fits, best first', async () => {
      const from = await nodeOf(page, 'pool').locator('.react-flow__handle.source').boundingBox();
      const { x, y } = await place(0.6, 0.85);
      await page.mouse.move(from!.x + from!.width / 2, from!.y + from!.height / 2);
      await page.mouse.down();
      await page.mouse.move(x, y, { steps: 6 });
      await page.mouse.up();
      await page.locator('.quick-add').waitFor();
      const kinds = page.locator('.quick-add [cmdk-item]');
      await expect
        .poll(async () =>
          (await kinds.evaluateAll((all) => all.map((each) => each.dataset.kind))).slice(0, 3),
        )
        .toEqual(['linear', 'relu', 'softmax']);
      expect(await page.locator('.quick-add [data-kind=conv2d]').count()).toBe(0);
      await keepPicture(page, 'quick-add-fits');
      await page.locator('.quick-add input').fill('conv2d');
      await expect.poll(() => page.locator('.quick-add .is-misfit[data-kind=conv2d]').count()).toBe(1);
      await page.keyboard.press('Escape');
    });
  });

  test('pastes at the pointer, never on other nodes, with the wires among what was copied, again and again', async () => {
    await openSpec(app, line);
    await nodeOf(page, 'conv').click();
    await nodeOf(page, 'pool').click({ modifiers: ['Shift'] });
    await page.keyboard.press('Control+c');
    const { x, y } = await place(0.5, 0.8);
    await page.mouse.move(x, y, { steps: 3 });
    for (let i = 0; i < 3; i++) {
      await page.keyboard.press('Control+v');
      // Near the edge the view moves to show what was pasted, and with it what lies under the pointer.
      await atRest(page);
    }
    // Only what is in sight is drawn.
    await page.keyboard.press('1');
    const boxes = async () =>
      page
        .locator('.layer-node')
        .evaluateAll((all) => all.map((each) => each.getBoundingClientRect().toJSON()));
    await expect.poll(async () => (await boxes()).length).toBe(10);
    await atRest(page);
    const all = await boxes();
    for (const [i, a] of all.entries())
      for (const b of all.slice(i + 1))
        expect(
          a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom,
          JSON.stringify([a, b]),
        ).toBe(false);
    await keepPicture(page, 'paste');
    await expect.poll(() => page.locator('.react-flow__edge').count()).toBe(6);
    await page.keyboard.press('Control+z');
    await expect.poll(async () => (await boxes()).length).toBe(8);
    await page.keyboard.press('Control+y');
    await expect.poll(async () => (await boxes()).length).toBe(10);
  });

  test('typing renames the selected node', async () => {
    await openSpec(app, line);
    await nodeOf(page, 'conv').click();
    await page.keyboard.type('stem');
    await page.keyboard.press('Enter');
    await nodeOf(page, 'stem').waitFor();
    // A letter that is a shortcut stays one.
    await page.keyboard.press('Control+z');
    await nodeOf(page, 'conv').click();
    await page.keyboard.press('b');
    await nodeOf(page, 'conv').and(page.locator('.is-bypassed')).waitFor();
  });

  test('notes and frames are written, coloured, moved with what they hold, undone and saved', async () => {
    await openSpec(app, line);
    const at = await place(0.3, 0.75);
    await page.mouse.move(at.x, at.y, { steps: 2 });
    await page.locator('.canvas').focus();
    await page.keyboard.press('n');
    const note = page.getByTestId('note-0');
    await note.locator('textarea').fill('# Stem\n\nSees **3×3** pixels');
    await page.keyboard.press('Escape');
    await expect.poll(() => note.locator('strong').innerText()).toBe('3×3');
    await note.click();
    await page.getByRole('button', { name: 'Blue' }).click();
    await note.and(page.locator('.is-blue')).waitFor();
    await page.getByRole('button', { name: 'Larger letters' }).click();
    await expect.poll(() => note.evaluate((each) => getComputedStyle(each).fontSize)).toBe('17px');
    await page.keyboard.press('Escape');
    await nodeOf(page, 'conv').click();
    await nodeOf(page, 'pool').click({ modifiers: ['Shift'] });
    await page.keyboard.press('Shift+N');
    const frame = page.getByTestId('frame-0');
    await frame.locator('input').fill('Features');
    await page.keyboard.press('Enter');
    const title = frame.locator('.frame-title');
    await expect.poll(() => title.innerText()).toBe('Features');
    await keepPicture(page, 'notes');
    const before = await nodeOf(page, 'conv').boundingBox();
    const grip = await title.boundingBox();
    await page.mouse.move(grip!.x + 20, grip!.y + 8);
    await page.mouse.down();
    await page.mouse.move(grip!.x + 20, grip!.y - 72, { steps: 6 });
    await page.mouse.up();
    const rise = async (): Promise<number> => before!.y - (await nodeOf(page, 'conv').boundingBox())!.y;
    await expect.poll(rise).toBeGreaterThan(30);
    expect(await rise()).toBeCloseTo(grip!.y - (await title.boundingBox())!.y, 0);
    await page.keyboard.press('Control+z');
    await expect.poll(async () => (await nodeOf(page, 'conv').boundingBox())!.y).toBeCloseTo(before!.y, 0);
    await page.keyboard.press('Control+s');
    await expect.poll(() => page.title()).not.toContain('•');
    const spec = JSON.parse(await app.saved('Line.netwright.json'));
    expect(spec.canvas.notes[0]).toMatchObject({
      text: '# Stem\n\nSees **3×3** pixels',
      textSize: 17,
      colour: 'blue',
    });
    expect(spec.canvas.frames[0]).toMatchObject({ title: 'Features' });
    await note.click();
    await page.keyboard.press('Delete');
    await note.waitFor({ state: 'detached' });
    await page.keyboard.press('Control+z');
    await note.waitFor();
    expect(app.complaints).toEqual([]);
  });

  describe('wires', () => {
    /** Three outputs of two sizes, a sum, and a layer that nothing reaches. */
    const net = {
      netwright: 2,
      name: 'Net',
      nodes: [
        { id: 'input', kind: 'input', params: { shape: [3, 32, 32] } },
        { id: 'conv', kind: 'conv2d', from: 'input', params: { channels: 8, padding: 1 } },
        { id: 'other', kind: 'conv2d', from: 'input', params: { channels: 8, padding: 1 } },
        { id: 'small', kind: 'maxPool', from: 'other' },
        { id: 'sum', kind: 'add', from: ['conv', 'other'] },
        { id: 'pool', kind: 'globalAvgPool', from: 'sum' },
        { id: 'output', kind: 'output', from: 'pool' },
        { id: 'loose', kind: 'relu' },
      ],
      layout: {
        input: [0, 100],
        conv: [260, 0],
        other: [260, 200],
        small: [520, 300],
        sum: [520, 100],
        pool: [780, 100],
        output: [1040, 100],
        loose: [520, -120],
      },
    };
    const wires = (from: string, to: string) =>
      page.locator(`.react-flow__edge[data-id^="${from}:"][data-id*=">${to}:"]`);
    const handle = async (id: string, type: 'source' | 'target') => {
      const box = (await nodeOf(page, id).locator(`.react-flow__handle.${type}`).first().boundingBox())!;
      return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    };
    const body = async (id: string) => {
      const box = (await nodeOf(page, id).boundingBox())!;
      return { x: box.x + box.width / 2, y: box.y + box.height * 0.4 };
    };
    const saying = () => page.locator('.wire-saying');
    async function drag(from: { x: number; y: number }, to: { x: number; y: number }): Promise<void> {
      await page.mouse.move(from.x, from.y);
      await page.mouse.down();
      await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 4 });
      await page.mouse.move(to.x, to.y, { steps: 4 });
    }

    test('dropped on a body they take the port that fits', async () => {
      await openSpec(app, net);
      await drag(await handle('conv', 'source'), await body('loose'));
      await expect.poll(() => saying().innerText()).toBe('conv → loose');
      await page.mouse.up();
      await wires('conv', 'loose').waitFor({ state: 'attached' });
      expect(await page.locator('.quick-add').count()).toBe(0);
      await drag(await handle('loose', 'source'), await body('sum'));
      await page.mouse.up();
      await page.locator('.react-flow__edge[data-id="loose:out>sum:in2"]').waitFor({ state: 'attached' });
      await page.keyboard.press('Control+z');
      await page.keyboard.press('Control+z');
    });

    test('while they are drawn the target says why it cannot be', async () => {
      await drag(await handle('pool', 'source'), await body('conv'));
      await expect.poll(() => saying().innerText()).toContain('close a cycle');
      await keepPicture(page, 'wire-cycle');
      const input = await body('input');
      await page.mouse.move(input.x, input.y, { steps: 3 });
      await expect.poll(() => saying().innerText()).toMatch(/cycle|takes no wire/);
      await page.keyboard.press('Escape');
      const free = await place(0.5, 0.93);
      await page.mouse.move(free.x, free.y);
      await page.mouse.up();
      await page.keyboard.press('Escape');
      await drag(await handle('small', 'source'), await body('sum'));
      await expect.poll(() => saying().getAttribute('class')).toContain('is-misfit');
      await keepPicture(page, 'wire-misfit');
      await page.mouse.move(free.x, free.y, { steps: 3 });
      await page.mouse.up();
      await page.keyboard.press('Escape');
      await page.locator('.quick-add').waitFor({ state: 'detached' });
    });

    test('an end is picked up and dropped elsewhere, in one step', async () => {
      await openSpec(app, net);
      const end = await handle('pool', 'target');
      await drag({ x: end.x - 18, y: end.y }, await body('output'));
      await page.mouse.up();
      await wires('sum', 'output').waitFor({ state: 'attached' });
      await expect.poll(() => wires('sum', 'pool').count()).toBe(0);
      await page.keyboard.press('Control+z');
      await wires('sum', 'pool').waitFor({ state: 'attached' });
      await wires('pool', 'output').waitFor({ state: 'attached' });
    });

    test('have names with shapes, and a menu that inserts a layer', async () => {
      await expect
        .poll(() => wires('sum', 'pool').getAttribute('aria-label'))
        .toBe('Wire from sum to pool, 8×32×32');
      const { x, y } = await onWire(page, 'sum', 'pool');
      await page.mouse.click(x, y, { button: 'right' });
      await page.getByTestId('canvas-menu').locator('[data-command=insertOnWire]').click();
      // What is typed goes where it is asked for, and no letter of it is a command of the canvas.
      await page.locator('.quick-add input').waitFor();
      await page.locator('.quick-add input').and(page.locator(':focus')).waitFor();
      await page.waitForTimeout(100);
      await page.keyboard.type('bn');
      await page.locator('.quick-add [data-selected=true][data-kind=batchNorm]').waitFor();
      await page.keyboard.press('Enter');
      await wires('sum', 'batchNorm1').waitFor({ state: 'attached' });
      await wires('batchNorm1', 'pool').waitFor({ state: 'attached' });
      await page.keyboard.press('Control+z');
    });

    test('light up under a layer that is dropped on them, which makes room', async () => {
      await openSpec(app, net);
      const row = (await nodeOf(page, 'sum').boundingBox())!.y;
      const to = await onWire(page, 'sum', 'pool');
      await drag(await body('loose'), to);
      await page.locator('.react-flow__edge.drop-target').waitFor({ state: 'attached' });
      await keepPicture(page, 'wire-drop');
      await page.mouse.up();
      await wires('sum', 'loose').waitFor({ state: 'attached' });
      await wires('loose', 'pool').waitFor({ state: 'attached' });
      await atRest(page);
      const [loose, pool] = [
        await nodeOf(page, 'loose').boundingBox(),
        await nodeOf(page, 'pool').boundingBox(),
      ];
      expect(loose!.x + loose!.width).toBeLessThan(pool!.x);
      expect(Math.abs(loose!.y - row)).toBeLessThan(40);
      expect(app.complaints).toEqual([]);
    });
  });

  describe('wheel, fingers and mini-map', () => {
    interface View {
      readonly x: number;
      readonly y: number;
      readonly zoom: number;
    }
    const view = (): Promise<View> =>
      page.locator('.react-flow__viewport').evaluate((element) => {
        const { a, e, f } = new DOMMatrix(getComputedStyle(element).transform);
        return { x: Math.round(e), y: Math.round(f), zoom: a };
      });
    const overCanvas = async (): Promise<void> => {
      const { x, y } = await place(0.5, 0.9);
      await page.mouse.move(x, y);
    };

    test('a wheel zooms, Shift goes sideways, Ctrl zooms; a setting lets it scroll', async () => {
      await openSpec(app, line);
      await overCanvas();
      const start = await view();
      await page.mouse.wheel(0, -120);
      await expect.poll(async () => (await view()).zoom).toBeGreaterThan(start.zoom);
      await page.waitForTimeout(250);
      const zoomed = await view();
      await page.keyboard.down('Shift');
      await page.mouse.wheel(0, 120);
      await page.keyboard.up('Shift');
      await expect.poll(view).toEqual({ ...zoomed, x: zoomed.x - 120 });
      await page.waitForTimeout(250);
      await command(page, 'Mouse wheel zooms');
      await page.getByTestId('notice').getByRole('button', { name: 'Close' }).click();
      await overCanvas();
      const before = await view();
      await page.mouse.wheel(0, 120);
      await expect.poll(view).toEqual({ ...before, y: before.y - 120 });
      await page.waitForTimeout(250);
      await page.keyboard.down('Control');
      await page.mouse.wheel(0, 120);
      await page.keyboard.up('Control');
      await expect.poll(async () => (await view()).zoom).toBeLessThan(before.zoom);
      await command(page, 'Mouse wheel zooms');
      await page.getByTestId('notice').getByRole('button', { name: 'Close' }).click();
    });

    test('two fingers on a pad pan both ways, and pinching zooms', async () => {
      await overCanvas();
      const before = await view();
      await page.mouse.wheel(31, 17);
      await expect.poll(view).toEqual({ ...before, x: before.x - 31, y: before.y - 17 });
      await page.waitForTimeout(250);
    });

    test('the middle button pans over nodes too, and so does Space with a drag', async () => {
      await page.keyboard.press('1');
      await atRest(page);
      const node = await nodeOf(page, 'conv').boundingBox();
      const at = { x: node!.x + 60, y: node!.y + 20 };
      const before = await view();
      await page.mouse.move(at.x, at.y);
      await page.mouse.down({ button: 'middle' });
      await page.mouse.move(at.x + 40, at.y + 30, { steps: 4 });
      await page.mouse.up({ button: 'middle' });
      await expect.poll(async () => (await view()).x - before.x).toBeGreaterThan(30);
      const next = await view();
      await page.locator('.canvas').focus();
      await page.keyboard.down('Space');
      await page.mouse.down();
      await page.mouse.move(at.x + 100, at.y + 70, { steps: 4 });
      await page.mouse.up();
      await page.keyboard.up('Space');
      await expect.poll(async () => (await view()).x - next.x).toBeGreaterThan(40);
      await expect.poll(() => page.title()).not.toContain('•');
    });

    test('the mini-map goes where it is clicked', async () => {
      await page.keyboard.press('0');
      await atRest(page);
      const map = (await page.locator('.react-flow__minimap').boundingBox())!;
      await page.mouse.click(map.x + map.width * 0.1, map.y + map.height * 0.5);
      await atRest(page);
      const left = await view();
      await page.mouse.click(map.x + map.width * 0.9, map.y + map.height * 0.5);
      await expect.poll(async () => left.x - (await view()).x).toBeGreaterThan(200);
      expect(app.complaints).toEqual([]);
    });
  });
});
