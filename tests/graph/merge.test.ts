import { describe, expect, it } from 'vitest';
import { readSpecObject } from '../../shared/formats/spec/read.ts';
import type { Design } from '../../shared/graph/design.ts';
import { mergeDesigns } from '../../shared/graph/merge.ts';

function design(nodes: readonly object[], more: object = {}): Design {
  const read = readSpecObject({ netwright: 3, nodes, ...more });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.value;
}
const input = { id: 'input', kind: 'input', params: { shape: [3, 32, 32] } };
const conv = (params: object = {}, from = 'input') => ({
  id: 'conv',
  kind: 'conv2d',
  from,
  params: { padding: 1, ...params },
});
const output = (from = 'conv') => ({ id: 'output', kind: 'output', from });
const base = design([input, conv(), output()]);
const relu = (id: string, from: string) => ({ id, kind: 'relu', from });

describe('a merge', () => {
  it('takes parameters of one node from both sides, and nodes and wires of either', () => {
    const ours = design([input, conv({ channels: 16 }), output()]);
    const theirs = design([input, conv({ kernel: 5 }), relu('relu', 'conv'), output('relu')]);
    const { design: merged, conflicts } = mergeDesigns(base, ours, theirs);
    expect(conflicts).toEqual([]);
    expect(merged).toEqual(
      design([input, conv({ channels: 16, kernel: 5 }), relu('relu', 'conv'), output('relu')]),
    );
  });
  it('is what one side has where the other changed nothing', () => {
    const changed = design([input, relu('relu', 'input'), output('relu')], { name: 'other' });
    for (const [ours, theirs] of [
      [base, changed],
      [changed, base],
      [changed, changed],
    ] as const)
      expect(mergeDesigns(base, ours, theirs)).toEqual({ design: changed, conflicts: [] });
  });
  it('tells a parameter that both changed, and keeps ours', () => {
    const [ours, theirs] = [16, 24].map((channels) => design([input, conv({ channels }), output()])) as [
      Design,
      Design,
    ];
    const { design: merged, conflicts } = mergeDesigns(base, ours, theirs);
    expect(conflicts.map(({ path }) => path)).toEqual(['nodes.conv.params.channels']);
    expect(merged).toEqual(ours);
  });
  it('tells a node that one changed and the other took away, and keeps it', () => {
    const ours = design([input, conv({ channels: 16 }), output()]);
    const theirs = design([input, output('input')]);
    for (const [a, b] of [
      [ours, theirs],
      [theirs, ours],
    ] as const) {
      const { design: merged, conflicts } = mergeDesigns(base, a, b);
      expect(conflicts.map(({ path }) => path)).toContain('nodes.conv');
      expect(merged.nodes.conv?.params.channels).toBe(16);
    }
  });
  it('tells two nodes put on one wire: one port takes one wire', () => {
    const ours = design([input, conv(), relu('mine', 'conv'), output('mine')]);
    const theirs = design([input, conv(), relu('theirs', 'conv'), output('theirs')]);
    const { design: merged, conflicts } = mergeDesigns(base, ours, theirs);
    expect(conflicts).toHaveLength(1);
    expect(conflicts[0]!.message).toContain('output:in');
    expect(Object.keys(merged.nodes).sort()).toEqual(['conv', 'input', 'mine', 'output', 'theirs']);
    expect(Object.values(merged.wires).filter(({ to }) => to.node === 'output')).toEqual([
      expect.objectContaining({ from: { node: 'mine', port: 'out' } }),
    ]);
  });
});
