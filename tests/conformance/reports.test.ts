import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import type { Dims } from '../../shared/base/dims.ts';
import { Tensor, type TensorType } from '../../shared/base/tensor.ts';
import { importOnnx } from '../../shared/formats/onnx/import.ts';
import { bytesSource } from '../../shared/formats/weights/source.ts';
import { openModel } from '../../shared/models/open-model.ts';
import { registerCpu } from './backends.ts';
import { hasReference, referencePath } from './reference-data.ts';
import notPassed from './reports-not-passed.json' with { type: 'json' };

/** What a folder's `case.json` says; counts are null where nobody published them. */
interface ReportCase {
  readonly params: number | null;
  readonly macs: number | null;
  readonly inputs: readonly { readonly name: string; readonly dims: Dims; readonly type: string }[];
  readonly outputs: readonly { readonly name: string; readonly dims: Dims }[];
}

const known: Readonly<Record<string, string>> = notPassed;
const names = hasReference
  ? readdirSync(referencePath('reports')).filter((name) => name !== 'README.md')
  : [];

const floatsOf = (path: string) => new Float32Array(new Uint8Array(readFileSync(path)).buffer);

const fed: Readonly<Record<string, TensorType>> = { uint8: 'uint8', int64: 'int64', bool: 'bool' };

function tensorFor(type: string, data: Float32Array, dims: Dims): Tensor<TensorType> {
  return new Tensor(fed[type] ?? 'float32', Array.from(data), dims);
}

/**
 * The largest difference, in parts of 1 + |y| or of the root mean square of all y, whichever is larger: float32 rounds sums by the
 * size of their terms, so that a small element among large ones says nothing by itself.
 */
function errorOf(got: ArrayLike<number>, right: Float32Array): number {
  if (got.length !== right.length) return Infinity;
  const meanSquare = right.reduce((sum, y) => sum + y * y, 0) / right.length;
  let largest = 0;
  for (const [i, y] of right.entries()) {
    if (got[i] === y || (Number.isNaN(y) && Number.isNaN(got[i]))) continue;
    const error = Math.abs(got[i]! - y) / Math.max(1 + Math.abs(y), Math.sqrt(meanSquare));
    if (!(error <= largest)) largest = Number.isNaN(error) ? Infinity : error;
  }
  return largest;
}

/** What is wrong with our counts and outputs of a case; empty when nothing is. */
async function faultsOf(name: string): Promise<readonly string[]> {
  const folder = referencePath('reports', name);
  const { params, macs, inputs, outputs }: ReportCase = JSON.parse(
    readFileSync(join(folder, 'case.json'), 'utf8'),
  );
  const source = bytesSource(readFileSync(join(folder, 'model.onnx')));
  const faults: string[] = [];
  const inputDims = Object.fromEntries(inputs.map((input) => [input.name, input.dims]));
  const opened = await importOnnx(source, { inputDims });
  if (!opened.ok) return opened.problems.map(({ message }) => message);
  const { totals, problems } = analyze(opened.value.design);
  faults.push(...problems.map(({ message }) => message));
  if (params !== null && totals.params !== params) faults.push(`${totals.params} parameters for ${params}`);
  if (macs !== null && totals.macs !== macs) faults.push(`${totals.macs} multiply-adds for ${macs}`);
  const feeds = Object.fromEntries(
    inputs.map(({ name, type, dims }, i) => [
      name,
      tensorFor(type, floatsOf(join(folder, `input_${i}.f32`)), dims),
    ]),
  );
  for (const backend of ['reference', 'cpu'] as const) {
    try {
      const session = await openModel(source, { backend, threads: 2 });
      const got = await session.run(feeds).finally(() => session.release());
      for (const [i, { name, dims }] of outputs.entries()) {
        const y = got[name]!;
        if (y.dims.join() !== dims.join()) faults.push(`${backend}: ${name} is ${y.dims} for ${dims}`);
        const error = errorOf(y.data as Float32Array, floatsOf(join(folder, `output_${i}.f32`)));
        if (error > 1e-4) faults.push(`${backend}: ${name} is off by ${error.toPrecision(3)}`);
      }
    } catch (error) {
      faults.push(`${backend}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return faults;
}

describe.skipIf(!hasReference)('cases from public reports', () => {
  beforeAll(registerCpu);

  test.each(names)('%s', async (name) => {
    const faults = await faultsOf(name);
    // One that passes comes off the list, so that it stays so.
    if (Object.hasOwn(known, name)) expect(faults).not.toEqual([]);
    else expect(faults).toEqual([]);
  });

  test('the list only shrinks, and names known cases', () => {
    expect(Object.keys(known).filter((name) => !names.includes(name))).toEqual([]);
    expect(Object.keys(known).length).toBe(0);
  });
});
