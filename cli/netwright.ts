import { CommanderError } from 'commander';
import { CommandFailure, exitCodes } from './failure.ts';
import { createProgram } from './program.ts';
import { processTerminal } from './terminal.ts';

const terminal = processTerminal();
try {
  await createProgram(terminal).parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

function exitCodeOf(error: unknown): number {
  // Help and version arrive as errors with exit code 0; what else commander has to say, it has said.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.fine : exitCodes.unusable;
  if (error instanceof CommandFailure) {
    for (const line of error.lines) terminal.err(`netwright: ${line}\n`);
    return exitCodes.unusable;
  }
  const debugging = (process.env.NETWRIGHT_DEBUG ?? '') !== '';
  const detail =
    error instanceof Error ? ((debugging ? error.stack : undefined) ?? error.message) : String(error);
  terminal.err(
    `netwright: a fault of the program, not of your input: ${detail}${debugging ? '' : ' (NETWRIGHT_DEBUG=1 tells where.)'}\n`,
  );
  return exitCodes.unusable;
}
