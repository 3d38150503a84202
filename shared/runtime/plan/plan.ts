import type { FlatNetwork } from '../../analysis/flatten.ts';
import type { Dims } from '../../base/dims.ts';
import { log } from '../../base/log.ts';
import { fail, messages, type Problem, type Result, succeed } from '../../base/problem.ts';
import { composeMoves } from './compose-moves.ts';
import { splitCorners } from './corners.ts';
import { fuse } from './fuse.ts';
import type { ValueId } from './graph.ts';
import { lower } from './lower.ts';
import { nestConcats } from './nest-concats.ts';
import { splitPhases } from './phases.ts';
import { type Schedule, schedule } from './schedule.ts';
import type { ConvolutionStep, Step } from './steps.ts';
import type { Target } from './target.ts';

export const say = messages('runtime/plan/plan', {
  'node-unknown': [
    'There is no layer "{{id}}" whose output could be returned.',
    'Use the id of a layer; inside a block it is written block/layer.',
  ],
});

/** What to run, fused, with every tensor's place in memory; made before anything is allocated. */
export interface Plan extends Schedule {
  readonly target: Target;
  /** Packed filters and biases, in bytes. */
  readonly weightBytes: number;
}

export interface PlanOptions {
  readonly target: Target;
  /** Extents of the inputs by node id, batch included; those of the network (a batch of one) where left out. */
  readonly inputDims?: Readonly<Record<string, Dims>>;
  /** Flat node ids whose outputs are wanted besides the network's own. They are not fused away. */
  readonly also?: readonly string[];
}

/** Plans a network for a machine of `target`'s threads and register tile. */
export function makePlan(network: FlatNetwork, { target, inputDims, also = [] }: PlanOptions): Result<Plan> {
  const lowered = lower(network, inputDims, also, { blockedAttention: true });
  if (!lowered.ok) return fail(lowered.problem);
  const results = new Map<string, ValueId>();
  for (const op of lowered.graph.ops) if (op.kind === 'output') results.set(op.result, op.inputs[0]!);
  for (const id of also) {
    const value = lowered.graph.valueOf.get(id);
    if (value === undefined) return fail(unknownNode(id));
    results.set(id, value);
  }
  const kept = new Set(results.values());
  const graph = splitCorners(splitPhases(composeMoves(nestConcats(fuse(lowered.graph, kept)), kept)));
  const { steps, ...rest } = schedule(graph, results, target);
  log(
    'plan',
    () => `${network.steps.length} layers in ${steps.length} steps, ${rest.arenaBytes} bytes in the arena`,
  );
  return succeed({
    ...rest,
    steps,
    target,
    weightBytes: steps.filter(isConvolution).reduce((total, step) => total + step.weightBytes, 0),
  });
}

export function isConvolution(step: Step): step is ConvolutionStep {
  return step.kind === 'convolution';
}

function unknownNode(id: string): Problem {
  return say.at({ node: id }, 'node-unknown', { id });
}
