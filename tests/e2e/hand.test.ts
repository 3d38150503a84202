import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { atRest, chromiumPath, findNode, keepPicture, nodeOf, type OpenApp, openApp, wire } from './app.ts';
import { type NamedSpec, openSpec, openZoo } from './opening.ts';

/** Of two activations in a row, of which a rule says that one is enough; nothing else is wrong. */
const doubled = {
  netwright: 2,
  name: 'Doubled',
  nodes: [
    { id: 'input', kind: 'input', params: { shape: [3, 16, 16] } },
    { id: 'conv', kind: 'conv2d', from: 'input', params: { channels: 8, padding: 1 } },
    { id: 'relu1', kind: 'relu', from: 'conv' },
    { id: 'relu2', kind: 'relu', from: 'relu1' },
    { id: 'output', kind: 'output', from: 'relu2' },
  ],
  layout: { input: [0, 0], conv: [240, 0], relu1: [480, 0], relu2: [720, 0], output: [960, 0] },
};

const mismatched = {
  netwright: 3,
  name: 'Mismatched',
  nodes: [
    { id: 'input', kind: 'input', params: { shape: [16, 32, 32] } },
    { id: 'conv', kind: 'conv2d', from: 'input', params: { channels: 32, padding: 1, stride: 2 } },
    { id: 'sum', kind: 'add', from: ['conv', 'input'] },
    { id: 'output', kind: 'output', from: 'sum' },
  ],
  layout: { input: [0, 0], conv: [240, 0], sum: [480, 0], output: [720, 0] },
};

const withBlock = {
  netwright: 2,
  name: 'With-block',
  nodes: [
    { id: 'input', kind: 'input', params: { shape: [8, 16, 16] } },
    { id: 'conv', kind: 'conv2d', from: 'input', params: { channels: 8, padding: 1 } },
    { id: 'relu', kind: 'relu', from: 'conv' },
    { id: 'block', kind: 'residual', from: 'relu', params: { channels: 8 } },
    { id: 'output', kind: 'output', from: 'block' },
  ],
  layout: { input: [0, 0], conv: [240, 0], relu: [480, 0], block: [720, 0], output: [960, 0] },
};

describe.skipIf(!chromiumPath)('the hand', () => {
  let app: OpenApp;
  let page: Page;
  beforeAll(async () => {
    app = await openApp({ gliding: true });
    page = app.page;
  });
  afterAll(() => app?.close());

  const open = (spec: NamedSpec): Promise<void> => openSpec(app, spec);

  describe('one broken card never takes the window', () => {
    beforeEach(() => open(doubled));

    test('Why and Preview are opened and closed', async () => {
      // As today's Chromium has it; an older one gives nothing back.
      await page.evaluate(() => {
        const scroll = Element.prototype.scrollIntoView;
        Element.prototype.scrollIntoView = function (this: Element, ...how) {
          scroll.apply(this, how);
          return Promise.resolve();
        };
      });
      await page.getByRole('tab', { name: 'Problems' }).click();
      const card = page.getByTestId('panels').locator('.finding').first();
      for (const name of ['Preview', 'Why', 'Preview']) {
        const button = card.getByRole('button', { name });
        await button.click();
        await card.locator('.why').waitFor();
        await button.click();
        await card.locator('.why').waitFor({ state: 'detached' });
      }
      await card.getByRole('button', { name: 'Why' }).click();
      await page.getByRole('tab', { name: 'Costs' }).click();
      await nodeOf(page, 'conv').click();
      await expect.poll(() => page.locator('#node-name').inputValue()).toBe('conv');
      expect(app.complaints).toEqual([]);
    });

    test('a part that breaks says so, is copied, and is tried again', async () => {
      await page.evaluate(() => {
        const split = Reflect.get(String.prototype, 'split') as (...by: unknown[]) => string[];
        Object.assign(window, { mendSplit: () => Object.assign(String.prototype, { split }) });
        Object.assign(String.prototype, {
          split(this: string, ...by: unknown[]) {
            if (by[0] === '\n\n') throw new Error('No paragraphs today');
            return split.apply(this, by);
          },
        });
      });
      await nodeOf(page, 'conv').click();
      const broken = page.getByRole('alert');
      await broken.waitFor();
      await expect.poll(() => broken.innerText()).toContain('Inspector broke');
      await keepPicture(page, 'broken-part');
      await broken.getByRole('button', { name: 'Copy details' }).click();
      await broken.getByRole('button', { name: 'Copied' }).waitFor();
      expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('No paragraphs today');
      // All the rest works on: the design is changed from the canvas, and what was selected no more is shown.
      await page.keyboard.press('Escape');
      await nodeOf(page, 'relu2').click();
      await page.keyboard.press('Control+Delete');
      await nodeOf(page, 'relu2').waitFor({ state: 'detached' });
      await broken.waitFor({ state: 'detached' });
      await nodeOf(page, 'conv').click();
      await broken.waitFor();
      await page.evaluate(() => Reflect.apply(Reflect.get(window, 'mendSplit'), undefined, []));
      await broken.getByRole('button', { name: 'Try again' }).click();
      await expect.poll(() => page.locator('#node-name').inputValue()).toBe('conv');
      app.complaints.splice(0);
    });
  });

  describe('inside of a block that comes with the program', () => {
    const total = () => page.getByTestId('gauge-macs').getAttribute('title');
    const inside = 'layer1.0.conv1';

    test('a layer is looked at, and no command reaches what is outside', async () => {
      await openZoo(app, 'resnet50');
      const before = await total();
      await findNode(page, 'layer1.0');
      await page.keyboard.press('Enter');
      await nodeOf(page, inside).waitFor();
      await atRest(page);
      await nodeOf(page, inside).click();
      // Its facts: 64 filters of 1×1 over 64 channels of 56×56.
      await expect.poll(() => page.locator('.inspector').innerText()).toContain('12,845,056');
      await keepPicture(page, 'sealed');
      const refused = page
        .getByTestId('notice')
        .filter({ hasText: 'Nothing inside layer1.0 can be changed' });
      for (const keys of [
        'Delete',
        'Control+Delete',
        'b',
        'Control+d',
        'Control+x',
        'Control+g',
        'F2',
        'l',
      ]) {
        await nodeOf(page, inside).click();
        await page.keyboard.press(keys);
        await refused.waitFor();
        await refused.getByRole('button', { name: 'Close' }).click();
        await nodeOf(page, inside).waitFor();
      }
      await page.keyboard.press('Control+a');
      await expect.poll(() => page.locator('.inspector h2').innerText()).not.toContain('18');
      await keepPicture(page, 'sealed-all');
      expect(await total()).toBe(before);
      await page.keyboard.press('Escape');
      await page.keyboard.press('Escape');
      await nodeOf(page, 'layer1.0').and(page.locator('.is-selected')).waitFor();
      expect(await total()).toBe(before);
      await expect.poll(() => page.title()).not.toContain('•');
    });

    test('its parameters change it from inside, and unpacking is offered where something is refused', async () => {
      await page.keyboard.press('Enter');
      await nodeOf(page, inside).waitFor();
      const channels = page.locator('.inspector [data-param=channels] input');
      const before = await total();
      await channels.fill('32');
      await channels.press('Enter');
      await expect.poll(total).not.toBe(before);
      await page.keyboard.press('Control+z');
      await expect.poll(total).toBe(before);
      await nodeOf(page, inside).click();
      await page.keyboard.press('Delete');
      await page.getByTestId('notice-action').click();
      await nodeOf(page, 'layer1.0').waitFor({ state: 'detached' });
      await nodeOf(page, inside).waitFor();
      await page.keyboard.press('Control+z');
      await nodeOf(page, 'layer1.0').waitFor();
      expect(app.complaints).toEqual([]);
    });
  });

  describe('after a marquee', () => {
    /** Selects all but the input and the output. */
    async function marquee(): Promise<void> {
      const [first, last] = [
        await nodeOf(page, 'conv').boundingBox(),
        await nodeOf(page, 'block').boundingBox(),
      ];
      await page.keyboard.down('Shift');
      await page.mouse.move(first!.x - 10, first!.y - 40);
      await page.mouse.down();
      await page.mouse.move(last!.x + last!.width / 2, last!.y + last!.height + 30, { steps: 6 });
      await page.mouse.up();
      await page.keyboard.up('Shift');
      await page.getByRole('heading', { name: '3 nodes' }).waitFor();
    }
    const selected = () =>
      page
        .locator('.layer-node.is-selected')
        .evaluateAll((nodes) => nodes.map((node) => node.dataset.testid).sort());

    beforeEach(async () => {
      await open(withBlock);
      await marquee();
    });

    test('a click and a Shift-click choose what is under the pointer', async () => {
      await nodeOf(page, 'relu').click();
      await expect.poll(selected).toEqual(['node-relu']);
      await marquee();
      await page.keyboard.down('Shift');
      await nodeOf(page, 'relu').click();
      await page.keyboard.up('Shift');
      await expect.poll(selected).toEqual(['node-block', 'node-conv']);
      await nodeOf(page, 'relu').click();
      await expect.poll(selected).toEqual(['node-relu']);
    });

    test('a double click opens, the other button has the menu of what is there', async () => {
      await nodeOf(page, 'block').click({ button: 'right' });
      await page.getByTestId('canvas-menu').locator('[data-command=group]').waitFor();
      await page.keyboard.press('Escape');
      await marquee();
      await nodeOf(page, 'block').dblclick();
      await page.getByTestId('block-bar').waitFor();
    });

    test('wires are drawn, and all that is selected is dragged', async () => {
      await wire(page, 'conv', 'block');
      await page
        .locator('.react-flow__edge[data-id^="conv:"][data-id*=">block:"]')
        .waitFor({ state: 'attached' });
      await page.keyboard.press('Control+z');
      await marquee();
      const before = await Promise.all(
        ['conv', 'relu', 'block', 'output'].map((id) => nodeOf(page, id).boundingBox()),
      );
      await page.mouse.move(before[1]!.x + 60, before[1]!.y + 20);
      await page.mouse.down();
      await page.mouse.move(before[1]!.x + 60, before[1]!.y + 120, { steps: 6 });
      await page.mouse.up();
      await expect
        .poll(async () =>
          Promise.all(
            ['conv', 'relu', 'block', 'output'].map(
              async (id, i) => (await nodeOf(page, id).boundingBox())!.y - before[i]!.y > 50,
            ),
          ),
        )
        .toEqual([true, true, true, false]);
      await page.keyboard.press('Control+z');
    });
  });

  describe('a number field', () => {
    const field = (param = 'channels') => page.locator(`.inspector [data-param=${param}] input`).first();
    const said = () => page.locator('.inspector .said');
    /** What the design holds. */
    const filters = async (): Promise<string> =>
      (await page.locator('.cost-row', { hasText: 'conv' }).first().innerText()).match(/Conv2d · (\d+)/)![1]!;

    test('is shown', async () => {
      await open(doubled);
      await page.getByRole('tab', { name: 'Costs' }).click();
      await nodeOf(page, 'conv').click();
    });

    test.each([
      ['8*2', '16'],
      ['1.5k', '1500'],
      ['1e4', '10000'],
      ['(2+2)×6', '24'],
    ])('reads %s', async (text, value) => {
      await field().fill(text);
      await field().press('Enter');
      await expect.poll(() => field().inputValue()).toBe(value);
      await expect.poll(filters).toBe(value);
    });

    test.each(['3.5', 'abc', '', '0', '-3', '1e99', '8*'])(
      'says what is allowed instead of “%s”, and keeps it',
      async (text) => {
        await field().fill('12');
        await field().press('Enter');
        await field().focus();
        await field().press('Control+a');
        await field().pressSequentially(text);
        if (text === '') await field().press('Delete');
        await expect.poll(() => said().innerText()).toMatch(/A whole number from 1 to [\d,]+\./);
        await field().press('Enter');
        await page.locator('.inspector h2').click();
        expect(await field().inputValue()).toBe(text);
        await said().waitFor();
        expect(await filters()).toBe('12');
        await field().focus();
        await field().press('Escape');
        expect(await field().inputValue()).toBe('12');
        await said().waitFor({ state: 'detached' });
      },
    );

    test('Escape takes back what counted while it was typed, and leaves nothing to undo', async () => {
      await page.locator('.inspector h2').click();
      await field().fill('12');
      await field().press('Enter');
      await field().fill('99');
      await expect.poll(filters).toBe('99');
      await field().press('Escape');
      await expect.poll(filters).toBe('12');
      await page.locator('.inspector h2').click();
      await page.keyboard.press('Control+z');
      await expect.poll(filters).not.toBe('12');
      await keepPicture(page, 'number');
    });

    test('a list says which of its numbers is none', async () => {
      await nodeOf(page, 'input').click();
      const shape = page.locator('.inspector [data-param=shape] input');
      await shape.fill('3, 8*4, abc');
      await expect.poll(() => said().innerText()).toContain('“abc” is no number.');
      await shape.press('Enter');
      expect(await shape.inputValue()).toBe('3, 8*4, abc');
      await keepPicture(page, 'list');
      await shape.fill('3, 8*4, 32');
      await shape.press('Enter');
      await expect.poll(() => shape.inputValue()).toBe('3 × 32 × 32');
    });
  });

  describe('a name', () => {
    const name = () => page.locator('#node-name');
    const said = () => page.locator('.name-field .said');

    test.each([
      ['relu1', 'There is already a node of that name.', 'relu3'],
      ['my conv', 'Letters, digits and _ - . only, starting with a letter or _.', 'my_conv'],
      ['3x3', 'Letters, digits and _ - . only, starting with a letter or _.', '_3x3'],
      ['constructor', 'This word is kept for JavaScript.', 'constructor2'],
    ])(
      'that cannot be “%s” says why while it is typed, and proposes one that can',
      async (text, why, nearest) => {
        await open(doubled);
        await nodeOf(page, 'conv').click();
        await name().fill(text);
        await expect.poll(() => said().innerText()).toContain(why);
        await name().press('Enter');
        await page.locator('.inspector h2').click();
        expect(await name().inputValue()).toBe(text);
        await said()
          .getByRole('button', { name: `Take ${nearest}`, exact: true })
          .click();
        await name().press('Enter');
        await nodeOf(page, nearest).waitFor();
        await page.keyboard.press('Control+z');
        await nodeOf(page, 'conv').waitFor();
      },
    );

    test('is brought back by Escape', async () => {
      await nodeOf(page, 'conv').click();
      await name().fill('relu1');
      await said().waitFor();
      await name().press('Escape');
      await expect.poll(() => name().inputValue()).toBe('conv');
      await said().waitFor({ state: 'detached' });
    });
  });

  describe('what an input method composes', () => {
    /** Keys that are pressed while a word is composed in the field that has the focus. */
    async function compose(...keys: readonly string[]): Promise<void> {
      const session = await page.context().newCDPSession(page);
      await session.send('Input.imeSetComposition', { text: 'nihao', selectionStart: 5, selectionEnd: 5 });
      for (const key of keys) {
        const codes: Readonly<Record<string, number>> = { Enter: 13, Escape: 27, Tab: 9, b: 66 };
        const event = { key, code: key, windowsVirtualKeyCode: codes[key]! };
        await session.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...event });
        await session.send('Input.dispatchKeyEvent', { type: 'keyUp', ...event });
      }
      await session.send('Input.insertText', { text: '你好' });
      await session.detach();
    }
    const keys = ['Enter', 'Escape', 'Tab', 'b'] as const;
    const focused = () => page.evaluate(() => document.activeElement?.matches('input') ?? false);

    beforeEach(async () => {
      await open(doubled);
      await nodeOf(page, 'conv').click();
    });

    test('ends no field', async () => {
      const fields = [
        '#node-name',
        '.design-name input',
        '.inspector [data-param=channels] input',
        '.palette input',
      ];
      for (const field of fields) {
        await page.locator(field).first().click();
        const before = await page.locator(field).first().inputValue();
        await compose(...keys);
        expect(await focused(), field).toBe(true);
        expect(await page.locator(field).first().inputValue(), field).toContain('你好');
        expect(await page.locator('.layer-node').count()).toBe(5);
        await page.locator(field).first().fill(before);
        await page.keyboard.press('Escape');
      }
      await expect.poll(() => page.title()).not.toContain('•');
    });

    test('neither closes nor chooses in a list, the finder or what adds a layer', async () => {
      for (const [open, box] of [
        ['Control+k', '.finder [cmdk-input]'],
        ['Control+f', '.finder [cmdk-input]'],
        ['a', '.quick-add [cmdk-input]'],
      ] as const) {
        await page.locator('.canvas').focus();
        await page.keyboard.press(open);
        await page.locator(box).waitFor();
        await compose(...keys);
        expect(await page.locator(box).isVisible(), open).toBe(true);
        expect(await page.locator('.layer-node').count()).toBe(5);
        await page.keyboard.press('Escape');
        await page.locator(box).waitFor({ state: 'detached' });
      }
      await page.getByRole('tab', { name: 'Problems' }).click();
      await page.getByTestId('panels').getByRole('button', { name: 'Silence', exact: true }).click();
      await page.getByPlaceholder('Why is it fine here?').focus();
      await compose(...keys);
      expect(await page.locator('.finding.is-suppressed').count()).toBe(0);
      expect(app.complaints).toEqual([]);
    });
  });

  describe('problems', () => {
    const panel = () => page.getByTestId('problems');
    const cards = () => panel().locator('.finding');

    test('one missing node is one problem, with what follows from it folded under it, and can be mended', async () => {
      await openZoo(app, 'resnet50');
      await page.getByRole('tab', { name: 'Problems' }).click();
      await findNode(page, 'layer1.0');
      await page.keyboard.press('Delete');
      await expect.poll(() => cards().count()).toBe(1);
      await expect.poll(() => page.locator('.panel-tab .count').innerText()).toBe('1');
      await expect.poll(() => page.locator('.status-problems').innerText()).toBe('Problems: 1');
      await expect.poll(() => panel().innerText()).toContain('21 more for this reason');
      await expect.poll(() => panel().innerText()).not.toContain('Remove "input"');
      await page.keyboard.press('Control+z');
      await expect.poll(() => cards().count()).toBe(0);
      // A layer that keeps the shape: what stood before it may as well go on without it.
      await findNode(page, 'layer1.1');
      await page.keyboard.press('Delete');
      await keepPicture(page, 'one-problem');
      await panel().getByRole('button', { name: 'Connect "layer1.0" to "layer1.2"' }).click();
      await expect.poll(() => cards().count()).toBe(0);
    });

    test('a design that is being built is not finished, and that is one thing to do', async () => {
      await open({
        ...doubled,
        name: 'Begun',
        nodes: doubled.nodes.map(
          ({ from: _, ...node }: { from?: string } & (typeof doubled.nodes)[number]) => node,
        ),
      });
      await expect.poll(() => cards().count()).toBe(1);
      await expect.poll(() => panel().innerText()).toContain('Not finished: 4 inputs have no wire yet.');
      await expect.poll(() => panel().innerText()).not.toContain('Remove "input"');
      await keepPicture(page, 'unfinished');
    });

    test('what waits for a wire is drawn quietly, and told once where it is looked at', async () => {
      await open({
        ...doubled,
        name: 'Begun-quietly',
        nodes: doubled.nodes.map(
          ({ from: _, ...node }: { from?: string } & (typeof doubled.nodes)[number]) => node,
        ),
      });
      await expect.poll(() => page.locator('.layer-node.is-open').count()).toBe(4);
      expect(await page.locator('.layer-node.is-broken, .badge-error, .badge-warning').count()).toBe(0);
      await expect.poll(() => page.locator('.status-problems.is-error').count()).toBe(0);
      await page.locator('.layer-node.is-open').first().click();
      const told = page.locator('.inspector .finding');
      await expect.poll(() => told.count()).toBe(1);
      await expect.poll(() => told.getAttribute('class')).toContain('is-info');
    });

    test('a sum of what does not match is one thing, which offers the projection and what else helps', async () => {
      await open(mismatched);
      await expect.poll(() => cards().count()).toBe(1);
      await expect.poll(() => page.locator('.panel-tab .count').innerText()).toBe('1');
      await cards().getByRole('button', { name: 'Project "input" to 32×16×16' }).click();
      await expect.poll(() => page.locator('.layer-node.is-broken').count()).toBe(0);
      await nodeOf(page, 'sum_projection').waitFor();
    });

    test('inside of a block are listed where it is open as well as outside', async () => {
      await open({
        ...withBlock,
        name: 'Broken-block',
        nodes: withBlock.nodes.map((node) =>
          node.id === 'block' ? { ...node, params: { channels: 16, shortcut: 'identity' } } : node,
        ),
      });
      await page.getByRole('tab', { name: 'Problems' }).click();
      await expect.poll(() => cards().first().innerText()).toContain('channels');
      await expect.poll(() => cards().first().innerText()).toContain('Change the parameters of the block');
      await findNode(page, 'block');
      await page.keyboard.press('Enter');
      await page.getByTestId('block-bar').waitFor();
      await expect.poll(() => cards().first().innerText()).toContain('channels');
      // What is offered there is what can be done where the block stands, for its inside cannot be changed.
      await expect.poll(() => cards().count()).toBe(1);
      const mend = cards().first().getByRole('button', { name: 'Channels of block: 8' });
      await mend.waitFor();
      expect(await panel().innerText()).not.toMatch(/Insert a 1×1|Project "/);
      await mend.click();
      await expect.poll(() => cards().count()).toBe(0);
      await page.keyboard.press('Control+z');
      await expect.poll(() => cards().count()).toBe(1);
    });

    test('are mended by buttons that no card is too narrow for', async () => {
      const camera = 'what_comes_from_the_camera';
      const nodes = [
        { id: camera, kind: 'input', params: { shape: [8, 16, 16] } },
        { id: 'conv', kind: 'conv2d', from: camera, params: { channels: 16, padding: 1 } },
        { id: 'sum', kind: 'add', from: ['conv', camera] },
        { id: 'output', kind: 'output', from: 'sum' },
      ];
      const layout = { [camera]: [0, 0], conv: [240, 0], sum: [480, 0], output: [720, 0] };
      const spec = { netwright: 2, name: 'Long-names', nodes, layout };
      await open(spec);
      await nodeOf(page, 'sum').click();
      const inspector = page.locator('.inspector');
      await inspector.getByRole('button', { name: `Project "${camera}"` }).waitFor();
      const overhang = await inspector.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);
      expect(overhang).toBe(0);
      expect(app.complaints).toEqual([]);
    });
  });
});
