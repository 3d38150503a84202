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

/**
 * A dense row-major tensor with the face of onnxruntime's `Tensor`: `new Tensor('float32', data, dims)`.
 * Throws a RangeError when `data` does not hold exactly the elements that `dims` asks for.
 */
export class Tensor<T extends TensorType = 'float32'> {
  readonly type: T;
  readonly dims: Dims;
  readonly data: TensorDataByType[T];

  constructor(type: T, data: TensorDataByType[T], dims: Dims = [data.length]) {
    if (data.length !== elementCount(dims)) {
      throw new RangeError(
        `A tensor of ${formatDims(dims)} holds ${elementCount(dims)} elements, but the data has ${data.length}.`,
      );
    }
    this.type = type;
    this.data = data;
    this.dims = dims;
  }

  /** Number of elements. */
  get size(): number {
    return this.data.length;
  }

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
