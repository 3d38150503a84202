/**
 * Writes small ONNX files for tests to open. Apart from the project's own exporter on purpose: it writes what the
 * exporter never does, and what judges the reader should not share its mistakes.
 */
type Bytes = readonly number[];

const text = new TextEncoder();

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    bytes.push(Number(rest & 127n) | (rest > 127n ? 128 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return bytes;
}

const number = (field: number, value: number): Bytes => [...varint(field << 3), ...varint(value)];
const bytes = (field: number, value: Bytes): Bytes => [
  ...varint((field << 3) | 2),
  ...varint(value.length),
  ...value,
];
const string = (field: number, value: string): Bytes => bytes(field, [...text.encode(value)]);
const float = (value: number): Bytes => [...new Uint8Array(Float32Array.of(value).buffer)];

/** Element types by the numbers that ONNX gives them. */
export const typeNumbers = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float64: 11,
  float8e4m3fn: 17,
  float8e5m2: 19,
  uint4: 21,
  int4: 22,
} as const;
export type TypeName = keyof typeof typeNumbers;

const arrays = {
  float32: Float32Array,
  uint8: Uint8Array,
  int8: Int8Array,
  int32: Int32Array,
  bool: Uint8Array,
  float64: Float64Array,
  // What is smaller than any array's elements is given as the bytes that hold it.
  float8e4m3fn: Uint8Array,
  float8e5m2: Uint8Array,
  uint4: Uint8Array,
  int4: Uint8Array,
} as const;

export interface TinyTensor {
  readonly dims: readonly number[];
  readonly data: readonly number[];
  readonly type?: TypeName;
  /** The file beside the model that its elements lie in, in the place of `data`. */
  readonly external?: string;
}

export type TinyAttribute =
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly float: number }
  | { readonly floats: readonly number[] }
  | { readonly text: string }
  | { readonly tensor: TinyTensor }
  | { readonly graph: TinyGraph }
  /** In a function's body: the caller's attribute of that name. */
  | { readonly ref: string };

export interface TinyNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, TinyAttribute>>;
  readonly domain?: string;
}

/** Axes by their extents or names; null where the file states no shape. */
export interface TinyValue {
  readonly dims: readonly (number | string)[] | null;
  readonly type?: TypeName;
}

export interface TinyGraph {
  readonly inputs?: Readonly<Record<string, TinyValue>>;
  readonly outputs: Readonly<Record<string, TinyValue>>;
  readonly nodes: readonly TinyNode[];
  readonly weights?: Readonly<Record<string, TinyTensor>>;
}

export interface TinyFunction {
  readonly name: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: readonly string[];
  readonly nodes: readonly TinyNode[];
}

export interface TinyModel extends TinyGraph {
  readonly opset?: number;
  readonly domains?: readonly string[];
  readonly functions?: readonly TinyFunction[];
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Its elements as a file beside the model holds them. */
export function elementBytes({ data, type = 'float32' }: TinyTensor): Uint8Array {
  return type === 'int64'
    ? new Uint8Array(BigInt64Array.from(data, BigInt).buffer)
    : new Uint8Array(arrays[type].from(data).buffer);
}

function tensorBytes(tensor: TinyTensor, name = ''): Bytes {
  const { dims, type = 'float32', external } = tensor;
  const fields = [...dims.map((dim) => number(1, dim)), number(2, typeNumbers[type]), string(8, name)];
  if (external !== undefined) {
    const place = bytes(13, [...string(1, 'location'), ...string(2, external)]);
    return [...fields.flat(), ...place, ...number(14, 1)];
  }
  return [...fields.flat(), ...bytes(9, [...elementBytes(tensor)])];
}

function attributeBytes(name: string, value: TinyAttribute): Bytes {
  const kinds = { float: 1, int: 2, text: 3, tensor: 4, graph: 5, floats: 6, ints: 7, ref: 0 } as const;
  const kind = Object.keys(value)[0] as keyof typeof kinds;
  const content = (): Bytes => {
    if ('int' in value) return number(3, value.int);
    if ('ints' in value) return value.ints.flatMap((each) => number(8, each));
    if ('float' in value) return [...varint((2 << 3) | 5), ...float(value.float)];
    if ('floats' in value) return value.floats.flatMap((each) => [...varint((7 << 3) | 5), ...float(each)]);
    if ('text' in value) return string(4, value.text);
    if ('tensor' in value) return bytes(5, tensorBytes(value.tensor));
    if ('graph' in value) return bytes(6, graphBytes(value.graph));
    return string(21, value.ref);
  };
  const type = kinds[kind] === 0 ? [] : number(20, kinds[kind]);
  return [...string(1, name), ...content(), ...type];
}

function nodeBytes({ op, inputs, outputs, attributes = {}, domain }: TinyNode): Bytes {
  return [
    ...inputs.flatMap((name) => string(1, name)),
    ...outputs.flatMap((name) => string(2, name)),
    ...string(3, outputs[0] ?? op),
    ...string(4, op),
    ...Object.entries(attributes).flatMap(([name, value]) => bytes(5, attributeBytes(name, value))),
    ...(domain === undefined ? [] : string(7, domain)),
  ];
}

function valueBytes(name: string, { dims, type = 'float32' }: TinyValue): Bytes {
  const axes = (dims ?? []).flatMap((dim) =>
    bytes(1, dim === '' ? [] : typeof dim === 'number' ? number(1, dim) : string(2, dim)),
  );
  const shape = dims === null ? [] : bytes(2, axes);
  return [...string(1, name), ...bytes(2, bytes(1, [...number(1, typeNumbers[type]), ...shape]))];
}

function graphBytes({ inputs = {}, outputs, nodes, weights = {} }: TinyGraph): Bytes {
  return [
    ...nodes.flatMap((node) => bytes(1, nodeBytes(node))),
    ...string(2, 'tiny'),
    ...Object.entries(weights).flatMap(([name, tensor]) => bytes(5, tensorBytes(tensor, name))),
    ...Object.entries(inputs).flatMap(([name, value]) => bytes(11, valueBytes(name, value))),
    ...Object.entries(outputs).flatMap(([name, value]) => bytes(12, valueBytes(name, value))),
  ];
}

const operatorSet = (field: number, domain: string, version: number) =>
  bytes(field, [...string(1, domain), ...number(2, version)]);

function functionBytes(
  { name, domain, inputs, outputs, attributes = [], nodes }: TinyFunction,
  opset: number,
): Bytes {
  return [
    ...string(1, name),
    ...inputs.flatMap((each) => string(4, each)),
    ...outputs.flatMap((each) => string(5, each)),
    ...attributes.flatMap((each) => string(6, each)),
    ...nodes.flatMap((node) => bytes(7, nodeBytes(node))),
    ...operatorSet(9, '', opset),
    ...string(10, domain),
  ];
}

export function tinyModel({
  opset = 17,
  domains = [],
  functions = [],
  metadata = {},
  ...graph
}: TinyModel): Uint8Array {
  return Uint8Array.from([
    ...number(1, 8),
    ...operatorSet(8, '', opset),
    ...domains.flatMap((domain) => operatorSet(8, domain, 1)),
    ...bytes(7, graphBytes(graph)),
    ...Object.entries(metadata).flatMap(([key, value]) =>
      bytes(14, [...string(1, key), ...string(2, value)]),
    ),
    ...functions.flatMap((each) => bytes(25, functionBytes(each, opset))),
  ]);
}
