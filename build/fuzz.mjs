// npm run fuzz [-- --cases N] [--networks N] [--actions N] [--from N] [--format NAME] [--record] [--case N [--write FILE]]: opens damaged files; each must be opened
// or refused with place and reason, within a second and 512 MiB. Then runs random networks on real threads; each must give
// the same in every run, and the same but for rounding from every plan. Last it plays the built app with random keys and a
// random mouse: nothing may complain, and undoing all gives back what was opened. All are numbered, to be made again.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { ensureInstalled, root } from './install.mjs';
import { record } from './ledger.mjs';

ensureInstalled();
const { build } = await import('esbuild');

const MAX_BYTES = 512 * 2 ** 20;
/** A case that has not ended by then hangs. */
const HANG_MILLISECONDS = 20_000;

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '200000' },
    networks: { type: 'string', default: '2000' },
    actions: { type: 'string', default: '10000' },
    from: { type: 'string', default: '0' },
    case: { type: 'string' },
    write: { type: 'string' },
    format: { type: 'string' },
    record: { type: 'boolean', default: false },
  },
});
process.chdir(root);
const outdir = join(root, 'dist/fuzz');
mkdirSync(outdir, { recursive: true });
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
});
process.exit(values.case === undefined ? await everything() : await replay(whole('case')));

async function everything() {
  const [from, cases, networks] = [whole('from'), whole('cases'), whole('networks')];
  const files = cases > 0 ? await campaign(from, cases) : 0;
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

function campaign(first, count) {
  const of = values.format === undefined ? '' : ` --format ${values.format}`;
  const progress = new Int32Array(new SharedArrayBuffer(4)).fill(first);
  const worker = new Worker(join(outdir, 'campaign.mjs'), {
    workerData: { first, count, progress, maxBytes: MAX_BYTES, format: values.format },
    resourceLimits: { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32 },
    execArgv: ['--enable-source-maps'],
  });
  let failures = 0;
  let last = -1;
  const failed = (number, why) => {
    failures++;
    console.error(
      `Case ${number} fails: ${why}\n  Again: npm run fuzz --${of} --case ${number} --write FILE\n`,
    );
  };
  return new Promise((done) => {
    const watch = setInterval(() => {
      const now = Atomics.load(progress, 0);
      if (now === last) {
        failed(now, `it has not ended after ${HANG_MILLISECONDS / 1000} s.`);
        clearInterval(watch);
        worker.terminate().then(() => done(1));
      }
      last = now;
      console.log(`${now - first} of ${count} files, ${failures} failures`);
    }, HANG_MILLISECONDS);
    worker.on('message', ({ failed: number, why, tally, peakBytes }) => {
      if (number !== undefined) return failed(number, why);
      clearInterval(watch);
      const rows = Object.entries(tally).sort(([, a], [, b]) => b - a);
      for (const [key, times] of rows) console.log(`${String(times).padStart(8)}  ${key}`);
      console.log(`${count} files, ${failures} failures; ${(peakBytes / 2 ** 20).toFixed(0)} MiB at most.`);
      if (values.record)
        record({
          campaign: values.format === undefined ? 'mutated files' : `mutated files: ${values.format}`,
          from: first,
          count,
          failures,
        });
      done(failures === 0 ? 0 : 1);
    });
    worker.on('error', (error) => {
      clearInterval(watch);
      failed(Atomics.load(progress, 0), error.stack ?? String(error));
      done(1);
    });
  });
}
