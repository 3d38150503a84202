import { flatten } from '../../../shared/analysis/flatten.ts';
import {
  type PreprocessingName,
  preprocessingFor,
  preprocessingNamed,
  preprocessingNames,
  topK,
} from '../../../shared/runtime/image.ts';
import type { App } from '../app.ts';
import { documentOf } from '../app-state.ts';
import type { Outcome } from './outcome.ts';
import { samePreprocessing } from './preprocessings.ts';
import { feedsFor, type SeriesRequest } from './run-series.ts';
import { prepareSession } from './runner.ts';

/** Another preprocessing with which a network is surer of what it sees. */
export interface Surer {
  readonly name: PreprocessingName;
  /** The class that it then sees. */
  readonly index: number;
  readonly probability: number;
}

/** Below this best score a network that was trained on such pictures has hardly been fed them as it was trained. */
const POOR = 0.5;
/** How much surer than now another one has to make it, to be worth a word. */
const SURER_TIMES = 2;
/** Trials that would keep the machine busy longer are not worth a hint. */
const MOST_MILLISECONDS = 15_000;

/** The best score of a classifier's first picture; undefined where the output is none of one. */
function bestOf({ output, batch }: Pick<Outcome, 'output' | 'batch'>): Omit<Surer, 'name'> | undefined {
  const count = output.data.length / batch;
  if (count < 2 || count !== Math.max(...output.dims.slice(1))) return undefined;
  return topK(output.data.subarray(0, count), 1)[0];
}

/**
 * Where the best score of a trained network is poor, its picture is fed to it as other networks are: which of these makes
 * it surer by far, if any does.
 */
export async function lookForSurer(
  app: App,
  request: SeriesRequest,
  outcome: Outcome,
): Promise<Surer | undefined> {
  const { source, weights, backend, seed, threads, signal } = request;
  const now = bestOf(outcome);
  const others = preprocessingNames.length - 1;
  if (source.kind !== 'picture' || !weights || !now || now.probability >= POOR) return undefined;
  if ((outcome.times.median / outcome.batch) * others > MOST_MILLISECONDS) return undefined;
  const design = documentOf(app.getState());
  const flat = flatten(app.getState().whole.analysis);
  const sample = Object.values(outcome.feeds)[0]?.dims.slice(1);
  if (!flat.ok || sample?.length !== 3) return undefined;
  const current = preprocessingFor(design.run, sample);
  const { session } = await prepareSession(
    { design, weights, backend, seed, threads },
    { signal, onProgress: () => {} },
  );
  let found: Surer | undefined;
  for (const name of preprocessingNames) {
    const preprocessing = preprocessingNamed(name, [sample[1]!, sample[2]!]);
    if (samePreprocessing(preprocessing, current)) continue;
    const feeds = await feedsFor(flat.value, 1, source, { ...design.run, preprocessing });
    const { outputs } = await session.run(feeds, { signal });
    const output = outputs[outcome.name];
    const best = output && bestOf({ output, batch: output.dims[0]! });
    if (best && best.probability > (found?.probability ?? now.probability * SURER_TIMES))
      found = { name, ...best };
  }
  return found;
}
