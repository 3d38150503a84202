import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decode, encode } from 'fast-png';
import pixelmatch from 'pixelmatch';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumVersion } from '../../build/chromium.mjs';
import { pictures, picturesOf } from '../../build/gallery.mjs';
import { serve } from '../../build/serve.mjs';
import { chromiumPath, launchChromium } from '../chromium.ts';
import { isTurn, thoroughness } from '../thorough.ts';

type Look = { readonly cell: string; readonly theme: string; readonly language: string };
declare global {
  interface Window {
    /** What `renderer/gallery/main.tsx` gives. */
    readonly gallery: {
      readonly cells: readonly { readonly id: string }[];
      show(look: Look): Promise<void>;
      speak(language: 'en' | 'zh'): Promise<void>;
    };
  }
}

const root = join(import.meta.dirname, '../..');
const isAccepting = process.env.NETWRIGHT_ACCEPT !== undefined;
/** Another Chromium draws letters a little differently: what it draws is not held against pictures of this one. */
const sameChromium = chromiumVersion() === picturesOf();
/** English is in the pseudo-language, longer: where that fits, it does. */
const languages = thoroughness > 0 ? (['en', 'zh', 'pseudo'] as const) : (['zh', 'pseudo'] as const);

/** Parts that look like themselves wherever they stand: a state, the part of it, and a look. */
const pictured = [
  ['fields-conv2d', '[data-testid=node-conv2d]', 'light', 'en'],
  ['fields-residual', '[data-testid=node-residual]', 'dark', 'en'],
  ['fields-conv2d', '.inspector', 'light', 'en'],
  ['fields-maxPool', '.inspector', 'dark', 'pseudo'],
  ['panel-profile', '.panels', 'dark', 'en'],
  ['problems', '.panels', 'light', 'en'],
  ['lenet', '.toolbar', 'light', 'pseudo'],
  ['question', '.dialog', 'dark', 'zh'],
  ['notice', '[data-testid=notice]', 'light', 'en'],
] as const;

/** Of every kind one look is enough: its words are those of the fields and of the palette. */
const MANY = 'nodes';
/**
 * What was asked and told is not told again in other words, nor what a step is called that was taken before; and the notes of
 * a chapter are its design's own.
 */
const toldOnce: ReadonlySet<string> = new Set(['question', 'notice', 'over-budget', 'story']);

/** What comes a moment later is waited for so often, a tenth of a second each time. */
const MOST_LOOKS = 20;

/** So much of a pixel's colour may differ, and so many pixels may. */
const THRESHOLD = 0.12;
const MOST_DIFFERENT = 0.001;

describe.skipIf(!chromiumPath)('the gallery', () => {
  let browser: Browser;
  let page: Page;
  let server: Awaited<ReturnType<typeof serve>>;
  const complaints: string[] = [];

  beforeAll(async () => {
    server = await serve(join(root, 'out/gallery'));
    browser = await launchChromium([
      '--font-render-hinting=none',
      '--disable-lcd-text',
      '--force-color-profile=srgb',
    ]);
    page = await browser.newPage({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' });
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(`${server.url}gallery.html?bare`);
    await page.waitForFunction(() => 'gallery' in window);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  test.each(languages)(
    'shows every state in %s, and no text is cut without a title or lies over its edge',
    async (language) => {
      const ids = await page.evaluate(() => window.gallery.cells.map(({ id }) => id));
      // The language that is longer than any other shows all; of the others, a share.
      const isShown = (_: string, at: number): boolean => language === 'pseudo' || isTurn(at);
      const cut = await page.evaluate(cutTexts, { language, ids: ids.filter(isShown) });
      expect(cut).toEqual([]);
      expect(complaints).toEqual([]);
    },
  );

  test('what is shown goes on in another language as if it had begun in it, to the eye and to screen readers', async () => {
    const ids = await page.evaluate(() => window.gallery.cells.map(({ id }) => id));
    const isShown = (id: string): boolean =>
      id !== MANY && !toldOnce.has(id) && (!id.startsWith('fields-') || id === 'fields-conv2d');
    /** Words of a cell whose language was changed that it has not where it began in that language. */
    const staleIn = async (id: string): Promise<readonly string[]> => {
      await page.evaluate((cell) => window.gallery.show({ cell, theme: 'light', language: 'en' }), id);
      await page.evaluate(() => window.gallery.speak('zh'));
      const followed = await page.evaluate(wordsShown);
      await page.evaluate((cell) => window.gallery.show({ cell, theme: 'light', language: 'zh' }), id);
      // What comes a moment later, such as what the machine is, may not be there yet.
      for (let looks = 0; ; looks++) {
        const begun = new Set(await page.evaluate(wordsShown));
        const stale = followed.filter((word) => !begun.has(word));
        if (stale.length === 0 || looks === MOST_LOOKS) return stale;
        await page.waitForTimeout(100);
      }
    };
    // What was passing when it was read, such as a step of a run, is another one the next time.
    for (const id of ids.filter(isShown)) await expect.poll(() => staleIn(id), { message: id }).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test.skipIf(!sameChromium && !isAccepting).each(pictured)(
    '%s: %s, %s, in %s, looks as it did',
    async (cell, part, theme, language) => {
      await page.evaluate((look) => window.gallery.show(look), { cell, theme, language });
      await page.mouse.move(0, 0);
      const drawn = smaller(await page.locator(part).screenshot({ animations: 'disabled', caret: 'hide' }));
      const name = [cell, part.replace(/\W+/g, ''), theme, language].join('-');
      const file = join(pictures, `${name}.png`);
      if (isAccepting) {
        mkdirSync(pictures, { recursive: true });
        writeFileSync(file, drawn);
        writeFileSync(join(pictures, 'chromium.txt'), `${chromiumVersion()}\n`);
        return;
      }
      expect(existsSync(file), 'npm run gallery -- --accept makes it').toBe(true);
      const [now, then] = [decode(drawn), decode(readFileSync(file))];
      expect([now.width, now.height]).toEqual([then.width, then.height]);
      const { width, height } = now;
      const [a, b] = [now, then].map(rgba);
      const difference = new Uint8Array(4 * width * height);
      const count = pixelmatch(a!, b!, difference, width, height, { threshold: THRESHOLD });
      if (count > MOST_DIFFERENT * width * height) {
        mkdirSync(join(root, 'out/gallery-differences'), { recursive: true });
        const kept = join(root, `out/gallery-differences/${name}`);
        writeFileSync(`${kept}.png`, drawn);
        writeFileSync(`${kept}-difference.png`, encode({ width, height, data: difference, channels: 4 }));
      }
      expect(count / (width * height), 'see out/gallery-differences').toBeLessThanOrEqual(MOST_DIFFERENT);
    },
  );
});

/** The same picture, packed as well as can be: it is kept with the sources. */
function smaller(png: Uint8Array): Uint8Array {
  const { width, height, data, channels } = decode(png);
  return encode({ width, height, data, channels }, { zlib: { level: 9 } });
}

/** Pixels with an alpha of their own, as they are compared. */
function rgba({ data, width, height, channels }: ReturnType<typeof decode>): Uint8Array {
  if (channels === 4) return Uint8Array.from(data);
  const out = new Uint8Array(4 * width * height).fill(255);
  for (let at = 0; at < width * height; at++) out.set(data.slice(3 * at, 3 * at + 3), 4 * at);
  return out;
}

/**
 * Runs in the page. Texts of these states that go over the edge of their own box, or over that of what cuts them off, and say
 * themselves nowhere in full. What can be scrolled or panned cuts nothing off.
 */
async function cutTexts({
  language,
  ids,
}: {
  readonly language: (typeof languages)[number];
  readonly ids: readonly string[];
}): Promise<string[]> {
  const hides = (overflow: string): boolean => overflow === 'hidden' || overflow === 'clip';
  const scrolls = (overflow: string): boolean => overflow === 'auto' || overflow === 'scroll';
  const place = document.createRange();
  /** Texts that have been looked at, and where: from a state to the next most of the window stays as it is. */
  const known = new WeakMap<Text, string>();
  /** Whether a text is not seen in full; nothing where it is not shown at all, or stands as it did. */
  const isCut = (text: Text): boolean => {
    place.selectNodeContents(text);
    const { left, right, top, bottom, width } = place.getBoundingClientRect();
    if (width === 0) return false;
    const standing = [left, right, top, bottom, text.nodeValue].join();
    if (known.get(text) === standing) return false;
    known.set(text, standing);
    for (let at = text.parentElement; at && at !== document.body; at = at.parentElement) {
      if (at.getAttribute('role') === 'application') return false;
      const { overflowX, overflowY, display, position } = getComputedStyle(at);
      if (scrolls(overflowX) || scrolls(overflowY)) return false;
      const box = at.getBoundingClientRect();
      const own = at === text.parentElement && display !== 'inline' && display !== 'contents';
      if ((own || hides(overflowX)) && (right > box.right + 1.5 || left < box.left - 1.5)) return true;
      if (hides(overflowY) && (bottom > box.bottom + 3 || top < box.top - 3)) return true;
      if (position === 'fixed') return false;
    }
    return false;
  };
  const found = new Set<string>();
  for (const id of ids) {
    await window.gallery.show({ cell: id, theme: 'light', language });
    const walker = document.createTreeWalker(document.querySelector('body')!, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement;
      if (!(element instanceof HTMLElement) || !node.nodeValue?.trim() || !isCut(node as Text)) continue;
      if (element.closest('.visually-hidden, script, style, option, select, textarea')) continue;
      element.dispatchEvent(new PointerEvent('pointerover', { bubbles: true }));
      if (!element.closest('[title]'))
        found.add(`${id}: ${element.className || element.parentElement?.className} ${node.nodeValue}`);
    }
  }
  return [...found];
}

/** Runs in the page: every text and every name that a screen reader is given, each once. */
function wordsShown(): string[] {
  const told = [
    'title',
    'placeholder',
    'aria-label',
    'aria-roledescription',
    'aria-description',
    'aria-valuetext',
  ];
  const words = new Set<string>();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node instanceof Element) for (const name of told) words.add(`${name}: ${node.getAttribute(name)}`);
    else if (!node.parentElement?.closest('script, style')) words.add(node.nodeValue?.trim() ?? '');
  }
  return [...words].sort();
}
