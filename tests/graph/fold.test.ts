import { produce } from 'immer';
import { describe, expect, it, test } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import { type BlockKind, isBlockKind } from '../../shared/blocks/index.ts';
import { writeSpec } from '../../shared/formats/spec/write.ts';
import { type Design, emptyDesign, wireBetween, wireId } from '../../shared/graph/design.ts';
import {
  addNode,
  connect,
  type Edit,
  newNode,
  rename,
  setBypass,
  setParams,
  suppress,
} from '../../shared/graph/edits.ts';
import { findBlocks } from '../../shared/graph/find-blocks.ts';
import { foldBlocks } from '../../shared/graph/fold.ts';
import { unpackBlock } from '../../shared/graph/unpack.ts';
import type { ParamValues } from '../../shared/schema/params.ts';
import { zoo, zooEntry } from '../../shared/zoo/index.ts';
import { randomNetwork } from '../formats/random-network.ts';
import { byTurns } from '../thorough.ts';

function unpacked(design: Design): Design {
  return produce(design, (draft) => {
    for (const [id, { kind }] of Object.entries(design.nodes)) if (isBlockKind(kind)) unpackBlock(id)(draft);
  });
}

function folded(design: Design): Design {
  return produce(design, foldBlocks(findBlocks(design)));
}

const kindsOf = ({ nodes }: Design) => Object.values(nodes).map(({ kind }) => kind);

/** input → block → output. */
function around(kind: BlockKind, params: ParamValues, channels: number): Design {
  return produce(emptyDesign, (draft) => {
    addNode('input', newNode('input', { shape: [channels, 14, 14] }))(draft);
    addNode('block', newNode(kind, params), { x: 50, y: 70 })(draft);
    addNode('output', newNode('output'))(draft);
    connect({ node: 'input', port: 'out' }, { node: 'block', port: 'in' })(draft);
    connect({ node: 'block', port: 'out' }, { node: 'output', port: 'in' })(draft);
  });
}

const forms: readonly (readonly [BlockKind, ParamValues, number])[] = [
  ['convBnRelu', { channels: 7, kernel: [5, 3], padding: [1, 2, 0, 1], epsilon: 0.001 }, 3],
  ['convBnRelu', { channels: 9, padding: 'same', groups: 3 }, 3],
  ['residual', { channels: 32 }, 32],
  ['residual', { channels: 32, batchNorm: false }, 32],
  ['residual', { channels: 48, stride: [2, 1], shortcut: 'projection' }, 32],
  ['residual', { channels: 48, stride: [2, 2], shortcut: 'projection', batchNorm: false }, 32],
  ['residual', { channels: 32, preActivation: true }, 32],
  ['residual', { channels: 32, preActivation: true, batchNorm: false }, 32],
  ['residual', { channels: 64, preActivation: true, shortcut: 'projection' }, 32],
  ['residual', { channels: 32, epsilon: 0.001 }, 32],
  ['bottleneck', { channels: 16 }, 64],
  ['bottleneck', { channels: 16, batchNorm: false }, 64],
  ['bottleneck', { channels: 16, shortcut: 'projection', stride: [2, 2], strideOn: '1x1' }, 64],
  ['bottleneck', { channels: 32, groups: 8, expansion: 2 }, 64],
  ['inception', {}, 192],
  ['inception', { c1: 3, r3: 4, c3: 5, r5: 6, c5: 7, pool: 8, largest: '3x3', batchNorm: true }, 192],
];

describe('folding what a block stands for', () => {
  it.each(forms)('%s %j gives the block back', (kind, params, channels) => {
    const design = around(kind, params, channels);
    expect(analyze(design).problems).toEqual([]);
    expect(folded(unpacked(design))).toEqual(design);
  });

  it.each(byTurns(zoo, 0).map(({ id, build }) => [id, build] as const))('gives back %s', (_, build) => {
    const design = build();
    const again = folded(unpacked(design));
    // Blocks in a row come back one by one, and stay so; of the rates of an ASPP a fold cannot know how many there are.
    const inRows = Object.values(design.nodes).some(
      ({ kind, params }) => kind === 'aspp' || Number(params.repeat ?? 1) > 1,
    );
    expect(writeSpec(inRows ? folded(unpacked(again)) : again)).toBe(writeSpec(inRows ? again : design));
    expect(analyze(again).totals).toEqual(analyze(design).totals);
  });

  test('gives back random designs with blocks', () => {
    let blocks = 0;
    for (let seed = 0; seed < 200; seed++) {
      // What already looks like a block is one before, so that nothing else can be made of it after.
      const design = folded(randomNetwork(seed));
      blocks += kindsOf(design).filter((kind) => isBlockKind(kind)).length;
      expect(writeSpec(folded(unpacked(design))), `seed ${seed}`).toBe(writeSpec(design));
    }
    expect(blocks).toBeGreaterThan(100);
  });

  it('reads a sum in either order', () => {
    const design = unpacked(around('residual', { channels: 32 }, 32));
    const turned = produce(design, (draft) => {
      for (const wire of Object.values(draft.wires))
        if (wire.to.node === 'block.add') wire.to.port = wire.to.port === 'in0' ? 'in1' : 'in0';
      draft.wires = Object.fromEntries(Object.values(draft.wires).map((wire) => [wireId(wire), wire]));
    });
    expect(folded(turned).nodes).toEqual(around('residual', { channels: 32 }, 32).nodes);
  });

  it('does not mind rounding at stride 1, where there is nothing to round', () => {
    const design = unpacked(around('inception', {}, 192));
    const down = produce(design, setParams(['block.branch4.0'], { ceilMode: false }));
    expect(kindsOf(folded(down))).toEqual(['input', 'inception', 'output']);
  });

  it('takes bypass and silenced rules along', () => {
    const design = produce(around('residual', { channels: 32 }, 32), (draft) => {
      setBypass(['block'], true)(draft);
      suppress('block', 'vgg-conv-3x3', 'as the paper has it')(draft);
    });
    const open = unpacked(design);
    expect(analyze(open).totals.macs).toBe(0);
    expect(folded(open)).toEqual(design);
  });

  it('folds only what the chosen nodes are part of', () => {
    const design = unpacked(zooEntry('resnet18')!.build());
    const found = findBlocks(design, { touching: ['layer2.0.conv1', 'fc'] });
    expect(found.map(({ id }) => id)).toEqual(['layer2.0']);
  });
});

describe('names', () => {
  const called = (nameOf: (inner: string) => string): Design =>
    produce(unpacked(around('residual', { channels: 32 }, 32)), (draft) => {
      for (const id of Object.keys(draft.nodes))
        if (id.startsWith('block.')) rename(id, nameOf(id.slice('block.'.length)))(draft);
    });

  it.each([
    ['of a common path', (inner: string) => `stage1.unit2.${inner}.op`, 'stage1.unit2'],
    ["of PyTorch's exporter", (inner: string) => `layer1.layer1.0.${inner}.Op`, 'layer1.0'],
    ['that have nothing in common', (inner: string) => `${inner}_7`, 'residual1'],
  ])('%s', (_, nameOf, expected) => {
    expect(Object.keys(folded(called(nameOf)).nodes)).toEqual(['input', expected, 'output']);
  });

  it('never takes one that another node has', () => {
    const design = produce(
      called((inner) => `net.${inner}`),
      rename('output', 'net'),
    );
    const [, block] = Object.keys(folded(design).nodes);
    expect(block).toBe('residual1');
  });

  it('of nodes from unpacking keep clear of nodes that are called so', () => {
    const design = produce(around('residual', { channels: 32 }, 32), rename('output', 'block.conv1'));
    const open = unpacked(design);
    expect(analyze(open).totals).toEqual(analyze(design).totals);
    expect(open.nodes['block.conv1']!.kind).toBe('output');
  });
});

describe('what is no block', () => {
  const open = (kind: BlockKind, params: ParamValues, channels: number) =>
    unpacked(around(kind, params, channels));
  const residual = () => open('residual', { channels: 32, batchNorm: false }, 32);
  const inception = () => open('inception', {}, 192);
  const reader =
    (from: string): Edit =>
    (draft) => {
      addNode('aside', newNode('output'))(draft);
      connect({ node: from, port: 'out' }, { node: 'aside', port: 'in' })(draft);
    };
  const split: Edit = (draft) => {
    const wire = wireBetween('input', 'block.conv1');
    addNode('other', newNode('sigmoid'))(draft);
    connect(wire.from, { node: 'other', port: 'in' })(draft);
    connect({ node: 'other', port: 'out' }, wire.to)(draft);
  };

  it.each<readonly [string, Design, Edit]>([
    ['another channel count in the middle', residual(), setParams(['block.conv1'], { channels: 31 })],
    ['another kernel', residual(), setParams(['block.conv2'], { kernel: [5, 5] })],
    ['another padding', residual(), setParams(['block.conv1'], { padding: 'same' })],
    ['a bias too many', residual(), setParams(['block.conv1'], { bias: false })],
    ['a reader of the middle', residual(), reader('block.relu1')],
    ['a reader of the sum', residual(), reader('block.add')],
    ['branches with different inputs', residual(), split],
    ['one bypassed node', residual(), setBypass(['block.relu1'], true)],
    [
      'another stride in the shortcut',
      open('residual', { channels: 32, stride: [2, 2], shortcut: 'projection', batchNorm: false }, 32),
      setParams(['block.downsample.0'], { stride: [1, 2] }),
    ],
    [
      'another epsilon',
      open('inception', { largest: '3x3', batchNorm: true }, 192),
      setParams(['block.branch1.bn'], { epsilon: 0.01 }),
    ],
    [
      'branches in another order',
      inception(),
      (draft) => {
        for (const wire of Object.values(draft.wires)) {
          if (wire.to.node !== 'block.concat') continue;
          if (wire.to.port === 'in0') wire.to.port = 'in1';
          else if (wire.to.port === 'in1') wire.to.port = 'in0';
        }
        draft.wires = Object.fromEntries(Object.values(draft.wires).map((wire) => [wireId(wire), wire]));
      },
    ],
    ['a pool with a stride', inception(), setParams(['block.branch4.0'], { stride: [2, 2] })],
  ])('%s', (_, design, change) => {
    expect(findBlocks(design).map(({ node }) => node.kind)).toHaveLength(1);
    const changed = produce(design, change);
    expect(changed).not.toBe(design);
    const found = findBlocks(changed).filter(({ node }) => node.kind !== 'convBnRelu');
    expect(found).toEqual([]);
  });

  it.each(['alexnet', 'vgg16', 'squeezenet1_1', 'mobilenet_v2', 'densenet121', 'efficientnet_b0'])(
    'leaves %s alone',
    (id) => {
      const design = zooEntry(id)!.build();
      expect(folded(design)).toBe(design);
    },
  );
});
