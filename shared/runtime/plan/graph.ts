import type { Dims } from '../../base/dims.ts';
import type { Pair } from '../../schema/params.ts';

/** A tensor between operations: the index of its entry in `PlanGraph.values`. */
export type ValueId = number;

export type ActivationKind =
  | 'leaky-relu'
  | 'sigmoid'
  | 'tanh'
  | 'gelu'
  | 'gelu-tanh'
  | 'silu'
  | 'hard-swish'
  | 'hard-sigmoid'
  | 'elu'
  | 'celu'
  | 'selu'
  | 'mish'
  | 'softplus'
  | 'softsign'
  | 'threshold'
  | 'absolute'
  | 'negate'
  | 'exponential'
  | 'square-root'
  | 'error-function'
  | 'logarithm'
  | 'floor'
  | 'ceiling'
  | 'round'
  | 'truncate'
  | 'sign'
  | 'reciprocal'
  /** 1 where a value is zero, and zero elsewhere. */
  | 'not'
  /** 1 where a value is not zero, and zero elsewhere. */
  | 'truth'
  /** alpha · x */
  | 'scale';

/** What an operation does to each of its sums before storing it: clip first, then an activation. */
export interface Finish {
  readonly low: number;
  readonly high: number;
  readonly activation: ActivationKind | undefined;
  readonly alpha: number;
  readonly beta: number;
}

export const noFinish: Finish = {
  low: -Infinity,
  high: Infinity,
  activation: undefined,
  alpha: 0,
  beta: 0,
};

export function isNoFinish(finish: Finish): boolean {
  return finish.low === -Infinity && finish.high === Infinity && finish.activation === undefined;
}

/** A sliding window, all pairs [height, width]. */
export interface Window {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly dilation: Pair;
  readonly before: Pair;
  readonly after: Pair;
}

export const pixelWindow: Window = {
  kernel: [1, 1],
  stride: [1, 1],
  dilation: [1, 1],
  before: [0, 0],
  after: [0, 0],
};

/** Names of a batch norm's tensors in the weight store. */
export interface NormSource {
  readonly node: string;
  readonly epsilon: number;
  readonly scale: string | undefined;
  readonly shift: string | undefined;
  readonly mean: string;
  readonly variance: string;
}

/** Where a convolution's filters come from: a layer's weights, a batch norm folded into them, or the norm alone. */
export interface FilterSource {
  readonly node: string;
  readonly weight: string | undefined;
  readonly bias: string | undefined;
  readonly norm: NormSource | undefined;
  /** Stored as [in][out per group][height][width] and to be mirrored: those of a transposed convolution. */
  readonly transposed?: boolean;
  /** To be dealt out among the phases of the input: square filters of `kernel` values a side, every `stride`-th to one phase. */
  readonly phases?: { readonly stride: number; readonly kernel: number };
  /** Not the whole of each filter; all of it where left out. */
  readonly taps?: Taps;
  /** Stored as [in][out]: the right operand of a matrix product. */
  readonly rightOperand?: boolean;
  /** The input channel that lies at each place, where they lie in another order than the filters are stored in. */
  readonly order?: readonly number[];
  /** What is done to each output channel thereafter, in order: folded into factors and biases. */
  readonly changes?: readonly ChannelChange[];
}

/** A weight of one value per channel, or one for all, that outputs are multiplied by, or that is added to them. */
export interface ChannelChange {
  readonly by: 'multiply' | 'add';
  readonly node: string;
  readonly weight: string;
}

/** Some of a filter's taps, by their places in row-major order, of `of`; the bias goes with one part of them only. */
export interface Taps {
  readonly of: number;
  readonly places: readonly number[];
  readonly biased: boolean;
}

/** Taps that are computed. */
export function tapCount({ window: { kernel }, filters }: Pick<ConvolutionOp, 'window' | 'filters'>): number {
  return filters.taps?.places.length ?? kernel[0] * kernel[1];
}

interface OpBase {
  /** Flat node ids that this computes; more than one when fused. */
  readonly nodes: readonly string[];
  readonly inputs: readonly ValueId[];
  readonly output: ValueId;
  /** For the whole batch. */
  readonly macs: number;
}

/** A network input, by the id of its node. */
export interface InputOp extends OpBase {
  readonly kind: 'input';
  readonly feed: string;
}
/**
 * A network input by its phases: channel (c · stride + dy) · stride + dx of row y and column x is channel c of row
 * stride · y + dy − before and column stride · x + dx − before; zero outside.
 */
export interface PhasesOp extends OpBase {
  readonly kind: 'phases';
  readonly feed: string;
  readonly stride: number;
  readonly before: Pair;
}
/** A network output, by the id of its node. */
export interface OutputOp extends OpBase {
  readonly kind: 'output';
  readonly result: string;
}
/** Every convolution, fully connected layers among them. A second input is a residual, added before `finish`. */
export interface ConvolutionOp extends OpBase {
  readonly kind: 'convolution';
  readonly window: Window;
  readonly groups: number;
  readonly filters: FilterSource;
  readonly finish: Finish;
  /**
   * The channels of each pixel are first brought to a deviation of 1 and, where they are centred, to a mean of 0; of single
   * pixels, and per channel.
   */
  readonly standardises?: { readonly epsilon: number; readonly centred: boolean };
}
export interface PoolOp extends OpBase {
  readonly kind: 'pool';
  readonly mode: 'max' | 'average-inside' | 'average-padded';
  readonly window: Window;
}
export interface GlobalPoolOp extends OpBase {
  readonly kind: 'global-pool';
  readonly mode: 'max' | 'average';
}
export interface ActivationOp extends OpBase {
  readonly kind: 'activation';
  readonly finish: Finish;
}
export type BinaryKind =
  | 'add'
  | 'multiply'
  | 'subtract'
  | 'divide'
  | 'maximum'
  | 'minimum'
  | 'power'
  /** The left value where the right one is positive, and zero elsewhere. */
  | 'keep'
  /** The left value where the right one is not positive, and zero elsewhere. */
  | 'drop'
  /** Comparisons and truth values: 1 where they hold, and zero elsewhere. */
  | 'equal'
  | 'greater'
  | 'at-least'
  | 'and'
  | 'or'
  | 'exclusive-or';
/** Two maps of one shape, or the second with one value for all images, all channels or all pixels of the first. */
export interface BinaryOp extends OpBase {
  readonly kind: 'binary';
  readonly combine: BinaryKind;
  /** The second value is the left operand. */
  readonly turned: boolean;
  readonly finish: Finish;
}
export interface ResponseNormOp extends OpBase {
  readonly kind: 'response-norm';
  readonly size: number;
  readonly alpha: number;
  readonly beta: number;
  readonly bias: number;
}
export interface SoftmaxOp extends OpBase {
  readonly kind: 'softmax';
  readonly axis: 'channels' | 'rows' | 'columns';
  readonly logarithm: boolean;
  /** Zeros, not NaN, where every number is −∞: a query from which every key is hidden takes nothing. */
  readonly noneIsZero?: boolean;
}
/** Along channels. */
export interface ConcatOp extends OpBase {
  readonly kind: 'concat';
}
export interface PadOp extends OpBase {
  readonly kind: 'pad';
  readonly mode: 'constant' | 'reflect' | 'edge';
  readonly value: number;
  readonly before: Pair;
}
/** The same elements in row-major order, under other extents. */
export interface ReshapeOp extends OpBase {
  readonly kind: 'reshape';
}
/**
 * Elements moved one by one between row-major tensors: from `start + from · index` of an input to `offset + to · index` of the
 * output, for every index within `extents`. One piece per input; what broadcasting and odd concatenations need.
 */
export interface Piece {
  readonly extents: Dims;
  readonly from: readonly number[];
  readonly to: readonly number[];
  readonly offset: number;
  readonly start?: number;
}
export interface RearrangeOp extends OpBase {
  readonly kind: 'rearrange';
  readonly pieces: readonly Piece[];
  /** Zeros first, because the pieces do not fill the output. */
  readonly zeroed?: boolean;
}
export type RunsKind =
  | 'sum'
  | 'mean'
  | 'maximum'
  | 'minimum'
  | 'standardise'
  | 'unit-sum'
  | 'unit-length'
  | 'unit-square';
/** Each run of `length` contiguous elements, in row-major order, reduced to one value or normalised by itself. */
export interface RunsOp extends OpBase {
  readonly kind: 'runs';
  readonly of: RunsKind;
  readonly length: number;
  readonly epsilon: number;
}
/** [stack, M, K] by [stack, K, N]. */
export interface MatrixProductOp extends OpBase {
  readonly kind: 'matrix-product';
  readonly m: number;
  readonly k: number;
  readonly n: number;
}
/** Where the tokens of a map that is cut into heads lie, in elements of row-major order. */
export interface TokenPlaces {
  /** Where the first token of each stack is, in the first head. */
  readonly stacks: readonly number[];
  /** What each token adds to that. */
  readonly tokens: readonly number[];
  /** Channels from head to head. */
  readonly headChannels: number;
}
/**
 * softmax(factor · q kᵀ + masks) v for every head of every stack; features are whole blocks of channels, tokens pixels.
 * Masks follow queries, keys and values among the inputs: maps whose channels are keys and whose pixels are queries.
 */
export interface AttentionOp extends OpBase {
  readonly kind: 'attention';
  readonly heads: number;
  readonly keyHeads: number;
  readonly queries: number;
  readonly keys: number;
  /** Of one head. */
  readonly features: number;
  readonly valueFeatures: number;
  readonly factor: number;
  readonly places: Readonly<Record<'query' | 'key' | 'value' | 'result', TokenPlaces>>;
  /** For each mask, the image that each head of each stack adds. */
  readonly masks: readonly (readonly number[])[];
}
/** Input positions and weights of every output position along one axis, `taps` each. */
export interface AxisSampling {
  readonly index: readonly number[];
  readonly weight: readonly number[];
}
export interface ResizeOp extends OpBase {
  readonly kind: 'resize';
  readonly taps: number;
  readonly rows: AxisSampling;
  readonly columns: AxisSampling;
}
/** A tensor of the weight store, or elements of one, in an order of their own. */
export interface ConstantOp extends OpBase {
  readonly kind: 'constant';
  readonly node: string;
  readonly weight: string;
  readonly piece?: Piece;
}

export type PlanOp =
  | InputOp
  | OutputOp
  | ConvolutionOp
  | PoolOp
  | GlobalPoolOp
  | ActivationOp
  | BinaryOp
  | ResponseNormOp
  | SoftmaxOp
  | ConcatOp
  | PadOp
  | ReshapeOp
  | RearrangeOp
  | RunsOp
  | MatrixProductOp
  | AttentionOp
  | ResizeOp
  | ConstantOp;

/** A network as operations in an order in which they can run; what fusion works on. */
export interface PlanGraph {
  readonly ops: readonly PlanOp[];
  /** Extents of each value, batch included. */
  readonly values: readonly Dims[];
  /**
   * The value that a flat node stands for, whether or not an operation of its own computes it. None for one whose elements
   * nobody wanted in their own order.
   */
  readonly valueOf: ReadonlyMap<string, ValueId>;
}

/** The same on its way to a backend that reads inputs by phases. */
export type PhasedOp = PlanOp | PhasesOp;
export interface PhasedGraph extends Omit<PlanGraph, 'ops'> {
  readonly ops: readonly PhasedOp[];
}

/** A tensor's extents as [batch, channels, height, width]: vectors are maps of one pixel. */
export interface MapView {
  readonly batch: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** Missing axes are 1; axes between the third and the last are taken together. */
export function mapView(dims: Dims): MapView {
  if (dims.length < 2) return { batch: 1, channels: dims[0] ?? 1, height: 1, width: 1 };
  const [batch, channels, ...rest] = dims as readonly [number, number, ...number[]];
  const width = rest.at(-1) ?? 1;
  return { batch, channels, height: rest.slice(0, -1).reduce((a, b) => a * b, 1), width };
}
