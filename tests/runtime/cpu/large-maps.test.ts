import { totalmem } from 'node:os';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { buildKernels } from '../../../build/kernels.mjs';
import { type FloatTensor, Tensor } from '../../../shared/base/tensor.ts';
import { createCpuBackend } from '../../../shared/runtime/cpu/backend.ts';
import { createNodeHost } from '../../../shared/runtime/cpu/worker/node-host.ts';
import {
  type Draft,
  networkOf,
  randomNumbers,
  randomTensor,
  randomWeights,
  relativeError,
  runReference,
} from '../networks.ts';

const SIDE = 4096;
const CROP = 48;
const POOL = 4;
/** Pooled pixels that a crop's own padding can reach: two 3×3 windows see two pixels far. */
const MARGIN = 1;

/** Tensors of 512, 1024 and 1536 MiB: some of them lie where addresses no longer fit 31 bits. */
function networkFor(side: number) {
  const drafts: Draft[] = [
    { id: 'x', kind: 'input', params: { shape: [3, side, side], batched: true } },
    { id: 'a', kind: 'conv2d', params: { channels: 8, padding: 'same' }, from: ['x'] },
    { id: 'b', kind: 'conv2d', params: { channels: 16, padding: 'same' }, from: ['a'] },
    { id: 'c', kind: 'conv2d', params: { channels: 24, kernel: [1, 1] }, from: ['b'] },
    { id: 'd', kind: 'relu', from: ['c'] },
    { id: 'e', kind: 'maxPool', params: { kernel: [POOL, POOL], stride: [POOL, POOL] }, from: ['d'] },
  ];
  return networkOf(drafts);
}

function crop({ data, dims }: FloatTensor, top: number, left: number, side: number): FloatTensor {
  const [, channels, height, width] = dims as readonly [number, number, number, number];
  const part = Tensor.zeros([1, channels, side, side]);
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < side; y++) {
      const from = (c * height + top + y) * width + left;
      part.data.set(data.subarray(from, from + side), (c * side + y) * side);
    }
  }
  return part;
}

test.skipIf(!process.env.NETWRIGHT_THOROUGH || totalmem() < 7 * 2 ** 30)(
  'maps of 4,096×4,096, in more than 2 GiB, agree with forward in the corners and inside (NETWRIGHT_THOROUGH, 7 GiB)',
  async () => {
    const { outDir } = await buildKernels();
    const host = createNodeHost({ directory: pathToFileURL(`${outDir}/`) });
    const next = randomNumbers(29);
    const network = networkFor(SIDE);
    const weights = randomWeights(network, next);
    const x = randomTensor([1, 3, SIDE, SIDE], next);
    const executable = await createCpuBackend(host).prepare(network, weights, { threads: 2 });
    expect(executable.activationBytes).toBeGreaterThan(2 ** 31);
    const { outputs } = await executable.run({ x });
    await executable.release();
    const last = SIDE - CROP;
    const places = [0, 1360, last].flatMap((top) => [0, 2732, last].map((left) => [top, left] as const));
    for (const [top, left] of places) {
      const expected = runReference(networkFor(CROP), weights, { x: crop(x, top, left, CROP) }).get('y')!;
      const pooled = CROP / POOL - 2 * MARGIN;
      // At the map's own edge the crop is padded as the map is, so that what lies there counts too.
      const [dy, dx] = [top, left].map((at) => (at === 0 ? 0 : at === last ? 2 * MARGIN : MARGIN)) as [
        number,
        number,
      ];
      const actual = crop(outputs.y!, top / POOL + dy, left / POOL + dx, pooled);
      expect(relativeError(actual, crop(expected, dy, dx, pooled)), `at ${top}, ${left}`).toBeLessThan(1e-4);
    }
  },
  300_000,
);
