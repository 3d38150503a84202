import type { Command } from 'commander';
import { exerciseJsonSchema } from '../../shared/exercise/json-schema.ts';
import { configJsonSchema } from '../../shared/formats/config/json-schema.ts';
import { configName } from '../../shared/formats/config-file.ts';
import { specJsonSchema } from '../../shared/formats/spec/json-schema.ts';
import { printJson, type Terminal } from '../terminal.ts';

export function addSchema(program: Command, terminal: Terminal): void {
  program
    .command('schema')
    .description('print the JSON Schema of specs, for editors and validators')
    .option('--config', `that of ${configName} instead`)
    .option('--exercise', 'that of exercises instead')
    .addHelpText(
      'after',
      '\nExamples:\n  $ netwright schema > spec-3.schema.json\n  $ netwright schema --config > config.schema.json\n  $ netwright schema --exercise > exercise.schema.json',
    )
    .action(({ config, exercise }: { readonly config?: boolean; readonly exercise?: boolean }) =>
      printJson(
        terminal,
        config === true ? configJsonSchema() : exercise === true ? exerciseJsonSchema() : specJsonSchema(),
      ),
    );
}
