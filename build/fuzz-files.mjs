// The part of `npm run fuzz` that opens damaged files: in a thread that is watched, or in several processes.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { root } from './install.mjs';

const MAX_BYTES = 512 * 2 ** 20;
/** A case that has taken so much of the processor's time hangs; as does one that waits for so long, on however busy a machine. */
const HANG_MILLISECONDS = 30_000;
const LONGEST_WAIT_MILLISECONDS = 600_000;
const TOLD_MILLISECONDS = 20_000;

/** What was tried, by reader and outcome. */
const nothing = () => ({ tally: {}, failures: 0, peakBytes: 0 });

function add(sum, { tally, failures, peakBytes }) {
  for (const [key, times] of Object.entries(tally)) sum.tally[key] = (sum.tally[key] ?? 0) + times;
  sum.failures += failures;
  sum.peakBytes = Math.max(sum.peakBytes, peakBytes);
}

/** Opens cases one after the other. One that ends the thread, or never ends, is a failure; the rest is tried all the same. */
export async function openDamaged(campaign, first, count, format) {
  const sum = nothing();
  for (let next = first; next < first + count; ) {
    const { outcome, ended } = await untilItEnds(campaign, next, first + count - next, format);
    add(sum, outcome);
    next = ended;
  }
  return sum;
}

/** Of this process, its threads too. */
function workedMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function untilItEnds(campaign, first, count, format) {
  const again = format === undefined ? '' : ` --format ${format}`;
  const progress = new Int32Array(new SharedArrayBuffer(4)).fill(first);
  const worker = new Worker(campaign, {
    workerData: { first, count, progress, maxBytes: MAX_BYTES, format },
    resourceLimits: { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32 },
    execArgv: ['--enable-source-maps'],
  });
  const outcome = nothing();
  const failed = (number, why) => {
    outcome.failures++;
    console.error(
      `Case ${number} fails: ${why}\n  Again: npm run fuzz --${again} --case ${number} --write FILE\n`,
    );
  };
  return new Promise((done) => {
    let [last, since, worked] = [first, performance.now(), workedMs()];
    const finish = (ended) => {
      clearInterval(watch);
      done({ outcome, ended });
    };
    const watch = setInterval(() => {
      const now = Atomics.load(progress, 0);
      console.log(`${now - first} of ${count} files from ${first}, ${outcome.failures} failures`);
      const [waited, work] = [performance.now() - since, workedMs() - worked];
      if (now !== last) [last, since, worked] = [now, performance.now(), workedMs()];
      else if (work > HANG_MILLISECONDS || waited > LONGEST_WAIT_MILLISECONDS) {
        failed(now, `it has not ended after ${(work / 1000).toFixed(0)} s of work.`);
        worker.terminate().then(() => finish(now + 1));
      }
    }, TOLD_MILLISECONDS);
    worker.on('message', ({ failed: number, why, tally, peakBytes }) => {
      // Counts come with the end, and as often as is told how far it is.
      if (number !== undefined) return failed(number, why);
      Object.assign(outcome, { tally, peakBytes });
    });
    worker.on('error', (error) => failed(Atomics.load(progress, 0), error.stack ?? String(error)));
    worker.on('exit', (code) => finish(code === 0 ? first + count : Atomics.load(progress, 0) + 1));
  });
}

/** The same in processes of their own, each with a part of the cases. */
export async function inProcesses(jobs, first, count, more) {
  const sum = nothing();
  const part = Math.ceil(count / jobs);
  const parts = Array.from({ length: jobs }, (_, i) => first + i * part);
  await Promise.all(
    parts.map(async (from) => {
      const cases = Math.max(0, Math.min(part, first + count - from));
      if (cases > 0) add(sum, await inProcess(from, cases, more));
    }),
  );
  return sum;
}

function inProcess(from, cases, more) {
  const own = ['--part', '--from', String(from), '--cases', String(cases), ...more];
  const child = spawn(process.execPath, [join(root, 'build/fuzz.mjs'), ...own], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  return new Promise((done) => {
    let outcome = nothing();
    child.on('message', (told) => (outcome = told));
    child.on('close', (code, signal) => {
      if (code === 0 || outcome.failures > 0) return done(outcome);
      console.error(`The cases from ${from} ended with ${signal ?? `exit code ${code}`}.`);
      done({ ...outcome, failures: 1 });
    });
  });
}
