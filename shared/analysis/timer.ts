import type { NodeId } from '../graph/design.ts';
import type { Analysis } from './facts.ts';

/** What a whole network takes. */
export interface WholeTime {
  readonly milliseconds: number;
  /** Between these it lies nine times in ten. */
  readonly low: number;
  readonly high: number;
  /** Nodes that something is run for; the others run within these: a norm or an activation behind its convolution. */
  readonly starts: ReadonlySet<NodeId>;
  /** Bytes that one run passes over, on which it depends what caches hold. */
  readonly runBytes: number;
}

/** Tells how long networks take on one machine that was measured. Nothing is run. */
export interface DesignTimer {
  /** Undefined where of some of it the time is not known. */
  whole(analysis: Analysis): WholeTime | undefined;
  /**
   * Milliseconds of a piece by itself, which has inputs and outputs of its own, within a run of so many bytes; undefined
   * where of some of it the time is not known.
   */
  piece(analysis: Analysis, runBytes: number): number | undefined;
}
