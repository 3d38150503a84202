import { produce } from 'immer';
import { describe, expect, it } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import { clipOf, paste, pastedIds } from '../../shared/graph/clip.ts';
import { type Design, emptyDesign, wireBetween, wireId } from '../../shared/graph/design.ts';
import {
  addNode,
  connect,
  type Edit,
  freeInput,
  freshId,
  insertOnWire,
  newNode,
  pinBaseline,
  removeAndBridge,
  removeNodes,
  rename,
  setLimit,
  suppress,
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
    ['relu', { relu7: 0 }, 'relu7', 'relu2'],
    ['relu', {}, 'relu7', 'relu7'],
  ] as const)('%s beside %j is called well', (kind, nodes, wanted, expected) => {
    expect(freshId(nodes, kind, wanted)).toBe(expected);
  });
});

describe('edits', () => {
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
