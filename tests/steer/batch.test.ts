import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import { batchBytes, batchUses, largestBatch } from '../../shared/steer/batch.ts';
import { NetworkBuilder } from '../../shared/zoo/builder.ts';
import { zooEntry } from '../../shared/zoo/index.ts';

const analysed = (name: string) => analyze(zooEntry(name)!.build());

/** A map that all samples of a batch share is added to what a convolution of each gives. */
const shared = (() => {
  const b = new NetworkBuilder();
  b.input(3, 8);
  b.conv('conv', 4, 3, { padding: 1 });
  b.add('map', 'input', { shape: [1, 4, 8, 8], batched: false });
  b.add('sum', 'add', {}, 'conv', 'map');
  b.add('output', 'output');
  return analyze(b.design('shared', ''));
})();

describe('the largest batch', () => {
  it('fits, and one more does not', () => {
    const of = [analysed('lenet'), analysed('resnet50'), shared];
    fc.assert(
      fc.property(
        fc.constantFrom(...of),
        fc.nat(2 ** 36),
        fc.constantFrom(...batchUses),
        (each, bytes, use) => {
          const batch = largestBatch(each, bytes, use);
          if (batch > 0) expect(batchBytes(each, batch, use)).toBeLessThanOrEqual(bytes);
          expect(batchBytes(each, batch + 1, use)).toBeGreaterThan(bytes);
        },
      ),
    );
  });

  it('counts what all samples share once, as by hand', () => {
    expect(shared.problems).toEqual([]);
    // 192, 256 and 256 values of a sample, 256 that are shared, and 4·27 + 4 = 112 parameters.
    expect(batchBytes(shared, 5, 'training')).toBe(2 * 4 * (5 * 704 + 256) + 3 * 4 * 112);
    expect(largestBatch(shared, 20_000, 'training')).toBe(2);
    // At the sum: what the convolution gave, the map, and the sum.
    expect(batchBytes(shared, 5, 'running')).toBe(4 * (5 * 512 + 256) + 4 * 112);
    expect(largestBatch(shared, 10_000, 'running')).toBe(4);
    expect(largestBatch(shared, 100, 'running')).toBe(0);
  });

  it.each(batchUses)('of %s takes what the analysis says of the batch', (use) => {
    for (const design of [zooEntry('resnet50')!.build(), zooEntry('googlenet')!.build()]) {
      const { trainingBytes, peakBytes, weightBytes } = analyze({ ...design, batch: 6 }).totals;
      expect(batchBytes(analyze(design), 6, use)).toBe(
        use === 'training' ? trainingBytes : peakBytes + weightBytes,
      );
    }
  });
});
