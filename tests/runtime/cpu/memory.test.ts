import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildKernels } from '../../../build/kernels.mjs';
import type { FlatNetwork } from '../../../shared/analysis/flatten.ts';
import type { Dims } from '../../../shared/base/dims.ts';
import { Tensor } from '../../../shared/base/tensor.ts';
import { exportWeights } from '../../../shared/formats/checkpoints/export.ts';
import { exportOnnx } from '../../../shared/formats/onnx/export.ts';
import type { WeightTensors } from '../../../shared/formats/weights/store.ts';
import type { Design } from '../../../shared/graph/design.ts';
import { zooEntry } from '../../../shared/zoo/index.ts';
import { zooNetwork } from '../../bench/zoo-network.ts';
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
    mainFields: ['module', 'main'],
    outfile: script,
    logLevel: 'error',
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A process of its own, so that nothing else is counted. */
function measure(network: string, threads: number, file: readonly string[] = []): Promise<MemoryReport> {
  const given = [script, network, String(threads), kernels, ...file];
  const child = spawn(process.execPath, ['--expose-gc', ...given], { stdio: ['ignore', 'pipe', 'inherit'] });
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
])('%s on %i threads takes the memory that its plan states', async (network, threads) => {
  const { stated, kernelBytes, peakBytes } = await measure(network, threads);
  expect(kernelBytes).toBeLessThanOrEqual(stated.kernelBytes * MOST);
  // A statement that is far too high would refuse what fits.
  expect(kernelBytes).toBeGreaterThanOrEqual(stated.kernelBytes * 0.95);
  // Resident memory of the whole process, where the system tells its highest.
  if (peakBytes !== undefined) expect(peakBytes).toBeLessThanOrEqual(stated.totalBytes * MOST);
  expect(peakBytes !== undefined).toBe(existsSync('/proc/self/clear_refs'));
});

const writers = {
  onnx(design: Design, network: FlatNetwork): Uint8Array {
    const model = exportOnnx(design, anyWeights(network));
    if (!model.ok) throw new Error(model.problems[0]!.message);
    return model.value;
  },
  safetensors: (design: Design, network: FlatNetwork): Uint8Array =>
    exportWeights(design, network, anyWeights(network)),
};

test.each([
  ['alexnet', 'onnx'],
  ['alexnet', 'safetensors'],
  ['resnet50', 'onnx'],
] as const)(
  '%s out of a file takes no more: its weights are read a part at a time, and not kept (%s)',
  async (id, format) => {
    const file = join(folder, `${id}.${format}`);
    await writeFile(file, writers[format](zooEntry(id)!.build(), zooNetwork(id)));
    const { stated, peakBytes } = await measure(id, 2, [file]);
    expect(stated.totalBytes).toBeGreaterThan(100 * 2 ** 20);
    if (peakBytes !== undefined) expect(peakBytes).toBeLessThanOrEqual(stated.totalBytes * MOST);
  },
);

/** The same number everywhere: it is the amount that counts. */
function anyWeights({ steps }: FlatNetwork): WeightTensors {
  const filled = (dims: Dims) => {
    const tensor = Tensor.zeros(dims);
    tensor.data.fill(0.01);
    return tensor;
  };
  return Object.fromEntries(
    steps.map(({ id, weights }) => [
      id,
      Object.fromEntries(weights.map(({ name, dims }) => [name, filled(dims)])),
    ]),
  );
}
