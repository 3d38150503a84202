import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

/** A processor below this share of the best that was seen is at work for somebody else. */
export const CALM = 0.88;

/** Counted before this process is ever bound to one of them. */
const PROCESSORS = availableParallelism();

/**
 * The processors of this machine, each watched by a process that stays on it. A processor whose core is lent to
 * somebody else (another program, or another machine on the same host, of which nothing else tells) gives code that is
 * bound by arithmetic half its speed; a comparison made meanwhile compares the neighbours.
 */
export class Processors {
  private readonly probes: readonly ChildProcess[];
  private best = 0;

  private constructor(probes: readonly ChildProcess[]) {
    this.probes = probes;
  }

  /** `folder` takes the probe's bundle; `kernels` is where the build put the kernels. */
  static async watch(folder: string, kernels: string): Promise<Processors> {
    const outfile = join(folder, 'probe.mjs');
    await build({
      entryPoints: [join(process.cwd(), 'tests/bench/probe.ts')],
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile,
      logLevel: 'error',
    });
    const probes: ChildProcess[] = [];
    for (let processor = 0; processor < PROCESSORS; processor++) {
      const probe = await pinned(processor, () => fork(outfile, [kernels]));
      probes.push(probe);
      await once(probe, 'message');
    }
    return new Processors(probes);
  }

  /** The speed of each processor now, relative to the best that any of them has shown. */
  async speeds(): Promise<number[]> {
    const speeds: number[] = [];
    // One after the other: two at once would disturb each other where they share a core.
    for (const probe of this.probes) {
      probe.send('go');
      const [{ gflops }] = (await once(probe, 'message')) as [{ readonly gflops: number }];
      speeds.push(gflops);
    }
    this.best = Math.max(this.best, ...speeds);
    return speeds.map((speed) => speed / this.best);
  }

  /** The processors to measure `threads` threads on: the fastest one for one thread, else all. */
  async choose(threads: number): Promise<number[]> {
    const all = this.probes.map((_, processor) => processor);
    if (threads > 1) return all;
    const speeds = await this.speeds();
    return [speeds.indexOf(Math.max(...speeds))];
  }

  stop(): void {
    for (const probe of this.probes) probe.kill();
  }
}

/** Runs `start` so that the processes it starts stay on one processor, where the system can do that (Linux). */
export async function pinned<T>(processor: number | undefined, start: () => T | Promise<T>): Promise<T> {
  if (processor === undefined || !stayOn(String(processor))) return start();
  try {
    return await start();
  } finally {
    stayOn(`0-${PROCESSORS - 1}`);
  }
}

function stayOn(processors: string): boolean {
  return (
    spawnSync('taskset', ['-a', '-c', '-p', processors, String(process.pid)], { stdio: 'ignore' }).status ===
    0
  );
}
