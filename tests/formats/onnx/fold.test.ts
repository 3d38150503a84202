import { describe, expect, test } from 'vitest';
import { isBlockKind } from '../../../shared/blocks/index.ts';
import { exportOnnx } from '../../../shared/formats/onnx/export.ts';
import { importOnnx } from '../../../shared/formats/onnx/import.ts';
import type { OnnxImport } from '../../../shared/formats/onnx/opened-model.ts';
import { bytesSource } from '../../../shared/formats/weights/source.ts';
import { loadWeights } from '../../../shared/formats/weights/store.ts';
import type { Design } from '../../../shared/graph/design.ts';
import { DesignSession } from '../../../shared/runtime/session.ts';
import { zooEntry } from '../../../shared/zoo/index.ts';
import { networkOf, randomInput, randomNetwork, randomWeights } from '../random-network.ts';
import { small } from '../small.ts';
import { withoutDesign } from './foreign.ts';

async function opened(bytes: Uint8Array, fold: boolean): Promise<OnnxImport> {
  const result = await importOnnx(bytesSource(bytes), { fold });
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join('\n'));
  return result.value;
}

async function run({ design, weights, inputs, outputs }: OnnxImport, input: ReturnType<typeof randomInput>) {
  const session = await DesignSession.create(design, {
    backend: 'reference',
    weights: await loadWeights(weights),
  });
  return (await session.run({ [[...inputs.values()][0]!]: input }))[[...outputs.values()][0]!]!.data;
}

/** √(Σ(a − b)² / Σb²). */
function rmsError(a: Float32Array, b: Float32Array): number {
  let [wrong, all] = [0, 0];
  for (const [i, value] of b.entries()) {
    wrong += (a[i]! - value) ** 2;
    all += value ** 2;
  }
  return Math.sqrt(wrong / all);
}

const blocksOf = ({ nodes }: Design) => Object.entries(nodes).filter(([, { kind }]) => isBlockKind(kind));

describe('an opened model, folded', () => {
  test.each(['resnet18', 'resnet50', 'resnet50-original', 'googlenet', 'googlenet-paper'])(
    '%s has its blocks again, and computes the same',
    async (id) => {
      const design = small(zooEntry(id)!.build());
      const network = networkOf(design);
      const bytes = withoutDesign(exported(design));
      const [plain, folded] = [await opened(bytes, false), await opened(bytes, true)];
      expect(blocksOf(plain.design)).toEqual([]);
      expect(blocksOf(folded.design)).toEqual(blocksOf(design));
      // Every weight is where its layer is now, and none is left behind.
      const places = networkOf(folded.design).steps.flatMap(({ id: step, weights }) =>
        weights.length > 0 ? [step] : [],
      );
      expect(Object.keys(folded.weights).sort()).toEqual(places.sort());
      const input = randomInput(network.steps[network.inputs[0]!]!.outputDims[0]!, id);
      const expected = await run(plain, input);
      expect(rmsError(await run(folded, input), expected)).toBeLessThan(1e-6);
    },
  );

  test.each(Array.from({ length: 40 }, (_, seed) => seed))(
    'random design %i computes the same',
    async (seed) => {
      const design = randomNetwork(seed);
      const bytes = withoutDesign(exported(design));
      const [plain, folded] = [await opened(bytes, false), await opened(bytes, true)];
      const input = randomInput(networkOf(design).steps[0]!.outputDims[0]!, `fold ${seed}`);
      const expected = await run(plain, input);
      const got = await run(folded, input);
      if (expected.some((value) => value !== 0)) expect(rmsError(got, expected)).toBeLessThan(1e-6);
      else expect(got).toEqual(expected);
      // What a value of the graph is called, it still is, unless it lies inside of a block.
      for (const { node } of folded.values.values()) expect(folded.design.nodes[node]).toBeDefined();
      for (const ends of [folded.inputs, folded.outputs])
        for (const node of ends.values()) expect(folded.design.nodes[node]).toBeDefined();
    },
  );

  function exported(design: Design): Uint8Array {
    const result = exportOnnx(design, randomWeights(networkOf(design), 'fold'));
    if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join('\n'));
    return result.value;
  }
});
