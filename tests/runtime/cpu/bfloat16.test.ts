import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildKernels } from '../../../build/kernels.mjs';
import { inWords } from '../../../shared/base/messages.ts';
import { Tensor } from '../../../shared/base/tensor.ts';
import { InferenceSession } from '../../../shared/models/inference-session.ts';
import type { WeightStore } from '../../../shared/runtime/backend.ts';
import { createCpuBackend } from '../../../shared/runtime/cpu/backend.ts';
import { variants } from '../../../shared/runtime/cpu/host.ts';
import { createNodeHost } from '../../../shared/runtime/cpu/worker/node-host.ts';
import { algorithmName } from '../../../shared/runtime/plan/steps.ts';
import { registerBackend } from '../../../shared/runtime/session.ts';
import { zooEntry } from '../../../shared/zoo/index.ts';
import {
  type Bench,
  type Draft,
  kernelBytes,
  networkOf,
  openKernels,
  randomNumbers,
  randomTensor,
  randomWeights,
  relativeError,
  runDirect,
  runReference,
} from './direct.ts';

const x = (...shape: readonly number[]): Draft => ({ id: 'x', kind: 'input', params: { shape } });
const y = (from: string): Draft => ({ id: 'y', kind: 'output', from: [from] });

/** Networks whose weights are all in fully connected or 1×1 layers, and how their products are told. */
const networks: Readonly<Record<string, { readonly drafts: readonly Draft[]; readonly told: RegExp }>> = {
  'a vector times a matrix': {
    drafts: [x(70), { id: 'a', kind: 'linear', params: { features: 131 }, from: ['x'] }, y('a')],
    told: /^vector × matrix, bfloat16$/,
  },
  'fewer outputs than four panels': {
    drafts: [x(33), { id: 'a', kind: 'linear', params: { features: 10 }, from: ['x'] }, y('a')],
    told: /^vector × matrix, bfloat16$/,
  },
  'deeper than a piece of the sum': {
    drafts: [x(1100), { id: 'a', kind: 'linear', params: { features: 64 }, from: ['x'] }, y('a')],
    told: /^vector × matrix, bfloat16$/,
  },
  'a map flattened': {
    drafts: [
      x(12, 6, 5),
      { id: 'f', kind: 'flatten', from: ['x'] },
      { id: 'a', kind: 'linear', params: { features: 40 }, from: ['f'] },
      { id: 'r', kind: 'relu', from: ['a'] },
      y('r'),
    ],
    told: /bfloat16$/,
  },
  'a 1×1 convolution': {
    drafts: [
      x(19, 23, 17),
      { id: 'a', kind: 'conv2d', params: { channels: 45, kernel: [1, 1] }, from: ['x'] },
      y('a'),
    ],
    told: /^1×1 product, bfloat16$/,
  },
  'a 1×1 convolution that strides': {
    drafts: [
      x(24, 13, 12),
      { id: 'a', kind: 'conv2d', params: { channels: 32, kernel: [1, 1], stride: [2, 2] }, from: ['x'] },
      y('a'),
    ],
    told: /^product of 1×1 windows(, shared)?, bfloat16$/,
  },
};

/** Float32 → bfloat16 → float32 as DataView sees it: the nearest value whose lower half is zero, of two the even one. */
function roundedTo8Bits(value: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  const bits = view.getUint32(0);
  const [below, above] = [bits & 0xffff0000, (bits & 0xffff0000) + 0x10000].map((each) => {
    view.setUint32(0, each >>> 0);
    return view.getFloat32(0);
  });
  const [down, up] = [Math.abs(value - below!), Math.abs(above! - value)];
  if (down !== up) return down < up ? below! : above!;
  return (bits >>> 16) % 2 === 0 ? below! : above!;
}

/** Weights rounded, biases as they are. */
const rounded = (store: WeightStore): WeightStore =>
  Object.fromEntries(
    Object.entries(store).map(([node, named]) => [
      node,
      Object.fromEntries(
        Object.entries(named).map(([name, { dims, data }]) => [
          name,
          new Tensor('float32', name === 'bias' ? data : data.map(roundedTo8Bits), dims),
        ]),
      ),
    ]),
  );

describe.each(variants)('weights in bfloat16 with the %s kernels', (variant) => {
  let bench: Bench | undefined;
  beforeAll(async () => {
    if (WebAssembly.validate(await kernelBytes(variant))) bench = await openKernels(variant);
  });

  test.each(Object.entries(networks))('%s is that of the rounded weights', async (_, { drafts, told }) => {
    if (!bench) return expect(variant).not.toBe('plain');
    const network = networkOf(drafts);
    const next = randomNumbers(11);
    const weights = randomWeights(network, next);
    for (const batch of [1, 3]) {
      const feeds = { x: randomTensor([batch, ...network.steps[0]!.outputDims[0]!.slice(1)], next) };
      for (const threads of [1, 2]) {
        const { outputs, plan } = await runDirect(bench, network, weights, feeds, {
          threads,
          weightType: 'bfloat16',
        });
        const expected = runReference(network, rounded(weights), feeds).get('y')!;
        expect(relativeError(outputs.get('y')!, expected)).toBeLessThan(2e-6);
        const names = plan.steps.map(algorithmName);
        if (batch === 1) expect(names.filter((name) => told.test(name))).toHaveLength(1);
        const whole = await runDirect(bench, network, weights, feeds, { threads });
        // Half the bytes, but for biases.
        expect(plan.weightBytes).toBeLessThan(0.6 * whole.plan.weightBytes);
      }
    }
  });

  test('what is halfway, infinite or no number', async () => {
    if (!bench) return expect(variant).not.toBe('plain');
    const bits = [
      0x3f808000, 0x3f818000, 0x3f818001, 0xbf80ffff, 0x7f7fffff, 0x7f800000, 0x00000001, 0x80000000,
    ];
    const values = new Float32Array(new Uint32Array(bits).buffer);
    const network = networkOf([
      x(8),
      { id: 'a', kind: 'linear', params: { features: 8, bias: false }, from: ['x'] },
      y('a'),
    ]);
    // On the diagonal, so that each output is one weight; infinity times zero is no number, so it has a row of its own.
    const matrix = new Float32Array(64);
    for (const [i, value] of values.entries()) if (i !== 5) matrix[i * 9] = value;
    const weights = { a: { weight: new Tensor('float32', matrix, [8, 8]) } };
    const feeds = { x: new Tensor('float32', new Float32Array(8).fill(1), [1, 8]) };
    const { outputs } = await runDirect(bench, network, weights, feeds, { weightType: 'bfloat16' });
    const found = [...new Uint32Array(outputs.get('y')!.data.slice().buffer)];
    expect(found.map((each) => each.toString(16))).toEqual([
      '3f800000',
      '3f820000',
      '3f820000',
      'bf810000',
      '7f800000',
      '0',
      '0',
      '0',
    ]);
    matrix.fill(0);
    matrix[0] = Number.NaN;
    const none = await runDirect(bench, network, weights, feeds, { weightType: 'bfloat16' });
    expect(none.outputs.get('y')!.data[0]).toBeNaN();
  });
});

test('a session by the names of onnxruntime takes it as its weights', async () => {
  const { outDir } = await buildKernels();
  registerBackend(createCpuBackend(createNodeHost({ directory: pathToFileURL(`${outDir}/`) })));
  const design = zooEntry('lenet')!.build();
  const feeds = { input: randomTensor([1, 1, 28, 28], randomNumbers(3)) };
  const run = async (weights?: 'bfloat16') => {
    const session = await InferenceSession.create(design, {
      backend: 'cpu',
      ...(weights ? { weights } : {}),
    });
    const { outputs, profile } = await session.execute(feeds, { profile: true });
    await session.release();
    return { data: Object.values(outputs)[0]!.data, told: profile!.map(({ algorithm }) => algorithm) };
  };
  const [whole, halved] = [await run(), await run('bfloat16')];
  expect(whole.told.join()).not.toContain('bfloat16');
  expect(halved.told.filter((each) => each?.includes('bfloat16'))).toHaveLength(2);
  expect(halved.data).not.toEqual(whole.data);
  // Two layers of weights that are off by 0.4 % at most, in both directions.
  for (const [i, value] of halved.data.entries()) expect(value).toBeCloseTo(whole.data[i]!, 2);
});

test('a session says so, whatever the batch, and refuses what it does not know', async () => {
  const { outDir } = await buildKernels();
  const backend = createCpuBackend(createNodeHost({ directory: pathToFileURL(`${outDir}/`) }));
  const network = networkOf(networks['a map flattened']!.drafts);
  const next = randomNumbers(5);
  const weights = randomWeights(network, next);
  const session = await backend.prepare(network, weights, { threads: 1, weightType: 'bfloat16' });
  expect(session.notices?.map((notice) => inWords(notice))).toEqual([
    expect.stringMatching(/bfloat16: each is rounded by up to 0\.4 %/),
  ]);
  for (const batch of [1, 2]) {
    const feeds = { x: randomTensor([batch, 12, 6, 5], next) };
    const expected = runReference(network, rounded(weights), feeds).get('y')!;
    const { outputs } = await session.run(feeds);
    expect(relativeError(outputs.y!, expected)).toBeLessThan(2e-6);
  }
  await session.release();
  await expect(backend.prepare(network, weights, { weightType: 'int4' as never })).rejects.toThrow(
    'Weights cannot be kept as "int4".',
  );
});
