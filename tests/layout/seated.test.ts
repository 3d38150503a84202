import { produce } from 'immer';
import { expect, it } from 'vitest';
import { boxesOf } from '../../renderer/layout/boxes.ts';
import { seated } from '../../renderer/layout/seated.ts';
import { analyze } from '../../shared/analysis/analyze.ts';
import { type Design, emptyDesign, wireBetween, wireId } from '../../shared/graph/design.ts';
import { newNode } from '../../shared/graph/edits.ts';
import { remediesFor } from '../../shared/lint/remedies.ts';

/** A map before a fully connected layer: a flatten or an average between them mends it. */
const wires = [wireBetween('input', 'fc'), wireBetween('fc', 'output')];
const design: Design = {
  ...emptyDesign,
  nodes: {
    input: newNode('input', { shape: [3, 8, 8] }),
    fc: newNode('linear'),
    output: newNode('output'),
  },
  wires: Object.fromEntries(wires.map((wire) => [wireId(wire), wire])),
  layout: { input: { x: 1000, y: 500 }, fc: { x: 1260, y: 500 }, output: { x: 1520, y: 500 } },
};

it.each(['right', 'down'] as const)(
  'what mends a design stands near its wires and on no node, %s',
  (direction) => {
    const analysis = analyze(design);
    const remedies = remediesFor(design, analysis, analysis.problems[0]!);
    expect(remedies.length).toBeGreaterThan(0);
    for (const { edit } of remedies) {
      const after = produce(design, seated(edit, direction));
      const [added, ...more] = Object.keys(after.nodes).filter((id) => !design.nodes[id]);
      expect(more).toEqual([]);
      const boxes = boxesOf(after, Object.keys(after.nodes), direction);
      const box = boxes.get(added!)!;
      for (const [id, other] of boxes) {
        if (id === added) continue;
        const across = box.x < other.x + other.width && other.x < box.x + box.width;
        const down = box.y < other.y + other.height && other.y < box.y + box.height;
        expect(across && down).toBe(false);
        expect(after.layout[id]).toEqual(design.layout[id]);
      }
      // Between the two in the flow, a row or so above or below.
      expect(Math.abs(box.x - 1130)).toBeLessThanOrEqual(300);
      expect(Math.abs(box.y - 500)).toBeLessThanOrEqual(300);
    }
  },
);
