import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { divide, readMnist } from '../../build/digits/mnist.mjs';
import { buildKernels } from '../../build/kernels.mjs';
import { analyze } from '../../shared/analysis/analyze.ts';
import { flatten } from '../../shared/analysis/flatten.ts';
import { Tensor } from '../../shared/base/tensor.ts';
import { matchWeights, misfitProblems } from '../../shared/formats/checkpoints/match.ts';
import { readSpec } from '../../shared/formats/spec/read.ts';
import { writeSpec } from '../../shared/formats/spec/write.ts';
import { readSafetensors } from '../../shared/formats/weights/safetensors.ts';
import { bytesSource } from '../../shared/formats/weights/source.ts';
import { loadWeights } from '../../shared/formats/weights/store.ts';
import { lint } from '../../shared/lint/run.ts';
import { createCpuBackend } from '../../shared/runtime/cpu/backend.ts';
import { createNodeHost } from '../../shared/runtime/cpu/worker/node-host.ts';
import { imageToTensor, preprocessingFor, topK } from '../../shared/runtime/image.ts';
import { DesignSession, registerBackend } from '../../shared/runtime/session.ts';
import { referencePath } from '../reference.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const mnist = referencePath('images/mnist');
const text = readFileSync(join(root, 'assets/samples/digits.netwright.json'), 'utf8');
const bytes = readFileSync(join(root, 'assets/samples/digits.safetensors'));
const BATCH = 100;

function sample() {
  const read = readSpec(text);
  if (!read.ok) throw new Error(read.problems[0]?.message);
  const analysis = analyze(read.value);
  const flat = flatten(analysis);
  if (!flat.ok) throw new Error(flat.problems[0]?.message);
  return { design: read.value, analysis, network: flat.value };
}

describe('the digit classifier that ships', () => {
  test('is small, valid, and has a weight for each of its layers', async () => {
    const { design, analysis, network } = sample();
    expect(bytes.length).toBeLessThan(120_000);
    expect(lint(design, analysis).findings).toEqual([]);
    expect(JSON.parse(writeSpec({ ...design, layout: {} }))).toEqual(JSON.parse(text));
    const file = await readSafetensors(bytesSource(bytes));
    if (!file.ok) throw new Error(file.problems[0]?.message);
    const { report } = matchWeights(design, network, file.value);
    expect(misfitProblems(report)).toEqual([]);
    expect(report.loaded).toBe(10);
  });

  test.skipIf(!existsSync(mnist))('tells 98.5 of 100 digits right that it did not learn from', async () => {
    const { outDir } = await buildKernels();
    registerBackend(createCpuBackend(createNodeHost({ directory: pathToFileURL(`${outDir}/`) })));
    const { design, network } = sample();
    const file = await readSafetensors(bytesSource(bytes));
    if (!file.ok) throw new Error(file.problems[0]?.message);
    const weights = await loadWeights(matchWeights(design, network, file.value).weights);
    const session = await DesignSession.create(design, { backend: 'cpu', threads: 1, weights });
    try {
      const { heldBack, training } = divide(readMnist(mnist));
      expect([heldBack.length, training.length]).toEqual([2000, 8000]);
      const how = preprocessingFor(design.run, [1, 28, 28]);
      let right = 0;
      for (let from = 0; from < heldBack.length; from += BATCH) {
        const part = heldBack.slice(from, from + BATCH);
        const input = Tensor.zeros([part.length, 1, 28, 28]);
        for (const [i, { pixels }] of part.entries()) {
          const rgba = Uint8Array.from({ length: 4 * 784 }, (_, at) =>
            at % 4 === 3 ? 255 : pixels[Math.floor(at / 4)]!,
          );
          const one = imageToTensor({ width: 28, height: 28, data: rgba }, [1, 28, 28], how);
          input.data.set(one.data, i * 784);
        }
        const { output } = await session.run({ input });
        for (const [i, { label }] of part.entries()) {
          const [best] = topK(output!.data.subarray(i * 10, (i + 1) * 10), 1);
          if (best?.index === label) right++;
        }
      }
      expect(right / heldBack.length).toBeGreaterThanOrEqual(0.985);
    } finally {
      await session.release();
    }
  });
});
