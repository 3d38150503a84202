import { expect, test } from 'vitest';
import { seededWeights, seededWeightsInTurns } from '../../shared/runtime/weights.ts';
import { networkOf } from './networks.ts';

/** A weight of 2.1 million numbers, which takes several turns, between small ones. */
const network = networkOf([
  { id: 'x', kind: 'input', params: { shape: [1025], batched: true } },
  { id: 'wide', kind: 'linear', params: { features: 2049 }, from: ['x'] },
  { id: 'narrow', kind: 'linear', params: { features: 3 }, from: ['wide'] },
  { id: 'y', kind: 'output', from: ['narrow'] },
]);

test('seeded in turns, weights are the same', async () => {
  const store = await seededWeightsInTurns(network, 7, undefined);
  const right = seededWeights(network, 7);
  expect(Object.keys(store)).toEqual(Object.keys(right));
  for (const [id, tensors] of Object.entries(right)) {
    for (const [name, { dims, data }] of Object.entries(tensors)) {
      expect(store[id]![name]!.dims, name).toEqual(dims);
      expect(Buffer.compare(Buffer.from(store[id]![name]!.data.buffer), Buffer.from(data.buffer)), name).toBe(
        0,
      );
    }
  }
});

test('cancelled meanwhile, no more of them are made', async () => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 0);
  await expect(seededWeightsInTurns(network, 7, controller.signal)).rejects.toMatchObject({
    name: 'AbortError',
  });
});
