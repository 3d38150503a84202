import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { serve } from '../../build/serve.mjs';
import { readSpec } from '../../shared/formats/spec/read.ts';
import { chromiumPath } from '../chromium.ts';
import { findNode } from '../e2e/app.ts';
import { type Started, startIn } from './browser.ts';
import { judge, type Outcome } from './verdict.ts';

/** More of them: `KILLS=100 KILLS_FROM=1 npx vitest run tests/kills/browser.test.ts`, which writes into the ledger. */
const KILLS = Number(process.env.KILLS ?? 1);
const FROM = Number(process.env.KILLS_FROM ?? 1);
const LONGEST_MS = 1200;
const SAVE_EACH = 7;
/** What is drawn over and over again grows; then all begins anew. */
const MOST_LAYERS = 60;
/** As many windows of one Chromium end at one moment, each with work of its own: a start takes longer than all they do. */
const WINDOWS = Math.min(KILLS, 6);
const FILE = 'LeNet.netwright.json';
const PATIENCE = { timeout: 300_000 };

const work = mkdtempSync(join(tmpdir(), 'netwright-browser-kills-'));
/** Where one window's app lives, apart from the others': what a browser keeps it keeps for an address. */
interface Place {
  readonly server: Awaited<ReturnType<typeof serve>>;
  /** How many layers were last seen there. */
  drawn: number;
}
const places: Place[] = [];
beforeAll(async () => {
  const folder = join(import.meta.dirname, '../../out/renderer');
  for (let nth = 0; nth < WINDOWS; nth++) {
    const server = await serve(folder, 0, undefined, (path) => {
      const layers = /^\/drawn\/(\d+)$/.exec(path)?.[1];
      if (layers === undefined) return undefined;
      places[nth]!.drawn = Number(layers);
      return { type: 'text/plain', body: '' };
    });
    places.push({ server, drawn: 0 });
  }
});
afterAll(async () => {
  for (const { server } of places) await server.close();
  rmSync(work, { recursive: true, force: true });
});

/** How many layers the app shows, once it shows any. */
async function layersIn(page: Page): Promise<number> {
  return Number(await page.getByTestId('layers').textContent());
}

/** A design in a file of its own, of which one layer is selected. */
async function begin(page: Page): Promise<void> {
  await page.locator('[data-zoo=lenet]').click();
  await page.getByTestId('node-conv1').click();
  await page.keyboard.press('Control+s');
  await expect.poll(() => page.title(), PATIENCE).toBe(`${FILE} — Netwright`);
}

/** Whether the browser keeps lines of work: something else than that a document was looked at, or saved. */
const hasWork = (page: Page): Promise<boolean> =>
  page.evaluate(async () => {
    const newest = new Map<string, { readonly number: number; readonly isWork: boolean }>();
    const own = await navigator.storage.getDirectory();
    for await (const entry of (await own.getDirectoryHandle('netwright-journals')).values()) {
      if (!(entry instanceof FileSystemFileHandle)) continue;
      const [first = '', whole, ...lines] = (await (await entry.getFile()).text()).split('\n');
      // Not begun, or not to its end: the one before it holds.
      if (whole === undefined || first === '' || lines.length === 0) continue;
      const { journal, number, clean } = JSON.parse(first);
      const isWork =
        clean === undefined || lines.some((line) => line !== '' && !line.startsWith('{"saving":'));
      if ((newest.get(journal)?.number ?? 0) < number) newest.set(journal, { number, isWork });
    }
    return [...newest.values()].some(({ isWork }) => isWork);
  });

/** Takes up what was kept; else opens the file, in which all is then. */
async function resume(page: Page, hasKept: boolean): Promise<void> {
  if (hasKept) await page.locator('[data-choice=restore]').click();
  else {
    await page.evaluate((name) => sessionStorage.setItem('offered', name), FILE);
    await page.keyboard.press('Control+o');
  }
  await page.getByTestId('layers').waitFor();
}

/** Adds layers and saves now and then, until all ends. */
async function draw(page: Page, place: Place, random: () => number, isOver: () => boolean): Promise<void> {
  for (let nth = 1; !isOver(); nth++) {
    const before = place.drawn;
    await page.keyboard.press('Control+d');
    if (nth % SAVE_EACH === 0) await page.keyboard.press('Control+s');
    // One after the other, as by hand; the last may be under way when all ends.
    while (place.drawn === before && !isOver()) await later(1);
    await later(random() * 60);
  }
}

/** Draws in every window, in each for another time, and ends them all: one layer more in each at least, however slow the machine is. */
async function drawAndKill(started: Started, seeds: readonly number[]): Promise<void> {
  const before = places.map(({ drawn }) => drawn);
  let over = false;
  const drawing = seeds.map(async (seed, nth) => {
    const begun = LONGEST_MS - ((seed * 0.618_034 * LONGEST_MS) % LONGEST_MS);
    await later(begun);
    // Ends with the window, wherever it is.
    await draw(started.pages[nth]!, places[nth]!, randomOf(seed), () => over).catch(() => undefined);
  });
  await later(LONGEST_MS);
  await vi.waitUntil(() => places.every(({ drawn }, nth) => drawn > before[nth]!), {
    ...PATIENCE,
    interval: 2,
  });
  await started.kill();
  over = true;
  await Promise.all(drawing);
}

function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

const later = (milliseconds: number) => new Promise((then) => setTimeout(then, milliseconds));

/**
 * One kill after the other in one profile: each start finds what the one before left, and goes on with it. What became of each
 * is added to the outcomes as soon as it is known: what has been seen counts, whatever comes after it.
 */
async function killAll(first: number, count: number, outcomes: Outcome[]): Promise<void> {
  const urls = places.map(({ server }) => server.url);
  let profile = '';
  let started: Started | undefined;
  try {
    for (let seed = first; seed < first + count; seed += WINDOWS) {
      if (!started) {
        profile = join(work, String(seed));
        started = await startIn(profile, urls);
        await Promise.all(started.pages.map(begin));
      }
      const before = await Promise.all(started.pages.map(layersIn));
      for (const [nth, place] of places.entries()) place.drawn = before[nth]!;
      await Promise.all(started.pages.map((page) => findNode(page, 'conv1')));
      await drawAndKill(
        started,
        places.map((_, nth) => seed + nth),
      );
      const last = places.map(({ drawn }) => drawn);
      started = await startIn(profile, urls);
      const all = await Promise.all(started.pages.map(found));
      for (const [nth, { there, faults }] of all.entries())
        outcomes.push({ edits: last[nth]! - before[nth]!, lost: last[nth]! - there, faults });
      if (all.every(({ there }) => there < MOST_LAYERS) && seed + WINDOWS < first + count) continue;
      await started.kill();
      started = undefined;
      rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
    }
  } finally {
    await started?.kill();
  }
}

/** What is there after a kill. */
async function found(page: Page): Promise<{ readonly there: number; readonly faults: readonly string[] }> {
  const faults: string[] = [];
  const text = await page.evaluate(async (name) => {
    const handle = await (await navigator.storage.getDirectory()).getFileHandle(name);
    return (await handle.getFile()).text();
  }, FILE);
  if (!readSpec(text).ok) faults.push('the file is no design');
  const hasKept = await hasWork(page);
  if (
    hasKept &&
    !((await page.getByTestId('question').textContent()) ?? '').includes(
      'Netwright ended before it was saved.',
    )
  )
    faults.push('the kept work cannot be read');
  await resume(page, hasKept);
  const there = await layersIn(page);
  // A save looks at what is there first, and refuses to write over another program's doing.
  await page.keyboard.press('Control+s');
  const told = async () => ((await page.getByTestId('conflict').count()) > 0 ? 'a conflict' : page.title());
  await expect.poll(told, PATIENCE).toMatch(/^a conflict|^LeNet/);
  if ((await told()) === 'a conflict') faults.push('its own save passes for another program’s');
  return { there, faults };
}

describe.skipIf(!chromiumPath)(
  'the browser, killed while the app draws and saves in it (needs Chromium and a build)',
  () => {
    it(
      `leaves no corrupt file, and loses one edit at most: ${KILLS} kills`,
      async () => {
        const outcomes: Outcome[] = [];
        try {
          await killAll(FROM, KILLS, outcomes);
        } finally {
          judge(outcomes, { campaign: 'kills of the browser', from: FROM, fewestEdits: 1 });
        }
      },
      60_000 + KILLS * 60_000,
    );
  },
);
