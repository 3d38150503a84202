import type { Plan } from './order-plan.ts';

/** What a search of one stretch came to. */
export interface SegmentOrder {
  /** Undefined where the bound ended the search. */
  readonly steps: readonly number[] | undefined;
  readonly looks: number;
}

/** A set of steps that have run, reached by one more step from another. */
interface State {
  readonly key: string;
  readonly done: Uint8Array;
  /** Bytes alive between two steps. */
  readonly live: number;
  readonly parent: State | undefined;
  /** The steps that led here, by their places in the stretch. */
  readonly by: readonly number[];
  /** How many steps led here. */
  readonly depth: number;
}

type Outcome =
  | { readonly kind: 'reached'; readonly state: State }
  | { readonly kind: 'stuck'; readonly nextBytes: number }
  | { readonly kind: 'bounded' };

/** Wherever these have moved, it costs nothing to let those move too, if there is room for them. */
interface Detour {
  readonly from: Uint8Array;
  readonly by: Uint8Array;
  /** What moves, in order. */
  readonly places: readonly number[];
}

/**
 * The best order of one stretch. Bytes alive are a submodular function of the set of steps that have run. So where a state
 * leads to another, under the peak that is allowed, with no more bytes alive than it and all between them, it costs nothing
 * to go there first, whatever follows, and other ways need no look (Liu 1987 orders trees so). That holds in time's reverse
 * too: both directions are tried, since branches that end small are told apart in the one, those that end large in the other.
 */
export function searchSegment(plan: Plan, segment: readonly number[], mostLooks: number): SegmentOrder {
  let looks = 0;
  // Small bounds first, so that the direction that ends is found soon.
  for (let share = 256; share >= 1; share /= 4)
    for (const isReversed of [false, true]) {
      const search = new Search(plan, segment, isReversed, Math.floor(mostLooks / share / 3));
      const steps = search.run();
      looks += search.looks;
      if (steps) return { steps, looks };
    }
  return { steps: undefined, looks };
}

class Search {
  looks = 0;
  readonly #plan: Plan;
  readonly #segment: readonly number[];
  readonly #isReversed: boolean;
  readonly #mostLooks: number;
  readonly #placeOf: ReadonlyMap<number, number>;

  constructor(plan: Plan, segment: readonly number[], isReversed: boolean, mostLooks: number) {
    this.#plan = plan;
    this.#segment = segment;
    this.#isReversed = isReversed;
    this.#mostLooks = mostLooks;
    this.#placeOf = new Map(segment.map((step, place) => [step, place]));
  }

  /** Allows the least peak that any step needs, and more as long as no order keeps to it. */
  run(): readonly number[] | undefined {
    let allowed = 0;
    for (;;) {
      const outcome = this.#under(allowed);
      if (outcome.kind === 'bounded') return undefined;
      if (outcome.kind === 'reached') return this.#pathTo(outcome.state);
      allowed = outcome.nextBytes;
    }
  }

  #under(allowed: number): Outcome {
    const size = this.#segment.length;
    const done = new Uint8Array(size).fill(this.#isReversed ? 1 : 0);
    const goal = keyOf(new Uint8Array(size).fill(this.#isReversed ? 0 : 1));
    const first: State = { key: keyOf(done), done, live: 0, parent: undefined, by: [], depth: 0 };
    const seen = new Set([first.key]);
    const queue = new Queue();
    queue.push(first);
    const visited: State[] = [];
    let detours: readonly Detour[] = [];
    let nextBytes = Number.POSITIVE_INFINITY;
    for (let state = queue.pop(); state; state = queue.pop()) {
      if (state.key === goal) return { kind: 'reached', state };
      const ahead = this.#takeDetour(state, detours, allowed);
      if (ahead) {
        if (!seen.has(ahead.key)) queue.push(ahead);
        seen.add(ahead.key);
        continue;
      }
      visited.push(state);
      const detour = this.#detourBy(state, visited);
      if (detour)
        detours = [
          ...detours.filter(
            ({ from, by }) => !(this.#holds(detour.from, from) && this.#holds(by, detour.by)),
          ),
          detour,
        ];
      for (let place = 0; place < size; place++) {
        this.looks++;
        if (!this.#canMove(state.done, place)) continue;
        const { peak, after } = this.#move(state, place);
        if (peak > allowed) nextBytes = Math.min(nextBytes, peak);
        else if (!seen.has(after.key)) {
          seen.add(after.key);
          queue.push(after);
        }
      }
      if (this.looks > this.#mostLooks) return { kind: 'bounded' };
    }
    return { kind: 'stuck', nextBytes };
  }

  /** From the earliest state on the way here with as many bytes alive; by the least of what lies between. */
  #detourBy(state: State, visited: readonly State[]): Detour | undefined {
    let from: State | undefined;
    for (let at = state.parent; at; at = at.parent) if (at.live >= state.live) from = at;
    if (!from) return undefined;
    this.looks += visited.length;
    let least = state;
    for (const between of visited)
      if (
        between.live < least.live &&
        this.#holds(from.done, between.done) &&
        this.#holds(between.done, state.done)
      )
        least = between;
    const isIn = (done: Uint8Array, place: number) => (done[place] === 1) !== this.#isReversed;
    const places = wayTo(state).filter((place) => isIn(least.done, place) && !isIn(from.done, place));
    return { from: from.done, by: least.done, places };
  }

  /** Where a detour leads that is open here. */
  #takeDetour(state: State, detours: readonly Detour[], allowed: number): State | undefined {
    this.looks += detours.length;
    for (const { from, by, places } of detours) {
      if (!this.#holds(from, state.done) || this.#holds(by, state.done)) continue;
      let at = state;
      let most = 0;
      for (const place of places) {
        if ((at.done[place] === 1) !== this.#isReversed) continue;
        const { peak, after } = this.#move(at, place);
        most = Math.max(most, peak);
        at = after;
      }
      if (most > allowed) continue;
      const steps = at.depth - state.depth;
      return { ...at, parent: state, by: wayTo(at).slice(-steps) };
    }
    return undefined;
  }

  /** Whether all that has moved in one state has moved in another. */
  #holds(less: Uint8Array, more: Uint8Array): boolean {
    const moved = this.#isReversed ? 0 : 1;
    for (let at = 0; at < less.length; at++) if (less[at] === moved && more[at] !== moved) return false;
    return true;
  }

  #canMove(done: Uint8Array, place: number): boolean {
    if ((done[place] === 1) !== this.#isReversed) return false;
    const { reads, readers } = this.#plan;
    const step = this.#segment[place]!;
    for (const other of this.#isReversed ? readers[step]! : reads[step]!) {
      const at = this.#placeOf.get(other);
      if (at !== undefined && (done[at] === 1) === this.#isReversed) return false;
    }
    return true;
  }

  /** Bytes while a step runs, or is taken back, and the state after it; both against the first state's. */
  #move(state: State, place: number): { readonly peak: number; readonly after: State } {
    const { done, live } = state;
    const { works, reads, readers, isSource } = this.#plan;
    const step = this.#segment[place]!;
    const { bytes, kept } = works[step]!;
    let fresh = 0;
    let freed = 0;
    for (const read of reads[step]!) {
      const others = readers[read]!.filter((reader) => reader !== step);
      if (isSource[read] && !others.some((reader) => this.#hasRun(done, reader))) fresh += works[read]!.bytes;
      if (!works[read]!.kept && others.every((reader) => this.#hasRun(done, reader)))
        freed += works[read]!.bytes;
    }
    const stays = kept || readers[step]!.length > 0 ? bytes : 0;
    const change = fresh + stays - freed;
    const after = done.slice();
    after[place] = this.#isReversed ? 0 : 1;
    const next = this.#isReversed ? live - change : live + change;
    return {
      peak: (this.#isReversed ? next : live) + fresh + bytes,
      after: {
        key: keyOf(after),
        done: after,
        live: next,
        parent: state,
        by: [place],
        depth: state.depth + 1,
      },
    };
  }

  /** Steps of earlier stretches have run, those of later ones have not. */
  #hasRun(done: Uint8Array, step: number): boolean {
    const at = this.#placeOf.get(step);
    return at === undefined ? step < this.#segment[0]! : done[at] === 1;
  }

  #pathTo(state: State): readonly number[] {
    const steps = wayTo(state).map((place) => this.#segment[place]!);
    return this.#isReversed ? steps.reverse() : steps;
  }
}

/** All places that have moved, in order. */
function wayTo(state: State): readonly number[] {
  const parts: (readonly number[])[] = [];
  for (let at: State | undefined = state; at; at = at.parent) parts.push(at.by);
  return parts.reverse().flat();
}

const keyOf = (done: Uint8Array): string => {
  let key = '';
  for (let at = 0; at < done.length; at += 16) {
    let bits = 0;
    for (let bit = 0; bit < 16 && at + bit < done.length; bit++) bits |= done[at + bit]! << bit;
    key += String.fromCharCode(bits);
  }
  return key;
};

const isBefore = (a: State, b: State) => a.live < b.live || (a.live === b.live && a.depth < b.depth);

/** The least bytes alive first, of those the fewest steps: so no state comes before a cheaper one on the way to it. */
class Queue {
  readonly #heap: State[] = [];

  push(state: State): void {
    const heap = this.#heap;
    let at = heap.push(state) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!isBefore(state, heap[above]!)) break;
      heap[at] = heap[above]!;
      at = above;
    }
    heap[at] = state;
  }

  pop(): State | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return top;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && isBefore(heap[below + 1]!, heap[below]!)) below++;
      if (!isBefore(heap[below]!, last)) break;
      heap[at] = heap[below]!;
      at = below;
    }
    heap[at] = last;
    return top;
  }
}
