import { type Dims, elementCount } from '../../base/dims.ts';
import type { Problem } from '../../base/problem.ts';
import { Tensor } from '../../base/tensor.ts';
import type { PortRef } from '../../graph/design.ts';
import type { LazyWeight } from '../weights/store.ts';
import type { ElementType } from './model.ts';
import type { Elements } from './tensor-data.ts';

/** What flows through a wire of the design. */
export interface Flow {
  readonly kind: 'flow';
  readonly ref: PortRef;
  readonly dims: Dims;
  /** The graph input that this is, when it is one: its value may be asked for instead. */
  readonly input?: string;
  /**
   * Holds whole numbers. Those that are fed, in types that wrap around and beyond what float32 holds, are moved only;
   * `counts` are layers' own, such as positions, with which layers compute.
   */
  readonly integer?: true | 'counts';
  /** Holds truth values, as 0 and 1. */
  readonly truth?: true;
  /** The type of whole numbers that has so few bits that what is worked out in it wraps around. */
  readonly wraps?: ElementType;
  /** The type of two bytes that it was cast to: it is rounded to it where it is a number of single precision again. */
  readonly halves?: ElementType;
}

/**
 * The stored tensors that training changes of which a constant is made, by name, with their numbers of elements: what
 * counts as parameters, whatever was worked out from them before the network runs.
 */
export type Sources = ReadonlyMap<string, number>;
export const noSources: Sources = new Map();

/** What was learned of a quantised tensor: all of it, int32 biases too, which are integers like indices. */
export function quantisedSources({ sources, source, dims }: Constant): Sources {
  return sources.size > 0 || source === undefined ? sources : new Map([[source, elementCount(dims)]]);
}

/** What is known before the network runs: weights, shapes, axes. Its elements may lie in the file still. */
export interface Constant {
  readonly kind: 'constant';
  readonly dims: Dims;
  /** Integers fold as integers. */
  readonly integer: boolean;
  /** The type that the file keeps it in; left out where it was worked out. */
  readonly type?: ElementType;
  /** Present when there are few elements, so that shapes can be worked out without waiting. */
  readonly values: ArrayLike<number> | undefined;
  /** Why there are no `values` of few elements: the file that they lie in cannot be read. */
  readonly unread?: Problem;
  readonly sources: Sources;
  /** Some of its numbers say how many rows a run keeps: nobody knows them before, and NaN stands for them. */
  readonly counted?: true;
  /** The same number throughout, as stands where weights were cut out of a file. */
  readonly placeholder?: true;
  /** The tensor of the file that it is; left out where it is none. */
  readonly source?: string;
  load(): Promise<Elements>;
  /** Some elements from the `first` on, where they can be read without the others. */
  readonly part?: LazyWeight['part'];
}

export type Value = Flow | Constant;

/** ONNX's number of the type of truth values. */
export const BOOL = 9 as const;

export function isTruth(value: Value | undefined): boolean {
  return value?.kind === 'constant' ? value.type === BOOL : value?.truth === true;
}

/** Operators that give elements of one of their inputs, or their type, by the input: truth values stay truth values. */
const sameType: Readonly<Record<string, number>> = {
  ...Object.fromEntries(
    [
      ...['Identity', 'Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Transpose', 'Expand', 'Tile', 'Dropout'],
      ...['Slice', 'Split', 'Concat', 'Gather', 'GatherElements', 'GatherND', 'Compress', 'ReverseSequence'],
      ...['ScatterND', 'ScatterElements', 'Scatter', 'TensorScatter', 'Trilu', 'Pad', 'CenterCropPad'],
      ...['DepthToSpace', 'SpaceToDepth', 'ReduceMax', 'ReduceMin', 'Not'],
    ].map((op) => [op, 0]),
  ),
  Where: 1,
  CastLike: 1,
  OneHot: 2,
};

/** The input that the result has its type of. */
export function typedAs(op: string, inputs: readonly (Value | undefined)[]): Value | undefined {
  const at = sameType[op];
  return at === undefined ? undefined : inputs[at];
}

/** Up to this many elements are kept at hand. */
export const SMALL_ELEMENTS = 4096;

export function known(
  values: ArrayLike<number>,
  dims: Dims,
  integer: boolean,
  sources: Sources = noSources,
): Constant {
  return {
    kind: 'constant',
    dims,
    integer,
    values,
    sources,
    load: async () => (integer ? Float64Array.from(values) : Float32Array.from(values)),
  };
}

/** Whether all that a constant is made of has names that exporters make up: `12`, `onnx::Mul_12`, `const_fold_opt__7`. */
export function isMadeUp({ sources }: Constant): boolean {
  return [...sources.keys()].every((name) => /^\d+$|[/:]|^const_|(^|_)Const(_\d+)?$/.test(name));
}

/**
 * Whether a constant that meets what flows was learned. What an exporter worked out or wrote down itself was only where
 * it has one number per channel, as a scale or a shift: a single number is a setting, and one for every position is a
 * table, such as prior boxes or a mask.
 */
export function isLearned(constant: Constant): boolean {
  if (constant.sources.size === 0) return false;
  const named = !constant.placeholder && !isMadeUp(constant);
  return named || constant.dims.filter((extent) => extent > 1).length === 1;
}

/** The same value everywhere, without holding it. */
export function filled(value: number, dims: Dims, integer: boolean): Constant {
  const count = elementCount(dims);
  return {
    kind: 'constant',
    dims,
    integer,
    values: count <= SMALL_ELEMENTS ? Array<number>(count).fill(value) : undefined,
    sources: noSources,
    load: async () => (integer ? new Float64Array(count).fill(value) : new Float32Array(count).fill(value)),
  };
}

/** The same elements with other dims. */
export function redimmed(constant: Constant, dims: Dims): Constant {
  return { ...constant, dims };
}

/**
 * A constant as a layer's weight, changed on the way by `change` (which gets and gives row-major elements). `how` tells
 * one change from another: the same tensor changed alike is the same weight.
 */
export function asWeight(
  constant: Constant,
  dims: Dims = constant.dims,
  change?: (elements: Elements) => ArrayLike<number>,
  how = '',
): OnnxWeight {
  return {
    dims,
    sources: constant.sources,
    ...(constant.part && !change && { part: constant.part }),
    ...(constant.source === undefined ? {} : { origin: `${constant.source}\n${how}` }),
    load: async () => {
      const elements = await constant.load();
      const changed = change?.(elements) ?? elements;
      return new Tensor(
        'float32',
        changed instanceof Float32Array ? changed : Float32Array.from(changed),
        dims,
      );
    },
  };
}

/** A layer's weight, and what was learned of it. */
export interface OnnxWeight extends LazyWeight {
  readonly sources: Sources;
}

/** Rows become columns. */
export function transposed(elements: ArrayLike<number>, rows: number, columns: number): Float32Array {
  const result = new Float32Array(rows * columns);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) result[c * rows + r] = elements[r * columns + c]!;
  }
  return result;
}
