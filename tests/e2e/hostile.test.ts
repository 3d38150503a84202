import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { attacks } from '../fuzz/attacks.ts';
import { referencePath } from '../reference.ts';
import { thoroughness } from '../thorough.ts';
import { chromiumPath, type OpenApp, openApp } from './app.ts';

/** How files of a form are called, and what opens them. Configurations lie beside files, where a page sees none. */
const forms: Readonly<Record<string, readonly [ending: string, how: keyof typeof ways]>> = {
  'measured times': ['.json', 'times'],
  picture: ['.jpg', 'picture'],
  checkpoint: ['.pth', 'weights'],
  npz: ['.npz', 'weights'],
  safetensors: ['.safetensors', 'weights'],
  spec: ['.netwright.json', 'design'],
  ONNX: ['.onnx', 'design'],
  'Keras model': ['.keras', 'design'],
  TorchScript: ['.pt', 'design'],
  'class names': ['.txt', 'classes'],
};

async function byCommand({ page }: OpenApp, title: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.keyboard.type(title);
  await page.keyboard.press('Enter');
}
const ways = {
  design: ({ page }: OpenApp) => page.keyboard.press('Control+o'),
  times: (app: OpenApp) => byCommand(app, 'Open measured times'),
  weights: ({ page }: OpenApp) => page.locator('.weights-load').click(),
  classes: ({ page }: OpenApp) => page.locator('.class-names button').first().click(),
  async picture({ page }: OpenApp) {
    await page.getByRole('radio', { name: 'Photo' }).click();
    await page.locator('.drop-zone .link').click();
  },
};

interface Harm {
  readonly title: string;
  readonly name: string;
  readonly how: keyof typeof ways;
  readonly make: () => Uint8Array;
  /** Undefined where either will do. */
  readonly isOpened?: boolean;
}

const folder = referencePath('hostile');
/** Files that others made. */
const found = (existsSync(folder) ? readdirSync(folder) : [])
  .filter((name) => !name.endsWith('.md'))
  .map((name): Harm => {
    const how = name.endsWith('.json') ? 'design' : name.endsWith('.safetensors') ? 'weights' : 'picture';
    return { title: name, name, how, make: () => readFileSync(join(folder, name)) };
  });

/** Every one for who is thorough; else one of each form. */
const chosen = attacks
  .filter(({ format }) => forms[format])
  .filter(({ format }, i, all) => thoroughness > 0 || all.findIndex((each) => each.format === format) === i)
  .map(({ title, format, make, code }, i): Harm => {
    const [ending, how] = forms[format]!;
    return {
      title: `${format}, ${title}`,
      name: `harm-${i}${ending}`,
      how,
      make,
      isOpened: code === undefined,
    };
  });

/** What replaces the design comes last: the others are for one that runs. */
const order: readonly Harm['how'][] = ['times', 'picture', 'weights', 'classes', 'design'];
const all = [...chosen, ...found].sort((a, b) => order.indexOf(a.how) - order.indexOf(b.how));

const LONGEST = { timeout: 60_000 };
const MARK = 'nothing has been opened';

describe.skipIf(!chromiumPath)(`${all.length} files that mean harm, in the window (needs Chromium)`, () => {
  let app: OpenApp;
  beforeAll(async () => {
    app = await openApp();
    await app.page.getByRole('button', { name: /^Digits trained/ }).click();
    await app.page.getByTestId('pad').waitFor();
    // Classes have a line for their names once something was run.
    await app.page.getByRole('radio', { name: 'Noise' }).click();
    await app.page.locator('.run-controls button[type=submit]').click();
    await app.page.getByTestId('scores').waitFor();
  });
  afterAll(() => app.close());

  /** What became of a file: what is told of it, or that it is open; the window has to answer afterwards. */
  async function outcomeOf({ name, how, make }: Harm): Promise<string> {
    const { page } = app;
    await app.offer(name, make());
    await page.evaluate((mark) => {
      document.title = mark;
    }, MARK);
    await ways[how](app);
    const notice = page.getByTestId('notice');
    const card = page.locator('.run-result .finding');
    let became = '';
    await expect
      .poll(async () => {
        if (await notice.isVisible()) became = await notice.innerText();
        else if (how === 'picture' && (await card.isVisible())) became = await card.innerText();
        else if ((await page.title()) !== MARK) became = 'opened';
        return became;
      }, LONGEST)
      .not.toBe('');
    if (await notice.isVisible()) await notice.getByRole('button', { name: 'Close' }).click();
    await page.evaluate(() => new Promise(requestAnimationFrame));
    return became;
  }

  test('are opened, or refused in words, and the window answers', async () => {
    const wrong: string[] = [];
    for (const harm of all) {
      const became = await outcomeOf(harm).catch((error: unknown) => String(error));
      const isOpened = !became.includes('could not be opened') && harm.how !== 'picture';
      const isRight = harm.isOpened === undefined || harm.isOpened === isOpened;
      if (!isRight || /fault|Error:/.test(became)) wrong.push(`${harm.title}: ${became}`);
    }
    expect(wrong).toEqual([]);
    expect(app.complaints).toEqual([]);
  });
});
