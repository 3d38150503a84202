import type { Dims } from '../../base/dims.ts';
import type { Span } from './protobuf.ts';

/** ONNX element types, by the numbers of TensorProto.DataType. Bytes per element; 0 where elements have no fixed size. */
export const elementTypes = {
  1: { name: 'float', bytes: 4, float: true },
  2: { name: 'uint8', bytes: 1, float: false },
  3: { name: 'int8', bytes: 1, float: false },
  4: { name: 'uint16', bytes: 2, float: false },
  5: { name: 'int16', bytes: 2, float: false },
  6: { name: 'int32', bytes: 4, float: false },
  7: { name: 'int64', bytes: 8, float: false },
  9: { name: 'bool', bytes: 1, float: false },
  10: { name: 'float16', bytes: 2, float: true },
  11: { name: 'double', bytes: 8, float: true },
  12: { name: 'uint32', bytes: 4, float: false },
  13: { name: 'uint64', bytes: 8, float: false },
  16: { name: 'bfloat16', bytes: 2, float: true },
  17: { name: 'float8e4m3fn', bytes: 1, float: true },
  18: { name: 'float8e4m3fnuz', bytes: 1, float: true },
  19: { name: 'float8e5m2', bytes: 1, float: true },
  20: { name: 'float8e5m2fnuz', bytes: 1, float: true },
  21: { name: 'uint4', bytes: 0.5, float: false },
  22: { name: 'int4', bytes: 0.5, float: false },
  23: { name: 'float4e2m1', bytes: 0.5, float: true },
} as const;
export type ElementType = keyof typeof elementTypes;

export function isElementType(type: number): type is ElementType {
  return Object.hasOwn(elementTypes, type);
}

/** What ONNX calls types that are not taken. */
const otherTypes: Readonly<Record<number, string>> = {
  8: 'string',
  14: 'complex64',
  15: 'complex128',
  24: 'float8e8m0',
  25: 'uint2',
  26: 'int2',
};

/** What so many elements take: two of four bits share a byte. */
export function bytesOfElements(type: ElementType, count: number): number {
  return Math.ceil(count * elementTypes[type].bytes);
}

export function elementTypeName(type: number): string {
  return isElementType(type) ? elementTypes[type].name : (otherTypes[type] ?? `no. ${type}`);
}

/** Where the elements of a tensor lie: little-endian in the file, packed as numbers, or in a file beside it. */
export type TensorContent =
  | { readonly kind: 'raw'; readonly span: Span }
  | {
      readonly kind: 'packed';
      readonly as: 'float' | 'double' | 'varint';
      readonly spans: readonly PackedSpan[];
    }
  | {
      readonly kind: 'external';
      readonly location: string;
      readonly offset: number;
      readonly length: number;
    };

export interface PackedSpan extends Span {
  readonly wire: 'varint' | 'fixed64' | 'bytes' | 'fixed32';
}

/** How a file of ours describes a tensor that training does not change, which other files keep like any. */
export const NOT_LEARNED = 'not learned';

export interface OnnxTensor {
  readonly name: string;
  /** Its own description says that training does not change it. */
  readonly notLearned?: true;
  readonly dims: Dims;
  readonly type: ElementType;
  readonly content: TensorContent;
  /** Where its description starts in the file. */
  readonly offset: number;
}

export type OnnxAttribute =
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'tensor'; readonly value: OnnxTensor }
  | { readonly kind: 'floats'; readonly value: readonly number[] }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'graph'; readonly value: OnnxSubgraph }
  /** In a function's body: the attribute of that name of whoever calls it. */
  | { readonly kind: 'ref'; readonly value: string }
  | { readonly kind: 'other' };

export interface OnnxNode {
  readonly op: string;
  readonly domain: string;
  readonly name: string;
  /** Value names; empty where an optional input is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
  readonly offset: number;
  /** The operator set of the function that it comes from; the model's when left out. */
  readonly opset?: number;
  /** The operators of the file that it stands for, in an order in which they run; left out where it is one itself. */
  readonly madeOf?: readonly OnnxNode[];
}

/** A branch: it reads values of the graphs around it by their names. */
export interface OnnxSubgraph {
  /** The names of what comes in: a loop's body has some. */
  readonly inputs: readonly string[];
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxTensor[];
  readonly outputs: readonly OnnxValue[];
}

/** An operator that the model defines by others. */
export interface OnnxFunction {
  readonly name: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Values of attributes that a caller leaves out. */
  readonly defaults: ReadonlyMap<string, OnnxAttribute>;
  readonly nodes: readonly OnnxNode[];
  readonly opset: number | undefined;
}

/** A graph input or output. */
export interface OnnxValue {
  readonly name: string;
  /** 0 when the file does not say. */
  readonly type: number;
  /** A name for a symbolic axis; undefined when the file states no shape. */
  readonly dims: readonly (number | string)[] | undefined;
}

export interface OnnxModel {
  readonly irVersion: number;
  readonly producer: string;
  /** Version of the default operator set. */
  readonly opset: number;
  /** Versions of other operator sets, by domain. */
  readonly domains: ReadonlyMap<string, number>;
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxTensor[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly metadata: ReadonlyMap<string, string>;
  readonly functions: readonly OnnxFunction[];
}
