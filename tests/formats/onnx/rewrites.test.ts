import { describe, expect, test } from 'vitest';
import { analyze } from '../../../shared/analysis/analyze.ts';
import { exportOnnx } from '../../../shared/formats/onnx/export.ts';
import { importOnnx } from '../../../shared/formats/onnx/import.ts';
import { bytesSource } from '../../../shared/formats/weights/source.ts';
import type { Design } from '../../../shared/graph/design.ts';
import { openModel } from '../../../shared/models/open-model.ts';
import { randomStream } from '../../../shared/runtime/weights.ts';
import { largestError } from '../../conformance/reference-data.ts';
import { peersInstalled } from '../../peers/install.ts';
import { openInOnnxruntime } from '../../peers/onnxruntime.ts';
import { thoroughness } from '../../thorough.ts';
import { networkOf, randomInput, randomNetwork, randomWeights } from '../random-network.ts';
import { withoutDesign } from './foreign.ts';
import { older, Rewriting, rewrites, tinyOf } from './rewrites.ts';
import { type TinyModel, tinyModel } from './tiny-model.ts';

const MODELS = thoroughness > 0 ? 100 * thoroughness : 25;
/** Rewrites of one model, one after the other. */
const MOST = 8;

interface Counted {
  readonly params: number;
  readonly macs: number;
}

function costs(design: Design): Counted {
  const { params, macs } = analyze(design).totals;
  return { params: params ?? Number.NaN, macs: macs ?? Number.NaN };
}

/** How many axes each value has, by the shapes that onnxruntime would give: our own reading of the same model, before it is rewritten. */
async function ranks(bytes: Uint8Array): Promise<ReadonlyMap<string, number>> {
  const opened = await importOnnx(bytesSource(bytes));
  if (!opened.ok) throw new Error(opened.problems[0].message);
  const { values, design } = opened.value;
  const { facts } = analyze(design);
  return new Map(
    [...values].flatMap(([name, { node, port }]) => {
      const dims = facts.get(node)?.outputs?.[port];
      return dims ? [[name, dims.length] as const] : [];
    }),
  );
}

async function rewritten(seed: number) {
  const design = randomNetwork(5000 + seed);
  const weights = randomWeights(networkOf(design), `rewritten ${seed}`);
  const written = exportOnnx(design, weights);
  if (!written.ok) throw new Error(written.problems[0].message);
  const bytes = withoutDesign(written.value);
  const rankOf = await ranks(bytes);
  const next = randomStream(`rewrites ${seed}`);
  let model: TinyModel = await tinyOf(bytes);
  const done: string[] = [];
  const names = Object.keys(rewrites);
  const count = 1 + Math.floor(next() * MOST);
  for (let i = 0; i < count; i++) {
    const name = names[Math.floor(next() * names.length)]!;
    const change = new Rewriting(model, next, 100 * i);
    rewrites[name]!(change, (value) => rankOf.get(value.replace(/(\.\d+)+$/, '')));
    model = change.result;
    done.push(name);
  }
  const old = next() < 0.4 ? older(model) : undefined;
  if (old) done.push('operator set 12');
  return {
    bytes,
    model: tinyModel({ ...(old ?? model), domains: ['own'] }),
    done,
    input: networkOf(design).steps[0]!.outputDims[0]!,
  };
}

describe.skipIf(!peersInstalled())('a model that is written otherwise', () => {
  test.each(Array.from({ length: MODELS }, (_, seed) => seed))(
    'is the same network: random %i',
    async (seed) => {
      const { bytes, model, done, input } = await rewritten(seed);
      const told = done.join(', ');
      const before = await importOnnx(bytesSource(bytes));
      const after = await importOnnx(bytesSource(model));
      if (!before.ok) throw new Error(before.problems[0].message);
      expect(after.ok ? [] : after.problems.map(({ message }) => message), told).toEqual([]);
      if (!after.ok) return;
      expect(costs(after.value.design), told).toEqual(costs(before.value.design));
      const judge = await openInOnnxruntime(model, { graphOptimizationLevel: 'disabled' });
      const x = randomInput(input, `rewritten ${seed}`);
      const right = await judge.run({ input: x });
      const session = await openModel(bytesSource(model), { backend: 'reference' });
      const got = await session.run({ input: x });
      await session.release();
      for (const [name, { data, dims }] of Object.entries(right)) {
        expect(got[name]!.dims, told).toEqual(Array.from(dims, Number));
        const largest = largestError(Float32Array.from(got[name]!.data, Number), data);
        expect(largest, told).toBeLessThan(1e-4);
      }
    },
  );
});
