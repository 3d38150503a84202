import type { Result } from '../../shared/base/problem.ts';
import { readSpec } from '../../shared/formats/spec/read.ts';
import type { Design } from '../../shared/graph/design.ts';
import type { ModelToRead, ReadModel } from '../workers/read-model.ts';
import { type ReadWork, readWork } from './work-journal.ts';

/** Smaller ones are read faster than a worker starts. */
const LARGE_LETTERS = 300_000;
const LARGE_BYTES = 300_000;

/** What a worker makes of a text; it ends with the work, or where that is cancelled. */
function asked<Answer>(worker: Worker, text: string, signal: AbortSignal | undefined): Promise<Answer> {
  return new Promise<Answer>((resolve, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
    worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => resolve(data));
    worker.addEventListener('error', ({ message }) => reject(new Error(message)));
    worker.postMessage(text);
  }).finally(() => worker.terminate());
}

const isSmall = (text: string): boolean => text.length < LARGE_LETTERS || typeof Worker === 'undefined';

/** Reads a spec, a large one in a worker. */
export async function readSpecAside(text: string, signal?: AbortSignal): Promise<Result<Design>> {
  if (isSmall(text)) return readSpec(text);
  const worker = new Worker(new URL('../workers/spec.worker.ts', import.meta.url), { type: 'module' });
  return asked(worker, text, signal);
}

/** Reads kept work, large one in a worker. */
export async function readWorkAside(text: string, signal?: AbortSignal): Promise<ReadWork> {
  if (isSmall(text)) return readWork(text);
  return asked(new Worker(new URL('./work.worker.ts', import.meta.url), { type: 'module' }), text, signal);
}

/** Ends a worker that reads weights once nobody holds any of them. */
const unused = new FinalizationRegistry<Worker>((worker) => worker.terminate());

/**
 * Reads a model of another program, a large one in a worker, which is ended where that is cancelled. Its weights are read there,
 * too, when they are wanted.
 */
export async function readModelAside(
  model: ModelToRead,
  signal?: AbortSignal,
): Promise<Result<ReadModel> | undefined> {
  if (model.source.size < LARGE_BYTES || typeof Worker === 'undefined') {
    const { readModel } = await import('../workers/read-model.ts');
    return readModel(model);
  }
  const { modelOver, readOver } = await import('../workers/model-talk.ts');
  signal?.throwIfAborted();
  const worker = new Worker(new URL('../workers/model.worker.ts', import.meta.url), { type: 'module' });
  const talk = modelOver(worker, model);
  // Whoever hears the worker must not hold what tells that nobody wants it any more.
  const held = new WeakRef(talk);
  signal?.addEventListener('abort', () => held.deref()?.end(signal.reason), { once: true });
  worker.addEventListener('error', ({ message }) => held.deref()?.end(new Error(message)));
  let isNeeded = false;
  try {
    const read = await readOver(talk, model);
    if (read?.ok && read.value.weights) {
      isNeeded = true;
      unused.register(talk, worker);
    }
    return read;
  } finally {
    if (!isNeeded) worker.terminate();
  }
}
