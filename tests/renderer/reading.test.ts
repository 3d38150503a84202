import { describe, expect, it } from 'vitest';
import { arrange } from '../../renderer/layout/auto-layout.ts';
import { NODE_HEIGHT, NODE_WIDTH } from '../../renderer/layout/geometry.ts';
import { arrangeToRead, directionOf } from '../../renderer/layout/reading.ts';
import { type Design, emptyDesign, wireBetween, wireId } from '../../shared/graph/design.ts';
import { newNode } from '../../shared/graph/edits.ts';
import { zooEntry } from '../../shared/zoo/index.ts';

/** A few steps one after another, each of so many layers beside each other. */
function comb(steps: number, beside: number): Design {
  const nodes: Record<string, Design['nodes'][string]> = { at0: newNode('concat') };
  const wires = [];
  for (let step = 1; step <= steps; step++) {
    nodes[`at${step}`] = newNode('concat');
    for (let i = 0; i < beside; i++) {
      const id = `relu${step}_${i}`;
      nodes[id] = newNode('relu');
      wires.push(wireBetween(`at${step - 1}`, id, 'in'), wireBetween(id, `at${step}`, `in${i}`));
    }
  }
  return { ...emptyDesign, nodes, wires: Object.fromEntries(wires.map((wire) => [wireId(wire), wire])) };
}

/** So many layers in a chain that a shortcut skips altogether: it is drawn in one piece, as a row or as a column. */
function skipping(layers: number): Design {
  const nodes: Record<string, Design['nodes'][string]> = { input: newNode('input') };
  const wires = [];
  for (let i = 0; i < layers; i++) {
    nodes[`relu${i}`] = newNode('relu');
    wires.push(wireBetween(i === 0 ? 'input' : `relu${i - 1}`, `relu${i}`, 'in'));
  }
  nodes.sum = newNode('add');
  wires.push(wireBetween(`relu${layers - 1}`, 'sum', 'in0'), wireBetween('input', 'sum', 'in1'));
  return { ...emptyDesign, nodes, wires: Object.fromEntries(wires.map((wire) => [wireId(wire), wire])) };
}

describe('a design is laid out to be read', () => {
  it.each(['lenet', 'resnet50', 'googlenet'] as const)(
    '%s left to right, as networks are drawn',
    async (id) => {
      const { direction } = await arrangeToRead(arrange, zooEntry(id).build(), 'best');
      expect(direction).toBe('right');
    },
  );

  it.each([2, 3, 4, 5])('left to right, as short as a chain of %d layers', async (layers) => {
    expect((await arrangeToRead(arrange, skipping(layers), 'best')).direction).toBe('right');
  });

  it('left to right, where no cost could be read either way', async () => {
    expect((await arrangeToRead(arrange, skipping(60), 'best')).direction).toBe('right');
  });

  it('the other way, where more of it can be read so', async () => {
    const design = skipping(8);
    const { direction, layout } = await arrangeToRead(arrange, design, 'best');
    expect(direction).toBe('down');
    // Where it stands, it is known again by where it stands.
    expect(directionOf({ ...design, layout })).toBe('down');
  });

  /** What these are in sight with: U-Net names of 26 pixels, a third of which is more than eight. */
  it.each([
    ['unet', 0.32],
    ['fcn8s', 0.31],
    ['vgg16', 0.42],
    ['resnet50', 0.6],
    ['mobilenet_v1_025', 0.3],
  ] as const)('%s so that all of it is in sight at %d of its size or more', async (id, least) => {
    const { layout } = await arrangeToRead(arrange, zooEntry(id).build(), 'best');
    const places = Object.values(layout);
    const [right, bottom] = [Math.max(...places.map(({ x }) => x)), Math.max(...places.map(({ y }) => y))];
    const [left, top] = [Math.min(...places.map(({ x }) => x)), Math.min(...places.map(({ y }) => y))];
    // The canvas of a window of 1440×900, and the air around what is fitted.
    const [across, down] = [(right - left + NODE_WIDTH) * 1.12, (bottom - top + NODE_HEIGHT) * 1.12];
    expect(Math.min(948 / across, 530 / down)).toBeGreaterThanOrEqual(least);
  });

  it.each(['right', 'down'] as const)('%s, where that was chosen for good', async (flow) => {
    for (const design of [comb(1, 12), zooEntry('lenet').build(), emptyDesign]) {
      const { direction, layout } = await arrangeToRead(arrange, design, flow);
      expect(direction).toBe(flow);
      if (Object.keys(design.nodes).length > 0) expect(directionOf({ ...design, layout })).toBe(flow);
    }
  });

  it('an empty one to the right', async () => {
    expect((await arrangeToRead(arrange, emptyDesign, 'best')).direction).toBe('right');
    expect(directionOf(emptyDesign)).toBe('right');
  });
});
