import { produce } from 'immer';
import { describe, expect, test } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import type { Design } from '../../shared/graph/design.ts';
import { removeNodes } from '../../shared/graph/edits.ts';
import { lint } from '../../shared/lint/run.ts';
import { countOf, summarise } from '../../shared/lint/summary.ts';
import { zoo } from '../../shared/zoo/index.ts';

const summaryOf = (design: Design) => {
  const analysis = analyze(design);
  return summarise(analysis, lint(design, analysis));
};

describe('what is wrong, one thing once', () => {
  test.each(zoo.map(({ id, build }) => [id, build] as const))(
    'a node that is gone from %s makes one thing to do, and the input is never to be removed',
    (_, build) => {
      const design = build();
      const before = countOf(summaryOf(design));
      const chain = Object.keys(design.nodes).filter((id) => design.nodes[id]!.kind !== 'output');
      for (const id of chain.filter((_each, at) => at % Math.ceil(chain.length / 4) === 1)) {
        const summary = summaryOf(produce(design, removeNodes([id])));
        // What it fed, what its rule says of that, and what fed it and leads nowhere now.
        expect(countOf(summary)).toBeLessThanOrEqual(before + 3);
        const fixes = [
          ...summary.findings,
          ...summary.pending,
          ...summary.troubles.flatMap((each) => each.consequences),
        ];
        expect(fixes.filter(({ fix }) => fix?.title === 'Remove "input"')).toEqual([]);
      }
    },
  );
});
