import { sameDims } from '../base/dims.ts';
import type { Phrase } from '../base/messages.ts';
import { type Issue, messages, problemAt } from '../base/problem.ts';
import { definitionOf } from '../blocks/index.ts';
import { blockNameOf } from '../graph/definitions.ts';
import type { DesignNode, NodeId } from '../graph/design.ts';
import type { WeightSpec } from '../layers/define.ts';
import type { NodeFacts } from './facts.ts';

export const say = messages('analysis/twins', {
  a: 'a {{title}}',
  'its-size': 'its {{name}} is {{dims}}',
  'no-weight': 'there is none',
  'weights-unknown': [
    'It uses the weights of "{{name}}", but there is no such node here.',
    'Unlink it, or let it use those of a node that is there.',
  ],
  'weights-chain:itself': ['It uses the weights of itself.', 'Unlink it: a node has weights of its own.'],
  'weights-other-kind': [
    'It uses the weights of "{{name}}", which is {{theirs}} and not {{own}}.',
    'Only nodes of one kind share weights: unlink it.',
  ],
  'weights-none': ['It uses the weights of "{{name}}", but {{node}} has none.', 'Unlink it.'],
  'weights-do-not-fit': [
    'It uses the weights of "{{name}}", which do not fit: {{theirs}} there, {{own}} here.',
    'Give both the same parameters and input channels, or unlink it.',
  ],
  'weights-chain:ring': [
    'It uses the weights of "{{name}}", which has none of its own: it uses those of "{{further}}".',
    'Unlink one of them.',
  ],
  'weights-chain:further': [
    'It uses the weights of "{{name}}", which has none of its own: it uses those of "{{further}}".',
    'Let it use the weights of "{{further}}".',
  ],
});

/** The facts of the nodes of one graph, those that use the weights of a node that they cannot use with that problem. */
export function withTwinProblems(
  facts: ReadonlyMap<NodeId, NodeFacts>,
  pathOf: (id: NodeId) => NodeId,
): ReadonlyMap<NodeId, NodeFacts> {
  let told: Map<NodeId, NodeFacts> | undefined;
  for (const [id, known] of facts) {
    const { weights } = known.node;
    if (weights === undefined) continue;
    const wrong = misfit(known, weights, facts.get(pathOf(weights)));
    if (!wrong) continue;
    told ??= new Map(facts);
    told.set(id, { ...known, problems: [...known.problems, problemAt(id, wrong)] });
  }
  return told ?? facts;
}

const none: ReadonlySet<NodeFacts> = new Set();

/** The nodes of one graph whose weights count at another one: shared weights count once. */
export function countedElsewhere(
  facts: Iterable<NodeFacts>,
  find: (id: NodeId) => NodeFacts | undefined,
): ReadonlySet<NodeFacts> {
  const sharing: NodeFacts[] = [];
  for (const known of facts) if (known.node.weights !== undefined) sharing.push(known);
  if (sharing.length === 0) return none;
  const counted = new Set<NodeFacts>();
  const held = new Set<NodeId>();
  for (const known of sharing) {
    const name = known.node.weights!;
    const owner = find(name);
    const there = owner?.cost !== undefined && owner.node.bypass !== true && owner !== known;
    if (there || held.has(name)) counted.add(known);
    else if (known.cost && known.node.bypass !== true) held.add(name);
  }
  return counted;
}

/** Why a node cannot use the weights of another; undefined where it can, or where too little is known to tell. */
function misfit(facts: NodeFacts, name: NodeId, twin: NodeFacts | undefined): Issue | undefined {
  const { node } = facts;
  if (!twin) return say('weights-unknown', { name });
  if (twin === facts) return say('weights-chain:itself');
  if (twin.node.weights !== undefined) return chain(facts, name, twin.node.weights);
  if (twin.node.kind !== node.kind || blockNameOf(twin.node) !== blockNameOf(node))
    return say('weights-other-kind', { name, theirs: described(twin.node), own: described(node) });
  if (!facts.cost || !twin.cost || node.bypass || twin.node.bypass) return undefined;
  const [own, theirs] = [[...specsOf(facts)], [...specsOf(twin)]];
  if (own.length === 0) return say('weights-none', { name, node: described(node) });
  if (sameWeights(own, theirs)) return undefined;
  const place = own.findIndex((spec, i) => !theirs[i] || !sameSpec(spec, theirs[i]));
  const differs = place < 0 ? own.length : place;
  return say('weights-do-not-fit', { name, theirs: sizeOf(theirs[differs]), own: sizeOf(own[differs]) });
}

function chain({ id }: NodeFacts, name: NodeId, further: NodeId): Issue {
  const ring = further === id.slice(id.lastIndexOf('/') + 1);
  return ring
    ? say('weights-chain:ring', { name, further })
    : say('weights-chain:further', { name, further });
}

function described(node: DesignNode): Phrase {
  return say.part('a', { title: blockNameOf(node) ?? definitionOf(node.kind).title });
}

/** The weights of a node, those of every layer inside. */
function* specsOf(facts: NodeFacts): Iterable<WeightSpec> {
  if (facts.node.bypass === true) return;
  if (facts.inside) for (const inner of facts.inside) yield* specsOf(inner);
  else yield* facts.weights;
}

function sameSpec(a: WeightSpec, b: WeightSpec): boolean {
  return a.name === b.name && sameDims(a.dims, b.dims);
}

/** Whether two layers take weights of the same names and sizes. */
export function sameWeights(a: readonly WeightSpec[], b: readonly WeightSpec[]): boolean {
  return a.length === b.length && a.every((spec, i) => sameSpec(spec, b[i]!));
}

function sizeOf(spec: WeightSpec | undefined): Phrase {
  return spec ? say.part('its-size', { name: spec.name, dims: spec.dims.join('×') }) : say.part('no-weight');
}
