import type { Analysis } from '../analysis/facts.ts';
import { batchedDims, flatten } from '../analysis/flatten.ts';
import { leavesOf } from '../analysis/leaves.ts';
import {
  countMemory,
  type Lifetime,
  type MemoryConvention,
  type MemoryCount,
  peakOf,
} from '../analysis/memory.ts';
import type { Design } from '../graph/design.ts';
import { makePlan, type Plan } from '../runtime/plan/plan.ts';
import type { Target } from '../runtime/plan/target.ts';

/**
 * What the engine's arena is planned for where it is a convention, so that a number hangs on the design alone: one thread, and
 * the register tile of the plain build of the kernels.
 */
export const arenaTarget: Target = { threads: 1, tilePixels: 4, panelChannels: 8 };

/** How many samples run at once, and in which numbers. */
export type Loaded = Pick<Design, 'numbers' | 'batch'>;

/**
 * The peak of activation memory of a design's batch, or of another, and which tensors are alive there; of the engine's arena,
 * whose numbers are float32. Undefined where the engine cannot run the network.
 */
export function memoryOf(
  analysis: Analysis,
  convention: MemoryConvention,
  loaded: Loaded = analysis.totals,
): MemoryCount | undefined {
  if (convention === 'engineArena') return arenaOf(analysis, loaded.batch).count;
  return countMemory(leavesOf(analysis.topology, analysis.facts), loaded, convention);
}

/** The bytes of the same. */
export const peakUnder = (
  analysis: Analysis,
  convention: MemoryConvention,
  loaded?: Loaded,
): number | undefined => memoryOf(analysis, convention, loaded)?.peakBytes;

/** Bytes of the engine's arena that its algorithms work in; none where the engine cannot run the network. */
export const scratchBytesOf = (analysis: Analysis, batch = analysis.totals.batch): number =>
  arenaOf(analysis, batch).scratchBytes;

interface Arena {
  readonly count: MemoryCount | undefined;
  readonly scratchBytes: number;
}

const arenas = new WeakMap<Analysis, Map<number, Arena>>();

/** Planned once for an analysis and a batch: that takes longer than the analysis does. */
function arenaOf(analysis: Analysis, batch: number): Arena {
  let ofBatches = arenas.get(analysis);
  if (!ofBatches) {
    ofBatches = new Map();
    arenas.set(analysis, ofBatches);
  }
  const known = ofBatches.get(batch);
  if (known) return known;
  const network = flatten(analysis);
  const plan = network.ok
    ? makePlan(network.value, {
        target: arenaTarget,
        inputDims: batchedDims(network.value, batch),
      })
    : undefined;
  const arena =
    plan?.ok === true
      ? { count: arenaIn(plan.value), scratchBytes: plan.value.scratch.bytes }
      : { count: undefined, scratchBytes: 0 };
  ofBatches.set(batch, arena);
  return arena;
}

/** What a plan keeps in its arena, step by step. */
function arenaIn({ steps, tensors, storages, scratch, arenaBytes }: Plan): MemoryCount {
  const layers: string[][] = storages.map(() => []);
  for (const { nodes, output } of steps) {
    const own = layers[tensors[output]!.storage]!;
    for (const node of nodes) if (!own.includes(node)) own.push(node);
  }
  const kept = storages.flatMap(({ bytes, first, last, offset }, place): readonly Lifetime[] =>
    bytes === 0 ? [] : [{ layers: layers[place]!, bytes, first, last, offsetBytes: offset }],
  );
  const room: readonly Lifetime[] =
    scratch.bytes === 0
      ? []
      : [{ layers: [], bytes: scratch.bytes, first: 0, last: steps.length, offsetBytes: scratch.offset }];
  const lifetimes = [...kept, ...room].sort((a, b) => a.first - b.first);
  const { step: peak } = peakOf(lifetimes, steps.length);
  return {
    convention: 'engineArena',
    peakBytes: arenaBytes,
    at: steps[peak]?.nodes.at(-1),
    alive: lifetimes.filter(({ first, last }) => first <= peak && peak <= last),
    lifetimes,
    steps: steps.length,
  };
}
