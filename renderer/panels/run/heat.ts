import type { NodeId } from '../../../shared/graph/design.ts';
import type { StepProfile } from '../../../shared/runtime/machine.ts';
import { app } from '../../store/app.ts';

/**
 * Milliseconds by node of the canvas: what is inside a block counts for the block, and layers that were fused into one
 * step for the first of them, which is the one that the others hang on.
 */
export function timesByNode(profile: readonly StepProfile[]): ReadonlyMap<NodeId, number> {
  const times = new Map<NodeId, number>();
  for (const { nodes, milliseconds } of profile) {
    const node = (nodes[0] ?? '').split('/', 1)[0]!;
    times.set(node, (times.get(node) ?? 0) + milliseconds);
  }
  return times;
}

/** Lays the times of a run over the canvas; an empty profile takes them away. */
export function showTimes(profile: readonly StepProfile[]): void {
  const { heat, set } = app.getState();
  if (profile.length > 0) {
    const total = profile.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
    set({ runTimes: { total, byNode: timesByNode(profile) } });
  } else set({ runTimes: undefined, heat: heat === 'time' ? 'macs' : heat });
}
