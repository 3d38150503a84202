import type { Command } from 'commander';
import { createProgram } from '../../cli/program.ts';
import type { Terminal } from '../../cli/terminal.ts';

const intro = `# The command

\`netwright\` does in a terminal, and in CI, what the app does in its window: the same engine, the same numbers. \`npm run build\`
puts it at \`out/cli/netwright.js\`; \`npm link\` makes it \`netwright\` everywhere.

FILE is a [spec](../spec.md), \`zoo:NAME\` for a published network (\`netwright zoo\` lists them), or \`-\` for a spec on standard input.

| exit code | meaning |
|---|---|
| 0 | fine |
| 1 | findings, over budget, or a design with problems |
| 2 | bad usage or unreadable input; one line on standard error says what and where |

Colours and progress appear on a terminal only, so that pipes and logs stay clean; \`NO_COLOR\` switches colours off. With
\`--format json\` the output is JSON and nothing else.

## In CI

\`\`\`yaml
- run: netwright lint designs/*.json
- run: netwright check designs/student.json --baseline designs/teacher.json --macs 5% --params 12M --memory 64MiB
\`\`\`

A budget that stands in the spec needs no options: \`netwright check designs/student.json\`.
`;

/** The reference of the command, written from the commands themselves. */
export function commandPage(): string {
  const silent: Terminal = {
    out: () => {},
    err: () => {},
    colours: { isColorSupported: false } as Terminal['colours'],
    showsProgress: false,
  };
  const program = createProgram(silent);
  return `${intro}\n## Reference\n\n${program.commands.map(section).join('\n')}`;
}

function section(command: Command): string {
  let text = '';
  // The help with its examples, as `--help` prints it.
  command.configureOutput({
    writeOut: (part) => {
      text += part;
    },
  });
  command.outputHelp();
  return `### ${command.name()}\n\n\`\`\`text\n${text.trim()}\n\`\`\`\n`;
}
