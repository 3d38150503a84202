import { produce } from 'immer';
import { describe, expect, test } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import { readSpecObject } from '../../shared/formats/spec/read.ts';
import type { Design } from '../../shared/graph/design.ts';
import { removeNodes } from '../../shared/graph/edits.ts';
import { lint } from '../../shared/lint/run.ts';
import { countOf, type Summary, summarise } from '../../shared/lint/summary.ts';
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

describe('what a rule tells of a problem', () => {
  const spec = (second: object) => ({
    netwright: 3,
    nodes: [
      { id: 'input', kind: 'input', params: { shape: [8, 8, 8] } },
      { id: 'conv', kind: 'conv2d', from: 'input', params: { channels: 16, padding: 1 } },
      { id: 'again', kind: 'conv2d', from: 'conv', params: { padding: 1, ...second } },
      { id: 'sum', kind: 'add', from: ['again', 'input'] },
      { id: 'output', kind: 'output', from: 'sum' },
    ],
  });
  const of = (second: object): Summary => {
    const read = readSpecObject(spec(second));
    if (!read.ok) throw new Error(read.problems[0]?.message);
    return summaryOf(read.value);
  };

  test('is told with it, and what it says of other places is told there', () => {
    const { troubles, unfinished, pending, findings } = of({ channels: 16 });
    expect(troubles.map(({ problem }) => [problem.code, problem.where.node])).toEqual([
      ['shapes-differ', 'sum'],
    ]);
    expect(troubles[0]!.consequences.map(({ rule, node }) => [rule, node])).toEqual([
      ['residual-shape-match', 'sum'],
    ]);
    expect(findings.map(({ rule, node }) => [rule, node])).toEqual([
      ['consecutive-linear-without-activation', 'conv'],
    ]);
    expect([unfinished, pending]).toEqual([[], []]);
  });

  test('where there is none, findings stand for themselves', () => {
    const { troubles, unfinished, pending, findings } = of({ channels: 8 });
    expect([troubles, unfinished, pending]).toEqual([[], [], []]);
    expect(findings.map(({ rule, node }) => [rule, node])).toEqual([
      ['consecutive-linear-without-activation', 'conv'],
    ]);
  });
});
