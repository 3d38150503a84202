import { produce } from 'immer';
import { describe, expect, it } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import { compare, compareInside, repeatChange } from '../../shared/analysis/compare.ts';
import { inBlock } from '../../shared/graph/block-edits.ts';
import type { Design } from '../../shared/graph/design.ts';
import { addNode, type Edit, newNode, rename, setParams } from '../../shared/graph/edits.ts';
import { NetworkBuilder } from '../../shared/zoo/builder.ts';
import { zooEntry } from '../../shared/zoo/index.ts';
import { group } from '../blocks/grouped.ts';

/** On 4 channels of 10×10: a block of a 3×3 to 8 channels, a ReLU and a 1×1 back to 4. */
function blocked(): Design {
  const b = new NetworkBuilder();
  b.input(4, 10);
  b.conv('a', 8, 3, { padding: 1 });
  b.add('r', 'relu');
  b.conv('c', 4, 1);
  b.add('output', 'output');
  return group(b.design('Blocked', ''), ['a', 'r', 'c']);
}
/** The same, within one more block. */
const nested = (): Design => group(blocked(), ['block1']);

const sides = (before: Design, after: Design) => [analyze(before), analyze(after)] as const;
function inside(before: Design, after: Design) {
  const [was, is] = sides(before, after);
  return [...compareInside(was, is, compare(was, is))].map(([path, { change, params, difference }]) => [
    path,
    change,
    params.map(({ name }) => name),
    difference.params,
  ]);
}
const rowOf = (before: Design, after: Design, id: string) => {
  const [was, is] = sides(before, after);
  return compare(was, is).rows.find((row) => (row.after ?? row.before)?.id === id)!;
};
const within = (design: Design, ...edits: readonly Edit[]): Design =>
  edits.reduce((now, edit) => produce(now, inBlock('block1', edit)), design);

describe('what became of layers inside of a block', () => {
  const wider = setParams(['a'], { channels: 16 });

  it('is told by their paths, as far as anything did', () => {
    // 8·(36 + 1) numbers become 16·37, and 4·9 become 4·17; the ReLU has more to do.
    const expected = [
      ['a', 'changed', ['channels'], 8 * 37],
      ['r', 'changed', [], 0],
      ['c', 'changed', [], 4 * 8],
    ];
    expect(inside(blocked(), within(blocked(), wider))).toEqual(
      expected.map(([id, ...told]) => [`block1/${id}`, ...told]),
    );
    const [outer, ...inner] = inside(nested(), within(nested(), wider));
    expect(outer?.slice(0, 2)).toEqual(['block2/block1', 'changed']);
    expect(inner).toEqual(expected.map(([id, ...told]) => [`block2/block1/${id}`, ...told]));
  });

  it('is nothing of a layer that was added or is gone', () => {
    const more = produce(blocked(), addNode('more', newNode('relu')));
    expect([inside(blocked(), more), inside(more, blocked())]).toEqual([[], []]);
  });

  it('is nothing of what stayed', () => {
    const after = within(blocked(), setParams(['c'], { bias: false }));
    expect(inside(blocked(), after)).toEqual([['block1/c', 'changed', ['bias'], -4]]);
    expect(inside(blocked(), blocked())).toEqual([]);
  });

  it('is that another kind came in its place', () => {
    const after = within(blocked(), (draft) => {
      draft.nodes.r!.kind = 'tanh';
    });
    expect(inside(blocked(), after)).toEqual([['block1/r', 'added', [], 0]]);
    expect(rowOf(blocked(), after, 'block1').params).toEqual([{ name: 'r', before: 'relu', after: 'tanh' }]);
  });

  it('is that one was added, or went', () => {
    const more = within(blocked(), addNode('extra', newNode('tanh')));
    expect(rowOf(blocked(), more, 'block1').params).toContainEqual({
      name: 'extra',
      before: '–',
      after: 'tanh',
    });
    expect(rowOf(more, blocked(), 'block1').params).toContainEqual({
      name: 'extra',
      before: 'tanh',
      after: '–',
    });
  });

  it('is told of the first of several copies', () => {
    const thrice = produce(blocked(), setParams(['block1'], { repeat: 3 }));
    expect(rowOf(thrice, within(thrice, wider), 'block1').params).toEqual([
      { name: 'a.channels', before: 8, after: 16 },
    ]);
    expect(inside(thrice, within(thrice, wider)).map(([path]) => path)).toEqual([
      'block1/a',
      'block1/r',
      'block1/c',
    ]);
  });

  it('is not known of a block that is too large to be opened', () => {
    const refused = within(
      produce(nested(), setParams(['block2'], { repeat: 1000 })),
      setParams(['a'], { channels: 16 }),
    );
    const large = produce(refused, inBlock('block2', setParams(['block1'], { repeat: 1000 })));
    expect(analyze(large).problems.map(({ code }) => code)).toContain('block-too-large');
    expect(rowOf(nested(), large, 'block2').params.map(({ name }) => name)).toEqual(['repeat']);
    expect(rowOf(large, nested(), 'block2').params.map(({ name }) => name)).toEqual(['repeat']);
  });
});

describe('rows of a comparison', () => {
  it('stand in the order of the layers, what was added among those that stayed', () => {
    const [was, is] = sides(zooEntry('vgg16')!.build(), zooEntry('vgg16_bn')!.build());
    expect(compare(was, is).rows.map(({ after }) => after?.id)).toEqual([...is.facts.keys()]);
    expect(compare(is, was).rows.map(({ before }) => before?.id)).toEqual([...is.facts.keys()]);
  });

  it('tell of a layer that costs more though nobody touched it', () => {
    const design = zooEntry('vgg16')!.build();
    const row = rowOf(design, produce(design, setParams(['conv1_1'], { channels: 65 })), 'conv1_2');
    // One more channel comes in: 64 filters of nine taps.
    expect(row).toMatchObject({
      change: 'changed',
      moved: false,
      params: [],
      difference: { params: 64 * 9 },
    });
  });

  it('count bytes in the numbers of the design', () => {
    const design = blocked();
    const half = { ...design, numbers: { weights: 'float16', activations: 'float16' } } as const;
    // 4 channels of 10×10 leave the block, and 8 twice inside.
    const { before, after, difference } = rowOf(design, half, 'block1');
    expect(before?.figures?.outputBytes).toBe(4 * (8 + 8 + 4) * 100);
    expect(after?.figures?.outputBytes).toBe(2 * (8 + 8 + 4) * 100);
    expect(difference.outputBytes).toBe(-2 * (8 + 8 + 4) * 100);
  });

  it('tell nothing of the difference to what nobody knows the shape of', () => {
    const design = zooEntry('lenet')!.build();
    const broken = produce(design, setParams(['conv1'], { kernel: [90, 90] }));
    const nothing = { macs: 0, params: 0, outputBytes: 0 };
    for (const [was, is] of [
      [design, broken],
      [broken, design],
    ] as const) {
      expect(rowOf(was, is, 'conv1')).toMatchObject({ change: 'changed', difference: nothing });
      expect(rowOf(was, is, 'conv2')).toMatchObject({ change: 'same', params: [], difference: nothing });
    }
  });

  it('tell that a layer moved which as many wires feed as before, but another of them', () => {
    const fedBy = (source: string): Design => {
      const b = new NetworkBuilder();
      b.input(4, 10);
      b.conv('a', 4, 1);
      b.conv('b', 4, 3, { padding: 1, from: 'input' });
      b.add('relu', 'relu', {}, source);
      b.add('sum', 'add', {}, 'a', 'b', 'relu');
      b.add('output', 'output');
      return b.design('fed', '');
    };
    const [was, is] = sides(fedBy('a'), fedBy('b'));
    const { rows } = compare(was, is);
    expect(rows.filter(({ change }) => change !== 'same')).toEqual([]);
    expect(rows.filter(({ moved }) => moved).map(({ after }) => after?.id)).toEqual(['relu']);
  });

  it('tell how often a block repeats, where that has changed', () => {
    const thrice = produce(blocked(), setParams(['block1'], { repeat: 3 }));
    const wider = within(thrice, setParams(['a'], { channels: 16 }));
    const repeats = (before: Design, after: Design) => repeatChange(rowOf(before, after, 'block1'));
    expect(repeats(blocked(), wider)).toEqual({ name: 'repeat', before: 1, after: 3 });
    expect(repeats(wider, blocked())).toEqual({ name: 'repeat', before: 3, after: 1 });
    expect(repeats(thrice, wider)).toBeUndefined();
  });

  it('tell of another name that the layer moved, and of nothing else', () => {
    const design = zooEntry('vgg16')!.build();
    const [was, is] = sides(design, produce(design, rename('conv1_2', 'other')));
    const changed = compare(was, is).rows.filter(({ change, moved }) => change !== 'same' || moved);
    expect(changed.map(({ after, change, moved, params }) => [after?.id, change, moved, params])).toEqual([
      ['other', 'changed', true, []],
    ]);
  });
});
