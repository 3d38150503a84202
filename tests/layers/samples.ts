import fc from 'fast-check';
import type { Dims } from '../../shared/base/dims.ts';
import type { AnyLayer } from '../../shared/layers/define.ts';
import { type LayerKind, layers, traitsOf } from '../../shared/layers/index.ts';
import { defaultsOf, type ParamValues } from '../../shared/schema/params.ts';
import { evenly, smallParams } from '../schema/arbitraries.ts';

/** Every layer of which anybody knows what it computes. */
export const computing: readonly LayerKind[] = (Object.keys(layers) as LayerKind[]).filter(
  (kind) => !traitsOf({ kind, params: defaultsOf(layers[kind].params) }).opaque,
);

/** What `fc.sample` gives, made as it is asked for: of many samples most users take a few of the first. */
export function* samplesInTurn<T>(
  arbitrary: fc.Arbitrary<T>,
  { seed, numRuns }: { readonly seed: number; readonly numRuns: number },
): Generator<T, undefined> {
  for (let given = 0, count = 16; given < numRuns; count *= 4) {
    const samples = fc.sample(arbitrary, { seed, numRuns: Math.min(count, numRuns) });
    yield* samples.slice(given);
    given = samples.length;
  }
}

/** Parameters and input shapes that a layer may or may not accept. */
export interface Sample {
  readonly params: ParamValues;
  readonly inputs: readonly Dims[];
}

const small = fc.integer({ min: 1, max: 4 });
const mapDims = fc.tuple(
  fc.integer({ min: 1, max: 2 }),
  small,
  fc.integer({ min: 1, max: 9 }),
  fc.integer({ min: 1, max: 9 }),
);
const anyDims = fc.array(small, { minLength: 1, maxLength: 5 });

/** Random small parameters over random shapes, more maps and vectors than anything else. */
function plain(layer: AnyLayer): fc.Arbitrary<Sample> {
  const shape = fc.oneof(
    { arbitrary: mapDims, weight: 3 },
    { arbitrary: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 12 })), weight: 2 },
    { arbitrary: anyDims, weight: 1 },
  );
  return fc.record({
    params: smallParams(layer.params),
    inputs: fc.tuple(...layer.inputs.map(() => shape)),
  });
}

type Sampler = (layer: AnyLayer) => fc.Arbitrary<Sample>;

/** The given part of the parameters chosen so that it suits the inputs, the rest at random. */
function suited<T>(
  parts: fc.Arbitrary<T>,
  arrange: (parts: T) => { params: ParamValues; inputs: readonly Dims[] },
): Sampler {
  return (layer) =>
    fc.record({ params: smallParams(layer.params), parts: parts }).map(({ params, parts: chosen }) => {
      const sample = arrange(chosen);
      return { params: { ...params, ...sample.params }, inputs: sample.inputs };
    });
}

const grouped = suited(
  fc.record({ map: mapDims, groups: fc.integer({ min: 1, max: 3 }), filters: small }),
  (s) => ({
    params: { groups: s.groups, channels: s.groups * s.filters },
    inputs: [[s.map[0], s.map[1] * s.groups, s.map[2], s.map[3]]],
  }),
);

/** Shapes that broadcast together: some axes of a common shape shortened to 1, some leading ones left out. */
function broadcasting(
  count: number,
  order: (inputs: readonly Dims[]) => readonly Dims[] = (same) => same,
): Sampler {
  const mask = fc.record({
    ones: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
    drop: fc.integer({ min: 0, max: 2 }),
  });
  return suited(
    fc.record({
      dims: mapDims,
      masks: fc.array(mask, { minLength: count, maxLength: count + (count > 2 ? 1 : 0) }),
    }),
    (s) => ({
      params: {},
      inputs: order(
        s.masks.map(({ ones, drop }, i) =>
          s.dims.map((extent, axis) => (ones[axis] && i > 0 ? 1 : extent)).slice(i > 0 ? drop : 0),
        ),
      ),
    }),
  );
}

/** Random parameters over maps. */
const onMaps = suited(mapDims, (map) => ({ params: {}, inputs: [map] }));

const blocks = fc.record({ map: mapDims, block: fc.integer({ min: 1, max: 3 }) });

/** One scale and zero point for all, or one for each of so many channels. */
const scalesFor = (channels: number) =>
  fc.boolean().chain((alike) => {
    const length = { minLength: alike ? 1 : channels, maxLength: alike ? 1 : channels };
    return fc.record({
      scales: fc.array(evenly(0.004, 0.01), length),
      zeros: fc.array(fc.integer({ min: 0, max: 20 }), length),
    });
  });

const quantisedMap = suited(
  mapDims.chain((map) => fc.record({ map: fc.constant(map), per: scalesFor(map[1]) })),
  ({ map, per }) => ({ params: { ...per, axis: 1 }, inputs: [map] }),
);

/** A product of maps or vectors of integers; values are made for what these grids can hold. */
const ofIntegers = (
  parts: fc.Arbitrary<{
    readonly inputs: readonly Dims[];
    readonly params: ParamValues;
    readonly outputs: number;
  }>,
): Sampler =>
  suited(
    parts.chain((s) => scalesFor(s.outputs).map((per) => ({ ...s, ...per }))),
    ({ inputs, params, scales, zeros }) => ({
      params: {
        ...params,
        ...{
          inputScale: 0.05,
          inputZero: 3,
          outputScale: 2e-4,
          outputZero: 5,
          outputType: 'int16',
          weightType: 'int8',
        },
        ...{ weightScales: scales, weightZeros: zeros },
      },
      inputs,
    }),
  );

const signalDims = fc.tuple(fc.integer({ min: 1, max: 2 }), small, fc.integer({ min: 1, max: 12 }));
const onSignals = suited(signalDims, (signal) => ({ params: {}, inputs: [signal] }));
const groupedSignals = suited(
  fc.record({ signal: signalDims, groups: fc.integer({ min: 1, max: 3 }), filters: small }),
  ({ signal: [n, c, length], groups, filters }) => ({
    params: { groups, channels: groups * filters },
    inputs: [[n, c * groups, length]],
  }),
);

const samplers: { readonly [K in LayerKind]?: Sampler } = {
  conv2d: grouped,
  convTranspose2d: grouped,
  conv1d: groupedSignals,
  convTranspose1d: groupedSignals,
  maxPool1d: onSignals,
  avgPool1d: onSignals,
  lpPool1d: onSignals,
  globalAvgPool1d: onSignals,
  globalMaxPool1d: onSignals,
  globalLpPool1d: onSignals,
  maxPool: onMaps,
  avgPool: onMaps,
  pad: onMaps,
  groupNorm: suited(fc.record({ map: mapDims, groups: small }), ({ map: [n, c, h, w], groups }) => ({
    params: { groups },
    inputs: [[n, c * groups, h, w]],
  })),
  linear: suited(
    fc.record({ n: small, f: fc.integer({ min: 1, max: 20 }), tokens: fc.array(small, { maxLength: 2 }) }),
    ({ n, f, tokens }) => ({ params: { tokens: tokens.length > 0 }, inputs: [[n, ...tokens, f]] }),
  ),
  attention: suited(
    fc.record({
      batch: fc.array(small, { maxLength: 1 }),
      few: fc.integer({ min: 1, max: 2 }),
      group: fc.integer({ min: 1, max: 2 }),
      tokens: small,
      keys: small,
      features: small,
      values: small,
      split: fc.boolean(),
      masks: fc.subarray(['one', 'all'] as const),
      causal: fc.constantFrom(false, false, true),
      softcap: fc.constantFrom(0, 0, 0.5),
    }),
    ({ batch, few, group, tokens, keys, features, values, split, masks, causal, softcap }) => {
      const heads = few * group;
      const cut = split && heads > 1;
      const own = (n: number, many: number, width: number) =>
        cut ? [...batch, many, n * width] : [...batch, n, many, width];
      const mask = { one: [tokens, keys], all: [...batch, heads, tokens, keys] };
      return {
        params: { heads: cut ? heads : 1, keyHeads: cut && group > 1 ? few : 0, causal, softcap },
        inputs: [
          own(heads, tokens, features),
          own(few, keys, features),
          own(few, keys, values),
          ...masks.map((name) => mask[name]),
        ],
      };
    },
  ),
  add: broadcasting(3),
  multiply: broadcasting(3),
  min: broadcasting(3),
  max: broadcasting(3),
  subtract: broadcasting(2),
  divide: broadcasting(2),
  power: broadcasting(2),
  lpPool: onMaps,
  globalLpPool: onMaps,
  deformConv2d: suited(
    fc.record({
      map: mapDims,
      groups: fc.integer({ min: 1, max: 2 }),
      own: fc.boolean(),
      filters: small,
      kernel: fc.tuple(small, small),
      masked: fc.boolean(),
    }),
    ({ map: [n, c, h, w], groups, own, filters, kernel, masked }) => {
      const offsetGroups = own ? groups : 1;
      const taps = offsetGroups * kernel[0] * kernel[1];
      return {
        params: {
          groups,
          offsetGroups,
          kernel,
          channels: groups * filters,
          padding: 'same',
          stride: [1, 1],
          dilation: [1, 1],
        },
        inputs: [[n, c * groups, h, w], [n, 2 * taps, h, w], masked ? [n, taps, h, w] : [1]],
      };
    },
  ),
  maxUnpool: suited(
    fc.record({ map: mapDims, more: fc.option(fc.tuple(small, small), { nil: undefined }) }),
    ({ map, more }) => ({
      params: {
        kernel: [2, 2],
        stride: [2, 2],
        padding: [0, 0, 0, 0],
        size: more ? [2 * map[2] + more[0], 2 * map[3] + more[1]] : [],
      },
      inputs: [map, map],
    }),
  ),
  maxUnpool1d: suited(
    fc.record({ signal: signalDims, more: fc.option(small, { nil: undefined }) }),
    ({ signal, more }) => ({
      params: { kernel: 2, stride: 2, padding: [0, 0], size: more ? [2 * signal[2] + more] : [] },
      inputs: [signal, signal],
    }),
  ),
  nonMaxSuppression: suited(
    fc.record({ images: small, classes: small, boxes: fc.integer({ min: 1, max: 9 }) }),
    ({ images, classes, boxes }) => ({
      params: {},
      inputs: [
        [images, boxes, 4],
        [images, classes, boxes],
      ],
    }),
  ),
  nonZero: suited(anyDims, (dims) => ({ params: {}, inputs: [dims] })),
  topK: suited(fc.record({ dims: anyDims, at: fc.nat(4), k: fc.nat(3) }), ({ dims, at, k }) => {
    const axis = at % dims.length;
    return { params: { axis, k: 1 + (k % dims[axis]!) }, inputs: [dims] };
  }),
  tile: suited(
    fc.record({
      dims: anyDims,
      times: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 5, maxLength: 5 }),
    }),
    ({ dims, times }) => ({ params: { repeats: times.slice(0, dims.length) }, inputs: [dims] }),
  ),
  take: suited(
    fc.record({ dims: anyDims, at: fc.nat(4), positions: fc.array(small, { maxLength: 2 }) }),
    ({ dims, at, positions }) => ({ params: { axis: at % dims.length }, inputs: [dims, positions] }),
  ),
  gatherElements: suited(fc.record({ dims: anyDims, at: fc.nat(4), count: small }), ({ dims, at, count }) => {
    const axis = at % dims.length;
    return { params: { axis }, inputs: [dims, dims.map((e, i) => (i === axis ? count : Math.ceil(e / 2)))] };
  }),
  scatterElements: suited(
    fc.record({ dims: anyDims, at: fc.nat(4), count: small }),
    ({ dims, at, count }) => {
      const axis = at % dims.length;
      const positions = dims.map((e, i) => (i === axis ? count : Math.ceil(e / 2)));
      return { params: { axis }, inputs: [dims, positions, positions] };
    },
  ),
  gatherNd: suited(
    fc.record({ dims: anyDims, batch: fc.nat(1), rows: fc.array(small, { maxLength: 2 }), deep: fc.nat(4) }),
    ({ dims, batch, rows, deep }) => {
      const batchDims = Math.min(batch, dims.length - 1);
      const depth = 1 + (deep % (dims.length - batchDims));
      return { params: { batchDims }, inputs: [dims, [...dims.slice(0, batchDims), ...rows, depth]] };
    },
  ),
  scatterNd: suited(
    fc.record({ dims: anyDims, rows: fc.array(small, { maxLength: 2 }), deep: fc.nat(4) }),
    ({ dims, rows, deep }) => {
      const depth = 1 + (deep % dims.length);
      return { params: {}, inputs: [dims, [...rows, depth], [...rows, ...dims.slice(depth)]] };
    },
  ),
  determinant: suited(fc.record({ stack: fc.array(small, { maxLength: 2 }), n: small }), ({ stack, n }) => ({
    params: {},
    inputs: [[...stack, n, n]],
  })),
  reverseSequence: suited(
    fc.record({ dims: anyDims, rows: small, axis: fc.nat(1) }),
    ({ dims, rows, axis }) => ({
      params: { axis },
      inputs: [[rows, ...dims], [axis === 0 ? dims[0]! : rows]],
    }),
  ),
  roiAlign: suited(
    fc.record({ map: mapDims, size: fc.tuple(small, small), boxes: small, samples: fc.nat(3) }),
    ({ map, size, boxes, samples }) => ({
      params: { size, samples, scale: 3 },
      inputs: [map, [boxes, 4], [boxes]],
    }),
  ),
  col2im: suited(
    fc.record({
      size: fc.tuple(fc.integer({ min: 3, max: 7 }), fc.integer({ min: 3, max: 7 })),
      kernel: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
      stride: fc.tuple(small, small),
      sides: fc.array(fc.nat(2), { minLength: 4, maxLength: 4 }),
      batch: small,
      channels: small,
    }),
    ({ size, kernel, stride, sides, batch, channels }) => {
      const windows = size.map(
        (extent, i) => Math.floor((extent + sides[i]! + sides[i + 2]! - kernel[i]!) / stride[i]!) + 1,
      );
      return {
        params: { size, kernel, stride, padding: sides, dilation: [1, 1] },
        inputs: [[batch, channels * kernel[0] * kernel[1], windows[0]! * windows[1]!]],
      };
    },
  ),
  eyeLike: suited(fc.tuple(small, small), (dims) => ({ params: {}, inputs: [dims] })),
  meanVarianceNorm: suited(
    fc.record({ map: mapDims, axes: fc.shuffledSubarray([0, 1, 2, -1], { minLength: 1 }) }),
    ({ map, axes }) => ({ params: { axes }, inputs: [map] }),
  ),
  gridSample: suited(fc.record({ map: mapDims, size: fc.tuple(small, small) }), ({ map, size }) => ({
    params: {},
    inputs: [map, [map[0], ...size, 2]],
  })),
  mod: broadcasting(2),
  equal: broadcasting(2),
  greater: broadcasting(2),
  greaterOrEqual: broadcasting(2),
  less: broadcasting(2),
  lessOrEqual: broadcasting(2),
  and: broadcasting(2),
  or: broadcasting(2),
  xor: broadcasting(2),
  // The mask first, which is repeated along the others.
  select: broadcasting(3, (dims) => dims.slice(0, 3).toReversed()),
  concat: suited(
    fc.record({ dims: anyDims, at: fc.nat(4), lengths: fc.array(small, { minLength: 1, maxLength: 4 }) }),
    ({ dims, at, lengths }) => {
      const axis = at % dims.length;
      return { params: { axis }, inputs: lengths.map((length) => dims.with(axis, length)) };
    },
  ),
  matmul: suited(
    fc.record({ stack: fc.array(small, { maxLength: 2 }), m: small, k: small, n: small, form: fc.nat(3) }),
    (s) => {
      const a = s.form === 1 ? [s.k] : [...s.stack, s.m, s.k];
      const b =
        s.form === 2
          ? [s.k]
          : s.form === 3
            ? [s.k, s.n]
            : [...s.stack.map((_, i) => (i === 0 ? 1 : s.stack[i]!)), s.k, s.n];
      return { params: {}, inputs: [a, b] };
    },
  ),
  reshape: suited(fc.record({ dims: anyDims, form: fc.nat(3) }), ({ dims, form }) => {
    const turned = dims.toReversed();
    const shapes = [[...turned, 1], [-1], [0, -1], turned.with(0, -1)];
    return { params: { shape: shapes[form]! }, inputs: [dims] };
  }),
  transpose: suited(
    fc.record({ dims: anyDims, order: fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 }) }),
    ({ dims, order }) => ({
      params: { perm: order.filter((axis) => axis < dims.length) },
      inputs: [dims],
    }),
  ),
  squeeze: suited(fc.record({ dims: anyDims, axes: fc.subarray([0, 1, 2, 3, 4]) }), ({ dims, axes }) => {
    const named = axes.filter((axis) => axis < dims.length);
    return {
      params: { axes: named },
      inputs: [dims.map((extent, axis) => (named.includes(axis) ? 1 : extent))],
    };
  }),
  unsqueeze: suited(fc.record({ dims: anyDims, axes: fc.subarray([-1, 0, 1, 2]) }), ({ dims, axes }) => ({
    params: { axes },
    inputs: [dims],
  })),
  slice: suited(
    fc.record({
      dims: mapDims,
      axes: fc.shuffledSubarray([0, 1, 2, -1]),
      from: fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 4, maxLength: 4 }),
      length: fc.array(fc.integer({ min: -2, max: 9 }), { minLength: 4, maxLength: 4 }),
      steps: fc.array(fc.constantFrom(1, 1, 2, 3, -1, -2), { minLength: 4, maxLength: 4 }),
    }),
    ({ dims, axes, from, length, steps }) => {
      const backwards = steps.map((step) => step < 0);
      return {
        params: {
          axes,
          starts: axes.map((_, i) => (backwards[i] ? -1 : from[i]!)),
          ends: axes.map((_, i) => (backwards[i] ? -length[i]! - 4 : from[i]! + length[i]!)),
          steps: axes.map((_, i) => steps[i]!),
        },
        inputs: [dims],
      };
    },
  ),
  split: suited(
    fc.record({ dims: anyDims, at: fc.nat(4), sizes: fc.array(small, { maxLength: 4 }), parts: small }),
    ({ dims, at, sizes, parts }) => {
      const axis = at % dims.length;
      const extent = sizes.length > 0 ? sizes.reduce((a, b) => a + b, 0) : parts * dims[axis]!;
      return { params: { axis, sizes, parts }, inputs: [dims.with(axis, extent)] };
    },
  ),
  gather: suited(
    fc.record({
      dims: anyDims,
      at: fc.nat(4),
      picks: fc.array(fc.nat(30), { minLength: 1, maxLength: 4 }),
      drop: fc.boolean(),
    }),
    ({ dims, at, picks, drop }) => {
      const axis = at % dims.length;
      const indices = picks.map((pick) => (pick % (2 * dims[axis]!)) - dims[axis]!);
      return {
        params: { axis, dropAxis: drop, indices: drop ? indices.slice(0, 1) : indices },
        inputs: [dims],
      };
    },
  ),
  // By one number, by a number for each element, or as the mask of windows that were shifted.
  constant: suited(
    fc.record({
      shape: anyDims,
      number: evenly(-2, 2),
      holds: fc.constantFrom('fill', 'values', 'windows'),
      windows: fc.tuple(small, small, small, small),
    }),
    ({ shape, number, holds, windows: [down, across, tall, wide] }) => {
      const places = tall * wide;
      const elements = shape.reduce((product, extent) => product * extent, 1);
      const values = Array.from({ length: elements }, (_, i) => number * (i + 1));
      const windows = [down * tall, across * wide, tall, wide, tall >> 1, wide >> 1];
      const params =
        holds === 'windows'
          ? { shape: [down * across, places, places], values: [], windows }
          : { shape, values: holds === 'values' ? values : [], windows: [] };
      return { params, inputs: [] };
    },
  ),
  expand: suited(fc.record({ dims: anyDims, to: anyDims }), ({ dims, to }) => ({
    params: { shape: to },
    inputs: [
      dims.map((extent, axis) => (axis % 2 === 0 ? 1 : (to[axis - dims.length + to.length] ?? extent))),
    ],
  })),
  depthToSpace: suited(blocks, ({ map: [n, c, h, w], block }) => ({
    params: { block },
    inputs: [[n, c * block ** 2, h, w]],
  })),
  channelShuffle: suited(blocks, ({ map: [n, c, h, w], block }) => ({
    params: { groups: block },
    inputs: [[n, c * block, h, w]],
  })),
  spaceToDepth: suited(blocks, ({ map: [n, c, h, w], block }) => ({
    params: { block },
    inputs: [[n, c, h * block, w * block]],
  })),
  resize: suited(
    fc.record({
      map: mapDims,
      scales: fc.tuple(evenly(0.3, 3), evenly(0.3, 3)),
      size: fc.option(fc.tuple(small, small), { nil: [] }),
    }),
    ({ map, scales, size }) => ({ params: { scales, size }, inputs: [map] }),
  ),
  quantize: quantisedMap,
  dequantize: quantisedMap,
  quantConv2d: ofIntegers(
    fc
      .record({ map: mapDims, groups: fc.integer({ min: 1, max: 3 }), filters: small })
      .map(({ map: [n, c, h, w], groups, filters }) => ({
        params: { groups, channels: groups * filters },
        inputs: [[n, c * groups, h, w]],
        outputs: groups * filters,
      })),
  ),
  quantConv1d: ofIntegers(
    fc
      .record({ signal: signalDims, groups: fc.integer({ min: 1, max: 3 }), filters: small })
      .map(({ signal: [n, c, length], groups, filters }) => ({
        params: { groups, channels: groups * filters },
        inputs: [[n, c * groups, length]],
        outputs: groups * filters,
      })),
  ),
  quantLinear: ofIntegers(
    fc
      .record({ n: small, f: fc.integer({ min: 1, max: 20 }), features: small })
      .map(({ n, f, features }) => ({ params: { features }, inputs: [[n, f]], outputs: features })),
  ),
  quantAdd: broadcasting(2),
  quantSoftmax: suited(anyDims, (dims) => ({ params: { outputScale: 1 / 256 }, inputs: [dims] })),
  quantAvgPool: suited(mapDims, (map) => ({
    params: { inputScale: 0.05, inputZero: 3, outputScale: 0.05, outputZero: 5 },
    inputs: [map],
  })),
  quantAvgPool1d: suited(signalDims, (signal) => ({
    params: { inputScale: 0.05, inputZero: 9, outputScale: 0.05, outputZero: 5 },
    inputs: [signal],
  })),
  dynamicQuantize: suited(anyDims, (dims) => ({ params: {}, inputs: [dims] })),
  quantMatmul: suited(
    fc.record({ stack: fc.array(small, { maxLength: 2 }), m: small, k: small, n: small }),
    (s) => ({
      params: {
        inputZero: 3,
        rightZero: 7,
        outputZero: 5,
        inputScale: 0.05,
        rightScale: 0.02,
        outputScale: 0.1,
      },
      inputs: [
        [...s.stack, s.m, s.k],
        [...s.stack, s.k, s.n],
      ],
    }),
  ),
};

export function samplesOf(kind: LayerKind, layer: AnyLayer): fc.Arbitrary<Sample> {
  const sampler = samplers[kind];
  return sampler
    ? fc.oneof({ arbitrary: sampler(layer), weight: 4 }, { arbitrary: plain(layer), weight: 1 })
    : plain(layer);
}

const extent = fc.constantFrom(0, 1, 1, 2, 3, 7, 16, 64, 224, 4096, 1 << 20);

/** Parameters of the full range over shapes of any rank and size, empty axes included: most of them make no sense. */
export function wildSamples(params: fc.Arbitrary<ParamValues>, layer: AnyLayer): fc.Arbitrary<Sample> {
  const dims = fc.oneof(fc.array(extent, { maxLength: 6 }), fc.array(extent, { minLength: 4, maxLength: 4 }));
  return fc.record({
    params,
    inputs: fc
      .tuple(
        ...layer.inputs.map(({ atLeast }) =>
          fc.array(dims, {
            minLength: atLeast ?? 1,
            maxLength: (atLeast ?? 1) + (atLeast === undefined ? 0 : 2),
          }),
        ),
      )
      .map((ports) => ports.flat()),
  });
}
