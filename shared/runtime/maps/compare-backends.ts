import { messages } from '../../base/problem.ts';
import type { FloatTensor } from '../../base/tensor.ts';
import type { RunOptions, RunProgress, StepProfile } from '../backend.ts';
import { RunError } from '../run-error.ts';
import type { BackendName, DesignSession } from '../session.ts';
import { inBatches, tensorsOf } from './look.ts';

export const say = messages('runtime/maps/compare-backends', {
  'backend-unavailable:because': [
    'The backend "{{backend}}" cannot run this design here: {{reason}}.',
    'There is nothing to compare with.',
  ],
  'backend-unavailable': [
    'The backend "{{backend}}" cannot run this design here.',
    'There is nothing to compare with.',
  ],
});

/** One layer on two backends. */
export interface LayerComparison {
  readonly node: string;
  readonly kind: string;
  /** The largest difference of any two values; NaN where one backend has a number and the other has none. */
  readonly largest: number;
  /** That, by the root mean square of the first backend's values. */
  readonly relative: number;
  /** What the step that ends in this layer took on either backend, in milliseconds. */
  readonly milliseconds: readonly [number | undefined, number | undefined];
  /** The layer whose step computes this one too, on either backend; then the time stands there. */
  readonly fusedInto: readonly [string | undefined, string | undefined];
}

export interface BackendsComparison {
  readonly backends: readonly [string, string];
  /** In the order in which they run. */
  readonly layers: readonly LayerComparison[];
  /** The profiled runs in all, in milliseconds. */
  readonly milliseconds: readonly [number, number];
}

type Feeds = Readonly<Record<string, FloatTensor>>;
type Watch = Pick<RunOptions, 'signal' | 'onProgress'>;
type Pair<T> = readonly [T, T];

/**
 * Runs the network of `kept` on both backends with the same weights and input and compares what every layer gives. First
 * come the layers that both plans keep, as they really run; those that a plan fuses away are compared in runs that keep
 * them apart. Only a bounded part of the layers is held at a time. `kept` itself serves as one side where it runs on one
 * of the two, and stays as it is. Rejects with a RunError when a backend is not there or falls back to another.
 */
export async function compareBackends(
  kept: DesignSession,
  feeds: Feeds,
  backends: readonly [BackendName, BackendName],
  { signal, onProgress }: Watch = {},
): Promise<BackendsComparison> {
  const watch: Watch = signal ? { signal } : {};
  const own: DesignSession[] = [];
  const sessionOn = async (backend: BackendName): Promise<DesignSession> => {
    if (kept.backend === backend) return kept;
    const made = await kept.another({ backend, ...watch });
    own.push(made);
    return made;
  };
  try {
    const pair = [await sessionOn(backends[0]), await sessionOn(backends[1])] as const;
    for (const side of [0, 1] as const) refuseFallback(pair[side], backends[side]);
    // The first run finds caches cold.
    await both(pair, (session) => session.execute(feeds, watch));
    const runs = await both(pair, (session) => session.execute(feeds, { ...watch, profile: true }));
    // A fallback can come as late as the first run.
    for (const side of [0, 1] as const) refuseFallback(pair[side], backends[side]);
    const times = [timesOf(runs[0].profile ?? []), timesOf(runs[1].profile ?? [])] as const;
    const differences = await compareLayers(pair, feeds, times, watch, onProgress);
    const layers = kept.network.steps.flatMap(({ id, kind }): LayerComparison[] => {
      const difference = differences.get(id);
      if (!difference) return [];
      const places = [times[0].get(id), times[1].get(id)] as const;
      return [
        {
          node: id,
          kind,
          ...difference,
          milliseconds: [places[0]?.milliseconds, places[1]?.milliseconds],
          fusedInto: [places[0]?.fusedInto, places[1]?.fusedInto],
        },
      ];
    });
    return {
      backends: [backends[0], backends[1]],
      layers,
      milliseconds: [runs[0].milliseconds, runs[1].milliseconds],
    };
  } finally {
    for (const session of own) await session.release();
  }
}

/** One after the other: two backends at once would share the cores and spoil each other's times. */
async function both<T>(
  [first, second]: Pair<DesignSession>,
  work: (session: DesignSession) => Promise<T>,
): Promise<Pair<T>> {
  return [await work(first), await work(second)];
}

function refuseFallback(session: DesignSession, backend: BackendName): void {
  if (session.backend === backend) return;
  throw new RunError(
    session.backendReason
      ? say.at({}, 'backend-unavailable:because', { backend, reason: session.backendReason })
      : say.at({}, 'backend-unavailable', { backend }),
  );
}

interface Place {
  readonly milliseconds: number | undefined;
  readonly fusedInto: string | undefined;
}

/** A step's time stands at the last layer that it computes: only that one's value is really there. */
function timesOf(profile: readonly StepProfile[]): ReadonlyMap<string, Place> {
  const times = new Map<string, Place>();
  for (const { nodes, milliseconds } of profile) {
    const last = nodes.at(-1);
    for (const node of nodes) {
      const before = times.get(node);
      if (node !== last) times.set(node, before ?? { milliseconds: undefined, fusedInto: last });
      else
        times.set(node, { milliseconds: (before?.milliseconds ?? 0) + milliseconds, fusedInto: undefined });
    }
  }
  return times;
}

async function compareLayers(
  pair: Pair<DesignSession>,
  feeds: Feeds,
  times: Pair<ReadonlyMap<string, Place>>,
  watch: Watch,
  onProgress: Watch['onProgress'],
): Promise<ReadonlyMap<string, Difference>> {
  const { steps } = pair[0].network;
  const nodes = steps.filter(({ kind }) => kind !== 'input' && kind !== 'output').map(({ id }) => id);
  const isApart = (node: string): boolean => times.every((side) => side.get(node)?.fusedInto === undefined);
  // Both sides keep a tensor of each layer, hence twice its bytes.
  const bytesOf = (node: string): number => pair[0].elementsOf(node) * 8;
  const batches = [
    ...inBatches(nodes.filter(isApart), bytesOf),
    ...inBatches(
      nodes.filter((node) => !isApart(node)),
      bytesOf,
    ),
  ];
  const differences = new Map<string, Difference>();
  for (const [done, batch] of batches.entries()) {
    onProgress?.(progressAt(done, batches.length, batch[0]!));
    const [first, second] = await both(pair, (session) => tensorsOf(session, feeds, batch, watch));
    for (const node of batch) differences.set(node, differenceOf(first[node]!.data, second[node]!.data));
  }
  onProgress?.(progressAt(batches.length, batches.length, ''));
  return differences;
}

function progressAt(done: number, total: number, node: string): RunProgress {
  return { done, total, fraction: total === 0 ? 1 : done / total, node };
}

interface Difference {
  readonly largest: number;
  readonly relative: number;
}

/** The largest difference, absolute and by the root mean square of `first`. Equal infinities and NaNs do not differ. */
export function differenceOf(first: Float32Array, second: Float32Array): Difference {
  let largest = 0;
  let squares = 0;
  let finite = 0;
  for (let i = 0; i < first.length; i++) {
    const a = first[i]!;
    const b = second[i]!;
    if (Number.isFinite(a)) {
      squares += a * a;
      finite++;
    }
    if (a === b || (Number.isNaN(a) && Number.isNaN(b))) continue;
    const difference = Math.abs(a - b);
    // Not a number stays: nothing is larger than a difference that has no size.
    if (!(difference <= largest)) largest = difference;
    if (Number.isNaN(largest)) break;
  }
  if (largest === 0) return { largest: 0, relative: 0 };
  const rms = Math.sqrt(squares / Math.max(1, finite));
  return { largest, relative: largest / rms };
}
