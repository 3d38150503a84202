import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LabelWish, labelsAmong } from '../../shared/layout/labels.ts';
import { layOut } from '../../shared/layout/layout.ts';
import type { Flow, LayoutWire } from '../../shared/layout/model.ts';
import { type Obstacle, routesAmong } from '../../shared/layout/route.ts';
import { zoo } from '../../shared/zoo/index.ts';
import { overgrowth } from '../fuzz/growth.ts';

const [WIDTH, HEIGHT] = [176, 66];
const texts = [
  { width: 62, height: 12 },
  { width: 40, height: 12 },
];

/** A design as the canvas shows it, its labels placed. */
function drawn(ids: readonly string[], links: readonly LayoutWire[], direction: Flow = 'right') {
  const nodes = ids.map((id) => ({ id, width: WIDTH, height: HEIGHT }));
  const laid = layOut(nodes, links, {
    direction,
    aspect: 1.7,
    gap: { along: 84, across: 40, rows: 90 },
  });
  const boxes: Obstacle[] = nodes.map(({ id, width, height }) => ({
    ...laid.places.get(id)!,
    width,
    height,
  }));
  const ends = links.map(({ from, to }) => {
    const [a, b] = [laid.places.get(from)!, laid.places.get(to)!];
    return direction === 'right'
      ? { from: { x: a.x + WIDTH, y: a.y + HEIGHT / 2 }, to: { x: b.x, y: b.y + HEIGHT / 2 } }
      : { from: { x: a.x + WIDTH / 2, y: a.y + HEIGHT }, to: { x: b.x + WIDTH / 2, y: b.y } };
  });
  const ways = routesAmong(boxes, ends, direction).map((route, i) => route ?? [ends[i]!.from, ends[i]!.to]);
  const wishes = ways.map((way): LabelWish => ({ way, texts }));
  return { boxes, wishes, labels: labelsAmong(boxes, wishes) };
}

const overlap = (a: Obstacle, b: Obstacle): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/** Everything that a label lies on. */
function faults({ boxes, wishes, labels }: ReturnType<typeof drawn>): readonly string[] {
  const placed = labels.flatMap((label): Obstacle[] => {
    if (!label) return [];
    const { width, height } = texts[label.text]!;
    return [{ x: label.x - width / 2, y: label.y - height / 2, width, height }];
  });
  const found: string[] = [];
  for (const [i, label] of placed.entries()) {
    if (boxes.some((box) => overlap(box, label))) found.push(`label ${i} lies on a node`);
    if (placed.some((other, j) => j !== i && overlap(other, label))) found.push(`label ${i} lies on another`);
    for (const { way } of wishes)
      for (let at = 1; at < way.length; at++) {
        // A wire crosses a label where a point of it lies inside.
        for (let step = 0; step <= 400; step++) {
          const x = way[at - 1]!.x + ((way[at]!.x - way[at - 1]!.x) * step) / 400;
          const y = way[at - 1]!.y + ((way[at]!.y - way[at - 1]!.y) * step) / 400;
          if (x > label.x && x < label.x + label.width && y > label.y && y < label.y + label.height) {
            found.push(`label ${i} lies on a wire`);
            break;
          }
        }
      }
  }
  return found;
}

describe('no label lies on a node, a wire or another label', () => {
  it.each(zoo.map(({ id, build }) => [id, build] as const))('%s', (_, build) => {
    const { nodes, wires } = build();
    const links = Object.values(wires).map(({ from, to }) => ({ from: from.node, to: to.node }));
    for (const direction of ['right', 'down'] as const) {
      const made = drawn(Object.keys(nodes), links, direction);
      expect(faults(made)).toEqual([]);
      // What is placed nowhere lies on nothing either: most have to be there.
      expect(made.labels.filter((label) => label).length).toBeGreaterThan(0.6 * links.length);
    }
  });

  it('in 200 random designs', () => {
    const designs = fc.tuple(
      fc.integer({ min: 2, max: 24 }),
      fc.array(fc.tuple(fc.nat(23), fc.nat(23)), { maxLength: 30 }),
    );
    fc.assert(
      fc.property(designs, ([count, pairs]) => {
        const ids = Array.from({ length: count }, (_, i) => `n${i}`);
        const chain = ids.slice(1).map((to, i) => ({ from: ids[i]!, to }));
        const extra = pairs
          .map(([a, b]) => [Math.min(a % count, b % count), Math.max(a % count, b % count)] as const)
          .filter(([a, b]) => a < b)
          .map(([a, b]) => ({ from: ids[a]!, to: ids[b]! }));
        expect(faults(drawn(ids, [...chain, ...extra]))).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('the short form is taken where there is no room for the whole, and none where there is none', () => {
    const wish = (length: number): LabelWish => ({
      way: [
        { x: 0, y: 0 },
        { x: length, y: 0 },
      ],
      texts,
    });
    expect(labelsAmong([], [wish(100)])[0]?.text).toBe(0);
    expect(labelsAmong([], [wish(50)])[0]?.text).toBe(1);
    expect(labelsAmong([], [wish(30)])[0]).toBeUndefined();
  });
});

it('the work grows no faster than n·log n', async () => {
  const make = (count: number) => {
    const boxes = Array.from({ length: count }, (_, i) => ({
      x: 260 * (i % 60),
      y: 160 * Math.floor(i / 60),
      width: WIDTH,
      height: HEIGHT,
    }));
    const wishes = boxes.map(
      ({ x, y }): LabelWish => ({
        way: [
          { x: x + WIDTH, y: y + 33 },
          { x: x + 260, y: y + 33 },
        ],
        texts,
      }),
    );
    return { boxes, wishes };
  };
  const [few, many] = [make(1000), make(8000)];
  expect(
    await overgrowth(
      () => labelsAmong(few.boxes, few.wishes),
      () => labelsAmong(many.boxes, many.wishes),
    ),
  ).toBeUndefined();
});
