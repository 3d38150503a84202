import type { Command } from 'commander';
import { writeAtomically } from '../files.ts';
import { formatFor, writableFormats } from '../formats.ts';
import { fileHelp, openDesign } from '../open-design.ts';
import type { Terminal } from '../terminal.ts';

export function addConvert(program: Command, terminal: Terminal): void {
  const formats = writableFormats
    .map(({ extension, title }) => `  ${extension.padEnd(14)}${title}`)
    .join('\n');
  program
    .command('convert')
    .description('write a design in another format, by the name of the output')
    .argument('<in>', fileHelp)
    .argument('<out>', 'the file to write; - for a spec on standard output')
    .addHelpText(
      'after',
      `\nFormats:\n${formats}\n\nExamples:\n  $ netwright convert zoo:resnet18 resnet18.json\n  $ netwright convert design.json costs.csv\n  $ netwright convert zoo:vgg16 - | netwright summary -`,
    )
    .action(async (input: string, output: string) => {
      const toStdout = output === '-';
      const format = formatFor(toStdout ? '-.json' : output, writableFormats);
      const content = await format.write(await openDesign(input));
      if (toStdout) terminal.out(content);
      else await writeAtomically(output, content);
    });
}
