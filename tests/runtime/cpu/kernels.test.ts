import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Dims } from '../../../shared/base/dims.ts';
import { isIssue } from '../../../shared/base/problem.ts';
import { type LayerKind, layerOf } from '../../../shared/layers/index.ts';
import { algorithmName } from '../../../shared/runtime/plan/steps.ts';
import { defaultsOf, type ParamValues } from '../../../shared/schema/params.ts';
import { thoroughness } from '../../thorough.ts';
import { inputDimsOf } from '../random-networks.ts';
import { attentionOf, attentions } from './attentions.ts';
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

/** Largest error relative to the output's root mean square: Winograd trades digits for speed, the others only add. */
const WINOGRAD_TOLERANCE = 1e-4;
const TOLERANCE = 1e-5;

let bench: Bench;
beforeAll(async () => {
  bench = await openKernels('plain', 256);
});

interface Case {
  readonly input: Dims;
  readonly drafts: readonly Draft[];
  readonly seed: number;
  readonly threads: number;
}

/** Runs a case on the kernels and on `forward`, and compares every output. */
async function agree({ input, drafts, seed, threads }: Case): Promise<readonly string[]> {
  const network = networkOf([
    { id: 'x', kind: 'input', params: { shape: input.slice(1), batched: true } },
    ...drafts,
  ]);
  const next = randomNumbers(seed);
  const store = randomWeights(network, next);
  const feeds = { x: randomTensor(input, next) };
  const { outputs, plan } = await runDirect(bench, network, store, feeds, { threads });
  const expected = runReference(network, store, feeds);
  const scale = sumsScale(network, expected);
  const isWinograd = plan.steps.some((step) => algorithmName(step).startsWith('Winograd'));
  for (const [name, actual] of outputs) {
    expect(actual.dims).toEqual(expected.get(name)!.dims);
    const error = relativeError(actual, expected.get(name)!, scale);
    if (!(error <= (isWinograd ? WINOGRAD_TOLERANCE : TOLERANCE))) {
      throw new Error(`${plan.steps.map(algorithmName).join(' → ')}: ${name} is off by ${error}`);
    }
  }
  return plan.steps.map(algorithmName);
}

function fits(kind: LayerKind, params: ParamValues, ...inputs: readonly Dims[]): boolean {
  const layer = layerOf(kind);
  const shape = layer.shape({ params: { ...defaultsOf(layer.params), ...params }, inputs });
  return !isIssue(shape) && shape.every((dims) => dims.every((extent) => extent > 0));
}

const seeds = fc.integer({ min: 1, max: 1 << 30 });
const threads = fc.constantFrom(1, 1, 2, 3, 8);
const batch = fc.constantFrom(1, 1, 1, 2, 3);
const channels = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(1, 3, 8, 16, 24, 64));
const extent = fc.oneof(fc.integer({ min: 1, max: 24 }), fc.constantFrom(1, 7, 14, 28));
const map = fc.tuple(batch, channels, extent, extent);
const small = fc.integer({ min: 0, max: 3 });
const sides = fc.oneof(fc.tuple(small, small, small, small), fc.constant([1, 1, 1, 1]), fc.constant('same'));
const window = fc.record({
  kernel: fc.oneof(
    fc.constant([3, 3]),
    fc.constant([1, 1]),
    fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 7 })),
  ),
  stride: fc.oneof(
    fc.constant([1, 1]),
    fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
  ),
  dilation: fc.oneof(
    fc.constant([1, 1]),
    fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
  ),
  padding: sides,
});
const pointwise: readonly { readonly kind: LayerKind; readonly params?: ParamValues }[] = [
  { kind: 'relu' },
  { kind: 'clip', params: { min: -0.4, max: 0.6 } },
  { kind: 'leakyRelu', params: { slope: 0.2 } },
  { kind: 'sigmoid' },
  { kind: 'tanh' },
  { kind: 'gelu' },
  { kind: 'gelu', params: { approximate: 'tanh' } },
  { kind: 'silu' },
  { kind: 'hardSwish' },
];
const after = fc.constantFrom(undefined, undefined, ...pointwise);

function draft(id: string, from: string, { kind, params }: (typeof pointwise)[number]): Draft {
  return { id, kind, params: params ?? {}, from: [from] };
}

/** Of so many random cases half, and all of them for who is thorough. */
function property<T>(arbitrary: fc.Arbitrary<T>, check: (value: T) => Promise<void>, most: number) {
  const numRuns = Math.ceil(most * (thoroughness > 0 ? thoroughness : 0.5));
  return fc.assert(fc.asyncProperty(arbitrary, check), { numRuns, seed: 20251124 });
}

test('filters of one row or column by Winograd along it agree with forward, odd and tiny maps too', async () => {
  const wide = fc.integer({ min: 32, max: 75 });
  const cases = fc.record({
    input: fc.tuple(
      fc.integer({ min: 1, max: 4 }),
      wide,
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 4, max: 23 }),
    ),
    taps: fc.integer({ min: 5, max: 7 }),
    before: fc.integer({ min: 0, max: 3 }),
    after: fc.integer({ min: 0, max: 3 }),
    beside: fc.integer({ min: 0, max: 1 }),
    down: fc.boolean(),
    out: wide,
    residual: fc.boolean(),
    act: after,
    seed: seeds,
    threads,
  });
  const names = new Set<string>();
  await property(
    cases,
    async ({
      input: [n, c, few, many],
      taps,
      before,
      after: behind,
      beside,
      down,
      out,
      residual,
      act,
      seed,
      threads: t,
    }) => {
      const params = down
        ? { kernel: [taps, 1], padding: [before, beside, behind, 0] }
        : { kernel: [1, taps], padding: [beside, before, 0, behind] };
      const input = down ? [n, c, many, few] : [n, c, few, many];
      if (!fits('conv2d', { ...params, channels: out }, input)) return;
      const drafts: Draft[] = [
        { id: 'c', kind: 'conv2d', params: { ...params, channels: out }, from: ['x'] },
        ...(residual
          ? [
              { id: 'p', kind: 'conv2d', params: { ...params, channels: out }, from: ['x'] } as const,
              { id: 's', kind: 'add', from: ['c', 'p'] } as const,
            ]
          : []),
      ];
      if (act) drafts.push(draft('a', drafts.at(-1)!.id, act));
      for (const name of await agree({ input, drafts, seed, threads: t })) names.add(name);
    },
    80,
  );
  const lines = [4, 5, 6].flatMap((side) => [
    `Winograd F(1×${side}, 1×${11 - side})`,
    `Winograd F(${side}×1, ${11 - side}×1)`,
  ]);
  for (const line of lines) expect(names).toContain(line);
});

describe('convolution', () => {
  test('agrees with forward for any window, batch, channels and padding', async () => {
    const cases = fc
      .record({
        input: map,
        window,
        out: channels,
        bias: fc.boolean(),
        norm: fc.boolean(),
        act: after,
        seed: seeds,
        threads,
      })
      .filter(({ input, window: w, out }) => fits('conv2d', { ...w, channels: out }, input));
    await property(
      cases,
      async ({ input, window: w, out, bias, norm, act, seed, threads: n }) => {
        const drafts: Draft[] = [
          { id: 'c', kind: 'conv2d', params: { ...w, channels: out, bias }, from: ['x'] },
        ];
        if (norm) drafts.push({ id: 'n', kind: 'batchNorm', from: ['c'] });
        if (act) drafts.push(draft('a', drafts.at(-1)!.id, act));
        await agree({ input, drafts, seed, threads: n });
      },
      700,
    );
  });

  const near = fc.integer({ min: 0, max: 5 });
  /** Square strided filters over maps of these extents, with what may follow them. */
  const strided = (sizes: {
    readonly channels: fc.Arbitrary<number>;
    readonly extent: fc.Arbitrary<number>;
    readonly out: fc.Arbitrary<number>;
    readonly kernel: fc.Arbitrary<number>;
    readonly stride: fc.Arbitrary<number>;
  }) =>
    fc
      .record({
        batch,
        channels: sizes.channels,
        height: sizes.extent,
        width: sizes.extent,
        kernel: sizes.kernel,
        stride: sizes.stride,
        out: sizes.out,
        padding: fc.oneof(fc.tuple(near, near, near, near), fc.constant('same')),
        norm: fc.boolean(),
        act: after,
        second: fc.boolean(),
        seed: seeds,
        threads,
      })
      .map(({ batch: n, channels, height, width, kernel, stride, padding, out, ...rest }) => ({
        input: [n, channels, height, width],
        params: { kernel: [kernel, kernel], stride: [stride, stride], padding, channels: out },
        ...rest,
      }))
      .filter(({ input, params }) => fits('conv2d', params, input));
  /** That each of these algorithms has run. */
  const expectUsed = (used: ReadonlySet<string>, sides: readonly string[], how: string): void => {
    for (const side of sides) {
      const names = [...used].filter((name) => name.includes(side) && name.includes(how));
      expect(names, side).not.toEqual([]);
    }
  };

  test('agrees with forward where the input is read by phases', async () => {
    const used = new Set<string>();
    const cases = strided({
      channels: fc.integer({ min: 1, max: 4 }),
      extent: fc.integer({ min: 5, max: 60 }),
      out: fc.constantFrom(8, 13, 32, 64),
      kernel: fc.integer({ min: 3, max: 16 }),
      stride: fc.integer({ min: 2, max: 4 }),
    });
    await property(
      cases,
      async ({ params, norm, act, second, ...rest }) => {
        const drafts: Draft[] = [{ id: 'c', kind: 'conv2d', params, from: ['x'] }];
        if (norm) drafts.push({ id: 'n', kind: 'batchNorm', from: ['c'] });
        if (act) drafts.push(draft('a', drafts.at(-1)!.id, act));
        // The same input as it stands, for another reader.
        if (second) drafts.push({ id: 'r', kind: 'relu', from: ['x'] });
        for (const name of await agree({ drafts, ...rest })) used.add(name);
      },
      250,
    );
    expectUsed(used, ['F(5×5, 2×2)', 'F(4×4, 3×3)', 'F(3×3, 4×4)', 'F(2×2, 5×5)'], 'by phases');
  });

  test('agrees with forward where the corners of strided filters are apart', async () => {
    const used = new Set<string>();
    const cases = strided({
      channels: fc.constantFrom(32, 40, 47),
      extent: fc.integer({ min: 14, max: 40 }),
      out: fc.constantFrom(32, 45),
      kernel: fc.integer({ min: 3, max: 6 }),
      stride: fc.integer({ min: 2, max: 3 }),
    });
    await property(
      cases,
      async ({ params, norm, act, second, ...rest }) => {
        const drafts: Draft[] = [
          { id: 'r', kind: 'relu', from: ['x'] },
          { id: 'c', kind: 'conv2d', params, from: ['r'] },
        ];
        if (norm) drafts.push({ id: 'n', kind: 'batchNorm', from: ['c'] });
        if (second) {
          // A sum, which the later of the two takes in.
          drafts.push({ id: 'd', kind: 'conv2d', params, from: ['r'] });
          drafts.push({ id: 's', kind: 'add', from: [norm ? 'n' : 'c', 'd'] });
        }
        if (act) drafts.push(draft('a', drafts.at(-1)!.id, act));
        for (const name of await agree({ drafts, ...rest })) used.add(name);
      },
      60,
    );
    expectUsed(used, ['F(5×5, 2×2)', 'F(4×4, 3×3)'], 'corners');
  });

  test('agrees with forward where quarters are multiplied as Strassen does', async () => {
    const used = new Map<string, number>();
    const cases = fc.record({
      batch,
      channels: fc.constantFrom(256, 272, 400, 512),
      height: fc.integer({ min: 9, max: 21 }),
      width: fc.integer({ min: 9, max: 21 }),
      out: fc.constantFrom(121, 192, 256, 320),
      kernel: fc.constantFrom([1, 1], [1, 1], [3, 3], [2, 1]),
      stride: fc.constantFrom([1, 1], [2, 1], [1, 2]),
      join: fc.boolean(),
      act: after,
      seed: seeds,
      threads,
    });
    await property(
      cases,
      async ({
        batch: n,
        channels: ins,
        height,
        width,
        out,
        kernel,
        stride,
        join,
        act,
        seed,
        threads: count,
      }) => {
        const shape = { channels: out, kernel, stride };
        const drafts: Draft[] = [{ id: 'c', kind: 'conv2d', params: shape, from: ['x'] }];
        if (join) {
          drafts.push({ id: 'd', kind: 'conv2d', params: { ...shape, bias: false }, from: ['x'] });
          drafts.push({ id: 's', kind: 'add', from: ['c', 'd'] });
        }
        if (act) drafts.push(draft('a', drafts.at(-1)!.id, act));
        for (const name of await agree({ input: [n, ins, height, width], drafts, seed, threads: count }))
          used.set(name, (used.get(name) ?? 0) + 1);
      },
      120,
    );
    for (const name of [/^1×1 product, Strassen/, /windows, Strassen/, /shared, Strassen/]) {
      const times = [...used]
        .filter(([found]) => name.test(found))
        .reduce((sum, [, count]) => sum + count, 0);
      expect(times, String(name)).toBeGreaterThan(2);
    }
  });

  test('agrees with forward where a norm and a clip stand before it, whoever else reads them', async () => {
    const cases = fc.record({
      batch,
      ins: channels,
      out: channels,
      height: extent,
      width: extent,
      clip: fc.constantFrom(undefined, pointwise[0], pointwise[1], pointwise[5]),
      kernel: fc.constantFrom(1, 1, 1, 1, 3),
      // Larger maps have a halo for their sake.
      beside: fc.boolean(),
      residual: fc.boolean(),
      act: after,
      seed: seeds,
      threads,
    });
    const used = new Map<string, number>();
    await property(
      cases,
      async ({
        batch: n,
        ins,
        out,
        height,
        width,
        clip,
        kernel,
        beside,
        residual,
        act,
        seed,
        threads: t,
      }) => {
        const params = { channels: out, kernel: [kernel, kernel], padding: 'same' } as const;
        const drafts: Draft[] = [
          { id: 'r', kind: 'leakyRelu', from: ['x'] },
          { id: 'n', kind: 'batchNorm', from: ['r'] },
        ];
        if (clip) drafts.push(draft('k', 'n', clip));
        const read = drafts.at(-1)!.id;
        drafts.push({ id: 'c', kind: 'conv2d', params, from: [read] });
        if (residual) {
          drafts.push({ id: 'd', kind: 'conv2d', params: { channels: out, kernel: [1, 1] }, from: ['r'] });
          drafts.push({ id: 's', kind: 'add', from: ['d', 'c'] });
        }
        if (act) drafts.push(draft('a', drafts.at(-1)!.id, act));
        if (beside)
          drafts.push({
            id: 'e',
            kind: 'conv2d',
            params: { channels: 9, kernel: [3, 3], padding: 'same' },
            from: [seed % 2 === 0 ? 'r' : read],
          });
        for (const name of await agree({ input: [n, ins, height, width], drafts, seed, threads: t }))
          used.set(name, (used.get(name) ?? 0) + 1);
      },
      120,
    );
    expect(used.get('1×1 product of normalised pixels') ?? 0).toBeGreaterThan(9);
    const large: readonly Draft[] = [
      { id: 'n', kind: 'batchNorm', from: ['x'] },
      { id: 'k', kind: 'relu', from: ['n'] },
      { id: 'c', kind: 'conv2d', params: { channels: 256, kernel: [1, 1] }, from: ['k'] },
    ];
    const names = await agree({ input: [2, 256, 20, 19], drafts: large, seed: 5, threads: 1 });
    expect(names).toContain('1×1 product of normalised pixels, Strassen');
  });

  test('agrees with forward for any groups', async () => {
    const cases = fc
      .record({
        batch,
        groups: fc.oneof(fc.integer({ min: 2, max: 12 }), fc.constantFrom(2, 8, 16, 32)),
        per: fc.integer({ min: 1, max: 10 }),
        filters: fc.integer({ min: 1, max: 10 }),
        height: extent,
        width: extent,
        window,
        act: after,
        seed: seeds,
        threads,
      })
      .filter(({ batch: n, groups, per, filters, height, width, window: w }) =>
        fits('conv2d', { ...w, groups, channels: groups * filters }, [n, groups * per, height, width]),
      );
    await property(
      cases,
      async ({ batch: n, groups, per, filters, height, width, window: w, act, seed, threads: t }) => {
        const params = { ...w, groups, channels: groups * filters };
        const drafts: Draft[] = [{ id: 'c', kind: 'conv2d', params, from: ['x'] }];
        if (act) drafts.push(draft('a', 'c', act));
        await agree({ input: [n, groups * per, height, width], drafts, seed, threads: t });
      },
      400,
    );
  });

  test('agrees with forward when depthwise', async () => {
    const cases = fc
      .record({ input: map, window, act: after, norm: fc.boolean(), seed: seeds, threads })
      .filter(({ input, window: w }) =>
        fits('conv2d', { ...w, groups: input[1], channels: input[1] }, input),
      );
    await property(
      cases,
      async ({ input, window: w, act, norm, seed, threads: t }) => {
        const drafts: Draft[] = [
          { id: 'c', kind: 'conv2d', params: { ...w, groups: input[1], channels: input[1] }, from: ['x'] },
        ];
        if (norm) drafts.push({ id: 'n', kind: 'batchNorm', from: ['c'] });
        if (act) drafts.push(draft('a', drafts.at(-1)!.id, act));
        await agree({ input, drafts, seed, threads: t });
      },
      300,
    );
  });

  test('adds a residual before the activation', async () => {
    const cases = fc.record({
      input: map,
      kernel: fc.constantFrom(1, 3, 5),
      depthwise: fc.boolean(),
      swap: fc.boolean(),
      act: after,
      seed: seeds,
      threads,
    });
    await property(
      cases,
      async ({ input, kernel, depthwise, swap, act, seed, threads: t }) => {
        const same = {
          kernel: [kernel, kernel],
          padding: 'same',
          channels: input[1],
          groups: depthwise ? input[1] : 1,
        } as const;
        const drafts: Draft[] = [
          { id: 'a', kind: 'conv2d', params: { kernel: [1, 1], channels: input[1] }, from: ['x'] },
          { id: 'b', kind: 'conv2d', params: same, from: ['a'] },
          { id: 's', kind: 'add', from: swap ? ['b', 'x'] : ['a', 'b'] },
        ];
        if (act) drafts.push(draft('f', 's', act));
        await agree({ input, drafts, seed, threads: t });
      },
      200,
    );
  });
});

test('fully connected layers agree with forward, from vectors and from flattened maps', async () => {
  const cases = fc.record({
    input: fc.tuple(
      batch,
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 7 }),
      fc.integer({ min: 1, max: 7 }),
    ),
    features: fc.integer({ min: 1, max: 70 }),
    hidden: fc.option(fc.integer({ min: 1, max: 70 })),
    act: after,
    bias: fc.boolean(),
    seed: seeds,
    threads,
  });
  await property(
    cases,
    async ({ input, features, hidden, act, bias, seed, threads: t }) => {
      const drafts: Draft[] = [{ id: 'f', kind: 'flatten', from: ['x'] }];
      if (hidden !== null) {
        drafts.push({ id: 'h', kind: 'linear', params: { features: hidden, bias }, from: ['f'] });
        if (act) drafts.push(draft('a', 'h', act));
        drafts.push({ id: 'd', kind: 'dropout', from: [drafts.at(-1)!.id] });
      }
      drafts.push({ id: 'l', kind: 'linear', params: { features }, from: [drafts.at(-1)!.id] });
      await agree({ input, drafts, seed, threads: t });
    },
    250,
  );
});

test.each(attentions)('attention of $queries agrees with forward', async (params) => {
  const network = attentionOf(params);
  const next = randomNumbers(5);
  const store = randomWeights(network, next);
  for (const count of [1, 2]) {
    const dims = Object.entries(inputDimsOf(network, count));
    const feeds = Object.fromEntries(dims.map(([id, each]) => [id, randomTensor(each, next)]));
    const { outputs, plan } = await runDirect(bench, network, store, feeds, { threads: 2 });
    expect(plan.steps.map(algorithmName)).toContain('attention');
    expect(relativeError(outputs.get('y')!, runReference(network, store, feeds).get('y')!)).toBeLessThan(
      TOLERANCE,
    );
  }
});

test('pools agree with forward for every option', async () => {
  const cases = fc
    .record({
      input: map,
      window,
      kind: fc.constantFrom('maxPool' as const, 'avgPool' as const),
      ceilMode: fc.boolean(),
      countIncludePad: fc.boolean(),
      seed: seeds,
      threads,
    })
    .filter(({ input, window: w, kind, ceilMode }) => fits(kind, { ...w, ceilMode }, input));
  await property(
    cases,
    async ({ input, window: w, kind, ceilMode, countIncludePad, seed, threads: t }) => {
      const params = { ...w, ceilMode, ...(kind === 'avgPool' ? { countIncludePad } : {}) };
      await agree({ input, drafts: [{ id: 'p', kind, params, from: ['x'] }], seed, threads: t });
    },
    400,
  );
});

test('global pools agree with forward', async () => {
  const cases = fc.record({
    input: map,
    kind: fc.constantFrom('globalAvgPool' as const, 'globalMaxPool' as const),
    keepDims: fc.boolean(),
    seed: seeds,
    threads,
  });
  await property(
    cases,
    async ({ input, kind, keepDims, seed, threads: t }) => {
      await agree({
        input,
        drafts: [{ id: 'p', kind, params: { keepDims }, from: ['x'] }],
        seed,
        threads: t,
      });
    },
    100,
  );
});

const anyDims = fc.oneof(
  map,
  fc.tuple(batch, fc.integer({ min: 1, max: 70 })),
  fc.tuple(batch, fc.integer({ min: 1, max: 20 }), extent),
  fc.tuple(
    batch,
    fc.integer({ min: 1, max: 10 }),
    fc.integer({ min: 1, max: 4 }),
    fc.integer({ min: 1, max: 4 }),
    fc.integer({ min: 1, max: 4 }),
  ),
);

test('activations agree with forward on tensors of any rank', async () => {
  const cases = fc.record({
    input: anyDims,
    act: fc.constantFrom(...pointwise),
    twice: fc.boolean(),
    seed: seeds,
    threads,
  });
  await property(
    cases,
    async ({ input, act, twice, seed, threads: t }) => {
      const drafts = [draft('a', 'x', act), ...(twice ? [draft('b', 'a', act)] : [])];
      await agree({ input, drafts, seed, threads: t });
    },
    250,
  );
});

test('softmax agrees with forward on any axis of any rank', async () => {
  const cases = fc
    .record({ input: anyDims, axis: fc.integer({ min: -5, max: 4 }), seed: seeds, threads })
    .filter(({ input, axis }) => fits('softmax', { axis }, input));
  await property(
    cases,
    async ({ input, axis, seed, threads: t }) => {
      await agree({
        input,
        drafts: [{ id: 's', kind: 'softmax', params: { axis }, from: ['x'] }],
        seed,
        threads: t,
      });
    },
    250,
  );
});

test('batch norm and local response norm agree with forward', async () => {
  const cases = fc.record({
    input: anyDims,
    size: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constant(60)),
    alpha: fc.double({ min: 0, max: 2, noNaN: true }),
    beta: fc.constantFrom(0.75, 0.5, 1, 0, 2.25),
    k: fc.constantFrom(1, 2, 0.1),
    norm: fc.boolean(),
    seed: seeds,
    threads,
  });
  await property(
    cases,
    async ({ input, size, alpha, beta, k, norm, seed, threads: t }) => {
      const drafts: Draft[] = [
        { id: 'l', kind: 'localResponseNorm', params: { size, alpha, beta, k }, from: ['x'] },
      ];
      if (norm) drafts.unshift({ id: 'n', kind: 'batchNorm', from: ['x'] });
      await agree({
        input,
        drafts: drafts.map((d, i) => (i === 0 ? d : { ...d, from: [drafts[0]!.id] })),
        seed,
        threads: t,
      });
    },
    250,
  );
});

test('pads agree with forward in every mode', async () => {
  const cases = fc
    .record({
      input: map,
      padding: fc.tuple(small, small, small, small),
      mode: fc.constantFrom('constant', 'reflect', 'edge'),
      value: fc.constantFrom(0, -1.5),
      seed: seeds,
      threads,
    })
    .filter(({ input, ...params }) => fits('pad', params, input));
  await property(
    cases,
    async ({ input, padding, mode, value, seed, threads: t }) => {
      const drafts: Draft[] = [{ id: 'p', kind: 'pad', params: { padding, mode, value }, from: ['x'] }];
      await agree({ input, drafts, seed, threads: t });
    },
    150,
  );
});

test('sums, products and concatenations agree with forward, with broadcasting and on any axis', async () => {
  const cases = fc
    .record({
      input: anyDims,
      ones: fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
      kind: fc.constantFrom('add' as const, 'multiply' as const, 'concat' as const),
      axis: fc.integer({ min: -4, max: 4 }),
      act: after,
      first: fc.boolean(),
      seed: seeds,
      threads,
    })
    .filter(({ input, kind, axis }) => kind !== 'concat' || fits('concat', { axis }, input, input));
  await property(
    cases,
    async ({ input, ones, kind, axis, act, first, seed, threads: t }) => {
      const other = kind === 'concat' ? input : input.map((n, i) => (ones[i] && i > 0 ? 1 : n));
      const network = networkOf([
        { id: 'x', kind: 'input', params: { shape: input.slice(1) } },
        { id: 'z', kind: 'input', params: { shape: other.slice(1) } },
        { id: 'u', kind: 'relu', from: ['x'] },
        {
          id: 'm',
          kind,
          params: kind === 'concat' ? { axis } : {},
          from: first ? ['z', 'u', 'u'] : ['u', 'z'],
        },
        ...(act ? [draft('a', 'm', act)] : []),
      ]);
      const next = randomNumbers(seed);
      const feeds = { x: randomTensor(input, next), z: randomTensor([input[0]!, ...other.slice(1)], next) };
      const { outputs } = await runDirect(bench, network, {}, feeds, { threads: t });
      const expected = runReference(network, {}, feeds).get('y')!;
      expect(outputs.get('y')!.dims).toEqual(expected.dims);
      expect(relativeError(outputs.get('y')!, expected)).toBeLessThan(TOLERANCE);
    },
    300,
  );
});

test.each([1, 2])(
  'what is put together of all that came before is copied nowhere, batch %i',
  async (count) => {
    const conv = (id: string, from: string): Draft => ({
      id,
      kind: 'conv2d',
      params: { channels: 8, padding: 'same' },
      from: [from],
    });
    const join = (id: string, ...from: readonly string[]): Draft => ({ id, kind: 'concat', from });
    const network = networkOf([
      { id: 'x', kind: 'input', params: { shape: [5, 9, 7] } },
      conv('a', 'x'),
      conv('b', 'a'),
      join('ab', 'a', 'b'),
      conv('c', 'ab'),
      join('abc', 'a', 'b', 'c'),
      { id: 'r', kind: 'relu', from: ['abc'] },
      conv('d', 'r'),
      join('abcd', 'a', 'b', 'c', 'd'),
      { id: 'y', kind: 'output', from: ['abcd'] },
      { id: 'z', kind: 'output', from: ['ab'] },
    ]);
    const next = randomNumbers(11);
    const store = randomWeights(network, next);
    const feeds = { x: randomTensor([count, 5, 9, 7], next) };
    const { outputs, plan } = await runDirect(bench, network, store, feeds, { threads: 2 });
    expect(plan.steps.map(algorithmName)).not.toContain('copy');
    const expected = runReference(network, store, feeds);
    for (const [name, actual] of outputs)
      expect(relativeError(actual, expected.get(name)!)).toBeLessThan(WINOGRAD_TOLERANCE);
  },
);

test('branches joined by channels are computed in place and agree with forward', async () => {
  const cases = fc.record({
    input: map,
    widths: fc.array(fc.oneof(fc.constantFrom(8, 16), fc.integer({ min: 1, max: 20 })), {
      minLength: 2,
      maxLength: 4,
    }),
    kernels: fc.array(fc.constantFrom(1, 3, 5), { minLength: 4, maxLength: 4 }),
    seed: seeds,
    threads,
  });
  await property(
    cases,
    async ({ input, widths, kernels, seed, threads: t }) => {
      const branches = widths.map((width, i): Draft => {
        const kernel = kernels[i]!;
        return {
          id: `b${i}`,
          kind: 'conv2d',
          params: { channels: width, kernel: [kernel, kernel], padding: 'same' },
          from: ['x'],
        };
      });
      const drafts: Draft[] = [
        ...branches,
        { id: 'j', kind: 'concat', from: branches.map(({ id }) => id) },
        { id: 'c', kind: 'conv2d', params: { channels: 12, padding: 'same' }, from: ['j'] },
        { id: 'k', kind: 'concat', from: ['j', 'c'] },
      ];
      await agree({ input, drafts, seed, threads: t });
    },
    150,
  );
});
