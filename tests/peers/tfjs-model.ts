import type { FlatNetwork } from '../../shared/analysis/flatten.ts';
import type { FloatTensor } from '../../shared/base/tensor.ts';
import type { WeightStore } from '../../shared/runtime/machine.ts';
import { fuse } from '../../shared/runtime/plan/fuse.ts';
import { type ConvolutionOp, type Finish, mapView, type PlanOp } from '../../shared/runtime/plan/graph.ts';
import { lower } from '../../shared/runtime/plan/lower.ts';

/**
 * A network as tfjs would run a converted model: batch norms folded, activations fused, filters in its own order.
 * Undefined when it has a layer that the description lacks.
 */
export function tfjsModel(
  network: FlatNetwork,
  store: WeightStore,
): { readonly json: string; readonly weights: Uint8Array } | undefined {
  const lowered = lower(network);
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
    if (described.residual !== undefined) {
      const id = nameOf(op.output);
      layers.push({ id, kind: 'add', inputs: [id, nameOf(described.residual)], activation: described.after });
    }
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
}

type Put = (name: string, dims: readonly number[], data: Float32Array) => string;

function describe(
  op: PlanOp,
  values: readonly (readonly number[])[],
  store: WeightStore,
  put: Put,
): Described | undefined {
  const input = mapView(values[op.inputs[0]!]!);
  switch (op.kind) {
    case 'convolution':
      return describeConvolution(op, input, values, store, put);
    case 'pool': {
      if (op.mode !== 'max') return undefined;
      const { kernel, stride, before } = op.window;
      const output = mapView(values[op.output]!);
      const after = [
        Math.max(0, (output.height - 1) * stride[0] + kernel[0] - before[0] - input.height),
        Math.max(0, (output.width - 1) * stride[1] + kernel[1] - before[1] - input.width),
      ];
      return {
        inputs: op.inputs,
        layer: { kind: 'max-pool', kernel, strides: stride, pads: [...before, ...after] },
      };
    }
    case 'global-pool':
      return op.mode === 'average' ? { inputs: op.inputs, layer: { kind: 'mean' } } : undefined;
    case 'concat':
      return { inputs: op.inputs, layer: { kind: 'concat' } };
    case 'binary':
      return { inputs: op.inputs, layer: { kind: 'add', activation: activationOf(op.finish) } };
    default:
      return undefined;
  }
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
  if (filters.weight === undefined) return undefined;
  const kernel = store[filters.node]![filters.weight]!;
  const { scale, bias } = fold(op, store, output.channels);
  const depthwise = op.groups > 1 && op.groups === input.channels && op.groups === output.channels;
  if (op.groups > 1 && !depthwise) return undefined;
  const residual = op.inputs[1];
  const after = activationOf(op.finish);
  const activation = residual === undefined ? after : undefined;
  const shared = { bias: put(`${filters.node}.b`, [output.channels], bias), activation };
  const inputs = [op.inputs[0]!];
  const extra = residual === undefined ? {} : { residual, after };
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

function fold({ filters: { node, bias, norm } }: ConvolutionOp, store: WeightStore, outputs: number) {
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

function activationOf({ low, high }: Finish): string | undefined {
  if (low !== 0) return undefined;
  return high === 6 ? 'relu6' : 'relu';
}
