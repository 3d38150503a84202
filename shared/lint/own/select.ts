import type { Analysis, NodeFacts } from '../../analysis/facts.ts';
import type { Dims } from '../../base/dims.ts';
import { atOnce } from '../../base/parts.ts';
import { definitionOf } from '../../blocks/index.ts';
import type { DesignNode, NodeId } from '../../graph/design.ts';
import { type RuleSelector, selectKeys } from '../../graph/own-rules.ts';
import { outputOf } from '../views.ts';
import type { Subject } from './facts.ts';
import { type Place, placeOf } from './places.ts';

/** Whether a text, or one of several patterns, is what a pattern asks for. */
type Fits = (text: string) => boolean;

/** What hangs on the kind alone is asked once for each kind, not for each node. */
const askedOfKinds = {
  kind: (kind, fits) => fits(kind),
  group: (kind, fits) => fits(definitionOf(kind).group),
} as const satisfies Partial<
  Record<(typeof selectKeys)[number], (kind: DesignNode['kind'], fits: Fits) => boolean>
>;
const kindKeys = ['kind', 'group'] as const;

type KeyOfNodes = Exclude<(typeof selectKeys)[number], keyof typeof askedOfKinds>;
const isKeyOfNodes = (key: (typeof selectKeys)[number]): key is KeyOfNodes => !(key in askedOfKinds);

/** What the patterns of each other key are held against; one must fit. */
const askedOfNodes: Readonly<Record<KeyOfNodes, (subject: Subject, fits: Fits) => boolean>> = {
  name: ({ facts: { id } }, fits) =>
    fits(id) || (id.includes('/') && fits(id.slice(id.lastIndexOf('/') + 1))),
  stage: ({ stage }, fits) => stage !== undefined && fits(String(stage)),
  block: ({ facts }, fits) => blocksOf(facts).some(fits),
  after: ({ place }, fits) => place?.isAfter(fits) === true,
  before: ({ place }, fits) => place?.isBefore(fits) === true,
};

/** The blocks that a node lies in, and what it is a block of. */
function blocksOf({ id, node, inside }: NodeFacts): readonly string[] {
  const around = id.split('/').slice(0, -1);
  if (inside === undefined) return around;
  const own = node.kind === 'userBlock' ? [String(node.params.block)] : [];
  return [...around, node.kind, ...own];
}

/** Finds what a rule looks at. */
export interface Selector {
  /**
   * In the order of the design; found once for all rules that look at the same. Yields now and then, so that others get their
   * turn.
   */
  chosen(analysis: Analysis): Generator<undefined, readonly Subject[]>;
}

/** Patterns are read once. */
export function selectorOf(select: RuleSelector): Selector {
  const asked = selectKeys.flatMap((key) => {
    const wanted = select[key];
    return wanted === undefined ? [] : [[key, [wanted].flat()] as const];
  });
  const name = JSON.stringify(asked);
  const fitsKind = kindKeys.flatMap((key) => {
    const fits = anyOf(select[key]);
    return fits ? [(kind: DesignNode['kind']): boolean => askedOfKinds[key](kind, fits)] : [];
  });
  const tests = selectKeys.filter(isKeyOfNodes).flatMap((key) => {
    const fits = anyOf(select[key]);
    return fits ? [(subject: Subject): boolean => askedOfNodes[key](subject, fits)] : [];
  });
  const turn = turnOf(name.length);
  return {
    *chosen(analysis) {
      const { all, byKind, chosen } = subjectsIn(analysis);
      const known = chosen.get(name);
      if (known) return known;
      let found = all;
      if (fitsKind.length > 0) {
        const kinds = [...byKind.keys()].filter((kind) => fitsKind.every((fits) => fits(kind)));
        found = ofKinds(kinds, all, byKind);
      }
      if (tests.length > 0) {
        const fitting: Subject[] = [];
        let looked = 0;
        for (const subject of found) {
          if (tests.every((test) => test(subject))) fitting.push(subject);
          if (++looked % turn === 0) yield undefined;
        }
        found = fitting;
      }
      chosen.set(name, found);
      return found;
    },
  };
}

/** The same, at once. */
export function chosenBy(select: RuleSelector, analysis: Analysis): readonly Subject[] {
  return atOnce(selectorOf(select).chosen(analysis));
}

function ofKinds(
  kinds: readonly DesignNode['kind'][],
  all: readonly Subject[],
  byKind: Subjects['byKind'],
): readonly Subject[] {
  const [only, ...more] = kinds;
  if (only === undefined) return [];
  if (more.length === 0) return byKind.get(only) ?? [];
  if (kinds.length === byKind.size) return all;
  const wanted = new Set(kinds);
  return all.filter(({ facts: { node } }) => wanted.has(node.kind));
}

/** Letters of patterns or expressions that are worked out before others get their turn: about a millisecond. */
const LETTERS_A_TURN = 100_000;

/** How many nodes are looked at in a row: a rule may be long, and its author anybody. */
export const turnOf = (letters: number): number => Math.max(16, Math.floor(LETTERS_A_TURN / (letters + 1)));

/** Undefined where nothing is asked for. */
function anyOf(wanted: string | readonly string[] | undefined): Fits | undefined {
  if (wanted === undefined) return undefined;
  const patterns = [wanted].flat();
  const exact = new Set(patterns.filter((pattern) => !pattern.includes('*')));
  const loose = patterns.filter((pattern) => pattern.includes('*')).map(patternOf);
  const [only, ...more] = loose;
  if (only === undefined) return (text) => exact.has(text);
  if (exact.size === 0 && more.length === 0) return only;
  return (text) => exact.has(text) || loose.some((fitsOne) => fitsOne(text));
}

export const fits = (pattern: string, text: string): boolean => patternOf(pattern)(text);

/** `*` stands for any text. Each piece is looked for once, from the left. */
function patternOf(pattern: string): Fits {
  const pieces = pattern.split('*');
  const [first, last] = [pieces[0]!, pieces.at(-1)!];
  if (pieces.length === 1) return (text) => text === pattern;
  if (pieces.length === 2)
    return (text) =>
      text.length >= first.length + last.length && text.startsWith(first) && text.endsWith(last);
  const between = pieces.slice(1, -1);
  return (text) => {
    if (!text.startsWith(first) || !text.endsWith(last)) return false;
    let at = first.length;
    const end = text.length - last.length;
    for (const piece of between) {
      const found = text.indexOf(piece, at);
      if (found < 0 || found + piece.length > end) return false;
      at = found + piece.length;
    }
    return true;
  };
}

/** What only some rules ask for is worked out when they do, once for all of them. */
class OwnSubject implements Subject {
  readonly facts: NodeFacts;
  readonly owner: NodeFacts;
  readonly analysis: Analysis;
  readonly stage: number | undefined;
  readonly into: Dims | undefined;
  readonly out: Dims | undefined;
  #place: Place | undefined | 'unasked' = 'unasked';

  constructor(facts: NodeFacts, owner: NodeFacts, analysis: Analysis, stage: number | undefined) {
    this.facts = facts;
    this.owner = owner;
    this.analysis = analysis;
    this.stage = stage;
    this.into = facts.inputs[0];
    this.out = outputOf(facts);
  }

  get place(): Place | undefined {
    if (this.#place === 'unasked') this.#place = placeOf(this.facts, this.analysis);
    return this.#place;
  }
}

interface Subjects {
  readonly all: readonly Subject[];
  readonly byKind: ReadonlyMap<DesignNode['kind'], readonly Subject[]>;
  /** By what was asked for. */
  readonly chosen: Map<string, readonly Subject[]>;
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
  const byKind = new Map<DesignNode['kind'], Subject[]>();
  for (const subject of found) {
    const { kind } = subject.facts.node;
    const list = byKind.get(kind);
    if (list) list.push(subject);
    else byKind.set(kind, [subject]);
  }
  const all: Subjects = { all: found, byKind, chosen: new Map() };
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
