import type { FlatNetwork, FlatStep } from '../../analysis/flatten.ts';
import { type Dims, elementCount, sameDims } from '../../base/dims.ts';
import { isIssue, type Problem, problemAt } from '../../base/problem.ts';
import { type LayerKind, layerOf, type ParamsOf } from '../../layers/index.ts';
import { placeWindows } from '../../layers/window.ts';
import {
  type ActivationKind,
  type FilterSource,
  type Finish,
  mapView,
  noFinish,
  type PlanGraph,
  type PlanOp,
  pixelWindow,
  type ValueId,
  type Window,
} from './graph.ts';

/** What a layer's lowering works with. */
interface Site {
  readonly step: FlatStep;
  readonly inputs: readonly ValueId[];
  readonly inputDims: readonly Dims[];
  readonly dims: Dims;
}

/** Adds operations to the graph; returns the value that stands for the layer's output. */
type Lowering<K extends LayerKind> = (params: ParamsOf<K>, site: Site, graph: GraphBuilder) => ValueId;

type OpDraft = PlanOp extends infer O
  ? O extends PlanOp
    ? Omit<O, 'nodes' | 'macs' | 'output'>
    : never
  : never;

class GraphBuilder {
  readonly ops: PlanOp[] = [];
  readonly values: Dims[] = [];

  value(dims: Dims): ValueId {
    return this.values.push(dims) - 1;
  }

  /** Adds one operation of a layer and returns its output. */
  emit(site: Site, draft: OpDraft, dims: Dims = site.dims): ValueId {
    const output = this.value(dims);
    const macs = draft.kind === 'convolution' ? macsOf(site, dims) : 0;
    this.ops.push({ ...draft, nodes: [site.step.id], macs, output });
    return output;
  }

  /** The same elements under other extents; the value itself when they are the same already. */
  reshape(site: Site, from: ValueId, dims: Dims): ValueId {
    if (sameDims(this.values[from]!, dims)) return from;
    return this.emit(site, { kind: 'reshape', inputs: [from] }, dims);
  }
}

/** Multiply-adds of a layer for the batch that is planned, from the cost rule for a batch of one or as given. */
function macsOf({ step, inputDims, dims }: Site, output: Dims): number {
  const layer = layerOf(step.kind);
  if (step.kind !== 'conv2d' && step.kind !== 'linear') return 0;
  const weights = layer.weights({ params: step.params, inputs: inputDims });
  return layer.cost({ params: step.params, inputs: inputDims, outputs: [dims ?? output], weights }).macs
    .value;
}

function activation(kind: ActivationKind, alpha = 0, beta = 0) {
  return (_: unknown, site: Site, graph: GraphBuilder): ValueId =>
    emitFinish(site, graph, { ...noFinish, activation: kind, alpha, beta });
}

function emitFinish(site: Site, graph: GraphBuilder, finish: Finish): ValueId {
  return graph.emit(site, { kind: 'activation', inputs: site.inputs, finish });
}

function pass(_: unknown, site: Site): ValueId {
  return site.inputs[0]!;
}

/** What this machine does not run yet. The reference does. */
const gaps = [
  'constant',
  'convTranspose2d',
  'matmul',
  'prelu',
  'elu',
  'celu',
  'selu',
  'hardSigmoid',
  'mish',
  'softplus',
  'softsign',
  'thresholdedRelu',
  'logSoftmax',
  'groupNorm',
  'instanceNorm',
  'layerNorm',
  'lpNorm',
  'reshape',
  'transpose',
  'squeeze',
  'unsqueeze',
  'slice',
  'split',
  'gather',
  'expand',
  'resize',
  'depthToSpace',
  'spaceToDepth',
  'subtract',
  'divide',
  'power',
  'min',
  'max',
  'sqrt',
  'exp',
  'log',
  'abs',
  'neg',
  'erf',
  'reduceMean',
  'reduceSum',
  'reduceMax',
  'reduceMin',
] as const satisfies readonly LayerKind[];
type Gap = (typeof gaps)[number];

function isGap(kind: LayerKind): kind is Gap {
  return gaps.some((gap) => gap === kind);
}

/** Every other layer on this machine. */
const lowerings: { readonly [K in Exclude<LayerKind, Gap>]: Lowering<K> } = {
  input: (_, site, graph) => graph.emit(site, { kind: 'input', inputs: [], feed: site.step.id }),
  output: (_, site, graph) => {
    graph.ops.push({
      kind: 'output',
      nodes: [site.step.id],
      inputs: site.inputs,
      output: site.inputs[0]!,
      macs: 0,
      result: site.step.id,
    });
    return site.inputs[0]!;
  },
  conv2d: (params, site, graph) =>
    graph.emit(site, {
      kind: 'convolution',
      inputs: site.inputs,
      window: windowOf(params, site.inputDims[0]!),
      groups: params.groups,
      filters: layerFilters(site, params.bias),
      finish: noFinish,
    }),
  linear: (params, site, graph) =>
    graph.emit(site, {
      kind: 'convolution',
      inputs: site.inputs,
      window: pixelWindow,
      groups: 1,
      filters: layerFilters(site, params.bias),
      finish: noFinish,
    }),
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
  softmax: ({ axis }, site, graph) => lowerSoftmax(axis, site, graph),
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
  flatten: (_, site, graph) => graph.reshape(site, site.inputs[0]!, site.dims),
  pad: ({ padding, mode, value }, site, graph) => {
    const [top, left] = padding === 'same' ? [0, 0] : padding;
    return graph.emit(site, { kind: 'pad', inputs: site.inputs, mode, value, before: [top, left] });
  },
};

function windowOf(params: Parameters<typeof placeWindows>[0], input: Dims): Window {
  const windows = placeWindows(params, [input[2]!, input[3]!]);
  if (isIssue(windows)) throw new RangeError(windows.message);
  const { kernel, stride, dilation } = params;
  return { kernel, stride, dilation, before: windows.before, after: windows.after };
}

function layerFilters({ step }: Site, bias: boolean): FilterSource {
  return { node: step.id, weight: 'weight', bias: bias ? 'bias' : undefined, norm: undefined };
}

/** Along channels where they are; any other axis is brought there by reading the tensor as [outer, axis, 1, inner]. */
function lowerSoftmax(axis: number, site: Site, graph: GraphBuilder): ValueId {
  const { dims } = site;
  const at = (axis + dims.length) % dims.length;
  const emit = (input: ValueId, where: 'channels' | 'rows' | 'columns', view: Dims) =>
    graph.emit(site, { kind: 'softmax', inputs: [input], axis: where, logarithm: false }, view);
  const input = site.inputs[0]!;
  if (at === 1 || dims.length === 1) return emit(input, 'channels', dims);
  if (at > 1 && at === dims.length - 1) return emit(input, 'columns', dims);
  if (at === 2 && dims.length === 4) return emit(input, 'rows', dims);
  const view = [elementCount(dims.slice(0, at)), dims[at]!, 1, elementCount(dims.slice(at + 1))];
  return graph.reshape(site, emit(graph.reshape(site, input, view), 'channels', view), dims);
}

function lowerElementwise(combine: 'add' | 'multiply', site: Site, graph: GraphBuilder): ValueId {
  const [first, ...rest] = site.inputs as readonly [ValueId, ...ValueId[]];
  let soFar = first;
  for (const other of rest) soFar = combineTwo(combine, soFar, other, site, graph);
  return sameDims(graph.values[soFar]!, site.dims) ? soFar : stretch(site, graph, soFar, site.dims);
}

/** Both operations commute, so the operand with one value per channel may come first or second. */
function combineTwo(
  combine: 'add' | 'multiply',
  left: ValueId,
  right: ValueId,
  site: Site,
  graph: GraphBuilder,
): ValueId {
  const a = graph.values[left]!;
  const b = graph.values[right]!;
  const emit = (inputs: readonly ValueId[], perChannel: boolean, dims: Dims) =>
    graph.emit(site, { kind: 'binary', combine, inputs, perChannel, finish: noFinish }, dims);
  if (sameDims(a, b)) return emit([left, right], false, a);
  if (isPerChannel(a, b)) return emit([left, right], true, a);
  if (isPerChannel(b, a)) return emit([right, left], true, b);
  const dims = broadcast(a, b);
  return emit([stretch(site, graph, left, dims), stretch(site, graph, right, dims)], false, dims);
}

/** Whether `small` is [N, C, 1, …] beside a map [N, C, …]. */
function isPerChannel(map: Dims, small: Dims): boolean {
  return (
    map.length >= 3 &&
    small.length === map.length &&
    small[0] === map[0] &&
    small[1] === map[1] &&
    small.slice(2).every((extent) => extent === 1)
  );
}

function broadcast(a: Dims, b: Dims): Dims {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const p = a[axis - rank + a.length] ?? 1;
    const q = b[axis - rank + b.length] ?? 1;
    return p === 1 ? q : p;
  });
}

function stretch(site: Site, graph: GraphBuilder, value: ValueId, dims: Dims): ValueId {
  const from = graph.values[value]!;
  if (sameDims(from, dims)) return value;
  const own = rowMajor(from);
  const missing = dims.length - from.length;
  const strides = dims.map((_, axis) => {
    const at = axis - missing;
    return at < 0 || from[at] === 1 ? 0 : own[at]!;
  });
  return graph.emit(
    site,
    {
      kind: 'rearrange',
      inputs: [value],
      pieces: [{ extents: dims, from: strides, to: rowMajor(dims), offset: 0 }],
    },
    dims,
  );
}

/** Along channels pieces are computed in place; along any other axis they are rearranged. */
function lowerConcat(axis: number, site: Site, graph: GraphBuilder): ValueId {
  const { dims } = site;
  const at = (axis + dims.length) % dims.length;
  if (site.inputs.length === 1) return site.inputs[0]!;
  if (at === 1 && dims.length >= 2) return graph.emit(site, { kind: 'concat', inputs: site.inputs });
  const to = rowMajor(dims);
  let offset = 0;
  const pieces = site.inputs.map((input) => {
    const extents = graph.values[input]!;
    const piece = { extents, from: rowMajor(extents), to, offset };
    offset += extents[at]! * to[at]!;
    return piece;
  });
  return graph.emit(site, { kind: 'rearrange', inputs: site.inputs, pieces });
}

function rowMajor(dims: Dims): number[] {
  const strides = new Array<number>(dims.length).fill(1);
  for (let axis = dims.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1]! * dims[axis + 1]!;
  return strides;
}

export type LowerResult =
  | { readonly ok: true; readonly graph: PlanGraph }
  | { readonly ok: false; readonly problem: Problem };

/**
 * Lowers a network to operations. `inputDims` gives the extents of each input by node id, batch included; shapes are
 * worked out anew from them, since the network's own are those of a batch of one.
 */
export function lower(network: FlatNetwork, inputDims: Readonly<Record<string, Dims>> = {}): LowerResult {
  const graph = new GraphBuilder();
  const valueOfStep: ValueId[] = [];
  const named = new Map<string, ValueId>();
  for (const step of network.steps) {
    const inputs = step.inputs.map(({ step: from }) => valueOfStep[from]!);
    const dimsOfInputs = inputs.map((value) => graph.values[value]!);
    const shape =
      step.kind === 'input'
        ? [inputDims[step.id] ?? step.outputDims[0]!]
        : layerOf(step.kind).shape({ params: step.params, inputs: dimsOfInputs });
    if (isIssue(shape)) return { ok: false, problem: problemAt(step.id, shape) };
    const dims = shape[0] ?? dimsOfInputs[0]!;
    const problem = unsupported(step.id, dims);
    if (problem) return { ok: false, problem };
    if (isGap(step.kind)) return { ok: false, problem: notYet(step.id, step.kind) };
    const value = lowerStep(step.kind, { step, inputs, inputDims: dimsOfInputs, dims }, graph);
    valueOfStep.push(value);
    named.set(step.id, value);
  }
  return { ok: true, graph: { ops: graph.ops, values: graph.values, valueOf: named } };
}

function notYet(node: string, kind: Gap): Problem {
  return problemAt(node, {
    code: 'layer-not-on-machine',
    message: `"${node}" is a ${layerOf(kind).title.toLowerCase()} layer, which the CPU machine does not run yet.`,
    hint: 'Run on the reference machine.',
  });
}

function lowerStep(kind: Exclude<LayerKind, Gap>, site: Site, graph: GraphBuilder): ValueId {
  const lowering = lowerings[kind] as Lowering<LayerKind>;
  return lowering(site.step.params as ParamsOf<LayerKind>, site, graph);
}

function unsupported(node: string, dims: Dims): Problem | undefined {
  if (elementCount(dims) > 0) return undefined;
  return problemAt(node, {
    code: 'empty-tensor',
    message: `"${node}" gives an empty tensor (${dims.join('×')}), which the CPU machine does not run.`,
    hint: 'Give every axis at least one element, or run on the reference machine.',
  });
}
