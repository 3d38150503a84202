import type { Command } from 'commander';
import { writeSpec } from '../../shared/formats/spec/write.ts';
import { mergeDesigns } from '../../shared/graph/merge.ts';
import { exitCodes } from '../failure.ts';
import { writeAtomically } from '../files.ts';
import { openDesign } from '../open-design.ts';
import type { Terminal } from '../terminal.ts';

interface Options {
  readonly output?: string;
  /** Git merges in files that it named itself. */
  readonly path?: string;
}

export function addMerge(program: Command, terminal: Terminal): void {
  program
    .command('merge')
    .description('merge two designs that grew from one, by node, parameter and wire')
    .argument('<base>', 'the spec that both grew from')
    .argument('<ours>', 'the one that takes the result')
    .argument('<theirs>', 'the other one')
    .option('-o, --output <file>', 'write the result here, and leave OURS as it is')
    .option('--path <path>', 'what OURS is called where conflicts are told; git knows it as %P')
    .addHelpText(
      'after',
      "\nExit code 1 with conflicts: each is told, and what is written has OURS there.\nTo set it up: git config merge.netwright.driver 'netwright merge --path %P %O %A %B', and in .gitattributes: *.netwright.json merge=netwright\n\nExamples:\n  $ netwright merge base.json mine.json theirs.json -o merged.json",
    )
    .action(async (base: string, ours: string, theirs: string, { output, path: called = ours }: Options) => {
      const [origin, mine, other] = [
        await openDesign(base),
        await openDesign(ours),
        await openDesign(theirs),
      ];
      const { design, conflicts } = mergeDesigns(origin, mine, other);
      await writeAtomically(output ?? ours, writeSpec(design));
      for (const { path, message } of conflicts) terminal.err(`${called}: CONFLICT in ${path}: ${message}\n`);
      if (conflicts.length > 0) process.exitCode = exitCodes.findings;
    });
}
