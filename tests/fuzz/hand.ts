import type { Page } from 'playwright-core';
import type { OpenApp } from '../e2e/app.ts';
import { randomNumbers } from '../runtime/networks.ts';

/** A network with a shortcut, a block of its own and a note: something of everything. */
const start = {
  netwright: 2,
  name: 'Hand',
  nodes: [
    { id: 'input', kind: 'input', params: { shape: [3, 32, 32] } },
    { id: 'conv', kind: 'conv2d', from: 'input', params: { channels: 8, padding: 1 } },
    { id: 'bn', kind: 'batchNorm', from: 'conv' },
    { id: 'relu', kind: 'relu', from: 'bn' },
    { id: 'conv2', kind: 'conv2d', from: 'relu', params: { channels: 8, padding: 1 } },
    { id: 'sum', kind: 'add', from: ['conv2', 'conv'] },
    { id: 'unit', kind: 'residual', from: 'sum' },
    { id: 'pool', kind: 'globalAvgPool', from: 'unit' },
    { id: 'fc', kind: 'linear', from: 'pool', params: { features: 10 } },
    { id: 'output', kind: 'output', from: 'fc' },
  ],
};

/** Actions between two looks at whether all can be undone; history keeps more steps than these make. */
const ROUND = 60;

const keys = [
  'Delete',
  'Control+Delete',
  'Control+d',
  'Control+c',
  'Control+x',
  'Control+v',
  'Control+v',
  'Control+z',
  'Control+Shift+z',
  'Control+a',
  'Control+g',
  'Control+Shift+g',
  'ArrowRight',
  'ArrowLeft',
  'ArrowDown',
  'Shift+ArrowRight',
  'Alt+ArrowUp',
  'Escape',
  'Escape',
  'Enter',
  'F2',
  'Tab',
  'b',
  'n',
  'Shift+n',
  'l',
  'Shift+l',
  '0',
  '1',
  '.',
  '+',
  '-',
] as const;
const words = [
  'relu',
  'conv',
  'bn',
  'add',
  'max',
  'x1',
  'fc',
  '3x3',
  'new name',
  '7',
  '0',
  '-1',
  '卷积',
] as const;

/** Whoever plays at random: real keys and a real mouse, by a number that can be played again. */
class Player {
  readonly #page: Page;
  readonly #next: () => number;

  constructor(page: Page, seed: number) {
    this.#page = page;
    const next = randomNumbers(Math.imul(seed + 1, 0x9e3779b1));
    // From −1 to 1, as values of tensors are.
    this.#next = () => (next() + 1) / 2;
  }

  #pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.#next() * from.length) % from.length]!;
  }

  /** A point of the canvas: of a layer or a port where there is one, else anywhere. */
  async #point(): Promise<{ x: number; y: number }> {
    const aim = this.#next();
    const [share, along] = [this.#next(), this.#next()];
    return this.#page.evaluate(
      ([aimed, which, where]) => {
        const canvas = document.querySelector('.canvas')!.getBoundingClientRect();
        const selector =
          aimed! < 0.5 ? '.layer-node' : aimed! < 0.75 ? '.layer-node .react-flow__handle' : '';
        const all = selector === '' ? [] : [...document.querySelectorAll(selector)];
        const box = all[Math.floor(which! * all.length)]?.getBoundingClientRect();
        const inside = (at: number, from: number, to: number): number =>
          Math.min(to - 4, Math.max(from + 4, at));
        if (!box) return { x: canvas.left + canvas.width * which!, y: canvas.top + canvas.height * where! };
        return {
          x: inside(box.left + box.width * (0.2 + 0.6 * where!), canvas.left, canvas.right),
          y: inside(box.top + box.height * 0.5, canvas.top, canvas.bottom),
        };
      },
      [aim, share, along] as const,
    );
  }

  async #drag(modifier?: 'Shift'): Promise<string> {
    const { mouse, keyboard } = this.#page;
    const [from, to] = [await this.#point(), await this.#point()];
    if (modifier) await keyboard.down(modifier);
    await mouse.move(from.x, from.y);
    await mouse.down();
    await mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 3 });
    await mouse.move(to.x, to.y, { steps: 3 });
    await mouse.up();
    if (modifier) await keyboard.up(modifier);
    return `${modifier ?? ''} drags`;
  }

  async #field(): Promise<string> {
    const fields = this.#page.locator('.inspector input:enabled:not([type=checkbox]):visible');
    const count = await fields.count();
    if (count === 0) return 'finds no field';
    const word = this.#pick(words);
    await fields.nth(Math.floor(this.#next() * count)).fill(word);
    await this.#page.keyboard.press(this.#pick(['Enter', 'Escape', 'Tab']));
    return `writes ${word}`;
  }

  async #menu(): Promise<string> {
    const { x, y } = await this.#point();
    await this.#page.mouse.click(x, y, { button: 'right' });
    const items = this.#page.locator('[data-testid=canvas-menu] [data-command]:not([data-disabled])');
    const count = await items.count();
    if (count === 0) return 'opens no menu';
    const item = items.nth(Math.floor(this.#next() * count));
    const command = await item.getAttribute('data-command');
    await item.click();
    return `chooses ${command}`;
  }

  /** Does something; what it was. */
  async act(): Promise<string> {
    const { keyboard, mouse } = this.#page;
    const kind = this.#next();
    if (kind < 0.2) {
      const { x, y } = await this.#point();
      const button = this.#next();
      if (button < 0.2) await mouse.dblclick(x, y);
      else if (button < 0.4) {
        await keyboard.down('Shift');
        await mouse.click(x, y);
        await keyboard.up('Shift');
      } else await mouse.click(x, y);
      return 'clicks';
    }
    if (kind < 0.36) return this.#drag();
    if (kind < 0.4) return this.#drag('Shift');
    if (kind < 0.46) return this.#menu();
    if (kind < 0.56) return this.#field();
    if (kind < 0.6) {
      await mouse.wheel(0, this.#pick([-240, -120, 120, 240]));
      return 'turns the wheel';
    }
    if (kind < 0.68) {
      const word = this.#pick(words);
      await keyboard.type(word);
      await keyboard.press(this.#pick(['Enter', 'Escape']));
      return `types ${word}`;
    }
    const key = this.#pick(keys);
    await keyboard.press(key);
    return `presses ${key}`;
  }

  /** Takes back all that was done, from the outermost design on. */
  async undoAll(): Promise<void> {
    const { keyboard } = this.#page;
    for (let i = 0; i < 6; i++) await keyboard.press('Escape');
    const undo = this.#page.locator('.toolbar [data-command=undo]');
    while (await undo.isEnabled()) await undo.click();
  }
}

/** Opens the start of a game, whatever was made of the last one. */
async function openStart({ page, offer }: OpenApp, round: number): Promise<void> {
  const name = `Hand ${round}`;
  await offer(`hand${round}.netwright.json`, new TextEncoder().encode(JSON.stringify({ ...start, name })));
  await page.keyboard.press('Control+o');
  const question = page.getByRole('button', { name: 'Do not save' });
  const opened = page.locator(`.design-name input[value="${name}"]`);
  await question.or(opened).first().waitFor();
  if (await question.isVisible()) await question.click();
  await opened.waitFor();
  await page.locator('.layer-node').first().waitFor();
  await page.locator('.canvas').focus();
}

/** What the driver of a machine without a graphics card and the library of the 3D view say of themselves is no fault. */
const complaintsOf = ({ complaints }: OpenApp): readonly string[] =>
  complaints.filter((text) => !/GL Driver Message|THREE\.Clock/.test(text));

/** What went wrong in a game, and what had been done before. */
export interface HandFailure {
  readonly seed: number;
  readonly why: string;
  readonly deeds: readonly string[];
}

/** Plays so many actions from a seed on; nothing may complain, and undoing all has to give back what was opened. */
export async function playByHand(
  app: OpenApp,
  seed: number,
  actions: number,
): Promise<readonly HandFailure[]> {
  const failures: HandFailure[] = [];
  for (let done = 0, round = seed; done < actions; done += ROUND, round++) {
    await openStart(app, round);
    const player = new Player(app.page, round);
    const deeds: string[] = [];
    const fail = (why: string): void => void failures.push({ seed: round, why, deeds });
    try {
      for (let i = 0; i < Math.min(ROUND, actions - done); i++) {
        deeds.push(await player.act());
        if (complaintsOf(app).length > 0) break;
      }
      await player.undoAll();
      if ((await app.page.title()).includes('•')) fail('Undoing all does not give back what was opened.');
    } catch (error) {
      fail(error instanceof Error ? error.message : String(error));
    }
    for (const complaint of complaintsOf(app)) fail(complaint);
    app.complaints.length = 0;
  }
  return failures;
}
