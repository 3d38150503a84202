import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { isIssue } from '../../../shared/base/problem.ts';
import { type LayerKind, layerOf } from '../../../shared/layers/index.ts';
import type { Backend, Executable } from '../../../shared/runtime/backend.ts';
import { runsByReference } from '../../../shared/runtime/plan/lowerings.ts';
import { slowSteps } from '../../../shared/runtime/plan/slow-steps.ts';
import { referenceBackend } from '../../../shared/runtime/reference/backend.ts';
import { cpuBackend } from '../../conformance/backends.ts';
import { computing, samplesOf } from '../../layers/samples.ts';
import { type Draft, networkOf, randomNumbers, randomTensor, randomWeights } from './direct.ts';

let cpu: Backend;
beforeAll(async () => {
  cpu = await cpuBackend();
});

/** What gives single numbers has no layer after it here: the fast ones take axes. */
const givesNumbers = (kind: LayerKind): boolean =>
  layerOf(kind).examples.some(({ outputs }) => outputs.some((dims) => dims.length === 0));

const kinds = computing.filter((kind) => runsByReference(kind) && !givesNumbers(kind));

/** Machines agree on numbers that are equal, or both none. */
function difference(a: Float32Array, b: Float32Array): number {
  let largest = 0;
  for (const [i, x] of a.entries()) {
    if (Object.is(x, b[i]) || x === b[i]) continue;
    largest = Math.max(largest, Math.abs(x - b[i]!) / (1 + Math.abs(b[i]!)));
  }
  return largest;
}

test.each(kinds)('%s runs as it is written, between layers that are fast', async (kind) => {
  const layer = layerOf(kind);
  let valid = 0;
  const cases = fc.record({ sample: samplesOf(kind, layer), seed: fc.integer({ min: 1, max: 1 << 30 }) });
  await fc.assert(
    fc.asyncProperty(cases, async ({ sample: { params, inputs }, seed }) => {
      const shape = layer.shape({ params, inputs });
      if (isIssue(shape) || [...inputs, ...shape].some((dims) => dims.length === 0 || dims.includes(0)))
        return;
      valid++;
      const drafts: Draft[] = inputs.flatMap((dims, i): Draft[] => [
        { id: `x${i}`, kind: 'input', params: { shape: dims, batched: false } },
        { id: `a${i}`, kind: 'abs', from: [`x${i}`] },
      ]);
      drafts.push({ id: 'layer', kind, params, from: inputs.map((_, i) => `a${i}`) });
      for (const i of shape.keys()) {
        drafts.push({ id: `b${i}`, kind: 'relu', from: [`layer:${i}`] });
        drafts.push({ id: `y${i}`, kind: 'output', from: [`b${i}`] });
      }
      const network = networkOf(drafts);
      const next = randomNumbers(seed);
      const store = randomWeights(network, next);
      const feeds = Object.fromEntries(inputs.map((dims, i) => [`x${i}`, randomTensor(dims, next)]));
      const ran = async (made: Promise<Executable>) => {
        const executable = await made;
        const result = await executable.run(feeds, { also: ['layer'], profile: true });
        await executable.release();
        return result;
      };
      const expected = await ran(referenceBackend.prepare(network, store));
      const got = await ran(cpu.prepare(network, store, { threads: 1 }));
      for (const id of ['layer', ...[...shape.keys()].map((i) => `y${i}`)]) {
        expect(got.outputs[id]!.dims).toEqual(expected.outputs[id]!.dims);
        expect(difference(got.outputs[id]!.data, expected.outputs[id]!.data)).toBeLessThan(1e-5);
      }
      const writtenOut = got.profile!.filter(({ algorithm }) => algorithm === 'reference');
      const nodes = new Set(writtenOut.flatMap((step) => step.nodes));
      expect([nodes.has('layer'), nodes.has('a0')]).toEqual([true, false]);
    }),
    { numRuns: 12, seed: 42 },
  );
  expect(valid, 'too few random samples were valid').toBeGreaterThan(2);
});

test('sums run as they are written where a grid rounds what they give, which is told ahead, and fast where none does', async () => {
  const dims = [1, 3, 4, 4];
  const pooled: readonly Draft[] = [
    { id: 'x', kind: 'input', params: { shape: dims, batched: false } },
    { id: 'pool', kind: 'globalAvgPool', params: { keepDims: true }, from: ['x'] },
    { id: 'y', kind: 'output', from: ['pool'] },
  ];
  const rounded = [
    ...pooled.slice(0, 2),
    { id: 'q', kind: 'quantize', from: ['pool'] },
    { id: 'y', kind: 'output', from: ['q'] },
  ] as const;
  for (const [drafts, slow] of [
    [pooled, []],
    [rounded, ['pool', 'q']],
  ] as const) {
    const network = networkOf(drafts);
    expect(slowSteps(network).map(({ id }) => id)).toEqual(slow);
    const next = randomNumbers(7);
    const executable = await cpu.prepare(network, randomWeights(network, next));
    const { profile } = await executable.run({ x: randomTensor(dims, next) }, { profile: true });
    await executable.release();
    const ran = profile!.filter(({ algorithm }) => algorithm === 'reference');
    // What is given out lies as the last step left it.
    expect(ran.flatMap(({ nodes }) => nodes).filter((id) => id !== 'y')).toEqual(slow);
  }
});
