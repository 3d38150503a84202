import type { NodeFacts } from '../analysis/facts.ts';
import type { Dims } from '../base/dims.ts';
import { type LayerKind, type ParamsOf, traitsOf } from '../layers/index.ts';

/** The parameters of a node when it is of this kind, with their types. */
export function paramsOf<K extends LayerKind>(facts: NodeFacts, kind: K): ParamsOf<K> | undefined {
  return facts.node.kind === kind ? (facts.node.params as ParamsOf<K>) : undefined;
}

/** The layers that a node stands for: itself, or those inside the block, blocks within blocks opened. */
export function* layersIn(facts: NodeFacts): Iterable<NodeFacts> {
  if (facts.inside === undefined) yield facts;
  else for (const inner of facts.inside) yield* layersIn(inner);
}

/** The dims of a node's first output; undefined while unknown, and for nodes without outputs. */
export function outputOf(facts: NodeFacts): Dims | undefined {
  // Most have one: no list is made of it.
  for (const name in facts.outputs) return facts.outputs[name];
  return undefined;
}

/** Convolutions and fully connected layers: what the depth in a network's name counts. */
export function hasMatrix({ node }: NodeFacts): boolean {
  return traitsOf(node).weighted === true;
}

/** Layers through which a linear map stays linear: they have one input, and scale, average or move its values. */
export function keepsLinear({ node, inputs }: NodeFacts): boolean {
  const { linear, weighted } = traitsOf(node);
  return linear === true && weighted !== true && inputs.length === 1;
}

/** `1,234,567`, the same in every locale. */
export function grouped(count: number): string {
  return count.toString().replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** `12.3 %`. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
