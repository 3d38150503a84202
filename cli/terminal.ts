import pc from 'picocolors';

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
  // A reader that has seen enough (`| head`) is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
    throw error;
  });
  return {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    colours: pc.createColors(process.stdout.isTTY === true && !plain),
    showsProgress: process.stderr.isTTY === true && process.env.TERM !== 'dumb',
  };
}

export function printJson(terminal: Terminal, value: object): void {
  terminal.out(`${JSON.stringify(value, undefined, 2)}\n`);
}
