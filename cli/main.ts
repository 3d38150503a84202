import { CommanderError } from 'commander';
import { openChannels } from '../shared/base/log.ts';
import { CommandFailure, CommandInterrupted, exitCodes } from './failure.ts';
import { languageMeant, speak, tell } from './i18n/language.ts';
import { createProgram } from './program.ts';
import type { Terminal } from './terminal.ts';

/** Runs the command with these arguments; how it ended is told by `process.exitCode`. Nothing is thrown. */
export async function main(args: readonly string[], terminal: Terminal): Promise<void> {
  openChannels(process.env.NETWRIGHT_DEBUG ?? '', (line) => terminal.err(`${line}\n`));
  await speak(languageMeant(args, process.env));
  try {
    await createProgram(terminal).parseAsync(args, { from: 'user' });
  } catch (error) {
    process.exitCode = exitCodeOf(error, terminal);
  }
}

function exitCodeOf(error: unknown, terminal: Terminal): number {
  // Help and version arrive as errors with exit code 0; what else commander has to say, it has said.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.fine : exitCodes.unusable;
  if (error instanceof CommandFailure) {
    for (const line of error.lines) terminal.err(`netwright: ${line}\n`);
    return error instanceof CommandInterrupted ? exitCodes.interrupted : exitCodes.unusable;
  }
  const debugging = (process.env.NETWRIGHT_DEBUG ?? '') !== '';
  const detail =
    error instanceof Error ? ((debugging ? error.stack : undefined) ?? error.message) : String(error);
  const where = debugging ? '' : tell` (NETWRIGHT_DEBUG=1 tells where.)`;
  terminal.err(`netwright: ${tell`a fault of the program, not of your input: ${detail}`}${where}\n`);
  return exitCodes.unusable;
}
