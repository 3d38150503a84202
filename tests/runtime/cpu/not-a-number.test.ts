import { beforeAll, expect, test } from 'vitest';
import type { LayerKind } from '../../../shared/layers/index.ts';
import type { ParamValues } from '../../../shared/schema/params.ts';
import {
  type Bench,
  networkOf,
  openKernels,
  randomNumbers,
  randomTensor,
  randomWeights,
  runDirect,
  runReference,
} from './direct.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openKernels('plain', 64);
});

/** A network that went wrong must show it: what is not a number neither vanishes nor spreads further than it should. */
test.each<readonly [LayerKind, ParamValues]>([
  ['relu', {}],
  ['clip', { min: -1, max: 1 }],
  ['maxPool', { kernel: [3, 3], stride: [1, 1], padding: [1, 1, 1, 1] }],
  ['maxPool', { kernel: [2, 2], stride: [2, 2] }],
  ['avgPool', { kernel: [2, 2], stride: [2, 2] }],
  ['globalMaxPool', {}],
  ['conv2d', { channels: 8, kernel: [1, 1] }],
  ['conv2d', { channels: 8, kernel: [2, 2], stride: [2, 2] }],
  ['softmax', { axis: 1 }],
])('%s %j keeps what is not a number where forward has it', async (kind, params) => {
  const network = networkOf([
    { id: 'x', kind: 'input', params: { shape: [8, 6, 6] } },
    { id: 'layer', kind, params, from: ['x'] },
  ]);
  const next = randomNumbers(3);
  const store = randomWeights(network, next);
  for (const place of [0, 17, 35, 8 * 36 - 1]) {
    const x = randomTensor([1, 8, 6, 6], next);
    x.data[place] = Number.NaN;
    const { outputs } = await runDirect(bench, network, store, { x }, { threads: 1 });
    const expected = runReference(network, store, { x });
    const marks = (data: ArrayLike<number>) => Array.from(data, (value) => Number.isNaN(value));
    expect(marks(outputs.get('y')!.data)).toEqual(marks(expected.get('y')!.data));
    expect(marks(outputs.get('y')!.data)).toContain(true);
  }
});
