import { batchedDims, type FlatNetwork } from '../../analysis/flatten.ts';
import { elementCount } from '../../base/dims.ts';
import { fail, type Result, succeed } from '../../base/problem.ts';
import type { HostIsland } from '../parts/islands.ts';
import { cutAround } from '../parts/mixed.ts';
import { makePlan, type Plan } from '../plan/plan.ts';
import { slowSteps } from '../plan/slow-steps.ts';
import { algorithmName } from '../plan/steps.ts';
import type { Target } from '../plan/target.ts';
import { type Estimate, estimateStep, estimateTogether, type TimeModel } from './model.ts';
import { planWork, type Work } from './work.ts';

/** A step of what would run, before it does. */
export interface PredictedStep {
  /** Flat node ids that it computes; more than one when fused. */
  readonly nodes: readonly string[];
  readonly algorithm: string;
  readonly macs: number;
  /** Of what it reads and writes: maps, and filters as they are packed. */
  readonly bytes: number;
  /** Undefined for what runs as it is written, and for kinds of steps that were not measured. */
  readonly estimate: Estimate | undefined;
}

export interface Prediction {
  readonly steps: readonly PredictedStep[];
  /** Of those steps that have an estimate. */
  readonly total: Estimate;
  /** Nodes of which the time is not known; the total is at least what is told where there are any. */
  readonly unknown: readonly string[];
}

/** How long a network would take on the machine that a model was measured at. Nothing is run or allocated. */
export function predict(
  network: FlatNetwork,
  target: Target,
  model: TimeModel,
  batch = 1,
): Result<Prediction> {
  const inputDims = batchedDims(network, batch);
  const slow = slowSteps(network);
  if (slow.length === 0) {
    const plan = makePlan(network, { target, inputDims });
    return plan.ok ? succeed(together([plan.value], [], model)) : plan;
  }
  const split = cutAround(network, new Set(slow.map(({ id }) => id)), inputDims);
  if (!split.ok) return fail(split.problem);
  const plans: Plan[] = [];
  for (const island of new Set<HostIsland>(split.value.feeds.values())) {
    const plan = makePlan(island.network, { target });
    if (!plan.ok) return plan;
    plans.push(plan.value);
  }
  const unknown = slow.map(
    ({ id, cost, inputDims: read, outputDims: written }): PredictedStep => ({
      nodes: [id],
      algorithm: 'reference',
      macs: cost.macs.value * batch,
      bytes: 4 * batch * [...read, ...written].reduce((sum, dims) => sum + elementCount(dims), 0),
      estimate: undefined,
    }),
  );
  return succeed(together(plans, unknown, model));
}

function together(plans: readonly Plan[], others: readonly PredictedStep[], model: TimeModel): Prediction {
  const works: Work[] = [];
  const steps = plans.flatMap((plan) => {
    const own = planWork(plan);
    works.push(...own);
    return plan.steps.map((step, i): PredictedStep => {
      const maps = [...step.inputs, step.output].reduce(
        (sum, id) => sum + 4 * elementCount(plan.tensors[id]!.dims),
        0,
      );
      return {
        nodes: step.nodes,
        algorithm: algorithmName(step),
        macs: step.macs,
        bytes: maps + (step.kind === 'convolution' ? step.weightBytes : 0),
        estimate: estimateStep(model, own[i]!),
      };
    });
  });
  const all = [...steps, ...others];
  return {
    steps: all,
    total: estimateTogether(model, works),
    unknown: all.flatMap(({ nodes, estimate }) => (estimate ? [] : nodes)),
  };
}
