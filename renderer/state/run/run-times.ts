import type { NodeId } from '../../../shared/graph/design.ts';
import type { StepProfile } from '../../../shared/runtime/backend.ts';
import type { NodeTime } from '../view-state.ts';

/** The node of the canvas that a layer belongs to: what is inside a block belongs to the block. */
const nodeOf = (layer: string): NodeId => layer.split('/', 1)[0]!;

/** The nodes of the canvas that a step computes, in the order in which they come. */
export function nodesOfStep({ nodes }: Pick<StepProfile, 'nodes'>): readonly NodeId[] {
  return [...new Set(nodes.map(nodeOf))];
}

/**
 * What each node of the canvas took. A step that computes several of them, because they were fused, has one time that
 * cannot be divided: each of its nodes has it, with the others named, so that nobody adds it up twice.
 */
export function timesByNode(
  profile: readonly Pick<StepProfile, 'nodes' | 'milliseconds'>[],
): ReadonlyMap<NodeId, NodeTime> {
  const times = new Map<NodeId, { milliseconds: number; readonly fusedWith: Set<NodeId> }>();
  for (const step of profile) {
    const nodes = nodesOfStep(step);
    for (const node of nodes) {
      const time = times.get(node) ?? { milliseconds: 0, fusedWith: new Set<NodeId>() };
      time.milliseconds += step.milliseconds;
      for (const other of nodes) if (other !== node) time.fusedWith.add(other);
      times.set(node, time);
    }
  }
  return new Map(
    [...times].map(([node, { milliseconds, fusedWith }]) => [
      node,
      { milliseconds, fusedWith: [...fusedWith] },
    ]),
  );
}
