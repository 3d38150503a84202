// A process of its own, since flags of V8 hold for all of one: `node-trial.mjs [wide]` races the builds of the kernels, with
// wide vectors or without, and prints a TrialReport.
import { chooseVariant } from '../choose-variant.ts';
import { openTrial } from '../trial.ts';
import { sampleOf, type TrialReport } from '../wide-vectors.ts';
import { createNodeHost } from './node-host.ts';

const host = createNodeHost({
  directory: new URL('./', import.meta.url),
  turbo: process.argv[2] === 'wide',
});
const { module, trials } = await chooseVariant(host);
const trial = await openTrial(host, module);
const milliseconds = trials.find(({ variant }) => variant === module.variant)?.milliseconds;
const report: TrialReport = {
  variant: module.variant,
  milliseconds: milliseconds ?? Number.POSITIVE_INFINITY,
  sample: sampleOf(trial.result()),
};
process.stdout.write(JSON.stringify(report));
