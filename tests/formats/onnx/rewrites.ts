import { decodeModel } from '../../../shared/formats/onnx/decode.ts';
import type { OnnxAttribute } from '../../../shared/formats/onnx/model.ts';
import { readElements } from '../../../shared/formats/onnx/tensor-data.ts';
import { bytesSource } from '../../../shared/formats/weights/source.ts';
import {
  type TinyAttribute,
  type TinyFunction,
  type TinyModel,
  type TinyNode,
  type TinyTensor,
  type TypeName,
  typeNumbers,
} from './tiny-model.ts';

const nameOfType = (type: number): TypeName =>
  (Object.keys(typeNumbers) as TypeName[]).find((name) => typeNumbers[name] === type)!;

function attributeOf(value: OnnxAttribute): TinyAttribute {
  if (value.kind === 'float') return { float: value.value };
  if (value.kind === 'int') return { int: value.value };
  if (value.kind === 'text') return { text: value.value };
  if (value.kind === 'floats') return { floats: value.value };
  if (value.kind === 'ints') return { ints: value.value };
  throw new RangeError(`An attribute of kind ${value.kind} is not written here.`);
}

/** A file as a model that can be changed node by node, and be written again. */
export async function tinyOf(bytes: Uint8Array): Promise<TinyModel> {
  const { model, reader } = await decodeModel(bytesSource(bytes));
  const weights: Record<string, TinyTensor> = {};
  for (const tensor of model.initializers) {
    const data = Array.from(await readElements(reader, tensor), Number);
    weights[tensor.name] = { dims: tensor.dims, data, type: nameOfType(tensor.type) };
  }
  const values = (list: typeof model.inputs) =>
    Object.fromEntries(list.map(({ name, dims }) => [name, { dims: dims ?? null }]));
  return {
    opset: model.opset,
    inputs: values(model.inputs),
    outputs: values(model.outputs),
    weights,
    nodes: model.nodes.map(({ op, inputs, outputs, attributes }) => ({
      op,
      inputs,
      outputs,
      attributes: Object.fromEntries([...attributes].map(([name, value]) => [name, attributeOf(value)])),
    })),
  };
}

/** A model while it is rewritten. */
export class Rewriting {
  readonly nodes: TinyNode[];
  readonly weights: Record<string, TinyTensor>;
  readonly functions: TinyFunction[];
  readonly model: TinyModel;
  readonly #next: () => number;
  #count: number;

  /** Values are called by numbers from `first` on. */
  constructor(model: TinyModel, next: () => number, first: number) {
    this.#count = first;
    this.model = model;
    this.nodes = [...model.nodes];
    this.weights = { ...model.weights };
    this.functions = [...(model.functions ?? [])];
    this.#next = next;
  }

  get result(): TinyModel {
    return { ...this.model, nodes: this.nodes, weights: this.weights, functions: this.functions };
  }

  below(count: number): number {
    return Math.floor(this.#next() * count);
  }

  one<T>(options: readonly T[]): T | undefined {
    return options[this.below(options.length)];
  }

  name(stem: string): string {
    // A name with a slash is one that an exporter made up: one number by it is a setting, no parameter.
    return `${stem.replaceAll('/', '_')}.${this.#count++}`;
  }

  int(node: TinyNode, name: string, fallback: number): number {
    const given = node.attributes?.[name];
    return given && 'int' in given ? given.int : fallback;
  }

  float(node: TinyNode, name: string, fallback: number): number {
    const given = node.attributes?.[name];
    return given && 'float' in given ? given.float : fallback;
  }

  /** One of the nodes of an operator. */
  nodeOf(...ops: readonly string[]): TinyNode | undefined {
    return this.one(this.nodes.filter(({ op }) => ops.includes(op)));
  }

  /** Puts others where a node stands. */
  replace(node: TinyNode, ...others: readonly TinyNode[]): void {
    this.nodes.splice(this.nodes.indexOf(node), 1, ...others);
  }

  /** A number that an exporter wrote down: no parameter. */
  scalar(value: number): readonly [TinyNode, string] {
    const name = this.name('Constant');
    const tensor: TinyTensor = { dims: [], data: [value] };
    return [{ op: 'Constant', inputs: [], outputs: [name], attributes: { value: { tensor } } }, name];
  }

  ints(...values: readonly number[]): string {
    const name = this.name('ints');
    this.weights[name] = { dims: [values.length], data: values, type: 'int64' };
    return name;
  }

  /** An input of a node that flows, as numbers: something else gives it, or it is fed. */
  edge(): { readonly node: TinyNode; readonly at: number; readonly value: string } | undefined {
    const flowing = new Set([
      ...Object.keys(this.model.inputs ?? {}),
      ...this.nodes.filter(({ op }) => op !== 'Constant' && op !== 'Shape').flatMap(({ outputs }) => outputs),
    ]);
    const edges = this.nodes.flatMap((node) =>
      node.inputs.flatMap((value, at) => (flowing.has(value) ? [{ node, at, value }] : [])),
    );
    return this.one(edges);
  }

  /** A value that a node reads comes to it through others. */
  through(
    edge: { readonly node: TinyNode; readonly at: number; readonly value: string },
    ...steps: readonly Omit<TinyNode, 'outputs'>[]
  ): void {
    let value = edge.value;
    const made = steps.map(({ inputs, ...step }) => {
      const output = this.name(edge.value);
      const node = { ...step, inputs: [value, ...inputs], outputs: [output] };
      value = output;
      return node;
    });
    const { node, at } = edge;
    this.replace(node, ...made, { ...node, inputs: node.inputs.with(at, value) });
  }
}

/** Operators whose axes or sizes became an input after operator set 12: by which name, and at which place. */
const movedInputs: Readonly<Record<string, readonly [attribute: string, at: number]>> = {
  ...Object.fromEntries(
    ['ReduceMean', 'ReduceMax', 'ReduceMin', 'ReduceSum', 'ReduceL2', 'Squeeze', 'Unsqueeze'].map(
      (op) => [op, ['axes', 1]] as const,
    ),
  ),
  Split: ['split', 1],
};

/** Operators that mean the same in operator set 12, once those inputs are attributes again. */
const oldEnough: ReadonlySet<string> = new Set([
  ...Object.keys(movedInputs),
  ...['Abs', 'Add', 'BatchNormalization', 'Cast', 'Celu', 'Clip', 'Concat', 'Constant', 'Conv'],
  ...['ConvTranspose', 'Div', 'Dropout', 'Elu', 'Erf', 'Exp', 'Flatten', 'Gemm', 'GlobalAveragePool'],
  ...[
    'GlobalMaxPool',
    'HardSigmoid',
    'Identity',
    'InstanceNormalization',
    'LRN',
    'LeakyRelu',
    'Log',
    'MatMul',
  ],
  ...['Max', 'MaxPool', 'Min', 'Mul', 'Neg', 'PRelu', 'Pad', 'Pow', 'Reciprocal', 'Relu', 'Reshape', 'Selu'],
  ...['Shape', 'Sigmoid', 'Slice', 'Softplus', 'Softsign', 'Sub', 'Tanh', 'ThresholdedRelu', 'Transpose'],
]);

/** The same model in operator set 12; undefined where it has operators that came later, or meant something else. */
export function older(model: TinyModel): TinyModel | undefined {
  const weights = { ...model.weights };
  const nodes: TinyNode[] = [];
  for (const node of model.nodes) {
    if (!oldEnough.has(node.op)) return undefined;
    const [attribute, at] = movedInputs[node.op] ?? [];
    const given = at === undefined ? undefined : node.inputs[at];
    const values = given === undefined ? undefined : weights[given];
    if (given !== undefined && !values) return undefined;
    nodes.push(
      values
        ? {
            ...node,
            inputs: node.inputs.slice(0, at),
            attributes: { ...node.attributes, [attribute!]: { ints: values.data } },
          }
        : node,
    );
  }
  return { ...model, nodes, weights, opset: 12 };
}

type Rewrite = (model: Rewriting, rankOf: (value: string) => number | undefined) => void;

const shuffled = (r: Rewriting, count: number): readonly number[] => {
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = r.below(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
};
const ints = (values: readonly number[]): TinyAttribute => ({ ints: values });

/** Each leaves what a model computes, its parameters and its multiply-adds as they are. */
export const rewrites: Readonly<Record<string, Rewrite>> = {
  identity(r) {
    const edge = r.edge();
    if (edge) r.through(edge, { op: 'Identity', inputs: [] });
  },
  dropout(r) {
    const edge = r.edge();
    if (edge) r.through(edge, { op: 'Dropout', inputs: [] });
  },
  cast(r) {
    const edge = r.edge();
    if (edge) r.through(edge, { op: 'Cast', inputs: [], attributes: { to: { int: 1 } } });
  },
  'there and back': (r, rankOf) => {
    const edge = r.edge();
    const rank = edge && rankOf(edge.value);
    if (!edge || rank === undefined || rank < 2) return;
    const perm = shuffled(r, rank);
    const back = perm.map((_, axis) => perm.indexOf(axis));
    r.through(
      edge,
      { op: 'Transpose', inputs: [], attributes: { perm: ints(perm) } },
      { op: 'Transpose', inputs: [], attributes: { perm: ints(back) } },
    );
  },
  'channels last around what is pointwise': (r, rankOf) => {
    const node = r.nodeOf(
      'Relu',
      'Sigmoid',
      'Tanh',
      'LeakyRelu',
      'Elu',
      'Abs',
      'Neg',
      'Softplus',
      'Erf',
      'Clip',
    );
    if (!node || rankOf(node.inputs[0]!) !== 4) return;
    const [first, last] = [r.name('nhwc'), r.name('nhwc')];
    r.replace(
      node,
      {
        op: 'Transpose',
        inputs: [node.inputs[0]!],
        outputs: [first],
        attributes: { perm: ints([0, 2, 3, 1]) },
      },
      { ...node, inputs: node.inputs.with(0, first), outputs: [last] },
      { op: 'Transpose', inputs: [last], outputs: node.outputs, attributes: { perm: ints([0, 3, 1, 2]) } },
    );
  },
  'an axis more for a while': (r) => {
    const edge = r.edge();
    if (!edge) return;
    const axes = r.ints(r.below(2) === 0 ? 0 : -1);
    r.through(edge, { op: 'Unsqueeze', inputs: [axes] }, { op: 'Squeeze', inputs: [axes] });
  },
  'nothing added': (r) => {
    const edge = r.edge();
    if (!edge) return;
    const [node, zero] = r.scalar(0);
    r.nodes.unshift(node);
    r.through(edge, { op: 'Add', inputs: [zero] });
  },
  'times one': (r) => {
    const edge = r.edge();
    if (!edge) return;
    const [node, one] = r.scalar(1);
    r.nodes.unshift(node);
    r.through(edge, { op: r.below(2) === 0 ? 'Mul' : 'Div', inputs: [one] });
  },
  'a shape that is asked for': (r) => {
    const edge = r.edge();
    if (!edge) return;
    const shape = r.name('shape');
    r.nodes.splice(r.nodes.indexOf(edge.node), 0, { op: 'Shape', inputs: [edge.value], outputs: [shape] });
    r.through(edge, { op: 'Reshape', inputs: [shape] });
  },
  'flat for a while': (r) => {
    const edge = r.edge();
    if (!edge) return;
    const shape = r.name('shape');
    r.nodes.splice(r.nodes.indexOf(edge.node), 0, { op: 'Shape', inputs: [edge.value], outputs: [shape] });
    r.through(edge, { op: 'Reshape', inputs: [r.ints(0, -1)] }, { op: 'Reshape', inputs: [shape] });
  },
  'parts joined again': (r, rankOf) => {
    const edge = r.edge();
    const rank = edge && rankOf(edge.value);
    if (!edge || rank === undefined || rank < 2) return;
    const [first, rest, whole] = [r.name('part'), r.name('part'), r.name('whole')];
    const axis = rank - 1;
    const most = r.ints(2 ** 31 - 1);
    const slice = (starts: string, ends: string, output: string): TinyNode => ({
      op: 'Slice',
      inputs: [edge.value, starts, ends, r.ints(axis)],
      outputs: [output],
    });
    const { node, at } = edge;
    r.replace(
      node,
      slice(r.ints(0), r.ints(1), first),
      slice(r.ints(1), most, rest),
      { op: 'Concat', inputs: [first, rest], outputs: [whole], attributes: { axis: { int: axis } } },
      { ...node, inputs: node.inputs.with(at, whole) },
    );
  },
  'a weight in a Constant': (r) => {
    const name = r.one(Object.keys(r.weights));
    const tensor = name === undefined ? undefined : r.weights[name];
    // One number that a Constant holds is a setting, no parameter.
    if (name === undefined || !tensor || tensor.data.length <= 1) return;
    delete r.weights[name];
    r.nodes.unshift({ op: 'Constant', inputs: [], outputs: [name], attributes: { value: { tensor } } });
  },
  'a Constant as a weight': (r) => {
    const node = r.nodeOf('Constant');
    const value = node?.attributes?.value;
    if (!node || !value || !('tensor' in value) || value.tensor.dims.length === 0) return;
    r.weights[node.outputs[0]!] = value.tensor;
    r.nodes.splice(r.nodes.indexOf(node), 1);
  },
  'a weight by another name': (r) => {
    const weight = r.one(Object.keys(r.weights));
    if (weight === undefined) return;
    const other = r.name(weight);
    r.nodes.unshift({ op: 'Identity', inputs: [weight], outputs: [other] });
    for (const node of [...r.nodes.slice(1)])
      if (node.inputs.includes(weight))
        r.replace(node, { ...node, inputs: node.inputs.map((name) => (name === weight ? other : name)) });
  },
  'Relu as Max': (r) => {
    const node = r.nodeOf('Relu');
    if (!node) return;
    const [constant, zero] = r.scalar(0);
    r.replace(node, constant, { op: 'Max', inputs: [node.inputs[0]!, zero], outputs: node.outputs });
  },
  'Relu as Clip': (r) => {
    const node = r.nodeOf('Relu');
    if (!node) return;
    const [constant, zero] = r.scalar(0);
    r.replace(node, constant, { op: 'Clip', inputs: [node.inputs[0]!, zero], outputs: node.outputs });
  },
  'Sigmoid in parts': (r) => {
    const node = r.nodeOf('Sigmoid');
    if (!node) return;
    const [constant, one] = r.scalar(1);
    const [negative, power, sum] = [r.name('neg'), r.name('exp'), r.name('sum')];
    r.replace(
      node,
      constant,
      { op: 'Neg', inputs: node.inputs, outputs: [negative] },
      { op: 'Exp', inputs: [negative], outputs: [power] },
      { op: 'Add', inputs: [power, one], outputs: [sum] },
      { op: 'Reciprocal', inputs: [sum], outputs: node.outputs },
    );
  },
  'Softmax in parts': (r, rankOf) => {
    const node = r.nodeOf('Softmax');
    const rank = node && rankOf(node.inputs[0]!);
    if (!node || rank === undefined) return;
    const axis = r.int(node, 'axis', -1);
    const axes = r.ints(axis);
    const [most, less, power, sum] = ['most', 'less', 'power', 'sum'].map((stem) => r.name(stem)) as [
      string,
      string,
      string,
      string,
    ];
    r.replace(
      node,
      // Its axes became an input with operator set 18.
      { op: 'ReduceMax', inputs: [node.inputs[0]!, axes], outputs: [most] },
      { op: 'Sub', inputs: [node.inputs[0]!, most], outputs: [less] },
      { op: 'Exp', inputs: [less], outputs: [power] },
      { op: 'ReduceSum', inputs: [power, axes], outputs: [sum] },
      { op: 'Div', inputs: [power, sum], outputs: node.outputs },
    );
  },
  'a bias beside its convolution': (r) => {
    const node = r.one(r.nodes.filter(({ op, inputs }) => op === 'Conv' && inputs.length === 3));
    const bias = node && r.weights[node.inputs[2]!];
    if (!node || !bias) return;
    const [name, product] = [r.name(`${node.inputs[2]!}`), r.name('product')];
    r.weights[name] = { ...bias, dims: [1, bias.dims[0]!, 1, 1] };
    r.replace(
      node,
      { ...node, inputs: node.inputs.slice(0, 2), outputs: [product] },
      { op: 'Add', inputs: r.below(2) === 0 ? [product, name] : [name, product], outputs: node.outputs },
    );
    if (!r.nodes.some(({ inputs }) => inputs.includes(node.inputs[2]!))) delete r.weights[node.inputs[2]!];
  },
  'Gemm in parts': (r) => {
    const node = r.nodeOf('Gemm');
    if (!node || r.int(node, 'transA', 0) === 1 || r.float(node, 'alpha', 1) !== 1) return;
    const [turned, product] = [r.name('turned'), r.name('product')];
    const parts: TinyNode[] = [];
    let matrix = node.inputs[1]!;
    if (r.int(node, 'transB', 0) === 1) {
      parts.push({
        op: 'Transpose',
        inputs: [matrix],
        outputs: [turned],
        attributes: { perm: ints([1, 0]) },
      });
      matrix = turned;
    }
    const bias = node.inputs[2];
    parts.push({
      op: 'MatMul',
      inputs: [node.inputs[0]!, matrix],
      outputs: bias === undefined ? node.outputs : [product],
    });
    if (bias !== undefined) parts.push({ op: 'Add', inputs: [product, bias], outputs: node.outputs });
    r.replace(node, ...parts);
  },
  'a normalisation as a scale and a shift': (r) => {
    const node = r.nodeOf('BatchNormalization');
    const given = node?.inputs.slice(1).map((name) => r.weights[name]);
    const [scale, shift, mean, variance] = given ?? [];
    if (!node || !scale || !shift || !mean || !variance) return;
    const epsilon = r.float(node, 'epsilon', 1e-5);
    const factors = scale.data.map((value, c) => value / Math.sqrt(variance.data[c]! + epsilon));
    const terms = shift.data.map((value, c) => value - mean.data[c]! * factors[c]!);
    const dims = [1, factors.length, 1, 1];
    const [factor, term, product] = [r.name(node.inputs[1]!), r.name(node.inputs[2]!), r.name('scaled')];
    r.weights[factor] = { dims, data: factors };
    r.weights[term] = { dims, data: terms };
    r.replace(
      node,
      { op: 'Mul', inputs: [node.inputs[0]!, factor], outputs: [product] },
      { op: 'Add', inputs: [product, term], outputs: node.outputs },
    );
    for (const name of node.inputs.slice(1))
      if (!r.nodes.some(({ inputs }) => inputs.includes(name))) delete r.weights[name];
  },
  'padding of its own': (r) => {
    const node = r.nodeOf('Conv');
    const pads = node?.attributes?.pads;
    if (!node || !pads || !('ints' in pads) || pads.ints.length !== 4) return;
    const padded = r.name('padded');
    const [top, left, bottom, right] = pads.ints as readonly [number, number, number, number];
    const amounts = r.ints(0, 0, top, left, 0, 0, bottom, right);
    r.replace(
      node,
      { op: 'Pad', inputs: [node.inputs[0]!, amounts], outputs: [padded] },
      {
        ...node,
        inputs: node.inputs.with(0, padded),
        attributes: { ...node.attributes, pads: ints([0, 0, 0, 0]) },
      },
    );
  },
  'a mean over the map': (r) => {
    const node = r.nodeOf('GlobalAveragePool');
    if (!node) return;
    r.replace(node, { op: 'ReduceMean', inputs: [node.inputs[0]!, r.ints(2, 3)], outputs: node.outputs });
  },
  'Flatten as Reshape': (r) => {
    const node = r.nodeOf('Flatten');
    if (!node || r.int(node, 'axis', 1) !== 1) return;
    r.replace(node, { op: 'Reshape', inputs: [node.inputs[0]!, r.ints(0, -1)], outputs: node.outputs });
  },
  'two joined, then the third': (r) => {
    const node = r.one(r.nodes.filter(({ op, inputs }) => op === 'Concat' && inputs.length > 2));
    if (!node) return;
    const inner = r.name('joined');
    r.replace(
      node,
      { ...node, inputs: node.inputs.slice(0, 2), outputs: [inner] },
      { ...node, inputs: [inner, ...node.inputs.slice(2)] },
    );
  },
  'a function of its own': (r) => {
    const node = r.one(r.nodes.filter(({ op, outputs }) => op !== 'Constant' && outputs.length === 1));
    if (!node || node.inputs.includes('')) return;
    const name = r.name('Own').replace('.', '');
    const inputs = node.inputs.map((_, i) => `in${i}`);
    r.functions.push({
      name,
      domain: 'own',
      inputs,
      outputs: ['out'],
      nodes: [{ ...node, inputs, outputs: ['out'] }],
    });
    r.replace(node, { op: name, domain: 'own', inputs: node.inputs, outputs: node.outputs });
  },
  'a branch that is known': (r) => {
    const node = r.one(r.nodes.filter(({ op, outputs }) => op !== 'Constant' && outputs.length === 1));
    if (!node) return;
    const [condition, output, other] = [r.name('condition'), r.name('then'), r.name('else')];
    r.weights[condition] = { dims: [], data: [1], type: 'bool' };
    const branch = (name: string, inner: TinyNode): TinyAttribute => ({
      graph: { outputs: { [name]: { dims: null } }, nodes: [inner] },
    });
    r.replace(node, {
      op: 'If',
      inputs: [condition],
      outputs: node.outputs,
      attributes: {
        then_branch: branch(output, { ...node, outputs: [output] }),
        else_branch: branch(other, {
          op: 'Constant',
          inputs: [],
          outputs: [other],
          attributes: { value: { tensor: { dims: [1], data: [0] } } },
        }),
      },
    });
  },
};
