import type { Command } from 'commander';
import { configJsonSchema } from '../../shared/formats/config/json-schema.ts';
import { configName } from '../../shared/formats/config/read.ts';
import { specJsonSchema } from '../../shared/formats/spec/json-schema.ts';
import { printJson, type Terminal } from '../terminal.ts';

export function addSchema(program: Command, terminal: Terminal): void {
  program
    .command('schema')
    .description('print the JSON Schema of specs, for editors and validators')
    .option('--config', `that of ${configName} instead`)
    .addHelpText(
      'after',
      '\nExamples:\n  $ netwright schema > spec-3.schema.json\n  $ netwright schema --config > config.schema.json',
    )
    .action(({ config }: { readonly config?: boolean }) =>
      printJson(terminal, config === true ? configJsonSchema() : specJsonSchema()),
    );
}
