import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FloatTensor } from '../../../shared/base/tensor.ts';
import { exportPyTorch } from '../../../shared/formats/pytorch/export.ts';
import type { WeightTensors } from '../../../shared/formats/weights/store.ts';
import type { Design } from '../../../shared/graph/design.ts';
import { InferenceSession } from '../../../shared/runtime/session.ts';
import { zoo } from '../../../shared/zoo/index.ts';
import { largestError } from '../../conformance/reference-data.ts';
import { networkOf, randomInput, randomNetwork, randomWeights } from '../random-network.ts';
import { small } from '../small.ts';

const PYTHON = '/usr/bin/python3';
const hasTorch = spawnSync(PYTHON, ['-c', 'import torch']).status === 0;

interface Case {
  readonly name: string;
  readonly design: Design;
  readonly weights: WeightTensors;
  readonly input: FloatTensor;
}

function caseOf(name: string, design: Design): Case {
  const network = networkOf(design);
  return {
    name,
    design,
    weights: randomWeights(network, name),
    input: randomInput(network.steps[network.inputs[0]!]!.outputDims[0]!, name),
  };
}

/** PyTorch refuses to normalise an instance of one position; the next design that has none is taken. */
function trainable(seed: number): Design {
  for (let at = seed; ; at += randomCases.length) {
    const design = randomNetwork(at);
    const refused = networkOf(design).steps.some(
      ({ kind, inputDims }) =>
        (kind === 'instanceNorm' || kind === 'groupNorm') &&
        inputDims[0]!.slice(2).reduce((count, extent) => count * extent, 1) === 1,
    );
    if (!refused) return design;
  }
}

const zooCases = zoo.map(({ id }) => id);
const randomCases = Array.from({ length: 200 }, (_, seed) => `random_${seed}`);

describe.skipIf(!hasTorch)('exported PyTorch modules, run by PyTorch', () => {
  const folder = mkdtempSync(join(tmpdir(), 'netwright-pytorch-'));
  const cases = new Map<string, Case>();
  let results: Record<string, { dims?: number[]; error?: string }> = {};

  beforeAll(() => {
    for (const { id, build } of zoo) cases.set(id, caseOf(id.replace(/\W/g, '_'), small(build())));
    for (const [seed, name] of randomCases.entries()) cases.set(name, caseOf(name, trainable(seed)));
    const written = [...cases.values()].map(({ name, design, weights, input }) => {
      const module = exportPyTorch(design);
      if (!module.ok) throw new Error(module.problems.map(({ message }) => message).join('\n'));
      const { code, className, stateKeys } = module.value;
      const tensors: Float32Array[] = [];
      let at = 0;
      const place = ({ data, dims }: FloatTensor) => {
        const here = { dims, at };
        tensors.push(data);
        at += data.length;
        return here;
      };
      const state = Object.fromEntries(
        Object.entries(weights).flatMap(([id, own]) =>
          Object.entries(own).map(([weight, tensor]) => [stateKeys.get(`${id}/${weight}`)!, place(tensor)]),
        ),
      );
      const where = place(input);
      writeFileSync(join(folder, `${name}.py`), code);
      writeFileSync(
        join(folder, `${name}.bin`),
        Buffer.concat(tensors.map((t) => Buffer.from(t.buffer, t.byteOffset, t.byteLength))),
      );
      return { name, class: className, state, input: where };
    });
    writeFileSync(join(folder, 'cases.json'), JSON.stringify(written));
    execFileSync(PYTHON, ['tests/formats/pytorch/run_modules.py', folder], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    results = JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8'));
  }, 300_000);

  afterAll(() => {
    if (!process.env.KEEP) rmSync(folder, { recursive: true });
    else console.log(folder);
  });

  test.each([...zooCases, ...randomCases])('%s gives our outputs', async (id) => {
    const { name, design, weights, input } = cases.get(id)!;
    expect(results[name]!.error).toBeUndefined();
    const session = await InferenceSession.create(design, { backend: 'reference', weights });
    const got = (await session.run({ input })).output!;
    expect(results[name]!.dims).toEqual([...got.dims]);
    const bytes = readFileSync(join(folder, `${name}.out`));
    const expected = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
    expect(largestError(got.data, expected)).toBeLessThan(1e-4);
  });
});
