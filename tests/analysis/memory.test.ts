import { describe, expect, it } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import { leavesOf } from '../../shared/analysis/leaves.ts';
import { countMemory, paperConventions } from '../../shared/analysis/memory.ts';
import { plainNumbers } from '../../shared/graph/number-types.ts';
import { zoo, zooEntry } from '../../shared/zoo/index.ts';

const countsOf = (id: string) => {
  const analysis = analyze(zooEntry(id)!.build());
  const leaves = leavesOf(analysis.topology, analysis.facts);
  const counts = paperConventions.map(
    (name) => [name, countMemory(leaves, { numbers: plainNumbers, batch: 1 }, name)] as const,
  );
  return { analysis, counts: Object.fromEntries(counts) };
};

describe('peak memory under conventions', () => {
  it('is that of ResNet-50: three maps of 256×56×56, or two and one of 64×56×56', () => {
    const { counts } = countsOf('resnet50');
    expect(counts.plain?.peakBytes).toBe(9_633_792);
    expect(counts.inPlace?.peakBytes).toBe(7_225_344);
    // Alive at the peak in place: the shortcut, what is added to it, and what the last convolution reads.
    expect(counts.inPlace?.alive.map(({ bytes }) => bytes).sort((a, b) => b - a)).toEqual([
      4 * 256 * 56 * 56,
      4 * 256 * 56 * 56,
      4 * 64 * 56 * 56,
    ]);
  });

  it('copies nothing where VGG-16 is a chain: the two largest maps', () => {
    const { counts } = countsOf('vgg16');
    expect(counts.inPlace?.peakBytes).toBe(2 * 4 * 64 * 224 * 224);
    expect(counts.greedyArena?.peakBytes).toBe(2 * 4 * 64 * 224 * 224);
  });

  it.each(zoo.map(({ id }) => [id] as const))(
    '%s needs no more with less copied, and as much as alive at least',
    (id) => {
      const { analysis, counts } = countsOf(id);
      expect(counts.plain?.peakBytes).toBe(analysis.totals.peakBytes);
      expect(counts.inPlace!.peakBytes).toBeLessThanOrEqual(counts.plain!.peakBytes);
      // Only what is concatenated has a place beforehand.
      const joins = [...analysis.facts.values()].some(
        ({ node, inside }) => node.kind === 'concat' || inside !== undefined,
      );
      if (!joins) expect(counts.concatFree!.peakBytes).toBe(counts.inPlace!.peakBytes);
      for (const [name, { alive, peakBytes, lifetimes }] of Object.entries(counts)) {
        expect(lifetimes.filter(({ bytes }) => bytes === 0)).toEqual([]);
        const sum = alive.reduce((total, { bytes }) => total + bytes, 0);
        if (name === 'greedyArena') expect(peakBytes).toBeGreaterThanOrEqual(sum);
        else expect(peakBytes).toBe(sum);
      }
    },
  );

  it('places no two tensors of an arena on each other while both live', () => {
    const { counts } = countsOf('googlenet');
    const { lifetimes } = counts.greedyArena!;
    for (const [i, a] of lifetimes.entries())
      for (const b of lifetimes.slice(i + 1)) {
        const together = a.first <= b.last && b.first <= a.last;
        const apart =
          a.offsetBytes! + a.bytes <= b.offsetBytes! || b.offsetBytes! + b.bytes <= a.offsetBytes!;
        expect(!together || apart).toBe(true);
      }
  });
});
