import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NodeKind } from '../../shared/blocks/index.ts';
import { type Design, type DesignNode, type NodeId, type Wire, wireId } from '../../shared/graph/design.ts';
import { newNode } from '../../shared/graph/edits.ts';
import { reachable, topologyInParts, topologyOf } from '../../shared/graph/topology.ts';
import type { ParamValues } from '../../shared/schema/params.ts';

type Graph = Pick<Design, 'nodes' | 'wires'>;

/** `a>b` from the output to the input of a chain; `a:out1>b:in0` from other ports. */
function wire(text: string): Wire {
  const [from, to] = text.split('>').map((end) => end.split(':')) as [string[], string[]];
  return { from: { node: from[0]!, port: from[1] ?? 'out' }, to: { node: to[0]!, port: to[1] ?? 'in' } };
}

function graph(
  nodes: Readonly<Record<NodeId, NodeKind | readonly [NodeKind, ParamValues]>>,
  ...wires: readonly string[]
): Graph {
  const node = (of: NodeKind | readonly [NodeKind, ParamValues]): DesignNode =>
    typeof of === 'string' ? newNode(of) : newNode(of[0], of[1]);
  return {
    nodes: Object.fromEntries(Object.entries(nodes).map(([id, of]) => [id, node(of)])),
    wires: Object.fromEntries(wires.map((text) => [wireId(wire(text)), wire(text)])),
  };
}

const kinds = ['input', 'relu', 'add', 'split', 'matmul', 'output'] as const satisfies readonly NodeKind[];
const ends = fc.record({
  from: fc.nat(8),
  output: fc.constantFrom('out', 'out', 'out', 'out0', 'out1', 'out7'),
  to: fc.nat(8),
  input: fc.constantFrom('in', 'in', 'in0', 'in1', 'in3', 'in01', 'a', 'b', 'elsewhere'),
});

/** Graphs as files may hold them: cycles, ports that are not there, and ends without a node among them. */
const anyGraph: fc.Arbitrary<Graph> = fc
  .record({
    kinds: fc.array(fc.constantFrom(...kinds), { minLength: 1, maxLength: 8 }),
    ends: fc.array(ends, { maxLength: 14 }),
  })
  .map(({ kinds: chosen, ends: wires }) =>
    graph(
      Object.fromEntries(chosen.map((kind, i) => [`n${i}`, kind])),
      ...wires.map(({ from, output, to, input }) => `n${from}:${output}>n${to}:${input}`),
    ),
  );

/** The wires that join two nodes that are there. */
const joined = ({ nodes, wires }: Graph) =>
  Object.values(wires).filter(({ from, to }) => from.node in nodes && to.node in nodes);
const sourcesOf = (of: Graph, id: NodeId) =>
  joined(of).flatMap(({ from, to }) => (to.node === id ? [from.node] : []));

/** One at a time, of those whose sources are done, the one that waits since the latest; of several the first of the design. */
function orderBySearch(of: Graph): readonly NodeId[] {
  const ids = Object.keys(of.nodes);
  const order: NodeId[] = [];
  for (;;) {
    const ready = ids
      .filter((id) => !order.includes(id) && sourcesOf(of, id).every((each) => order.includes(each)))
      .map((id) => ({ id, since: Math.max(-1, ...sourcesOf(of, id).map((each) => order.indexOf(each))) }));
    const [next] = ready.sort((a, b) => b.since - a.since || ids.indexOf(a.id) - ids.indexOf(b.id));
    if (!next) return order;
    order.push(next.id);
  }
}

describe('the order of a design', () => {
  it('follows a branch to its end before the next one starts', () => {
    const design = graph(
      { input: 'input', b1: 'relu', a1: 'relu', a2: 'relu', b2: 'relu', sum: 'add', end: 'output' },
      ...['input>a1', 'input>b1', 'a1>a2', 'b1>b2', 'a2>sum:in0', 'b2>sum:in1', 'sum>end'],
    );
    const { order, cyclic } = topologyOf(design);
    expect(order).toEqual(['input', 'b1', 'b2', 'a1', 'a2', 'sum', 'end']);
    expect(cyclic).toEqual([]);
  });

  it('leaves out what is on a cycle or behind one, and nothing else', () => {
    const design = graph(
      { before: 'input', x: 'add', y: 'relu', behind: 'relu', aside: 'relu' },
      ...['before>x:in0', 'x>y', 'y>x:in1', 'y>behind', 'before>aside'],
    );
    const { order, cyclic } = topologyOf(design);
    expect([order, cyclic]).toEqual([
      ['before', 'aside'],
      ['x', 'y', 'behind'],
    ]);
  });

  it('is what a search finds, whatever the wires', () => {
    fc.assert(
      fc.property(anyGraph, (of) => {
        const { order, cyclic, into, outOf } = topologyOf(of);
        expect(order).toEqual(orderBySearch(of));
        expect(cyclic).toEqual(Object.keys(of.nodes).filter((id) => !order.includes(id)));
        for (const id of Object.keys(of.nodes)) {
          expect(into.get(id)).toEqual(joined(of).filter(({ to }) => to.node === id));
          expect(outOf.get(id)).toEqual(joined(of).filter(({ from }) => from.node === id));
        }
      }),
      { seed: 21, numRuns: 300 },
    );
  });

  it('is found with a look at the time after every thousand nodes or wires, and no oftener', () => {
    const length = 3000;
    const names = Array.from({ length }, (_, i) => `n${i}`);
    const chain = graph(
      Object.fromEntries(names.map((id) => [id, 'relu'])),
      ...names.slice(1).map((id, i) => `n${i}>${id}`),
    );
    let looks = 0;
    for (const work = topologyInParts(chain); work.next().done !== true; ) looks += 1;
    // Three walks: along the wires, the order and the nodes.
    expect(looks).toBeGreaterThanOrEqual(3 * Math.floor(length / 1024));
    expect(looks).toBeLessThanOrEqual(3 * Math.ceil(length / 1024) + 1);
  });
});

describe('what a node feeds, and is fed by', () => {
  it('is all that paths lead to, itself left out', () => {
    fc.assert(
      fc.property(anyGraph, fc.subarray(Array.from({ length: 8 }, (_, i) => `n${i}`)), (of, start) => {
        const chosen = start.filter((id) => id in of.nodes);
        const topology = topologyOf(of);
        for (const direction of ['after', 'before'] as const) {
          const found = new Set(chosen);
          // As many steps as there are nodes reach all that can be reached.
          for (const _ of Object.keys(of.nodes))
            for (const { from, to } of joined(of)) {
              const [near, far] = direction === 'after' ? [from.node, to.node] : [to.node, from.node];
              if (found.has(near)) found.add(far);
            }
          const expected = [...found].filter((id) => !chosen.includes(id)).sort();
          expect([...reachable(topology, chosen, direction)].sort()).toEqual(expected);
        }
      }),
      { seed: 22, numRuns: 200 },
    );
  });
});

describe('how a node is wired', () => {
  const around = { x: 'input', y: 'input', z: 'input', parts: ['split', { parts: 2 }] } as const;

  it.each<readonly [string, NodeKind, readonly string[], readonly (readonly [string, string?])[], unknown[]]>(
    [
      ['one wire into its one input', 'relu', ['x>it'], [['in', 'x']], []],
      ['no wire', 'relu', [], [['in']], [['input-missing', 'in', 'ReLU needs a wire into "in".']]],
      [
        'two wires into one port, of which the first counts',
        'relu',
        ['x>it', 'y>it'],
        [['in', 'x']],
        [
          [
            'two-wires-into-one-port',
            'in',
            'Two wires end in "in" of it: from x and from y. A port takes one.',
          ],
        ],
      ],
      [
        'a wire into a port that it has not',
        'relu',
        ['x>it:side'],
        [['in']],
        [
          ['port-unknown', 'side', 'ReLU has no input "side", where the wire from x ends.'],
          ['input-missing', 'in', 'ReLU needs a wire into "in".'],
        ],
      ],
      [
        'a wire where it takes none',
        'input',
        ['x>it'],
        [],
        [['port-unknown', 'in', 'Input has no input "in", where the wire from x ends.']],
      ],
      [
        'a wire from an output that is not there',
        'relu',
        ['parts:out2>it'],
        [['in', 'parts']],
        [['port-unknown', 'in', 'parts has no output "out2", where the wire into "in" starts.']],
      ],
      ['a wire from a second output', 'relu', ['parts:out1>it'], [['in', 'parts']], []],
      [
        'two inputs of their own names',
        'matmul',
        ['y>it:b', 'x>it:a'],
        [
          ['a', 'x'],
          ['b', 'y'],
        ],
        [],
      ],
      [
        'the second of two inputs alone',
        'matmul',
        ['y>it:b'],
        [['a'], ['b', 'y']],
        [['input-missing', 'a', expect.stringContaining('"a"')]],
      ],
      [
        'as many wires as it asks for',
        'add',
        ['y>it:in1', 'x>it:in0'],
        [
          ['in0', 'x'],
          ['in1', 'y'],
        ],
        [],
      ],
      [
        'gaps between its wires, in the order of the numbers',
        'add',
        ['x>it:in10', 'y>it:in2', 'z>it:in99999'],
        [
          ['in2', 'y'],
          ['in10', 'x'],
          ['in99999', 'z'],
        ],
        [],
      ],
      [
        'one wire where it asks for two',
        'add',
        ['x>it:in1'],
        [['in1', 'x'], ['in0']],
        [['input-missing', 'in0', 'Add needs a wire into "in0".']],
      ],
      [
        'no wire where it asks for two',
        'add',
        [],
        [['in0'], ['in1']],
        [
          ['input-missing', 'in0', 'Add needs a wire into "in0".'],
          ['input-missing', 'in1', 'Add needs a wire into "in1".'],
        ],
      ],
      [
        'numbers that are none',
        'add',
        ['x>it:in0', 'y>it:in1', 'z>it:in01', 'z>it:in100000', 'z>it:other1', 'z>it:in'],
        [
          ['in0', 'x'],
          ['in1', 'y'],
        ],
        ['in01', 'in100000', 'other1', 'in'].map((port) => [
          'port-unknown',
          port,
          `Add has no input "${port}", where the wire from z ends.`,
        ]),
      ],
    ],
  )('%s', (_, kind, wires, ports, problems) => {
    const wiring = topologyOf(graph({ ...around, it: kind }, ...wires)).wirings.get('it')!;
    expect(wiring.ports.map(({ name, wire: by }) => (by ? [name, by.from.node] : [name]))).toEqual(ports);
    expect(wiring.problems.map(({ code, where, message }) => [code, where.port, message])).toEqual(problems);
    for (const { where, hint } of wiring.problems) {
      expect(where.node).toBe('it');
      expect(hint).toMatch(/^\S.{5,}\.$/);
    }
  });

  it('says which ports a wire could end in', () => {
    const hints = (kind: NodeKind) =>
      topologyOf(graph({ x: 'input', it: kind }, 'x>it:side')).wirings.get('it')!.problems[0]!.hint;
    expect(hints('matmul')).toBe('Connect it to a or b.');
    expect(hints('add')).toBe('Connect it to in0 or in1.');
    expect(hints('input')).toBe('Input takes no wires: remove this one.');
  });
});

describe('the topology of a design that changed', () => {
  const change = fc.record({
    act: fc.constantFrom('node', 'turn', 'cut', 'swap'),
    a: fc.nat(99),
    b: fc.nat(99),
  });

  function changed(of: Graph, { act, a, b }: { act: string; a: number; b: number }): Graph {
    const ids = Object.keys(of.nodes);
    const id = ids[a % ids.length]!;
    const wires = Object.values(of.wires);
    const at = a % Math.max(1, wires.length);
    if (act === 'node') return { ...of, nodes: { ...of.nodes, [id]: newNode(kinds[b % kinds.length]!) } };
    const [one] = wires.slice(at);
    if (!one) return of;
    const source = { node: ids[b % ids.length]!, port: 'out' };
    const next =
      act === 'cut'
        ? wires.toSpliced(at, 1)
        : act === 'swap'
          ? [...wires.toSpliced(at, 1), one]
          : wires.toSpliced(at, 1, { from: source, to: one.to });
    return { ...of, wires: Object.fromEntries(next.map((each) => [wireId(each), each])) };
  }

  it('is what one from nothing is, and what is wired as it was is the same', () => {
    fc.assert(
      fc.property(anyGraph, fc.array(change, { maxLength: 3 }), (before, changes) => {
        const after = changes.reduce(changed, before);
        const [known, fresh] = [topologyOf(before), topologyOf(after)];
        const followed = topologyOf(after, { graph: before, topology: known });
        expect(followed).toEqual(fresh);
        for (const id of Object.keys(after.nodes)) {
          const [was, is] = [before, after].map((of) => joined(of).filter(({ to }) => to.node === id)) as [
            Wire[],
            Wire[],
          ];
          const same =
            before.nodes[id] === after.nodes[id] &&
            was.length === is.length &&
            was.every((each, i) => each === is[i]) &&
            is.every(({ from }) => before.nodes[from.node] === after.nodes[from.node]);
          expect(followed.wirings.get(id) === known.wirings.get(id)).toBe(same);
        }
      }),
      { seed: 23, numRuns: 300 },
    );
  });
});
