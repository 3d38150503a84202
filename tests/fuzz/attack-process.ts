import { analyze } from '../../shared/analysis/analyze.ts';
import { checkBudget } from '../../shared/budget/budget.ts';
import { readSpec } from '../../shared/formats/spec/read.ts';
import { lint } from '../../shared/lint/run.ts';
import { attacks } from './attacks.ts';
import { outcomeOf } from './cases.ts';
import { type Reader, textOf } from './reader.ts';
import { readers } from './readers.ts';

/** What became of each attack that did not go as it should, and the most memory that all of them took. */
export interface AttackReport {
  readonly wrong: readonly string[];
  readonly peakBytes: number;
}

/** What these files are to come to takes minutes, or for ever: on a machine that does much else, a second may become some. */
const MOST_MILLISECONDS = 8_000;

/** Does with a spec what the app does with one that was just opened. */
const judging = (reader: Reader): Reader => ({
  ...reader,
  async read(bytes) {
    const read = readSpec(textOf(bytes));
    if (read.ok) {
      const analysis = analyze(read.value);
      checkBudget(read.value, analysis);
      lint(read.value, analysis);
    }
    return read;
  },
});

/** `attack-process [TITLE]`: opens every file that means harm, or one, one after the other. */
async function main(): Promise<void> {
  const only = process.argv[2];
  const wrong: string[] = [];
  for (const { title, format, make, code } of attacks) {
    if (only !== undefined && title !== only) continue;
    const found = readers.find((each) => each.format === format);
    if (!found) throw new Error(`There is no reader of ${format}.`);
    const reader = format === 'spec' ? judging(found) : found;
    const outcome = await outcomeOf({ reader, bytes: make() }, MOST_MILLISECONDS);
    const became =
      outcome.kind === 'refused' ? outcome.code : outcome.kind === 'opened' ? 'opened' : outcome.why;
    if (became !== (code ?? 'opened')) wrong.push(`${format}, ${title}: ${became}`);
    if (process.env.ATTACK_MEMORY) console.error(title, became, process.resourceUsage().maxRSS >> 10, 'MiB');
  }
  const report: AttackReport = { wrong, peakBytes: process.resourceUsage().maxRSS * 1024 };
  process.stdout.write(JSON.stringify(report));
}

await main();
