import { type FlatNetwork, flatten } from '../../../shared/analysis/flatten.ts';
import type { FloatTensor } from '../../../shared/base/tensor.ts';
import type { LazyWeights } from '../../../shared/formats/weights/store.ts';
import type { RunSettings } from '../../../shared/graph/run-settings.ts';
import type { RemoteResult } from '../../../shared/runtime/protocol.ts';
import { RunCancelled, RunError } from '../../../shared/runtime/run-error.ts';
import type { BackendName } from '../../../shared/runtime/session.ts';
import type { App } from '../app.ts';
import { documentOf } from '../app-state.ts';
import type { Outcome, SeriesProgress } from './outcome.ts';
import { prepareSession } from './runner.ts';
import { feedFor, type Source } from './sources.ts';
import { medianProfile, spreadOf } from './spread.ts';

export interface SeriesRequest {
  readonly source: Source;
  readonly backend: BackendName;
  readonly seed: number;
  /** Undefined for as many as the machine has. */
  readonly threads: number | undefined;
  readonly weights: LazyWeights | undefined;
  readonly batch: number;
  /** Runs that count, and runs before them that do not. */
  readonly runs: number;
  readonly warmUps: number;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: SeriesProgress) => void;
}

/**
 * Prepares the open design in the worker and runs it as often as asked. Rejects with a RunError, or a RunCancelled when
 * told to stop.
 */
export async function runSeries(app: App, request: SeriesRequest): Promise<Outcome> {
  const { source, weights, batch, runs, warmUps, signal, onProgress, backend, seed, threads } = request;
  const { analysis } = app.getState().whole;
  const design = documentOf(app.getState());
  const flat = flatten(analysis);
  if (!flat.ok) throw new RunError(flat.problems[0]!);
  const runsInAll = runs + warmUps;
  const report = (runsDone: number): ((progress: SeriesProgress['progress']) => void) => {
    return (progress) => onProgress({ progress, runsDone, runsInAll });
  };
  const { session, facts, milliseconds } = await prepareSession(
    { design, weights, backend, seed, threads },
    { signal, onProgress: report(0) },
  );
  // Only now: a network that is refused needs no input.
  const feeds = await feedsFor(flat.value, batch, source, design.run);
  const results: RemoteResult[] = [];
  for (let i = 0; i < runsInAll; i++) {
    if (signal.aborted) throw new RunCancelled();
    report(i)(undefined);
    results.push(await session.run(feeds, { signal, onProgress: report(i), profile: true }));
  }
  const counted = results.slice(warmUps);
  const name = facts.outputNames[0]!;
  // A device may fail between runs, and another machine take over.
  const { backend: machine, backendReason, notices } = results.at(-1) ?? facts;
  return {
    feeds,
    output: results.at(-1)!.outputs[name]!,
    name,
    batch,
    times: spreadOf(counted.map((result) => result.milliseconds)),
    warmUps: results.slice(0, warmUps).map((result) => result.milliseconds),
    prepareMilliseconds: milliseconds,
    backend: machine,
    backendReason,
    notices,
    weightBytes: facts.weightBytes,
    activationBytes: facts.activationBytes,
    profile: medianProfile(counted.map(({ profile = [] }) => profile)),
    seeded: weights === undefined,
  };
}

/** What every input of a network is fed. Rejects as `feedFor` does. */
export async function feedsFor(
  { inputs, steps }: FlatNetwork,
  batch: number,
  source: Source,
  settings: RunSettings,
): Promise<Readonly<Record<string, FloatTensor>>> {
  const feeds: Record<string, FloatTensor> = {};
  for (const step of inputs) {
    const { id, outputDims, params } = steps[step]!;
    const places = params.batched === true ? batch : outputDims[0]![0]!;
    feeds[id] = await feedFor(id, outputDims[0]!, places, source, settings);
  }
  return feeds;
}
