import { produce } from 'immer';
import { describe, expect, it } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import { compare } from '../../shared/analysis/compare.ts';
import { flatten, weightHolders } from '../../shared/analysis/flatten.ts';
import { isIssue } from '../../shared/base/problem.ts';
import { exportOnnx } from '../../shared/formats/onnx/export.ts';
import { importOnnx } from '../../shared/formats/onnx/import.ts';
import { exportPyTorch } from '../../shared/formats/pytorch/export.ts';
import { followRenames } from '../../shared/formats/weights/follow.ts';
import { bytesSource } from '../../shared/formats/weights/source.ts';
import type { LazyWeights } from '../../shared/formats/weights/store.ts';
import { ownCopy } from '../../shared/graph/block-edits.ts';
import { clipOf, paste, pastedIds } from '../../shared/graph/clip.ts';
import type { Design, NodeId } from '../../shared/graph/design.ts';
import { addNode, newNode, removeNodes, rename, setParams } from '../../shared/graph/edits.ts';
import { findBlocks } from '../../shared/graph/find-blocks.ts';
import { groupingOf } from '../../shared/graph/group.ts';
import { applyEdit, startHistory, undo } from '../../shared/graph/history.ts';
import { shareWeights, unlinkWeights } from '../../shared/graph/sharing-edits.ts';
import { unpackBlock, unpackMoves } from '../../shared/graph/unpack.ts';
import { lint } from '../../shared/lint/run.ts';
import { DesignSession } from '../../shared/runtime/session.ts';
import { NetworkBuilder } from '../../shared/zoo/builder.ts';
import { group } from '../blocks/grouped.ts';
import { sharedLayers } from '../formats/code/judge.ts';
import { withoutDesign } from '../formats/onnx/foreign.ts';
import { networkOf, randomInput, randomWeights } from '../formats/random-network.ts';

/** conv1 has 3·4·9 + 4, bn1 2·4, head2 4·4 + 4 trained numbers; bn1 keeps 2·4 statistics. */
const PARAMS = 3 * 4 * 9 + 4 + 2 * 4 + 4 * 4 + 4;

const totalsOf = (design: Design) => analyze(design).totals;
const sharing = (design: Design) =>
  Object.fromEntries(
    Object.entries(design.nodes).flatMap(([id, { weights }]) =>
      weights === undefined ? [] : [[id, weights]],
    ),
  );

const thirdConv = { ...newNode('conv2d', sharedLayers().nodes.conv1!.params), weights: 'conv1' };

/** Two towers that are one block of the user's own. */
function towers(): Design {
  const plain = sharedLayers();
  const left = group(produce(plain, unlinkWeights(['conv2', 'bn2'])), ['conv1', 'bn1', 'relu1']);
  return produce(left, (draft) => {
    removeNodes(['conv2', 'bn2', 'relu2'])(draft);
    addNode('tower2', { ...newNode('userBlock', { block: 'block1' }), weights: 'block1' })(draft);
    draft.wires['right:out>tower2:in'] = {
      from: { node: 'right', port: 'out' },
      to: { node: 'tower2', port: 'in' },
    };
    draft.wires['tower2:out>sum:in1'] = {
      from: { node: 'tower2', port: 'out' },
      to: { node: 'sum', port: 'in1' },
    };
  });
}

describe('weights that several nodes use', () => {
  it('count once, in the design, in blocks and in what rules see', () => {
    expect(totalsOf(sharedLayers())).toMatchObject({ params: PARAMS, statistics: 8, unknown: 0 });
    expect(analyze(towers()).problems).toEqual([]);
    expect(totalsOf(towers())).toMatchObject({ params: PARAMS, statistics: 8 });
    const limited = {
      ...towers(),
      budget: { limits: { params: { kind: 'absolute' as const, max: PARAMS } } },
    };
    expect(lint(limited, analyze(limited)).findings.filter(({ rule }) => rule === 'over-budget')).toEqual([]);
    const inside = group(sharedLayers(), ['head1', 'head2']);
    expect(totalsOf(inside).params).toBe(PARAMS);
    const unlinked = produce(sharedLayers(), unlinkWeights(['conv2', 'bn2', 'head1']));
    expect(totalsOf(unlinked).params).toBe(2 * PARAMS);
    const { before, after } = compare(analyze(sharedLayers()), analyze(unlinked));
    expect([before.params, after.params]).toEqual([PARAMS, 2 * PARAMS]);
  });

  it('count once where the node that has them is skipped', () => {
    const skipped = produce(sharedLayers(), (draft) => {
      draft.nodes.head2!.bypass = true;
    });
    expect(totalsOf(skipped).params).toBe(PARAMS);
  });

  it('count at the first that is not skipped, and fit whoever is', () => {
    const b = new NetworkBuilder();
    b.input(4, 8);
    for (const id of ['first', 'second', 'third']) b.conv(id, 4, 1);
    b.add('output', 'output');
    const skipped = produce(b.design('skipped', ''), (draft) => {
      Object.assign(draft.nodes.first!, { bypass: true });
      Object.assign(draft.nodes.second!, { bypass: true, weights: 'first' });
      Object.assign(draft.nodes.third!, { weights: 'first' });
    });
    expect(analyze(skipped).problems).toEqual([]);
    expect(totalsOf(skipped).params).toBe(4 * 4 + 4);
  });

  it('count once in a block, whichever of its nodes has them', () => {
    const inside = group(sharedLayers(), ['head1', 'head2']);
    expect(analyze(inside).facts.get('block1')!.cost!.params.value).toBe(4 * 4 + 4);
  });

  it.each<[string, (draft: Design['nodes']) => void, string, NodeId, RegExp]>([
    ['nobody', (n) => Object.assign(n.conv2!, { weights: 'conv9' }), 'weights-unknown', 'conv2', /conv9/],
    [
      'another kind',
      (n) => Object.assign(n.conv2!, { weights: 'bn1' }),
      'weights-other-kind',
      'conv2',
      /Batch/,
    ],
    ['a chain', (n) => Object.assign(n.conv1!, { weights: 'head2' }), 'weights-chain', 'conv2', /head2/],
    [
      'a ring',
      (n) => Object.assign(n.head2!, { weights: 'head1' }),
      'weights-chain',
      'head1',
      /none of its own/,
    ],
    ['none at all', (n) => Object.assign(n.relu2!, { weights: 'relu1' }), 'weights-none', 'relu2', /ReLU/],
    [
      'others',
      (n) => Object.assign(n.conv2!.params, { kernel: [1, 1], padding: [0, 0, 0, 0] }),
      'weights-do-not-fit',
      'conv2',
      /4×3×3×3 there, its weight is 4×3×1×1 here/,
    ],
    [
      'more',
      (n) => Object.assign(n.conv2!.params, { bias: false }),
      'weights-do-not-fit',
      'conv2',
      /bias is 4 there, there is none here/,
    ],
  ])('are a problem where they are %s', (_, change, code, node, says) => {
    const design = produce(sharedLayers(), (draft) => void change(draft.nodes as Design['nodes']));
    const found = analyze(design).problems.find(
      (problem) => problem.code === code && problem.where.node === node,
    );
    expect(found?.message).toMatch(says);
    expect(found?.hint.length).toBeGreaterThan(5);
  });

  it('are told inside of blocks, at the block', () => {
    const inside = group(sharedLayers(), ['head1', 'head2']);
    const wrong = produce(inside, (draft) => {
      Object.assign(draft.blocks.block1!.nodes.head1!.params, { channels: 5 });
    });
    expect(analyze(wrong).problems.map(({ code, where }) => [code, where.node])).toContainEqual([
      'weights-do-not-fit',
      'block1',
    ]);
  });

  it('are one tensor for whoever runs or saves the network', () => {
    const network = networkOf(towers());
    expect(weightHolders(network).map(({ id }) => id)).toEqual(['block1/conv1', 'block1/bn1', 'head2']);
    expect(network.steps.find(({ id }) => id === 'tower2/conv1')?.twin).toBe('block1/conv1');
  });
});

describe('edits keep shared weights right', () => {
  it('rename', () => {
    expect(sharing(produce(sharedLayers(), rename('conv1', 'stem')))).toMatchObject({ conv2: 'stem' });
    expect(sharing(produce(sharedLayers(), rename('conv2', 'other')))).toMatchObject({ other: 'conv1' });
  });

  it('remove: the first that used them has them, and undo gives them back', () => {
    const third = produce(sharedLayers(), (draft) => {
      addNode('conv3', thirdConv)(draft);
    });
    const history = applyEdit(startHistory(third), 'remove', removeNodes(['conv1']));
    expect(sharing(history.design)).toEqual({ conv3: 'conv2', bn2: 'bn1', head1: 'head2' });
    expect(undo(history).design).toEqual(third);
    const weights = lazy({ conv1: 1 });
    const after = followRenames(weights, third, history.design);
    expect(Object.keys(after)).toEqual(['conv2']);
    expect(Object.keys(followRenames(after, history.design, third))).toEqual(['conv1']);
  });

  it('unlink: the numbers are the same to begin with, and those of its own come back with undo', () => {
    const shared = sharedLayers();
    const alone = produce(shared, unlinkWeights(['conv2']));
    const weights = followRenames(lazy({ conv1: 1 }), shared, alone);
    expect(Object.keys(weights)).toEqual(['conv1', 'conv2']);
    const linked = followRenames(weights, alone, shared);
    expect(Object.keys(linked)).toEqual(['conv1', '#conv2']);
    expect(Object.keys(followRenames(linked, shared, alone))).toEqual(['conv1', 'conv2']);
  });

  it('unlink the one that has them: the others share on', () => {
    const third = produce(sharedLayers(), (draft) => {
      addNode('conv3', thirdConv)(draft);
      unlinkWeights(['conv1'])(draft);
    });
    expect(sharing(third)).toMatchObject({ conv3: 'conv2' });
  });

  it('share: one whose weights are used hands them on', () => {
    const design = produce(sharedLayers(), (draft) => {
      addNode('conv0', newNode('conv2d', sharedLayers().nodes.conv1!.params))(draft);
      shareWeights(['conv1'], 'conv0')(draft);
    });
    expect(sharing(design)).toMatchObject({ conv1: 'conv0', conv2: 'conv0' });
  });

  it('copy: what is copied together shares among itself, what is copied alone has its own', () => {
    const design = sharedLayers();
    const pasted = (ids: readonly NodeId[]): object => {
      const clip = clipOf(design, ids);
      const names = pastedIds(design.nodes, clip);
      const after = produce(design, paste(clip, names, { x: 0, y: 0 }));
      return Object.fromEntries(ids.map((id) => [id, after.nodes[names.get(id)!]!.weights]));
    };
    expect(pasted(['conv1', 'conv2'])).toEqual({ conv1: undefined, conv2: 'conv3' });
    expect(pasted(['conv2'])).toEqual({ conv2: undefined });
  });

  it('group: not without the other, and both together keep their link', () => {
    const refused = groupingOf(sharedLayers(), analyze(sharedLayers()).topology, ['head1']);
    expect(isIssue(refused) && refused.code).toBe('group-shares-weights');
    expect(group(sharedLayers(), ['head1', 'head2']).blocks.block1!.nodes.head1!.weights).toBe('head2');
  });

  it('unpack: blocks that share are unpacked together', () => {
    for (const id of ['block1', 'tower2']) {
      const design = towers();
      const flat = produce(design, unpackBlock(id));
      expect(totalsOf(flat)).toMatchObject({ params: PARAMS, statistics: 8 });
      expect(Object.keys(sharing(flat))).toHaveLength(4);
      expect(analyze(flat).problems.filter(({ code }) => code !== 'weights-none')).toEqual([]);
      expect(unpackMoves(design, id)?.get('block1/conv1')).toBe('conv1');
    }
  });

  it('a block of its own has weights of its own', () => {
    expect(sharing(produce(towers(), ownCopy('tower2')))).toEqual({ head1: 'head2' });
    expect(sharing(produce(towers(), ownCopy('block1')))).toEqual({ head1: 'head2' });
  });

  it('nothing that shares is folded into a block that comes with the program', () => {
    const b = new NetworkBuilder();
    b.input(3, 8);
    b.add('block', 'convBnRelu', { channels: 4 });
    b.add('output', 'output');
    const flat = produce(b.design('folded', ''), unpackBlock('block'));
    expect(findBlocks(flat)).toHaveLength(1);
    const [conv] = Object.keys(flat.nodes).filter((id) => flat.nodes[id]!.kind === 'conv2d');
    const linked = produce(flat, (draft) => {
      addNode('again', { ...newNode('conv2d', flat.nodes[conv!]!.params), weights: conv! })(draft);
    });
    expect(findBlocks(linked)).toEqual([]);
  });

  it('a change of one of them is told at the one that no longer fits', () => {
    const design = produce(sharedLayers(), setParams(['conv1'], { channels: 5 }));
    expect(analyze(design).problems.some(({ code }) => code === 'weights-do-not-fit')).toBe(true);
  });
});

function lazy(of: Readonly<Record<string, number>>): LazyWeights {
  return Object.fromEntries(
    Object.keys(of).map((id) => [
      id,
      { weight: { dims: [1], load: () => Promise.reject(new Error('unread')) } },
    ]),
  );
}

describe.each([
  ['layers', sharedLayers],
  ['blocks', towers],
])('shared %s', (_, build) => {
  const design = build();
  const network = networkOf(design);
  const weights = randomWeights(network, 'shared');
  const inputs = Object.fromEntries(['left', 'right'].map((name) => [name, randomInput([1, 3, 8, 8], name)]));

  it('run with the same numbers as a network that has them twice', async () => {
    const copied = { ...weights };
    for (const { id, twin } of network.steps) if (twin !== undefined) copied[id] = weights[twin]!;
    const apart = { ...network, steps: network.steps.map(({ twin: _twin, ...step }) => step) };
    const outputs = async (source: typeof network, store: typeof weights) => {
      const session = await DesignSession.create(source, { backend: 'reference', weights: store });
      return (await session.run(inputs)).output!.data;
    };
    expect(await outputs(network, weights)).toEqual(await outputs(apart, copied));
    const seeded = await DesignSession.create(network, { backend: 'reference' });
    const twin = network.steps.find((step) => step.twin !== undefined)!;
    expect(seeded.weightOf(twin.id, 'weight')).toBe(seeded.weightOf(twin.twin!, 'weight'));
  });

  it('are one initialiser in ONNX, and shared again when it is opened, with and without the design', async () => {
    const written = exportOnnx(design, weights);
    if (!written.ok) throw new Error(written.problems[0]!.message);
    for (const bytes of [written.value, withoutDesign(written.value)]) {
      const opened = await importOnnx(bytesSource(bytes));
      if (!opened.ok) throw new Error(opened.problems[0]!.message);
      expect(totalsOf(opened.value.design)).toMatchObject({ params: PARAMS, statistics: 8 });
      expect(opened.value.weightElements).toBe(PARAMS + 8);
      expect(Object.keys(opened.value.weights)).toHaveLength(3);
      const flat = flatten(analyze(opened.value.design));
      expect(flat.ok && weightHolders(flat.value)).toHaveLength(3);
    }
  });

  it('are one module in PyTorch', () => {
    const module = exportPyTorch(design);
    if (!module.ok) throw new Error(module.problems[0]!.message);
    const { code, stateKeys } = module.value;
    for (const { id, step } of weightHolders(network))
      for (const { name } of step.weights) expect(stateKeys.has(`${id}/${name}`)).toBe(true);
    expect(code.match(/nn\.Conv2d\(/g)).toHaveLength(2);
  });
});
