import type { FlatNetwork } from '../../analysis/flatten.ts';
import type { Dims } from '../../base/dims.ts';
import { messages, type Problem } from '../../base/problem.ts';
import { layerOf } from '../../layers/index.ts';
import type { WeightStore } from '../backend.ts';
import { lower } from '../plan/lower.ts';
import { slowSteps } from '../plan/slow-steps.ts';
import type { Limits } from './dispatch.ts';
import type { WebgpuPlan } from './plan.ts';
import { Planner, Unplaceable } from './planner.ts';

export const say = messages('runtime/webgpu/compile', {
  'no-webgpu-kernel': [
    '"{{node}}" has no kernel for WebGPU: {{title}} does not run there.',
    'Run on the CPU or on WebGL, which leave such layers to the reference.',
  ],
  'too-large-for-webgpu': [
    '"{{nodes}}" cannot run on this graphics device: {{message}}.',
    'Run on the CPU, or use a smaller input or batch.',
  ],
});

export type CompileResult =
  | { readonly ok: true; readonly plan: WebgpuPlan }
  | { readonly ok: false; readonly problem: Problem };

/**
 * Plans a network, all of it: one with a layer that has no kernel is refused, with the reason. `also` names nodes whose values
 * are wanted besides the outputs.
 */
export function compile(
  network: FlatNetwork,
  store: WeightStore,
  limits: Limits,
  feedDims: Readonly<Record<string, Dims>> = {},
  also: readonly string[] = [],
): CompileResult {
  const [slow] = slowSteps(network);
  if (slow) {
    const title = layerOf(slow.kind).title;
    return {
      ok: false,
      problem: say.at({ node: slow.id }, 'no-webgpu-kernel', { node: slow.id, title }),
    };
  }
  const lowered = lower(network, feedDims, also, { blockedAttention: true });
  if (!lowered.ok) return lowered;
  try {
    return { ok: true, plan: new Planner(lowered.graph, store, limits, also).run() };
  } catch (error) {
    if (error instanceof Unplaceable) return { ok: false, problem: tooLarge(error) };
    throw error;
  }
}

function tooLarge(error: Unplaceable): Problem {
  const [node] = error.nodes;
  return say.at(node === undefined ? {} : { node }, 'too-large-for-webgpu', {
    nodes: error.nodes.join('", "'),
    message: error.message,
  });
}
