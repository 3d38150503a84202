import type { FlatNetwork } from '../../analysis/flatten.ts';
import type { Dims } from '../../base/dims.ts';
import type { Phrase } from '../../base/messages.ts';
import type { Problem } from '../../base/problem.ts';
import { messages } from '../../base/problem.ts';
import type { WeightStore } from '../backend.ts';
import { splitNetwork } from '../parts/islands.ts';
import { lower } from '../plan/lower.ts';
import type { Limits } from './pass.ts';
import type { WebglPlan } from './plan.ts';
import { Planner, Unplaceable } from './planner.ts';
import { reasons } from './reasons.ts';

export const say = messages('runtime/webgl/compile', {
  'too-large-for-webgl': [
    '"{{nodes}}" cannot run on this graphics device: {{message}}.',
    'Run on the CPU, or use a smaller input or batch.',
  ],
});

export type CompileResult =
  | { readonly ok: true; readonly plan: WebglPlan }
  | { readonly ok: false; readonly problem: Problem };

/**
 * Plans a network. `also` names nodes whose values are wanted besides the outputs. A layer that has no shader, or whose
 * tensors no texture holds, is taken out and runs on another backend.
 */
export function compile(
  network: FlatNetwork,
  store: WeightStore,
  limits: Limits,
  feedDims: Readonly<Record<string, Dims>> = {},
  also: readonly string[] = [],
): CompileResult {
  const hosted = new Map<string, Phrase>();
  for (;;) {
    const split = splitNetwork(network, feedDims, new Set(hosted.keys()), also);
    if (!split.ok) return split;
    const read = [...split.value.feeds.values()].flatMap(({ inputs }) => inputs);
    const lowered = lower(split.value.network, split.value.inputDims, [...also, ...read], {
      blockedAttention: true,
    });
    if (!lowered.ok) {
      const { node } = lowered.problem.where;
      if (node === undefined || hosted.has(node) || !canHost(network, node)) return lowered;
      hosted.set(node, reasons.noShader);
      continue;
    }
    try {
      const plan = new Planner(split.value, lowered.graph, store, limits, also).run();
      return { ok: true, plan: { ...plan, hosted } };
    } catch (error) {
      if (!(error instanceof Unplaceable)) throw error;
      const nodes = error.nodes.filter((node) => canHost(network, node) && !hosted.has(node));
      if (nodes.length === 0) return { ok: false, problem: tooLarge(error) };
      for (const node of nodes) hosted.set(node, error.reason);
    }
  }
}

/** Inputs and outputs are no work that could run elsewhere. */
function canHost(network: FlatNetwork, node: string): boolean {
  const step = network.steps.find(({ id }) => id === node);
  return step !== undefined && step.kind !== 'input' && step.kind !== 'output';
}

function tooLarge(error: Unplaceable): Problem {
  const [node] = error.nodes;
  return say.at(node === undefined ? {} : { node }, 'too-large-for-webgl', {
    nodes: error.nodes.join('", "'),
    message: error.reason,
  });
}
