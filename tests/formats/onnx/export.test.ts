import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { exportOnnx } from '../../../shared/formats/onnx/export.ts';
import { importOnnx } from '../../../shared/formats/onnx/import.ts';
import { writeSpec } from '../../../shared/formats/spec/write.ts';
import { bytesSource } from '../../../shared/formats/weights/source.ts';
import { loadWeights, type WeightTensors } from '../../../shared/formats/weights/store.ts';
import type { Design } from '../../../shared/graph/design.ts';
import { InferenceSession } from '../../../shared/runtime/session.ts';
import { zoo } from '../../../shared/zoo/index.ts';
import { largestError } from '../../conformance/reference-data.ts';
import { peersFolder, peersInstalled } from '../../peers/install.ts';
import { networkOf, randomInput, randomNetwork, randomWeights } from '../random-network.ts';
import { withoutDesign } from './foreign.ts';

function exported(design: Design, weights: WeightTensors): Uint8Array {
  const result = exportOnnx(design, weights);
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join('\n'));
  return result.value;
}

async function opened(bytes: Uint8Array) {
  const result = await importOnnx(bytesSource(bytes));
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join('\n'));
  return result.value;
}

const seeds = Array.from({ length: 60 }, (_, i) => i);

describe('ONNX export', () => {
  test.each(
    zoo.filter(({ id }) => !/vgg|101|152|zfnet/.test(id)).map(({ id, build }) => [id, build] as const),
  )('opening the export of %s gives back the same design', async (_, build) => {
    const design = build();
    const network = networkOf(design);
    const weights = Object.fromEntries(
      network.steps.map(({ id, weights: specs }) => [
        id,
        Object.fromEntries(specs.map(({ name, dims }) => [name, randomInput(dims, id)])),
      ]),
    );
    const back = await opened(exported(design, weights));
    expect(writeSpec(back.design)).toBe(writeSpec(design));
    const first = network.steps.find((step) => step.weights.length > 0)!;
    const loaded = await back.weights[first.id]!.weight!.load();
    expect(loaded).toEqual(weights[first.id]!.weight);
  });

  test.each(seeds)('random design %i: the graph alone computes the same', async (seed) => {
    const design = randomNetwork(seed);
    const network = networkOf(design);
    const weights = randomWeights(network, String(seed));
    const bytes = exported(design, weights);
    expect(writeSpec((await opened(bytes)).design)).toBe(writeSpec(design));
    const back = await opened(withoutDesign(bytes));
    const input = randomInput(network.steps[0]!.outputDims[0]!, `in ${seed}`);
    const run = async (which: Design, store: WeightTensors) => {
      const session = await InferenceSession.create(which, { backend: 'reference', weights: store });
      return (await session.run({ input })).output!;
    };
    const expected = await run(design, weights);
    const got = await run(back.design, await loadWeights(back.weights));
    expect(got.dims).toEqual(expected.dims);
    expect(largestError(got.data, expected.data)).toBeLessThan(1e-5);
  });
});

interface OrtTensor {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}
interface Ort {
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => OrtTensor;
  readonly InferenceSession: {
    create(
      model: Uint8Array,
    ): Promise<{ run(feeds: Record<string, OrtTensor>): Promise<Record<string, OrtTensor>> }>;
  };
}

describe.skipIf(!peersInstalled())('ONNX export, read by onnxruntime', () => {
  const ort = () => createRequire(join(peersFolder, 'package.json'))('onnxruntime-node') as Ort;

  test.each(seeds)('random design %i gives the same outputs', async (seed) => {
    const { InferenceSession: Peer, Tensor: PeerTensor } = ort();
    const design = randomNetwork(seed);
    const network = networkOf(design);
    const weights = randomWeights(network, String(seed));
    const input = randomInput(network.steps[0]!.outputDims[0]!, `in ${seed}`);
    const peer = await Peer.create(exported(design, weights));
    const expected = (await peer.run({ input: new PeerTensor('float32', input.data, input.dims) })).output!;
    const session = await InferenceSession.create(design, { backend: 'reference', weights });
    const got = (await session.run({ input })).output!;
    expect(got.dims).toEqual([...expected.dims]);
    expect(largestError(got.data, expected.data)).toBeLessThan(1e-4);
  });
});
