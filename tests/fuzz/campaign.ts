/** Runs inside a worker of `npm run fuzz`: tries cases one after the other and tells what fails. */
import { parentPort, workerData } from 'node:worker_threads';
import { caseOf, outcomeOf } from './cases.ts';

/** What the worker is given: the cases to try, and where it writes the one it is at. */
export interface Campaign {
  readonly first: number;
  readonly count: number;
  /** One number: the case under way. */
  readonly progress: Int32Array;
  readonly maxBytes: number;
  /** The format that all of them are of; any where it is left out. */
  readonly format?: string;
}

const { first, count, progress, maxBytes, format } = workerData as Campaign;
const tally: Record<string, number> = {};
let heaviestBytes = 0;
/** What is told once in a while is there where a later case ends the thread. */
const TOLD_EACH = 200;
for (let number = first; number < first + count; number++) {
  Atomics.store(progress, 0, number);
  const each = caseOf(number, format);
  let outcome = await outcomeOf(each);
  if (outcome.kind === 'failed' && outcome.why.startsWith('took')) outcome = await outcomeOf(each);
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  if (peakBytes > maxBytes && heaviestBytes <= maxBytes) {
    outcome = { kind: 'failed', why: `memory rose to ${(peakBytes / 2 ** 20).toFixed(0)} MiB` };
  }
  heaviestBytes = peakBytes;
  const key = `${each.reader.format}: ${outcome.kind === 'refused' ? `refused, ${outcome.code}` : outcome.kind}`;
  tally[key] = (tally[key] ?? 0) + 1;
  if (outcome.kind === 'failed') parentPort!.postMessage({ failed: number, why: outcome.why });
  if ((number - first) % TOLD_EACH === 0) parentPort!.postMessage({ tally, peakBytes: heaviestBytes });
}
parentPort!.postMessage({ tally, peakBytes: heaviestBytes });
