import type { Command } from 'commander';
import { specJsonSchema } from '../../shared/formats/spec/json-schema.ts';
import { printJson, type Terminal } from '../terminal.ts';

export function addSchema(program: Command, terminal: Terminal): void {
  program
    .command('schema')
    .description('print the JSON Schema of specs, for editors and validators')
    .addHelpText('after', '\nExamples:\n  $ netwright schema > spec-3.schema.json')
    .action(() => printJson(terminal, specJsonSchema()));
}
