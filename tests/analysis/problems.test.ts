import { produce } from 'immer';
import { describe, expect, it } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import { inferNode } from '../../shared/analysis/node-facts.ts';
import type { NodeKind } from '../../shared/blocks/index.ts';
import { type Design, emptyDesign, wireId } from '../../shared/graph/design.ts';
import { addNode, connect, type Edit, newNode, setParams } from '../../shared/graph/edits.ts';

const port = (node: string, name = 'out') => ({ node, port: name });

/** input 3×32×32 → conv1 (64, 3×3) → pool1; conv1 → conv2 (128, 3×3, stride 2). */
const base = [
  addNode('input', newNode('input', { shape: [3, 32, 32] })),
  addNode('conv1', newNode('conv2d', { channels: 64, padding: [1, 1, 1, 1] })),
  addNode('pool1', newNode('maxPool')),
  addNode('conv2', newNode('conv2d', { channels: 128, padding: [1, 1, 1, 1], stride: [2, 2] })),
  connect(port('input'), port('conv1', 'in')),
  connect(port('conv1'), port('pool1', 'in')),
  connect(port('conv1'), port('conv2', 'in')),
] as const;

function built(...edits: readonly Edit[]): Design {
  return [...base, ...edits].reduce((design, edit) => produce(design, edit), emptyDesign);
}

/** A wire that no gesture can draw, as a file may hold it. */
const wired =
  (from: string, to: string, toPort: string, fromPort = 'out'): Edit =>
  (draft) => {
    const wire = { from: port(from, fromPort), to: port(to, toPort) };
    draft.wires[wireId(wire)] = wire;
  };

const cases: readonly {
  readonly what: string;
  readonly edits: readonly Edit[];
  readonly at: string;
  readonly code: string;
  /** Where it is told at one of its ports. */
  readonly port?: string;
  /** What a person needs to read in it. */
  readonly says: readonly string[];
}[] = [
  {
    what: 'a kernel larger than the padded input',
    edits: [setParams(['conv2'], { kernel: [3, 40] })],
    at: 'conv2',
    code: 'kernel-larger-than-input',
    says: ['width is 40', '32 + 1 + 1 = 34'],
  },
  {
    what: 'a dilated kernel that no longer fits',
    edits: [setParams(['conv2'], { kernel: [9, 9], dilation: [5, 1] })],
    at: 'conv2',
    code: 'kernel-larger-than-input',
    says: ['height is 41', '9 dilated by 5'],
  },
  {
    what: 'channels that groups do not divide',
    edits: [setParams(['conv2'], { groups: 5 })],
    at: 'conv2',
    code: 'channels-not-divisible',
    says: ['64', '5'],
  },
  {
    what: 'a sum of maps of different shape',
    edits: [
      addNode('sum', newNode('add')),
      connect(port('conv1'), port('sum', 'in0')),
      connect(port('conv2'), port('sum', 'in1')),
    ],
    at: 'sum',
    code: 'shapes-differ',
    says: ['64×32×32', '128×16×16'],
  },
  {
    what: 'a concatenation of maps of different size',
    edits: [
      addNode('cat', newNode('concat')),
      connect(port('conv1'), port('cat', 'in0')),
      connect(port('conv2'), port('cat', 'in1')),
    ],
    at: 'cat',
    code: 'shapes-differ',
    says: ['32×32', '16×16'],
  },
  {
    what: 'more than can be counted exactly',
    // 576·10¹³ taps at 256 positions.
    edits: [setParams(['conv2'], { channels: 1e13 })],
    at: 'conv2',
    code: 'too-large',
    says: ['1.47e+18'],
  },
  {
    what: 'a cycle',
    edits: [
      addNode('sum', newNode('add')),
      connect(port('conv1'), port('sum', 'in0')),
      addNode('relu', newNode('relu')),
      connect(port('sum'), port('relu', 'in')),
      connect(port('relu'), port('sum', 'in1')),
    ],
    at: 'sum',
    code: 'cycle',
    // Into the other one comes what waits for nothing.
    port: 'in1',
    says: ['sum', 'relu'],
  },
  {
    what: 'two wires into one port',
    edits: [wired('input', 'conv2', 'in')],
    at: 'conv2',
    code: 'two-wires-into-one-port',
    says: ['"in" of conv2', 'input', 'conv1'],
  },
  {
    what: 'a wire into a port that does not exist',
    edits: [wired('input', 'conv2', 'mask')],
    at: 'conv2',
    code: 'port-unknown',
    says: ['"mask"', 'input'],
  },
  {
    what: 'a wire from an output that does not exist',
    edits: [addNode('relu', newNode('relu')), wired('conv1', 'relu', 'in', 'indices')],
    at: 'relu',
    code: 'port-unknown',
    says: ['conv1', '"indices"'],
  },
  {
    what: 'a node without its wire',
    edits: [addNode('relu', newNode('relu'))],
    at: 'relu',
    code: 'input-missing',
    says: ['ReLU', '"in"'],
  },
  {
    what: 'a fully connected layer on a map',
    edits: [addNode('fc', newNode('linear')), connect(port('pool1'), port('fc', 'in'))],
    at: 'fc',
    code: 'needs-vector',
    says: ['64×16×16'],
  },
];

describe('what cannot be', () => {
  it.each(cases)('$what is told at its node', ({ edits, at, code, port: end, says }) => {
    const { problems, facts } = analyze(built(...edits));
    const told = problems.find(({ where }) => where.node === at)!;
    expect(told).toMatchObject({ code, where: { node: at, ...(end && { port: end }) } });
    for (const part of says) expect(told.message).toContain(part);
    expect(told.hint).toMatch(/^[A-Z].{10,}\.$/);
    expect(facts.get(at)!.outputs).toBeUndefined();
    // What has nothing to do with it keeps its numbers.
    expect(facts.get('conv1')!.cost!.macs.value).toBe(64 * 32 * 32 * 3 * 9);
    expect(facts.get('pool1')!.outputs).toEqual({ out: [1, 64, 16, 16] });
  });

  it('leaves what lies behind unknown, without a complaint of its own, and counts it', () => {
    const behind = built(
      setParams(['conv2'], { groups: 5 }),
      addNode('relu', newNode('relu')),
      connect(port('conv2'), port('relu', 'in')),
      addNode('fc', newNode('globalAvgPool')),
      connect(port('relu'), port('fc', 'in')),
    );
    const { problems, facts, totals } = analyze(behind);
    expect(problems.map(({ where }) => where.node)).toEqual(['conv2']);
    expect(facts.get('fc')).toMatchObject({ cost: undefined, outputs: undefined, problems: [] });
    expect(totals.unknown).toBe(3);
  });

  it('names a kind that nobody has, where such a node was made all the same', () => {
    const node = { ...newNode('relu'), kind: 'nonsense' as NodeKind };
    const inference = { samples: 1, blocks: {}, count: () => {} };
    expect(() => inferNode('x', node, [], [], inference)).toThrow('nonsense is neither a layer nor a block.');
  });
});
