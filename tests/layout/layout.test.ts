import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layOut } from '../../shared/layout/layout.ts';
import type { Flow, LayoutNode, LayoutWire } from '../../shared/layout/model.ts';
import { zoo, zooEntry } from '../../shared/zoo/index.ts';
import { overgrowth } from '../fuzz/growth.ts';
import { faultsIn } from './crossings.ts';

const gap = { along: 60, across: 30, rows: 60 };
const directions: readonly Flow[] = ['right', 'down'];

function faults(nodes: readonly LayoutNode[], wires: readonly LayoutWire[], direction: Flow, aspect = 1.7) {
  return faultsIn(layOut(nodes, wires, { direction, aspect, gap }), nodes, wires);
}

const label = { width: 40, height: 12 };

/** Any graph at all, rings and nodes without wires among them. */
const anyGraph = fc
  .tuple(
    fc.array(fc.tuple(fc.integer({ min: 20, max: 200 }), fc.integer({ min: 20, max: 120 })), {
      minLength: 1,
      maxLength: 40,
    }),
    fc.array(fc.tuple(fc.nat(39), fc.nat(39), fc.boolean()), { maxLength: 80 }),
    fc.boolean(),
  )
  .map(([sizes, pairs, forward]) => ({
    nodes: sizes.map(([width, height], i): LayoutNode => ({ id: `n${i}`, width, height })),
    wires: pairs
      .map(([a, b, labelled]): LayoutWire => {
        const [from, to] = [a % sizes.length, b % sizes.length];
        const ends = forward ? [Math.min(from, to), Math.max(from, to)] : [from, to];
        return { from: `n${ends[0]}`, to: `n${ends[1]}`, ...(labelled ? { label } : {}) };
      })
      .filter(({ from, to }) => !forward || from !== to),
  }));

describe('no box lies on another and no wire crosses one', () => {
  it.each(zoo.map(({ id, build }) => [id, build] as const))('%s', (_, build) => {
    const { nodes, wires } = build();
    const boxes = Object.keys(nodes).map((id, i) => ({ id, width: 100 + (i % 3) * 30, height: 50 }));
    const links = Object.values(wires).map(({ from, to }) => ({ from: from.node, to: to.node, label }));
    for (const direction of directions) expect(faults(boxes, links, direction)).toEqual([]);
  });

  it('whatever the graph is', () => {
    fc.assert(
      fc.property(
        anyGraph,
        fc.constantFrom(...directions),
        fc.constantFrom(0.2, 1, 4),
        ({ nodes, wires }, direction, aspect) => {
          expect(faults(nodes, wires, direction, aspect)).toEqual([]);
        },
      ),
      { numRuns: 400 },
    );
  });
});

/** A network that goes down and up again: how many nodes each way down has, and each way up, and how many stand between. */
const encoderDecoder = fc
  .array(
    fc.tuple(fc.integer({ min: 2, max: 9 }), fc.integer({ min: 2, max: 9 }), fc.integer({ min: 0, max: 1 })),
    {
      minLength: 2,
      maxLength: 5,
    },
  )
  .chain((levels) => fc.record({ levels: fc.constant(levels), bottom: fc.integer({ min: 4, max: 30 }) }))
  .map(({ levels, bottom }) => {
    const nodes: LayoutNode[] = [];
    const wires: LayoutWire[] = [];
    let last: string | undefined;
    const add = (id: string): string => {
      nodes.push({ id, width: 100 + ((nodes.length * 37) % 90), height: 40 + ((nodes.length * 23) % 50) });
      return id;
    };
    const chain = (name: string, count: number): string => {
      for (let i = 0; i < count; i++) {
        const id = add(`${name}_${i}`);
        if (last !== undefined) wires.push({ from: last, to: id, label });
        last = id;
      }
      return last!;
    };
    const ends = levels.map(([count], i) => chain(`down${i}`, count));
    chain('bottom', bottom);
    for (const [i, [, count, between]] of [...levels.entries()].reverse()) {
      const first = nodes.length;
      chain(`up${i}`, count);
      let source = ends[i]!;
      for (let j = 0; j < between; j++) {
        const id = add(`crop${i}_${j}`);
        wires.push({ from: source, to: id });
        source = id;
      }
      wires.push({ from: source, to: nodes[first]!.id });
    }
    return { nodes, wires, levels };
  });

describe('a network that goes down and up again is drawn as a U', () => {
  it('also where most of it lies at the bottom, as of FCN-8s, which then is no strip', () => {
    const { nodes, wires } = zooEntry('fcn8s').build();
    const boxes = Object.keys(nodes).map((id) => ({ id, width: 176, height: 66 }));
    const links = Object.values(wires).map(({ from, to }) => ({ from: from.node, to: to.node, label }));
    const { places, width, height } = layOut(boxes, links, { direction: 'right', aspect: 1.7, gap });
    const heightOf = (id: string): number => places.get(id)!.y;
    expect(heightOf('fuse_pool3')).toBe(heightOf('pool3'));
    expect(heightOf('fuse_pool4')).toBe(heightOf('pool4'));
    expect(heightOf('score_fr')).toBeGreaterThan(heightOf('conv5_1'));
    expect(width / height).toBeLessThan(3.5);
  });

  it('with each way up at the height of its way down, lower levels lower, and nothing crossed', () => {
    fc.assert(
      fc.property(encoderDecoder, fc.constantFrom(...directions), ({ nodes, wires, levels }, direction) => {
        const layout = layOut(nodes, wires, { direction, aspect: 1.7, gap });
        expect(faultsIn(layout, nodes, wires)).toEqual([]);
        const sizes = new Map(nodes.map((node) => [node.id, node]));
        const middle = (id: string): number => {
          const [{ x, y }, { width, height }] = [layout.places.get(id)!, sizes.get(id)!];
          return direction === 'right' ? y + height / 2 : x + width / 2;
        };
        const heights = levels.map(([count], i) => middle(`down${i}_${count - 1}`));
        for (const [i, height] of heights.entries()) {
          expect(middle(`up${i}_0`)).toBeCloseTo(height, 3);
          if (i > 0) expect(height).toBeGreaterThan(heights[i - 1]!);
        }
        expect(middle('bottom_0')).toBeGreaterThan(heights.at(-1)!);
      }),
      { numRuns: 200 },
    );
  });
});

describe('large networks', () => {
  const chainOf = (size: number, skip: number) => {
    const nodes = Array.from(
      { length: size },
      (_, i): LayoutNode => ({ id: `n${i}`, width: 100, height: 40 }),
    );
    const wires = nodes.flatMap(({ id }, i): LayoutWire[] => [
      ...(i > 0 ? [{ from: `n${i - 1}`, to: id }] : []),
      ...(skip > 0 && i >= skip ? [{ from: `n${i - skip}`, to: id }] : []),
    ]);
    return { nodes, wires };
  };
  const dense = (size: number) => {
    const { nodes, wires } = chainOf(size, 0);
    const extra = nodes.flatMap(({ id }, i) =>
      i % 2 === 0 ? [{ from: id, to: `n${size - 1 - (i >> 1)}` }] : [],
    );
    return { nodes, wires: [...wires, ...extra] };
  };
  const fan = (size: number) => {
    const nodes = Array.from(
      { length: size + 2 },
      (_, i): LayoutNode => ({ id: `n${i}`, width: 100, height: 40 }),
    );
    const middle = nodes.slice(2);
    return {
      nodes,
      wires: middle.flatMap(({ id }) => [
        { from: 'n0', to: id },
        { from: id, to: 'n1' },
      ]),
    };
  };
  it.each<[string, (size: number) => ReturnType<typeof fan>]>([
    ['a chain', (size) => chainOf(size, 0)],
    ['shortcuts', (size) => chainOf(size, 3)],
    ['long shortcuts that cross', dense],
    ['a fan', fan],
    ['nodes alone', (size) => ({ nodes: chainOf(size, 0).nodes, wires: [] })],
    [
      'pairs',
      (size) => ({
        nodes: chainOf(size, 0).nodes,
        wires: chainOf(size, 0).wires.filter((_, i) => i % 2 === 0),
      }),
    ],
  ])('%s: the work grows no faster than n·log n', async (_, make) => {
    const [few, many] = [make(1000), make(8000)];
    const work = ({ nodes, wires }: typeof few) =>
      layOut(nodes, wires, { direction: 'right', aspect: 1.7, gap });
    expect(
      await overgrowth(
        () => work(few),
        () => work(many),
      ),
    ).toBeUndefined();
  });
});
