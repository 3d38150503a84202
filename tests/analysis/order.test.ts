import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import { leavesOf } from '../../shared/analysis/leaves.ts';
import { countMemory } from '../../shared/analysis/memory.ts';
import { bestOrder, orderLeaves } from '../../shared/analysis/order.ts';
import { Plan, type Work } from '../../shared/analysis/order-plan.ts';
import { searchSegment } from '../../shared/analysis/order-search.ts';
import { NetworkBuilder } from '../../shared/zoo/builder.ts';
import { zoo, zooEntry } from '../../shared/zoo/index.ts';

/** The smallest peak of all orders, by trying each; what is alive is worked out from nothing at every step. */
function bruteForce(works: readonly Work[]): number {
  let best = Number.POSITIVE_INFINITY;
  const done: number[] = [];
  const go = (peak: number): void => {
    if (peak >= best) return;
    if (done.length === works.length) {
      best = peak;
      return;
    }
    for (const [step, { reads }] of works.entries()) {
      if (done.includes(step) || reads.some((read) => !done.includes(read))) continue;
      const alive = works.reduce((sum, { bytes, kept }, other) => {
        if (!done.includes(other)) return sum;
        const isNeeded = kept || works.some((each, at) => each.reads.includes(other) && !done.includes(at));
        return isNeeded ? sum + bytes : sum;
      }, works[step]!.bytes);
      done.push(step);
      go(Math.max(peak, alive));
      done.pop();
    }
  };
  go(0);
  return best;
}

const network = (most: number): fc.Arbitrary<readonly Work[]> =>
  fc
    .array(
      fc.record({
        bytes: fc.integer({ min: 0, max: 12 }),
        reads: fc.array(fc.nat(), { maxLength: 3 }),
        kept: fc.integer({ min: 0, max: 9 }).map((chance) => chance === 0),
      }),
      { minLength: 1, maxLength: most },
    )
    .map((steps) =>
      steps.map(({ bytes, reads, kept }, step) => ({
        bytes,
        // Mostly of one of the last few, so that there are chains and narrow places.
        reads: step === 0 ? [] : reads.map((read) => Math.max(0, step - 1 - (read % Math.min(step, 4)))),
        kept,
      })),
    );

/** Branches from one step to one step: bytes of what each step of a branch writes. */
function forked(root: number, branches: readonly (readonly number[])[]): readonly Work[] {
  const works: Work[] = [{ bytes: root, reads: [], kept: false }];
  const ends = branches.map((branch) => {
    let before = 0;
    for (const bytes of branch) {
      works.push({ bytes, reads: [before], kept: false });
      before = works.length - 1;
    }
    return before;
  });
  works.push({ bytes: 1, reads: ends, kept: true });
  return works;
}

describe('the best order', () => {
  it('is that of brute force', () => {
    fc.assert(
      fc.property(network(8), (works) => {
        const { peakBytes, proven, steps } = bestOrder(works);
        expect(proven).toBe(true);
        expect(peakBytes).toBe(bruteForce(works));
        expect([...steps].sort((a, b) => a - b)).toEqual(works.map((_, step) => step));
        for (const [place, step] of steps.entries())
          for (const read of works[step]!.reads) expect(steps.indexOf(read)).toBeLessThan(place);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is that of brute force between a fork and a join', () => {
    const branch = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(fc.nat(20), fc.array(branch, { minLength: 2, maxLength: 3 }), (root, branches) => {
        const works = forked(root, branches);
        expect(bestOrder(works).peakBytes).toBe(bruteForce(works));
      }),
      { numRuns: 200 },
    );
  });

  it('runs first the branch that ends small: an example by hand', () => {
    const works = forked(10, [
      [100, 50],
      [100, 1],
    ]);
    // As given 50 waits beside the second branch: 50 + 100 + 10, where the root goes, then 50 + 100 + 1.
    // The other way 1 waits: 1 + 10 + 100, then 1 + 100 + 50 = 151; no order is without that step.
    expect(bestOrder(works)).toMatchObject({ peakBytes: 151, steps: [0, 3, 4, 1, 2, 5], proven: true });
  });

  it('is proven for thirty parallel branches of any lengths', () => {
    const branch = fc.array(fc.integer({ min: 1, max: 1_000 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(fc.nat(1_000), fc.array(branch, { minLength: 30, maxLength: 30 }), (root, branches) => {
        expect(bestOrder(forked(root, branches)).proven).toBe(true);
      }),
      { numRuns: 3 },
    );
  });

  it('is found on ways that cost nothing: 20,000 looks at twelve branches of four, which have 5¹² sets of steps', () => {
    const branches = Array.from({ length: 12 }, (_, branch) =>
      Array.from({ length: 4 }, (_, at) => 1 + ((branch * 37 + at * 61 + branch * at * 17) % 101)),
    );
    const plan = new Plan(forked(100, branches));
    const [segment] = plan.segments();
    const { steps, looks } = searchSegment(plan, segment!, 5_000_000);
    expect(steps).toHaveLength(4 * 12 + 1);
    expect(looks).toBeLessThan(20_000);
  });

  it('keeps the order given, and says so, where the search is cut short', () => {
    const works = forked(10, [
      [100, 50],
      [100, 1],
    ]);
    expect(bestOrder(works, 1)).toMatchObject({ steps: [0, 1, 2, 3, 4, 5], proven: false });
    // A step behind that can stand nowhere else proves nothing of those before it.
    const more = [...works, { bytes: 1, reads: [5], kept: true }];
    expect(bestOrder(more, 1)).toMatchObject({ steps: [0, 1, 2, 3, 4, 5, 6], proven: false });
  });

  it('is looked for in stretches between narrow places: each step of a chain is one', () => {
    const chain = [0, 1, 2, 3, 4].map(
      (step): Work => ({ bytes: 1, reads: step === 0 ? [] : [step - 1], kept: step === 4 }),
    );
    // The first reads nothing, and is put before the one that reads it.
    expect(new Plan(chain).segments()).toEqual([[1], [2], [3], [4]]);
  });

  it('frees what was kept for it from before a narrow place as early as it can', () => {
    const works: readonly Work[] = [
      { bytes: 1, reads: [], kept: false },
      { bytes: 100, reads: [0], kept: false },
      // The narrow place, past which the 100 are kept for the fifth step.
      { bytes: 1, reads: [1], kept: false },
      { bytes: 50, reads: [2], kept: false },
      { bytes: 1, reads: [3], kept: false },
      { bytes: 10, reads: [1, 2], kept: false },
      { bytes: 1, reads: [4, 5], kept: true },
    ];
    // As given 100 + 1 + 50 + 1 are alive; where the fifth runs first 100 + 1 + 10, and later 10 + 1 + 50.
    expect(bestOrder(works)).toMatchObject({ peakBytes: 111, steps: [0, 1, 2, 5, 3, 4, 6], proven: true });
    expect(bruteForce(works)).toBe(111);
  });

  it.each(zoo.map(({ id }) => [id] as const))('of %s is no worse, and its peak is what is counted', (id) => {
    const design = zooEntry(id)!.build();
    const { topology, facts, totals } = analyze(design);
    const ordered = orderLeaves(leavesOf(topology, facts), design);
    expect(ordered.peakBytes).toBe(countMemory(ordered.leaves, design, 'plain').peakBytes);
    expect(ordered.peakBytes + ordered.savedBytes).toBe(totals.peakBytes);
  });

  it('in place: two branches, of which the one with the large inside runs first', () => {
    // Whole numbers of one position, float32: input 4, wide 1×1 to 64 and back to 4, narrow 1×1 to 8; both are activated in
    // place. As it stands the narrow branch's 8 lie beside the wide one's 64 and 4 of the input; the other way round the input does alone.
    const b = new NetworkBuilder();
    b.input(4, 10);
    b.add('narrow', 'conv2d', { channels: 8, kernel: [1, 1], bias: false });
    b.add('narrowRelu', 'relu', {});
    b.add('wide', 'conv2d', { channels: 64, kernel: [1, 1], bias: false }, 'input');
    b.add('wideRelu', 'relu', {});
    b.add('back', 'conv2d', { channels: 4, kernel: [1, 1], bias: false });
    b.add('concat', 'concat', {}, 'narrowRelu', 'back');
    b.add('output', 'output');
    const design = b.design('branches', '');
    const { topology, facts } = analyze(design);
    const ordered = orderLeaves(leavesOf(topology, facts), design, 'inPlace');
    expect(ordered.proven).toBe(true);
    // 4 + 64 while the wide one is computed, and 64 + 4 + what else is alive: the input.
    expect(ordered.peakBytes).toBe(4 * 100 * (4 + 64 + 4));
    expect(ordered.savedBytes).toBe(4 * 100 * (8 + 4 + 64 - 72));
    expect(countMemory(ordered.leaves, design, 'inPlace').peakBytes).toBe(ordered.peakBytes);
  });

  it('in place is proven where nobody else reads what is written over, and not where another does', () => {
    const proven = (first: 'input' | 'conv', second: 'input' | 'conv') => {
      const b = new NetworkBuilder();
      b.input(4, 10);
      b.conv('conv', 4, 1);
      b.add('relu', 'relu', {}, first);
      b.conv('other', 4, 1, { from: second });
      b.add('sum', 'add', {}, 'relu', 'other');
      b.add('output', 'output');
      const design = b.design('shared', '');
      const { topology, facts } = analyze(design);
      return orderLeaves(leavesOf(topology, facts), design, 'inPlace').proven;
    };
    expect(proven('conv', 'input')).toBe(true);
    expect(proven('conv', 'conv')).toBe(false);
    // Nothing writes over the network's input, whoever reads it.
    expect(proven('input', 'input')).toBe(true);
  });

  it.each(['resnet50', 'googlenet', 'densenet121', 'shufflenet_v2_x1_0'])(
    'in place of %s is no worse than as it stands',
    (id) => {
      const design = zooEntry(id)!.build();
      const { topology, facts } = analyze(design);
      const leaves = leavesOf(topology, facts);
      const ordered = orderLeaves(leaves, design, 'inPlace');
      const given = countMemory(leaves, design, 'inPlace').peakBytes;
      expect(ordered.peakBytes + ordered.savedBytes).toBe(given);
      expect(countMemory(ordered.leaves, design, 'inPlace').peakBytes).toBe(ordered.peakBytes);
    },
  );
});
