import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import { batchBytes, largestBatch } from '../../shared/steer/batch.ts';
import { asCounted, measuresOf } from '../../shared/steer/quantities.ts';
import { zooEntry } from '../../shared/zoo/index.ts';

const measures = (name: string) => measuresOf(analyze(asCounted(zooEntry(name)!.build())));

describe('the largest batch', () => {
  it('fits, and one more does not', () => {
    const of = [measures('lenet'), measures('resnet50')];
    fc.assert(
      fc.property(
        fc.constantFrom(...of),
        fc.nat(2 ** 36),
        fc.constantFrom('training', 'running'),
        (each, bytes, use) => {
          const batch = largestBatch(each, bytes, use);
          if (batch > 0) expect(batchBytes(each, batch, use)).toBeLessThanOrEqual(bytes);
          expect(batchBytes(each, batch + 1, use)).toBeGreaterThan(bytes);
        },
      ),
    );
  });

  it('of one sample takes what a training step is said to take', () => {
    const { trainingBytes } = analyze(asCounted(zooEntry('resnet50')!.build())).totals;
    expect(batchBytes(measures('resnet50'), 1, 'training')).toBe(trainingBytes);
  });
});
