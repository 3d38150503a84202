import { unreachable } from '../../base/unreachable.ts';
import type { Pair } from '../../schema/params.ts';
import type {
  AttentionOp,
  AxisSampling,
  BinaryKind,
  FilterSource,
  Finish,
  GlobalPoolOp,
  PadOp,
  Piece,
  PoolOp,
  ResponseNormOp,
  RunsKind,
  SoftmaxOp,
  Window,
} from './graph.ts';
import type { Move } from './move.ts';
import type { TensorId } from './tensors.ts';

/** Scratch memory that a step needs while it runs. */
export interface ScratchNeed {
  /** Private to each thread, which tells how many there are. */
  readonly perThread: number;
  readonly shared: number;
}

export const noScratch: ScratchNeed = { perThread: 0, shared: 0 };

interface StepBase {
  /** Flat node ids that this step computes; more than one when fused. */
  readonly nodes: readonly string[];
  readonly inputs: readonly TensorId[];
  readonly output: TensorId;
  readonly macs: number;
  readonly scratch: ScratchNeed;
}

/** A caller's row-major tensor into the plan's layout. */
export interface ImportStep extends StepBase {
  readonly kind: 'import';
}
/** A caller's row-major tensor into the plan's layout, every `stride`-th row and column a channel of its own. */
export interface PhasesStep extends StepBase {
  readonly kind: 'phases';
  readonly stride: number;
  readonly before: Pair;
}
/** A tensor of the plan into row-major order. */
export interface ExportStep extends StepBase {
  readonly kind: 'export';
}

/**
 * A run of panels (of as many output channels as a register tile is wide) that read the same input channels.
 * One for a plain convolution, several for groups, or to have work for every thread.
 */
export interface Band {
  readonly firstBlock: number;
  readonly firstPanel: number;
  readonly panels: number;
}

/** A tile of outputs and a filter have 7 values along their sides together, so that six are read. */
export type TileSide = 2 | 3 | 4 | 5;

/** How a convolution is computed. */
export type Algorithm =
  | {
      /**
       * A matrix product. `pixels`: a 1×1 convolution that reads its input in place; `gather`: each thread copies the
       * windows of its own block of pixels together; `gather-shared`: few pixels, all gathered first, then the output
       * channels are shared out; `windows`: whole rows of pixels, whose windows are read where they lie, for groups of few
       * channels; `rows`: gathers whole kernel rows of interleaved pixels, for a first layer.
       */
      readonly kind: 'pixels' | 'gather' | 'gather-shared' | 'windows' | 'rows';
      readonly panels: number;
      readonly pixels: number;
      /** Blocks of 8 values that one output reads. */
      readonly depthBlocks: number;
      /** Input channels that one band sees. */
      readonly bandChannels: number;
      readonly pixelBlock: number;
      readonly pixelBlocks: number;
      readonly bands: readonly Band[];
      /** By Strassen's algorithm; `bands` then count pairs of panels, one from each half of the output channels. */
      readonly strassen: boolean;
      /** Its weights are kept as bfloat16. */
      readonly halved: boolean;
      /** Both halves of a panel read 4 channels of their own. */
      readonly quads: boolean;
    }
  | {
      readonly kind: 'winograd';
      /** Outputs along the side of a tile: from 5 for 2×2 filters to 2 for 5×5. */
      readonly side: TileSide;
      readonly panels: number;
      readonly tilesAcross: number;
      readonly tilesDown: number;
      /** Tiles of each unit of work; all of them in one when `shared`. */
      readonly tileBlocks: readonly number[];
      /** All threads work on one block of tiles: all transform the input, then each takes output channels of its own. */
      readonly shared: boolean;
      /** Panels of output channels of each pass, which are multiplied and finished in one go; units of work when `shared`. */
      readonly passes: readonly number[];
    }
  | {
      /** Winograd's algorithm along one axis, for filters of one row or of one column. */
      readonly kind: 'line';
      readonly isDown: boolean;
      /** Outputs of a tile. */
      readonly side: number;
      readonly panels: number;
      readonly tilesAcross: number;
      readonly tilesDown: number;
      readonly tileBlocks: readonly number[];
      readonly passes: readonly number[];
    }
  | { readonly kind: 'depthwise' }
  /** The channels of each pixel to a mean of 0 (where centred) and a deviation of 1, then a factor and an offset each. */
  | { readonly kind: 'layer-norm'; readonly epsilon: number; readonly centred: boolean };

/** A factor and an offset for each channel, and limits. */
export interface Preparation {
  readonly filters: FilterSource;
  readonly finish: Pick<Finish, 'low' | 'high'>;
}

export interface ConvolutionStep extends StepBase {
  readonly kind: 'convolution';
  readonly window: Window;
  readonly groups: number;
  readonly filters: FilterSource;
  readonly finish: Finish;
  readonly algorithm: Algorithm;
  /** What is done to each input channel while the pixels are read: a norm of its own, and a clip. */
  readonly prepares?: Preparation;
  /** Of the packed filters and bias. */
  readonly weightBytes: number;
}
export interface PoolStep extends StepBase {
  readonly kind: 'pool';
  readonly mode: PoolOp['mode'];
  readonly window: Window;
}
export interface GlobalPoolStep extends StepBase {
  readonly kind: 'global-pool';
  readonly mode: GlobalPoolOp['mode'];
}
export interface ActivationStep extends StepBase {
  readonly kind: 'activation';
  readonly finish: Finish;
}
export interface BinaryStep extends StepBase {
  readonly kind: 'binary';
  readonly combine: BinaryKind;
  readonly turned: boolean;
  readonly finish: Finish;
}
export interface ResponseNormStep extends StepBase {
  readonly kind: 'response-norm';
  readonly norm: Pick<ResponseNormOp, 'size' | 'alpha' | 'beta' | 'bias'>;
}
export interface SoftmaxStep extends StepBase {
  readonly kind: 'softmax';
  readonly axis: SoftmaxOp['axis'];
  readonly logarithm: boolean;
  readonly noneIsZero: boolean;
}
/** The input into the output, shifted; `mode` says what surrounds it, `slice` that nothing else is touched. */
export interface CopyStep extends StepBase {
  readonly kind: 'copy';
  readonly mode: 'slice' | PadOp['mode'];
  readonly value: number;
  readonly channel: number;
  readonly top: number;
  readonly left: number;
}

/**
 * Elements of blocked tensors into another, in another order: of each input by a move of its own, all of which take the
 * same images and pixels from tensors that lie alike.
 */
export interface MoveStep extends StepBase {
  readonly kind: 'move';
  readonly moves: readonly Move[];
}
/** Between dense tensors. */
export interface RearrangeStep extends StepBase {
  readonly kind: 'rearrange';
  readonly piece: Piece;
}
/** Zeros into a dense tensor. */
export interface FillStep extends StepBase {
  readonly kind: 'fill';
}
/** Between dense tensors. */
export interface RunsStep extends StepBase {
  readonly kind: 'runs';
  readonly of: RunsKind;
  readonly length: number;
  readonly epsilon: number;
}
/** Between dense tensors. */
export interface MatrixProductStep extends StepBase {
  readonly kind: 'matrix-product';
  readonly m: number;
  readonly k: number;
  readonly n: number;
}
/** Between blocked tensors: queries, keys and values. */
export interface AttentionStep extends StepBase {
  readonly kind: 'attention';
  readonly attention: Omit<AttentionOp, keyof StepBase | 'kind'>;
  readonly cut: AttentionCut;
}
/** How attention is cut into work. */
export interface AttentionCut {
  /** Keys in whole panels, and features of values in whole panels. */
  readonly paddedKeys: number;
  readonly paddedFeatures: number;
  /** Queries of a unit of work, and of a block of scores. */
  readonly perUnit: number;
  readonly perBlock: number;
}
export interface ResizeStep extends StepBase {
  readonly kind: 'resize';
  readonly taps: number;
  readonly rows: AxisSampling;
  readonly columns: AxisSampling;
}

export type Step =
  | ImportStep
  | PhasesStep
  | ExportStep
  | ConvolutionStep
  | PoolStep
  | GlobalPoolStep
  | ActivationStep
  | BinaryStep
  | ResponseNormStep
  | SoftmaxStep
  | CopyStep
  | MoveStep
  | RearrangeStep
  | FillStep
  | RunsStep
  | MatrixProductStep
  | AttentionStep
  | ResizeStep;

/** What runs there, in words, for plans and profiles. */
export function algorithmName(step: Step): string {
  switch (step.kind) {
    case 'convolution':
      return convolutionName(step);
    case 'pool':
      return step.mode === 'max' ? 'max pool' : 'average pool';
    case 'global-pool':
      return step.mode === 'max' ? 'global max' : 'global average';
    case 'import':
      return 'import';
    case 'phases':
      return 'import by phases';
    case 'export':
      return 'export';
    case 'copy':
      return step.mode === 'slice' ? 'copy' : 'pad';
    case 'move':
      return 'rearrange';
    case 'rearrange':
      return 'rearrange in row-major order';
    case 'fill':
    case 'resize':
    case 'attention':
      return step.kind;
    case 'runs':
      return step.of.replace('-', ' ');
    case 'matrix-product':
      return 'matrix product';
    case 'activation':
      return step.finish.activation ?? 'clip';
    case 'binary':
      return step.combine;
    case 'response-norm':
      return 'response norm';
    case 'softmax':
      return step.logarithm ? 'log softmax' : 'softmax';
    default:
      return unreachable(step);
  }
}

function convolutionName(step: ConvolutionStep): string {
  const { algorithm } = step;
  const strassen = 'strassen' in algorithm && algorithm.strassen ? ', Strassen' : '';
  const halves = 'halved' in algorithm && algorithm.halved ? ', bfloat16' : '';
  switch (algorithm.kind) {
    case 'winograd':
      return winogradName(step, algorithm);
    case 'line': {
      const { isDown, side } = algorithm;
      return `Winograd F(${isDown ? `${side}×1` : `1×${side}`}, ${step.window.kernel.join('×')})`;
    }
    case 'depthwise':
      return 'depthwise';
    case 'layer-norm':
      return algorithm.centred ? 'layer norm' : 'RMS norm';
    case 'pixels':
      return algorithm.pixels === 1
        ? `vector × matrix${halves}`
        : `1×1 product${step.prepares ? ' of normalised pixels' : ''}${strassen}${halves}`;
    case 'gather':
      return `product of ${windowsName(step)}${strassen}${halves}`;
    case 'gather-shared':
      return `product of ${windowsName(step)}, shared${strassen}${halves}`;
    case 'windows':
      return `product of ${windowsName(step)} in place`;
    case 'rows':
      return `product of ${windowsName(step)} of interleaved pixels`;
  }
}

function windowsName({ window: { kernel }, filters: { taps } }: ConvolutionStep): string {
  return `${kernel.join('×')} windows${taps ? ' without corners' : ''}`;
}

function winogradName(
  { window: { kernel }, filters: { phases, taps } }: ConvolutionStep,
  { side, shared }: Extract<Algorithm, { kind: 'winograd' }>,
): string {
  const whole = taps && Math.sqrt(taps.of);
  const of = phases
    ? ` of ${phases.kernel}×${phases.kernel} by phases`
    : whole
      ? ` of ${whole}×${whole} corners`
      : '';
  return `Winograd F(${side}×${side}, ${kernel.join('×')})${of}${shared ? ', shared' : ''}`;
}
