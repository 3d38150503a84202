import { produce } from 'immer';
import { describe, expect, it, test } from 'vitest';
import { analyze, createAnalyzer } from '../../shared/analysis/analyze.ts';
import { compare } from '../../shared/analysis/compare.ts';
import { flatten } from '../../shared/analysis/flatten.ts';
import { isIssue } from '../../shared/base/problem.ts';
import { fitWidth } from '../../shared/budget/fit-width.ts';
import { readSpec } from '../../shared/formats/spec/read.ts';
import { writeSpec } from '../../shared/formats/spec/write.ts';
import {
  inBlock,
  mayHold,
  ownCopy,
  removeBlock,
  renameBlock,
  usesOf,
} from '../../shared/graph/block-edits.ts';
import { clipOf, paste, pastedIds } from '../../shared/graph/clip.ts';
import { MAX_BLOCK_DEPTH } from '../../shared/graph/definitions.ts';
import { type Design, emptyDesign, type NodeId, type Wire, wireBetween } from '../../shared/graph/design.ts';
import {
  addNode,
  baselineOf,
  connect,
  freeInput,
  newNode,
  removeNodes,
  setBypass,
  setParams,
  suppress,
} from '../../shared/graph/edits.ts';
import { findBlocks } from '../../shared/graph/find-blocks.ts';
import { foldBlocks } from '../../shared/graph/fold.ts';
import { groupingOf, groupNodes } from '../../shared/graph/group.ts';
import { createOpener } from '../../shared/graph/opened.ts';
import { unpackBlock } from '../../shared/graph/unpack.ts';
import { lint } from '../../shared/lint/run.ts';
import type { ParamValues } from '../../shared/schema/params.ts';
import { NetworkBuilder } from '../../shared/zoo/builder.ts';
import { zoo, zooEntry } from '../../shared/zoo/index.ts';
import { randomNetwork } from '../formats/random-network.ts';
import { thoroughness } from '../thorough.ts';
import { group, groupedAtRandom, grouping, ownBlocks, randomGrouping } from './grouped.ts';

const seeds = Array.from({ length: thoroughness > 0 ? 30 * thoroughness : 12 }, (_, seed) => seed);

/** Layers, wires and shapes as they run, whatever they are called and in whatever order branches stand. */
function layersOf(design: Design): unknown {
  const flat = flatten(analyze(design));
  if (!flat.ok) throw new Error(flat.problems[0]!.message);
  return flat.value.steps
    .map(({ kind, params, inputDims, outputDims }) => JSON.stringify([kind, params, inputDims, outputDims]))
    .sort();
}

const chain = (kinds: readonly (readonly [NodeId, Parameters<typeof newNode>])[]): Design =>
  produce(emptyDesign, (draft) => {
    let before: NodeId | undefined;
    for (const [id, [kind, params]] of kinds) {
      addNode(id, newNode(kind, params))(draft);
      if (before !== undefined) connect({ node: before, port: 'out' }, { node: id, port: 'in' })(draft);
      before = id;
    }
  });

/** input → conv (keeps the shape) → relu → output */
const plain = chain([
  ['input', ['input', { shape: [8, 6, 6] }]],
  ['conv', ['conv2d', { channels: 8, kernel: [3, 3], padding: [1, 1, 1, 1] }]],
  ['relu', ['relu', {}]],
  ['output', ['output', {}]],
]);

describe('grouping', () => {
  test.each(seeds)('and unpacking random network %i gives it back', (seed) => {
    const design = randomNetwork(seed);
    const found = randomGrouping(design, `group ${seed}`);
    if (!found) return;
    const grouped = produce(design, groupNodes(found));
    const { totals } = analyze(design);
    expect(analyze(grouped).problems).toEqual([]);
    expect(analyze(grouped).totals).toEqual(totals);
    expect(analyze(grouped).facts.get('output')!.inputs).toEqual(analyze(design).facts.get('output')!.inputs);
    expect(layersOf(grouped)).toEqual(layersOf(design));
    const back = produce(grouped, unpackBlock(found.id));
    expect(back).toEqual(design);
  });

  test.each(seeds)('random network %i again and again keeps layers, costs and the file', (seed) => {
    const design = randomNetwork(seed);
    const grouped = groupedAtRandom(design, `nest ${seed}`);
    expect(analyze(grouped).totals).toEqual(analyze(design).totals);
    expect(layersOf(grouped)).toEqual(layersOf(design));
    const text = writeSpec(grouped);
    const read = readSpec(text);
    expect(read).toEqual({ ok: true, value: grouped });
    expect(read.ok && writeSpec(read.value)).toBe(text);
  });

  it('keeps places, and the place in the order', () => {
    const placed = produce(plain, (draft) => {
      draft.layout.conv = { x: 300, y: 40 };
      draft.layout.relu = { x: 500, y: 10 };
    });
    const grouped = group(placed, ['relu', 'conv']);
    expect(Object.keys(grouped.nodes)).toEqual(['input', 'block1', 'output']);
    expect(grouped.layout.block1).toEqual({ x: 300, y: 40 });
    expect(produce(grouped, unpackBlock('block1'))).toEqual(placed);
  });

  it('of nodes that wait for wires leaves the ends open', () => {
    const open = produce(plain, removeNodes(['input', 'output']));
    const grouped = group(open, ['conv', 'relu']);
    expect(grouped.wires).toEqual({});
    expect(produce(grouped, unpackBlock('block1'))).toEqual(open);
  });

  const branches = zooEntry('googlenet')!.build();
  const resnet = produce(zooEntry('resnet18')!.build(), unpackBlock('layer1.0'));
  test.each([
    ['nothing', plain, [], 'group-empty', /Nothing/],
    ['the input', plain, ['input', 'conv'], 'group-holds-end', /"input" is where the network begins/],
    ['the output', plain, ['relu', 'output'], 'group-holds-end', /"output" is where the network ends/],
    [
      'what goes round another node',
      resnet,
      ['layer1.0.conv1', 'layer1.0.relu1', 'layer1.0.conv2'],
      'group-not-closed',
      /"layer1\.0\.bn1" lies on the way/,
    ],
    [
      'the whole of two networks',
      twoWaiting(),
      ['a', 'b'],
      'group-no-input',
      /not clear what the block takes/,
    ],
    ['a source of its own', constantAlone(), ['constant'], 'group-no-input', /Nothing goes into/],
  ] as const)('refuses %s', (_, design, ids, code, message) => {
    const found = groupingOf(design, analyze(design).topology, ids);
    expect(found).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(isIssue(found) && found.hint).toMatch(/\.$/);
  });

  it('takes a whole network but for its ends', () => {
    const ids = Object.keys(branches.nodes).filter((id) => !['input', 'output'].includes(id));
    const grouped = group(branches, ids);
    expect(Object.keys(grouped.nodes)).toHaveLength(3);
    expect(analyze(grouped).totals).toEqual(analyze(branches).totals);
  });
});

/** input → a, b; sum of both → tail → output */
function meeting(): Design {
  const b = new NetworkBuilder();
  b.input(3, 8);
  b.add('a', 'relu');
  b.conv('b', 3, 3, { padding: 1, from: 'input' });
  b.add('sum', 'subtract', {}, 'a', 'b');
  b.conv('tail', 3, 1);
  b.add('output', 'output');
  return b.design('', '');
}

describe('a block of several outputs', () => {
  const design = chainOfTwo();
  const grouped = group(design, ['a', 'b']);

  it('is what a selection becomes that several values leave, and gives it back', () => {
    expect(grouped.nodes.block1!.params.outputs).toBe(2);
    expect(Object.keys(grouped.blocks.block1!.nodes)).toEqual(['input', 'a', 'b', 'output', 'output2']);
    const { totals, problems } = analyze(grouped);
    expect(problems).toEqual([]);
    expect(totals).toEqual(analyze(design).totals);
    expect(layersOf(grouped)).toEqual(layersOf(design));
    expect(produce(grouped, unpackBlock('block1'))).toEqual(design);
    const text = writeSpec(grouped);
    expect(text).toContain('"from": ["block1", "block1:out1"]');
    expect(readSpec(text)).toEqual({ ok: true, value: grouped });
    const opened = createOpener().update(grouped, analyze(grouped).topology).design;
    expect(layersOf(opened)).toEqual(layersOf(design));
  });

  it('gives as many values as it has Outputs, wherever it stands', () => {
    const dropped = produce(
      grouped,
      inBlock('block1', (inside) => removeNodes(['output2'])(inside)),
    );
    expect(dropped.nodes.block1!.params.outputs).toBe(1);
    expect(Object.keys(dropped.wires)).not.toContain('block1:out1>sum:in1');
    const wrong = produce(grouped, setParams(['block1'], { outputs: 3 }));
    expect(analyze(wrong).problems).toMatchObject([
      {
        code: 'block-outputs',
        where: { node: 'block1', param: 'outputs' },
        hint: expect.stringMatching('"outputs": 2'),
      },
    ]);
  });

  it('repeats by its first, and gives what the last of them does', () => {
    const twice = analyze(produce(grouped, setParams(['block1'], { repeat: 2 })));
    expect(twice.problems).toEqual([]);
    expect(twice.totals.layers).toBe(2 * 2 + 1);
  });
});

describe('a block of several inputs', () => {
  const design = meeting();
  const grouped = group(design, ['sum', 'tail']);
  const feeds = ({ wires }: Design, id: NodeId) =>
    Object.values(wires).flatMap(({ from, to }) => (to.node === id ? [`${from.node}>${to.port}`] : []));

  it('is what a selection becomes that several values enter, and gives it back', () => {
    expect(feeds(grouped, 'block1')).toEqual(['a>in', 'b>more0']);
    expect(Object.keys(grouped.blocks.block1!.nodes)).toEqual(['input', 'input2', 'sum', 'tail', 'output']);
    expect(grouped.blocks.block1!.nodes.input2!.params.shape).toBeDefined();
    const { totals, problems } = analyze(grouped);
    expect(problems).toEqual([]);
    expect(totals).toEqual(analyze(design).totals);
    expect(layersOf(grouped)).toEqual(layersOf(design));
    expect(produce(grouped, unpackBlock('block1'))).toEqual(design);
    const text = writeSpec(grouped);
    expect(text).toContain('"from": ["a", "b"]');
    expect(readSpec(text)).toEqual({ ok: true, value: grouped });
  });

  it('takes one value for each of its inputs, neither fewer nor more', () => {
    const without = (port: string) =>
      produce(grouped, (draft) => {
        for (const [id, { to }] of Object.entries(draft.wires))
          if (to.node === 'block1' && to.port === port) delete draft.wires[id];
      });
    for (const port of ['in', 'more0'])
      expect(analyze(without(port)).problems).toMatchObject([
        { code: 'input-missing', where: { node: 'block1', port } },
      ]);
    expect(freeInput(without('in'), 'block1')).toBe('in');
    expect(freeInput(without('more0'), 'block1')).toBe('more0');
    expect(freeInput(grouped, 'block1')).toBeUndefined();
    const more = produce(grouped, connect({ node: 'input', port: 'out' }, { node: 'block1', port: 'more1' }));
    expect(analyze(more).problems).toMatchObject([
      {
        code: 'input-too-many',
        where: { node: 'block1', port: 'more1' },
        message:
          'Wired are 3 inputs of this block, which has 2: nothing inside takes what comes into "more1".',
      },
    ]);
  });

  it('repeats with the same at its other inputs', () => {
    const thrice = produce(grouped, setParams(['block1'], { repeat: 3 }));
    const [once, all] = [analyze(grouped), analyze(thrice)];
    expect(all.problems).toEqual([]);
    // b once, and three times 3·3·1·1 + 3.
    expect(all.totals.params - once.totals.params).toBe(2 * 12);
    const byHand = meetingThrice();
    expect(layersOf(thrice)).toEqual(layersOf(byHand));
    expect(all.totals.macs).toBe(analyze(byHand).totals.macs);
    const opened = createOpener().update(thrice, all.topology).design;
    expect(layersOf(opened)).toEqual(layersOf(byHand));
  });

  it('is found again where its layers stand', () => {
    const twice = produce(meetingThrice(), (draft) => {
      draft.blocks = grouped.blocks as typeof draft.blocks;
    });
    const found = findBlocks(twice);
    expect(found.map(({ node }) => node.params.block)).toEqual(['block1', 'block1', 'block1']);
    const folded = produce(twice, foldBlocks(found));
    expect(analyze(folded).problems).toEqual([]);
    expect(layersOf(folded)).toEqual(layersOf(twice));
  });

  it('is fed twice by the same where that stands at both', () => {
    const b = new NetworkBuilder();
    b.input(3, 8);
    b.add('sum', 'subtract', {}, 'input', 'input');
    b.conv('tail', 3, 1);
    b.add('output', 'output');
    const same = produce(b.design('', ''), (draft) => {
      draft.blocks = grouped.blocks as typeof draft.blocks;
    });
    const folded = produce(same, foldBlocks(findBlocks(same)));
    expect(Object.keys(folded.nodes)).toHaveLength(3);
    expect(analyze(folded).problems).toEqual([]);
    expect(layersOf(folded)).toEqual(layersOf(same));
  });
});

/** The same with sum and tail three times in a row, b taken each time. */
function meetingThrice(): Design {
  const b = new NetworkBuilder();
  b.input(3, 8);
  let last = b.add('a', 'relu');
  b.conv('b', 3, 3, { padding: 1, from: 'input' });
  for (const i of [1, 2, 3]) {
    const sum = b.add(`sum${i}`, 'subtract', {}, last, 'b');
    last = b.conv(`tail${i}`, 3, 1, { from: sum });
  }
  b.add('output', 'output');
  return b.design('', '');
}

function chainOfTwo(): Design {
  const b = new NetworkBuilder();
  b.input(3, 8);
  b.add('a', 'relu');
  b.add('b', 'sigmoid');
  b.add('sum', 'add', {}, 'a', 'b');
  b.add('output', 'output');
  return b.design('', '');
}

function twoWaiting(): Design {
  return produce(emptyDesign, (draft) => {
    for (const id of ['a', 'b']) addNode(id, newNode('relu'))(draft);
  });
}

function constantAlone(): Design {
  const design = chain([
    ['constant', ['constant', {}]],
    ['output', ['output', {}]],
  ]);
  return design;
}

describe('a block that repeats', () => {
  const block = group(plain, ['conv', 'relu']);
  const once = analyze(block).totals;

  it.each([2, 3, 10, 1024])('%i times has as many times the layers, weights and operations', (repeat) => {
    const { totals, problems } = analyze(produce(block, setParams(['block1'], { repeat })));
    expect(problems).toEqual([]);
    expect(totals.params).toBe(repeat * once.params);
    expect(totals.macs).toBe(repeat * once.macs);
    expect(totals.otherOps).toBe(repeat * once.otherOps);
    expect(totals.layers).toBe(repeat * once.layers);
    expect(totals.depth).toBe(repeat * once.depth);
  });

  it.each(['residual', 'bottleneck', 'convBnRelu', 'inception'] as const)('can be a %s', (kind) => {
    const params: ParamValues = {
      residual: { channels: 8 },
      bottleneck: { channels: 2 },
      convBnRelu: { channels: 8 },
      inception: {},
    }[kind];
    const design = chain([
      ['input', ['input', { shape: [kind === 'inception' ? 256 : 8, 6, 6] }]],
      ['block', [kind, params]],
      ['output', ['output', {}]],
    ]);
    const thrice = produce(design, setParams(['block'], { repeat: 3 }));
    const { totals, problems } = analyze(thrice);
    expect(problems).toEqual([]);
    expect(totals.params).toBe(3 * analyze(design).totals.params);
    const unpacked = produce(thrice, unpackBlock('block'));
    expect(Object.keys(unpacked.nodes)).toEqual(['input', 'block.0', 'block.1', 'block.2', 'output']);
    expect(analyze(unpacked).totals).toEqual(totals);
  });

  it('takes what it gives as often as that goes, and says where it no longer does', () => {
    const pooled = chain([
      ['input', ['input', { shape: [3, 16, 16] }]],
      ['pool', ['maxPool', { kernel: [2, 2], stride: [2, 2] }]],
      ['relu', ['relu', {}]],
      ['output', ['output', {}]],
    ]);
    const design = group(pooled, ['pool', 'relu']);
    const at = (repeat: number) => analyze(produce(design, setParams(['block1'], { repeat })));
    expect(at(4).facts.get('output')!.inputs).toEqual([[1, 3, 1, 1]]);
    const [problem, ...more] = at(6).problems;
    expect(more).toEqual([]);
    expect(problem).toMatchObject({
      code: 'block-does-not-repeat',
      where: { node: 'block1', param: 'repeat' },
    });
    expect(problem!.message).toMatch(/copy 5 cannot take the 3×1×1 that copy 4 gives/);
    expect(problem!.hint).toMatch(/Set Repeat to 1/);
  });

  it('that is wrong itself is told of once, without its copies', () => {
    const design = produce(block, (draft) => {
      setParams(['block1'], { repeat: 3 })(draft);
      inBlock('block1', setParams(['conv'], { groups: 3 }))(draft);
    });
    const { problems } = analyze(design);
    expect(problems).toHaveLength(1);
    expect(problems[0]!.message).toMatch(/^Inside, at conv: /);
  });

  it('keeps within bounds, whatever a file says', () => {
    const huge = nested(8, 1024);
    const { problems } = analyze(huge);
    expect(problems.map(({ code, where }) => [code, where.node])).toEqual([['block-too-large', 'top']]);
    const many = produce(block, (draft) => {
      let before = 'block1';
      setParams(['block1'], { repeat: 1024 })(draft);
      inBlock('block1', (inside) => {
        for (let i = 0; i < 14; i++) {
          addNode(`r${i}`, newNode('relu'))(inside);
          connect(
            { node: i === 0 ? 'conv' : `r${i - 1}`, port: 'out' },
            { node: `r${i}`, port: 'in' },
          )(inside);
        }
      })(draft);
      for (let i = 0; i < 40; i++) {
        addNode(`n${i}`, newNode('userBlock', { block: 'block1', repeat: 1024 }))(draft);
        connect({ node: before, port: 'out' }, { node: `n${i}`, port: 'in' })(draft);
        before = `n${i}`;
      }
    });
    expect(analyze(many).problems.map(({ code }) => code)).toContain('design-too-large');
  });
});

/** Blocks within blocks: b0 holds a ReLU, each other the one before, `repeat` times. */
function nested(depth: number, repeat: number): Design {
  return produce(emptyDesign, (draft) => {
    for (let i = 0; i < depth; i++) {
      const inner = i === 0 ? newNode('relu') : newNode('userBlock', { block: `b${i - 1}`, repeat });
      const inside = chain([
        ['in', ['input', {}]],
        ['inner', [inner.kind, inner.params]],
        ['out', ['output', {}]],
      ]);
      draft.blocks[`b${i}`] = {
        nodes: inside.nodes,
        wires: inside.wires,
        layout: {},
      } as (typeof draft.blocks)[string];
    }
    addNode('input', newNode('input'))(draft);
    addNode('top', newNode('userBlock', { block: `b${depth - 1}` }))(draft);
    connect({ node: 'input', port: 'out' }, { node: 'top', port: 'in' })(draft);
  });
}

describe('a definition', () => {
  const block = group(plain, ['conv', 'relu']);
  const two = produce(block, (draft) => {
    addNode('again', newNode('userBlock', { block: 'block1' }))(draft);
    connect({ node: 'block1', port: 'out' }, { node: 'again', port: 'in' })(draft);
    connect({ node: 'again', port: 'out' }, { node: 'output', port: 'in' })(draft);
  });

  it('that changes changes every use, and nothing else is worked out anew', () => {
    const analyzer = createAnalyzer();
    const before = analyzer.update(two);
    const wider = produce(two, inBlock('block1', setParams(['conv'], { bias: false })));
    const after = analyzer.update(wider);
    for (const id of ['block1', 'again']) {
      expect(before.facts.get(id)!.cost!.params.value).toBe(8 * 8 * 9 + 8);
      expect(after.facts.get(id)!.cost!.params.value).toBe(8 * 8 * 9);
    }
    expect(after.facts.get('input')).toBe(before.facts.get('input'));
    expect(after).toEqual({ ...analyze(wider), recomputed: after.recomputed });
    // Two blocks with two layers each; the output takes the shape that it took.
    expect(after.recomputed).toBe(6);
    expect(analyzer.update(two).totals).toEqual(before.totals);
  });

  it('deep inside changes what holds it', () => {
    const outer = group(two, ['block1', 'again']);
    const analyzer = createAnalyzer();
    analyzer.update(outer);
    const changed = produce(outer, inBlock('block1', setParams(['conv'], { bias: false })));
    expect(analyzer.update(changed).totals.params).toBe(2 * 8 * 8 * 9);
  });

  it('is kept while it is used, and gone with the last that is unpacked', () => {
    const one = produce(two, unpackBlock('again'));
    expect(Object.keys(one.blocks)).toEqual(['block1']);
    expect(Object.keys(produce(one, unpackBlock('block1')).blocks)).toEqual([]);
    expect(produce(two, removeBlock('block1'))).toBe(two);
    expect(
      produce(two, (draft) => {
        removeNodes(['block1', 'again'])(draft);
        removeBlock('block1')(draft);
      }).blocks,
    ).toEqual({});
  });

  it('unpacked inside of another block stays where the design itself uses it', () => {
    const outer = group(two, ['again']);
    const unpacked = produce(outer, inBlock('block2', unpackBlock('again')));
    expect(Object.keys(unpacked.blocks)).toEqual(['block1', 'block2']);
    expect(Object.keys(unpacked.blocks.block2!.nodes)).toEqual(['input', 'conv', 'relu', 'output']);
    expect(analyze(unpacked).totals).toEqual(analyze(outer).totals);
  });

  it('gets another name everywhere', () => {
    const renamed = produce(group(two, ['again']), renameBlock('block1', 'unit'));
    expect(Object.keys(renamed.blocks)).toEqual(['unit', 'block2']);
    expect(usesOf(renamed, 'unit')).toBe(2);
    expect(analyze(renamed).problems).toEqual([]);
    expect(produce(renamed, renameBlock('unit', 'block2'))).toBe(renamed);
  });

  it('can be copied for one use', () => {
    const own = produce(two, (draft) => {
      ownCopy('again')(draft);
      inBlock('block2', setParams(['conv'], { bias: false }))(draft);
    });
    const { facts } = analyze(own);
    expect(facts.get('block1')!.cost!.params.value).toBe(8 * 8 * 9 + 8);
    expect(facts.get('again')!.cost!.params.value).toBe(8 * 8 * 9);
  });

  it('cannot hold itself, and says so where someone makes it', () => {
    const outer = group(two, ['block1', 'again']);
    expect(mayHold(outer.blocks, 'block2', 'block1')).toBe(true);
    expect(mayHold(outer.blocks, 'block1', 'block1')).toBe(false);
    expect(mayHold(outer.blocks, 'block1', 'block2')).toBe(false);
    const circle = produce(
      outer,
      inBlock('block1', (inside) => {
        addNode('round', newNode('userBlock', { block: 'block2' }))(inside);
      }),
    );
    const { problems } = analyze(circle);
    expect(problems.map(({ code }) => code)).toEqual(['block-recursive']);
    expect(problems[0]!.message).toMatch(/"block2" holds itself, by way of "block1"/);
  });

  test.each([
    ['has no input', (draft) => removeNodes(['input'])(draft), 'block-ends', /has no Input and 1 Output/],
    [
      'has a second output without a wire',
      (draft) => addNode('more', newNode('output'))(draft),
      'block-output-open',
      /gives nothing/,
    ],
    ['gives nothing', (draft) => removeNodes(['relu'])(draft), 'block-output-open', /gives nothing/],
    [
      'goes in circles',
      (draft) => connect({ node: 'relu', port: 'out' }, { node: 'conv', port: 'in' })(draft),
      'cycle',
      /conv, relu/,
    ],
    [
      'has a layer without a wire',
      (draft) => addNode('lost', newNode('relu'))(draft),
      'input-missing',
      /^Inside, at lost: /,
    ],
  ] as readonly (readonly [string, Parameters<typeof inBlock>[1], string, RegExp])[])(
    'that %s is a problem of each use',
    (_, edit, code, message) => {
      const { problems, totals } = analyze(produce(two, inBlock('block1', edit)));
      expect(problems[0]).toMatchObject({
        code,
        where: { node: 'block1' },
        message: expect.stringMatching(message),
      });
      expect(totals.unknown).toBeGreaterThan(0);
    },
  );

  it('may pass on what it is given', () => {
    const idle = produce(
      two,
      inBlock('block1', (draft) => {
        removeNodes(['conv', 'relu'])(draft);
        connect({ node: 'input', port: 'out' }, { node: 'output', port: 'in' })(draft);
      }),
    );
    const { problems, facts, totals } = analyze(idle);
    expect(problems).toEqual([]);
    expect(facts.get('output')!.inputs).toEqual([[1, 8, 6, 6]]);
    expect(totals.params).toBe(0);
    const flat = flatten(analyze(idle));
    expect(flat.ok && flat.value.steps.map(({ id }) => id)).toEqual(['input', 'output']);
  });

  it('bypassed as a whole or in part passes its input on', () => {
    const skipped = produce(two, setBypass(['again'], true));
    expect(analyze(skipped).totals.params).toBe(8 * 8 * 9 + 8);
    const inside = produce(two, inBlock('block1', setBypass(['conv'], true)));
    expect(analyze(inside).totals.params).toBe(0);
    expect(analyze(produce(inside, unpackBlock('again'))).totals).toEqual(analyze(inside).totals);
  });
});

describe('blocks of the user’s own go', () => {
  it('into the clipboard with what they are made of, and out of it without a double', () => {
    const design = ownBlocks();
    const clip = clipOf(design, ['block2']);
    expect(Object.keys(clip.blocks)).toEqual(['block1', 'block2']);
    const there = produce(emptyDesign, paste(clip, pastedIds({}, clip), { x: 0, y: 0 }));
    expect(there.blocks).toEqual(design.blocks);
    const again = produce(design, paste(clip, pastedIds(design.nodes, clip), { x: 0, y: 0 }));
    expect(again.blocks).toEqual(design.blocks);
  });

  it('beside others of their name, and those that hold them as well', () => {
    const design = ownBlocks();
    const clip = clipOf(design, ['block2']);
    const changed = produce(design, inBlock('block1', setParams(['bn1'], { epsilon: 0.5 })));
    const both = produce(changed, paste(clip, pastedIds(changed.nodes, clip), { x: 0, y: 0 }));
    expect(Object.keys(both.blocks)).toEqual(['block1', 'block2', 'block3', 'block4']);
    expect(both.nodes.block3!.params.block).toBe('block4');
    expect(both.blocks.block4!.nodes.block1!.params.block).toBe('block3');
    expect(both.blocks.block1).toEqual(changed.blocks.block1);
  });

  it('through rules that look at layers', () => {
    const vgg = produce(zooEntry('vgg16')!.build(), (draft) => {
      draft.lint.preset = 'vgg';
    });
    const convs = Object.keys(vgg.nodes)
      .filter((id) => vgg.nodes[id]!.kind === 'conv2d')
      .slice(0, 2);
    const large = produce(vgg, setParams([convs[1]!], { kernel: [5, 5], padding: [2, 2, 2, 2] }));
    const rule = (design: Design) =>
      lint(design, analyze(design)).findings.filter((finding) => finding.rule === 'vgg-conv-3x3');
    expect(rule(large).map(({ node }) => node)).toEqual([convs[1]]);
    const between = Object.keys(large.nodes);
    const ids = between.slice(between.indexOf(convs[0]!), between.indexOf(convs[1]!) + 1);
    const [finding] = rule(group(large, ids));
    expect(finding!.node).toBe('block1');
    expect(finding!.message).toContain(`"block1/${convs[1]}"`);
  });

  it('through every rule, which says of grouped nodes what it says of them alone', () => {
    const plainNames = (design: Design, owner: (id: string) => string) =>
      lint(design, analyze(design))
        .findings.map(({ rule, node }) => `${rule} ${node === undefined ? '' : owner(node)}`)
        .sort();
    let told = 0;
    for (const { build } of zoo.slice(0, 6)) {
      const design = produce(build(), (draft) => {
        draft.lint.preset = 'vgg';
      });
      const found = randomGrouping(design, 'lint')!;
      const owner = (id: string): string => (found.boundary.members.has(id) ? found.id : id);
      const expected = new Set(plainNames(design, owner));
      expect(new Set(plainNames(produce(design, groupNodes(found)), (id) => id))).toEqual(expected);
      told += expected.size;
    }
    expect(told).toBeGreaterThan(10);
  });

  it('with their findings silenced inside, or at the block', () => {
    const design = group(
      chain([
        ['input', ['input', { shape: [8, 6, 6] }]],
        ['conv', ['conv2d', { channels: 8, padding: [1, 1, 1, 1] }]],
        ['bn', ['batchNorm', {}]],
        ['output', ['output', {}]],
      ]),
      ['conv', 'bn'],
    );
    const of = (each: Design) =>
      lint(each, analyze(each))
        .findings.filter(({ rule }) => rule === 'redundant-bias-before-bn')
        .map(({ node, suppressed, fix }) => [node, suppressed, fix]);
    expect(of(design)).toEqual([['block1', undefined, undefined]]);
    const silence = suppress('conv', 'redundant-bias-before-bn', 'as published');
    expect(of(produce(design, inBlock('block1', silence)))).toEqual([['block1', 'as published', undefined]]);
    const outside = suppress('block1', 'redundant-bias-before-bn', 'for now');
    expect(of(produce(design, outside))).toEqual([['block1', 'for now', undefined]]);
    const thrice = produce(design, setParams(['block1'], { repeat: 3 }));
    expect(of(thrice)).toEqual([['block1', undefined, undefined]]);
  });

  it('into a comparison, which names what changed inside', () => {
    const before = ownBlocks();
    const after = produce(before, inBlock('block1', setParams(['bn1'], { epsilon: 0.25 })));
    const row = compare(analyze(before), analyze(after)).rows.find((each) => each.before?.id === 'block2')!;
    expect(row.change).toBe('changed');
    expect(row.params).toEqual([{ name: 'block1.bn1.epsilon', before: 1e-5, after: 0.25 }]);
  });

  it('into fitting to a budget', () => {
    const b = new NetworkBuilder();
    b.input(3, 32);
    b.conv('conv1', 64, 3, { padding: 1 });
    b.add('relu1', 'relu');
    b.conv('conv2', 64, 3, { padding: 1 });
    b.add('gap', 'globalAvgPool');
    b.add('fc', 'linear', { features: 10 });
    b.add('output', 'output');
    const flat = b.design('', '');
    const max = analyze(flat).totals.macs / 2;
    const expected = fitWidth(flat, 'macs', max)!;
    const found = fitWidth(group(flat, ['conv1', 'relu1', 'conv2']), 'macs', max)!;
    expect([found.width, found.actual]).toEqual([expected.width, expected.actual]);
  });
});

describe('a file', () => {
  const withBlocks = (blocks: string, node = '') =>
    readSpec(`{"netwright": 2, "nodes": [{ "id": "a", "kind": "input" }${node}],\n"blocks": ${blocks}}`);
  const use = (block: string) =>
    `,\n{ "id": "u", "kind": "userBlock", "from": "a", "params": { "block": "${block}" } }`;
  const holding = (inner: string) =>
    `{ "nodes": [{ "id": "in", "kind": "input" }, { "id": "x", "kind": "userBlock", "from": "in", "params": { "block": "${inner}" } }, { "id": "out", "kind": "output", "from": "x" }] }`;
  const deep = (depth: number): string =>
    `{${Array.from({ length: depth }, (_, i) => `"b${i}": ${i === 0 ? '{ "nodes": [{ "id": "in", "kind": "input" }, { "id": "out", "kind": "output", "from": "in" }] }' : holding(`b${i - 1}`)}`).join(',\n')}}`;

  test.each([
    ['a block that is not there', '{}', use('stage'), [['block-unknown', '$.nodes[1].params.block', 2]]],
    [
      'a node that names no block',
      '{}',
      ',\n{ "id": "u", "kind": "userBlock" }',
      [['block-unknown', '$.nodes[1].params.block', 2]],
    ],
    [
      'a block that holds itself',
      `{ "s": ${holding('s')} }`,
      use('s'),
      [['block-recursive', '$.blocks.s', 3]],
    ],
    [
      'a circle of blocks',
      `{ "s": ${holding('t')},\n"t": ${holding('s')} }`,
      '',
      [
        ['block-recursive', '$.blocks.s', 2],
        ['block-recursive', '$.blocks.t', 3],
      ],
    ],
    [
      'blocks nested too deep',
      deep(MAX_BLOCK_DEPTH + 1),
      '',
      [['block-too-deep', `$.blocks.b${MAX_BLOCK_DEPTH}`, 2 + MAX_BLOCK_DEPTH]],
    ],
    ['a name that is none', '{ "1st": { "nodes": [] } }', '', [['bad-block-name', '$.blocks["1st"]', 2]]],
    [
      'the name of every object',
      '{ "constructor": { "nodes": [] } }',
      '',
      [['bad-block-name', '$.blocks.constructor', 2]],
    ],
    ['a block without nodes', '{ "s": {} }', '', [['key-missing', '$.blocks.s', 2]]],
    ['blocks in a list', '[]', '', [['wrong-type', '$.blocks', 2]]],
    [
      'too many blocks',
      `{${Array.from({ length: 501 }, (_, i) => `"b${i}": { "nodes": [] }`).join(', ')}}`,
      '',
      [['too-many-blocks', '$.blocks', 2]],
    ],
    [
      'a mistake inside',
      '{ "s": { "nodes": [\n{ "id": "c", "kind": "conv3d" }] } }',
      '',
      [['unknown-kind', '$.blocks.s.nodes[0].kind', 3]],
    ],
  ] as const)('with %s is refused with its place', (_, blocks, node, expected) => {
    const read = withBlocks(blocks, node);
    expect(read.ok ? [] : read.problems.map(({ code, where }) => [code, where.path, where.line])).toEqual(
      expected,
    );
    for (const { hint } of read.ok ? [] : read.problems) expect(hint).toMatch(/[.?]$/);
  });

  it('may nest as deep as it is said', () => {
    const read = withBlocks(deep(MAX_BLOCK_DEPTH), use(`b${MAX_BLOCK_DEPTH - 1}`));
    expect(read.ok && analyze(read.value).problems).toEqual([]);
  });

  it('with blocks that each hold all others below is read at once', () => {
    const layers = Array.from({ length: 400 }, (_, i) => {
      const below = Math.floor(i / 26) * 26;
      const inside = Array.from(
        { length: Math.min(26, below) },
        (_, k) => `{ "id": "x${k}", "kind": "userBlock", "params": { "block": "b${below - 26 + k}" } }`,
      );
      return `"b${i}": { "nodes": [${inside.join(', ')}] }`;
    });
    const read = withBlocks(`{${layers.join(', ')}}`, use('b399'));
    expect(read.ok && analyze(read.value).problems.map(({ code }) => code)).toEqual(['block-ends']);
  });

  it('of the first version means what it meant', () => {
    // Before there were blocks of one's own.
    const designs = zoo.map(({ build }) => build()).filter(({ blocks }) => Object.keys(blocks).length === 0);
    for (const design of designs) {
      const old = writeSpec(design).replace('"netwright": 2', '"netwright": 1');
      expect(readSpec(old)).toEqual({ ok: true, value: design });
    }
  });

  it('keeps the blocks of the baseline', () => {
    const design = ownBlocks();
    const pinned: Design = {
      ...design,
      budget: {
        limits: {},
        baseline: { ...baselineOf(design), name: 'before' },
      },
    };
    expect(readSpec(writeSpec(pinned))).toEqual({ ok: true, value: pinned });
  });
});

test('the wires of a grouping stay as they were written', () => {
  const design = zooEntry('resnet18')!.build();
  const found = grouping(design, ['layer1.0', 'layer1.1']);
  const wires: readonly Wire[] = Object.values(produce(design, groupNodes(found)).wires);
  expect(wires).toContainEqual(wireBetween('block1', 'layer2.0'));
  expect(wires).toHaveLength(Object.keys(design.wires).length - 1);
});
