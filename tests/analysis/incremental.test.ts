import fc from 'fast-check';
import { produce } from 'immer';
import { describe, expect, it } from 'vitest';
import { analyze, createAnalyzer } from '../../shared/analysis/analyze.ts';
import type { Analysis } from '../../shared/analysis/facts.ts';
import { setParams } from '../../shared/graph/edits.ts';
import { reachable } from '../../shared/graph/topology.ts';
import { zooEntry } from '../../shared/zoo/index.ts';
import { editOf, whims } from '../graph/random-edits.ts';

/** What an analysis says, without how it was reached. */
function said({ facts, order, problems, totals }: Analysis): object {
  return { facts: new Map([...facts].sort(([a], [b]) => (a < b ? -1 : 1))), order, problems, totals };
}

describe('an analysis that follows edits', () => {
  it.each(['lenet', 'resnet18'])('says of %s what one from nothing says, whatever was edited', (id) => {
    const start = zooEntry(id)!.build();
    fc.assert(
      fc.property(whims, (sequence) => {
        const analyzer = createAnalyzer();
        analyzer.update(start);
        let design = start;
        for (const whim of sequence) {
          design = produce(design, editOf(design, whim));
          expect(said(analyzer.update(design))).toEqual(said(analyze(design)));
        }
      }),
      { numRuns: 40, seed: 7 },
    );
  });

  it('works out anew only what lies downstream of a changed parameter', () => {
    const design = zooEntry('googlenet')!.build();
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(design.nodes)),
        fc.integer({ min: 1, max: 900 }),
        (id, n) => {
          const params = design.nodes[id]!.params;
          const size = ['channels', 'features', 'branch1'].find((name) => typeof params[name] === 'number');
          if (size === undefined) return;
          const analyzer = createAnalyzer();
          const before = analyzer.update(design);
          const after = analyzer.update(produce(design, setParams([id], { [size]: n })));
          const downstream = reachable(after.topology, [id], 'after');
          for (const [other, facts] of after.facts) {
            if (other !== id && !downstream.has(other)) expect(facts).toBe(before.facts.get(other));
          }
        },
      ),
      { numRuns: 60, seed: 3 },
    );
  });

  it('stops where a change no longer shows', () => {
    const design = zooEntry('vgg16')!.build();
    const analyzer = createAnalyzer();
    analyzer.update(design);
    // A bias changes no shape: the convolution itself is all there is to do.
    expect(analyzer.update(produce(design, setParams(['conv3_1'], { bias: false }))).recomputed).toBe(1);
    // More filters reach the next convolution, which gives out what it did before: itself, its ReLU, and that one.
    const wider = produce(design, setParams(['conv3_1'], { channels: 300, bias: false }));
    expect(analyzer.update(wider).recomputed).toBe(3);
    expect(analyzer.update(wider).recomputed).toBe(0);
  });
});
