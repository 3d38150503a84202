/** The networks of `npm run fuzz`: some with each build of the kernels that has threads. */
import { pathToFileURL } from 'node:url';
import { variants } from '../../shared/runtime/cpu/host.ts';
import { createNodeHost } from '../../shared/runtime/cpu/worker/node-host.ts';
import { joined, type SoakReport, soak } from './soak.ts';

const options = { batches: [1, 2, 3, 4], threads: [1, 2, 3, 4], runs: 3 };
const TELL_EVERY = 100;

/** Runs networks `first` to `first + count`, prints how it goes, and returns how many times something was wrong. */
export async function soakCampaign(kernels: string, first: number, count: number): Promise<number> {
  const host = createNodeHost({ directory: pathToFileURL(`${kernels}/`) });
  const threaded = variants.filter((variant) => variant !== 'single');
  let report: SoakReport = { runs: 0, plans: 0, largestDifference: 0, failures: [] };
  for (const [i, variant] of threaded.entries()) {
    const from = first + Math.floor((count * i) / threaded.length);
    const to = first + Math.floor((count * (i + 1)) / threaded.length);
    const numbers = Array.from({ length: to - from }, (_, at) => from + at);
    let told = 0;
    const part = await soak(host, variant, numbers, options, (done, { failures }) => {
      for (const failure of failures.slice(told)) console.error(`${variant}: ${failure}`);
      told = failures.length;
      if (done % TELL_EVERY === 0)
        console.log(`${done} of ${numbers.length} networks with the ${variant} kernels, ${told} failures`);
    });
    report = joined(report, part);
  }
  const { runs, plans, largestDifference, failures } = report;
  console.log(
    `${count} networks × batch ${options.batches.join(', ')} × ${options.threads.join(', ')} threads × ${options.runs} runs: ` +
      `${plans} plans, ${runs} runs, ${failures.length} failures; ` +
      `plans differ by ${largestDifference.toExponential(1)} of the root mean square at most.`,
  );
  return failures.length;
}
