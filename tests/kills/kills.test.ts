import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { record } from '../../build/ledger.mjs';
import { Documents } from '../../electron/main/documents.ts';
import { Journals } from '../../electron/main/journals.ts';
import { readWork } from '../../renderer/documents/work-journal.ts';
import { readSpec } from '../../shared/formats/spec/read.ts';
import { writeSpec } from '../../shared/formats/spec/write.ts';
import { zooEntry } from '../../shared/zoo/index.ts';

/** More of them: `KILLS=100 KILLS_FROM=1 npx vitest run tests/kills`, which writes into the ledger of docs/reliability.md. */
const KILLS = Number(process.env.KILLS ?? 8);
/** The first of them, so that portions add up. */
const FROM = Number(process.env.KILLS_FROM ?? 1);
const LONGEST_MS = 900;

const work = mkdtempSync(join(tmpdir(), 'netwright-kills-'));
const editor = join(work, 'editor.mjs');
beforeAll(() =>
  build({
    entryPoints: [join(import.meta.dirname, 'editor.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    outfile: editor,
  }),
);
afterAll(() => rmSync(work, { recursive: true, force: true }));

interface Outcome {
  /** The last edit that was drawn when the program was killed. */
  readonly drawn: number;
  /** The last one of which the program knew that it was kept. */
  readonly kept: number;
  readonly recovered: number;
  /** Whether a save of its own passes for another program's doing. */
  readonly changed: boolean;
  readonly corrupt: readonly string[];
}

/** What the page is given of a journal: without the host's own lines. */
const pageLines = (text: string): string =>
  text
    .slice(text.indexOf('\n') + 1)
    .split('\n')
    .filter((line) => !line.startsWith('{"saving":'))
    .join('\n');

const nthOf = (name: string): number => Number(/^edit (\d+)$/.exec(name)?.[1] ?? 0);

async function killed(seed: number): Promise<Outcome> {
  const folder = join(work, String(seed));
  mkdirSync(folder);
  const path = join(folder, 'net.netwright.json');
  writeFileSync(path, writeSpec(zooEntry('resnet18')!.build()));
  const child = spawn(process.execPath, [editor, folder, String(seed)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (part) => (said += String(part)));
  const gone = new Promise((end) => child.once('close', end));
  await new Promise((ready) => child.stdout.once('data', ready));
  // Spread evenly, so that every moment of drawing and saving is hit.
  await new Promise((later) => setTimeout(later, (seed * 0.618_034 * LONGEST_MS) % LONGEST_MS));
  child.kill('SIGKILL');
  await gone;

  const corrupt: string[] = said.split('\n').filter((line) => line.startsWith('!'));
  const last = (pattern: RegExp) => Math.max(0, ...[...said.matchAll(pattern)].map(([, nth]) => Number(nth)));
  const [drawn, kept] = [last(/^d(\d+)$/gm), last(/^k(\d+)$/gm)];
  const file = readSpec(readFileSync(path, 'utf8'));
  if (!file.ok) corrupt.push('the file');
  let recovered = file.ok ? nthOf(file.value.name) : 0;
  const journals = join(folder, 'journals');
  // Whoever is killed before the first edit has none.
  const entries = existsSync(journals) ? readdirSync(journals, { withFileTypes: true }) : [];
  for (const name of entries) {
    if (!name.name.endsWith('.journal')) continue;
    const text = readFileSync(join(journals, name.name), 'utf8');
    const read = readWork(pageLines(text));
    if ('fault' in read || !read.complete) corrupt.push('the journal');
    else recovered = Math.max(recovered, nthOf(read.work.history.design.name));
  }
  const changed = await seemsChanged(journals);
  // Who looked may still be tidying up.
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  return { drawn, kept, recovered, changed, corrupt };
}

/** What the next start finds: whether it would say that another program changed the file. */
async function seemsChanged(folder: string): Promise<boolean> {
  const documents = new Documents(() => undefined);
  const journals = new Journals(folder);
  let changed = false;
  for (const { journal } of await journals.kept(documents))
    changed ||= (await journals.take(documents, journal))?.file?.changed ?? false;
  documents.close();
  return changed;
}

describe('the program, killed while it draws and saves', () => {
  it(
    `leaves no corrupt file, loses one edit at most, and knows its own saves: ${KILLS} kills`,
    async () => {
      const outcomes: Outcome[] = [];
      for (let seed = FROM; seed < FROM + KILLS; seed++) outcomes.push(await killed(seed));
      const lost = outcomes.map(({ drawn, recovered }) => drawn - recovered);
      const edits = outcomes.reduce((sum, { drawn }) => sum + drawn, 0);
      if (process.env.KILLS)
        record({
          campaign: 'kills of the desktop',
          from: FROM,
          count: KILLS,
          edits,
          failures: lost.filter((n) => n > 1).length + outcomes.flatMap(({ corrupt }) => corrupt).length,
          lostOne: lost.filter((n) => n === 1).length,
        });
      expect(edits).toBeGreaterThan(KILLS);
      expect(outcomes.flatMap(({ corrupt }) => corrupt)).toEqual([]);
      expect(outcomes.filter(({ kept, recovered }) => recovered < kept)).toEqual([]);
      expect(lost.filter((n) => n > 1)).toEqual([]);
      expect(outcomes.filter(({ changed }) => changed)).toEqual([]);
    },
    60_000 + KILLS * 5000,
  );
});
