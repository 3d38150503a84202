import type { Dims } from '../../base/dims.ts';
import type { Phrase } from '../../base/messages.ts';
import type { HostIsland } from '../parts/islands.ts';
import type { Piece, ValueId } from '../plan/graph.ts';
import type { Placed } from './kernels/convolution-spec.ts';
import type { Pass, SlotSpec, WeightTexture } from './pass.ts';

/** A tensor in its texture, with its extents as callers know them. */
export interface PlacedValue extends Placed {
  readonly dims: Dims;
}

interface StepBase {
  /** Flat node ids that this step computes. */
  readonly nodes: readonly string[];
  /** What it leaves in a texture, by value. */
  readonly outputs: readonly ValueId[];
  readonly macs: number;
}
/** A caller's tensor, or one of the weight store, into its texture. */
export interface UploadStep extends StepBase {
  readonly kind: 'upload';
  readonly from:
    | { readonly feed: string }
    /** A weight, or elements of one in an order of their own. */
    | { readonly node: string; readonly weight: string; readonly piece?: Piece };
}
export interface DrawStep extends StepBase {
  readonly kind: 'draw';
  readonly algorithm: string;
  readonly passes: readonly Pass[];
}
/** Layers without a shader, on another backend. Values are in the order of the island's names. */
export interface HostStep extends StepBase {
  readonly kind: 'host';
  readonly island: HostIsland;
  readonly inputs: readonly ValueId[];
}
export type WebglStep = UploadStep | DrawStep | HostStep;

/** Everything that is decided before anything is allocated: shaders, textures, and which of them live together. */
export interface WebglPlan {
  readonly steps: readonly WebglStep[];
  /** Those that shaders read or write; others stay with the host. */
  readonly values: ReadonlyMap<ValueId, PlacedValue>;
  readonly slots: readonly SlotSpec[];
  readonly weights: readonly WeightTexture[];
  /** Values of network outputs and of what else was asked for, by id. */
  readonly results: ReadonlyMap<string, ValueId>;
  /** The value that each flat node stands for, whether or not a step computes it. */
  readonly valueOf: ReadonlyMap<string, ValueId>;
  /** Layers that run on another backend, with the reason. */
  readonly hosted: ReadonlyMap<string, Phrase>;
  readonly activationBytes: number;
  readonly weightBytes: number;
}
