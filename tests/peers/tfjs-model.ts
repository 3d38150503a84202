import type { FlatNetwork } from '../../shared/analysis/flatten.ts';
import type { FloatTensor } from '../../shared/base/tensor.ts';
import type { WeightStore } from '../../shared/runtime/backend.ts';
import { fuse } from '../../shared/runtime/plan/fuse.ts';
import {
  type ActivationKind,
  type AttentionOp,
  type ConvolutionOp,
  type Finish,
  mapView,
  type PlanOp,
} from '../../shared/runtime/plan/graph.ts';
import { lower } from '../../shared/runtime/plan/lower.ts';
import { elementsOf } from '../../shared/runtime/plan/piece.ts';

/**
 * A network as tfjs would run a converted model: batch norms folded, activations fused, filters in its own order.
 * Undefined when it has a layer that the description lacks.
 */
export function tfjsModel(
  network: FlatNetwork,
  store: WeightStore,
): { readonly json: string; readonly weights: Uint8Array } | undefined {
  const lowered = lower(network, {}, [], { blockedAttention: true });
  if (!lowered.ok) return undefined;
  const graph = fuse(lowered.graph);
  const chunks: Float32Array[] = [];
  const weights: { name: string; dims: readonly number[]; offset: number }[] = [];
  let offset = 0;
  const put = (name: string, dims: readonly number[], data: Float32Array): string => {
    weights.push({ name, dims, offset });
    chunks.push(data);
    offset += data.byteLength;
    return name;
  };
  const layers: object[] = [];
  const nameOf = (value: number): string =>
    graph.ops.find((op) => op.output === value)?.kind === 'input' ? 'x' : `v${value}`;
  for (const op of graph.ops) {
    if (op.kind === 'input' || op.kind === 'output') continue;
    const described = describe(op, graph.values, store, put);
    if (!described) return undefined;
    layers.push({ id: nameOf(op.output), inputs: described.inputs.map(nameOf), ...described.layer });
    const id = nameOf(op.output);
    const { residual, after, curve } = described;
    if (residual !== undefined)
      layers.push({ id, kind: 'add', inputs: [id, nameOf(residual)], activation: after });
    if (curve) layers.push({ id, kind: 'activation', inputs: [id], ...curve });
  }
  const bytes = new Uint8Array(offset);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength), at);
    at += chunk.byteLength;
  }
  return { json: JSON.stringify({ layers, weights }), weights: bytes };
}

interface Described {
  readonly inputs: readonly number[];
  readonly layer: object;
  readonly residual?: number;
  readonly after?: string | undefined;
  /** What is applied in the end, beside a clip. */
  readonly curve?: Curve | undefined;
}

interface Curve {
  readonly curve: ActivationKind;
  readonly alpha: number;
  readonly beta: number;
}

type Put = (name: string, dims: readonly number[], data: Float32Array) => string;

function describe(
  op: PlanOp,
  values: readonly (readonly number[])[],
  store: WeightStore,
  put: Put,
): Described | undefined {
  if (op.kind === 'constant') return describeConstant(op, values, store, put);
  const input = mapView(values[op.inputs[0]!]!);
  switch (op.kind) {
    case 'rearrange':
      return op.zeroed ? undefined : describeMove(op, values, put);
    case 'reshape': {
      // Only what keeps every channel's pixels one after the other.
      const to = mapView(values[op.output]!);
      return to.batch === input.batch && to.channels === input.channels
        ? { inputs: op.inputs, layer: { kind: 'reshape', shape: shapeOf(values[op.output]!) } }
        : undefined;
    }
    case 'attention':
      return describeAttention(op, values, put);
    case 'convolution':
      return describeConvolution(op, input, values, store, put);
    case 'pool': {
      const { kernel, stride, before } = op.window;
      const output = mapView(values[op.output]!);
      const after = [
        Math.max(0, (output.height - 1) * stride[0] + kernel[0] - before[0] - input.height),
        Math.max(0, (output.width - 1) * stride[1] + kernel[1] - before[1] - input.width),
      ];
      const pads = [...before, ...after];
      if (op.mode === 'average-inside' && pads.some((pad) => pad > 0)) return undefined;
      const kind = op.mode === 'max' ? 'max-pool' : 'average-pool';
      return { inputs: op.inputs, layer: { kind, kernel, strides: stride, pads } };
    }
    case 'global-pool':
      return op.mode === 'average' ? { inputs: op.inputs, layer: { kind: 'mean' } } : undefined;
    case 'concat':
      return { inputs: op.inputs, layer: { kind: 'concat' } };
    case 'binary': {
      const finish = finishOf(op.finish);
      if (!finish || (op.combine !== 'add' && op.combine !== 'multiply')) return undefined;
      const layer = { kind: op.combine, activation: finish.activation };
      return { inputs: op.inputs, layer, curve: finish.curve };
    }
    case 'activation': {
      const finish = finishOf(op.finish);
      return finish && { inputs: op.inputs, layer: { kind: 'activation', ...finish }, curve: finish.curve };
    }
    default:
      return undefined;
  }
}

/** Where an element of row-major order lies when channels come last. */
function channelsLast(dims: readonly number[]): (index: number) => number {
  const { channels, height, width } = mapView(dims);
  const area = height * width;
  return (index) => {
    const [plane, pixel] = [Math.floor(index / area), index % area];
    return (Math.floor(plane / channels) * area + pixel) * channels + (plane % channels);
  };
}

function shapeOf(dims: readonly number[]): readonly number[] {
  const { batch, channels, height, width } = mapView(dims);
  return [batch, height, width, channels];
}

function describeConstant(
  { node, weight, piece, output }: Extract<PlanOp, { kind: 'constant' }>,
  values: readonly (readonly number[])[],
  store: WeightStore,
  put: Put,
): Described {
  const { data } = store[node]![weight]!;
  const given = piece ? elementsOf(data, piece) : data;
  const place = channelsLast(values[output]!);
  const moved = new Float32Array(given.length);
  for (const [i, value] of given.entries()) moved[place(i)] = value;
  const filter = put(`${node}.${weight}.${output}`, shapeOf(values[output]!), moved);
  return { inputs: [], layer: { kind: 'constant', filter } };
}

/** Tokens as rows by tables of where they lie, stack by stack; heads of so many channels that lie side by side. */
function describeAttention(
  { inputs, output, heads, keyHeads, factor, features, valueFeatures, masks, places }: AttentionOp,
  values: readonly (readonly number[])[],
  put: Put,
): Described | undefined {
  const widths = { query: features, key: features, value: valueFeatures, result: valueFeatures };
  const parts = (['query', 'key', 'value', 'result'] as const).map((part, i) => {
    const { stacks, tokens, headChannels } = places[part];
    const { channels, height, width } = mapView(values[part === 'result' ? output : inputs[i]!]!);
    const area = height * width;
    const isPlain = stacks.length === 1 && tokens.length === area && tokens.every((at, t) => at === t);
    const row = (stack: number, token: number): number =>
      (Math.floor(stack / (channels * area)) + Math.floor(token / (channels * area))) * area +
      ((stack + token) % area);
    const rows = stacks.flatMap((stack) => tokens.map((token) => row(stack, token)));
    // Results come stack by stack, and go where the queries lie.
    const table = part === 'result' ? rows.map((_, at) => rows.indexOf(at)) : rows;
    return {
      first: Math.floor((stacks[0]! % (channels * area)) / area),
      isTogether: headChannels === widths[part],
      dims: [stacks.length, tokens.length, heads, widths[part]],
      ...(isPlain ? {} : { table: put(`rows.${output}.${part}`, [rows.length], Float32Array.from(table)) }),
    };
  });
  if (keyHeads !== heads || parts.some(({ isTogether }) => !isTogether)) return undefined;
  const images = masks.map((of, i) => put(`images.${output}.${i}`, [of.length], Float32Array.from(of)));
  return { inputs, layer: { kind: 'attention', factor, parts, images, shape: shapeOf(values[output]!) } };
}

/** Elements of inputs that are put one after the other, by a table of where each comes from. */
function describeMove(
  { inputs, pieces, output }: Extract<PlanOp, { kind: 'rearrange' }>,
  values: readonly (readonly number[])[],
  put: Put,
): Described {
  const shape = shapeOf(values[output]!);
  const table = new Float32Array(shape.reduce((a, b) => a * b, 1));
  const to = channelsLast(values[output]!);
  let before = 0;
  for (const [i, { extents, from, to: steps, offset, start = 0 }] of pieces.entries()) {
    const dims = values[inputs[i]!]!;
    const read = channelsLast(dims);
    let places = [[start, offset] as const];
    for (const [axis, extent] of extents.entries())
      places = places.flatMap(([source, target]) =>
        Array.from(
          { length: extent },
          (_, at) => [source + at * from[axis]!, target + at * steps[axis]!] as const,
        ),
      );
    for (const [source, target] of places) table[to(target)] = before + read(source);
    before += dims.reduce((a, b) => a * b, 1);
  }
  return { inputs, layer: { kind: 'move', shape, filter: put(`table.${output}`, [table.length], table) } };
}

function describeConvolution(
  op: ConvolutionOp,
  input: ReturnType<typeof mapView>,
  values: readonly (readonly number[])[],
  store: WeightStore,
  put: Put,
): Described | undefined {
  const output = mapView(values[op.output]!);
  const { filters, window } = op;
  const finish = finishOf(op.finish);
  if (!finish || filters.transposed || filters.phases || filters.taps || filters.rightOperand)
    return undefined;
  const { scale, bias } = fold(op, store, output.channels);
  const { curve } = finish;
  if (filters.weight === undefined || op.standardises) {
    if (op.inputs.length > 1) return undefined;
    const own = filters.weight === undefined ? undefined : store[filters.node]![filters.weight]!.data;
    const name = filters.norm?.node ?? filters.node;
    const factors = scale.map((factor, i) => factor * (own?.[own.length === 1 ? 0 : i] ?? 1));
    const layer = {
      kind: 'scale',
      ...(op.standardises ? { standardises: op.standardises } : {}),
      filter: put(`${name}.w`, [output.channels], factors),
      bias: put(`${name}.b`, [output.channels], bias),
      activation: finish.activation,
    };
    return { inputs: op.inputs, layer, curve };
  }
  const kernel = store[filters.node]![filters.weight]!;
  const depthwise = op.groups > 1 && op.groups === input.channels && op.groups === output.channels;
  if (op.groups > 1 && !depthwise) return undefined;
  const residual = op.inputs[1];
  const after = finish.activation;
  const activation = residual === undefined ? after : undefined;
  const shared = { bias: put(`${filters.node}.b`, [output.channels], bias), activation };
  const inputs = [op.inputs[0]!];
  const extra = residual === undefined ? { curve } : { residual, after, curve };
  if (output.height === 1 && output.width === 1 && kernel.dims.length === 2) {
    const filter = put(`${filters.node}.w`, kernel.dims, kernel.data);
    return {
      inputs,
      layer: { kind: 'linear', flatten: input.height * input.width > 1, filter, ...shared },
      ...extra,
    };
  }
  const [y, x] = window.kernel;
  const dims = depthwise ? [y, x, input.channels, 1] : [y, x, input.channels, output.channels];
  const filter = put(`${filters.node}.w`, dims, lastChannels(kernel, scale, y * x, depthwise));
  const pads = [...window.before, ...window.after];
  return {
    inputs,
    layer: { kind: 'convolution', filter, strides: window.stride, pads, depthwise, ...shared },
    ...extra,
  };
}

/** [out][in][taps] → [taps][in][out], times each output's factor. */
function lastChannels(
  { dims, data }: FloatTensor,
  scale: Float32Array,
  taps: number,
  depthwise: boolean,
): Float32Array {
  const [outputs, inputs] = dims as readonly [number, number];
  const moved = new Float32Array(data.length);
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) {
      for (let tap = 0; tap < taps; tap++) {
        const to = depthwise ? tap * outputs + o : (tap * inputs + i) * outputs + o;
        moved[to] = data[(o * inputs + i) * taps + tap]! * scale[o]!;
      }
    }
  }
  return moved;
}

/** A factor and an offset per output channel: those of the norm, and what is done to the channel thereafter. */
function fold(op: ConvolutionOp, store: WeightStore, outputs: number) {
  const { scale, bias } = foldNorm(op, store, outputs);
  for (const { by, node, weight } of op.filters.changes ?? []) {
    const { data } = store[node]![weight]!;
    for (let o = 0; o < outputs; o++) {
      const value = data[data.length === 1 ? 0 : o]!;
      bias[o] = by === 'add' ? bias[o]! + value : bias[o]! * value;
      if (by === 'multiply') scale[o]! *= value;
    }
  }
  return { scale, bias };
}

function foldNorm({ filters: { node, bias, norm } }: ConvolutionOp, store: WeightStore, outputs: number) {
  const scale = new Float32Array(outputs).fill(1);
  const offset = bias === undefined ? new Float32Array(outputs) : store[node]![bias]!.data.slice();
  if (!norm) return { scale, bias: offset };
  const { scale: gamma, shift, mean, variance } = norm;
  const of = (name: string | undefined): Float32Array | undefined =>
    name === undefined ? undefined : store[norm.node]![name]!.data;
  for (let o = 0; o < outputs; o++) {
    scale[o] = (of(gamma)?.[o] ?? 1) / Math.sqrt(of(variance)![o]! + norm.epsilon);
    offset[o] = (of(shift)?.[o] ?? 0) + (offset[o]! - of(mean)![o]!) * scale[o]!;
  }
  return { scale, bias: offset };
}

/** Curves that the description has. */
const curves: readonly ActivationKind[] = ['sigmoid', 'silu', 'hard-swish', 'hard-sigmoid', 'gelu'];

/** A clip that tfjs fuses, and a curve behind it; undefined for others. */
function finishOf({ low, high, activation, alpha, beta }: Finish) {
  const clip =
    low === 0 && high === 6
      ? 'relu6'
      : low === 0 && high === Infinity
        ? 'relu'
        : low === -Infinity && high === Infinity
          ? 'linear'
          : undefined;
  if (clip === undefined || (activation && !curves.includes(activation))) return undefined;
  const curve: Curve | undefined = activation ? { curve: activation, alpha, beta } : undefined;
  return { activation: clip === 'linear' ? undefined : clip, curve };
}
