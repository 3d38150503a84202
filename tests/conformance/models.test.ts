import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import type { Dims } from '../../shared/base/dims.ts';
import { importOnnx } from '../../shared/formats/onnx/import.ts';
import type { OnnxImport } from '../../shared/formats/onnx/opened-model.ts';
import { bytesSource } from '../../shared/formats/weights/source.ts';
import { backends, registerCpu } from './backends.ts';
import { hasReference, referencePath } from './reference-data.ts';
import { runCase } from './run-case.ts';

const read = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

interface ModelEntry {
  readonly file: string;
  readonly expected: string;
}
interface ShapesEntry {
  readonly inputs: Readonly<Record<string, Dims>>;
  readonly macs_conv_gemm_matmul: number;
  readonly params_weights: number;
  readonly float_initialisers: number;
  readonly nodes: readonly {
    readonly op: string;
    readonly out: readonly string[];
    readonly shapes: readonly (Dims | null)[];
  }[];
}

const models = (hasReference ? read(referencePath('models/manifest.json')) : []) as readonly ModelEntry[];
const withResults = models.filter(({ expected }) => expected !== 'none').map(({ file }) => file);
const shapes = (hasReference ? read(referencePath('shapes.json')) : {}) as Readonly<
  Record<string, ShapesEntry>
>;

/** The table counts initialisers that a weighted operator reads directly. */
function weightsOf(name: string, entry: ShapesEntry, normalised: number): number {
  // This one reshapes its weights first; the same network with that step folded has as many weights as floats.
  if (name === 'mnist_8/model.onnx') return entry.float_initialisers;
  // The prior boxes, 4420 by six numbers, decode boxes and are not trained.
  if (name === 'ultraface/version-RFB-320.onnx') return entry.params_weights - 4420 * 6;
  // A scale and a shift follow every batch norm, as Caffe had them: one each per channel, which the norm has too.
  if (name === 'light/light_inception_v2.onnx') return entry.params_weights + 2 * normalised;
  return entry.params_weights;
}

async function open(path: string, inputDims: Readonly<Record<string, Dims>> = {}): Promise<OnnxImport> {
  const result = await importOnnx(bytesSource(readFileSync(path)), { inputDims });
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join('\n'));
  return result.value;
}

function modelPath(name: string): string {
  return name.startsWith('light/') ? referencePath('onnx-conformance', name) : referencePath('models', name);
}

describe.skipIf(!hasReference)('trained models', () => {
  beforeAll(registerCpu);

  test.each(withResults.flatMap((file) => backends.map((backend) => [file, backend] as const)))(
    '%s gives its known outputs on %s',
    async (file, backend) => {
      const folder = dirname(modelPath(file));
      const golden = join(folder, `${basename(file, '.onnx')}.golden`);
      const outcome = await runCase(folder, backend, basename(file), existsSync(golden) ? golden : folder);
      expect(outcome).toMatchObject({ kind: 'passed' });
    },
  );

  test('candy uses an operator that no longer exists: each of its nodes is named, and nothing is opened', async () => {
    const result = await importOnnx(bytesSource(readFileSync(modelPath('candy/candy.onnx'))));
    if (result.ok) throw new Error('It was opened.');
    const named = result.problems.map(({ message }) => /operator (\w+ of node "\w+")/.exec(message)?.[1]);
    const nodes = ['crop', ...[1, 2, 3, 4, 5, 6].map((i) => `crop${i}`)];
    expect(named).toEqual(nodes.map((node) => `Crop of node "${node}"`));
    expect(result.problems.every(({ code, hint }) => code === 'operator-unsupported' && hint !== '')).toBe(
      true,
    );
  });

  test.each(Object.keys(shapes).filter((name) => name !== 'candy/candy.onnx'))(
    "%s: every tensor has onnxruntime's shape, and the costs agree",
    async (name) => {
      const entry = shapes[name]!;
      const model = await open(modelPath(name), entry.inputs);
      const analysis = analyze(model.design);
      expect(analysis.problems).toEqual([]);
      const wrong: string[] = [];
      let compared = 0;
      for (const { out, shapes: dims } of entry.nodes) {
        for (const [i, value] of out.entries()) {
          const wanted = dims[i];
          if (!wanted) continue;
          const ref = model.values.get(value);
          const got = ref ? analysis.facts.get(ref.node)?.outputs?.[ref.port] : model.constants.get(value);
          compared++;
          // Between the steps of a channel shuffle, which is one layer.
          const inside = !ref && wanted.length === 5;
          if (!inside && got?.join() !== wanted.join()) wrong.push(`${value}: ${got} for ${wanted}`);
        }
      }
      expect(wrong).toEqual([]);
      expect(compared).toBeGreaterThan(4);
      expect(analysis.totals.macs).toBe(entry.macs_conv_gemm_matmul);
      const norms = entry.nodes.filter(({ op }) => op === 'BatchNormalization');
      const normalised = norms.reduce((sum, { shapes }) => sum + shapes[0]![1]!, 0);
      expect(analysis.totals.params).toBe(weightsOf(name, entry, normalised));
    },
  );
});
