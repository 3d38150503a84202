import pc from 'picocolors';
import { main } from '../../cli/main.ts';

export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command from its sources in this process, in the folder that the process is in. */
export async function runHere(...args: readonly string[]): Promise<Said> {
  const before = process.exitCode;
  process.exitCode = 0;
  const said = { out: '', err: '' };
  await main(args, {
    out: (text) => {
      said.out += typeof text === 'string' ? text : Buffer.from(text).toString();
    },
    err: (text) => {
      said.err += text;
    },
    colours: pc.createColors(false),
    showsProgress: false,
  });
  const code = Number(process.exitCode);
  process.exitCode = before;
  return { code, ...said };
}
