import type { Target } from './convolution.ts';
import type { Schedule } from './schedule.ts';
import type { MapView } from './graph.ts';
import type { ConvolutionStep, Step } from './steps.ts';

/** Everything that is decided before memory is allocated. */
export interface Plan extends Schedule {
  readonly target: Target;
  readonly memory: MemoryStatement;
}

/** What a plan needs, in bytes, known before anything is allocated. */
export interface MemoryStatement {
  /** Packed filters and biases. */
  readonly weightBytes: number;
  /** Activations, inputs, outputs and scratch, in one arena. */
  readonly arenaBytes: number;
  /** The largest scratch of a step, which lies in the arena too. */
  readonly scratchBytes: number;
  /** The encoded program and its tables. */
  readonly programBytes: number;
  /** Where raw weights pass through on their way to being packed. */
  readonly stagingBytes: number;
  readonly totalBytes: number;
}

/** A tensor's view by its id. */
export function viewOf(plan: Schedule, tensor: number): MapView {
  return plan.tensors[tensor]!.view;
}

export function isConvolution(step: Step): step is ConvolutionStep {
  return step.kind === 'convolution';
}
