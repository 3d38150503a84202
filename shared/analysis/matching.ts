import type { NodeId } from '../graph/design.ts';
import type { Analysis, NodeFacts } from './facts.ts';

/** Quadratic, so it is left out where both rests are so long that nothing useful could be read from it. */
const LONGEST_REST = 2000;
/** Neighbours of one node beyond which they are not held against each other one by one. */
const MANY = 32;
/** How many wires away a node's surroundings are looked at to tell it from its like. */
const ROUNDS = 4;

/**
 * Which node of one design is which of another, whatever they are called and however they are wired by now. In this order:
 * nodes that kept name, parameters and a neighbour; nodes whose surroundings are found once on each side; what is wired
 * alike to nodes that are matched already; what kept its name; and what stands in the same order among its like. Only
 * nodes of one kind are matched. Linear, but for the last.
 */
export function matchNodes(before: Analysis, after: Analysis): ReadonlyMap<NodeFacts, NodeFacts> {
  const matching = new Matching(before, after);
  matching.byNameAndPlace();
  matching.spread();
  for (let round = ROUNDS; round >= 1; round--) {
    matching.bySurroundings(round);
    matching.spread();
  }
  matching.byName();
  matching.spread();
  matching.byOrder();
  return matching.pairs;
}

class Matching {
  readonly pairs = new Map<NodeFacts, NodeFacts>();
  readonly #taken = new Set<NodeFacts>();
  readonly #before: Side;
  readonly #after: Side;
  /** Pairs whose neighbours are still to be looked at, and neighbours of one kind with other parameters. */
  #fresh: (readonly [NodeFacts, NodeFacts])[] = [];
  #alike: (readonly [NodeFacts, NodeFacts])[] = [];

  constructor(before: Analysis, after: Analysis) {
    const numbers = new Map<string, number>();
    this.#before = new Side(before, numbers);
    this.#after = new Side(after, numbers);
  }

  #match(a: NodeFacts, b: NodeFacts): void {
    this.pairs.set(a, b);
    this.#taken.add(b);
    this.#fresh.push([a, b]);
  }

  #isFree(a: NodeFacts, b: NodeFacts): boolean {
    return !this.pairs.has(a) && !this.#taken.has(b) && a.node.kind === b.node.kind;
  }

  byNameAndPlace(): void {
    for (const a of this.#before.list) {
      const b = this.#after.facts.get(a.id);
      if (!b || !this.#isFree(a, b) || this.#before.own(a) !== this.#after.own(b)) continue;
      const names = new Set(this.#before.neighbours(a.id));
      const there = this.#after.neighbours(b.id);
      if (there.some((id) => names.has(id)) || names.size + there.length === 0) this.#match(a, b);
    }
  }

  /** What looks the same for some wires around, where that is found once on each side. */
  bySurroundings(rounds: number): void {
    const left = onlyOnes(
      this.#before.list.filter((a) => !this.pairs.has(a)),
      (a) => this.#before.around(a, rounds),
    );
    const right = onlyOnes(
      this.#after.list.filter((b) => !this.#taken.has(b)),
      (b) => this.#after.around(b, rounds),
    );
    for (const [signature, a] of left) {
      const b = right.get(signature);
      if (a && b && this.#isFree(a, b)) this.#match(a, b);
    }
  }

  byName(): void {
    for (const a of this.#before.list) {
      const b = this.#after.facts.get(a.id);
      if (b && this.#isFree(a, b)) this.#match(a, b);
    }
  }

  /** From matched pairs along their wires: first to nodes with the same parameters, then to those of the same kind. */
  spread(): void {
    for (;;) {
      const next = this.#fresh.pop();
      if (next) {
        this.#lookAround(...next);
        continue;
      }
      const alike = this.#alike.pop();
      if (!alike) return;
      if (this.#isFree(...alike)) this.#match(...alike);
    }
  }

  #lookAround(a: NodeFacts, b: NodeFacts): void {
    const sides = [
      [this.#before.sources(a.id), this.#after.sources(b.id)],
      [this.#before.targets(a.id), this.#after.targets(b.id)],
    ] as const;
    for (const [here, there] of sides) {
      const left = here.filter((each) => !this.pairs.has(each));
      const right = there.filter((each) => !this.#taken.has(each));
      if (left.length > MANY || right.length > MANY) {
        this.#matchMany(left, right);
        continue;
      }
      for (const one of left) {
        const same = right.filter((other) => this.#isFree(one, other));
        const exact = same.filter((other) => this.#before.own(one) === this.#after.own(other));
        if (exact[0] && (exact.length === 1 || left.length === right.length)) this.#match(one, exact[0]);
        else if (same[0] && same.length === 1) this.#alike.push([one, same[0]]);
      }
    }
  }

  /** Of very many neighbours, those with the same parameters in their order. */
  #matchMany(left: readonly NodeFacts[], right: readonly NodeFacts[]): void {
    const waiting = new Map<number, NodeFacts[]>();
    for (const other of right.toReversed()) {
      const own = this.#after.own(other);
      const list = waiting.get(own);
      if (list) list.push(other);
      else waiting.set(own, [other]);
    }
    for (const one of left) {
      const other = waiting.get(this.#before.own(one))?.pop();
      if (other && this.#isFree(one, other)) this.#match(one, other);
    }
  }

  /** The longest common subsequence of what is left, by kind. */
  byOrder(): void {
    const a = this.#before.list.filter((each) => !this.pairs.has(each));
    const b = this.#after.list.filter((each) => !this.#taken.has(each));
    for (const [one, other] of longestCommon(a, b)) this.#match(one, other);
  }
}

/** One design, what each of its nodes is and what lies around it as numbers that are the same on both sides. */
class Side {
  readonly facts: Analysis['facts'];
  readonly list: readonly NodeFacts[];
  readonly #topology: Analysis['topology'];
  readonly #numbers: Map<string, number>;
  readonly #rounds: Map<NodeId, number>[] = [];

  constructor({ facts, topology }: Analysis, numbers: Map<string, number>) {
    this.facts = facts;
    this.#topology = topology;
    this.#numbers = numbers;
    this.list = [...facts.values()];
    const own = new Map<NodeId, number>();
    for (const { id, node } of this.list) own.set(id, this.#number(JSON.stringify([node.kind, node.params])));
    this.#rounds.push(own);
  }

  #number(key: string): number {
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(key, number);
    }
    return number;
  }

  own({ id }: NodeFacts): number {
    return this.#rounds[0]!.get(id)!;
  }

  around({ id }: NodeFacts, rounds: number): number {
    while (this.#rounds.length <= rounds) {
      const last = this.#rounds.at(-1)!;
      const next = new Map<NodeId, number>();
      for (const { id: each } of this.list) {
        const into = this.#wires('into', each).map(({ from, to }) => `${last.get(from.node)}:${to.port}`);
        const out = this.#wires('outOf', each).map(({ to }) => `${last.get(to.node)}:${to.port}`);
        next.set(each, this.#number(`${last.get(each)}|${into.sort().join()}|${out.sort().join()}`));
      }
      this.#rounds.push(next);
    }
    return this.#rounds[rounds]!.get(id)!;
  }

  #wires(side: 'into' | 'outOf', id: NodeId) {
    return this.#topology[side].get(id) ?? [];
  }

  neighbours(id: NodeId): readonly NodeId[] {
    return [
      ...this.#wires('into', id).map(({ from }) => from.node),
      ...this.#wires('outOf', id).map(({ to }) => to.node),
    ];
  }

  sources(id: NodeId): readonly NodeFacts[] {
    return this.#wires('into', id).flatMap(({ from }) => this.facts.get(from.node) ?? []);
  }

  targets(id: NodeId): readonly NodeFacts[] {
    return this.#wires('outOf', id).flatMap(({ to }) => this.facts.get(to.node) ?? []);
  }
}

/** By key, the only item that has it; undefined for a key of several. */
function onlyOnes<T>(items: readonly T[], keyOf: (item: T) => number): ReadonlyMap<number, T | undefined> {
  const found = new Map<number, T | undefined>();
  for (const item of items) {
    const key = keyOf(item);
    found.set(key, found.has(key) ? undefined : item);
  }
  return found;
}

function longestCommon(
  a: readonly NodeFacts[],
  b: readonly NodeFacts[],
): readonly (readonly [NodeFacts, NodeFacts])[] {
  if (a.length === 0 || b.length === 0 || a.length * b.length > LONGEST_REST * LONGEST_REST) return [];
  const width = b.length + 1;
  const lengths = new Uint16Array((a.length + 1) * width);
  const same = (i: number, j: number): boolean => a[i]!.node.kind === b[j]!.node.kind;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i * width + j] = same(i, j)
        ? lengths[(i + 1) * width + j + 1]! + 1
        : Math.max(lengths[(i + 1) * width + j]!, lengths[i * width + j + 1]!);
    }
  }
  const pairs: (readonly [NodeFacts, NodeFacts])[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (same(i, j)) pairs.push([a[i++]!, b[j++]!]);
    else if (lengths[(i + 1) * width + j]! >= lengths[i * width + j + 1]!) i++;
    else j++;
  }
  return pairs;
}
