import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { chromiumPath } from '../chromium.ts';
import { startChromium } from './browser.ts';
import { judge, type Outcome } from './verdict.ts';
import { serveWall } from './wall.ts';

/** More of them: `npm run kills -- pages --count 96`, which writes into the ledger. */
const KILLS = Number(process.env.KILLS ?? 4);
const FROM = Number(process.env.KILLS_FROM ?? 1);
/** So many end at one moment, each with work of its own: a Chromium takes longer to start than all they do. */
const FRAMES = Math.min(KILLS, 16);
const LONGEST_MS = 1200;
/** After so many kills all begins anew. */
const ROUNDS = 8;
const PATIENCE = { timeout: 120_000, interval: 2 };
/** A browser that was killed does not always start: then it is started again. */
const STARTS = 3;
const COMES_UP = { timeout: 60_000, interval: 20 };

const work = mkdtempSync(join(tmpdir(), 'netwright-page-kills-'));
let wall: Awaited<ReturnType<typeof serveWall>>;
beforeAll(async () => {
  wall = await serveWall(FRAMES);
});
afterAll(async () => {
  await wall.close();
  rmSync(work, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
});

/** A browser whose frames have all taken up what was kept, and what stands in each of them. */
async function started(profile: string): Promise<{
  readonly running: ReturnType<typeof startChromium>;
  readonly found: readonly number[];
}> {
  for (let left = STARTS; ; left--) {
    const running = startChromium(profile, wall.url);
    try {
      const some = () => wall.places.some(({ found }) => found !== undefined);
      const isUp = await vi.waitUntil(some, COMES_UP).catch(() => false);
      if (!isUp && left > 1) {
        await running.kill();
        continue;
      }
      await vi.waitUntil(() => wall.places.every(({ found }) => found !== undefined), PATIENCE);
      return { running, found: wall.places.map(({ found }) => found!) };
    } catch (error) {
      await running.kill();
      throw error;
    }
  }
}

/** All of them draw for so long, and end together; one edit in each at least, however slow the machine is. */
async function drawFor(milliseconds: number): Promise<void> {
  await vi.waitUntil(() => wall.places.every(({ drawn, found }) => drawn > found!), PATIENCE);
  await new Promise((later) => setTimeout(later, milliseconds));
}

/** One kill after the other in one profile: each start finds what the one before left, and goes on with it. */
async function killInProfile(profile: string, seeds: readonly number[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  let edits: readonly number[] | undefined;
  for (const seed of [...seeds, undefined]) {
    const drawn = wall.places.map((place) => place.drawn);
    for (const place of wall.places) Object.assign(place, { found: undefined, drawn: 0 });
    const { running, found } = await started(profile);
    try {
      for (const [nth, { faults }] of wall.places.entries()) {
        const told = faults.splice(0);
        if (edits) outcomes.push({ edits: edits[nth]!, lost: drawn[nth]! - found[nth]!, faults: told });
        else expect(told).toEqual([]);
      }
      if (seed === undefined) break;
      await drawFor((seed * 0.618_034 * LONGEST_MS) % LONGEST_MS);
      await running.kill();
      edits = wall.places.map((place) => place.drawn - place.found!);
    } finally {
      await running.kill();
    }
  }
  rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  return outcomes;
}

async function killAll(first: number, count: number): Promise<readonly Outcome[]> {
  const seeds = Array.from({ length: Math.ceil(count / FRAMES) }, (_, round) => first + round * FRAMES);
  const outcomes: Outcome[] = [];
  for (let at = 0; at < seeds.length; at += ROUNDS)
    outcomes.push(...(await killInProfile(join(work, String(at)), seeds.slice(at, at + ROUNDS))));
  return outcomes;
}

describe.skipIf(!chromiumPath)(
  'the app without its view in many pages, killed with their browser while it draws and saves (needs Chromium)',
  () => {
    it(
      `leaves no corrupt file, and loses one edit at most: ${KILLS} kills`,
      async () => {
        judge(await killAll(FROM, KILLS), {
          campaign: 'kills of pages without a view',
          from: FROM,
          fewestEdits: KILLS,
        });
      },
      120_000 + KILLS * 20_000,
    );
  },
);
