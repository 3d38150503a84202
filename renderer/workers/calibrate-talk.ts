import type { Problem } from '../../shared/base/problem.ts';
import type { Target } from '../../shared/runtime/plan/target.ts';
import type { Calibration } from '../../shared/runtime/time/calibration.ts';

/** What a page tells the worker that measures the machine: once, after which the worker is let go. */
export interface CalibrateAsk {
  /** Of the program. */
  readonly version: string;
}

export type CalibrateTold =
  | { readonly kind: 'progress'; readonly fraction: number }
  | { readonly kind: 'done'; readonly calibration: Calibration; readonly target: Target }
  | { readonly kind: 'failed'; readonly problem: Problem };
