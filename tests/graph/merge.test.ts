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
  it('leaves a wire out whose end the other side took away, and tells it', () => {
    const ours = design([input, conv(), relu('mine', 'conv'), output('mine')]);
    const theirs = design([input, output('input')]);
    const { design: merged, conflicts } = mergeDesigns(design([input, conv(), output()]), ours, theirs);
    expect(Object.keys(merged.nodes)).toEqual(['input', 'mine', 'output']);
    expect(conflicts).toContainEqual({
      path: 'wires.conv:out>mine:in',
      message: 'a node at one of its ends was taken away; the wire is left out',
    });
    expect(Object.keys(merged.wires)).not.toContain('conv:out>mine:in');
  });
  it('takes nodes that either side took away where the other left them', () => {
    const smaller = design([input, output('input')]);
    for (const [ours, theirs] of [
      [smaller, { ...base, name: 'renamed' }],
      [{ ...base, name: 'renamed' }, smaller],
    ] as const) {
      const { design: merged, conflicts } = mergeDesigns(base, ours, theirs);
      expect(conflicts).toEqual([]);
      expect(merged).toEqual({ ...smaller, name: 'renamed' });
    }
  });
  it('tells what each side has, in few words', () => {
    const told = (ours: object, theirs: object, from: object = {}) =>
      mergeDesigns(
        design([input, conv(from), output()]),
        design([input, conv(ours), output()]),
        design([input, conv(theirs), output()]),
      ).conflicts;
    expect(told({ channels: 16 }, { channels: 24 })).toEqual([
      { path: 'nodes.conv.params.channels', message: '16 here, 24 there; it is kept as it is here' },
    ]);
    // Lists are one value: of two changes of one, neither half is taken.
    expect(told({ kernel: [3, 5] }, { kernel: [5, 3] })).toEqual([
      { path: 'nodes.conv.params.kernel', message: '[3,5] here, [5,3] there; it is kept as it is here' },
    ]);
    expect(told({ kernel: [5, 5] }, { kernel: [5, 5] })).toEqual([]);
    expect(told({ channels: 16 }, { kernel: [5, 5] })).toEqual([]);
    const long = (letter: string) => ({ ...base, notes: letter.repeat(70) });
    expect(mergeDesigns(base, long('a'), long('b')).conflicts).toEqual([
      {
        path: 'notes',
        message: `"${'a'.repeat(56)}… here, "${'b'.repeat(56)}… there; it is kept as it is here`,
      },
    ]);
    const shorter = (letter: string) => ({ ...base, notes: letter.repeat(58) });
    expect(mergeDesigns(base, shorter('a'), shorter('b')).conflicts[0]!.message).toBe(
      `"${'a'.repeat(58)}" here, "${'b'.repeat(58)}" there; it is kept as it is here`,
    );
  });
  it('tells who took away what the other changed', () => {
    const [wider, without] = [
      design([input, conv({ channels: 16 }), output()]),
      design([input, output('input')]),
    ];
    const message = (ours: Design, theirs: Design) =>
      mergeDesigns(base, ours, theirs).conflicts.find(({ path }) => path === 'nodes.conv')?.message;
    expect(message(wider, without)).toBe('changed here, taken away there; it is kept as it is here');
    expect(message(without, wider)).toBe('taken away here, changed there; it is kept as it is there');
  });
  it('of one node made two kinds takes ours whole', () => {
    const made = (kind: string) => design([input, { id: 'conv', kind, from: 'input' }, output()]);
    const { design: merged, conflicts } = mergeDesigns(base, made('relu'), made('batchNorm'));
    expect(conflicts.map(({ path }) => path)).toEqual(['nodes.conv']);
    expect(merged.nodes).toEqual(made('relu').nodes);
  });
  it('of nodes that both added under one name merges what they share', () => {
    const added = (channels: number, kernel: number) =>
      design([input, conv(), output(), { id: 'extra', kind: 'conv2d', params: { channels, kernel } }]);
    const { conflicts } = mergeDesigns(base, added(8, 3), added(16, 3));
    expect(conflicts.map(({ path }) => path)).toEqual(['nodes.extra.params.channels']);
  });
  it('takes our places, and none of nodes that are gone', () => {
    const at = (x: number, from = base): Design => ({
      ...from,
      layout: { conv: { x, y: 0 }, input: { x, y: 0 } },
    });
    const { design: merged, conflicts } = mergeDesigns(at(0), at(1), at(2));
    expect([merged.layout.conv, conflicts]).toEqual([{ x: 1, y: 0 }, []]);
    const gone = mergeDesigns(at(0), at(1), { ...design([input, output('input')]), layout: {} }).design;
    expect(Object.keys(gone.nodes)).toEqual(['input', 'output']);
    expect(Object.keys(gone.layout)).toEqual(['input']);
  });
  it('takes one wire of two into a port, ours, and keeps the order of the rest', () => {
    const ours = design([input, conv(), relu('a', 'conv'), output('a')]);
    const theirs = design([input, conv(), relu('b', 'conv'), output('b')]);
    expect(Object.keys(mergeDesigns(base, ours, theirs).design.wires)).toEqual([
      'input:out>conv:in',
      'conv:out>a:in',
      'a:out>output:in',
      'conv:out>b:in',
    ]);
    expect(mergeDesigns(base, ours, theirs).conflicts).toEqual([
      {
        path: 'wires.b:out>output:in',
        message: 'two wires lead into output:in; the one from a is kept',
      },
    ]);
  });
});
