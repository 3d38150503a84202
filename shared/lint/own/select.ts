import type { Analysis, NodeFacts } from '../../analysis/facts.ts';
import type { Dims } from '../../base/dims.ts';
import { definitionOf } from '../../blocks/index.ts';
import type { NodeId } from '../../graph/design.ts';
import { type RuleSelector, selectKeys } from '../../graph/own-rules.ts';
import { outputOf } from '../views.ts';
import type { Subject } from './facts.ts';
import { type Place, placeOf } from './places.ts';

type Texts = (subject: Subject) => Iterable<string>;

/** What the patterns of each key are held against; one must fit. */
const texts: Readonly<Record<(typeof selectKeys)[number], Texts>> = {
  kind: ({ facts: { node } }) => [node.kind],
  name: ({ facts: { id } }) => [id, id.slice(id.lastIndexOf('/') + 1)],
  group: ({ facts: { node } }) => [definitionOf(node.kind).group],
  stage: ({ stage }) => (stage === undefined ? [] : [String(stage)]),
  block: ({ facts }) => blocksOf(facts),
  after: ({ place }) => place?.before ?? [],
  before: ({ place }) => place?.after ?? [],
};

/** The blocks that a node lies in, and what it is a block of. */
function blocksOf({ id, node, inside }: NodeFacts): readonly string[] {
  const around = id.split('/').slice(0, -1);
  if (inside === undefined) return around;
  const own = node.kind === 'userBlock' ? [String(node.params.block)] : [];
  return [...around, node.kind, ...own];
}

/** What a rule looks at: some of what it may look at, in the order of the design. Patterns are read once. */
export interface Selector {
  among(analysis: Analysis): readonly Subject[];
  selects(subject: Subject): boolean;
}

export function selectorOf(select: RuleSelector): Selector {
  const { kind, ...others } = select;
  const single = typeof kind === 'string' && !kind.includes('*') ? kind : undefined;
  return {
    among: (analysis) =>
      single === undefined ? subjectsOf(analysis) : (subjectsIn(analysis).byKind.get(single) ?? []),
    // Those of one kind need not be asked for it.
    selects: testOf(single === undefined ? select : others),
  };
}

function testOf(select: RuleSelector): (subject: Subject) => boolean {
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
  const [first, ...more] = tests;
  if (first === undefined) return () => true;
  if (more.length === 0) return first;
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

/** What only some rules ask for is worked out when they do, once for all of them. */
class OwnSubject implements Subject {
  readonly facts: NodeFacts;
  readonly owner: NodeFacts;
  readonly analysis: Analysis;
  readonly stage: number | undefined;
  #place: Place | undefined | 'unasked' = 'unasked';

  constructor(facts: NodeFacts, owner: NodeFacts, analysis: Analysis, stage: number | undefined) {
    this.facts = facts;
    this.owner = owner;
    this.analysis = analysis;
    this.stage = stage;
  }

  get place(): Place | undefined {
    if (this.#place === 'unasked') this.#place = placeOf(this.facts, this.analysis);
    return this.#place;
  }
}

interface Subjects {
  readonly all: readonly Subject[];
  readonly byKind: ReadonlyMap<string, readonly Subject[]>;
}

const subjects = new WeakMap<Analysis, Subjects>();

/** All that rules of one's own may look at, blocks opened, in the order of the design. */
export const subjectsOf = (analysis: Analysis): readonly Subject[] => subjectsIn(analysis).all;

/** Found once for each analysis, for all rules. */
function subjectsIn(analysis: Analysis): Subjects {
  const known = subjects.get(analysis);
  if (known) return known;
  const stages = stagesOf(analysis);
  const found: Subject[] = [];
  for (const owner of analysis.facts.values()) {
    const stage = stages.get(owner.id);
    const open = (facts: NodeFacts): void => {
      found.push(new OwnSubject(facts, owner, analysis, stage));
      for (const inner of facts.inside ?? []) open(inner);
    };
    open(owner);
  }
  const byKind = new Map<string, Subject[]>();
  for (const subject of found) {
    const { kind } = subject.facts.node;
    const list = byKind.get(kind);
    if (list) list.push(subject);
    else byKind.set(kind, [subject]);
  }
  const all = { all: found, byKind };
  subjects.set(analysis, all);
  return all;
}

/** The stretches of the network that keep one map size, counted along its order. */
function stagesOf({ order, facts }: Analysis): ReadonlyMap<NodeId, number> {
  const stages = new Map<NodeId, number>();
  const sizes = new Map<string, number>();
  let [last, stage]: [Dims | undefined, number] = [undefined, 0];
  for (const id of order) {
    const node = facts.get(id);
    const dims = node && outputOf(node);
    if (dims === undefined || dims.length < 4) continue;
    // Most have the size of the one before.
    if (last === undefined || last.length !== dims.length || !sameMap(last, dims)) {
      const size = dims.slice(2).join('×');
      stage = sizes.get(size) ?? sizes.size + 1;
      sizes.set(size, stage);
      last = dims;
    }
    stages.set(id, stage);
  }
  return stages;
}

const sameMap = (a: Dims, b: Dims): boolean => a.every((extent, axis) => axis < 2 || extent === b[axis]);
