import { produce } from 'immer';
import { describe, expect, test } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import { flatten } from '../../shared/analysis/flatten.ts';
import type { FloatTensor } from '../../shared/base/tensor.ts';
import { exportOnnx } from '../../shared/formats/onnx/export.ts';
import { importOnnx } from '../../shared/formats/onnx/import.ts';
import { writeSpec } from '../../shared/formats/spec/write.ts';
import { followRenames, moveWeights } from '../../shared/formats/weights/follow.ts';
import { bytesSource } from '../../shared/formats/weights/source.ts';
import type { LazyWeights, WeightTensors } from '../../shared/formats/weights/store.ts';
import { inBlock, renameBlock } from '../../shared/graph/block-edits.ts';
import type { Design } from '../../shared/graph/design.ts';
import { rename, setParams } from '../../shared/graph/edits.ts';
import { groupMoves, groupNodes } from '../../shared/graph/group.ts';
import { unpackBlock, unpackMoves } from '../../shared/graph/unpack.ts';
import { DesignSession } from '../../shared/runtime/session.ts';
import { withoutDesign } from '../formats/onnx/foreign.ts';
import { networkOf, randomInput, randomNetwork, randomWeights } from '../formats/random-network.ts';
import { peersInstalled } from '../peers/install.ts';
import { openInOnnxruntime } from '../peers/onnxruntime.ts';
import { groupedAtRandom, ownBlocks, randomGrouping } from './grouped.ts';

const seeds = Array.from({ length: 20 }, (_, seed) => seed);

async function outputOf(design: Design, weights: WeightTensors): Promise<FloatTensor> {
  const network = networkOf(design);
  const input = randomInput(network.steps[0]!.outputDims[0]!, 'input');
  const session = await DesignSession.create(design, { backend: 'reference', weights });
  try {
    return (await session.run({ input })).output!;
  } finally {
    await session.release();
  }
}

describe('weights', () => {
  test.each(seeds)('of random network %i go into a block and out of it', async (seed) => {
    const design = randomNetwork(seed);
    const found = randomGrouping(design, `run ${seed}`);
    if (!found) return;
    const weights = randomWeights(networkOf(design), String(seed));
    const expected = await outputOf(design, weights);
    const grouped = produce(design, groupNodes(found));
    const inside = moveWeights(weights, groupMoves(found));
    expect(await outputOf(grouped, inside)).toEqual(expected);
    const back = moveWeights(inside, unpackMoves(grouped, found.id)!);
    expect(await outputOf(produce(grouped, unpackBlock(found.id)), back)).toEqual(expected);
  });

  test('go along when what is inside is renamed, and the block, and when it repeats and no longer does', async () => {
    const design = ownBlocks();
    const given = randomWeights(networkOf(design), 'follow');
    const lazy: LazyWeights = Object.fromEntries(
      Object.entries(given).map(([id, own]) => [
        id,
        Object.fromEntries(
          Object.entries(own).map(([name, tensor]) => [
            name,
            { dims: tensor.dims, load: async () => tensor },
          ]),
        ),
      ]),
    );
    const steps = [
      inBlock('block2', rename('conv1', 'first')),
      inBlock('block1', rename('bn1', 'norm')),
      renameBlock('block1', 'unit'),
      inBlock('block2', rename('block1', 'pair')),
      rename('block2', 'stage'),
      setParams(['again'], { repeat: 2 }),
      setParams(['again'], { repeat: 1 }),
    ];
    let [at, weights] = [design, lazy];
    for (const step of steps) {
      const next = produce(at, step);
      weights = followRenames(weights, at, next);
      at = next;
    }
    const wanted = networkOf(at).steps.filter((step) => step.weights.length > 0);
    expect(wanted.filter(({ id }) => !weights[id])).toEqual([]);
    const before = networkOf(design).steps.filter((step) => step.weights.length > 0);
    for (const [i, { id }] of wanted.entries())
      for (const name of Object.keys(weights[id]!))
        expect(await weights[id]![name]!.load()).toBe(given[before[i]!.id]![name]);
    expect(wanted.map(({ id }) => id)).toContain('stage/2/pair/norm');
  });
});

describe('a design with blocks of its own', () => {
  const designs = [
    ['nested, repeated and bypassed', ownBlocks()] as const,
    ...seeds.map((seed) => [`random ${seed}`, groupedAtRandom(randomNetwork(seed), `${seed}`)] as const),
  ];

  test.each(designs)('%s comes back whole from its ONNX model', async (name, design) => {
    const weights = randomWeights(networkOf(design), name);
    const model = exportOnnx(design, weights);
    if (!model.ok) throw new Error(model.problems[0]!.message);
    const back = await importOnnx(bytesSource(model.value));
    expect(back.ok && writeSpec(back.value.design)).toBe(writeSpec(design));
    const alone = await importOnnx(bytesSource(withoutDesign(model.value)));
    if (!alone.ok) throw new Error(alone.problems[0]!.message);
    expect(flatten(analyze(alone.value.design)).ok).toBe(true);
    expect(analyze(alone.value.design).totals.macs).toBe(analyze(design).totals.macs);
  });

  test.skipIf(!peersInstalled())('gives what onnxruntime gives', async () => {
    const design = ownBlocks();
    const weights = randomWeights(networkOf(design), 'peer');
    const model = exportOnnx(design, weights);
    if (!model.ok) throw new Error(model.problems[0]!.message);
    const input = randomInput(networkOf(design).steps[0]!.outputDims[0]!, 'input');
    const peer = await openInOnnxruntime(model.value);
    const theirs = await peer.run({ input });
    const ours = await outputOf(design, weights);
    expect(ours.data.length).toBe(5);
    for (const [i, value] of ours.data.entries()) expect(value).toBeCloseTo(theirs.output!.data[i]!, 4);
  });
});
