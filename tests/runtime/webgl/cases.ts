import fc from 'fast-check';
import type { Dims } from '../../../shared/base/dims.ts';
import { isIssue } from '../../../shared/base/problem.ts';
import { type LayerKind, layerOf } from '../../../shared/layers/index.ts';
import { defaultsOf, type ParamValues } from '../../../shared/schema/params.ts';
import { type Sample, samplesOf } from '../../layers/samples.ts';
import { thoroughness } from '../../thorough.ts';
import type { Draft } from '../networks.ts';
import type { AnyCase, LayerCase } from './page/layers.ts';

/** Random networks of a few layers, the same every time. */
interface CaseList {
  readonly name: string;
  readonly cases: readonly LayerCase[];
}

const SEED = 20251124;
/**
 * Compiling shaders is what takes the time, and a software rasteriser takes a third of a second for some cases; the rest is
 * for whoever is thorough.
 */
const TIMES = thoroughness > 0 ? thoroughness : 0.3;

function list(name: string, arbitrary: fc.Arbitrary<LayerCase>, count: number): CaseList {
  return {
    name,
    cases: fc.sample(arbitrary.filter(isPossible), { numRuns: Math.ceil(count * TIMES), seed: SEED }),
  };
}

/** Whether every layer accepts what it gets. */
function isPossible({ input, drafts }: LayerCase): boolean {
  const dims = new Map<string, Dims>([['x', input]]);
  for (const { id, kind, params = {}, from = [] } of drafts) {
    const layer = layerOf(kind);
    const inputs = from.map((name) => dims.get(name)!);
    const shape = layer.shape({ params: { ...defaultsOf(layer.params), ...params }, inputs });
    if (isIssue(shape) || shape.some((extents) => extents.includes(0))) return false;
    dims.set(id, shape[0]!);
  }
  return true;
}

const seed = fc.integer({ min: 1, max: 1 << 30 });
const batch = fc.constantFrom(1, 1, 1, 2, 3);
const channels = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(1, 3, 8, 16, 24, 64));
const extent = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constantFrom(1, 7, 14, 28));
const map = fc.tuple(batch, channels, extent, extent);
const upTo = (max: number) => fc.integer({ min: 1, max });
const side = fc.integer({ min: 0, max: 3 });
const padding = fc.oneof(fc.tuple(side, side, side, side), fc.constant([1, 1, 1, 1]), fc.constant('same'));
const window = fc.record({
  kernel: fc.oneof(
    fc.constant([3, 3]),
    fc.constant([1, 1]),
    fc.tuple(upTo(7), upTo(7)),
    fc.constantFrom([11, 11], [9, 5], [2, 27]),
  ),
  stride: fc.oneof(fc.constant([1, 1]), fc.tuple(upTo(4), upTo(4))),
  dilation: fc.oneof(fc.constant([1, 1]), fc.tuple(upTo(3), upTo(3))),
  padding,
});
const winogradWindow = fc.record({ kernel: fc.constant([3, 3]), padding });

const activations: readonly { readonly kind: LayerKind; readonly params?: ParamValues }[] = [
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
const after = fc.constantFrom(undefined, undefined, ...activations);

/** The drafts one after another, each fed by the one before. */
function chain(
  ...links: readonly ({ readonly kind: LayerKind; readonly params?: ParamValues } | undefined)[]
): Draft[] {
  const drafts: Draft[] = [];
  for (const link of links) {
    if (!link) continue;
    drafts.push({
      id: `l${drafts.length}`,
      kind: link.kind,
      params: link.params ?? {},
      from: [drafts.at(-1)?.id ?? 'x'],
    });
  }
  return drafts;
}

const normed = fc.constantFrom(undefined, { kind: 'batchNorm' as const });

const convolutions = fc
  .record({ input: map, window, out: channels, bias: fc.boolean(), norm: normed, act: after, seed })
  .map(({ input, window: w, out, bias, norm, act, seed: s }) => ({
    input,
    drafts: chain({ kind: 'conv2d', params: { ...w, channels: out, bias } }, norm, act),
    seed: s,
  }));

const winograd = fc
  .record({
    batch,
    from: fc.integer({ min: 16, max: 70 }),
    height: fc.integer({ min: 4, max: 30 }),
    width: fc.integer({ min: 4, max: 30 }),
    window: winogradWindow,
    out: fc.integer({ min: 16, max: 70 }),
    norm: normed,
    act: after,
    seed,
  })
  .map(({ batch: n, from, height, width, window: w, out, norm, act, seed: s }) => ({
    input: [n, from, height, width],
    drafts: chain({ kind: 'conv2d', params: { ...w, channels: out } }, norm, act),
    seed: s,
  }));

const grouped = fc
  .record({
    batch,
    groups: fc.oneof(fc.integer({ min: 2, max: 12 }), fc.constantFrom(2, 8, 16, 32)),
    per: upTo(10),
    filters: upTo(10),
    height: extent,
    width: extent,
    window,
    act: after,
    seed,
  })
  .map(({ batch: n, groups, per, filters, height, width, window: w, act, seed: s }) => ({
    input: [n, groups * per, height, width],
    drafts: chain({ kind: 'conv2d', params: { ...w, groups, channels: groups * filters } }, act),
    seed: s,
  }));

const depthwise = fc
  .record({ input: map, window, norm: normed, act: after, seed })
  .map(({ input, window: w, norm, act, seed: s }) => ({
    input,
    drafts: chain({ kind: 'conv2d', params: { ...w, groups: input[1], channels: input[1] } }, norm, act),
    seed: s,
  }));

/** Windows of so many rows that they are met one after the other. */
const depthwiseRows = fc
  .record({
    input: fc.tuple(batch, upTo(24), fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 })),
    kernel: fc.constantFrom([7, 7], [8, 3], [9, 5], [11, 11]),
    across: upTo(2),
    pointwise: fc.boolean(),
    act: after,
    seed,
  })
  .map(({ input, kernel, across, pointwise: first, act, seed: s }) => {
    const params = { kernel, stride: [1, across], padding: 'same', groups: input[1], channels: input[1] };
    return {
      input,
      drafts: chain(
        first ? { kind: 'conv2d', params: { kernel: [1, 1], channels: input[1] } } : undefined,
        { kind: 'conv2d', params },
        act,
      ),
      seed: s,
    };
  });

/** 1×1 convolutions of so many multiply-adds that an eighth of them pays for further passes; an odd number of pixels. */
const large: readonly LayerCase[] = [
  {
    input: [1, 192, 27, 33],
    drafts: [
      { id: 'a', kind: 'conv2d', params: { kernel: [1, 1], channels: 192 }, from: ['x'] },
      { id: 's', kind: 'add', from: ['a', 'x'] },
      { id: 'g', kind: 'gelu', from: ['s'] },
    ],
    seed: 7,
  },
  {
    input: [3, 200, 1, 191],
    drafts: chain({ kind: 'conv2d', params: { kernel: [1, 1], channels: 288 } }, { kind: 'batchNorm' }),
    seed: 8,
  },
];

const residuals = fc
  .record({
    input: map,
    kernel: fc.constantFrom(1, 3, 5),
    depthwise: fc.boolean(),
    swap: fc.boolean(),
    act: after,
    seed,
  })
  .map(({ input, kernel, depthwise: perChannel, swap, act, seed: s }) => {
    const same = {
      kernel: [kernel, kernel],
      padding: 'same',
      channels: input[1],
      groups: perChannel ? input[1] : 1,
    };
    const drafts: Draft[] = [
      { id: 'a', kind: 'conv2d', params: { kernel: [1, 1], channels: input[1] }, from: ['x'] },
      { id: 'b', kind: 'conv2d', params: same, from: ['a'] },
      { id: 's', kind: 'add', from: swap ? ['b', 'x'] : ['a', 'b'] },
    ];
    if (act) drafts.push({ id: 'f', ...act, from: ['s'] });
    return { input, drafts, seed: s };
  });

const dense = fc
  .record({
    input: fc.tuple(batch, upTo(300), upTo(7), upTo(7)),
    features: upTo(300),
    hidden: fc.option(upTo(70)),
    act: after,
    bias: fc.boolean(),
    seed,
  })
  .map(({ input, features, hidden, act, bias, seed: s }) => ({
    input,
    drafts: chain(
      { kind: 'flatten' },
      hidden === null ? undefined : { kind: 'linear', params: { features: hidden, bias } },
      act,
      { kind: 'dropout' },
      { kind: 'linear', params: { features, bias } },
    ),
    seed: s,
  }));

const pools = fc
  .record({
    input: map,
    window,
    kind: fc.constantFrom('maxPool' as const, 'avgPool' as const),
    ceilMode: fc.boolean(),
    countIncludePad: fc.boolean(),
    pointwise: fc.boolean(),
    seed,
  })
  .map(({ input, window: w, kind, ceilMode, countIncludePad, pointwise, seed: s }) => ({
    input,
    drafts: chain(pointwise ? { kind: 'conv2d', params: { kernel: [1, 1], channels: 12 } } : undefined, {
      kind,
      params: { ...w, ceilMode, ...(kind === 'avgPool' ? { countIncludePad } : {}) },
    }),
    seed: s,
  }));

const globalPools = fc
  .record({
    input: fc.oneof(map, fc.constant([1, 5, 40, 36])),
    kind: fc.constantFrom('globalAvgPool' as const, 'globalMaxPool' as const),
    keepDims: fc.boolean(),
    seed,
  })
  .map(({ input, kind, keepDims, seed: s }) => ({
    input,
    drafts: chain({ kind, params: { keepDims } }),
    seed: s,
  }));

const anyDims = fc.oneof(
  map,
  fc.tuple(batch, upTo(70)),
  fc.tuple(batch, upTo(20), extent),
  fc.tuple(batch, upTo(10), upTo(4), upTo(4), upTo(4)),
);

const pointwise = fc
  .record({ input: anyDims, act: fc.constantFrom(...activations), again: after, seed })
  .map(({ input, act, again, seed: s }) => ({ input, drafts: chain(act, again), seed: s }));

const softmaxes = fc
  .record({ input: anyDims, axis: fc.integer({ min: -5, max: 4 }), seed })
  .map(({ input, axis, seed: s }) => ({
    input,
    drafts: chain({ kind: 'softmax', params: { axis } }),
    seed: s,
  }));

const norms = fc
  .record({
    input: anyDims,
    size: fc.oneof(upTo(9), fc.constant(60)),
    alpha: fc.double({ min: 0, max: 2, noNaN: true }),
    beta: fc.constantFrom(0.75, 0.5, 1, 0, 2.25),
    k: fc.constantFrom(1, 2, 0.1),
    norm: normed,
    seed,
  })
  .map(({ input, size, alpha, beta, k, norm, seed: s }) => ({
    input,
    drafts: chain(norm, { kind: 'localResponseNorm', params: { size, alpha, beta, k } }),
    seed: s,
  }));

const pads = fc
  .record({
    input: map,
    padding: fc.tuple(side, side, side, side),
    mode: fc.constantFrom('constant', 'reflect', 'edge'),
    value: fc.constantFrom(0, -1.5),
    seed,
  })
  .map(({ input, padding: p, mode, value, seed: s }) => ({
    input,
    drafts: chain({ kind: 'pad', params: { padding: p, mode, value } }),
    seed: s,
  }));

/** Two or three branches of one input that meet again. */
const merges = fc
  .record({
    input: map,
    kinds: fc.constantFrom('add' as const, 'multiply' as const, 'concat' as const),
    axis: fc.integer({ min: -4, max: 4 }),
    widths: fc.array(fc.constantFrom(1, 4, 8, 13, 16), { minLength: 1, maxLength: 3 }),
    gate: fc.boolean(),
    act: after,
    seed,
  })
  .map(({ input, kinds, axis, widths, gate, act, seed: s }) => {
    const alongChannels = kinds === 'concat' && axis === 1;
    const drafts: Draft[] = widths.map((width, i) => ({
      id: `b${i}`,
      kind: 'conv2d' as const,
      params: {
        kernel: i === 1 ? [3, 3] : [1, 1],
        padding: 'same',
        channels: alongChannels ? width : input[1],
      },
      from: ['x'],
    }));
    if (gate && kinds === 'multiply')
      drafts.push({ id: 'g', kind: 'globalAvgPool', params: { keepDims: true }, from: ['x'] });
    drafts.push({
      id: 'm',
      kind: kinds,
      params: kinds === 'concat' ? { axis } : {},
      from: [...drafts.map(({ id }) => id), 'x'],
    });
    if (act) drafts.push({ id: 'f', ...act, from: ['m'] });
    return { input, drafts, seed: s };
  });

/** A concatenation that reads more textures than a shader may, between layers that have shaders. */
const hosted = fc
  .record({ input: fc.tuple(batch, channels, upTo(9), upTo(9)), seed })
  .map(({ input, seed: s }) => {
    const drafts = chain({ kind: 'conv2d', params: { kernel: [1, 1], channels: 9 } });
    return {
      input,
      drafts: [
        ...drafts,
        { id: 'many', kind: 'concat' as const, params: { axis: 2 }, from: new Array<string>(13).fill('l0') },
        { id: 'last', kind: 'relu' as const, from: ['many'] },
      ],
      seed: s,
    };
  });

/** A weight that is read in another order than it is stored in. */
const turned = fc
  .record({ input: fc.tuple(batch, upTo(9), upTo(9), upTo(9)), seed })
  .map(({ input, seed: s }): LayerCase => {
    const [, c, h, w] = input;
    const drafts: Draft[] = [
      { id: 'k', kind: 'constant', params: { shape: [w, c, h] } },
      { id: 't', kind: 'transpose', params: { perm: [1, 2, 0] }, from: ['k'] },
      { id: 'm', kind: 'multiply', from: ['x', 't'] },
    ];
    return { input, drafts, seed: s };
  });

/** Each layer of the set by itself, with parameters and extents of any kind. */
export function anyCases(kind: LayerKind): readonly AnyCase[] {
  const layer = layerOf(kind);
  const possible = ({ params, inputs }: Sample): boolean => {
    const shape = layer.shape({ params, inputs });
    return !isIssue(shape) && [...inputs, ...shape].every((dims) => !dims.includes(0));
  };
  const samples = fc.sample(fc.record({ sample: samplesOf(kind, layer).filter(possible), seed }), {
    numRuns: thoroughness > 0 ? 2 * thoroughness : 1,
    seed: SEED,
  });
  return samples.map(({ sample, seed: s }) => ({ kind, ...sample, seed: s }));
}

export const layerCases: readonly CaseList[] = [
  list('convolutions of any window, batch and padding', convolutions, 25),
  list('3×3 convolutions by Winograd', winograd, 8),
  list('grouped convolutions', grouped, 12),
  list('depthwise convolutions', depthwise, 10),
  list('depthwise convolutions of large windows', depthwiseRows, 12),
  { name: 'large 1×1 convolutions', cases: large },
  list('residual sums', residuals, 8),
  list('fully connected layers', dense, 10),
  list('pools with every option', pools, 15),
  list('global pools', globalPools, 5),
  list('activations', pointwise, 12),
  list('softmax on any axis', softmaxes, 8),
  list('normalisations', norms, 8),
  list('pads in every mode', pads, 8),
  list('sums, products and concatenations', merges, 12),
  list('layers without a shader', hosted, 5),
  list('weights that are turned', turned, 5),
];
