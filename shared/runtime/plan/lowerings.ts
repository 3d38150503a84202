import type { Dims } from '../../base/dims.ts';
import { isIssue } from '../../base/problem.ts';
import { type LayerKind, layerOf, type ParamsOf } from '../../layers/index.ts';
import { planeDims, planeParams } from '../../layers/line.ts';
import { placeWindows } from '../../layers/window.ts';
import type { ParamValues } from '../../schema/params.ts';
import {
  type ActivationKind,
  mapView,
  noFinish,
  type PadOp,
  pixelWindow,
  type ValueId,
  type Window,
} from './graph.ts';
import { type GraphBuilder, Site } from './graph-builder.ts';
import { lowerAttention } from './lower-attention.ts';
import { combineTwo, emitFinish, lowerElementwise, lowerSelect } from './lower-elementwise.ts';
import {
  lowerChannelShuffle,
  lowerConcat,
  lowerDepthToSpace,
  lowerGather,
  lowerSlice,
  lowerSpaceToDepth,
  lowerSplit,
  lowerTile,
  lowerTranspose,
  spreadOut,
} from './lower-moves.ts';
import {
  lowerGroupNorm,
  lowerLayerNorm,
  lowerLinear,
  lowerLpNorm,
  lowerMatrixProduct,
  lowerReduction,
  lowerResize,
  lowerSoftmax,
  ownFilters,
  perChannel,
} from './lower-runs.ts';
import { type Reading, stretched } from './reading.ts';

/** Adds operations to the graph; returns what stands for the layer's outputs. */
export type Lowering<K extends LayerKind> = (
  params: ParamsOf<K>,
  site: Site,
  graph: GraphBuilder,
) => ValueId | Reading | readonly (ValueId | Reading)[];

function activation(kind: ActivationKind, alpha = 0, beta = 0) {
  return (_: unknown, site: Site, graph: GraphBuilder): Reading =>
    emitFinish(site, graph, { ...noFinish, activation: kind, alpha, beta });
}

function pass(_: unknown, site: Site): Reading {
  return site.readings[0]!;
}

function reshape(_: unknown, site: Site, graph: GraphBuilder): Reading {
  return graph.reshaped(site, site.readings[0]!, site.dims);
}

/** A layer along a line is the one of maps, of one row. */
function ofOneRow(kind: LayerKind) {
  return (params: ParamValues, site: Site, graph: GraphBuilder): Reading => {
    const planar = planeParams(layerOf(kind).params, params);
    const { step, dims, allDims } = site;
    const asMap = { ...step, kind, params: planar, inputDims: step.inputDims.map(planeDims) };
    const x = graph.reshaped(site, site.readings[0]!, planeDims(site.inputDims[0]!));
    const onMaps = new Site(graph, asMap, [x], planeDims(dims), allDims.map(planeDims));
    const lower = lowerings[kind] as (params: ParamValues, site: Site, graph: GraphBuilder) => ValueId;
    return graph.reshaped(site, graph.whole(lower(planar, onMaps, graph)), dims);
  };
}

/** Every layer on the backends that plan; `reference` where none of their operations computes it. */
export const lowerings: { readonly [K in LayerKind]: Lowering<K> | 'reference' } = {
  input: (_, site, graph) => graph.emit(site, { kind: 'input', inputs: [], feed: site.step.id }),
  output: (_, site, graph) => {
    const inputs = site.inputs;
    graph.ops.push({
      kind: 'output',
      nodes: [site.step.id],
      inputs,
      output: inputs[0]!,
      macs: 0,
      result: site.step.id,
    });
    return inputs[0]!;
  },
  conv2d: (params, site, graph) =>
    graph.emit(site, {
      kind: 'convolution',
      inputs: site.inputs,
      window: windowOf(params, site.inputDims[0]!),
      groups: params.groups,
      filters: ownFilters(site, params.bias),
      finish: noFinish,
    }),
  conv1d: ofOneRow('conv2d'),
  convTranspose1d: ofOneRow('convTranspose2d'),
  maxPool1d: ofOneRow('maxPool'),
  avgPool1d: ofOneRow('avgPool'),
  globalAvgPool1d: ofOneRow('globalAvgPool'),
  globalMaxPool1d: ofOneRow('globalMaxPool'),
  linear: (params, site, graph) => lowerLinear(params, site, graph),
  maxPool: (params, site, graph) =>
    graph.emit(site, {
      kind: 'pool',
      inputs: site.inputs,
      mode: 'max',
      window: windowOf(params, site.inputDims[0]!),
    }),
  avgPool: (params, site, graph) =>
    graph.emit(site, {
      kind: 'pool',
      inputs: site.inputs,
      mode: params.countIncludePad ? 'average-padded' : 'average-inside',
      window: windowOf(params, site.inputDims[0]!),
    }),
  globalAvgPool: (_, site, graph) =>
    graph.emit(site, { kind: 'global-pool', inputs: site.inputs, mode: 'average' }),
  globalMaxPool: (_, site, graph) =>
    graph.emit(site, { kind: 'global-pool', inputs: site.inputs, mode: 'max' }),
  relu: (_, site, graph) => emitFinish(site, graph, { ...noFinish, low: 0 }),
  clip: ({ min, max }, site, graph) => emitFinish(site, graph, { ...noFinish, low: min, high: max }),
  leakyRelu: ({ slope }, site, graph) => activation('leaky-relu', slope)(undefined, site, graph),
  sigmoid: activation('sigmoid'),
  tanh: activation('tanh'),
  gelu: ({ approximate }, site, graph) =>
    activation(approximate === 'tanh' ? 'gelu-tanh' : 'gelu')(undefined, site, graph),
  silu: activation('silu'),
  hardSwish: activation('hard-swish', 1 / 6, 0.5),
  softmax: ({ axis }, site, graph) => lowerSoftmax(axis, false, site, graph),
  batchNorm: ({ epsilon }, site, graph) =>
    graph.emit(site, {
      kind: 'convolution',
      inputs: site.inputs,
      window: pixelWindow,
      groups: mapView(site.dims).channels,
      filters: {
        node: site.step.id,
        weight: undefined,
        bias: undefined,
        norm: {
          node: site.step.id,
          epsilon,
          scale: 'weight',
          shift: 'bias',
          mean: 'running_mean',
          variance: 'running_var',
        },
      },
      finish: noFinish,
    }),
  localResponseNorm: ({ size, alpha, beta, k }, site, graph) =>
    graph.emit(site, { kind: 'response-norm', inputs: site.inputs, size, alpha, beta, bias: k }),
  dropout: pass,
  add: (_, site, graph) => lowerElementwise('add', site, graph),
  multiply: (_, site, graph) => lowerElementwise('multiply', site, graph),
  concat: ({ axis }, site, graph) => lowerConcat(axis, site, graph),
  flatten: reshape,
  pad: ({ padding, mode, value }, site, graph) => {
    const [top, left] = padding === 'same' ? [0, 0] : padding;
    const fill = padFill(mode) ?? 'constant';
    return graph.emit(site, { kind: 'pad', inputs: site.inputs, mode: fill, value, before: [top, left] });
  },
  constant: (_, site, graph) =>
    graph.emit(site, { kind: 'constant', inputs: [], node: site.step.id, weight: 'value' }),
  convTranspose2d: (params, site, graph) =>
    graph.emit(site, {
      kind: 'convolution',
      inputs: [spreadOut(params, site, graph)],
      window: { ...pixelWindow, kernel: params.kernel, dilation: params.dilation },
      groups: params.groups,
      filters: { ...ownFilters(site, params.bias), transposed: true },
      finish: noFinish,
    }),
  matmul: (_, site, graph) => lowerMatrixProduct(site, graph),
  attention: (params, site, graph) => lowerAttention(params, site, graph),
  /** What is positive, plus its slope times what is not. */
  prelu: (_, site, graph) => {
    const [above, below] = [{ low: 0 }, { high: 0 }].map((limit) =>
      graph.read(site, emitFinish(site, graph, { ...noFinish, ...limit })),
    ) as [ValueId, ValueId];
    return perChannel(site, graph, [below, above], ownFilters(site, false));
  },
  elu: ({ alpha }, site, graph) => activation('elu', alpha)(undefined, site, graph),
  celu: ({ alpha }, site, graph) => activation('celu', alpha, 1 / alpha)(undefined, site, graph),
  selu: ({ alpha, gamma }, site, graph) => activation('selu', alpha, gamma)(undefined, site, graph),
  hardSigmoid: ({ alpha, beta }, site, graph) =>
    activation('hard-sigmoid', alpha, beta)(undefined, site, graph),
  mish: activation('mish'),
  softplus: activation('softplus'),
  softsign: activation('softsign'),
  thresholdedRelu: ({ threshold }, site, graph) => activation('threshold', threshold)(undefined, site, graph),
  abs: activation('absolute'),
  neg: activation('negate'),
  exp: activation('exponential'),
  sqrt: activation('square-root'),
  erf: activation('error-function'),
  log: activation('logarithm'),
  logSoftmax: ({ axis }, site, graph) => lowerSoftmax(axis, true, site, graph),
  groupNorm: ({ groups, epsilon }, site, graph) => lowerGroupNorm(groups, epsilon, site, graph),
  instanceNorm: ({ epsilon }, site, graph) => lowerGroupNorm(site.dims[1]!, epsilon, site, graph),
  layerNorm: (params, site, graph) => lowerLayerNorm('standardise', params, site, graph),
  rmsNorm: (params, site, graph) => lowerLayerNorm('unit-square', { ...params, bias: false }, site, graph),
  lpNorm: (params, site, graph) => lowerLpNorm(params, site, graph),
  subtract: (_, site, graph) => lowerElementwise('subtract', site, graph),
  divide: (_, site, graph) => lowerElementwise('divide', site, graph),
  power: (_, site, graph) => lowerElementwise('power', site, graph),
  min: (_, site, graph) => lowerElementwise('minimum', site, graph),
  max: (_, site, graph) => lowerElementwise('maximum', site, graph),
  select: (_, site, graph) => lowerSelect(site, graph),
  reduceMean: ({ axes }, site, graph) => lowerReduction('mean', axes, site, graph),
  reduceSum: ({ axes }, site, graph) => lowerReduction('sum', axes, site, graph),
  reduceMax: ({ axes }, site, graph) => lowerReduction('maximum', axes, site, graph),
  reduceMin: ({ axes }, site, graph) => lowerReduction('minimum', axes, site, graph),
  reshape,
  squeeze: reshape,
  unsqueeze: reshape,
  transpose: ({ perm }, site) => lowerTranspose(perm, site),
  slice: (params, site, graph) => lowerSlice(params, site, graph),
  split: ({ axis }, site, graph) => lowerSplit(axis, site, graph),
  gather: (params, site, graph) => lowerGather(params, site, graph),
  expand: (_, site) => stretched(site.readings[0]!, site.dims),
  resize: (params, site, graph) => lowerResize(params, site, graph),
  depthToSpace: (params, site, graph) => lowerDepthToSpace(params, site, graph),
  spaceToDepth: ({ block }, site, graph) => lowerSpaceToDepth(block, site, graph),
  channelShuffle: ({ groups }, site, graph) => lowerChannelShuffle(groups, site, graph),
  equal: (_, site, graph) => lowerElementwise('equal', site, graph),
  greater: (_, site, graph) => lowerElementwise('greater', site, graph),
  greaterOrEqual: (_, site, graph) => lowerElementwise('at-least', site, graph),
  less: (_, site, graph) => lowerElementwise('greater', turned(site), graph),
  lessOrEqual: (_, site, graph) => lowerElementwise('at-least', turned(site), graph),
  and: (_, site, graph) => lowerElementwise('and', site, graph),
  or: (_, site, graph) => lowerElementwise('or', site, graph),
  xor: (_, site, graph) => lowerElementwise('exclusive-or', site, graph),
  floor: activation('floor'),
  ceil: activation('ceiling'),
  round: activation('round'),
  truncate: activation('truncate'),
  sign: activation('sign'),
  reciprocal: activation('reciprocal'),
  not: activation('not'),
  truth: activation('truth'),
  reduceL1: ({ axes }, site, graph) => lowerReduction('sum', axes, finished(site, graph, 'absolute'), graph),
  reduceSumSquare: ({ axes }, site, graph) => lowerReduction('sum', axes, squared(site, graph), graph),
  reduceL2: ({ axes }, site, graph) =>
    lastly('square-root', lowerReduction('sum', axes, squared(site, graph), graph), site, graph),
  reduceLogSum: ({ axes }, site, graph) =>
    lastly('logarithm', lowerReduction('sum', axes, site, graph), site, graph),
  reduceLogSumExp: 'reference',
  reduceProd: 'reference',
  mod: 'reference',
  deformConv2d: 'reference',
  argMax: 'reference',
  argMin: 'reference',
  topK: 'reference',
  maxUnpool: 'reference',
  maxUnpool1d: 'reference',
  nonMaxSuppression: 'reference',
  nonZero: 'reference',
  hardmax: 'reference',
  take: 'reference',
  gatherElements: 'reference',
  gatherNd: 'reference',
  scatterNd: 'reference',
  scatterElements: 'reference',
  cumSum: 'reference',
  cumProd: 'reference',
  determinant: 'reference',
  reverseSequence: 'reference',
  roiAlign: 'reference',
  col2im: 'reference',
  oneHot: 'reference',
  trilu: 'reference',
  eyeLike: 'reference',
  meanVarianceNorm: 'reference',
  lpPool: 'reference',
  lpPool1d: 'reference',
  globalLpPool: 'reference',
  globalLpPool1d: 'reference',
  gridSample: 'reference',
  tile: ({ repeats }, site, graph) => lowerTile(repeats, site, graph),
  roundHalf: 'reference',
  quantize: 'reference',
  dequantize: 'reference',
  dynamicQuantize: 'reference',
  quantConv2d: 'reference',
  quantConv1d: 'reference',
  quantLinear: 'reference',
  quantMatmul: 'reference',
  quantAdd: 'reference',
  quantSoftmax: 'reference',
  quantAvgPool: 'reference',
  quantAvgPool1d: 'reference',
  opaque: 'reference',
  sin: 'reference',
  cos: 'reference',
  tan: 'reference',
  asin: 'reference',
  acos: 'reference',
  atan: 'reference',
  sinh: 'reference',
  cosh: 'reference',
  asinh: 'reference',
  acosh: 'reference',
  atanh: 'reference',
  isNan: 'reference',
  isInf: 'reference',
  shrink: 'reference',
};

/** The operands the other way round. */
function turned(site: Site): Site {
  return site.with(site.readings.toReversed());
}

/** A site whose input was made something else of first, element by element. */
function finished(site: Site, graph: GraphBuilder, kind: ActivationKind): Site {
  return site.with([emitFinish(site, graph, { ...noFinish, activation: kind })]);
}

function squared(site: Site, graph: GraphBuilder): Site {
  const [x] = site.readings as readonly [Reading];
  return site.with([combineTwo('multiply', x, x, site, graph)]);
}

function lastly(kind: ActivationKind, value: ValueId | Reading, site: Site, graph: GraphBuilder): Reading {
  const reading = typeof value === 'number' ? graph.whole(value) : value;
  return emitFinish(site.with([reading]), graph, { ...noFinish, activation: kind });
}

/** Forms of layers that are fast otherwise, and not with these parameters. */
const slowForms: { readonly [K in LayerKind]?: (params: ParamsOf<K>) => boolean } = {
  pad: ({ mode }) => padFill(mode) === undefined,
  maxPool: ({ positions }) => positions !== 'none',
  maxPool1d: ({ positions }) => positions !== 'none',
  resize: ({ coordinates }) => coordinates === 'tf_crop_and_resize',
  attention: ({ causal, softcap }) => causal || softcap > 0,
};

/** Whether a layer has no fast form: it runs as its `forward` is written, wherever the network runs. */
export function runsByReference<K extends LayerKind>(kind: K, params?: ParamValues): boolean {
  if (lowerings[kind] === 'reference') return true;
  return params !== undefined && slowForms[kind]?.(params as ParamsOf<K>) === true;
}

/** How the backends fill; undefined for what they do not. */
function padFill(mode: ParamsOf<'pad'>['mode']): PadOp['mode'] | undefined {
  return mode === 'constant' || mode === 'reflect' || mode === 'edge' ? mode : undefined;
}

function windowOf(params: Parameters<typeof placeWindows>[0], input: Dims): Window {
  const windows = placeWindows(params, [input[2]!, input[3]!]);
  if (isIssue(windows)) throw new RangeError(windows.message);
  const { kernel, stride, dilation } = params;
  return { kernel, stride, dilation, before: windows.before, after: windows.after };
}
