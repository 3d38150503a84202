import { elementCount } from '../base/dims.ts';
import type { Design } from '../graph/design.ts';
import { bytesOf } from '../graph/number-types.ts';
import type { Leaf } from './leaves.ts';
import { countMemory, overwritable } from './memory.ts';
import { Plan, type Work } from './order-plan.ts';
import { searchSegment } from './order-search.ts';
import { samplesOf } from './totals.ts';

export interface Order {
  /** The steps, by their places in what was given. */
  readonly steps: readonly number[];
  readonly peakBytes: number;
  /** Whether no order has a smaller peak; otherwise it is the best that was found. */
  readonly proven: boolean;
}

/** Looks at a step while orders are searched: a second or so of work. */
const MOST_LOOKS = 5_000_000;
/** Where a stretch without a single narrow place has more steps than these, it is not searched. */
const MOST_STEPS = 2_000;

/**
 * The order with the smallest peak of bytes alive, where a step's output lives from the step to its last reader and no
 * step works in place. Exact where the search ends within its bound (thirty parallel branches do), never worse than the
 * order that was given. Steps come in an order in which they can run.
 */
export function bestOrder(works: readonly Work[], mostLooks = MOST_LOOKS): Order {
  const plan = new Plan(works);
  const steps: number[] = [];
  let looks = mostLooks;
  let proven = true;
  for (const segment of plan.segments()) {
    if (segment.length === 1 || segment.length > MOST_STEPS) {
      proven &&= segment.length === 1;
      for (const step of segment) steps.push(step);
      continue;
    }
    const found = searchSegment(plan, segment, looks);
    looks -= found.looks;
    proven &&= found.steps !== undefined;
    for (const step of found.steps ?? segment) steps.push(step);
  }
  const whole = plan.withSources(steps);
  const peakBytes = peakOf(works, whole);
  const given = works.map((_, step) => step);
  const givenPeak = peakOf(works, given);
  // What costs nothing is left as its author wrote it.
  return peakBytes < givenPeak
    ? { steps: whole, peakBytes, proven }
    : { steps: given, peakBytes: givenPeak, proven };
}

/** The peak of bytes alive in an order. */
export function peakOf(works: readonly Work[], order: readonly number[]): number {
  const readers = works.map(() => 0);
  for (const { reads } of works) for (const read of new Set(reads)) readers[read]!++;
  let [live, peak] = [0, 0];
  for (const step of order) {
    const { bytes, reads, kept } = works[step]!;
    live += bytes;
    peak = Math.max(peak, live);
    if (readers[step] === 0 && !kept) live -= bytes;
    for (const read of new Set(reads))
      if (--readers[read]! === 0 && !works[read]!.kept) live -= works[read]!.bytes;
  }
  return peak;
}

/** Layers in an order, and what the order saves. */
export interface OrderedLeaves {
  readonly leaves: readonly Leaf[];
  readonly peakBytes: number;
  /** What the order saves of the peak of the order given. */
  readonly savedBytes: number;
  readonly proven: boolean;
}

/**
 * The layers of a design in the order with the smallest peak of memory for its batch under a convention.
 *
 * In place, a layer that works element by element writes over what nobody else reads, in every order; where something else
 * reads it as well, who may write over it hangs on the order, which is not searched: what is found then is not proven.
 */
export function orderLeaves(
  leaves: readonly Leaf[],
  design: Pick<Design, 'numbers' | 'batch'>,
  convention: 'plain' | 'inPlace' = 'plain',
): OrderedLeaves {
  const { numbers, batch } = design;
  const samples = samplesOf(leaves, batch);
  const kept = new Set(
    leaves.flatMap(({ kind, inputs }) =>
      kind === 'output' ? inputs.flatMap((source) => (source ? [source.step] : [])) : [],
    ),
  );
  // A result that is handed out writes nothing and frees nothing: it follows what makes it.
  const inner = leaves.flatMap(({ kind }, step) => (kind === 'output' ? [] : [step]));
  const placeOf = new Map(inner.map((step, place) => [step, place]));
  const shared = convention === 'plain' ? undefined : sharedPlaces(leaves);
  /** The layer whose place it writes in: its own, or that of what it writes over. */
  const hostOf = (step: number): number => {
    let host = step;
    for (let over = shared?.over.get(host); over !== undefined; over = shared?.over.get(host)) host = over;
    return host;
  };
  const works = inner.map((step): Work => {
    const { outputDims = [], inputs } = leaves[step]!;
    const elements = outputDims.reduce((sum, dims) => sum + elementCount(dims), 0);
    const isGuest = hostOf(step) !== step;
    return {
      bytes: isGuest ? 0 : elements * samples[step]! * bytesOf(numbers.activations),
      // What reads a guest keeps its host's place alive.
      reads: inputs.flatMap((source) =>
        source ? [...new Set([source.step, hostOf(source.step)])].map((read) => placeOf.get(read)!) : [],
      ),
      kept: kept.has(step) || inner.some((guest) => kept.has(guest) && hostOf(guest) === step),
    };
  });
  const { steps, peakBytes: found, proven: isFound } = bestOrder(works);
  const given = shared
    ? countMemory(leaves, design, 'inPlace').peakBytes
    : peakOf(
        works,
        works.map((_, step) => step),
      );
  const proven = isFound && (shared?.isAlways ?? true);
  if (found >= given) return { leaves, peakBytes: given, savedBytes: 0, proven };
  const outputs = leaves.flatMap(({ kind }, step) => (kind === 'output' ? [step] : []));
  const order = [...steps.map((place) => inner[place]!), ...outputs];
  const moved = new Map(order.map((step, place) => [step, place]));
  const ordered = order.map((step) => {
    const leaf = leaves[step]!;
    const inputs = leaf.inputs.map((source) => source && { ...source, step: moved.get(source.step)! });
    return { ...leaf, inputs };
  });
  const peakBytes = shared ? countMemory(ordered, design, 'inPlace').peakBytes : found;
  return { leaves: ordered, peakBytes, savedBytes: given - peakBytes, proven };
}

/**
 * Which layers write over what another wrote, whatever the order is; and whether there are none of which it hangs on the
 * order.
 */
function sharedPlaces(leaves: readonly Leaf[]): {
  readonly over: ReadonlyMap<number, number>;
  readonly isAlways: boolean;
} {
  const readers = leaves.map(() => 0);
  for (const { inputs } of leaves) for (const source of inputs) if (source) readers[source.step]!++;
  const over = new Map<number, number>();
  let isAlways = true;
  for (const [step, leaf] of leaves.entries()) {
    const fitting = overwritable(leaves, leaf);
    const alone = fitting.find((source) => readers[source] === 1);
    if (alone !== undefined) over.set(step, alone);
    else if (fitting.length > 0) isAlways = false;
  }
  return { over, isAlways };
}
