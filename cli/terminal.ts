import pc from 'picocolors';
import { obeyed } from '../shared/base/text.ts';
import { reasonOf } from '../shared/disk/reasons.ts';
import { exitCodes } from './failure.ts';
import { endInterrupted } from './interrupt.ts';
import { printable } from './printable.ts';

type Colours = ReturnType<typeof pc.createColors>;

/** Where the command writes, and whether a person is looking. */
export interface Terminal {
  out(text: string | Uint8Array): void;
  err(text: string): void;
  /** For standard output. Plain when it is no terminal or NO_COLOR is set. */
  readonly colours: Colours;
  /** Whether progress may be drawn on standard error. */
  readonly showsProgress: boolean;
}

export function processTerminal(): Terminal {
  const plain = (process.env.NO_COLOR ?? '') !== '' || process.env.TERM === 'dumb';
  const isColoured = process.stdout.isTTY === true && !plain;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // A reader that has seen enough (`| head`) is no failure.
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? exitCodes.fine);
    process.stderr.write(`netwright: standard output: cannot be written: ${reasonOf(error)}.\n`);
    process.exit(exitCodes.unusable);
  });
  // Nobody can be told of it.
  process.stderr.on('error', () => process.exit(exitCodes.unusable));
  process.on('SIGINT', () => {
    // What a run is stopped by ends by itself, and says so.
    if (process.listenerCount('SIGINT') === 1) endInterrupted();
  });
  return {
    out: (text) => process.stdout.write(typeof text === 'string' ? printable(text, isColoured) : text),
    err: (text) => process.stderr.write(printable(text, false)),
    colours: pc.createColors(isColoured),
    showsProgress: process.stderr.isTTY === true && process.env.TERM !== 'dumb',
  };
}

/** Characters that a terminal would obey are escaped, so that the JSON means the same. */
export function printJson(terminal: Terminal, value: object): void {
  const json = JSON.stringify(value, undefined, 2);
  terminal.out(`${json.replace(obeyed, escapedInJson)}\n`);
}

function escapedInJson(character: string): string {
  return character === '\n' ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
