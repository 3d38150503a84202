import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { isIssue } from '../../../shared/base/problem.ts';
import { type LayerKind, layerOf, layers } from '../../../shared/layers/index.ts';
import { runsByReference } from '../../../shared/runtime/plan/lowerings.ts';
import { samplesOf } from '../../layers/samples.ts';
import {
  type Bench,
  type Draft,
  networkOf,
  openKernels,
  randomNumbers,
  randomTensor,
  randomWeights,
  relativeError,
  runDirect,
  runReference,
  sumsScale,
} from './direct.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openKernels('plain', 256);
});

const kinds = (Object.keys(layers) as LayerKind[]).filter(
  (kind) => kind !== 'input' && kind !== 'output' && !runsByReference(kind),
);

/**
 * Winograd trades digits for speed; α·x + β can cancel; powers by logarithms lose what the exponent multiplies. That is
 * most in the normalisation, whose base may be as small as k: 4 · ln(1e-6) is 55, which float32 knows to 4e-6, and one
 * element that is far above the others is sixteen times their root mean square.
 */
const coarse: Partial<Record<LayerKind, number>> = {
  conv2d: 1e-4,
  power: 1e-4,
  hardSigmoid: 1e-4,
  localResponseNorm: 2e-4,
};

function toleranceOf(kind: LayerKind): number {
  return coarse[kind] ?? 1e-5;
}

test.each(kinds)(
  '%s agrees with forward, whatever its parameters and shapes, by itself and between others',
  async (kind) => {
    const layer = layerOf(kind);
    let valid = 0;
    const cases = fc.record({
      sample: samplesOf(kind, layer),
      surrounded: fc.boolean(),
      threads: fc.constantFrom(1, 2, 5),
      seed: fc.integer({ min: 1, max: 1 << 30 }),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ sample: { params, inputs }, surrounded, threads, seed }) => {
        if (runsByReference(kind, params)) return;
        const shape = layer.shape({ params, inputs });
        if (isIssue(shape) || [...inputs, ...shape].some((dims) => dims.length > 5 || dims.includes(0)))
          return;
        if (inputs.some((dims) => dims.length === 0)) return;
        valid++;
        const drafts: Draft[] = inputs.flatMap((dims, i): Draft[] => [
          { id: `x${i}`, kind: 'input', params: { shape: dims, batched: false } },
          ...(surrounded ? [{ id: `a${i}`, kind: 'abs' as const, from: [`x${i}`] }] : []),
        ]);
        drafts.push({
          id: 'layer',
          kind,
          params,
          from: inputs.map((_, i) => (surrounded ? `a${i}` : `x${i}`)),
        });
        for (const i of shape.keys()) {
          if (surrounded) drafts.push({ id: `b${i}`, kind: 'leakyRelu', from: [`layer:${i}`] });
          drafts.push({ id: `y${i}`, kind: 'output', from: [surrounded ? `b${i}` : `layer:${i}`] });
        }
        const network = networkOf(drafts);
        const next = randomNumbers(seed);
        const store = randomWeights(network, next);
        const feeds = Object.fromEntries(inputs.map((dims, i) => [`x${i}`, randomTensor(dims, next)]));
        const { outputs } = await runDirect(bench, network, store, feeds, { threads });
        const expected = runReference(network, store, feeds);
        const scale = sumsScale(network, expected);
        for (const i of shape.keys()) {
          expect(outputs.get(`y${i}`)!.dims).toEqual(expected.get(`y${i}`)!.dims);
          const right = expected.get(`y${i}`)!;
          expect(relativeError(outputs.get(`y${i}`)!, right, scale)).toBeLessThan(toleranceOf(kind));
        }
      }),
      { numRuns: 80, seed: 42 },
    );
    expect(valid, 'too few random samples were valid').toBeGreaterThan(10);
  },
);
