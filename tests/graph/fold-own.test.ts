import { produce } from 'immer';
import { describe, expect, it, test } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import { isBlockKind, type NodeKind } from '../../shared/blocks/index.ts';
import { inBlock } from '../../shared/graph/block-edits.ts';
import { blockNameOf } from '../../shared/graph/definitions.ts';
import type { Design } from '../../shared/graph/design.ts';
import { newNode, setBypass, setParams, suppress } from '../../shared/graph/edits.ts';
import { countKinds, findBlocks } from '../../shared/graph/find-blocks.ts';
import { foldBlocks } from '../../shared/graph/fold.ts';
import { unpackBlock } from '../../shared/graph/unpack.ts';
import type { ParamValues } from '../../shared/schema/params.ts';
import { NetworkBuilder } from '../../shared/zoo/builder.ts';
import { group, groupedAtRandom } from '../blocks/grouped.ts';
import { randomNetwork } from '../formats/random-network.ts';

/** Three times a convolution with a gate: conv → sigmoid, and their product. */
function gates(): Design {
  const b = new NetworkBuilder();
  b.input(4, 8);
  let before = 'input';
  for (const i of [1, 2, 3]) {
    b.conv(`conv${i}`, 4, 3, { padding: 1, from: before });
    b.add(`gate${i}`, 'sigmoid', {}, `conv${i}`);
    b.add(`product${i}`, 'multiply', {}, `conv${i}`, `gate${i}`);
    before = `product${i}`;
  }
  b.add('output', 'output', {}, before);
  return b.design('Gates', '');
}

const one = (design: Design, i = 1) => group(design, [`conv${i}`, `gate${i}`, `product${i}`]);
const folded = (design: Design) => produce(design, foldBlocks(findBlocks(design)));
const ownIn = ({ nodes }: Design) => Object.values(nodes).flatMap((node) => blockNameOf(node) ?? []);

describe('folding what a block of the user’s own is made of', () => {
  it('finds every repeat of it, whatever the names', () => {
    const design = one(gates());
    const result = folded(design);
    expect(ownIn(result)).toEqual(['block1', 'block1', 'block1']);
    expect(Object.keys(result.nodes)).toEqual(['input', 'block1', 'block2', 'block3', 'output']);
    expect(result.blocks).toEqual(design.blocks);
    expect(analyze(result).problems).toEqual([]);
    expect(analyze(result).totals).toEqual(analyze(gates()).totals);
  });

  it.each([
    ['another parameter', setParams(['conv3'], { bias: false })],
    ['a bypassed node', setBypass(['gate3'], true)],
    [
      'a wire from its inside',
      (draft: Parameters<ReturnType<typeof setBypass>>[0]) => {
        for (const wire of Object.values(draft.wires))
          if (wire.to.node === 'output') wire.from.node = 'gate3';
      },
    ],
  ] as const)('leaves out what has %s', (_, edit) => {
    expect(ownIn(folded(produce(one(gates()), edit)))).toEqual(['block1', 'block1']);
  });

  it('finds what is bypassed inside of the definition bypassed', () => {
    const design = produce(one(gates()), inBlock('block1', setBypass(['gate1'], true)));
    expect(ownIn(folded(design))).toEqual(['block1']);
    expect(ownIn(folded(produce(design, setBypass(['gate2'], true))))).toEqual(['block1', 'block1']);
  });

  it('goes before a block of the program of the same size', () => {
    const b = new NetworkBuilder();
    b.input(4, 8);
    for (const i of [1, 2]) {
      b.conv(`conv${i}`, 4, 3, { padding: 1, bias: false });
      b.add(`bn${i}`, 'batchNorm');
      b.add(`relu${i}`, 'relu');
    }
    b.add('output', 'output');
    const design = group(b.design('Two', ''), ['conv1', 'bn1', 'relu1']);
    expect(Object.values(folded(design).nodes).map(({ kind }) => kind)).toEqual([
      'input',
      'userBlock',
      'userBlock',
      'output',
    ]);
  });

  it('is not found inside of itself, nor inside of what it holds', () => {
    const design = group(one(gates()), ['block1', 'conv2', 'gate2', 'product2']);
    const { nodes, wires } = design.blocks.block2!;
    const inside = { ...design, nodes, wires };
    const found = findBlocks(inside, { within: 'block2' });
    expect(found.map(({ node }) => blockNameOf(node))).toEqual(['block1']);
    expect(findBlocks(inside, { within: 'block1' })).toEqual([]);
    expect(findBlocks({ ...design, ...design.blocks.block1! }, { within: 'block1' })).toEqual([]);
  });

  test('gives back random designs with blocks of their own, one of each use unpacked', () => {
    let found = 0;
    for (let seed = 0; seed < 20; seed++) {
      const design = groupedAtRandom(randomNetwork(seed), `fold ${seed}`);
      const [id] = Object.keys(design.nodes).filter((each) => design.nodes[each]!.kind === 'userBlock');
      if (id === undefined) continue;
      const unpacked = produce(design, (draft) => {
        unpackBlock(id)(draft);
        draft.blocks = structuredClone(design.blocks) as typeof draft.blocks;
      });
      const result = folded(unpacked);
      expect(analyze(result).totals.macs, `seed ${seed}`).toBe(analyze(design).totals.macs);
      expect(analyze(result).problems).toEqual([]);
      const single = Object.values(design.blocks[blockNameOf(design.nodes[id]!)!]!.nodes).length === 3;
      const built = Object.values(result.nodes).some(({ kind }) => isBlockKind(kind));
      if (!single && !built && ownIn(result).length > 0) found++;
    }
    expect(found).toBeGreaterThan(5);
  });

  it('ends, whatever a file holds', () => {
    // Sums of the same two values in either order, of which each doubles the ways to read the next.
    const rungs = (last: string): Design => {
      const b = new NetworkBuilder();
      b.input(2, 2);
      b.add('a0', 'relu', {}, 'input');
      b.add('b0', 'relu', {}, 'input');
      for (let i = 1; i < 20; i++) {
        b.add(`a${i}`, 'add', {}, `a${i - 1}`, `b${i - 1}`);
        b.add(`b${i}`, 'add', {}, `b${i - 1}`, `a${i - 1}`);
      }
      b.add('end', 'add', {}, 'a19', 'b19');
      b.add(last, last as 'relu', {}, 'end');
      b.add('output', 'output');
      return b.design('Rungs', '');
    };
    const design = rungs('relu');
    const inner = Object.keys(design.nodes).filter((id) => !['input', 'output'].includes(id));
    const definition = group(design, inner).blocks.block1!;
    const other = {
      ...definition,
      nodes: { ...definition.nodes, a0: newNode('sigmoid') },
    };
    expect(findBlocks({ ...design, blocks: { other } })).toEqual([]);
  });
});

/** A network of nodes in a row, by name. */
function inRow(nodes: readonly (readonly [string, NodeKind, ParamValues?])[]): Design {
  const b = new NetworkBuilder();
  b.input(8, 8);
  for (const [id, kind, params] of nodes) b.add(id, kind, params);
  b.add('output', 'output');
  return b.design('', '');
}
const conv: ParamValues = { channels: 8, kernel: [3, 3], padding: [1, 1, 1, 1], bias: false };
const found = (design: Design, options?: Parameters<typeof findBlocks>[1]) =>
  findBlocks(design, options).map(({ id, node, members }) => [
    id,
    blockNameOf(node) ?? node.kind,
    [...members.values()].sort().join(' '),
  ]);

describe('of several blocks that nodes could be', () => {
  const two = inRow([
    ['a', 'conv2d', conv],
    ['b', 'batchNorm'],
    ['c', 'relu'],
    ['d', 'conv2d', conv],
    ['e', 'batchNorm'],
    ['f', 'relu'],
  ]);

  it('they come in the order of the design, each of them once', () => {
    expect(found(two)).toEqual([
      ['convBnRelu1', 'convBnRelu', 'a b c'],
      ['convBnRelu2', 'convBnRelu', 'd e f'],
    ]);
    expect(countKinds(findBlocks(two))).toEqual([['Conv–BN–ReLU', 2]]);
  });

  it('they come in that order, too, where a later one is known by its names', () => {
    const nodes = [
      ['u.x', 'sigmoid'],
      ['u.y', 'tanh'],
    ] as const;
    const design = inRow([['a', 'conv2d', conv], ['b', 'batchNorm'], ['c', 'relu'], ...nodes]);
    const unit = group(inRow(nodes.map(([id, kind]) => [id.slice(2), kind])), ['x', 'y']).blocks.block1!;
    expect(found({ ...design, blocks: { unit } })).toEqual([
      ['convBnRelu1', 'convBnRelu', 'a b c'],
      ['u', 'unit', 'u.x u.y'],
    ]);
  });

  it('only those are given that hold one of the chosen nodes', () => {
    expect(found(two, { touching: ['e'] })).toEqual([['convBnRelu2', 'convBnRelu', 'd e f']]);
    expect(found(two, { touching: ['input'] })).toEqual([]);
    expect(found(two, { touching: [] })).toEqual([]);
  });

  it('what came from unpacking one is that one, though a larger one fits', () => {
    const named = inRow([
      ['a', 'conv2d', conv],
      ['u.b', 'batchNorm'],
      ['u.c', 'relu'],
    ]);
    const unit = group(
      inRow([
        ['b', 'batchNorm'],
        ['c', 'relu'],
      ]),
      ['b', 'c'],
    ).blocks.block1!;
    expect(found({ ...named, blocks: { unit } })).toEqual([['u', 'unit', 'u.b u.c']]);
    expect(countKinds(findBlocks({ ...named, blocks: { unit } }))).toEqual([['unit', 1]]);
    // Of names that do not belong together the larger one is taken.
    const mixed = inRow([
      ['a', 'conv2d', conv],
      ['u.b', 'batchNorm'],
      ['v.c', 'relu'],
    ]);
    expect(found({ ...mixed, blocks: { unit } })).toEqual([['convBnRelu1', 'convBnRelu', 'a u.b v.c']]);
  });

  it('nodes whose numbers are made of others are left alone, and so are those half of which are skipped', () => {
    const made = produce(two, (draft) => {
      draft.nodes.a!.parameters = 7;
    });
    expect(found(made)).toEqual([['convBnRelu1', 'convBnRelu', 'd e f']]);
    expect(found(produce(two, setBypass(['f'], true)))).toEqual([['convBnRelu1', 'convBnRelu', 'a b c']]);
    const skipped = findBlocks(produce(two, setBypass(['a', 'b', 'c'], true)));
    expect(skipped.map(({ node }) => node.bypass === true)).toEqual([true, false]);
  });

  it('silenced rules are the block’s, each once', () => {
    const silenced = produce(two, (draft) => {
      suppress('a', 'one', 'first')(draft);
      suppress('b', 'two', 'second')(draft);
      suppress('c', 'one', 'third')(draft);
    });
    const [first, second] = findBlocks(silenced);
    const reasons = first!.node.suppress!.map(({ rule, reason }) => [rule, reason]);
    expect(reasons).toHaveLength(2);
    expect(Object.fromEntries(reasons)).toEqual({
      one: expect.stringMatching(/^(first|third)$/),
      two: 'second',
    });
    expect(Object.keys(second!.node)).not.toContain('suppress');
  });

  it('a choice that shows in none of its nodes is the one that the others have', () => {
    const bottlenecks = (strideOn: string) => {
      const design = inRow([
        ['first', 'bottleneck', { channels: 2 }],
        ['second', 'bottleneck', { channels: 4, stride: [2, 2], shortcut: 'projection', strideOn }],
        ['third', 'bottleneck', { channels: 4 }],
      ]);
      const flat = produce(design, (draft) => {
        for (const id of ['first', 'second', 'third']) unpackBlock(id)(draft);
      });
      return findBlocks(flat).map(({ node }) => node.params.strideOn);
    };
    for (const strideOn of ['1x1', '3x3'])
      expect(bottlenecks(strideOn)).toEqual([strideOn, strideOn, strideOn]);
  });

  it('a sum is read in any order of up to five parts', () => {
    const kinds = ['relu', 'sigmoid', 'tanh', 'silu', 'mish', 'abs'] as const;
    const sum = (count: number, turned: boolean) => {
      const b = new NetworkBuilder();
      b.input(2, 2);
      const parts = kinds.slice(0, count).map((kind) => b.add(`${kind}1`, kind, {}, 'input'));
      b.add('sum', 'add', {}, ...(turned ? parts.toReversed() : parts));
      b.add('output', 'output');
      return b.design('', '');
    };
    for (const [count, turned] of [
      [5, 1],
      // As many orders as six parts have are too many to try.
      [6, 0],
    ] as const) {
      const plain = sum(count, false);
      const { blocks } = group(plain, [...kinds.slice(0, count).map((kind) => `${kind}1`), 'sum']);
      expect(findBlocks({ ...plain, blocks })).toHaveLength(1);
      expect(findBlocks({ ...sum(count, true), blocks })).toHaveLength(turned);
    }
  });
});
