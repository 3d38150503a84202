import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Design } from '../../shared/graph/design.ts';
import { layOut } from '../../shared/layout/layout.ts';
import { routesAmong } from '../../shared/layout/route.ts';
import { zoo } from '../../shared/zoo/index.ts';
import { overgrowth } from '../fuzz/growth.ts';
import { faultsIn } from './crossings.ts';

const WIDTH = 176;
const HEIGHT = 66;

/** A design as the canvas shows it: laid out, its wires routed among the boxes. */
function routed(
  ids: readonly string[],
  links: readonly { readonly from: string; readonly to: string }[],
  down: boolean,
) {
  const nodes = ids.map((id) => ({ id, width: WIDTH, height: HEIGHT }));
  const direction = down ? 'down' : 'right';
  const laid = layOut(nodes, links, { direction, aspect: 1.7, gap: { along: 84, across: 40, rows: 90 } });
  const boxes = nodes.map((node) => ({ ...node, ...laid.places.get(node.id)! }));
  const byId = new Map(boxes.map((box) => [box.id, box]));
  const ends = links.map(({ from, to }) => {
    const [a, b] = [byId.get(from)!, byId.get(to)!];
    return down
      ? { from: { x: a.x + WIDTH / 2, y: a.y + HEIGHT }, to: { x: b.x + WIDTH / 2, y: b.y } }
      : { from: { x: a.x + WIDTH, y: a.y + HEIGHT / 2 }, to: { x: b.x, y: b.y + HEIGHT / 2 } };
  });
  const ways = routesAmong(boxes, ends, direction);
  const routes = ways.map((points, i) => ({ points: points ?? [ends[i]!.from, ends[i]!.to] }));
  // The straight way is drawn as a curve; where it is free it crosses nothing.
  const bent = links.filter((_, i) => ways[i]);
  const faults = faultsIn({ ...laid, routes: routes.filter((_, i) => ways[i]) }, nodes, bent);
  return faults.filter((fault) => fault.includes('crosses'));
}

describe('wires on the canvas cross no node', () => {
  const inBothDirections = ({ nodes, wires }: Design): readonly string[] => {
    const links = Object.values(wires).map(({ from, to }) => ({ from: from.node, to: to.node }));
    return [false, true].flatMap((down) => routed(Object.keys(nodes), links, down));
  };

  it.each(zoo.map(({ id, build }) => [id, build] as const))('%s', (_, build) => {
    expect(inBothDirections(build())).toEqual([]);
  });

  it('in 200 random designs', () => {
    const designs = fc.tuple(
      fc.integer({ min: 2, max: 40 }),
      fc.array(fc.tuple(fc.nat(39), fc.nat(39)), { maxLength: 60 }),
      fc.boolean(),
    );
    fc.assert(
      fc.property(designs, ([count, pairs, down]) => {
        const ids = Array.from({ length: count }, (_, i) => `n${i}`);
        const chain = ids.slice(1).map((to, i) => ({ from: ids[i]!, to }));
        const extra = pairs
          .map(([a, b]) => [Math.min(a % count, b % count), Math.max(a % count, b % count)] as const)
          .filter(([a, b]) => a < b)
          .map(([a, b]) => ({ from: ids[a]!, to: ids[b]! }));
        expect(routed(ids, [...chain, ...extra], down)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});

it('the work grows no faster than n·log n', async () => {
  const make = (size: number) => {
    const ids = Array.from({ length: size }, (_, i) => `n${i}`);
    const links = ids.flatMap((to, i) => [
      ...(i > 0 ? [{ from: ids[i - 1]!, to }] : []),
      ...(i > 3 && i % 3 === 0 ? [{ from: ids[i - 3]!, to }] : []),
    ]);
    return { ids, links };
  };
  const [few, many] = [make(500), make(4000)];
  const places = ({ ids }: typeof few) =>
    new Map(ids.map((id, i) => [id, { x: 260 * (i % 60), y: 200 * Math.floor(i / 60) }]));
  const work = (of: typeof few) => {
    const at = places(of);
    const boxes = [...at.values()].map((point) => ({ ...point, width: WIDTH, height: HEIGHT }));
    const ends = of.links.map(({ from, to }) => ({
      from: { x: at.get(from)!.x + WIDTH, y: at.get(from)!.y + 33 },
      to: { x: at.get(to)!.x, y: at.get(to)!.y + 33 },
    }));
    return routesAmong(boxes, ends, 'right');
  };
  expect(
    await overgrowth(
      () => work(few),
      () => work(many),
    ),
  ).toBeUndefined();
});

it('leads the shortest of many branches, and the longest straight where the work has reached its bound', () => {
  const rows = Array.from({ length: 200 }, (_, i) => 100 * i);
  const boxes = rows.flatMap((y) => [0, 300].map((x) => ({ x, y, width: 160, height: 60 })));
  const branches = rows.map((y) => ({ from: { x: 160, y: y + 30 }, to: { x: 900, y: 10_000 + y / 100 } }));
  const short = { from: { x: 160, y: 30 }, to: { x: 500, y: 32 } };
  const led = (most?: number) =>
    routesAmong(boxes, [short, ...branches], 'right', most).map((route) => route !== undefined);
  expect(led()).not.toContain(false);
  const bounded = led(100);
  expect(bounded.length).toBe(201);
  expect(bounded[0]).toBe(true);
  expect(bounded).toContain(false);
});
