import { produce } from 'immer';
import { describe, expect, it } from 'vitest';
import { isIssue } from '../../shared/base/problem.ts';
import type { NodeKind } from '../../shared/blocks/index.ts';
import { anchorOf } from '../../shared/graph/anchor.ts';
import { become } from '../../shared/graph/become.ts';
import { inBlock, mayHold, ownCopy, renameBlock, usesOf } from '../../shared/graph/block-edits.ts';
import { clipOf, paste, pastedIds } from '../../shared/graph/clip.ts';
import {
  definitionsFor,
  layersIn,
  MAX_BLOCK_DEPTH,
  MAX_LAYERS_INSIDE,
  refusalToOpen,
  sameDefinitions,
} from '../../shared/graph/definitions.ts';
import {
  type BlockDefinition,
  type BlockDefinitions,
  type Design,
  type DesignNode,
  emptyDesign,
  type NodeId,
  wireBetween,
  wireId,
} from '../../shared/graph/design.ts';
import { addNode, connect, newNode, removeNodes, setParams } from '../../shared/graph/edits.ts';
import { groupingOf, groupMoves, groupNodes } from '../../shared/graph/group.ts';
import { inputsOf, insideOf } from '../../shared/graph/inside.ts';
import { foldMoves, inverse, movesInside, packingOf, pathsOfBlock } from '../../shared/graph/packing.ts';
import { ownerOf, sharersOf, twinsOf } from '../../shared/graph/shared-weights.ts';
import { topologyOf } from '../../shared/graph/topology.ts';
import { unpackBlock, unpackMoves } from '../../shared/graph/unpack.ts';
import type { ParamValues } from '../../shared/schema/params.ts';

type Nodes = Readonly<Record<NodeId, DesignNode>>;

/** Nodes with wires as `a>b:in1`. */
function graph(nodes: Nodes, ...links: readonly string[]): Pick<BlockDefinition, 'nodes' | 'wires'> {
  const wires = links.map((link) => {
    const [from, to, port] = link.split(/[>:]/) as [string, string, string?];
    return wireBetween(from, to, port);
  });
  return { nodes, wires: Object.fromEntries(wires.map((wire) => [wireId(wire), wire])) };
}
const block = (nodes: Nodes, ...links: readonly string[]): BlockDefinition => ({
  ...graph(nodes, ...links),
  layout: {},
});
const use = (name: string, repeat = 1): DesignNode => newNode('userBlock', { block: name, repeat });
const ends = { in: newNode('input'), out: newNode('output') };

/** A block of these nodes in a row. */
const row = (nodes: Nodes): BlockDefinition => {
  const ids = ['in', ...Object.keys(nodes), 'out'];
  return block({ in: ends.in, ...nodes, out: ends.out }, ...ids.slice(1).map((id, i) => `${ids[i]}>${id}`));
};
const relu = newNode('relu');
const holding = (...names: readonly string[]) => row(Object.fromEntries(names.map((n) => [n, use(n)])));

describe('what a block needs', () => {
  const blocks: BlockDefinitions = { a: row({ relu }), b: holding('a'), c: holding('b', 'a') };

  it('is every definition below it, each once, and nothing for a layer', () => {
    expect(definitionsFor(relu, blocks)).toEqual([]);
    expect(definitionsFor(use('a'), blocks)).toEqual([blocks.a]);
    expect(definitionsFor(use('c'), blocks)).toEqual([blocks.c, blocks.b, blocks.a]);
    // The same list while the blocks are the same.
    expect(definitionsFor(use('c'), blocks)).toBe(definitionsFor(use('c', 3), blocks));
  });

  it('stays the same where none of it changed', () => {
    const needed = definitionsFor(use('b'), blocks);
    const same = definitionsFor(use('b'), { ...blocks, other: row({}) });
    const changed = definitionsFor(use('b'), { ...blocks, a: row({ tanh: newNode('tanh') }) });
    const unknown = definitionsFor(use('z'), blocks);
    expect(sameDefinitions(needed, needed)).toBe(true);
    expect(sameDefinitions(needed, same)).toBe(true);
    expect(sameDefinitions(needed, changed)).toBe(false);
    expect(sameDefinitions(needed, definitionsFor(use('a'), blocks))).toBe(false);
    expect(sameDefinitions(needed, definitionsFor(use('c'), blocks))).toBe(false);
    expect(sameDefinitions(unknown, needed)).toBe(false);
    expect(sameDefinitions(needed, unknown)).toBe(false);
    expect(sameDefinitions(unknown, unknown)).toBe(true);
  });

  const told = (name: string, of: BlockDefinitions) => {
    const found = definitionsFor(use(name), of);
    return isIssue(found) ? [found.code, found.param, found.message] : [];
  };

  it('is told in a circle from the block that was asked for', () => {
    const circle: BlockDefinitions = {
      itself: holding('itself'),
      one: holding('two'),
      two: holding('three'),
      three: holding('one'),
      outside: holding('one'),
    };
    const through = (name: string, path: string) => [
      'block-recursive',
      'block',
      `The block "${name}" holds itself, by way of ${path}, so it would never end.`,
    ];
    expect(told('itself', circle)).toEqual([
      'block-recursive',
      'block',
      'The block "itself" holds itself, so it would never end.',
    ]);
    // Whichever was asked for before.
    expect(told('one', circle)).toEqual(through('one', '"two" and "three"'));
    expect(told('two', circle)).toEqual(through('two', '"three" and "one"'));
    expect(told('three', circle)).toEqual(through('three', '"one" and "two"'));
    expect(told('outside', circle)).toEqual(through('one', '"two" and "three"'));
  });

  it('is told where it is not there, with what there is', () => {
    const none = 'There is no block called "x" in this design.';
    expect(told('x', {})).toEqual(['block-unknown', 'block', none]);
    expect(told('x', blocks)).toEqual(['block-unknown', 'block', none]);
    expect(told('d', { d: holding('x') })).toEqual(['block-unknown', 'block', none]);
    const hintOf = (of: BlockDefinitions) => {
      const found = definitionsFor(use('x'), of);
      return isIssue(found) && found.hint;
    };
    expect(hintOf({})).toBe('Group nodes into a block first.');
    expect(hintOf(blocks)).toBe('The design has "a", "b", "c".');
    const many = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`b${i}`, row({})]));
    expect(hintOf(many)).toBe('The design has "b0", "b1", "b2", "b3", "b4", "b5", "b6", "b7".');
  });

  it('may be nested as deep as it is said, and no deeper', () => {
    const deep: Record<string, BlockDefinition> = { b1: row({ relu }) };
    for (let i = 2; i <= MAX_BLOCK_DEPTH + 1; i++) deep[`b${i}`] = holding(`b${i - 1}`);
    expect(told(`b${MAX_BLOCK_DEPTH}`, deep)).toEqual([]);
    expect(told(`b${MAX_BLOCK_DEPTH + 1}`, deep).slice(0, 2)).toEqual(['block-too-deep', 'block']);
  });
});

describe('how many layers a node stands for', () => {
  const blocks: BlockDefinitions = {
    two: row({ a: relu, b: relu }),
    more: row({ one: use('two', 3), last: relu }),
    empty: row({}),
  };

  // The ends of a block count as well: they are layers of its own.
  it.each<readonly [string, DesignNode, number]>([
    ['a layer', relu, 1],
    ['a block', use('two'), 4],
    ['a block five times', use('two', 5), 20],
    ['a block in a block', use('more', 2), 2 * (3 * 4 + 3)],
    ['nothing but ends', use('empty'), 2],
    ['a block that is not there', use('nobody'), 0],
    ['convolution, norm and ReLU', newNode('convBnRelu'), 3],
    ['the same four times', newNode('convBnRelu', { repeat: 4 }), 12],
  ])('%s', (_, node, layers) => {
    expect(layersIn(node, blocks)).toBe(layers);
  });

  it('is bounded, and told where it is too much', () => {
    const large: BlockDefinitions = { one: row({ r: use('two', 10) }), ...blocks };
    const most = Math.floor(MAX_LAYERS_INSIDE / 42);
    expect(refusalToOpen(use('one', most), large)).toBeUndefined();
    expect(refusalToOpen(use('one', most + 1), large)).toMatchObject({
      code: 'block-too-large',
      param: 'repeat',
      message: 'This stands for 20,034 layers, more than the 20,000 that one node may hold.',
    });
    expect(refusalToOpen(use('nobody'), large)).toMatchObject({ code: 'block-unknown' });
    const exactly: BlockDefinitions = {
      ten: row(Object.fromEntries([...'abcdefgh'].map((id) => [id, relu]))),
    };
    expect(refusalToOpen(use('ten', MAX_LAYERS_INSIDE / 10), exactly)).toBeUndefined();
  });
});

describe('what is inside of a node', () => {
  it('is nothing for a layer, and what it expands to for a block that comes with the program', () => {
    expect(insideOf(relu, {})).toBeUndefined();
    const inside = insideOf(newNode('convBnRelu'), {});
    if (inside === undefined || isIssue(inside)) throw new Error('no inside');
    expect(inside.fragment.nodes.map(({ kind }) => kind)).toEqual(['conv2d', 'batchNorm', 'relu']);
    expect(inside.wiringProblems.size).toBe(0);
  });

  it('has the Inputs of a block, and none where there is no block', () => {
    const two = block({ b: ends.in, a: ends.in, ...ends }, 'a>out');
    expect(inputsOf(use('two'), { two })).toEqual(['b', 'a', 'in']);
    expect(inputsOf(relu, { two })).toEqual([]);
    expect(inputsOf(use('nobody'), { two })).toEqual([]);
  });

  it('is every node of a block with all that was decided about it', () => {
    const nodes: Nodes = {
      in: ends.in,
      conv: { ...newNode('conv2d'), parameters: 5, state: { also: ['mask'] } },
      twin: { ...newNode('conv2d'), weights: 'conv', bypass: true, suppress: [{ rule: 'r', reason: 'why' }] },
      sum: newNode('add'),
      parts: newNode('split'),
      out: ends.out,
    };
    const definition = block(nodes, ...['in>conv', 'conv>twin', 'twin>sum:in1', 'in>sum:in0', 'sum>parts']);
    const wire = { from: { node: 'parts', port: 'out1' }, to: { node: 'out', port: 'in' } };
    const blocks = { own: { ...definition, wires: { ...definition.wires, [wireId(wire)]: wire } } };
    const params = (id: string) => nodes[id]!.params;
    expect(insideOf(use('own'), blocks)).toEqual({
      fragment: {
        nodes: [
          {
            id: 'conv',
            kind: 'conv2d',
            params: params('conv'),
            from: ['@in'],
            parameters: 5,
            state: { also: ['mask'] },
          },
          {
            ...{ id: 'twin', kind: 'conv2d', params: params('twin'), from: ['conv:out'] },
            ...{ weights: 'conv', bypass: true, suppress: [{ rule: 'r', reason: 'why' }] },
          },
          { id: 'sum', kind: 'add', params: params('sum'), from: ['@in', 'twin:out'] },
          { id: 'parts', kind: 'split', params: params('parts'), from: ['sum:out'] },
        ],
        outputs: { out: 'parts:out1' },
        inputs: ['in'],
      },
      wiringProblems: new Map(),
    });
    // The same while the definition is, whatever else the design has.
    expect(insideOf(use('own'), { ...blocks, other: row({}) })).toBe(insideOf(use('own'), blocks));
  });

  it('is copies of itself where it repeats', () => {
    const inside = insideOf(use('a', 3), { a: row({ relu }) });
    if (inside === undefined || isIssue(inside)) throw new Error('no inside');
    expect(inside.fragment.nodes.map(({ id, from, params }) => [id, from, params])).toEqual([
      ['0', ['@in'], use('a').params],
      ['1', ['0'], use('a').params],
      ['2', ['1'], use('a').params],
    ]);
    expect(inside.fragment.outputs).toEqual({ out: '2' });
  });

  it('keeps what is wrong with the wires of each node', () => {
    const wrong = block(
      { ...ends, good: relu, lost: relu, sum: newNode('add') },
      'in>good',
      'good>out',
      'good>sum:in0',
    );
    const inside = insideOf(use('w'), { w: wrong });
    if (inside === undefined || isIssue(inside)) throw new Error('no inside');
    const ports = [...inside.wiringProblems].map(([id, problems]) => [
      id,
      problems.map(({ where }) => where.port),
    ]);
    expect(Object.fromEntries(ports)).toEqual({ lost: ['in'], sum: ['in1'] });
    expect(inside.fragment.nodes.find(({ id }) => id === 'sum')!.from).toEqual(['good:out', '']);
  });

  it.each<readonly [string, BlockDefinition, string, string]>([
    [
      'nothing at its end',
      block({ ...ends, relu }, 'in>relu'),
      'block-output-open',
      'The block "w" gives nothing: Output needs a wire into "in".',
    ],
    [
      'two wires at its end',
      block({ ...ends, relu }, 'in>relu', 'relu>out', 'in>out'),
      'block-output-open',
      'The block "w" gives nothing: Two wires end in "in" of out: from relu and from in. A port takes one.',
    ],
    [
      'no end',
      block({ in: ends.in }),
      'block-ends',
      'A block has an Input and an Output, or several; "w" has 1 Input and no Output.',
    ],
    [
      'ends alone',
      block({ out: ends.out, more: ends.out, third: ends.out }),
      'block-ends',
      'A block has an Input and an Output, or several; "w" has no Input and 3 Outputs.',
    ],
    [
      'a circle',
      block(
        { ...ends, ...Object.fromEntries([...'abcde'].map((id) => [id, relu])) },
        ...['in>out', 'a>b', 'b>c', 'c>d', 'd>e', 'e>a'],
      ),
      'cycle',
      'Inside the block "w", a, b, c, d wait for their own output: a wire closes a cycle, so nothing on it can be computed.',
    ],
  ])('is told where there is %s', (_, definition, code, message) => {
    expect(insideOf(use('w'), { w: definition })).toMatchObject({ code, message });
  });
});

/** in → conv → relu → tanh → end, with places. */
const chain: Design = {
  ...emptyDesign,
  ...graph(
    {
      begin: newNode('input', { shape: [3, 8, 8] }),
      conv: newNode('conv2d'),
      relu,
      tanh: newNode('tanh'),
      end: newNode('output'),
    },
    ...['begin>conv', 'conv>relu', 'relu>tanh', 'tanh>end'],
  ),
  layout: { begin: { x: 0, y: 0 }, conv: { x: 500, y: 40 }, relu: { x: 700, y: 20 }, tanh: { x: 900, y: 0 } },
};
const groupingIn = (design: Design, ids: readonly NodeId[], shape?: readonly number[]) =>
  groupingOf(design, topologyOf(design), ids, () => shape);

describe('a grouping', () => {
  it('is a block of the nodes with ends of its own, as they stand', () => {
    const found = groupingIn(chain, ['relu', 'conv', 'nobody'], [3, 8, 8]);
    if (isIssue(found)) throw new Error(found.message);
    expect(found.definition).toEqual({
      ...graph(
        {
          input: newNode('input', { shape: [3, 8, 8] }),
          conv: chain.nodes.conv!,
          relu,
          output: newNode('output'),
        },
        ...['input>conv', 'conv>relu', 'relu>output'],
      ),
      // Their corner a column right of the input; the output a column right of the last.
      layout: {
        input: { x: 0, y: 0 },
        conv: { x: 240, y: 20 },
        relu: { x: 440, y: 0 },
        output: { x: 680, y: 0 },
      },
    });
    expect(found.boundary).toEqual({
      members: new Set(['relu', 'conv']),
      inputs: [{ feed: { node: 'begin', port: 'out' }, targets: [{ node: 'conv', port: 'in' }] }],
      outputs: [{ node: 'relu', port: 'out' }],
    });
    expect([...groupMoves(found)]).toEqual([
      ['relu', 'block1/relu'],
      ['conv', 'block1/conv'],
    ]);
    const grouped = produce(chain, groupNodes(found));
    expect(Object.keys(grouped.nodes)).toEqual(['begin', 'block1', 'tanh', 'end']);
    expect(grouped.nodes.block1).toEqual(use('block1'));
    expect(Object.keys(grouped.wires)).toEqual([
      'begin:out>block1:in',
      'block1:out>tanh:in',
      'tanh:out>end:in',
    ]);
    expect(grouped.layout).toEqual({
      begin: { x: 0, y: 0 },
      block1: { x: 500, y: 40 },
      tanh: { x: 900, y: 0 },
    });
  });

  it('has no places where one of the nodes has none, and a free name', () => {
    const found = groupingIn(
      { ...chain, blocks: { block1: row({}), block2: row({}) }, layout: { conv: { x: 1, y: 2 } } },
      ['conv', 'relu'],
    );
    if (isIssue(found)) throw new Error(found.message);
    expect([found.id, found.name, found.definition.layout]).toEqual(['block3', 'block3', {}]);
    // What it is given is not known.
    expect(found.definition.nodes.input).toEqual(newNode('input'));
  });

  it('keeps clear of nodes that are called as its ends are', () => {
    const found = groupingIn(
      {
        ...emptyDesign,
        ...graph(
          { a: ends.in, input: relu, block1: relu, z: ends.out },
          'a>input',
          'input>block1',
          'block1>z',
        ),
      },
      ['input'],
    );
    if (isIssue(found)) throw new Error(found.message);
    expect(Object.keys(found.definition.nodes)).toEqual(['input2', 'input', 'output']);
    expect([found.id, found.name]).toEqual(['block2', 'block1']);
  });

  const two = graph(
    {
      x: newNode('input'),
      y: newNode('input'),
      sum: newNode('add'),
      other: newNode('add'),
      r: relu,
      z: ends.out,
    },
    ...['x>sum:in0', 'r>sum:in1', 'sum>r'],
  );
  const parts = graph({ x: ends.in, split: newNode('split'), a: relu, b: relu, y: ends.out }, 'x>split');
  const bySplit = {
    ...parts,
    wires: Object.fromEntries(
      [
        ...Object.values(parts.wires),
        wireBetween('split', 'a', 'in', 'out0'),
        wireBetween('split', 'b', 'in', 'out1'),
      ].map((wire) => [wireId(wire), wire]),
    ),
  };
  const shared = graph(
    { x: ends.in, a: newNode('conv2d'), b: { ...newNode('conv2d'), weights: 'a' }, y: ends.out },
    ...['x>a', 'a>b', 'b>y'],
  );
  const long = graph(
    { x: ends.in, ...Object.fromEntries([...'abcdef'].map((id) => [id, relu])), y: ends.out },
    ...['x>a', 'a>b', 'b>c', 'c>d', 'd>e', 'e>f', 'f>y'],
  );
  it.each([
    ['one node', ['split'], ['split:out0', 'split:out1']],
    ['several', ['a', 'b'], ['a:out', 'b:out']],
  ])('gives each value that leaves it, of %s', (_, ids, values) => {
    const found = groupingIn({ ...emptyDesign, ...bySplit }, ids);
    if (isIssue(found)) throw new Error(found.message);
    expect(found.boundary.outputs.map(({ node, port }) => `${node}:${port}`)).toEqual(values);
  });
  it('has its outputs one below another, a column right of its last node', () => {
    const layout = { split: { x: 500, y: 300 } };
    const found = groupingIn({ ...emptyDesign, ...bySplit, layout }, ['split']);
    if (isIssue(found)) throw new Error(found.message);
    expect(Object.values(found.definition.layout)).toEqual([
      { x: 0, y: 0 },
      { x: 240, y: 0 },
      { x: 480, y: 0 },
      { x: 480, y: 110 },
    ]);
  });
  const wide = Array.from({ length: 65 }, (_, i) => `r${i}`);
  it.each<readonly [string, Pick<Design, 'nodes' | 'wires'>, readonly NodeId[], string]>([
    [
      'more values than anyone reads',
      graph(
        { x: ends.in, ...Object.fromEntries(wide.map((id) => [id, relu])) },
        ...wide.map((id) => `x>${id}`),
      ),
      wide,
      '65 different values leave the selection, from "r0", "r1", "r2" and 62 more; a block has 64 outputs at most.',
    ],
    ['nothing', chain, ['nobody'], 'Nothing is selected.'],
    [
      'a circle that feeds nobody',
      two,
      ['sum', 'r'],
      'Nothing comes out of the selection; a block has an output.',
    ],
    [
      'a node with two open inputs',
      two,
      ['other'],
      '"other" waits for more than one wire, so it is not clear what the block takes.',
    ],
    [
      'nodes that wait',
      graph({ a: relu, b: newNode('add') }),
      ['a', 'b'],
      '"a" and "b" wait for a wire each, so it is not clear what the block takes.',
    ],
    [
      'an owner of weights',
      shared,
      ['a'],
      '"a" shares weights with "b", and a block has weights of its own.',
    ],
    ['one that shares', shared, ['b'], '"b" shares weights with "a", and a block has weights of its own.'],
    [
      'two without what is between',
      long,
      ['a', 'd'],
      '"c" and "b" lie on the way from one selected node to another, so the block would wait for itself.',
    ],
    [
      'two far apart',
      long,
      ['a', 'f'],
      '"e", "d", "c" and 1 more lie on the way from one selected node to another, so the block would wait for itself.',
    ],
    [
      'two without the one between',
      long,
      ['a', 'c'],
      '"b" lies on the way from one selected node to another, so the block would wait for itself.',
    ],
    [
      'what is badly wired',
      { ...long, wires: { ...long.wires, more: wireBetween('x', 'b') } },
      ['b'],
      '"b" is badly wired: Two wires end in "in" of b: from a and from x. A port takes one.',
    ],
  ])('is refused of %s', (_, design, ids, message) => {
    const found = groupingIn({ ...emptyDesign, ...design }, ids);
    expect(isIssue(found) && found.message).toBe(message);
    expect(isIssue(found) && found.hint).toMatch(/^[A-Z].+\.$/);
  });
});

describe('the place of some nodes as one', () => {
  const layout = { a: { x: 5, y: 9 }, b: { x: 7, y: 2 } };
  it.each<readonly [string, readonly NodeId[], NodeId | undefined, object | undefined]>([
    ['of the node that is fed', ['a', 'b'], 'a', { x: 5, y: 9 }],
    ['their corner where none is', ['a', 'b'], undefined, { x: 5, y: 2 }],
    ['their corner where that has no place', ['a', 'b', 'c'], 'c', { x: 5, y: 2 }],
    ['none where none has one', ['c'], 'c', undefined],
  ])('%s', (_, ids, entry, place) => {
    expect(anchorOf(layout, ids, entry)).toEqual(place);
  });
});

describe('a block and the nodes that it stands for', () => {
  const inner: Nodes = {
    in: ends.in,
    conv: {
      ...newNode('conv2d'),
      parameters: 3,
      state: { keys: { weight: 'w' }, shape: [2], also: ['mask', 'count'] },
      suppress: [{ rule: 'both', reason: 'inside' }],
    },
    twin: { ...newNode('conv2d'), weights: 'conv', bypass: true },
    out: ends.out,
  };
  const own: BlockDefinition = {
    ...graph(inner, 'in>conv', 'conv>twin', 'twin>out'),
    layout: { in: { x: 0, y: 0 }, conv: { x: 100, y: 10 }, twin: { x: 300, y: -5 } },
  };
  const silenced = [
    { rule: 'both', reason: 'outside' },
    { rule: 'block', reason: 'outside' },
  ];
  const design: Design = {
    ...emptyDesign,
    ...graph(
      {
        begin: newNode('input'),
        b: { ...use('own'), suppress: silenced },
        conv: relu,
        end: newNode('output'),
      },
      ...['begin>b', 'b>conv', 'conv>end'],
    ),
    blocks: { own },
    layout: { b: { x: 1000, y: 500 } },
  };

  it('are packed under free names', () => {
    const packing = packingOf(design, 'b')!;
    // `conv` is taken by another node.
    expect([...packing.members]).toEqual([
      ['conv', 'b.conv'],
      ['twin', 'twin'],
    ]);
    expect([...foldMoves([packing])]).toEqual([
      ['b.conv', 'b/conv'],
      ['twin', 'b/twin'],
    ]);
    expect([...inverse(foldMoves([packing]))]).toEqual([
      ['b/conv', 'b.conv'],
      ['b/twin', 'twin'],
    ]);
    expect(unpackMoves(design, 'b')).toEqual(inverse(foldMoves([packing])));
    expect(packingOf(design, 'conv')).toBeUndefined();
    expect(packingOf(design, 'nobody')).toBeUndefined();
    expect(unpackMoves(design, 'nobody')).toBeUndefined();
  });

  it('are unpacked with all that was decided, where the block stood', () => {
    const flat = produce(design, unpackBlock('b'));
    expect(flat.nodes).toEqual({
      begin: newNode('input'),
      'b.conv': {
        ...newNode('conv2d'),
        parameters: 3,
        // Names go on from the block's own.
        state: { keys: { weight: 'b.w' }, shape: [2], also: ['b.mask', 'b.count'] },
        suppress: [
          { rule: 'both', reason: 'inside' },
          { rule: 'block', reason: 'outside' },
        ],
      },
      twin: { ...newNode('conv2d'), weights: 'b.conv', bypass: true, suppress: silenced },
      conv: relu,
      end: newNode('output'),
    });
    expect(Object.keys(flat.nodes)).toEqual(['begin', 'b.conv', 'twin', 'conv', 'end']);
    expect(Object.keys(flat.wires).sort()).toEqual([
      'b.conv:out>twin:in',
      'begin:out>b.conv:in',
      'conv:out>end:in',
      'twin:out>conv:in',
    ]);
    // The first of them, which is fed, stands where the block stood.
    expect(flat.layout).toEqual({ 'b.conv': { x: 1000, y: 500 }, twin: { x: 1200, y: 485 } });
    expect(flat.blocks).toEqual({});
  });

  it('stand in a row where the definition has no places, and nowhere where the block has none', () => {
    const bare = { ...design, blocks: { own: { ...own, layout: {} } } };
    expect(produce(bare, unpackBlock('b')).layout).toEqual({
      'b.conv': { x: 1000, y: 500 },
      twin: { x: 1210, y: 500 },
    });
    expect(produce({ ...design, layout: {} }, unpackBlock('b')).layout).toEqual({});
  });

  it('stand in a row where the block repeats', () => {
    const twice = { ...design, nodes: { b: use('own', 2) }, wires: {} };
    expect(produce(twice, unpackBlock('b'))).toMatchObject({
      nodes: { 'b.0': use('own'), 'b.1': use('own') },
      layout: { 'b.0': { x: 1000, y: 500 }, 'b.1': { x: 1210, y: 500 } },
    });
  });

  it('come in the order in which the block lists them', () => {
    const turned = block({ ...ends, last: relu, first: relu }, 'in>first', 'first>last', 'last>out');
    const listed = { ...design, blocks: { own: turned } };
    expect(Object.keys(produce(listed, unpackBlock('b')).nodes)).toEqual([
      'begin',
      'last',
      'first',
      'conv',
      'end',
    ]);
  });

  it('are unpacked alone where whose weights they should have is not there', () => {
    const lost = { ...use('own'), weights: 'gone' };
    const flat = produce({ ...design, nodes: { b: lost, b2: lost }, wires: {} }, unpackBlock('b'));
    expect(Object.keys(flat.nodes)).toEqual(['conv', 'twin', 'b2']);
  });

  it('take the bypass of the block, and what shares its weights has its own', () => {
    const skipped = produce(design, (draft) => {
      draft.nodes.b!.bypass = true;
      addNode('b2', { ...use('own'), weights: 'b' })(draft);
    });
    const flat = produce(skipped, unpackBlock('b'));
    expect(
      Object.entries(flat.nodes).map(([id, { bypass, weights }]) => [id, bypass === true, weights]),
    ).toEqual([
      ['begin', false, undefined],
      ['b.conv', true, undefined],
      ['twin', true, 'b.conv'],
      ['conv', false, undefined],
      ['end', false, undefined],
      ['b2.conv', false, 'b.conv'],
      // Of the one that has them, not of one that shares them itself.
      ['b2.twin', true, 'b.conv'],
    ]);
  });

  const nested: Pick<Design, 'nodes' | 'blocks'> = {
    nodes: { x: use('outer', 2), y: use('own'), z: relu, lost: use('nobody') },
    blocks: { own, outer: row({ a: use('own'), b: use('own', 2) }), unused: row({}) },
  };

  it('lie under every copy of it', () => {
    expect(pathsOfBlock(nested, 'own')).toEqual([
      'x/0/a',
      'x/0/b/0',
      'x/0/b/1',
      'x/1/a',
      'x/1/b/0',
      'x/1/b/1',
      'y',
    ]);
    expect(pathsOfBlock(nested, 'outer')).toEqual(['x/0', 'x/1']);
    expect(pathsOfBlock(nested, 'unused')).toEqual([]);
  });

  it('move in every copy of it', () => {
    expect([...movesInside(nested, 'outer', new Map([['a/conv', 'a']]))!]).toEqual([
      ['x/0/a/conv', 'x/0/a'],
      ['x/1/a/conv', 'x/1/a'],
    ]);
    expect(movesInside(nested, 'outer', undefined)).toBeUndefined();
  });
});

describe('weights of several nodes', () => {
  const nodes: Nodes = {
    a: newNode('conv2d'),
    b: { ...newNode('conv2d'), weights: 'a' },
    c: { ...newNode('conv2d'), weights: 'a' },
    d: newNode('conv2d'),
  };
  it('are known from each of them', () => {
    expect(['a', 'b', 'd', 'nobody'].map((id) => ownerOf(nodes, id))).toEqual(['a', 'a', 'd', 'nobody']);
    expect(sharersOf(nodes, 'a')).toEqual(['b', 'c']);
    expect(sharersOf(nodes, 'b')).toEqual([]);
    expect(twinsOf(nodes, 'c')).toEqual(['a', 'b', 'c']);
    expect(twinsOf(nodes, 'd')).toEqual([]);
  });
});

describe('edits of blocks', () => {
  const blocks: BlockDefinitions = { a: row({ relu }), b: holding('a') };
  const design: Design = {
    ...emptyDesign,
    ...graph({ x: use('b'), y: use('a'), z: use('a') }),
    blocks,
  };
  const kindIn = ({ blocks: { a } }: Design): NodeKind | undefined => a?.nodes.relu?.kind;

  it('are edits of a design, done inside', () => {
    const changed = produce(design, inBlock('a', addNode('relu', newNode('tanh'), { x: 3, y: 4 })));
    expect(kindIn(changed)).toBe('tanh');
    expect(changed.blocks.a!.layout).toEqual({ relu: { x: 3, y: 4 } });
    expect(changed.nodes).toBe(design.nodes);
    expect(changed.blocks.b).toBe(blocks.b);
    expect(produce(design, inBlock('nobody', removeNodes(['relu'])))).toBe(design);
    // What replaces a record, and what is not the block's, lands where it belongs.
    const replaced = produce(
      design,
      inBlock('a', (draft) => {
        draft.nodes = {};
        draft.name = 'new';
      }),
    );
    expect([replaced.blocks.a!.nodes, replaced.name, replaced.nodes]).toEqual([{}, 'new', design.nodes]);
  });

  it('keep a canvas only where something is on it', () => {
    const note = { text: 'n', at: { x: 0, y: 0 }, size: { width: 1, height: 1 }, colour: 'red' } as const;
    const noted = produce(
      design,
      inBlock(
        'a',
        ({ canvas }) =>
          void canvas.notes.push({ ...note, at: { x: 0, y: 0 }, size: { width: 1, height: 1 } }),
      ),
    );
    expect(noted.blocks.a!.canvas).toEqual({ notes: [note], frames: [] });
    const cleared = produce(
      noted,
      inBlock('a', ({ canvas }) => void canvas.notes.splice(0)),
    );
    expect(Object.keys(cleared.blocks.a!)).not.toContain('canvas');
    expect(Object.keys(produce(design, inBlock('a', setParams(['relu'], {}))).blocks.a!)).not.toContain(
      'canvas',
    );
  });

  it('leave blocks that the design still uses where they stood', () => {
    const gone = produce(
      design,
      inBlock('b', (draft) => {
        delete draft.blocks.a;
        draft.blocks.last = row({}) as (typeof draft.blocks)[string];
      }),
    );
    expect(Object.keys(gone.blocks)).toEqual(['a', 'b', 'last']);
    expect(gone.blocks.a).toEqual(blocks.a);
  });

  it('rename, copy and count them wherever they stand', () => {
    const renamed = produce(design, renameBlock('a', 'unit'));
    expect(Object.keys(renamed.blocks)).toEqual(['unit', 'b']);
    expect([renamed.nodes.y!.params.block, renamed.nodes.x!.params.block]).toEqual(['unit', 'b']);
    expect(renamed.blocks.b!.nodes.a!.params.block).toBe('unit');
    for (const [from, to] of [
      ['a', 'a'],
      ['a', 'b'],
      ['nobody', 'c'],
    ] as const)
      expect(produce(design, renameBlock(from, to))).toBe(design);
    expect(['a', 'b', 'nobody'].map((name) => usesOf(design, name))).toEqual([3, 1, 0]);
    const copied = produce(design, ownCopy('y'));
    expect(copied.blocks.a2).toEqual(blocks.a);
    expect([copied.nodes.y!.params.block, copied.nodes.z!.params.block]).toEqual(['a2', 'a']);
    expect(produce(design, ownCopy('nobody'))).toBe(design);
    expect(mayHold(blocks, 'b', 'a')).toBe(true);
    expect(mayHold(blocks, 'a', 'b')).toBe(false);
    expect(mayHold(blocks, 'new', 'b')).toBe(true);
    expect(mayHold(blocks, 'b', 'nobody')).toBe(false);
  });

  it('come with what is pasted, renamed where another has their name', () => {
    const clip = clipOf(design, ['x']);
    expect(Object.keys(clip.blocks)).toEqual(['a', 'b']);
    expect(clip.wires).toEqual([]);
    const other: Design = { ...emptyDesign, blocks: { a: row({ tanh: newNode('tanh') }) } };
    const both = produce(other, paste(clip, pastedIds({}, clip), { x: 0, y: 0 }));
    // b is no name of a block there, but it holds one that is.
    expect(Object.keys(both.blocks)).toEqual(['a', 'a2', 'b']);
    expect(both.blocks.a2).toEqual(blocks.a);
    expect(both.blocks.b!.nodes.a!.params.block).toBe('a2');
    expect(Object.keys(clipOf(design, ['y']).blocks)).toEqual(['a']);
    expect(clipOf({ ...design, blocks: {} }, ['y']).blocks).toEqual({});
  });
});

describe('a design that becomes another', () => {
  it('keeps what is the same in both, and where it stands', () => {
    const params: ParamValues = { channels: 9 };
    const wanted = produce(chain, (draft) => {
      removeNodes(['tanh'])(draft);
      setParams(['conv'], params)(draft);
      addNode('new', newNode('sigmoid'))(draft);
      connect({ node: 'relu', port: 'out' }, { node: 'new', port: 'in' })(draft);
      draft.blocks.own = row({}) as (typeof draft.blocks)[string];
    });
    // The same, but for one object that is equal, as a reader would make it.
    const read = { ...wanted, nodes: { ...wanted.nodes, relu: newNode('relu') }, layout: {} };
    const after = produce(chain, become(read));
    expect({ nodes: after.nodes, wires: after.wires, blocks: after.blocks }).toEqual({
      nodes: wanted.nodes,
      wires: wanted.wires,
      blocks: wanted.blocks,
    });
    expect(after.nodes.relu).toBe(chain.nodes.relu);
    expect(after.nodes.conv).toBe(wanted.nodes.conv);
    const { tanh: _, ...places } = chain.layout;
    expect(after.layout).toEqual(places);
    expect(produce(chain, become(chain))).toBe(chain);
  });
});
