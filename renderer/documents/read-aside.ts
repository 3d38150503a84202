import type { Result } from '../../shared/base/problem.ts';
import { readSpec } from '../../shared/formats/spec/read.ts';
import type { Design } from '../../shared/graph/design.ts';

/** Smaller ones are read faster than a worker starts. */
const LARGE_LETTERS = 300_000;

/** Reads a spec, a large one in a worker, which ends with the work or where that is cancelled. */
export async function readSpecAside(text: string, signal?: AbortSignal): Promise<Result<Design>> {
  if (text.length < LARGE_LETTERS || typeof Worker === 'undefined') return readSpec(text);
  const worker = new Worker(new URL('../workers/spec.worker.ts', import.meta.url), { type: 'module' });
  return new Promise<Result<Design>>((resolve, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
    worker.addEventListener('message', ({ data }: MessageEvent<Result<Design>>) => resolve(data));
    worker.addEventListener('error', ({ message }) => reject(new Error(message)));
    worker.postMessage(text);
  }).finally(() => worker.terminate());
}
