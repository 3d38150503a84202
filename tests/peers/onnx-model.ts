import type { FlatNetwork, FlatStep } from '../../shared/analysis/flatten.ts';
import { isIssue } from '../../shared/base/problem.ts';
import type { FloatTensor } from '../../shared/base/tensor.ts';
import { placeWindows } from '../../shared/layers/window.ts';
import type { WeightStore } from '../../shared/runtime/backend.ts';
import type { Padding, Pair } from '../../shared/schema/params.ts';

/**
 * Writes a network as ONNX for the peers to read. Apart from the project's own exporter on purpose: what judges the
 * engine should not share its mistakes.
 */

type Bytes = Uint8Array<ArrayBuffer>;
const text = new TextEncoder();

function varint(value: number): Bytes {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    bytes.push(Number(rest & 127n) | (rest > 127n ? 128 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}

function join(parts: readonly Bytes[]): Bytes {
  const joined = new Uint8Array(parts.reduce((total, { length }) => total + length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

const number = (field: number, value: number): Bytes => join([varint(field << 3), varint(value)]);
const bytes = (field: number, value: Bytes): Bytes =>
  join([varint((field << 3) | 2), varint(value.length), value]);
const string = (field: number, value: string): Bytes => bytes(field, text.encode(value));

function float(field: number, value: number): Bytes {
  return join([varint((field << 3) | 5), new Uint8Array(Float32Array.of(value).buffer)]);
}

type Attribute = number | readonly number[] | { readonly float: number };

function attribute(name: string, value: Attribute): Bytes {
  if (typeof value === 'number') return bytes(5, join([string(1, name), number(3, value), number(20, 2)]));
  if ('float' in value) return bytes(5, join([string(1, name), float(2, value.float), number(20, 1)]));
  return bytes(5, join([string(1, name), ...value.map((item) => number(8, item)), number(20, 7)]));
}

function node(
  op: string,
  inputs: readonly string[],
  output: string,
  attributes: Readonly<Record<string, Attribute>> = {},
): Bytes {
  const fields = [
    ...inputs.map((input) => string(1, input)),
    string(2, output),
    string(3, output),
    string(4, op),
  ];
  return bytes(
    1,
    join([...fields, ...Object.entries(attributes).map(([name, value]) => attribute(name, value))]),
  );
}

function initializer(name: string, { dims, data }: FloatTensor): Bytes {
  const raw = new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
  return bytes(5, join([...dims.map((dim) => number(1, dim)), number(2, 1), string(8, name), bytes(9, raw)]));
}

function valueInfo(field: number, name: string, dims: readonly number[]): Bytes {
  const shape = join(dims.map((dim) => bytes(1, number(1, dim))));
  const type = bytes(1, join([number(1, 1), bytes(2, shape)]));
  return bytes(field, join([string(1, name), bytes(2, type)]));
}

function windowAttributes({ params, inputDims }: FlatStep): Record<string, Attribute> {
  const spec = {
    kernel: params.kernel as Pair,
    stride: params.stride as Pair,
    dilation: params.dilation as Pair,
    padding: params.padding as Padding,
    ceilMode: params.ceilMode === true,
  };
  const [, , height, width] = inputDims[0]! as readonly [number, number, number, number];
  const windows = placeWindows(spec, [height, width]);
  if (isIssue(windows)) throw new RangeError(windows.message);
  return {
    kernel_shape: spec.kernel,
    strides: spec.stride,
    dilations: spec.dilation,
    pads: [...windows.before, ...windows.after],
  };
}

/** The ONNX node of one layer; dropout passes its input on. */
function nodeOf(step: FlatStep, inputs: readonly string[]): Bytes {
  const { id, params } = step;
  const weights = step.weights.map(({ name }) => `${id}.${name}`);
  switch (step.kind) {
    case 'conv2d':
      return node('Conv', [...inputs, ...weights], id, {
        ...windowAttributes(step),
        group: params.groups as number,
      });
    case 'batchNorm':
      return node('BatchNormalization', [...inputs, ...weights], id, {
        epsilon: { float: params.epsilon as number },
      });
    case 'linear':
      return node('Gemm', [...inputs, ...weights], id, { transB: 1 });
    case 'maxPool':
      return node('MaxPool', inputs, id, { ...windowAttributes(step), ceil_mode: params.ceilMode ? 1 : 0 });
    case 'avgPool':
      return node('AveragePool', inputs, id, {
        ...windowAttributes(step),
        ceil_mode: params.ceilMode ? 1 : 0,
        count_include_pad: params.countIncludePad ? 1 : 0,
      });
    case 'globalAvgPool':
      return join([
        node('GlobalAveragePool', inputs, `${id}.map`),
        node('Flatten', [`${id}.map`], id, { axis: 1 }),
      ]);
    case 'localResponseNorm':
      return node('LRN', inputs, id, {
        size: params.size as number,
        alpha: { float: params.alpha as number },
        beta: { float: params.beta as number },
        bias: { float: params.k as number },
      });
    case 'relu':
      return node('Relu', inputs, id);
    case 'clip':
      return node('Clip', [...inputs, `${id}.low`, `${id}.high`], id);
    case 'dropout':
      return node('Identity', inputs, id);
    case 'softmax':
      return node('Softmax', inputs, id, { axis: params.axis as number });
    case 'add':
      return node(inputs.length === 2 ? 'Add' : 'Sum', inputs, id);
    case 'concat':
      return node('Concat', inputs, id, { axis: params.axis as number });
    case 'flatten':
      return node('Flatten', inputs, id, { axis: params.axis as number });
    default:
      throw new RangeError(`The peers' models have no ${step.kind}.`);
  }
}

/** A whole model, opset 17. Inputs and outputs are named by their nodes. */
export function onnxModel(network: FlatNetwork, store: WeightStore): Bytes {
  const graph: Bytes[] = [];
  const names: string[] = [];
  for (const step of network.steps) {
    const inputs = step.inputs.map(({ step: at }) => names[at]!);
    names.push(step.kind === 'output' ? inputs[0]! : step.id);
    if (step.kind === 'input') graph.push(valueInfo(11, step.id, step.outputDims[0]!));
    else if (step.kind === 'output') {
      graph.push(node('Identity', inputs, step.id), valueInfo(12, step.id, step.inputDims[0]!));
    } else graph.push(nodeOf(step, inputs));
    for (const { name } of step.weights)
      graph.push(initializer(`${step.id}.${name}`, store[step.id]![name]!));
    if (step.kind === 'clip') {
      const scalar = (value: unknown) =>
        ({ dims: [], data: Float32Array.of(value as number) }) as unknown as FloatTensor;
      graph.push(
        initializer(`${step.id}.low`, scalar(step.params.min)),
        initializer(`${step.id}.high`, scalar(step.params.max)),
      );
    }
  }
  graph.push(string(2, 'network'));
  const opset = bytes(8, join([string(1, ''), number(2, 17)]));
  return join([number(1, 8), opset, bytes(7, join(graph))]);
}
