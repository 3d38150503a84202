import * as fc from 'fast-check';
import { produce } from 'immer';
import { describe, expect, it } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import { compare } from '../../shared/analysis/compare.ts';
import { matchNodes } from '../../shared/analysis/matching.ts';
import { readSpecObject } from '../../shared/formats/spec/read.ts';
import type { Design, NodeId } from '../../shared/graph/design.ts';
import {
  addNode,
  connect,
  insertOnWire,
  newNode,
  removeAndBridge,
  rename,
  setParams,
} from '../../shared/graph/edits.ts';
import { topologyOf } from '../../shared/graph/topology.ts';
import type { ParamValues } from '../../shared/schema/params.ts';
import { zooEntry } from '../../shared/zoo/index.ts';
import { thoroughness } from '../thorough.ts';

const designs = ['vgg16', 'resnet18', 'googlenet', 'squeezenet1_1', 'mobilenet_v2', 'alexnet'].map((id) =>
  zooEntry(id)!.build(),
);

type Planted = {
  readonly kind: 'rename' | 'params' | 'insert' | 'remove' | 'rewire';
  readonly at: number;
  readonly to: number;
};

const planted = fc.record({
  kind: fc.constantFrom('rename', 'rename', 'params', 'insert', 'remove', 'rewire'),
  at: fc.nat(10_000),
  to: fc.nat(10_000),
}) as fc.Arbitrary<Planted>;

/** A design with edits planted in it, and what each node that is still there was called before. */
function edited(
  start: Design,
  script: readonly Planted[],
): { design: Design; names: ReadonlyMap<NodeId, NodeId> } {
  let design = start;
  const names = new Map(Object.keys(start.nodes).map((id) => [id, id]));
  for (const [i, { kind, at, to }] of script.entries()) {
    const inner = Object.keys(design.nodes).filter(
      (id) => !['input', 'output'].includes(design.nodes[id]!.kind),
    );
    const id = inner[at % inner.length];
    if (id === undefined) continue;
    switch (kind) {
      case 'rename': {
        const name = `n${i}_${to}`;
        design = produce(design, rename(id, name));
        names.set(name, names.get(id)!);
        names.delete(id);
        break;
      }
      case 'params': {
        const [param, value] =
          Object.entries(design.nodes[id]!.params).find(
            ([, each]) => typeof each === 'number' && Number.isInteger(each),
          ) ?? [];
        if (param !== undefined)
          design = produce(design, setParams([id], { [param]: Number(value) + 1 + (to % 7) }));
        break;
      }
      case 'insert': {
        const wires = Object.keys(design.wires);
        const name = `new${i}`;
        design = produce(design, addNode(name, newNode(to % 2 ? 'relu' : 'batchNorm')));
        design = produce(design, insertOnWire(wires[at % wires.length]!, name));
        break;
      }
      case 'remove':
        design = produce(design, removeAndBridge([id]));
        names.delete(id);
        break;
      case 'rewire': {
        // From a node that stands before it, so that there is no circle.
        const { order } = topologyOf(design);
        const wire = Object.values(design.wires).filter((each) => each.to.node === id)[0];
        const earlier = order
          .slice(0, order.indexOf(id))
          .filter((each) => design.nodes[each]!.kind !== 'output');
        const source = earlier[to % Math.max(1, earlier.length)];
        if (wire && source) design = produce(design, connect({ node: source, port: 'out' }, wire.to));
        break;
      }
    }
  }
  names.forEach((_, name) => {
    if (!design.nodes[name]) names.delete(name);
  });
  return { design, names };
}

/** Over many scripts, the share of what is matched that is right, and of what is right that is matched. */
function judged(seed: number, scripts: number, edits: number) {
  const counts = { right: 0, matched: 0, there: 0 };
  const arbitrary = fc.tuple(
    fc.constantFrom(...designs),
    fc.array(planted, { minLength: 1, maxLength: edits }),
  );
  for (const [start, script] of fc.sample(arbitrary, { numRuns: scripts, seed })) {
    const { design, names } = edited(start, script);
    const pairs = matchNodes(analyze(start), analyze(design));
    for (const [a, b] of pairs) if (names.get(b.id) === a.id) counts.right++;
    counts.matched += pairs.size;
    counts.there += names.size;
  }
  return { precision: counts.right / counts.matched, recall: counts.right / counts.there };
}

describe('matching two designs', () => {
  // A thousand scripts where there is time.
  it('finds planted edits again', () => {
    const { precision, recall } = judged(18, thoroughness > 0 ? 1000 : 120, 12);
    expect(precision).toBeGreaterThanOrEqual(0.95);
    expect(recall).toBeGreaterThanOrEqual(0.95);
  });

  it.each(designs.map((design) => [design.name, design] as const))(
    '%s with every name another is itself',
    (_, start) => {
      const design = Object.keys(start.nodes).reduce(
        (now, id, i) => produce(now, rename(id, `other${i}`)),
        start,
      );
      const order = Object.keys(start.nodes);
      const pairs = matchNodes(analyze(start), analyze(design));
      expect(pairs.size).toBe(order.length);
      for (const [a, b] of pairs) expect(b.id).toBe(`other${order.indexOf(a.id)}`);
    },
  );

  it('finds of VGG-16 with batch norm what was added, and nothing else', () => {
    const { rows } = compare(analyze(zooEntry('vgg16')!.build()), analyze(zooEntry('vgg16_bn')!.build()));
    const changed = rows.filter(({ change }) => change !== 'same');
    expect(changed.map(({ change, after }) => `${change} ${after?.kind}`)).toEqual(
      Array(13).fill('added batchNorm'),
    );
  });

  it('finds of ResNet-50 twice as wide that sixteen blocks are wider', () => {
    const { rows } = compare(
      analyze(zooEntry('resnet50')!.build()),
      analyze(zooEntry('wide_resnet50_2')!.build()),
    );
    const changed = rows.filter(({ change }) => change !== 'same');
    expect(changed).toHaveLength(16);
    for (const { change, before, after } of changed) {
      expect(change).toBe('changed');
      expect(before?.id).toBe(after?.id);
    }
  });
});

describe('matching by what is around', () => {
  type Node = readonly [id: string, kind: string, params: ParamValues, from?: string];
  const of = (nodes: readonly Node[]) => {
    const read = readSpecObject({
      netwright: 3,
      nodes: nodes.map(([id, kind, params, from]) => ({ id, kind, params, ...(from ? { from } : {}) })),
    });
    if (!read.ok) throw new Error(read.problems[0]?.message);
    return analyze(read.value);
  };
  const pairs = (left: readonly Node[], right: readonly Node[]) =>
    [...matchNodes(of(left), of(right))].map(([a, b]) => `${a.id} ${b.id}`).sort();
  const input: Node = ['x', 'input', { shape: [3, 8, 8] }];
  const convs = (name: string, count: number, channels: number, from: string): readonly Node[] =>
    Array.from({ length: count }, (_, i) => [`${name}${i}`, 'conv2d', { channels }, from]);
  const same = (left: string, right: string, count: number) =>
    Array.from({ length: count }, (_, i) => `${left}${i} ${right}${i}`);

  it('of many that one feeds, those with the same parameters are each other, in their order', () => {
    const left = [input, ...convs('a', 20, 8, 'x'), ...convs('b', 20, 16, 'x')];
    const right = [input, ...convs('q', 20, 16, 'x'), ...convs('p', 21, 8, 'x')];
    expect(pairs(left, right)).toEqual(['x x', ...same('a', 'p', 20), ...same('b', 'q', 20)].sort());
  });

  it('what two feed are told apart by them, wherever they stand', () => {
    const of = (relu: string, tanh: string, turned: boolean) => {
      const first: readonly Node[] = [[`${relu}f`, 'relu', {}, 'x'], ...convs(relu, 2, 8, `${relu}f`)];
      const second: readonly Node[] = [[`${tanh}f`, 'tanh', {}, 'x'], ...convs(tanh, 2, 8, `${tanh}f`)];
      return [input, ...(turned ? [...second, ...first] : [...first, ...second])];
    };
    expect(pairs(of('r', 't', false), of('s', 'u', true))).toEqual(
      ['x x', 'rf sf', 'tf uf', ...same('r', 's', 2), ...same('t', 'u', 2)].sort(),
    );
  });

  it('of many of which none has the parameters that it had, all are matched in their order', () => {
    const left = [input, ...convs('a', 40, 8, 'x')];
    expect(pairs(left, [input, ...convs('p', 40, 16, 'x')])).toEqual(['x x', ...same('a', 'p', 40)].sort());
  });

  it('what has its like only among those that are matched already is found wherever it stands', () => {
    const loose = (...ids: readonly string[]): readonly Node[] =>
      ids.map((id) => [id, id < 'm' ? 'relu' : 'tanh', {}]);
    // a and z keep their names; b is c, and p is q, in another order than before.
    expect(pairs(loose('a', 'b', 'p', 'z'), loose('a', 'q', 'c', 'z'))).toEqual(['a a', 'b c', 'p q', 'z z']);
  });

  it('what differs in nothing but what comes into it is told apart by that', () => {
    const sums = {
      pq: ['relu', 'tanh'],
      pp: ['relu', 'relu'],
      qq: ['tanh', 'tanh'],
      qp: ['tanh', 'relu'],
    } as const;
    type Name = keyof typeof sums;
    const design = (prefix: string, order: readonly Name[]) => {
      const nodes = order.flatMap((name) => {
        const id = (part: string): string => `${prefix}${name}${part}`;
        return [
          ...sums[name].flatMap((kind, i) => [
            { id: id(`x${i}`), kind: 'input', params: { shape: [2, 4, 4] } },
            { id: id(`f${i}`), kind, from: id(`x${i}`) },
          ]),
          { id: id(''), kind: 'add', from: [id('f0'), id('f1')] },
          { id: id('y'), kind: 'output', from: id('') },
        ];
      });
      const read = readSpecObject({ netwright: 3, nodes });
      if (!read.ok) throw new Error(read.problems[0]?.message);
      return analyze(read.value);
    };
    const found = [
      ...matchNodes(design('a', ['pq', 'pp', 'qq', 'qp']), design('b', ['qp', 'qq', 'pp', 'pq'])),
    ]
      .filter(([{ node }]) => node.kind === 'add')
      .map(([a, b]) => [a.id.slice(1), b.id.slice(1)]);
    expect(found.sort()).toEqual([
      ['pp', 'pp'],
      ['pq', 'pq'],
      ['qp', 'qp'],
      ['qq', 'qq'],
    ]);
  });

  it('what nothing else tells apart is matched by the longest order that both sides have', () => {
    const kinds = ['conv2d', 'convTranspose2d', 'conv1d'] as const;
    const order = fc.array(fc.constantFrom(0, 1, 2), { maxLength: 9 });
    /** Nodes that are wired to nothing, each with parameters of its own. */
    const loose = (name: string, order: readonly number[], channels: number): readonly Node[] =>
      order.map((kind, i) => [`${name}${i}`, kinds[kind]!, { channels: channels + i }]);
    fc.assert(
      fc.property(order, order, (left, right) => {
        const found = [...matchNodes(of(loose('a', left, 100)), of(loose('b', right, 200)))].map(([a, b]) => [
          Number(a.id.slice(1)),
          Number(b.id.slice(1)),
        ]);
        for (const [i, [a, b]] of found.entries()) {
          expect(left[a!]).toBe(right[b!]);
          if (i > 0) for (const side of [0, 1]) expect(found[i]![side]).toBeGreaterThan(found[i - 1]![side]!);
        }
        expect(found).toHaveLength(longest(left, right));
      }),
      { numRuns: 150, seed: 6 },
    );
  });
});

/** The length of the longest common subsequence, by its definition. */
function longest([a, ...left]: readonly number[], right: readonly number[]): number {
  if (a === undefined) return 0;
  const at = right.indexOf(a);
  const without = longest(left, right);
  return at < 0 ? without : Math.max(without, 1 + longest(left, right.slice(at + 1)));
}
