import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FlatNetwork } from '../../../shared/analysis/flatten.ts';
import type { FloatTensor } from '../../../shared/base/tensor.ts';
import { layerOf } from '../../../shared/layers/index.ts';
import type { WeightStore } from '../../../shared/runtime/backend.ts';
import { type HostIsland, type SplitNetwork, splitNetwork } from '../../../shared/runtime/parts/islands.ts';
import { outputName } from '../../../shared/runtime/parts/part-network.ts';
import { referenceBackend } from '../../../shared/runtime/reference/backend.ts';
import { networkOf, randomNumbers, randomTensor, randomWeights, runReference } from '../networks.ts';

/** Branches that part and join, a layer that one output and another layer read, and a chain behind them. */
const network = networkOf([
  { id: 'x', kind: 'input', params: { shape: [4, 6, 6], batched: true } },
  { id: 'stem', kind: 'conv2d', params: { channels: 4, padding: 'same' }, from: ['x'] },
  { id: 'left', kind: 'relu', from: ['stem'] },
  { id: 'right', kind: 'sigmoid', from: ['stem'] },
  { id: 'deep', kind: 'conv2d', params: { channels: 4, padding: 'same' }, from: ['right'] },
  { id: 'join', kind: 'add', from: ['left', 'deep'] },
  { id: 'late', kind: 'tanh', from: ['join'] },
  { id: 'pool', kind: 'globalAvgPool', from: ['late'] },
  { id: 'y', kind: 'output', from: ['pool'] },
  { id: 'z', kind: 'output', from: ['right'] },
]);
const next = randomNumbers(9);
const store = randomWeights(network, next);
const feeds = { x: randomTensor([2, 4, 6, 6], next) };
const right = runReference(network, store, feeds);
const layers = network.steps.filter(({ kind }) => kind !== 'input' && kind !== 'output').map(({ id }) => id);

function split(hosted: readonly string[], also: readonly string[] = []): SplitNetwork {
  const result = splitNetwork(network, { x: [2, 4, 6, 6] }, new Set(hosted), also);
  if (!result.ok) throw new Error(result.problem.message);
  return result.value;
}

/** What every step gives when islands run on the reference in the moment that the first of their values is wanted. */
async function evaluate({ network: rest, feeds: islands }: SplitNetwork): Promise<{
  readonly values: ReadonlyMap<string, FloatTensor>;
  readonly runs: readonly HostIsland[];
}> {
  const values = new Map<string, FloatTensor>(Object.entries(feeds));
  const runs: HostIsland[] = [];
  for (const step of rest.steps) {
    const island = islands.get(step.id);
    if (island && !values.has(step.id)) {
      runs.push(island);
      const given = Object.fromEntries(island.inputs.map((name) => [name, values.get(name)!]));
      const executable = await referenceBackend.prepare(island.network, store);
      const { outputs } = await executable.run(given);
      for (const name of island.outputs) values.set(name, outputs[outputName(name)]!);
    }
    if (step.kind === 'input') continue;
    const inputs = step.inputs.map(({ step: from }) => values.get(rest.steps[from]!.id)!);
    if (step.kind === 'output') {
      values.set(step.id, inputs[0]!);
      continue;
    }
    const { params } = step;
    const dims = layerOf(step.kind).shape({ params, inputs: inputs.map((tensor) => tensor.dims) });
    const [result] = layerOf(step.kind).forward({
      params,
      inputs,
      weights: (store as WeightStore)[step.id] ?? {},
      outputs: dims as FlatNetwork['steps'][number]['outputDims'],
      tally: { macs: 0, otherOps: 0 },
    });
    values.set(step.id, result!);
  }
  return { values, runs };
}

test('whichever layers are taken out, the outputs and what else is wanted are the same', async () => {
  await fc.assert(
    fc.asyncProperty(fc.subarray(layers), fc.subarray(layers), async (hosted, also) => {
      const { values, runs } = await evaluate(split(hosted, also));
      for (const [output, from] of [
        ['y', 'pool'],
        ['z', 'right'],
        ...also.map((id) => [id, id] as const),
      ] as const) {
        expect(values.get(output)?.dims, output).toEqual(right.get(from)!.dims);
        expect([...values.get(output)!.data], output).toEqual([...right.get(from)!.data]);
      }
      // Each island runs once, and together they are what was taken out.
      expect(runs.flatMap((island) => island.layers).sort()).toEqual([...hosted].sort());
    }),
    { numRuns: 100, seed: 4 },
  );
});

test.each([
  // Neighbours go together, and so does what no shader lies between.
  { hosted: ['late', 'pool'], islands: [['late', 'pool']] },
  { hosted: ['left', 'right'], islands: [['left', 'right']] },
  { hosted: ['left', 'join'], islands: [['left', 'join']] },
  // A shader lies between these.
  { hosted: ['stem', 'join'], islands: [['stem'], ['join']] },
  { hosted: layers, islands: [layers] },
  { hosted: [], islands: [] },
])('$hosted makes $islands', async ({ hosted, islands }) => {
  const { runs } = await evaluate(split(hosted));
  expect(runs.map((island) => island.layers)).toEqual(islands);
});

test('an island is asked only for what others need', () => {
  const islands = new Set(split(layers).feeds.values());
  expect([...islands].map(({ inputs, outputs }) => ({ inputs, outputs }))).toEqual([
    { inputs: ['x'], outputs: ['right', 'pool'] },
  ]);
});
