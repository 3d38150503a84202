import type { Command } from 'commander';
import { analyze } from '../../shared/analysis/analyze.ts';
import type { Problem } from '../../shared/base/problem.ts';
import { formatOfName } from '../../shared/formats/models.ts';
import { MAX_SPEC_BYTES } from '../../shared/formats/spec/format.ts';
import { writeSpec } from '../../shared/formats/spec/write.ts';
import { type Design, emptyDesign } from '../../shared/graph/design.ts';
import { mergeDesigns } from '../../shared/graph/merge.ts';
import { CommandFailure, exitCodes } from '../failure.ts';
import { readBytes, writeAtomically } from '../files.ts';
import { tell } from '../i18n/language.ts';
import { withLineEndsOf } from '../line-ends.ts';
import { openDesign, openModel } from '../open-design.ts';
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
      const [origin, mine, other] = [await openBase(base), await openModel(ours), await openModel(theirs)];
      await Promise.all([mine.close(), other.close()]);
      refuseOthers(output ?? ours, output === undefined && mine.text === undefined);
      const { design, conflicts } = mergeDesigns(origin, mine.design, other.design);
      await writeAtomically(output ?? ours, withLineEndsOf(mine.text ?? '', writeSpec(design)));
      for (const { path, message } of conflicts) terminal.err(`${called}: CONFLICT in ${path}: ${message}\n`);
      const broken = newProblems(design, [mine.design, other.design]);
      for (const { where, message } of broken)
        terminal.err(
          `${called}: CONFLICT${where.node === undefined ? '' : ` in nodes.${where.node}`}: each side fits by itself, and both together do not: ${message}\n`,
        );
      if (conflicts.length + broken.length > 0) process.exitCode = exitCodes.findings;
    });
}

/** What is merged is saved as a spec, and never over a file of another form, whose weights would be lost. */
function refuseOthers(target: string, isOther: boolean): void {
  if (isOther || target === '-' || target.startsWith('zoo:') || (formatOfName(target) ?? 'spec') !== 'spec')
    throw new CommandFailure(
      tell`${target}: merging saves a spec, without weights. Name a file for it: -o merged.json`,
    );
}

/** Where both sides added a file, git gives an empty one for what they grew from. */
async function openBase(file: string): Promise<Design> {
  const bytes = await readBytes(file, MAX_SPEC_BYTES);
  return bytes.length === 0 ? emptyDesign : openDesign(file);
}

/** What is wrong with a merged design and with none of those that it is made of: wires in a ring, shapes that no longer meet. */
function newProblems(merged: Design, sides: readonly Design[]): readonly Problem[] {
  const known = new Set(sides.flatMap((side) => analyze(side).problems.map(nameOf)));
  return analyze(merged).problems.filter((problem) => !known.has(nameOf(problem)));
}

const nameOf = ({ code, where }: Problem): string => `${code} ${where.node}`;
