import { BYTES_PER_ELEMENT, type Measures } from './quantities.ts';

/** What a batch is for: a training step keeps every activation and its gradient, a run only what is still read. */
export type BatchUse = 'training' | 'running';

/** Bytes that a batch takes, weights among them, in float32: those of a training step as everywhere here, or of a run. */
export function batchBytes(measures: Measures, batch: number, use: BatchUse): number {
  const { outputElements, params, statistics, peakBytes } = measures;
  switch (use) {
    case 'training':
      return (2 * batch * outputElements + 3 * params + statistics) * BYTES_PER_ELEMENT;
    case 'running':
      return batch * peakBytes + (params + statistics) * BYTES_PER_ELEMENT;
  }
}

/** The largest batch that fits in so many bytes; 0 where not even one sample does. */
export function largestBatch(measures: Measures, bytes: number, use: BatchUse): number {
  const none = batchBytes(measures, 0, use);
  const each = batchBytes(measures, 1, use) - none;
  return each === 0 ? 0 : Math.max(0, Math.floor((bytes - none) / each));
}
