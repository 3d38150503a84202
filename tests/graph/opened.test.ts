import fc from 'fast-check';
import { produce } from 'immer';
import { describe, expect, it } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import { flatten } from '../../shared/analysis/flatten.ts';
import { inBlock } from '../../shared/graph/block-edits.ts';
import { type Design, emptyDesign, type NodeId, type Wire, wireBetween } from '../../shared/graph/design.ts';
import {
  addNode,
  connect,
  disconnect,
  newNode,
  removeNodes,
  setBypass,
  setParams,
} from '../../shared/graph/edits.ts';
import { createOpener, placeInside } from '../../shared/graph/opened.ts';
import { topologyOf } from '../../shared/graph/topology.ts';
import { NetworkBuilder } from '../../shared/zoo/builder.ts';
import { group, groupedAtRandom, ownBlocks } from '../blocks/grouped.ts';
import { randomNetwork } from '../formats/random-network.ts';
import { editOf, whims } from './random-edits.ts';

const opened = (design: Design) => createOpener().update(design, topologyOf(design));

/** What runs, by the names of layers. */
function layersOf(design: Design): unknown {
  const flat = flatten(analyze(design));
  if (!flat.ok) throw new Error(flat.problems[0]!.message);
  const { steps } = flat.value;
  return steps
    .map(({ id, kind, params, inputs, inputDims, outputDims, twin }) => ({
      ...{ id, kind, params, inputDims, outputDims, twin },
      from: inputs.map(({ step, output }) => [steps[step]!.id, output]),
    }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

const links = (wires: Iterable<Wire>): readonly string[] =>
  [...wires].map(({ from, to }) => `${from.node}:${from.port}>${to.node}:${to.port}`).sort();

/** A block that hands on what it is given, as `name`. */
const handsOn = (name: string) => (draft: Parameters<ReturnType<typeof addNode>>[0]) => {
  const wire = wireBetween('in', 'end');
  draft.blocks[name] = {
    nodes: { in: newNode('input'), end: newNode('output') },
    wires: { [`${name}`]: wire },
    layout: {},
  } as (typeof draft.blocks)[string];
};

/** Two parts of a map, of which a block takes the first, and a layer behind it. */
const parts: Design = produce(emptyDesign, (draft) => {
  addNode('input', newNode('input', { shape: [4, 6, 6] }))(draft);
  addNode('split', newNode('split', { axis: 1, parts: 2 }))(draft);
  draft.blocks.unit = {
    nodes: { in: newNode('input'), relu: newNode('relu'), end: newNode('output') },
    wires: { a: wireBetween('in', 'relu'), b: wireBetween('relu', 'end') },
    layout: {},
  } as (typeof draft.blocks)[string];
  addNode('own', newNode('userBlock', { block: 'unit' }))(draft);
  addNode('tanh', newNode('tanh'))(draft);
  addNode('output', newNode('output'))(draft);
  connect({ node: 'input', port: 'out' }, { node: 'split', port: 'in' })(draft);
  connect({ node: 'split', port: 'out0' }, { node: 'own', port: 'in' })(draft);
  connect({ node: 'own', port: 'out' }, { node: 'tanh', port: 'in' })(draft);
  connect({ node: 'tanh', port: 'out' }, { node: 'output', port: 'in' })(draft);
});

describe('a design with its blocks opened', () => {
  const grouped = Array.from(
    { length: 12 },
    (_, seed) => [`random network ${seed}`, groupedAtRandom(randomNetwork(seed), `open ${seed}`)] as const,
  );
  it.each<readonly [string, Design]>([
    ['blocks that repeat, hold others and are bypassed', ownBlocks()],
    ...grouped,
  ])('runs the same layers under the same names: %s', (_, design) => {
    const { design: flat, ownerOf } = opened(design);
    expect(layersOf(flat)).toEqual(layersOf(design));
    for (const [id, node] of Object.entries(flat.nodes)) {
      if (node.kind === 'userBlock') expect(node.bypass).toBe(true);
      expect(ownerOf.get(id)).toBe(id.includes('/') ? id.split('/')[0] : undefined);
    }
    // All else of the design stays.
    expect({ ...flat, nodes: 0, wires: 0 }).toEqual({ ...design, nodes: 0, wires: 0 });
  });

  it('is wired from layer to layer', () => {
    const { design: flat } = opened(parts);
    expect(Object.keys(flat.nodes)).toEqual(['input', 'split', 'own/relu', 'tanh', 'output']);
    expect(links(Object.values(flat.wires))).toEqual([
      'input:out>split:in',
      'own/relu:out>tanh:in',
      'split:out0>own/relu:in',
      'tanh:out>output:in',
    ]);
    // A wire between layers of the design is the design's own.
    expect(flat.wires['input:out>split:in']).toBe(parts.wires['input:out>split:in']);
  });

  it('has no wire to a block inside of another, which is opened as well', () => {
    const { nodes, wires } = opened(ownBlocks()).design;
    const ends = Object.values(wires).flatMap(({ from, to }) => [from.node, to.node]);
    expect(ends.filter((id) => nodes[id] === undefined)).toEqual([]);
  });

  it('has no wire where a block hands on what nothing feeds', () => {
    const design = produce(parts, (draft) => {
      handsOn('idle')(draft);
      addNode('idle', newNode('userBlock', { block: 'idle' }))(draft);
      connect({ node: 'idle', port: 'out' }, { node: 'own', port: 'in' })(draft);
    });
    expect(links(Object.values(opened(design).design.wires))).toEqual([
      'input:out>split:in',
      'own/relu:out>tanh:in',
      'tanh:out>output:in',
    ]);
    const fed = produce(design, connect({ node: 'split', port: 'out1' }, { node: 'idle', port: 'in' }));
    expect(links(Object.values(opened(fed).design.wires))).toContain('split:out1>own/relu:in');
    expect(opened(fed).design.nodes.idle).toBeUndefined();
  });

  it('leaves out wires that no layer takes, and keeps those that are wrong', () => {
    const wrong = produce(parts, (draft) => {
      connect({ node: 'input', port: 'out' }, { node: 'tanh', port: 'side' })(draft);
      connect({ node: 'input', port: 'out' }, { node: 'own', port: 'side' })(draft);
    });
    const { wires } = opened(wrong).design;
    expect(links(Object.values(wires))).toContain('input:out>tanh:side');
    expect(links(Object.values(wires)).some((link) => link.includes('own:side'))).toBe(false);
  });

  it('keeps blocks that are bypassed or cannot be opened', () => {
    const skipped = opened(produce(parts, setBypass(['own'], true))).design;
    expect(skipped.nodes.own).toMatchObject({ kind: 'userBlock', bypass: true });
    expect(links(Object.values(skipped.wires))).toEqual(links(Object.values(parts.wires)));
    const unknown = opened(produce(parts, setParams(['own'], { block: 'nobody' }))).design;
    expect(Object.keys(unknown.nodes)).toEqual(Object.keys(parts.nodes));
    expect(links(Object.values(unknown.wires))).toEqual(links(Object.values(parts.wires)));
  });

  it('knows whose weights are whose', () => {
    const b = new NetworkBuilder();
    b.input(4, 6);
    b.conv('first', 4, 3, { padding: 1 });
    b.conv('second', 4, 3, { padding: 1 });
    b.add('output', 'output');
    const inside = produce(group(b.design('', ''), ['first', 'second']), (draft) => {
      inBlock('block1', (inner) => {
        inner.nodes.second = { ...inner.nodes.second!, weights: 'first' };
      })(draft);
      addNode('twin', { ...newNode('userBlock', { block: 'block1' }), weights: 'block1' })(draft);
    });
    const weights = Object.entries(opened(inside).design.nodes).map(([id, node]) => [id, node.weights]);
    expect(weights).toEqual([
      ['input', undefined],
      ['block1/first', undefined],
      ['block1/second', 'block1/first'],
      ['output', undefined],
      ['twin/first', 'block1/first'],
      ['twin/second', 'block1/first'],
    ]);
  });
});

describe('an opener that follows edits', () => {
  const shown = ({ design, ownerOf }: ReturnType<typeof opened>) => ({
    design: { ...design, wires: links(Object.values(design.wires)) },
    owners: [...ownerOf].sort(),
  });

  it('opens what one from nothing opens, whatever was edited', () => {
    const start = ownBlocks();
    fc.assert(
      fc.property(whims, (sequence) => {
        const opener = createOpener();
        let design = start;
        opener.update(design, topologyOf(design));
        for (const whim of sequence) {
          design = produce(design, editOf(design, whim));
          expect(shown(opener.update(design, topologyOf(design)))).toEqual(shown(opened(design)));
        }
      }),
      { numRuns: 25, seed: 31 },
    );
  });

  /** The same wires, so the same topology. */
  const topology = topologyOf(parts);
  const follow = (...designs: readonly Design[]) => {
    const opener = createOpener();
    return designs.map((design) => opener.update(design, topology).design);
  };

  it('keeps the records of nodes and wires where only a place moved', () => {
    const [before, after] = follow(parts, { ...parts, layout: { tanh: { x: 1, y: 2 } } }) as [Design, Design];
    expect(after.nodes).toBe(before.nodes);
    expect(after.wires).toBe(before.wires);
    expect(after.layout).toEqual({ tanh: { x: 1, y: 2 } });
  });

  it('puts a layer that changed into its place, and keeps the others and the wires', () => {
    const [before, after] = follow(parts, produce(parts, setParams(['split'], { axis: -3 }))) as [
      Design,
      Design,
    ];
    expect(Object.keys(after.nodes)).toEqual(Object.keys(before.nodes));
    expect(after.nodes.split!.params.axis).toBe(-3);
    expect(after.nodes['own/relu']).toBe(before.nodes['own/relu']);
    expect(after.wires).toBe(before.wires);
  });

  it('follows what a block is made of, whether it is bypassed, and back', () => {
    const other = produce(parts, inBlock('unit', addNode('relu', newNode('sigmoid'))));
    const skipped = produce(other, setBypass(['own'], true));
    const found = follow(parts, other, skipped, other, parts);
    expect(found.map(({ nodes }) => nodes['own/relu']?.kind)).toEqual([
      'relu',
      'sigmoid',
      undefined,
      'sigmoid',
      'relu',
    ]);
    expect(found.map(({ nodes }) => Object.keys(nodes).length)).toEqual([5, 5, 5, 5, 5]);
  });

  it('follows what feeds a block', () => {
    const opener = createOpener();
    const fed = (design: Design) =>
      links(Object.values(opener.update(design, topologyOf(design)).design.wires)).filter((link) =>
        link.includes('>own/relu'),
      );
    const from = (node: NodeId, port: string) =>
      produce(parts, connect({ node, port }, { node: 'own', port: 'in' }));
    const open = produce(parts, disconnect(['split:out0>own:in']));
    const handed = produce(parts, (draft) => {
      handsOn('idle')(draft);
      addNode('idle', newNode('userBlock', { block: 'idle' }))(draft);
      connect({ node: 'idle', port: 'out' }, { node: 'own', port: 'in' })(draft);
    });
    const handedOn = produce(handed, connect({ node: 'input', port: 'out' }, { node: 'idle', port: 'in' }));
    expect(
      [parts, from('split', 'out1'), from('input', 'out'), open, handed, handedOn, handed, parts].map(fed),
    ).toEqual([
      ['split:out0>own/relu:in'],
      ['split:out1>own/relu:in'],
      ['input:out>own/relu:in'],
      [],
      [],
      ['input:out>own/relu:in'],
      [],
      ['split:out0>own/relu:in'],
    ]);
  });

  it('keeps the layers of a block that is fed and made as it was', () => {
    const opener = createOpener();
    const of = (design: Design) => opener.update(design, topologyOf(design)).design;
    const before = of(parts);
    // Another topology of the same wires, a node more, and a node less.
    const more = produce(parts, addNode('extra', newNode('relu')));
    const fewer = produce(parts, removeNodes(['tanh']));
    for (const design of [parts, more, fewer])
      expect(of(design).nodes['own/relu']).toBe(before.nodes['own/relu']);
  });
});

describe('the place of a layer inside of blocks', () => {
  it.each<readonly [path: string, trail: readonly NodeId[] | undefined, id: NodeId | undefined]>([
    ['mix', undefined, undefined],
    ['input', [], 'input'],
    ['block2', [], 'block2'],
    // It repeats three times: the copy's number is no node.
    ['block2/1/mix', ['block2'], 'mix'],
    ['block2/0/block1/relu1', ['block2', 'block1'], 'relu1'],
    ['again/mix', ['again'], 'mix'],
    ['again/block1', ['again'], 'block1'],
    ['again/nobody', undefined, undefined],
    ['nobody/mix', undefined, undefined],
    // What comes with the program is shown as one.
    ['res/2/conv1', [], 'res'],
    ['block2/1', undefined, undefined],
  ])('%s', (path, trail, id) => {
    expect(placeInside(ownBlocks(), path)).toEqual(trail && { trail, id });
  });
});
