import type { Analysis, NodeFacts } from '../../analysis/facts.ts';
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

/** Tells which nodes a rule looks at; patterns are read once. */
export function selectorOf(select: RuleSelector): (subject: Subject) => boolean {
  const tests = selectKeys.flatMap((key) => {
    const wanted = select[key];
    if (wanted === undefined) return [];
    const patterns = typeof wanted === 'string' ? [wanted] : wanted;
    const exact = new Set(patterns.filter((pattern) => !pattern.includes('*')));
    const loose = patterns.filter((pattern) => pattern.includes('*'));
    const textsOf = texts[key];
    return [
      (subject: Subject): boolean => {
        for (const text of textsOf(subject))
          if (exact.has(text) || loose.some((pattern) => fits(pattern, text))) return true;
        return false;
      },
    ];
  });
  return (subject) => tests.every((test) => test(subject));
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

const subjects = new WeakMap<Analysis, readonly Subject[]>();

/** All that rules of one's own look at, blocks opened: found once for each analysis, for all of them. */
export function subjectsOf(analysis: Analysis): readonly Subject[] {
  const known = subjects.get(analysis);
  if (known) return known;
  const stages = stagesOf(analysis);
  const found: Subject[] = [];
  for (const owner of analysis.facts.values()) {
    const stage = stages.get(owner.id);
    const open = (facts: NodeFacts): void => {
      found.push({ facts, owner, analysis, stage });
      for (const inner of facts.inside ?? []) open(inner);
    };
    open(owner);
  }
  subjects.set(analysis, found);
  return found;
}

/** The stretches of the network that keep one map size, counted along its order. */
function stagesOf({ order, facts }: Analysis): ReadonlyMap<NodeId, number> {
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
