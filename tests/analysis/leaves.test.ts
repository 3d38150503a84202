import fc from 'fast-check';
import { produce } from 'immer';
import { describe, expect, it } from 'vitest';
import { analyze, createAnalyzer } from '../../shared/analysis/analyze.ts';
import type { Analysis } from '../../shared/analysis/facts.ts';
import { leafBehind, leavesOf } from '../../shared/analysis/leaves.ts';
import { readSpecObject } from '../../shared/formats/spec/read.ts';
import type { Design } from '../../shared/graph/design.ts';
import { zooEntry } from '../../shared/zoo/index.ts';
import { ownBlocks } from '../blocks/grouped.ts';
import { sharedLayers } from '../formats/code/judge.ts';
import { editOf, whims } from '../graph/random-edits.ts';

/** The layers, what feeds each and whose weights it uses. */
const told = ({ topology, facts }: Analysis) =>
  leavesOf(topology, facts).map(({ kind, facts: { id }, inputs, outputDims, twin }) => ({
    kind,
    id,
    inputs,
    outputDims,
    twin,
  }));

describe('the layers of a design', () => {
  it.each([
    ['with blocks of its own', ownBlocks],
    ['that shares weights', sharedLayers],
    ['of a chain', () => zooEntry('lenet')!.build()],
  ])('%s are those of an analysis from nothing, whatever was edited', (_, build) => {
    const start = build();
    fc.assert(
      fc.property(whims, (sequence) => {
        const analyzer = createAnalyzer();
        told(analyzer.update(start));
        let design = start;
        for (const whim of sequence.slice(0, 8)) {
          design = produce(design, editOf(design, whim));
          const followed = analyzer.update(design);
          const anew = analyze(design);
          expect(told(followed)).toEqual(told(anew));
          expect(followed.totals).toEqual(anew.totals);
        }
      }),
      { numRuns: 12, seed: 8 },
    );
  });

  const of = (nodes: readonly object[]) => {
    const read = readSpecObject({ netwright: 3, nodes });
    if (!read.ok) throw new Error(read.problems[0]?.message);
    return analyze(read.value);
  };
  const input = { id: 'x', kind: 'input', params: { shape: [4, 8, 8] } };

  it('are fed by nothing that waits for itself', () => {
    const ring = of([
      input,
      { id: 'a', kind: 'relu', from: 'b' },
      { id: 'b', kind: 'tanh', from: 'a' },
      { id: 'sum', kind: 'add', from: ['x', 'b'] },
      { id: 'c', kind: 'sigmoid', from: 'x' },
    ]);
    expect(told(ring).map(({ id, inputs }) => [id, inputs])).toEqual([
      ['x', []],
      ['c', [{ step: 0, output: 0 }]],
    ]);
  });

  it('are found behind the port that gives what they give, past what is bypassed', () => {
    const { topology, facts } = of([
      input,
      { id: 'parts', kind: 'split', from: 'x', params: { axis: 1, parts: 2 } },
      { id: 'skipped', kind: 'relu', from: 'parts:out1', bypass: true },
      { id: 'y', kind: 'output', from: 'skipped' },
    ]);
    const behind = (node: string, port: string) => leafBehind(topology, facts, { node, port });
    expect(behind('parts', 'out0')).toEqual({ step: 1, output: 0 });
    expect(behind('parts', 'out1')).toEqual({ step: 1, output: 1 });
    expect(behind('skipped', 'out')).toEqual({ step: 1, output: 1 });
    expect(behind('skipped', 'other')).toBeUndefined();
    expect(told({ topology, facts } as Analysis).map(({ id }) => id)).toEqual(['x', 'parts', 'y']);
  });

  it('follow a block that gives another part of what it takes apart', () => {
    const nodes = [
      input,
      { id: 'block', kind: 'userBlock', from: 'x', params: { block: 'part' } },
      { id: 'behind', kind: 'relu', from: 'block' },
      { id: 'y', kind: 'output', from: 'behind' },
    ];
    const giving = (port: string): Design => {
      const part = [
        { id: 'in', kind: 'input', params: { shape: [4, 8, 8] } },
        { id: 'parts', kind: 'split', from: 'in', params: { axis: 1, parts: 2 } },
        { id: 'out', kind: 'output', from: `parts:${port}` },
      ];
      const read = readSpecObject({ netwright: 3, nodes, blocks: { part: { nodes: part } } });
      if (!read.ok) throw new Error(read.problems[0]?.message);
      return read.value;
    };
    const analyzer = createAnalyzer();
    const first = giving('out0');
    expect(told(analyzer.update(first)).find(({ id }) => id === 'behind')?.inputs).toEqual([
      { step: 1, output: 0 },
    ]);
    const after = analyzer.update({ ...first, blocks: giving('out1').blocks });
    expect(told(after).find(({ id }) => id === 'behind')?.inputs).toEqual([{ step: 1, output: 1 }]);
  });
});
