import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FileSource } from '../../../cli/file-source.ts';
import { analyze } from '../../../shared/analysis/analyze.ts';
import { flatten } from '../../../shared/analysis/flatten.ts';
import { Tensor } from '../../../shared/base/tensor.ts';
import { matchWeights } from '../../../shared/formats/checkpoints/match.ts';
import { readWeights } from '../../../shared/formats/checkpoints/read.ts';
import { loadWeights } from '../../../shared/formats/weights/store.ts';
import type { Design } from '../../../shared/graph/design.ts';
import { DesignSession } from '../../../shared/runtime/session.ts';
import { zoo, zooEntry } from '../../../shared/zoo/index.ts';
import { registerCpu } from '../../conformance/backends.ts';
import { largestError } from '../../conformance/reference-data.ts';
import { pythonWith } from '../../peers/python.ts';

const python = pythonWith('torchvision');

function designFor(model: string): Design {
  return zooEntry(model)!.build();
}

/** At another input size, and with the narrow classifier that the weights were made for. */
function small({ nodes, ...design }: Design, extent: number): Design {
  const changed = (id: string, params: object) => ({
    [id]: { ...nodes[id]!, params: { ...nodes[id]!.params, ...params } },
  });
  const narrow = ['fc6', 'fc7'].filter((id) => nodes[id]).map((id) => changed(id, { features: 64 }));
  return {
    ...design,
    nodes: Object.assign({ ...nodes }, changed('input', { shape: [3, extent, extent] }), ...narrow),
  };
}

function networkOf(design: Design) {
  const flat = flatten(analyze(design));
  if (!flat.ok) throw new Error(flat.problems[0]!.message);
  return flat.value;
}

/** The classifiers and segmenting networks that torchvision has too, under its names. */
const models = zoo
  .filter(({ source, family }) => source.includes('as in torchvision') && family !== 'SSD')
  .map(({ id }) => id);
/** A head that helps training along is no part of a network as it is used. */
const auxiliary = /^(aux[12]|AuxLogits)\./;

describe.skipIf(python === undefined)("torchvision's weights", () => {
  const folder = mkdtempSync(join(tmpdir(), 'netwright-weights-'));
  let names: Record<string, Record<string, readonly number[]>> = {};
  let runs: Record<string, { readonly file: string; readonly extent: number }> = {};

  beforeAll(async () => {
    await registerCpu();
    execFileSync(python!, ['tests/formats/weights/write_torchvision.py', folder, models.join(',')], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    names = JSON.parse(readFileSync(join(folder, 'names.json'), 'utf8'));
    runs = JSON.parse(readFileSync(join(folder, 'runs.json'), 'utf8'));
  }, 300_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each(models)('of %s all have their place, by name and shape', (model) => {
    const tensors = Object.entries(names[model]!).map(([name, dims]) => {
      const load = () => Promise.reject(new Error('Only names are matched here.'));
      return [name, { dims, load }] as const;
    });
    const design = designFor(model);
    const { report } = matchWeights(design, networkOf(design), { tensors: new Map(tensors), ordered: false });
    expect(report.missing).toEqual([]);
    expect(report.misfits).toEqual([]);
    expect(report.loaded).toBe(report.wanted);
    expect(report.unexpected.filter((name) => !auxiliary.test(name))).toEqual([]);
  });

  test.each(['alexnet', 'vgg11_bn', 'googlenet', 'resnet18', 'resnet50'])(
    'of %s, read from a file, give its outputs',
    async (model) => {
      const { file, extent } = runs[model]!;
      const design = small(designFor(model), extent);
      const source = await FileSource.open(join(folder, file));
      try {
        const read = await readWeights(file, source);
        if (!read.ok) throw new Error(read.problems[0]!.message);
        const { weights } = matchWeights(design, networkOf(design), read.value);
        const session = await DesignSession.create(design, {
          backend: 'cpu',
          weights: await loadWeights(weights),
        });
        const input = new Tensor('float32', floats(`${model}.in`), [1, 3, extent, extent]);
        const { output } = await session.run({ input });
        await session.release();
        const expected = floats(`${model}.out`);
        expect(Math.max(...expected) - Math.min(...expected)).toBeGreaterThan(0.1);
        expect(largestError(output!.data, expected)).toBeLessThan(1e-4);
      } finally {
        await source.close();
      }
    },
  );

  function floats(name: string): Float32Array {
    const bytes = readFileSync(join(folder, name));
    return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  }
});
