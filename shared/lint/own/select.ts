import type { NodeFacts } from '../../analysis/facts.ts';
import { definitionOf } from '../../blocks/index.ts';
import type { NodeId } from '../../graph/design.ts';
import { type RuleSelector, selectKeys } from '../../graph/own-rules.ts';
import type { Subject } from './facts.ts';
import { placeOf } from './places.ts';

type Texts = (subject: Subject) => readonly string[];

/** What the patterns of each key are held against; one must fit. */
const texts: Readonly<Record<(typeof selectKeys)[number], Texts>> = {
  kind: ({ facts: { node } }) => [node.kind],
  name: ({ facts: { id } }) => [id, id.slice(id.lastIndexOf('/') + 1)],
  group: ({ facts: { node } }) => [definitionOf(node.kind).group],
  stage: ({ stage }) => (stage === undefined ? [] : [String(stage)]),
  block: ({ facts }) => blocksOf(facts),
  after: ({ facts, analysis }) => [...(placeOf(facts, analysis)?.before ?? [])],
  before: ({ facts, analysis }) => [...(placeOf(facts, analysis)?.after ?? [])],
};

/** The blocks that a node lies in, and what it is a block of. */
function blocksOf({ id, node, inside }: NodeFacts): readonly string[] {
  const around = id.split('/').slice(0, -1);
  if (inside === undefined) return around;
  const own = node.kind === 'userBlock' ? [String(node.params.block)] : [];
  return [...around, node.kind, ...own];
}

export function selects(select: RuleSelector, subject: Subject): boolean {
  return selectKeys.every((key) => {
    const wanted = select[key];
    if (wanted === undefined) return true;
    const patterns = typeof wanted === 'string' ? [wanted] : wanted;
    return texts[key](subject).some((text) => patterns.some((pattern) => fits(pattern, text)));
  });
}

/** `*` stands for any text. Each piece is looked for once, from the left. */
export function fits(pattern: string, text: string): boolean {
  const pieces = pattern.split('*');
  if (pieces.length === 1) return pattern === text;
  const [first, last] = [pieces[0]!, pieces.at(-1)!];
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last))
    return false;
  let at = first.length;
  const end = text.length - last.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = text.indexOf(piece, at);
    if (found < 0 || found + piece.length > end) return false;
    at = found + piece.length;
  }
  return true;
}

/** The stretches of the network that keep one map size, counted along its order. */
export function stagesOf(
  order: readonly NodeId[],
  facts: ReadonlyMap<NodeId, NodeFacts>,
): ReadonlyMap<NodeId, number> {
  const stages = new Map<NodeId, number>();
  const sizes = new Map<string, number>();
  for (const id of order) {
    const dims = Object.values(facts.get(id)?.outputs ?? {})[0];
    if (dims === undefined || dims.length < 4) continue;
    const size = dims.slice(2).join('×');
    const stage = sizes.get(size) ?? sizes.size + 1;
    sizes.set(size, stage);
    stages.set(id, stage);
  }
  return stages;
}
