import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { elementCount } from '../../shared/base/dims.ts';
import { Tensor } from '../../shared/base/tensor.ts';
import { decodeModel } from '../../shared/formats/onnx/decode.ts';
import { importOnnx } from '../../shared/formats/onnx/import.ts';
import type { OnnxModel } from '../../shared/formats/onnx/model.ts';
import { readElements } from '../../shared/formats/onnx/tensor-data.ts';
import { bytesSource } from '../../shared/formats/weights/source.ts';
import { loadWeights } from '../../shared/formats/weights/store.ts';
import type { Design } from '../../shared/graph/design.ts';
import { newNode } from '../../shared/graph/edits.ts';
import { openModel } from '../../shared/models/open-model.ts';
import { DesignSession } from '../../shared/runtime/session.ts';
import { thoroughness } from '../thorough.ts';
import { registerCpu } from './backends.ts';
import { hasReference, largestError, readTensorFile, referencePath, scaled } from './reference-data.ts';
import ties from './ties.json' with { type: 'json' };

const names = ['bvlc_alexnet', 'inception_v2', 'resnet50', 'shufflenet', 'squeezenet', 'zfnet512'].map(
  (name) => `light_${name}`,
);

/** mulberry32, seeded with FNV-1a-32 of a name: the rule of the reference data's README. */
function stream(name: string): () => number {
  let state = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) state = Math.imul(state ^ byte, 0x01000193) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** The range of a weight's values, by what reads it. */
function rangeOf(model: OnnxModel, name: string, dims: readonly number[]): readonly [number, number] {
  const norm = model.nodes.find((node) => node.op === 'BatchNormalization' && node.inputs.includes(name));
  const at = norm?.inputs.indexOf(name);
  if (at === 1 || at === 4) return [0.8, 1.2];
  if (at === 2 || at === 3) return [-0.1, 0.1];
  const limit = dims.length >= 2 ? Math.sqrt(6 / elementCount(dims.slice(1))) : 0.05;
  return [-limit, limit];
}

async function seededWeights(path: string): Promise<Record<string, Tensor>> {
  const { model, reader } = await decodeModel(bytesSource(readFileSync(path)));
  const weights: Record<string, Tensor> = {};
  for (const node of model.nodes) {
    const shape = model.initializers.find(({ name }) => name === node.inputs[0]);
    if (node.op !== 'ConstantOfShape' || !shape) continue;
    const name = node.outputs[0]!;
    const dims = Array.from(await readElements(reader, shape));
    const [low, high] = rangeOf(model, name, dims);
    const uniform = stream(name);
    const data = new Float32Array(elementCount(dims));
    for (let i = 0; i < data.length; i++) data[i] = low + (high - low) * uniform();
    weights[name] = new Tensor('float32', data, dims);
  }
  return weights;
}

/** The same network with its softmax passing on what it gets. */
function withoutSoftmax(design: Design): Design {
  const nodes = Object.entries(design.nodes).map(
    ([id, node]) => [id, node.kind === 'softmax' ? newNode('dropout') : node] as const,
  );
  return { ...design, nodes: Object.fromEntries(nodes) };
}

describe.skipIf(!hasReference)('whole networks of the ONNX test data', () => {
  beforeAll(registerCpu);
  const ramp = scaled([1, 3, 224, 224], (i, count) => i / count);

  test.each(names)('%s with seeded weights gives what onnxruntime gives', async (name) => {
    const path = referencePath('onnx-conformance/light', `${name}.onnx`);
    const fixed = await seededWeights(path);
    const session = await openModel(bytesSource(readFileSync(path)), { backend: 'cpu', threads: 2, fixed });
    const outputs = await session.run({ [session.inputNames[0]!]: ramp });
    await session.release();
    const { tensor } = await readTensorFile(referencePath('seeded', `${name}_seeded_output_0.pb`));
    const got = outputs[session.outputNames[0]!]!;
    expect(largestError(got.data, tensor.data as Float32Array)).toBeLessThan(1e-5);
    const scores = Array.from(got.data);
    const expected = Array.from(tensor.data, Number);
    expect(scores.indexOf(Math.max(...scores))).toBe(expected.indexOf(Math.max(...expected)));
  });

  /** Seeded weights tell more of the others, whose weights are many. */
  const lightest = 'light_resnet50';
  const reasons: Readonly<Record<string, string>> = ties;

  /**
   * All weights of these networks are one number, so all logits are equal and huge. That they are so is what the stated
   * scores, 0.001 each, tell; how far ours are apart by rounding must be small beside their size.
   */
  test.each(Object.keys(reasons).filter((name) => thoroughness > 0 || name === lightest))(
    '%s as it is gives a thousand equal logits, as stated',
    async (name) => {
      const { tensor } = await readTensorFile(referencePath('onnx-conformance/light', `${name}_output_0.pb`));
      expect(new Set(tensor.data as Float32Array)).toEqual(new Set([Math.fround(1 / 1000)]));
      const result = await importOnnx(
        bytesSource(readFileSync(referencePath('onnx-conformance/light', `${name}.onnx`))),
      );
      if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join('\n'));
      const session = await DesignSession.create(withoutSoftmax(result.value.design), {
        backend: 'cpu',
        threads: 2,
        weights: await loadWeights(result.value.weights),
      });
      const outputs = await session.run({ [session.inputNames[0]!]: ramp });
      await session.release();
      const logits = outputs[session.outputNames[0]!]!.data;
      const largest = Math.max(...logits);
      expect(logits).toHaveLength(1000);
      // A spacing of float32 beyond 1 is what makes the softmax a matter of chance.
      expect(largest).toBeGreaterThan(2 ** 25);
      expect((largest - Math.min(...logits)) / largest).toBeLessThan(1e-4);
    },
  );

  test.each(names.filter((name) => !Object.hasOwn(reasons, name)))(
    '%s as it is gives what the ONNX project states',
    async (name) => {
      const source = bytesSource(readFileSync(referencePath('onnx-conformance/light', `${name}.onnx`)));
      const session = await openModel(source, { backend: 'cpu', threads: 2 });
      const outputs = await session.run({ [session.inputNames[0]!]: ramp });
      await session.release();
      const { tensor } = await readTensorFile(referencePath('onnx-conformance/light', `${name}_output_0.pb`));
      expect(largestError(outputs[session.outputNames[0]!]!.data, tensor.data as Float32Array)).toBeLessThan(
        1e-4,
      );
    },
  );
});
