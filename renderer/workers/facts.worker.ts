import type { Design } from '../../shared/graph/design.ts';
import { factsInParts } from './facts-in-parts.ts';

// Large designs are worked out off the main thread, so that the window answers and the work can be cancelled.
addEventListener('message', ({ data }: MessageEvent<Design>) => {
  for (const part of factsInParts(data)) postMessage(part);
  postMessage(null);
});
