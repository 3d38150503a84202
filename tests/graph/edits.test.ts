import { produce } from 'immer';
import { describe, expect, it } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import { clipOf, paste, pastedIds } from '../../shared/graph/clip.ts';
import { type Design, emptyDesign, wireBetween, wireId } from '../../shared/graph/design.ts';
import {
  addNode,
  baselineOf,
  connect,
  disconnect,
  type Edit,
  freeInput,
  freshId,
  inOrder,
  insertOnWire,
  moveNodes,
  newNode,
  pinBaseline,
  removeAndBridge,
  removeNodes,
  rename,
  setBatch,
  setBypass,
  setLimit,
  setName,
  setParams,
  setRun,
  suppress,
  unpinBaseline,
  unsuppress,
} from '../../shared/graph/edits.ts';

const from = (node: string, port = 'out') => ({ node, port });

function built(...edits: readonly Edit[]): Design {
  return edits.reduce((design, edit) => produce(design, edit), emptyDesign);
}

/** input → conv → relu */
const chain = built(
  addNode('input', newNode('input', { shape: [3, 8, 8] }), { x: 0, y: 0 }),
  addNode('conv', newNode('conv2d'), { x: 100, y: 0 }),
  addNode('relu', newNode('relu'), { x: 200, y: 0 }),
  connect(from('input'), from('conv', 'in')),
  connect(from('conv'), from('relu', 'in')),
);

const links = ({ wires }: Design): string[] =>
  Object.values(wires)
    .map((wire) => `${wire.from.node}>${wire.to.node}:${wire.to.port}`)
    .sort();

describe('names', () => {
  it.each([
    ['conv2d', {}, undefined, 'conv1'],
    ['conv2d', { conv1: 0, conv2: 0 }, undefined, 'conv3'],
    ['input', {}, undefined, 'input'],
    ['input', { input: 0 }, undefined, 'input2'],
    ['relu', { relu7: 0 }, 'relu7', 'relu8'],
    ['conv2d', { C1: 0, S2: 0, C3: 0, S4: 0, C5: 0 }, 'C3', 'C4'],
    ['conv2d', { conv_3x3: 0 }, 'conv_3x3', 'conv_3x3_2'],
    ['relu', {}, 'relu7', 'relu7'],
    ['input', { input: 0, input2: 0 }, undefined, 'input3'],
    ['relu', { relu: 0 }, 'relu', 'relu2'],
    ['relu', { relu: 0, relu2: 0 }, 'relu', 'relu3'],
    ['maxPool1d', {}, undefined, 'maxPool1'],
  ] as const)('%s beside %j is called well', (kind, nodes, wanted, expected) => {
    expect(freshId(nodes, kind, wanted)).toBe(expected);
  });
});

describe('edits', () => {
  it('several are one that does them in turn', () => {
    const { nodes } = built(
      inOrder(addNode('a', newNode('relu')), rename('a', 'b'), addNode('a', newNode('tanh'))),
    );
    expect(Object.entries(nodes).map(([id, { kind }]) => [id, kind])).toEqual([
      ['b', 'relu'],
      ['a', 'tanh'],
    ]);
  });

  it('connect: a single port gives up the wire it had', () => {
    const design = produce(chain, connect(from('input'), from('relu', 'in')));
    expect(links(design)).toEqual(['input>conv:in', 'input>relu:in']);
  });

  it('connect: a variadic port takes wires side by side', () => {
    let design = produce(chain, addNode('add', newNode('add')));
    for (const source of ['conv', 'relu', 'input']) {
      const port = freeInput(design, 'add')!;
      design = produce(design, connect(from(source), from('add', port)));
    }
    expect(links(design).filter((link) => link.includes('>add'))).toEqual([
      'conv>add:in0',
      'input>add:in2',
      'relu>add:in1',
    ]);
  });

  it('removeNodes takes wires and places with it', () => {
    const design = produce(chain, removeNodes(['conv']));
    expect(design.wires).toEqual({});
    expect(Object.keys(design.layout)).toEqual(['input', 'relu']);
  });

  it('removeAndBridge joins what was before and after, over several nodes too', () => {
    expect(links(produce(chain, removeAndBridge(['conv'])))).toEqual(['input>relu:in']);
    const longer = produce(chain, (draft) => {
      addNode('pool', newNode('maxPool'))(draft);
      connect(from('relu'), from('pool', 'in'))(draft);
    });
    expect(links(produce(longer, removeAndBridge(['conv', 'relu'])))).toEqual(['input>pool:in']);
  });

  it('insertOnWire puts a node between', () => {
    const design = produce(chain, (draft) => {
      addNode('bn', newNode('batchNorm'))(draft);
      insertOnWire(wireId(wireBetween('conv', 'relu')), 'bn')(draft);
    });
    expect(links(design)).toEqual(['bn>relu:in', 'conv>bn:in', 'input>conv:in']);
  });

  it('rename keeps order, wires and place, and never overwrites', () => {
    const design = produce(chain, rename('conv', 'stem'));
    expect(Object.keys(design.nodes)).toEqual(['input', 'stem', 'relu']);
    expect(links(design)).toEqual(['input>stem:in', 'stem>relu:in']);
    expect(Object.entries(design.wires).every(([id, wire]) => id === wireId(wire))).toBe(true);
    expect(design.layout.stem).toEqual({ x: 100, y: 0 });
    expect(produce(chain, rename('conv', 'relu'))).toBe(chain);
  });

  it('paste brings nodes with the wires among them, under names that are free', () => {
    const clip = clipOf(chain, ['conv', 'relu']);
    const ids = pastedIds(chain.nodes, clip);
    const design = produce(chain, paste(clip, ids, { x: 10, y: 20 }));
    expect([...ids]).toEqual([
      ['conv', 'conv2'],
      ['relu', 'relu2'],
    ]);
    expect(links(design)).toEqual(['conv2>relu2:in', 'conv>relu:in', 'input>conv:in']);
    expect(design.layout.conv2).toEqual({ x: 110, y: 20 });
  });

  it('a pinned baseline stays as it was', () => {
    const pinned = produce(chain, (draft) => {
      pinBaseline(chain)(draft);
      setLimit('macs', { kind: 'increase', percent: 5 })(draft);
    });
    const changed = produce(pinned, removeNodes(['relu']));
    expect(Object.keys(changed.budget.baseline!.nodes)).toEqual(['input', 'conv', 'relu']);
    expect(produce(changed, setLimit('macs', undefined)).budget.limits).toEqual({});
  });

  it('a rule is suppressed once, with the last reason', () => {
    const twice = produce(chain, (draft) => {
      suppress('conv', 'vgg-conv-3x3', 'first')(draft);
      suppress('conv', 'vgg-conv-3x3', 'second')(draft);
    });
    expect(twice.nodes.conv!.suppress).toEqual([{ rule: 'vgg-conv-3x3', reason: 'second' }]);
    expect(produce(twice, unsuppress('conv', 'vgg-conv-3x3'))).toEqual(chain);
  });

  it('on nodes that are not there change nothing', () => {
    for (const edit of [
      rename('x', 'y'),
      removeNodes(['x']),
      suppress('x', 'r', ''),
      insertOnWire('x', 'y'),
    ]) {
      expect(produce(chain, edit)).toBe(chain);
    }
    expect(analyze(chain).problems).toEqual([]);
  });
});

describe('the first input that no wire takes', () => {
  const inputs = built(
    addNode('x', newNode('input')),
    addNode('matmul', newNode('matmul')),
    addNode('attention', newNode('attention')),
    addNode('add', newNode('add')),
  );
  const wired = (id: string, ...ports: readonly string[]) =>
    ports.reduce((design, port) => produce(design, connect(from('x'), from(id, port))), inputs);

  it.each<readonly [string, readonly string[], string | undefined]>([
    ['matmul', [], 'a'],
    ['matmul', ['a'], 'b'],
    ['matmul', ['b'], 'a'],
    ['matmul', ['a', 'b'], undefined],
    ['add', [], 'in0'],
    ['add', ['in0', 'in1'], 'in2'],
    // A gap is filled first.
    ['add', ['in0', 'in2'], 'in1'],
    ['attention', ['q', 'k', 'v'], 'mask0'],
    ['attention', ['q', 'v'], 'k'],
    ['x', [], undefined],
    ['nobody', [], undefined],
  ])('of %s with wires into %j is %s', (id, ports, expected) => {
    expect(freeInput(wired(id, ...ports), id)).toBe(expected);
  });
});

describe('what an edit changes, and what it leaves', () => {
  it('parameters of those that are named, with what they were made of', () => {
    const made = produce(chain, (draft) => {
      draft.nodes.conv!.parameters = 7;
      draft.nodes.relu!.parameters = 9;
    });
    const wider = produce(made, setParams(['conv', 'nobody'], { channels: 5 }));
    expect(wider.nodes.conv!.params).toEqual({ ...chain.nodes.conv!.params, channels: 5 });
    expect(wider.nodes.conv!.parameters).toBeUndefined();
    expect(wider.nodes.relu).toBe(made.nodes.relu);
  });

  it('bypass, on and off', () => {
    const skipped = produce(chain, setBypass(['conv', 'nobody'], true));
    expect(skipped.nodes.conv!.bypass).toBe(true);
    expect(produce(skipped, setBypass(['conv'], false))).toEqual(chain);
    expect(Object.keys(produce(skipped, setBypass(['conv'], false)).nodes.conv!)).not.toContain('bypass');
  });

  it('wires that are named', () => {
    expect(links(produce(chain, disconnect(['input:out>conv:in', 'none'])))).toEqual(['conv>relu:in']);
  });

  it('a wire gives way to another into its port alone', () => {
    const design = produce(chain, (draft) => {
      addNode('pair', newNode('matmul'))(draft);
      connect(from('input'), from('pair', 'a'))(draft);
      connect(from('input'), from('pair', 'b'))(draft);
      connect(from('conv'), from('pair', 'a'))(draft);
    });
    expect(links(design).filter((link) => link.includes('pair'))).toEqual(['conv>pair:a', 'input>pair:b']);
  });

  it('places of nodes', () => {
    const moved = produce(chain, moveNodes({ conv: { x: 1, y: 2 } }));
    expect(moved.layout).toEqual({ ...chain.layout, conv: { x: 1, y: 2 } });
    const unplaced = produce(chain, addNode('bn', newNode('batchNorm')));
    expect(unplaced.layout).toEqual(chain.layout);
  });

  it('names, batch and settings of a run', () => {
    expect(produce(chain, setName('LeNet'))).toEqual({ ...chain, name: 'LeNet' });
    expect(produce(chain, setBatch(8))).toEqual({ ...chain, batch: 8 });
    const run = produce(chain, setRun({ classes: ['cat', 'dog'] }));
    expect(run.run).toEqual({ classes: ['cat', 'dog'] });
    expect(produce(run, setRun({ classes: ['hat'] })).run).toEqual({ classes: ['hat'] });
    expect(produce(run, setRun({})).run).toEqual({ classes: ['cat', 'dog'] });
    expect(Object.keys(produce(run, setRun({ classes: undefined })).run)).toEqual([]);
  });

  it('limits, and what they are measured against', () => {
    const pinned = produce(chain, pinBaseline({ ...chain, batch: 4, notes: 'not kept' }));
    expect(pinned.budget.baseline).toEqual({
      name: 'Untitled',
      nodes: chain.nodes,
      wires: chain.wires,
      blocks: {},
      numbers: chain.numbers,
      batch: 4,
    });
    expect(baselineOf(pinned.budget.baseline!)).toEqual(pinned.budget.baseline);
    expect(produce(pinned, unpinBaseline())).toEqual(chain);
    const limited = produce(chain, setLimit('params', { kind: 'absolute', max: 9 }));
    expect(limited.budget.limits).toEqual({ params: { kind: 'absolute', max: 9 } });
  });

  it('rules that are silent, one beside another', () => {
    const two = produce(chain, (draft) => {
      suppress('conv', 'first', 'a')(draft);
      suppress('conv', 'second', 'b')(draft);
    });
    expect(two.nodes.conv!.suppress).toEqual([
      { rule: 'first', reason: 'a' },
      { rule: 'second', reason: 'b' },
    ]);
    expect(produce(two, unsuppress('conv', 'first')).nodes.conv!.suppress).toEqual([
      { rule: 'second', reason: 'b' },
    ]);
    expect(produce(chain, unsuppress('conv', 'first'))).toBe(chain);
  });

  it('a bridge leads to everything that a node fed, and nowhere where nothing fed it', () => {
    const fan = produce(chain, (draft) => {
      addNode('tanh', newNode('tanh'))(draft);
      connect(from('conv'), from('tanh', 'in'))(draft);
    });
    expect(links(produce(fan, removeAndBridge(['conv'])))).toEqual(['input>relu:in', 'input>tanh:in']);
    expect(links(produce(chain, removeAndBridge(['input'])))).toEqual(['conv>relu:in']);
  });

  it('a node goes onto a wire only where it has an input and an output', () => {
    const id = wireId(wireBetween('conv', 'relu'));
    const onto = (kind: 'input' | 'output') =>
      produce(chain, (draft) => {
        addNode('end', newNode(kind))(draft);
        insertOnWire(id, 'end')(draft);
      });
    for (const kind of ['input', 'output'] as const) expect(links(onto(kind))).toEqual(links(chain));
    expect(produce(chain, insertOnWire(id, 'nobody'))).toBe(chain);
    const parted = produce(chain, (draft) => {
      addNode('split', newNode('split'))(draft);
      insertOnWire(id, 'split')(draft);
    });
    expect(Object.keys(parted.wires)).toEqual([
      'input:out>conv:in',
      'conv:out>split:in',
      'split:out0>relu:in',
    ]);
  });
});
