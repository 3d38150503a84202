// npm run fuzz [-- --cases N] [--from N] [--jobs N] [--format NAME] [--record] [--networks N] [--actions N] [--case N [--write FILE]]:
// opens damaged files, in as many processes as jobs; each must be opened or refused with place and reason, within a second
// and 512 MiB. Then runs random networks on real threads; each must give the same in every run, and the same but for rounding
// from every plan. Last it plays the built app with random keys and a random mouse: nothing may complain, and undoing all
// gives back what was opened. All are numbered, to be made again.
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { inProcesses, openDamaged } from './fuzz-files.mjs';
import { ensureInstalled, root } from './install.mjs';
import { record } from './ledger.mjs';

ensureInstalled();
const { build } = await import('esbuild');

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '200000' },
    networks: { type: 'string', default: '2000' },
    actions: { type: 'string', default: '10000' },
    from: { type: 'string', default: '0' },
    jobs: { type: 'string', default: '1' },
    // Said to the processes of a campaign, which find everything built.
    part: { type: 'boolean', default: false },
    case: { type: 'string' },
    write: { type: 'string' },
    format: { type: 'string' },
    record: { type: 'boolean', default: false },
  },
});
process.chdir(root);
const outdir = join(root, 'dist/fuzz');
mkdirSync(join(outdir, 'pictures'), { recursive: true });
if (!values.part) await buildCampaign();
process.exit(values.case === undefined ? await everything() : await replay(whole('case')));

async function buildCampaign() {
  await build({
    entryPoints: ['campaign', 'cases', 'soak-campaign'].map((name) => join(root, `tests/fuzz/${name}.ts`)),
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    sourcemap: 'inline',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    mainFields: ['module', 'main'],
    logLevel: 'warning',
    // Libraries that are CommonJS ask for Node's modules through require.
    banner: {
      js: "import { createRequire as campaignRequire } from 'node:module';\nconst require = campaignRequire(import.meta.url);\nconst __dirname = import.meta.dirname;",
    },
  });
  // What the command decodes WebP with lies beside it.
  const decoder = 'node_modules/canvaskit-wasm/bin/canvaskit.wasm';
  copyFileSync(join(root, decoder), join(outdir, 'pictures/canvaskit.wasm'));
}

async function everything() {
  const [from, cases, networks] = [whole('from'), whole('cases'), whole('networks')];
  const files = cases > 0 ? await campaign(from, cases) : 0;
  if (values.part) return files;
  const runs = networks > 0 ? await soak(from, networks) : 0;
  const actions = whole('actions');
  return Math.max(files, runs, actions > 0 ? await hand(from, actions) : 0);
}

/** Random keys and a random mouse in the built app. */
async function hand(first, actions) {
  const { ensureBuilt } = await import('./ensure-built.mjs');
  await ensureBuilt();
  const { runnerImport } = await import('vite');
  const { module } = await runnerImport(join(root, 'tests/fuzz/hand-campaign.ts'));
  return (await module.handCampaign(first, actions)) === 0 ? 0 : 1;
}

async function soak(first, count) {
  const { buildKernels } = await import('./kernels.mjs');
  const { outDir } = await buildKernels();
  const { soakCampaign } = await import(pathToFileURL(join(outdir, 'soak-campaign.mjs')).href);
  return (await soakCampaign(outDir, first, count)) === 0 ? 0 : 1;
}

function whole(name) {
  const number = Number(values[name]);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  console.error(`--${name} takes a whole number.`);
  process.exit(2);
}

/** One file again, kept for a look where --write says so. */
async function replay(number) {
  const { caseOf, outcomeOf } = await import(pathToFileURL(join(outdir, 'cases.mjs')).href);
  const each = caseOf(number, values.format);
  if (values.write !== undefined) writeFileSync(values.write, each.bytes);
  const outcome = await outcomeOf(each);
  console.log(`${each.reader.format}, ${each.bytes.length} bytes:`, outcome);
  return outcome.kind === 'failed' ? 1 : 0;
}

/** Damaged files, here or divided among processes. */
async function campaign(first, count) {
  const jobs = whole('jobs');
  const { format } = values;
  const outcome = await (jobs > 1
    ? inProcesses(jobs, first, count, format === undefined ? [] : ['--format', format])
    : openDamaged(join(outdir, 'campaign.mjs'), first, count, format));
  if (values.part) await new Promise((told) => process.send(outcome, told));
  else report(first, count, outcome);
  return outcome.failures === 0 ? 0 : 1;
}

function report(from, count, { tally, failures, peakBytes }) {
  const rows = Object.entries(tally).sort(([, a], [, b]) => b - a);
  for (const [key, times] of rows) console.log(`${String(times).padStart(8)}  ${key}`);
  console.log(`${count} files, ${failures} failures; ${(peakBytes / 2 ** 20).toFixed(0)} MiB at most.`);
  if (!values.record) return;
  const { format } = values;
  const readers = {};
  for (const [key, times] of rows) {
    const [name, what] = key.split(': ');
    const { cases, opened } = readers[name] ?? { cases: 0, opened: 0 };
    readers[name] = { cases: cases + times, opened: opened + (what === 'opened' ? times : 0) };
  }
  const campaign = format === undefined ? 'mutated files' : `mutated files: ${format}`;
  record({ campaign, from, count, failures, readers });
}
