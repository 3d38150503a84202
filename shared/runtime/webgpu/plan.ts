import type { Dims } from '../../base/dims.ts';
import type { ValueId } from '../plan/graph.ts';
import type { BufferSource, Dispatch, PlacedValue, WeightBuffer } from './dispatch.ts';

/** What one layer, or several together, dispatch. */
export interface WebgpuStep {
  /** Flat node ids that this step computes. */
  readonly nodes: readonly string[];
  readonly algorithm: string;
  readonly dispatches: readonly Dispatch[];
  readonly macs: number;
  /** Bytes read and written, each number once. */
  readonly bytes: number;
}

/** A caller's tensor and the buffer that it goes to. */
export interface FeedPlace {
  readonly feed: string;
  readonly source: BufferSource;
  readonly dims: Dims;
}

/** Everything that is decided before anything is allocated: kernels, buffers, and which of them live together. */
export interface WebgpuPlan {
  readonly steps: readonly WebgpuStep[];
  readonly feeds: readonly FeedPlace[];
  /** Elements of each buffer of activations. */
  readonly slots: readonly number[];
  readonly weights: readonly WeightBuffer[];
  /** Network outputs and what else was asked for, by id. */
  readonly results: ReadonlyMap<string, PlacedValue>;
  /** The value that each flat node stands for, whether or not a step computes it. */
  readonly valueOf: ReadonlyMap<string, ValueId>;
  readonly activationBytes: number;
  readonly weightBytes: number;
}
