import { describe, expect, it } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import { leavesOf } from '../../shared/analysis/leaves.ts';
import { countMemory, type PaperConvention, paperConventions } from '../../shared/analysis/memory.ts';
import { plainNumbers } from '../../shared/graph/number-types.ts';
import { NetworkBuilder } from '../../shared/zoo/builder.ts';
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

  it('is nothing where there is nothing', () => {
    const nothing = countMemory([], { numbers: plainNumbers, batch: 1 }, 'plain');
    expect(nothing).toMatchObject({ peakBytes: 0, at: undefined, alive: [], lifetimes: [] });
  });

  describe('of 100 positions and one byte a number, without a copy where channels are concatenated', () => {
    const peakOf = (write: (b: NetworkBuilder) => void, convention: PaperConvention): number => {
      const b = new NetworkBuilder();
      write(b);
      b.add('output', 'output');
      const { topology, facts, problems } = analyze(b.design('concatenated', ''));
      expect(problems).toEqual([]);
      const numbers = { weights: 'int8', activations: 'int8' } as const;
      return countMemory(leavesOf(topology, facts), { numbers, batch: 1 }, convention).peakBytes;
    };

    it('writes over nothing where a layer gives two tensors: what is sorted, and from where', () => {
      const write = (b: NetworkBuilder) => {
        b.input(1, 10);
        b.conv('a', 4, 1);
        b.add('sorted', 'topK', { k: 4, axis: -3 });
      };
      expect(peakOf(write, 'inPlace')).toBe((4 + 4 + 4) * 100);
    });

    it("has the network's input copied: it lies beside the whole", () => {
      const write = (b: NetworkBuilder) => {
        b.input(4, 10);
        b.conv('a', 6, 1);
        b.add('whole', 'concat', {}, 'input', 'a');
      };
      expect(peakOf(write, 'plain')).toBe((4 + 6 + 10) * 100);
      expect(peakOf(write, 'concatFree')).toBe((4 + 10) * 100);
    });

    it('copies what is joined along another axis, too: a and b lie beside each other, then below each other', () => {
      const write = (b: NetworkBuilder) => {
        b.input(1, 10);
        b.conv('a', 4, 1);
        b.conv('b', 4, 1, { from: 'input' });
        b.add('beside', 'concat', {}, 'a', 'b');
        b.add('below', 'concat', { axis: -2 }, 'a', 'b');
        b.conv('ofBeside', 1, 1, { from: 'beside' });
        b.add('first', 'globalAvgPool', {}, 'ofBeside');
        b.conv('ofBelow', 1, 1, { from: 'below' });
        b.add('second', 'globalAvgPool', {}, 'ofBelow');
        b.add('sum', 'add', {}, 'first', 'second');
      };
      // The first whole and its mean are there when the second is made of its parts.
      expect(peakOf(write, 'concatFree')).toBe((8 + 8) * 100 + 1);
    });

    it('keeps of a whole that is done with the part that is written over', () => {
      const write = (b: NetworkBuilder) => {
        b.input(1, 10);
        b.conv('a', 4, 1);
        b.conv('b', 6, 1, { from: 'input' });
        b.add('whole', 'concat', {}, 'a', 'b');
        b.conv('ofWhole', 1, 1, { from: 'whole' });
        b.add('r', 'relu', {}, 'b');
        b.conv('wide', 20, 1, { from: 'r' });
        b.conv('ofWide', 1, 1, { from: 'wide' });
        b.add('sum', 'add', {}, 'ofWhole', 'ofWide');
      };
      // One channel of the whole, six in the place of b, and the twenty that are made of them.
      expect(peakOf(write, 'concatFree')).toBe((1 + 6 + 20) * 100);
    });

    it.each([
      // The first whole is a and b, and is read before c is computed into the second: then both are there, since a is still to
      // be copied, the input, and one channel that was made of the first.
      ['a is copied into the smaller whole of a and c', 2, ['a', 'c'], 4 + 6 + (4 + 2) + 1 + 1],
      ['a is copied into the larger whole of a and c', 8, ['a', 'c'], 4 + 6 + (4 + 8) + 1 + 1],
      ['a and b are copied where c lies between them', 2, ['a', 'c', 'b'], 4 + 6 + (4 + 2 + 6) + 1 + 1],
      // Here the first whole is the beginning of the second, or its end.
      ['nothing is copied into the whole of a, b and c', 2, ['a', 'b', 'c'], 4 + 6 + 2 + 1 + 1],
      ['nothing is copied into the whole of c, a and b', 2, ['c', 'a', 'b'], 4 + 6 + 2 + 1 + 1],
    ] as const)('%s, of %i channels', (_, channels, parts, peak) => {
      const write = (b: NetworkBuilder) => {
        b.input(1, 10);
        b.conv('a', 4, 1);
        b.conv('b', 6, 1, { from: 'input' });
        b.conv('c', channels, 1, { from: 'input' });
        b.add('first', 'concat', {}, 'a', 'b');
        b.add('second', 'concat', {}, ...parts);
        b.conv('ofFirst', 1, 1, { from: 'first' });
        b.conv('ofSecond', 1, 1, { from: 'second' });
        b.add('sum', 'add', {}, 'ofFirst', 'ofSecond');
      };
      expect(peakOf(write, 'concatFree')).toBe(peak * 100);
    });
  });
});
