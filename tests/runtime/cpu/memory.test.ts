import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildKernels } from '../../../build/kernels.mjs';
import type { MemoryReport } from './memory-process.ts';

let folder = '';
let kernels = '';
let script = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'netwright-memory-'));
  kernels = (await buildKernels()).outDir;
  script = join(folder, 'process.mjs');
  await build({
    entryPoints: [join(process.cwd(), 'tests/runtime/cpu/memory-process.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: script,
    logLevel: 'error',
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A process of its own, so that nothing else is counted. */
function measure(network: string, threads: number): Promise<MemoryReport> {
  const child = spawn(process.execPath, ['--expose-gc', script, network, String(threads), kernels], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(JSON.parse(text) as MemoryReport);
      else reject(new Error(`${network} ended with code ${code}.`));
    });
  });
}

/** Of the promise, peak memory to statement. */
const MOST = 1.15;

test.each([
  ['squeezenet1_1', 2],
  ['googlenet', 1],
  ['resnet50', 2],
])('%s on %i threads takes the memory that its plan states', async (network, threads) => {
  const { stated, kernelBytes, peakBytes } = await measure(network, threads);
  expect(kernelBytes).toBeLessThanOrEqual(stated.kernelBytes * MOST);
  // A statement that is far too high would refuse what fits.
  expect(kernelBytes).toBeGreaterThanOrEqual(stated.kernelBytes * 0.95);
  // Resident memory of the whole process, where the system tells its highest.
  if (peakBytes !== undefined) expect(peakBytes).toBeLessThanOrEqual(stated.totalBytes * MOST);
  expect(peakBytes !== undefined).toBe(existsSync('/proc/self/clear_refs'));
});
