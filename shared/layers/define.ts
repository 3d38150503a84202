import { type Dims, elementCount } from '../base/dims.ts';
import type { Issue } from '../base/problem.ts';
import type { FloatTensor } from '../base/tensor.ts';
import { product, productOf, sum, type Term, zero } from '../base/term.ts';
import type { Pair, Params, ParamValues, ValuesOf } from '../schema/params.ts';

/** The family of a layer: one colour each in the palette, on the canvas, in 3D and in pictures. */
export const groups = [
  'io',
  'convolution',
  'pooling',
  'dense',
  'normalisation',
  'activation',
  'merge',
  'shape',
  'math',
  'block',
] as const;
export type Group = (typeof groups)[number];

export interface Port {
  readonly name: string;
  readonly doc: string;
  /** Takes any number of wires, at least this many. Ports are then called `name0`, `name1`, … */
  readonly atLeast?: number;
  /** Its wires may come in any order without a change of the result: a sum's. */
  readonly anyOrder?: boolean;
}

/** How a weight tensor starts. `fanIn` is the number of inputs that feed one output. */
export type Init =
  | { readonly kind: 'kaiming'; readonly fanIn: number }
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'values'; readonly values: readonly number[] }
  /** The mask of shifted windows: extents of the map, of a window and of the shift. */
  | { readonly kind: 'windows'; readonly map: Pair; readonly window: Pair; readonly shift: Pair };

/** A weight that a layer has: its name, shape and first values. */
export interface WeightSpec {
  /** `weight`, `bias`, … as PyTorch names them. */
  readonly name: string;
  readonly dims: Dims;
  /** One symbol per axis, for the formula: `['C_out', 'C_in', 'K_h', 'K_w']`. */
  readonly axes: readonly string[];
  readonly init: Init;
  /** False for running statistics, which are counted apart from parameters. */
  readonly trained: boolean;
}

export interface LayerCost {
  /** Multiply-adds of convolutions and matrix products: no bias, normalisation, pooling or activation. */
  readonly macs: Term;
  /**
   * Everything else: bias 1, batch norm 2, activation 1 per element, pooling 1 per input element read, sums 1. Whatever
   * counts otherwise says so in its doc.
   */
  readonly otherOps: Term;
}

/** Counts operations while `forward` runs; the contract test holds the cost rule against it. */
export interface Tally {
  macs: number;
  otherOps: number;
}

/**
 * How far one output position sees back on each spatial axis. Layers that enlarge a map have a stride below 1: the step
 * in input positions from one output to the next.
 */
export type Reach =
  | {
      readonly kind: 'window';
      readonly kernel: readonly [number, number];
      readonly stride: readonly [number, number];
      readonly dilation: readonly [number, number];
      /** Padding before the first row and column. */
      readonly before: readonly [number, number];
    }
  /** Position by position, as activations. */
  | { readonly kind: 'pointwise' }
  /** Every output sees the whole input, as fully connected layers. */
  | { readonly kind: 'global' };

/**
 * What is true of a layer as a function, whatever its weights are. Rules and pictures go by these, never by lists of
 * kinds; a property test holds each against `forward`, and finds where one could be claimed and is not.
 */
export interface Traits {
  /** f(t·x + (1 − t)·x′) = t·f(x) + (1 − t)·f(x′) at inference, all inputs mixed together. */
  readonly linear?: boolean;
  /** Nothing negative comes out where nothing negative comes in. */
  readonly keepsSign?: boolean;
  /** Every element is at least 0, whatever comes in. */
  readonly nonNegative?: boolean;
  /** Of activations: however large what comes in is, what comes out stays between two numbers. */
  readonly bounded?: boolean;
  /** Of those: the further from zero what comes in is, the less what comes out changes with it, to nothing on both sides. */
  readonly saturates?: boolean;
  /** What comes in goes out, at inference. */
  readonly identity?: boolean;
  /** Every element is a whole number, whatever comes in. */
  readonly whole?: boolean;
  /**
   * Every element that comes in counts in one that comes out, as much as the others there: the order in which they are
   * added up shows in the last bit.
   */
  readonly sums?: boolean;
  /** A product with learned weights: what the depth in a network's name counts. */
  readonly weighted?: boolean;
  /** Every output channel depends on every input channel. */
  readonly mixesChannels?: boolean;
  /** Its rows are the most that there can be; those that are over hold −1 and come last. */
  readonly rowsAtMost?: boolean;
  /** Nobody knows what it computes: its costs and its reach are unknown, and it cannot run. */
  readonly opaque?: boolean;
}

/** A use of a layer that the field has a word for: the 1×1 convolution. */
export interface Variant {
  /** Unique within the layer: `depthwise`. */
  readonly id: string;
  readonly title: string;
  readonly words: readonly string[];
  /** The parameters that make it so, where `channels` come in. */
  params(channels: number): ParamValues;
}

export interface PaperContext<V> {
  readonly params: V;
  /** One entry per wire, variadic ports spread. */
  readonly inputs: readonly Dims[];
}

export interface LayerExample<V> {
  readonly title: string;
  readonly params: Partial<V>;
  readonly inputs: readonly Dims[];
  readonly outputs: readonly Dims[];
  /** Published figures, where there are any. */
  readonly macs?: number;
  readonly trainedParams?: number;
  /** Where the figures come from. */
  readonly source: string;
  /** What the source computes of numbers that it names, row-major: then the example judges `forward` as well. */
  readonly values?: ExampleValues;
}

export interface ExampleValues {
  readonly inputs: readonly (readonly number[])[];
  readonly weights?: Readonly<Record<string, readonly number[]>>;
  readonly outputs: readonly (readonly number[])[];
}

/**
 * Everything that is true of a layer on paper. Palette, inspector, node, schema, checks, exporters, reference page
 * and the contract test are derived from it.
 */
export interface Layer<S extends Params = Params, V = ValuesOf<S>> {
  readonly kind: string;
  readonly title: string;
  readonly group: Group;
  /** File name in assets/icons/layers, without `.svg`. */
  readonly icon: string;
  /** One line for the palette. */
  readonly summary: string;
  /** What else people call it when they look for it, in English and Chinese: `max`, `最大池化`. */
  readonly words: readonly string[];
  readonly variants: readonly Variant[];
  /** Most networks have some: it is offered before others that fit as well. */
  readonly frequent?: boolean;
  /** Markdown: what it does, its formula, its source. */
  readonly doc: string;
  /** The output in one line, in the notation of the papers. */
  readonly formula: string;
  readonly version: number;
  /** `upgrades[v]` turns parameters of version v into those of v + 1. */
  readonly upgrades: Readonly<
    Record<number, (params: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>>
  >;
  readonly params: S;
  readonly inputs: readonly Port[];
  outputs(params: V): readonly Port[];
  traits(params: V): Traits;
  /** The parameters worth showing on the node, in order. */
  readonly headline: readonly (keyof S & string)[];
  /** Parameters that make no difference beside these values of the others, such as rounding where the stride is 1. */
  idle(params: V): readonly (keyof S & string)[];
  /** Output dims, one per output port; or why these inputs and parameters cannot go together. */
  shape(at: PaperContext<V>): readonly Dims[] | Issue;
  weights(at: PaperContext<V>): readonly WeightSpec[];
  cost(
    at: PaperContext<V> & { readonly outputs: readonly Dims[]; readonly weights: readonly WeightSpec[] },
  ): LayerCost;
  reach(at: PaperContext<V>): Reach;
  /** The reference: plain loops that define what is right. Batched; never changes its inputs. */
  forward(at: {
    readonly params: V;
    readonly inputs: readonly FloatTensor[];
    readonly weights: Readonly<Record<string, FloatTensor>>;
    readonly outputs: readonly Dims[];
    readonly tally: Tally;
  }): readonly FloatTensor[];
  readonly examples: readonly LayerExample<V>[];
}

/** A layer whose parameters are not known at compile time. Methods are bivariant, so every layer is one. */
export type AnyLayer = Layer<Params, ParamValues>;

const single: readonly Port[] = [{ name: 'out', doc: 'The result.' }];

type Optional =
  | 'words'
  | 'variants'
  | 'version'
  | 'upgrades'
  | 'inputs'
  | 'outputs'
  | 'headline'
  | 'idle'
  | 'weights'
  | 'reach';

/** Traits as a layer's file states them: the same for all parameters, or worked out from them. */
export type TraitsFrom<S extends Params> = Traits | ((params: ValuesOf<S>) => Traits);

/** Fills in what most layers share: one input, one output, no weights, no upgrades, position by position. */
export function defineLayer<const K extends string, S extends Params>({
  traits = {},
  ...layer
}: Omit<Layer<S>, Optional | 'kind' | 'traits'> &
  Partial<Pick<Layer<S>, Optional>> & {
    readonly kind: K;
    readonly traits?: TraitsFrom<S>;
  }): Layer<S> & { readonly kind: K } {
  return {
    words: [],
    variants: [],
    version: 1,
    upgrades: {},
    inputs: [{ name: 'in', doc: 'The input.' }],
    outputs: () => single,
    headline: [],
    idle: () => [],
    weights: () => [],
    reach: () => ({ kind: 'pointwise' }),
    traits: typeof traits === 'function' ? traits : () => traits,
    ...layer,
  };
}

/** Costs nothing: layers that only move data. */
export const free: LayerCost = { macs: zero, otherOps: zero };

/** One operation per output element, as activations and element-wise sums are counted. */
export function perOutputElement(outputs: readonly Dims[], symbol = 'elements', each = 1): LayerCost {
  const elements = outputs.reduce((total, dims) => total + elementCount(dims), 0);
  return {
    macs: zero,
    otherOps: each === 1 ? product([symbol, elements]) : product([String(each), each], [symbol, elements]),
  };
}

export function weight(
  name: string,
  axes: readonly string[],
  dims: Dims,
  init: Init,
  trained = true,
): WeightSpec {
  return { name, dims, axes, init, trained };
}

/** The number of elements of the trained (or not trained) weights, with its formula. */
export function weightCount(weights: readonly WeightSpec[], trained: boolean): Term {
  const counted = weights.filter((spec) => spec.trained === trained);
  return sum(...counted.map(({ axes, dims }) => productOf(axes, dims)));
}
