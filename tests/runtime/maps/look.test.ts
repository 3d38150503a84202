import { pathToFileURL } from 'node:url';
import { produce } from 'immer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildKernels } from '../../../build/kernels.mjs';
import { analyze } from '../../../shared/analysis/analyze.ts';
import { flatten } from '../../../shared/analysis/flatten.ts';
import { type FloatTensor, Tensor } from '../../../shared/base/tensor.ts';
import { type BlockKind, blockOf, blocks } from '../../../shared/blocks/index.ts';
import { emptyDesign } from '../../../shared/graph/design.ts';
import { addNode, connect, newNode } from '../../../shared/graph/edits.ts';
import type { Backend } from '../../../shared/runtime/backend.ts';
import { createCpuBackend } from '../../../shared/runtime/cpu/backend.ts';
import { createNodeHost } from '../../../shared/runtime/cpu/worker/node-host.ts';
import { differenceOf } from '../../../shared/runtime/maps/compare-backends.ts';
import { inBatches } from '../../../shared/runtime/maps/look.ts';
import { layerOfNode, layersInside } from '../../../shared/runtime/maps/resolve.ts';
import { statisticsOf } from '../../../shared/runtime/maps/statistics.ts';
import { type Ask, RemoteSession, type Reply, serveSessions } from '../../../shared/runtime/protocol.ts';
import { referenceBackend } from '../../../shared/runtime/reference/backend.ts';
import { registerBackend } from '../../../shared/runtime/session.ts';
import type { ParamValues } from '../../../shared/schema/params.ts';
import { networkOf, randomNumbers, randomTensor, randomWeights, runReference } from '../networks.ts';

/** Convolution, norm, ReLU and residual add in a row: on the CPU these are one or two steps. */
const network = networkOf([
  { id: 'x', kind: 'input', params: { shape: [3, 24, 20] } },
  { id: 'stem', kind: 'conv2d', params: { channels: 8, padding: 'same' }, from: ['x'] },
  { id: 'norm', kind: 'batchNorm', from: ['stem'] },
  { id: 'relu', kind: 'relu', from: ['norm'] },
  { id: 'deep', kind: 'conv2d', params: { channels: 8, padding: 'same' }, from: ['relu'] },
  { id: 'sum', kind: 'add', from: ['relu', 'deep'] },
  { id: 'act', kind: 'relu', from: ['sum'] },
  { id: 'pool', kind: 'globalAvgPool', from: ['act'] },
  { id: 'flat', kind: 'flatten', from: ['pool'] },
  { id: 'fc', kind: 'linear', params: { features: 10 }, from: ['flat'] },
  { id: 'y', kind: 'output', from: ['fc'] },
]);
const next = randomNumbers(5);
const weights = randomWeights(network, next);
const feeds = { x: randomTensor([1, 3, 24, 20], next) };
const layers = network.steps.map(({ id }) => id);

function farSession(): RemoteSession {
  const toWorker: ((ask: Ask) => void)[] = [];
  const toPage: ((reply: Reply) => void)[] = [];
  // As a worker's line does: never the same object, and not at once.
  const post = <T>(listeners: readonly ((message: T) => void)[], message: T): void => {
    const copy = structuredClone(message);
    queueMicrotask(() => {
      for (const listener of listeners) listener(copy);
    });
  };
  serveSessions({
    post: (reply) => post(toPage, reply),
    onMessage: (listener) => void toWorker.push(listener),
  });
  return new RemoteSession({
    post: (ask) => post(toWorker, ask),
    onMessage: (listener) => void toPage.push(listener),
  });
}

const remote = farSession();
/** The reference with one layer gone wrong by a known amount, and with a time for each step. */
const skewed: Backend = {
  name: 'skewed',
  async prepare(flat, store) {
    const executable = await referenceBackend.prepare(flat, store);
    return {
      ...executable,
      async run(given, options) {
        const ran = await executable.run(given, options);
        const outputs: Record<string, FloatTensor> = { ...ran.outputs };
        if (outputs.deep) {
          const data = outputs.deep.data.slice();
          data[7]! += 0.5;
          outputs.deep = new Tensor('float32', data, outputs.deep.dims);
        }
        return { ...ran, outputs };
      },
      release: () => executable.release(),
    };
  },
};

beforeAll(async () => {
  const { outDir } = await buildKernels();
  registerBackend(createCpuBackend(createNodeHost({ directory: pathToFileURL(`${outDir}/`) })));
  registerBackend(skewed);
});
afterAll(() => remote.release());

test('nothing was run: the reply says what to do', async () => {
  await expect(farSession().look(feeds, 'relu')).rejects.toMatchObject({ problem: { code: 'not-run' } });
});

describe.each(['cpu', 'reference'] as const)('on %s', (backend) => {
  beforeAll(async () => {
    await remote.create(network, { backend, seed: 0, weights });
  });
  const expected = runReference(network, weights, feeds);

  test.each(layers)('%s gives what forward gives, fused or not', async (layer) => {
    const { map, statistics } = await remote.look(feeds, layer);
    const right = expected.get(layer)!;
    expect(differenceOf(right.data, map.data).relative).toBeLessThan(1e-4);
    const [, channels, height = 1, width = 1] = right.dims;
    expect(map).toMatchObject({ channels, height, width });
    const own = statisticsOf({ channels: channels!, height, width, data: right.data });
    expect(statistics.mean).toBeCloseTo(own.mean, 4);
    expect(statistics.deviation).toBeCloseTo(own.deviation, 4);
    expect(statistics.zeroShare).toBeCloseTo(own.zeroShare, 2);
  });

  test('the next run after a look is right', async () => {
    await remote.look(feeds, 'norm');
    const { outputs } = await remote.run(feeds);
    expect(differenceOf(expected.get('y')!.data, outputs.y!.data).relative).toBeLessThan(1e-4);
  });

  test('pictures of many layers at once', async () => {
    const options = { colouring: 'grey', range: 'layer', maxTile: 8, maxChannels: 4 } as const;
    const atlases = await remote.atlases(feeds, ['x', 'stem', 'relu', 'fc'], options);
    expect(atlases.x).toMatchObject({ tiles: 3, channels: 3, tileWidth: 8, tileHeight: 8 });
    expect(atlases.stem).toMatchObject({ tiles: 4, channels: 8 });
    expect(atlases.fc).toMatchObject({ tiles: 4, channels: 10, tileWidth: 1, tileHeight: 1 });
    expect(Object.keys(atlases)).toEqual(['x', 'stem', 'relu', 'fc']);
  });
});

describe('side by side', () => {
  test('the CPU agrees with the reference in every layer, and every layer is told', async () => {
    await remote.create(network, { backend: 'cpu', seed: 0, weights });
    const { layers: rows, backends, milliseconds } = await remote.compare(feeds, ['cpu', 'reference']);
    expect(backends).toEqual(['cpu', 'reference']);
    expect(rows.map(({ node }) => node)).toEqual(layers.filter((id) => id !== 'x' && id !== 'y'));
    for (const row of rows) expect(row.relative).toBeLessThan(1e-4);
    // The reference fuses nothing; the CPU does, and says into what.
    expect(rows.every((row) => row.fusedInto[1] === undefined && row.milliseconds[1] !== undefined)).toBe(
      true,
    );
    const fused = rows.filter((row) => row.fusedInto[0] !== undefined);
    expect(fused.map(({ node }) => node)).toContain('stem');
    for (const { fusedInto, milliseconds: times } of fused) {
      expect(rows.find(({ node }) => node === fusedInto[0])?.milliseconds[0]).toBeDefined();
      expect(times[0]).toBeUndefined();
    }
    expect(milliseconds.every((time) => time > 0)).toBe(true);
  });

  test('what differs is found, by how much, and where', async () => {
    await remote.create(network, { backend: 'reference', seed: 0, weights });
    const { layers: rows } = await remote.compare(feeds, ['reference', 'skewed' as 'cpu']);
    const right = runReference(network, weights, feeds).get('deep')!.data;
    const rms = Math.sqrt(right.reduce((sum, value) => sum + value * value, 0) / right.length);
    for (const { node, largest, relative } of rows) {
      expect(largest).toBeCloseTo(node === 'deep' ? 0.5 : 0, 6);
      expect(relative).toBeCloseTo(node === 'deep' ? 0.5 / rms : 0, 6);
    }
  });

  test('a backend that is not there is told, and the session goes on', async () => {
    await remote.create(network, { backend: 'cpu', seed: 0, weights });
    await expect(remote.compare(feeds, ['cpu', 'webgl'])).rejects.toMatchObject({
      problem: { code: 'backend-unavailable' },
    });
    const { outputs } = await remote.run(feeds);
    expect(outputs.y!.dims).toEqual([1, 10]);
  });

  test.each([
    { a: [1, 2], b: [1, 2], largest: 0 },
    { a: [3, 4], b: [3, 3], largest: 1 },
    { a: [Number.NaN, 1], b: [Number.NaN, 1], largest: 0 },
    { a: [Number.POSITIVE_INFINITY], b: [Number.POSITIVE_INFINITY], largest: 0 },
    { a: [Number.NaN, 1], b: [5, 1], largest: Number.NaN },
    { a: [1], b: [Number.NEGATIVE_INFINITY], largest: Number.POSITIVE_INFINITY },
  ])('$a against $b', ({ a, b, largest }) => {
    expect(differenceOf(Float32Array.from(a), Float32Array.from(b)).largest).toBe(largest);
  });
});

test('batches keep the order and stay under the bound', () => {
  const sizes: Readonly<Record<string, number>> = { a: 4, b: 4, c: 9, d: 1, e: 7, f: 3 };
  expect(inBatches(Object.keys(sizes), (node) => sizes[node]!, 8)).toEqual([
    ['a', 'b'],
    ['c'],
    ['d', 'e'],
    ['f'],
  ]);
  expect(inBatches([], () => 1)).toEqual([]);
});

describe('the layer that stands for a block', () => {
  test.each(Object.keys(blocks) as BlockKind[])('%s', (kind) => {
    const { inputs, params } = blockOf(kind).examples[0]!;
    const design = produce(emptyDesign, (draft) => {
      addNode('x', newNode('input', { shape: inputs[0]!.slice(1) }))(draft);
      addNode('block', newNode(kind, params as ParamValues))(draft);
      addNode('tail', newNode('relu'))(draft);
      addNode('y', newNode('output'))(draft);
      connect({ node: 'x', port: 'out' }, { node: 'block', port: 'in' })(draft);
      connect({ node: 'block', port: 'out' }, { node: 'tail', port: 'in' })(draft);
      connect({ node: 'tail', port: 'out' }, { node: 'y', port: 'in' })(draft);
    });
    const flat = flatten(analyze(design));
    if (!flat.ok) throw new Error(flat.problems[0]!.message);
    const { steps } = flat.value;
    const fed = steps.find(({ id }) => id === 'tail')!.inputs[0]!.step;
    expect(layerOfNode(flat.value, 'block')).toBe(steps[fed]!.id);
    expect(layersInside(flat.value, 'block')).toHaveLength(steps.length - 3);
    expect(layerOfNode(flat.value, 'tail')).toBe('tail');
    expect(layerOfNode(flat.value, 'bloc')).toBeUndefined();
    // At the end of a network nothing reads the block.
    const cut = { ...flat.value, steps: steps.slice(0, -2) };
    expect(layerOfNode(cut, 'block')).toBe(steps[fed]!.id);
  });
});
