import { layOut } from '../../shared/layout/layout.ts';
import type { LayoutJob, Point } from '../../shared/layout/model.ts';

type Places = ReadonlyMap<string, Point>;

/** Fewer are placed faster than a worker starts. */
const FEW = 1000;

/** Places nodes, many of them in a worker, which ends with the work or where that is cancelled. */
export function placesFor(job: LayoutJob, signal?: AbortSignal): Promise<Places> {
  if (job.nodes.length < FEW) return Promise.resolve(layOut(job.nodes, job.wires, job.options).places);
  const worker = new Worker(new URL('../workers/layout.worker.ts', import.meta.url), { type: 'module' });
  return new Promise<Places>((resolve, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
    worker.addEventListener('message', ({ data }: MessageEvent<Places>) => resolve(data));
    worker.addEventListener('error', ({ message }) => reject(new Error(message)));
    worker.postMessage(job);
  }).finally(() => worker.terminate());
}
