import { produce } from 'immer';
import { describe, expect, it, test } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import { isBlockKind } from '../../shared/blocks/index.ts';
import { inBlock } from '../../shared/graph/block-edits.ts';
import { blockNameOf } from '../../shared/graph/definitions.ts';
import type { Design } from '../../shared/graph/design.ts';
import { newNode, setBypass, setParams } from '../../shared/graph/edits.ts';
import { findBlocks } from '../../shared/graph/find-blocks.ts';
import { foldBlocks } from '../../shared/graph/fold.ts';
import { unpackBlock } from '../../shared/graph/unpack.ts';
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
