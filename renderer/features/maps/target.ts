import type { FlatNetwork, FlatStep } from '../../../shared/analysis/flatten.ts';
import type { NodeId } from '../../../shared/graph/design.ts';
import { hasKernels } from '../../../shared/runtime/maps/kernels.ts';
import { layerOfNode } from '../../../shared/runtime/maps/resolve.ts';

/** The node of the design that a layer belongs to: itself, or the block that it stands in. */
export function nodeOfLayer(layer: string): NodeId {
  return layer.split('/')[0]!;
}

/**
 * The layer to look at: the one picked while this node was selected, else the node's own, else the first convolution.
 */
export function targetLayer(
  network: FlatNetwork,
  selected: NodeId | undefined,
  picked: { readonly node: NodeId | undefined; readonly layer: string } | undefined,
): FlatStep | undefined {
  const find = (id: string | undefined): FlatStep | undefined =>
    id === undefined ? undefined : network.steps.find((step) => step.id === id);
  if (picked && picked.node === selected && find(picked.layer)) return find(picked.layer);
  if (selected !== undefined) return find(layerOfNode(network, selected));
  return network.steps.find(({ kind }) => hasKernels(kind)) ?? network.steps[0];
}

/** The first layer that has kernels, from a layer on backwards to the input: what a block or a ReLU came from. */
export function kernelLayer(network: FlatNetwork, from: FlatStep): FlatStep | undefined {
  let step: FlatStep | undefined = from;
  while (step && !hasKernels(step.kind)) {
    const source: number | undefined = step.inputs[0]?.step;
    step = source === undefined ? undefined : network.steps[source];
  }
  return step;
}

/** The layers by the node of the design that they belong to, in the order in which they run. */
export function layersByNode({ steps }: FlatNetwork): ReadonlyMap<NodeId, readonly string[]> {
  const groups = new Map<NodeId, string[]>();
  for (const { id } of steps) {
    const node = nodeOfLayer(id);
    const group = groups.get(node);
    if (group) group.push(id);
    else groups.set(node, [id]);
  }
  return groups;
}
