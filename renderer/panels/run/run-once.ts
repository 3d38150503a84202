import { flatten } from '../../../shared/analysis/flatten.ts';
import { type FloatTensor, Tensor } from '../../../shared/base/tensor.ts';
import { type LazyWeights, loadWeights } from '../../../shared/formats/weights/store.ts';
import { imageToTensor, type PreprocessingName, preprocessings } from '../../../shared/runtime/image.ts';
import type { RunProgress } from '../../../shared/runtime/machine.ts';
import { RunError } from '../../../shared/runtime/run-error.ts';
import type { Backend } from '../../../shared/runtime/session.ts';
import { randomStream } from '../../../shared/runtime/weights.ts';
import { app, designOf } from '../../store/app.ts';
import type { Outcome } from './outcome.ts';
import type { Picture } from './picture.ts';
import { remoteSession } from './runner.ts';

export interface RunRequest {
  readonly picture: Picture | undefined;
  readonly recipe: PreprocessingName;
  readonly backend: Backend;
  readonly seed: number;
  readonly weights: LazyWeights | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: RunProgress) => void;
}

/** Prepares the open design in the worker and runs it. Rejects with a RunError, or a RunCancelled when told to stop. */
export async function runOnce({
  picture,
  recipe,
  backend,
  seed,
  weights,
  signal,
  onProgress,
}: RunRequest): Promise<Outcome> {
  const design = designOf(app.getState());
  const flat = flatten(app.getState().analysis);
  if (!flat.ok) throw new RunError(flat.problems[0]!);
  const feeds: Record<string, FloatTensor> = {};
  for (const step of flat.value.inputs) {
    const { id, outputDims } = flat.value.steps[step]!;
    feeds[id] = feedFor(outputDims[0]!, picture, recipe);
  }
  const store = weights && (await loadWeights(weights, { signal }));
  const session = remoteSession();
  const from = performance.now();
  const facts = await session.create(design, {
    backend,
    seed,
    signal,
    onProgress,
    ...(store ? { weights: store } : {}),
  });
  const prepareMilliseconds = performance.now() - from;
  const {
    outputs,
    milliseconds,
    profile = [],
  } = await session.run(feeds, { signal, onProgress, profile: true });
  const name = facts.outputNames[0]!;
  return {
    feeds,
    output: outputs[name]!,
    name,
    milliseconds,
    prepareMilliseconds,
    backend: facts.backend,
    weightBytes: facts.weightBytes,
    activationBytes: facts.activationBytes,
    profile,
    seeded: weights === undefined,
  };
}

/** The picture where the input takes one, else seeded noise. */
function feedFor(
  dims: readonly number[],
  picture: Picture | undefined,
  recipe: PreprocessingName,
): FloatTensor {
  const [, channels = 0, height = 0, width = 0] = dims;
  if (picture && dims.length === 4 && (channels === 1 || channels === 3)) {
    return imageToTensor(picture.pixels, [channels, height, width], preprocessings[recipe]);
  }
  const tensor = Tensor.zeros(dims);
  const uniform = randomStream('noise');
  for (let i = 0; i < tensor.data.length; i++) tensor.data[i] = 2 * uniform() - 1;
  return tensor;
}
