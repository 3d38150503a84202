import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FlowModel } from '../../../renderer/features/canvas/flow-model.ts';
import { Spatial } from '../../../renderer/features/canvas/spatial.ts';
import { analyze } from '../../../shared/analysis/analyze.ts';
import type { Analysis } from '../../../shared/analysis/facts.ts';
import type { Design, Point } from '../../../shared/graph/design.ts';
import { residualNetwork } from '../../bench/large-design.ts';

/** Where nodes stand does not matter to it. */
const analyses = new WeakMap<Design['nodes'], Analysis>();
function analysisOf(design: Design): Analysis {
  const known = analyses.get(design.nodes) ?? analyze(design);
  analyses.set(design.nodes, known);
  return known;
}

/** A design whose nodes stand where they are told, and what the canvas knows of them. */
function drawn(design: Design, model = new FlowModel()) {
  const nodes = model.nodes(design, analysisOf(design), new Set(), 'right');
  const ways = [...model.ways(design.wires).values()];
  return { nodes, ways, spatial: new Spatial(nodes, ways) };
}

const point = fc.record({ x: fc.integer({ min: -500, max: 2500 }), y: fc.integer({ min: -500, max: 2500 }) });
const small = residualNetwork(40);
const ids = Object.keys(small.nodes);
const scattered = fc
  .array(point, { minLength: ids.length, maxLength: ids.length })
  .map((places): Design => ({ ...small, layout: Object.fromEntries(ids.map((id, i) => [id, places[i]!])) }));

function distance({ x, y }: Point, a: Point, b: Point): number {
  const steps = 200;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i <= steps; i++)
    least = Math.min(
      least,
      Math.hypot(x - a.x - ((b.x - a.x) * i) / steps, y - a.y - ((b.y - a.y) * i) / steps),
    );
  return least;
}

describe('what stands where', () => {
  it('finds the node that is drawn last at a point, and the nearest wire, as one who looks at each', () => {
    fc.assert(
      fc.property(scattered, point, (design, at) => {
        const { nodes, ways, spatial } = drawn(design);
        const under = nodes.filter(
          ({ position: { x, y }, width = 0, height = 0 }) =>
            x <= at.x && y <= at.y && x + width >= at.x && y + height >= at.y,
        );
        expect(spatial.nodeAt(at)).toBe(under.at(-1)?.id);
        const near = ways.map(({ points }) =>
          Math.min(...points.slice(1).map((to, i) => distance(at, points[i]!, to))),
        );
        const found = spatial.wayAt(at, 20);
        const least = Math.min(...near);
        if (found === undefined) expect(least).toBeGreaterThan(19);
        else expect(near[ways.findIndex(({ id }) => id === found)]!).toBeLessThan(least + 8);
      }),
      { numRuns: 100 },
    );
  });
});

describe('ways of many wires', () => {
  const large = residualNetwork(700);
  const all = Object.keys(large.nodes);
  const placed: Design = {
    ...large,
    layout: Object.fromEntries(all.map((id, i) => [id, { x: (i % 25) * 260, y: Math.floor(i / 25) * 180 }])),
  };

  it('stay the same objects where a node that moved does not concern them', () => {
    const model = new FlowModel();
    const before = drawn(placed, model);
    const moved = all[300]!;
    const { x, y } = placed.layout[moved]!;
    const after = drawn(
      { ...placed, layout: { ...placed.layout, [moved]: { x: x + 30, y: y + 40 } } },
      model,
    );
    const known = new Set(before.ways);
    const led = after.ways.filter((way) => !known.has(way));
    expect(led.length).toBeGreaterThan(0);
    expect(led.length).toBeLessThan(30);
    for (const { id } of after.ways.filter(({ id }) => id.includes(`${moved}:`)))
      expect(led.some((way) => way.id === id)).toBe(true);
  });

  it('begin and end at the ports of their nodes, wherever those were moved one after another', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(all.length - 1), point), { minLength: 1, maxLength: 6 }),
        (moves) => {
          const model = new FlowModel();
          let design = placed;
          for (const [i, at] of moves) {
            drawn(design, model);
            design = { ...design, layout: { ...design.layout, [all[i]!]: at } };
          }
          const { ways } = drawn(design, model);
          const ends = (made: typeof ways) => made.map(({ id, points }) => [id, points[0], points.at(-1)]);
          expect(ends(ways)).toEqual(ends(drawn(design).ways));
        },
      ),
      { numRuns: 10 },
    );
  });
});
