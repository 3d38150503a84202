import type { Target } from '../../shared/runtime/plan/target.ts';
import type { TimeModel } from '../../shared/runtime/time/model.ts';

/** The machine that designs are timed for, as data: a timer is made of it where it is needed. */
export interface KnownMachine {
  readonly target: Target;
  readonly model: TimeModel;
}
