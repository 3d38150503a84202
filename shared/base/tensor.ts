import { type Dims, elementCount, formatDims } from './dims.ts';
import { floatToHalf, halfToFloat } from './half.ts';

/** Element types and the typed array that holds each; the names are onnxruntime's. */
export interface TensorDataByType {
  readonly float32: Float32Array;
  readonly float64: Float64Array;
  /** As bits, where the platform has no arrays of halves; both index as numbers. */
  readonly float16: Uint16Array;
  readonly int32: Int32Array;
  readonly uint32: Uint32Array;
  readonly int64: BigInt64Array;
  readonly uint64: BigUint64Array;
  readonly int16: Int16Array;
  readonly uint16: Uint16Array;
  readonly int8: Int8Array;
  readonly uint8: Uint8Array;
  /** 0 or 1. */
  readonly bool: Uint8Array;
}
/** An element type by onnxruntime's name. */
export type TensorType = keyof TensorDataByType;

/** Arrays of halves are new: Node 20 lacks them, and onnxruntime takes bits in their place there. */
const HalfArray = Reflect.get(globalThis, 'Float16Array') as typeof Uint16Array | undefined;

/** Where one class holds several types, the first of them is the one that it tells. */
const constructors = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int8: Int8Array,
  uint8: Uint8Array,
  float16: HalfArray ?? Uint16Array,
  bool: Uint8Array,
} as const satisfies Record<TensorType, unknown>;

/** Elements as a list, which is copied into a typed array. */
export type TensorList = readonly (number | bigint | boolean)[];

/**
 * A dense row-major tensor with the face of onnxruntime's `Tensor`: `new Tensor('float32', data, dims)`, or without the
 * type where a typed array or a list of truth values tells it. Throws a RangeError when `data` does not hold exactly the
 * elements that `dims` asks for, a TypeError when the type is not known.
 */
export class Tensor<T extends TensorType = 'float32'> {
  readonly type: T;
  /** The extents, slowest first; `[N, C, H, W]` for feature maps. */
  readonly dims: Dims;
  /** The elements, row by row, `size` of them. */
  readonly data: TensorDataByType[T];
  /** Where the elements are; there is no other place. */
  readonly location = 'cpu';

  constructor(type: T, data: TensorDataByType[T] | TensorList, dims?: Dims);
  constructor(data: TensorDataByType[T] | readonly boolean[], dims?: Dims);
  constructor(
    first: T | TensorDataByType[T] | TensorList,
    second?: TensorDataByType[T] | TensorList | Dims,
    third?: Dims,
  ) {
    const named = typeof first === 'string';
    const content = (named ? second : first) as TensorDataByType[T] | TensorList;
    const type = (named ? first : typeOf(first)) as T;
    const dims = (named ? third : (second as Dims | undefined)) ?? [content.length];
    if (content.length !== elementCount(dims)) {
      throw new RangeError(
        `A tensor of ${formatDims(dims)} holds ${elementCount(dims)} elements, but the data has ${content.length}.`,
      );
    }
    this.type = type;
    this.data = Array.isArray(content)
      ? fromList[type](content)
      : taken(type, content as TensorDataByType[T]);
    this.dims = dims;
  }

  /** Number of elements. */
  get size(): number {
    return this.data.length;
  }

  /** The elements, as onnxruntime gives those of any place. */
  async getData(): Promise<TensorDataByType[T]> {
    return this.data;
  }

  /** The same elements with other dims. Throws a RangeError when these ask for another number. */
  reshape(dims: Dims): Tensor<T> {
    return new Tensor<T>(this.type, this.data, dims);
  }

  /** What layers compute on: floats as they are, all else as the nearest float32. */
  toFloat(): FloatTensor {
    if (this.data instanceof Float32Array) return new Tensor('float32', this.data, this.dims);
    if (this.type === 'float16' && this.data instanceof Uint16Array)
      return new Tensor('float32', Float32Array.from(this.data, halfToFloat), this.dims);
    return new Tensor('float32', Float32Array.from(this.data, Number), this.dims);
  }

  /** Nothing is held but memory, which is let go by itself. */
  dispose(): void {}

  /** A float32 tensor of zeros. */
  static zeros(dims: Dims): Tensor<'float32'> {
    return new Tensor('float32', new Float32Array(elementCount(dims)), dims);
  }

  /** The typed array class of an element type. */
  static arrayOf<T extends TensorType>(type: T): (typeof constructors)[T] {
    return constructors[type];
  }
}

/** What layers compute on. */
export type FloatTensor = Tensor<'float32'>;

/** Data that is given as it is; bits of halves as halves, where there are arrays of them. */
function taken<T extends TensorType>(type: T, data: TensorDataByType[T]): TensorDataByType[T] {
  if (type !== 'float16' || !HalfArray || !(data instanceof Uint16Array)) return data;
  return new HalfArray(data.buffer, data.byteOffset, data.length) as TensorDataByType[T];
}

function typeOf(data: unknown): TensorType {
  if (Array.isArray(data) && data.every((element) => typeof element === 'boolean')) return 'bool';
  const found = Object.entries(constructors).find(([, kind]) => data instanceof kind);
  if (found) return found[0] as TensorType;
  throw new TypeError('The type of a tensor is told by its name, a typed array, or a list of truth values.');
}

const fromList: { readonly [T in TensorType]: (list: TensorList) => TensorDataByType[T] } = {
  float32: (list) => Float32Array.from(list, Number),
  float64: (list) => Float64Array.from(list, Number),
  float16: (list) =>
    HalfArray ? HalfArray.from(list, Number) : Uint16Array.from(list, (x) => floatToHalf(Number(x))),
  int32: (list) => Int32Array.from(list, Number),
  uint32: (list) => Uint32Array.from(list, Number),
  uint64: (list) => BigUint64Array.from(list, BigInt),
  int16: (list) => Int16Array.from(list, Number),
  uint16: (list) => Uint16Array.from(list, Number),
  int64: (list) => BigInt64Array.from(list, BigInt),
  uint8: (list) => Uint8Array.from(list, Number),
  int8: (list) => Int8Array.from(list, Number),
  bool: (list) => Uint8Array.from(list, (element) => Number(Boolean(element))),
};
