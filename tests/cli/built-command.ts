import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pc from 'picocolors';
import { ensureBuilt } from '../../build/ensure-built.mjs';
import { main } from '../../cli/main.ts';

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Command {
  run(args: readonly string[]): Promise<Ran>;
  /** What it writes, as JSON; throws where it writes nothing. */
  json(args: readonly string[]): Promise<unknown>;
}

/** What users start: `npm test` builds it first. */
const script = join(import.meta.dirname, '../../out/cli/netwright.js');

/** The command, built from today's sources, and run as a process as users run it, in a folder of its own. */
export interface BuiltCommand extends Command {
  /** A folder to work in; every run starts there. */
  readonly folder: string;
  /** The script that Node runs. */
  readonly script: string;
  run(args: readonly string[], stdin?: string): Promise<Ran>;
  /**
   * The same from the sources, in this process: a tenth of a process's time, for what does not depend on being one. It reads
   * no standard input.
   */
  readonly here: Command;
  remove(): Promise<void>;
}

const withJson = (run: Command['run']): Command['json'] => {
  return async (args) => {
    const { stdout, stderr } = await run(args);
    if (stdout === '') throw new Error(stderr);
    return JSON.parse(stdout);
  };
};

export async function buildForTest(): Promise<BuiltCommand> {
  await ensureBuilt(['cli']);
  const root = await mkdtemp(join(tmpdir(), 'netwright-command-'));
  const run: BuiltCommand['run'] = (args, stdin = '') =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [script, ...args], {
        cwd: root,
        env: { ...process.env, NETWRIGHT_CACHE: cacheIn(root) },
      });
      const output = { stdout: '', stderr: '' };
      for (const stream of ['stdout', 'stderr'] as const)
        child[stream].setEncoding('utf8').on('data', (text: string) => {
          output[stream] += text;
        });
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, ...output }));
      // A command that does not read its input may have ended before it is written.
      child.stdin.on('error', () => {});
      child.stdin.end(stdin);
    });
  let last: Promise<unknown> = Promise.resolve();
  const here: Command['run'] = (args) => {
    // One after the other: folder and exit code are the whole process's.
    const ran = last.then(() => runHere(args, root));
    last = ran.catch(() => undefined);
    return ran;
  };
  return {
    folder: root,
    script,
    run,
    json: withJson(run),
    here: { run: here, json: withJson(here) },
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

/** Not what was measured by whoever runs the tests. */
const cacheIn = (folder: string): string => join(folder, 'cache');

async function runHere(args: readonly string[], folder: string): Promise<Ran> {
  const { exitCode } = process;
  const { NETWRIGHT_CACHE } = process.env;
  const before = process.cwd();
  const output = { stdout: '', stderr: '' };
  process.exitCode = 0;
  process.chdir(folder);
  process.env.NETWRIGHT_CACHE = cacheIn(folder);
  try {
    await main(args, {
      out(text) {
        output.stdout += typeof text === 'string' ? text : Buffer.from(text).toString();
      },
      err(text) {
        output.stderr += text;
      },
      colours: pc.createColors(false),
      showsProgress: false,
    });
    return { code: Number(process.exitCode), ...output };
  } finally {
    process.exitCode = exitCode;
    if (NETWRIGHT_CACHE === undefined) delete process.env.NETWRIGHT_CACHE;
    else process.env.NETWRIGHT_CACHE = NETWRIGHT_CACHE;
    process.chdir(before);
  }
}
