import { type Dims, elementCount, formatDims } from './dims.ts';

/** Element types and the typed array that holds each; the names are onnxruntime's. */
export interface TensorDataByType {
  readonly float32: Float32Array;
  readonly float64: Float64Array;
  readonly int32: Int32Array;
  readonly int64: BigInt64Array;
  readonly uint8: Uint8Array;
  readonly int8: Int8Array;
  readonly bool: Uint8Array;
}
export type TensorType = keyof TensorDataByType;

const constructors = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  int8: Int8Array,
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
  readonly dims: Dims;
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
    this.data = Array.isArray(content) ? fromList[type](content) : (content as TensorDataByType[T]);
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
    return new Tensor('float32', Float32Array.from(this.data, Number), this.dims);
  }

  /** Nothing is held but memory, which is let go by itself. */
  dispose(): void {}

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

function typeOf(data: unknown): TensorType {
  if (Array.isArray(data) && data.every((element) => typeof element === 'boolean')) return 'bool';
  const found = Object.entries(constructors).find(([, kind]) => data instanceof kind);
  if (found) return found[0] as TensorType;
  throw new TypeError('The type of a tensor is told by its name, a typed array, or a list of truth values.');
}

const fromList: { readonly [T in TensorType]: (list: TensorList) => TensorDataByType[T] } = {
  float32: (list) => Float32Array.from(list, Number),
  float64: (list) => Float64Array.from(list, Number),
  int32: (list) => Int32Array.from(list, Number),
  int64: (list) => BigInt64Array.from(list, BigInt),
  uint8: (list) => Uint8Array.from(list, Number),
  int8: (list) => Int8Array.from(list, Number),
  bool: (list) => Uint8Array.from(list, (element) => Number(Boolean(element))),
};
