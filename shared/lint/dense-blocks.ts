import { areaOf, channelsOf, isConcat, type Network, type Step } from './network.ts';

/** What a layer of a dense block adds to what came before it. */
export interface Growth {
  readonly added: Step;
  /** Channels of what is added. */
  readonly growth: number;
  /** Positions of the map. */
  readonly map: number;
}

/** Concatenations of what came so far and something new, as dense blocks are made of. */
export function* growthsIn({ steps }: Network): Iterable<Growth> {
  for (const cat of steps) {
    if (!isConcat(cat) || cat.before.length !== 2) continue;
    const [kept, added] = cat.before as [Step, Step];
    // The new part is made of the kept one.
    if (added.index !== cat.index - 1 || !madeOf(added, kept)) continue;
    yield { added, growth: channelsOf(added.out) ?? 0, map: areaOf(cat.out) };
  }
}

/** Layers of a dense block are made of fewer steps than this. */
const MOST_STEPS = 16;

function madeOf(added: Step, kept: Step): boolean {
  let at: Step | undefined = added;
  for (let i = 0; at !== undefined && i < MOST_STEPS; i++) {
    if (at === kept) return true;
    at = at.before[0];
  }
  return false;
}
