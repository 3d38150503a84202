import { elementCount } from '../base/dims.ts';
import type { Design } from '../graph/design.ts';
import { bytesOf } from '../graph/number-types.ts';
import type { Leaf } from './leaves.ts';
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
      steps.push(...segment);
      continue;
    }
    const found = searchSegment(plan, segment, looks);
    looks -= found.looks;
    proven &&= found.steps !== undefined;
    steps.push(...(found.steps ?? segment));
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

/** The layers of a design in the order with the smallest peak of memory for its batch, nothing in place. */
export function orderLeaves(
  leaves: readonly Leaf[],
  { numbers, batch }: Pick<Design, 'numbers' | 'batch'>,
): OrderedLeaves {
  const samples = samplesOf(leaves, batch);
  const kept = new Set(
    leaves.flatMap(({ kind, inputs }) =>
      kind === 'output' ? inputs.flatMap((source) => (source ? [source.step] : [])) : [],
    ),
  );
  // A result that is handed out writes nothing and frees nothing: it follows what makes it.
  const inner = leaves.flatMap(({ kind }, step) => (kind === 'output' ? [] : [step]));
  const placeOf = new Map(inner.map((step, place) => [step, place]));
  const works = inner.map((step): Work => {
    const { outputDims = [], inputs } = leaves[step]!;
    const elements = outputDims.reduce((sum, dims) => sum + elementCount(dims), 0);
    return {
      bytes: elements * samples[step]! * bytesOf(numbers.activations),
      reads: inputs.flatMap((source) => (source ? [placeOf.get(source.step)!] : [])),
      kept: kept.has(step),
    };
  });
  const { steps, peakBytes, proven } = bestOrder(works);
  const given = peakOf(
    works,
    works.map((_, step) => step),
  );
  if (peakBytes === given) return { leaves, peakBytes, savedBytes: 0, proven };
  const outputs = leaves.flatMap(({ kind }, step) => (kind === 'output' ? [step] : []));
  const order = [...steps.map((place) => inner[place]!), ...outputs];
  const moved = new Map(order.map((step, place) => [step, place]));
  return {
    leaves: order.map((step) => {
      const leaf = leaves[step]!;
      const inputs = leaf.inputs.map((source) => source && { ...source, step: moved.get(source.step)! });
      return { ...leaf, inputs };
    }),
    peakBytes,
    savedBytes: given - peakBytes,
    proven,
  };
}
