import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { serve } from '../../build/serve.mjs';
import { launchChromium, sharedChromium } from '../chromium.ts';
import { thoroughness } from '../thorough.ts';
import { type AppPage, giveBack, noteGiven, spareOne } from './reuse.ts';

export { chromiumPath } from '../chromium.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** The built app; `npm test` builds it first. */
const built = process.env.NETWRIGHT_RENDERER ?? join(root, 'out/renderer');
export const screenshots = join(root, 'out/screenshots');

/**
 * A picture of the window for people to look at: nothing is judged by it, and to draw and pack one takes as long as many a
 * test, so it is made for who is thorough.
 */
export async function keepPicture(page: Page, name: string): Promise<void> {
  if (thoroughness > 0) await page.screenshot({ path: join(screenshots, `${name}.png`) });
}

export interface OpenApp {
  readonly page: Page;
  /** Everything that the page complained about. */
  readonly complaints: string[];
  /** Puts a file where the next open dialog finds it. */
  offer(name: string, bytes: Uint8Array): Promise<void>;
  /** A file that the app saved. */
  saved(name: string): Promise<string>;
  close(): Promise<void>;
}

/** A busy machine is slow, not wrong. */
const PATIENCE = 50_000;

interface AppOptions {
  readonly width?: number;
  readonly height?: number;
  readonly theme?: 'light' | 'dark';
  /** On a screen that is touched. */
  readonly touch?: boolean;
  /** Things glide to where they go, which takes many frames of a processor's time; else they are there at once. */
  readonly gliding?: boolean;
  /** What the page may do besides using the clipboard, by Playwright's names. */
  readonly permissions?: readonly string[];
}

interface Options extends AppOptions {
  /** Switches of Chromium besides the usual ones. */
  readonly switches?: readonly string[];
}

/**
 * Opens the built app in Chromium, apart from all else in there, served with the headers of the real one: in a page of its own,
 * or in one whose app has ended and left nothing. The pickers, which belong to the browser and cannot be driven, are scripted:
 * they hand out real file handles of the page's private file system.
 */
export async function openApp({ switches, ...options }: Options = {}): Promise<OpenApp> {
  if (!switches) return openIn(await sharedChromium(), options);
  const browser = await launchChromium(switches);
  try {
    const app = await openIn(browser, options);
    return {
      ...app,
      async close() {
        await app.close();
        await browser.close();
      },
    };
  } catch (error) {
    await browser.close();
    throw error;
  }
}

async function openIn(browser: Browser, options: AppOptions = {}): Promise<OpenApp> {
  const { width = 1440, height = 900, theme = 'light', gliding = false, touch, permissions } = options;
  const media = { colorScheme: theme, reducedMotion: gliding ? 'no-preference' : 'reduce' } as const;
  // A page does not unlearn to be touched, nor what it may do.
  const isUsual = !touch && !permissions;
  const spare = isUsual ? spareOne(browser) : undefined;
  const one = spare ?? (await openNew(browser, options));
  const { page } = one;
  const complaints: string[] = [];
  one.complaints = complaints;
  try {
    if (spare) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia(media);
      await page.evaluate(() => window.appHere.start());
    }
    await page.waitForSelector('[data-testid=start]');
    if (isUsual && !spare) await noteGiven(page);
  } catch (error) {
    await one.shut();
    throw error;
  }
  return {
    page,
    complaints,
    offer: (name, bytes) => page.evaluate(putFile, { name, base64: Buffer.from(bytes).toString('base64') }),
    saved: (name) => page.evaluate(readFile, name),
    close: () => (isUsual ? giveBack(one) : one.shut()),
  };
}

async function openNew(browser: Browser, options: AppOptions): Promise<AppPage> {
  const {
    width = 1440,
    height = 900,
    theme = 'light',
    touch = false,
    gliding = false,
    permissions = [],
  } = options;
  if (!existsSync(join(built, 'index.html'))) throw new Error('The app is not built: npm run build.');
  const { url, close } = await serve(built);
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    hasTouch: touch,
    reducedMotion: gliding ? 'no-preference' : 'reduce',
    locale: 'en-US',
    permissions: ['clipboard-read', 'clipboard-write', ...permissions],
  });
  await context.addInitScript(scriptPickers);
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  const shut = async (): Promise<void> => {
    await context.close();
    await close();
  };
  const one: AppPage = { context, page, complaints: [], isSame: true, shut };
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') one.complaints.push(message.text());
  });
  page.on('pageerror', (error) => one.complaints.push(String(error)));
  try {
    await page.goto(url);
  } catch (error) {
    await shut();
    throw error;
  }
  // A link within the page is no other document.
  page.on('domcontentloaded', () => {
    one.isSame = false;
  });
  return one;
}

/** Runs in the page, before the app. */
export function scriptPickers(): void {
  const handle = async (name: string) =>
    (await navigator.storage.getDirectory()).getFileHandle(name, { create: true });
  Object.assign(window, {
    showOpenFilePicker: () => Promise.all((sessionStorage.getItem('offered') ?? '').split('\n').map(handle)),
    showSaveFilePicker: async ({ suggestedName }: { readonly suggestedName: string }) =>
      handle(suggestedName),
  });
}

/** Runs in the page. */
async function putFile({ name, base64 }: { readonly name: string; readonly base64: string }): Promise<void> {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const handle = await (await navigator.storage.getDirectory()).getFileHandle(name, { create: true });
  const stream = await handle.createWritable();
  await stream.write(bytes);
  await stream.close();
  sessionStorage.setItem('offered', name);
}

/** Lets the next open dialog hand out files that were put there before, all together. */
export const offerTogether = (page: Page, names: readonly string[]): Promise<void> =>
  page.evaluate((offered) => sessionStorage.setItem('offered', offered), names.join('\n'));

/** Runs in the page. */
async function readFile(name: string): Promise<string> {
  const handle = await (await navigator.storage.getDirectory()).getFileHandle(name);
  return (await handle.getFile()).text();
}

/** Runs in the page: a file that the app has finished saving, as base64; empty until then. */
async function bytesOf(name: string): Promise<string> {
  const handle = await (await navigator.storage.getDirectory()).getFileHandle(name, { create: true });
  const bytes = new Uint8Array(await (await handle.getFile()).arrayBuffer());
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/** A file is written elsewhere and put in its place when it is whole: once there is something, all is there. */
export async function saved(page: Page, name: string): Promise<Buffer> {
  let base64 = '';
  const written = async (): Promise<string> => {
    base64 = await page.evaluate(bytesOf, name);
    return base64;
  };
  await expect.poll(written, { timeout: PATIENCE }).not.toBe('');
  return Buffer.from(base64, 'base64');
}

/**
 * The view has come to rest: twenty frames in a row have shown it in one place. Frames, not milliseconds, for an animation
 * takes a step per frame, and on a busy machine a frame may take as long as the whole animation does elsewhere.
 */
export async function atRest(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise<void>((rest) => {
        let last = '';
        let same = 0;
        const look = (): void => {
          const now = document.querySelector<HTMLElement>('.react-flow__viewport')?.style.transform ?? '';
          same = now === last ? same + 1 : 0;
          last = now;
          if (same === 20) rest();
          else requestAnimationFrame(look);
        };
        look();
      }),
  );
}

/** A point in a box, from its top left corner in shares of its width and height. */
async function pointIn(locator: Locator, along = 0.5, down = 0.5): Promise<{ x: number; y: number }> {
  const box = await locator.boundingBox();
  if (!box) throw new Error(`${locator} is not shown.`);
  return { x: box.x + box.width * along, y: box.y + box.height * down };
}

/** Runs in the page: whether a drop has come since. */
function noteDrop(): { came: boolean } {
  const seen = { came: false };
  const note = (): void => {
    seen.came = true;
  };
  document.addEventListener('drop', note, { capture: true, once: true });
  return seen;
}

/**
 * Drags from the palette with the real mouse, which in Chromium makes real drag and drop events. On a busy machine a drag may
 * begin too late for its driver to take notice, and ends in nothing; it is made again then, as a person would.
 */
export async function dragFromPalette(page: Page, kind: string, to: { x: number; y: number }): Promise<void> {
  const entry = page.locator(`.palette-entry[data-kind=${kind}]`);
  const seen = await page.evaluateHandle(noteDrop);
  for (let tries = 0; tries < 3; tries++) {
    await entry.scrollIntoViewIfNeeded();
    const from = await pointIn(entry);
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(from.x + 12, from.y + 12, { steps: 3 });
    await page.mouse.move(to.x, to.y, { steps: 8 });
    // A wire that lights up there is another target, which has to be asked too.
    await page.mouse.move(to.x, to.y);
    await page.mouse.up();
    if (await seen.evaluate(({ came }) => came)) return;
  }
  throw new Error(`${kind} could not be dropped.`);
}

export const nodeOf = (page: Page, id: string): Locator => page.locator(`[data-testid="node-${id}"]`);

const handleOf = (page: Page, id: string, port: string, type: 'source' | 'target'): Locator =>
  nodeOf(page, id).locator(`.react-flow__handle.${type}[data-handleid="${port}"]`);

/** Draws a wire from one port to another. */
export async function wire(page: Page, from: string, to: string, port = 'in'): Promise<void> {
  const [first, last] = [handleOf(page, from, 'out', 'source'), handleOf(page, to, port, 'target')];
  // A node that was just dropped is shown once it has been measured; only then can a wire start there.
  await first.waitFor();
  await last.waitFor();
  await atRest(page);
  const [start, end] = [await pointIn(first), await pointIn(last)];
  await page.mouse.move(start.x, start.y);
  await page.mouse.down();
  await page.mouse.move((start.x + end.x) / 2, (start.y + end.y) / 2, { steps: 5 });
  await page.mouse.move(end.x, end.y, { steps: 5 });
  await page.mouse.up();
}

/** The middle of the canvas, or another place on it. */
export const onCanvas = (page: Page, along: number, down: number): Promise<{ x: number; y: number }> =>
  pointIn(page.locator('.canvas'), along, down);

/** The middle of a wire as it is drawn, once it is and the view has come to rest. */
export async function onWire(page: Page, from: string, to: string): Promise<{ x: number; y: number }> {
  await page
    .locator(`.react-flow__edge[data-id^="${from}:"][data-id*=">${to}:"]`)
    .waitFor({ state: 'attached' });
  await atRest(page);
  return page.evaluate(
    ([source, target]) => {
      for (const edge of document.querySelectorAll('.react-flow__edge')) {
        const id = edge.getAttribute('data-id') ?? '';
        const path = edge.querySelector<SVGPathElement>('.react-flow__edge-path');
        if (!path || !id.startsWith(`${source}:`) || !id.includes(`>${target}:`)) continue;
        const middle = path.getPointAtLength(path.getTotalLength() / 2);
        const matrix = path.getScreenCTM();
        if (matrix) return { x: middle.x * matrix.a + matrix.e, y: middle.y * matrix.d + matrix.f };
      }
      throw new Error(`No wire from ${source} to ${target} is drawn.`);
    },
    [from, to] as const,
  );
}

/** Performs a command as a person without a mouse does: by name. */
export async function command(page: Page, name: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.locator('[cmdk-input]').fill(name);
  await page.locator('[cmdk-item][data-selected=true]').waitFor();
  await page.keyboard.press('Enter');
  await page.locator('[cmdk-input]').waitFor({ state: 'detached' });
}

/** Selects a node by searching for its name. */
export async function findNode(page: Page, id: string): Promise<void> {
  await page.keyboard.press('Control+f');
  await page.locator('[cmdk-input]').fill(id);
  await page.locator('[cmdk-item][data-selected=true]', { hasText: id }).waitFor();
  await page.keyboard.press('Enter');
  await page.locator('[cmdk-input]').waitFor({ state: 'detached' });
  await nodeOf(page, id).and(page.locator('.is-selected')).waitFor();
}

/** Starts a run and waits until its scores are there; the classes on top with what is said of them, in per cent. */
export async function runScores(page: Page): Promise<readonly (readonly [index: number, percent: number])[]> {
  const button = page.locator('.run-controls button[type=submit]');
  await button.click();
  await button.waitFor();
  await page.locator('.scores:not(.is-older *)').waitFor();
  return page.locator('[data-testid=scores] li').evaluateAll((rows) =>
    rows.map((row) => {
      const index = Number(row.querySelector<HTMLElement>('.score-name')?.title);
      const percent = Number.parseFloat(row.querySelector('.score-value')?.textContent ?? '');
      return [index, percent] as const;
    }),
  );
}
