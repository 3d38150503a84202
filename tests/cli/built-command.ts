import { spawn } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildCommand } from '../../build/build.mjs';
import { buildKernels } from '../../build/kernels.mjs';

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command, built from today's sources into a folder of its own, and run as a process as users run it. */
export interface BuiltCommand {
  /** A folder to work in; every run starts there. */
  readonly folder: string;
  run(args: readonly string[], stdin?: string): Promise<Ran>;
  json(args: readonly string[]): Promise<unknown>;
  remove(): Promise<void>;
}

export async function buildForTest(): Promise<BuiltCommand> {
  const root = await mkdtemp(join(tmpdir(), 'netwright-command-'));
  await buildCommand(join(root, 'bin'));
  const { outDir } = await buildKernels();
  await cp(outDir, join(root, 'bin/cpu'), { recursive: true });
  const run: BuiltCommand['run'] = (args, stdin = '') =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [join(root, 'bin/netwright.js'), ...args], { cwd: root });
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
  return {
    folder: root,
    run,
    async json(args) {
      const { stdout, stderr } = await run(args);
      if (stdout === '') throw new Error(stderr);
      return JSON.parse(stdout);
    },
    remove: () => rm(root, { recursive: true, force: true }),
  };
}
