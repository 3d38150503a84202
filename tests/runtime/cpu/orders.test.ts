import { beforeAll, describe, expect, test } from 'vitest';
import { variants } from '../../../shared/runtime/cpu/host.ts';
import { createNodeHost } from '../../../shared/runtime/cpu/worker/node-host.ts';
import { type Bench, networkOf, openKernels, randomNumbers, randomTensor, randomWeights } from './direct.ts';
import { runInOrders } from './orders.ts';

beforeAll(() => {
  // Asks for fused multiply-adds where they are behind a flag.
  createNodeHost({ directory: new URL('file:///') });
});

/** First layers that read interleaved pixels, of which some have no zeros below or above. */
const firstLayers = [
  { shape: [1, 28, 28], kernel: [5, 5], padding: [0, 0, 0, 0] },
  { shape: [3, 32, 32], kernel: [5, 5], padding: [0, 0, 0, 0] },
  { shape: [3, 7, 56], kernel: [7, 7], padding: [0, 2, 1, 0] },
  { shape: [2, 1, 11], kernel: [1, 1], padding: [0, 1, 2, 2] },
  { shape: [3, 32, 32], kernel: [16, 16], padding: [0, 0, 0, 0], stride: [16, 16] },
] as const;

describe.each(variants)('with the %s kernels', (variant) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await openKernels(variant, 256);
  });

  test.each(firstLayers)('the images of a batch do not touch each other: $shape, $kernel', async (params) => {
    const { shape, kernel, padding } = params;
    const stride = 'stride' in params ? params.stride : [1, 1];
    const network = networkOf([
      { id: 'x', kind: 'input', params: { shape } },
      { id: 'c', kind: 'conv2d', params: { channels: 9, kernel, padding, stride }, from: ['x'] },
    ]);
    const next = randomNumbers(5);
    const store = randomWeights(network, next);
    for (const batch of [1, 2, 4]) {
      const feeds = { x: randomTensor([batch, ...shape], next) };
      for (const threads of [1, 2, 3, 8]) {
        const outputs = await runInOrders(bench, network, store, feeds, threads, next);
        expect(outputs.get('y')!.data.every(Number.isFinite)).toBe(true);
      }
    }
  });
});
