import { attacks } from './attacks.ts';
import { outcomeOf } from './cases.ts';
import { readers } from './readers.ts';

/** What became of each attack that did not go as it should, and the most memory that all of them took. */
export interface AttackReport {
  readonly wrong: readonly string[];
  readonly peakBytes: number;
}

/** What these files are to come to takes minutes, or for ever: on a machine that does much else, a second may become some. */
const MOST_MILLISECONDS = 8_000;

/** `attack-process [TITLE]`: opens every file that means harm, or one, one after the other. */
async function main(): Promise<void> {
  const only = process.argv[2];
  const wrong: string[] = [];
  for (const { title, format, make, code } of attacks) {
    if (only !== undefined && title !== only) continue;
    const reader = readers.find((each) => each.format === format);
    if (!reader) throw new Error(`There is no reader of ${format}.`);
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
