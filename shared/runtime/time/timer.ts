import { flatten } from '../../analysis/flatten.ts';
import type { DesignTimer } from '../../analysis/timer.ts';
import { makePlan } from '../plan/plan.ts';
import { slowSteps } from '../plan/slow-steps.ts';
import type { Target } from '../plan/target.ts';
import { estimateStep, type TimeModel } from './model.ts';
import { predict } from './predict.ts';
import { runBytesOf, worksOf } from './work.ts';

/**
 * Tells how long networks take on a machine that a model was measured at: whole ones by their plan, as they would run, and
 * pieces by plans of their own, of which what brings maps in and out is left away.
 */
export function createTimer(target: Target, model: TimeModel): DesignTimer {
  return {
    whole(analysis) {
      const network = flatten(analysis);
      if (!network.ok) return undefined;
      const prediction = predict(network.value, target, model);
      if (!prediction.ok || prediction.value.unknown.length > 0) return undefined;
      const { total, steps } = prediction.value;
      return {
        ...total,
        starts: new Set(steps.flatMap(({ nodes }) => nodes.slice(0, 1).map((id) => id.split('/')[0]!))),
        runBytes: steps.reduce((sum, { bytes }) => sum + bytes, 0),
      };
    },

    piece(analysis, runBytes) {
      const network = flatten(analysis);
      if (!network.ok || slowSteps(network.value).length > 0) return undefined;
      const plan = makePlan(network.value, { target });
      if (!plan.ok) return undefined;
      const { steps, tensors } = plan.value;
      const own = runBytesOf(steps, (id) => tensors[id]!);
      const works = worksOf(steps, (id) => tensors[id]!, target, Math.max(own, runBytes));
      let milliseconds = 0;
      for (const work of works) {
        if (work.law === 'in-and-out') continue;
        const estimate = estimateStep(model, work);
        if (!estimate) return undefined;
        milliseconds += estimate.milliseconds;
      }
      return milliseconds;
    },
  };
}
