import type { NodeFacts } from '../../shared/analysis/facts.ts';
import { hasInside } from '../../shared/blocks/index.ts';
import { emptyCanvas } from '../../shared/graph/canvas.ts';
import type { Design, NodeId } from '../../shared/graph/design.ts';
import { factsHere, type Part } from '../workers/facts-in-parts.ts';

/** Fewer layers are worked out faster than a worker starts. */
const MANY_LAYERS = 4000;

/**
 * What is known of a large design's layers, worked out in a worker, which ends where that is cancelled; `tell` hears how much is
 * done, from 0 to 1. Undefined of a smaller one.
 */
export async function factsAside(
  design: Design,
  signal: AbortSignal,
  tell: (share: number) => void,
): Promise<ReadonlyMap<NodeId, NodeFacts> | undefined> {
  const layers = Object.values(design.nodes).filter(({ kind }) => !hasInside(kind));
  if (layers.length < MANY_LAYERS || typeof Worker === 'undefined') return undefined;
  const known = new Map<NodeId, NodeFacts>();
  signal.throwIfAborted();
  const worker = new Worker(new URL('../workers/facts.worker.ts', import.meta.url), { type: 'module' });
  await new Promise<void>((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    worker.addEventListener('error', ({ message }) => reject(new Error(message)));
    worker.addEventListener('message', ({ data }: MessageEvent<Part | null>) => {
      if (signal.aborted) return;
      if (data === null) return resolve();
      for (const far of data.facts) {
        const facts = factsHere(far, design);
        if (facts) known.set(facts.id, facts);
      }
      tell(data.share);
    });
    // Of where things stand nothing follows.
    worker.postMessage({ ...design, layout: {}, canvas: emptyCanvas } satisfies Design);
  }).finally(() => worker.terminate());
  return known;
}
