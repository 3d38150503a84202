import { elementCount } from '../../base/dims.ts';
import type { Numbers } from '../../graph/number-types.ts';
import { dropUnread, readBy } from './inline.ts';
import { elementTypes, type OnnxAttribute, type OnnxModel, type OnnxNode } from './model.ts';
import type { Constant } from './values.ts';

const BOOL = 9;

/** Operators on integers without a layer of their own are told by what they do to the numbers that these stand for. */
export function expandedNodes(nodes: readonly OnnxNode[]): readonly OnnxNode[] {
  return nodes.flatMap((node) => expansions[node.op]?.(node) ?? [node]);
}

/** What is known of a value before the network runs. */
type Known = (name: string) => Constant | undefined;

/**
 * The nodes with integers where integers are computed with, as onnxruntime runs them: DequantizeLinear → Conv, MatMul,
 * Gemm, Add, Softmax or a mean over windows → QuantizeLinear is one operator. A Relu before a grid that has nothing below 0 is none.
 */
export function fusedNodes(model: OnnxModel, known: Known): readonly OnnxNode[] {
  if (!model.nodes.some(({ op }) => op === 'QuantizeLinear')) return model.nodes;
  const makers = new Map(model.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const readers = new Map<string, number>();
  for (const name of [...model.nodes.flatMap(readBy), ...model.outputs.map((o) => o.name)])
    readers.set(name, (readers.get(name) ?? 0) + 1);
  const alone = (name: string | undefined) => {
    const maker = makers.get(name ?? '');
    return maker?.domain === '' && readers.get(name ?? '') === 1 ? maker : undefined;
  };
  const signs = heldSigns(model, readers, known);
  const nodes = model.nodes.map((node) => {
    if (node.op !== 'QuantizeLinear' || !isByTensor(node)) return node;
    const last = alone(node.inputs[0]);
    const bare = last?.op === 'Relu' && last.attributes.size === 0;
    const inner = bare && lowestIsZero(node, known) ? alone(last.inputs[0]) : last;
    return (
      (inner &&
        (joined(node, { opset: model.opset, ...inner }, makers, known, signs) ??
          moved(node, inner, makers, known))) ??
      node
    );
  });
  return dropUnread({ ...model, nodes }).read;
}

/**
 * Whether integers are held as uint8, by name: those of int8, too, where one operator alone reads them, as onnxruntime
 * holds them on x86 processors.
 */
type Signs = (quantised: string) => boolean;

function heldSigns(model: OnnxModel, readers: ReadonlyMap<string, number>, known: Known): Signs {
  const makers = new Map<string, OnnxNode>();
  const after = new Map<string, OnnxNode[]>();
  for (const node of model.nodes) {
    if (node.op === 'QuantizeLinear') makers.set(node.outputs[0]!, node);
    if (node.op !== 'DequantizeLinear') continue;
    const [from = ''] = node.inputs;
    const others = after.get(from);
    if (others) others.push(node);
    else after.set(from, [node]);
  }
  const areUnsigned = (name: string): boolean => {
    const maker = makers.get(name);
    const back = after.get(name) ?? [];
    if (!maker || back.length !== readers.get(name)) return false;
    const zeros = [maker, ...back].map(({ inputs }) => known(inputs[2] ?? ''));
    const alike = zeros.every(
      (zero) => zero?.type === INT8 && zero.values?.length === 1 && zero.values[0] === zeros[0]!.values![0],
    );
    const reads = back.reduce((sum, { outputs }) => sum + (readers.get(outputs[0]!) ?? 0), 0);
    return alike && reads === 1;
  };
  // Asked of a tensor as often as it is read, of whose readers there may be many.
  const found = new Map<string, boolean>();
  return (name) => {
    const signs = found.get(name) ?? areUnsigned(name);
    found.set(name, signs);
    return signs;
  };
}

const plain = new Map<string, never>();

/** A node of the standard set beside another one. */
function beside(
  { name, outputs, offset }: OnnxNode,
  suffix: string,
  op: string,
  inputs: readonly string[],
  output?: string,
): OnnxNode {
  const stem = name === '' ? outputs[0]! : name;
  return {
    op,
    domain: '',
    name: suffix === '' ? stem : `${stem}.${suffix}`,
    inputs,
    outputs: [output ?? `${stem}.${suffix}`],
    attributes: plain,
    offset,
  };
}

/** DequantizeLinear → op → QuantizeLinear for an operator whose tensors come as x, scale, zero point each. */
function between(
  op: string,
  operands: readonly number[],
  outputAt: number,
): (node: OnnxNode) => readonly OnnxNode[] {
  return (node) => {
    const reals = operands.map((at, i) =>
      beside(node, `real${i}`, 'DequantizeLinear', node.inputs.slice(at, at + 3)),
    );
    const inner = {
      ...beside(
        node,
        'result',
        op,
        reals.map(({ outputs }) => outputs[0]!),
      ),
      attributes: node.attributes,
    };
    const grid = node.inputs.slice(outputAt, outputAt + 2);
    return [
      ...reals,
      inner,
      beside(node, '', 'QuantizeLinear', [inner.outputs[0]!, ...grid], node.outputs[0]),
    ];
  };
}

/** Sums of products of integers less their zero points: without a scale, one step is worth 1. */
const integers =
  (op: string) =>
  (node: OnnxNode): readonly OnnxNode[] => {
    const [a = '', b = '', zeroA = '', zeroB = ''] = node.inputs;
    // Zero points may change along the rows of a, along the columns or filters of b.
    const along = (axis: number) => new Map([['axis', { kind: 'int', value: axis } as const]]);
    const conv = op === 'Conv';
    const left = {
      ...beside(node, 'left', 'DequantizeLinear', [a, '', zeroA]),
      attributes: along(conv ? 1 : -2),
    };
    const right = {
      ...beside(node, 'right', 'DequantizeLinear', [b, '', zeroB]),
      attributes: along(conv ? 0 : -1),
    };
    const inner = beside(node, '', op, [left.outputs[0]!, right.outputs[0]!], node.outputs[0]);
    return [left, right, { ...inner, attributes: node.attributes }];
  };

/** Integers with their scales, whose product is left a real number; a bias is added at last. */
const toReal = (node: OnnxNode): readonly OnnxNode[] => {
  const [a = '', b = '', scaleA = '', scaleB = '', zeroA = '', zeroB = '', bias = ''] = node.inputs;
  const left = beside(node, 'left', 'DequantizeLinear', [a, scaleA, zeroA]);
  const right = {
    ...beside(node, 'right', 'DequantizeLinear', [b, scaleB, zeroB]),
    attributes: new Map([['axis', { kind: 'int', value: -1 } as const]]),
  };
  const reals = [left.outputs[0]!, right.outputs[0]!];
  if (bias === '') return [left, right, beside(node, '', 'MatMul', reals, node.outputs[0])];
  const product = beside(node, 'product', 'MatMul', reals);
  return [left, right, product, beside(node, '', 'Add', [product.outputs[0]!, bias], node.outputs[0])];
};

/** The left side is rounded to bytes by its own range first. */
const roundedToReal = (node: OnnxNode): readonly OnnxNode[] => {
  const [a = '', b = '', scaleB = '', zeroB = '', bias = ''] = node.inputs;
  const bytes = beside(node, 'bytes', 'DynamicQuantizeLinear', [a]);
  const [y] = bytes.outputs;
  const outputs = [y!, `${y}.scale`, `${y}.zero`];
  const inputs = [outputs[0]!, b, outputs[1]!, scaleB, outputs[2]!, zeroB, bias];
  return [{ ...bytes, outputs }, ...toReal({ ...node, inputs })];
};

/** y_scale, y_zero_point, then x, scale, zero point for each part. */
const concat = (node: OnnxNode): readonly OnnxNode[] => {
  const parts = Array.from({ length: Math.floor((node.inputs.length - 2) / 3) }, (_, i) => 2 + 3 * i);
  return between('Concat', parts, 0)(node);
};

const expansions: Readonly<Record<string, (node: OnnxNode) => readonly OnnxNode[]>> = {
  MatMulInteger: integers('MatMul'),
  ConvInteger: integers('Conv'),
  MatMulIntegerToFloat: toReal,
  DynamicQuantizeMatMul: roundedToReal,
  QLinearMul: between('Mul', [0, 3], 6),
  QLinearSigmoid: between('Sigmoid', [0], 3),
  QLinearLeakyRelu: between('LeakyRelu', [0], 3),
  QLinearReduceMean: between('ReduceMean', [0], 3),
  QLinearConcat: concat,
};

/** Operators that move integers as they move any number. */
const moves: ReadonlySet<string> = new Set([
  ...['MaxPool', 'Flatten', 'Reshape', 'Transpose', 'Squeeze', 'Unsqueeze'],
]);

/** What moves numbers moves integers, where they are on one grid before and after. */
function moved(
  after: OnnxNode,
  inner: OnnxNode,
  makers: ReadonlyMap<string, OnnxNode>,
  known: Known,
): OnnxNode | undefined {
  const before = makers.get(inner.inputs[0] ?? '');
  if (!moves.has(inner.op) || before?.op !== 'DequantizeLinear' || !isByTensor(before)) return undefined;
  const alike = [1, 2].every((i) => {
    const [a = '', b = ''] = [before.inputs[i], after.inputs[i]];
    const [x, y] = [known(a), known(b)];
    return a === b || (x?.values?.length === 1 && x.values[0] === y?.values?.[0] && x.type === y?.type);
  });
  const single = known(after.inputs[1] ?? '')?.values?.length === 1;
  if (!alike || !single) return undefined;
  return { ...inner, inputs: [before.inputs[0]!, ...inner.inputs.slice(1)], outputs: after.outputs };
}

/** Attributes other than the axis, which makes no difference to one scale, are left to those who translate the node. */
const isByTensor = ({ attributes, inputs }: OnnxNode) =>
  [...attributes.keys()].every((name) => name === 'axis') && inputs.length >= 2;

const UINT8 = 2;
const INT8 = 3;
const eightBits: ReadonlySet<number> = new Set([UINT8, INT8]);

/** The type of a quantised tensor, by its zero point; uint8 where there is none. */
function typeOf(zero: string | undefined, known: Known): number {
  return zero ? (known(zero)?.type ?? 0) : UINT8;
}

/** Whether the smallest number of a grid is 0, so that rounding to it clears what is negative. */
function lowestIsZero({ inputs }: OnnxNode, known: Known): boolean {
  const type = typeOf(inputs[2], known);
  const zeros = inputs[2] ? known(inputs[2])?.values : [0];
  return zeros?.length === 1 && zeros[0] === (type === INT8 ? -128 : 0) && eightBits.has(type);
}

function joined(
  after: OnnxNode,
  inner: OnnxNode,
  makers: ReadonlyMap<string, OnnxNode>,
  known: Known,
  signs: Signs,
): OnnxNode | undefined {
  const before = inner.inputs.map((name) => makers.get(name));
  if (!before.every((node) => node?.op === 'DequantizeLinear' && isByTensor(node))) return undefined;
  const [x, w, b] = before as readonly OnnxNode[];
  if (x && !w) return alone(after, inner, x, known, signs);
  if (!x || !w) return undefined;
  const [, scale = '', zero = ''] = after.inputs;
  const types = [x.inputs[2], w.inputs[2], after.inputs[2]].map((name) => typeOf(name, known));
  if (!types.every((type) => eightBits.has(type)) || types[0] !== types[2]) return undefined;
  const operands = [...padded(x.inputs), ...padded(w.inputs)];
  const bias = b?.inputs[0];
  const form = { ...inner, outputs: after.outputs };
  switch (inner.op) {
    case 'Conv':
      return { ...form, op: 'QLinearConv', inputs: [...operands, scale, zero, ...(bias ? [bias] : [])] };
    case 'Add': {
      const held = heldAlike(
        [x.inputs, w.inputs, [after.outputs[0]!, ...after.inputs.slice(1)]],
        known,
        signs,
      );
      if (!held) return undefined;
      const inputs = [...operands, scale, zero];
      return { ...form, op: 'QLinearAdd', domain: 'com.microsoft', attributes: held, inputs };
    }
    case 'MatMul':
      return { ...form, op: 'QLinearMatMul', inputs: [...operands, scale, zero] };
    case 'Gemm': {
      const product = numberOf(inner, 'alpha') === 1 && numberOf(inner, 'beta') === 1;
      const straight = numberOf(inner, 'transA', 0) === 0;
      if (!product || !straight || !known(w.inputs[0]!)) return undefined;
      return {
        ...form,
        op: 'QGemm',
        domain: 'com.microsoft',
        inputs: [...operands, bias ?? '', scale, zero],
      };
    }
    default:
      return undefined;
  }
}

/** How operands of one byte are held, each told by its name, scale and zero point, where all are held alike. */
function heldAlike(
  operands: readonly (readonly string[])[],
  known: Known,
  signs: Signs,
): ReadonlyMap<string, OnnxAttribute> | undefined {
  const types = operands.map(([, , zero]) => typeOf(zero, known));
  const moved = operands.map(([name = ''], i) => types[i] === INT8 && signs(name));
  const [type] = types.map((given, i) => (moved[i] ? UINT8 : given));
  if (!types.every((given, i) => (moved[i] ? UINT8 : given) === type)) return undefined;
  return moved.every(Boolean) ? new Map([['unsigned', { kind: 'int', value: 1 }]]) : plain;
}

/** Operators on one tensor of bytes that onnxruntime computes otherwise than by way of real numbers. */
const onBytes: ReadonlySet<string> = new Set(['Softmax', 'AveragePool', 'GlobalAveragePool']);

function alone(
  after: OnnxNode,
  inner: OnnxNode,
  x: OnnxNode,
  known: Known,
  signs: Signs,
): OnnxNode | undefined {
  const held = heldAlike([x.inputs, [after.outputs[0]!, ...after.inputs.slice(1)]], known, signs);
  if (!onBytes.has(inner.op) || !eightBits.has(typeOf(x.inputs[2], known)) || !held) return undefined;
  const dilated = inner.attributes.get('dilations');
  if (dilated?.kind === 'ints' && dilated.value.some((step) => step !== 1)) return undefined;
  return {
    ...inner,
    op: `QLinear${inner.op}`,
    domain: 'com.microsoft',
    attributes: new Map([
      ...inner.attributes,
      ...(inner.op === 'Softmax' ? ([['opset', { kind: 'int', value: inner.opset ?? 0 }]] as const) : []),
      ...(inner.op === 'AveragePool' ? held : []),
    ]),
    inputs: [...padded(x.inputs), ...padded(after.inputs).slice(1)],
    outputs: after.outputs,
  };
}

const padded = (inputs: readonly string[]) => [inputs[0] ?? '', inputs[1] ?? '', inputs[2] ?? ''];

function numberOf({ attributes }: OnnxNode, name: string, fallback = 1): number {
  const found = attributes.get(name);
  return found?.kind === 'float' || found?.kind === 'int' ? found.value : fallback;
}

/** Operators after which integers flow. */
const givesIntegers = /^(Dynamic)?QuantizeLinear$|^Q(Linear|Gemm)/;

/** How a model keeps its numbers: as int8 where most weights are stored in bytes, and where integers flow. */
export function numbersOf({ nodes, initializers }: OnnxModel): Numbers {
  let [bytes, others] = [0, 0];
  for (const { type, dims } of initializers) {
    if (elementTypes[type].bytes <= 1 && type !== BOOL) bytes += elementCount(dims);
    else if (elementTypes[type].float) others += elementCount(dims);
  }
  return {
    weights: bytes > others ? 'int8' : 'float32',
    activations: nodes.some(({ op }) => givesIntegers.test(op)) ? 'int8' : 'float32',
  };
}
