import type { Dims } from '../../base/dims.ts';
import { NOT_LEARNED } from './model.ts';

/** What is written into an ONNX file. */
export interface OnnxGraph {
  readonly name: string;
  readonly nodes: readonly NodeToWrite[];
  readonly initializers: readonly InitializerToWrite[];
  readonly inputs: readonly ValueToWrite[];
  readonly outputs: readonly ValueToWrite[];
  readonly metadata: Readonly<Record<string, string>>;
}

export type AttributeToWrite = number | string | readonly number[] | { readonly float: number };

export interface NodeToWrite {
  readonly op: string;
  /** Of which set of operators; ONNX's own when left out. */
  readonly domain?: string;
  /** The operator set that it came with, where that is later than what every file is written in. */
  readonly since?: LateOpset;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, AttributeToWrite>>;
}

export interface InitializerToWrite {
  readonly name: string;
  /** Whether training changes it; told in the file where it does not, or else a reader takes it for a parameter. */
  readonly learned: boolean;
  readonly dims: Dims;
  readonly data:
    | Float32Array
    | BigInt64Array
    | Int32Array
    | Int16Array
    | Uint16Array
    | Int8Array
    | Uint8Array;
}

export interface ValueToWrite {
  readonly name: string;
  /** A name where an axis may have any extent; empty where it has none. */
  readonly dims: readonly (number | string)[];
}

/**
 * Operator set 21 has nearly every operator that a layer of ours is, and many programs read it; a file with one of a later set
 * is of that set. The version of the file's form goes with it.
 */
const OPSET = 21;
/** The version of the format that came with each set that is written. */
const irVersions = { [OPSET]: 10, 23: 11, 26: 13 } as const;
type LateOpset = Exclude<keyof typeof irVersions, typeof OPSET>;

/** Parts of a message, joined only once: weights are not copied on the way. */
class Message {
  readonly parts: Uint8Array[] = [];
  length = 0;

  #push(bytes: Uint8Array): void {
    this.parts.push(bytes);
    this.length += bytes.length;
  }

  #varint(value: number): void {
    const bytes: number[] = [];
    let rest = BigInt.asUintN(64, BigInt(value));
    do {
      bytes.push(Number(rest & 127n) | (rest > 127n ? 128 : 0));
      rest >>= 7n;
    } while (rest > 0n);
    this.#push(Uint8Array.from(bytes));
  }

  int(field: number, value: number): this {
    this.#varint(field * 8);
    this.#varint(value);
    return this;
  }

  float(field: number, value: number): this {
    this.#varint(field * 8 + 5);
    this.#push(new Uint8Array(Float32Array.of(value).buffer));
    return this;
  }

  bytes(field: number, bytes: Uint8Array): this {
    this.#varint(field * 8 + 2);
    this.#varint(bytes.length);
    this.#push(bytes);
    return this;
  }

  text(field: number, text: string): this {
    return this.bytes(field, new TextEncoder().encode(text));
  }

  message(field: number, inner: Message): this {
    this.#varint(field * 8 + 2);
    this.#varint(inner.length);
    for (const part of inner.parts) this.#push(part);
    return this;
  }

  join(): Uint8Array {
    const joined = new Uint8Array(this.length);
    let at = 0;
    for (const part of this.parts) {
      joined.set(part, at);
      at += part.length;
    }
    return joined;
  }
}

/** The file's bytes. Field numbers are those of onnx.proto. */
export function encodeModel(graph: OnnxGraph): Uint8Array {
  const inner = new Message();
  for (const node of graph.nodes) inner.message(1, nodeMessage(node));
  inner.text(2, graph.name);
  for (const tensor of graph.initializers) inner.message(5, tensorMessage(tensor));
  for (const value of graph.inputs) inner.message(11, valueMessage(value));
  for (const value of graph.outputs) inner.message(12, valueMessage(value));
  const later = ([26, 23] as const).find((set) => graph.nodes.some(({ since }) => since === set));
  const opset = later ?? OPSET;
  const model = new Message().int(1, irVersions[opset]).text(2, 'Netwright').message(7, inner);
  model.message(8, new Message().text(1, '').int(2, opset));
  const others = new Set(graph.nodes.flatMap(({ domain }) => domain ?? []));
  for (const domain of others) model.message(8, new Message().text(1, domain).int(2, 1));
  for (const [key, value] of Object.entries(graph.metadata)) {
    model.message(14, new Message().text(1, key).text(2, value));
  }
  return model.join();
}

function nodeMessage({ op, domain, name, inputs, outputs, attributes }: NodeToWrite): Message {
  const message = new Message();
  for (const input of inputs) message.text(1, input);
  for (const output of outputs) message.text(2, output);
  message.text(3, name).text(4, op);
  for (const [key, value] of Object.entries(attributes)) message.message(5, attributeMessage(key, value));
  return domain === undefined ? message : message.text(7, domain);
}

function attributeMessage(name: string, value: AttributeToWrite): Message {
  const message = new Message().text(1, name);
  if (typeof value === 'number') return message.int(3, value).int(20, 2);
  if (typeof value === 'string') return message.text(4, value).int(20, 3);
  if ('float' in value) return message.float(2, value.float).int(20, 1);
  for (const item of value) message.int(8, item);
  return message.int(20, 7);
}

/** As TensorProto.DataType numbers them. */
function elementTypeOf(data: InitializerToWrite['data']): number {
  if (data instanceof Float32Array) return 1;
  if (data instanceof Uint8Array) return 2;
  if (data instanceof Int8Array) return 3;
  if (data instanceof Uint16Array) return 4;
  if (data instanceof Int16Array) return 5;
  return data instanceof Int32Array ? 6 : 7;
}

function tensorMessage({ name, dims, data, learned }: InitializerToWrite): Message {
  const message = new Message();
  for (const dim of dims) message.int(1, dim);
  const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  message.int(2, elementTypeOf(data)).text(8, name).bytes(9, raw);
  return learned ? message : message.text(12, NOT_LEARNED);
}

function valueMessage({ name, dims }: ValueToWrite): Message {
  const shape = new Message();
  for (const dim of dims) {
    shape.message(
      1,
      typeof dim === 'number'
        ? new Message().int(1, dim)
        : dim === ''
          ? new Message()
          : new Message().text(2, dim),
    );
  }
  const tensor = new Message().int(1, 1).message(2, shape);
  return new Message().text(1, name).message(2, new Message().message(1, tensor));
}
