import { describe, expect, it } from 'vitest';
import { analyze } from '../../../shared/analysis/analyze.ts';
import { outlineOpened } from '../../../shared/formats/pictures/opened-outline.ts';
import { collapseRepeats } from '../../../shared/formats/pictures/repeats.ts';
import { placeInSpace, type Space, type SpaceVolume } from '../../../shared/formats/pictures/space.ts';
import type { Scale } from '../../../shared/formats/pictures/volumes.ts';
import type { Design } from '../../../shared/graph/design.ts';
import { zoo, zooEntry } from '../../../shared/zoo/index.ts';
import { ownBlocks } from '../../blocks/grouped.ts';

const spaceOf = (id: string, open: boolean, scale: Scale): Space =>
  spaceOfDesign(zooEntry(id)!.build(), open, scale);

function spaceOfDesign(design: Design, open: boolean, scale: Scale): Space {
  const outline = outlineOpened(design, analyze(design), () => open);
  return placeInSpace(outline, {
    scale,
    opened: outline.opened,
    matrixOf: ({ id: node, kind }) => {
      const leaf = kind === 'linear' ? outline.leaves[outline.leafOf.get(node)!] : undefined;
      const [outputs, inputs] = leaf?.facts.weights[0]?.dims ?? [];
      return inputs === undefined || outputs === undefined ? undefined : [inputs, outputs];
    },
  });
}

const volumeOf = ({ volumes }: Space, id: string): SpaceVolume => volumes.find((each) => each.id === id)!;

/** How far two boxes reach into each other along the axis where they do least; not positive when they are apart. */
function overlap(a: SpaceVolume, b: SpaceVolume): number {
  const half = (v: SpaceVolume, axis: 0 | 1 | 2) => [v.along, v.up, v.across][axis]! / 2;
  return Math.min(
    ...([0, 1, 2] as const).map((axis) => half(a, axis) + half(b, axis) - Math.abs(a.at[axis] - b.at[axis])),
  );
}

describe('volumes in space', () => {
  // Shapes of VGG's paper, table 1: 64×224×224 to 512×14×14.
  it('are to scale when linear: sides as the map, thickness as the channels', () => {
    const space = spaceOf('vgg16', false, 'linear');
    const [first, last] = [volumeOf(space, 'conv1_1'), volumeOf(space, 'conv5_3')];
    expect(first.up / last.up).toBeCloseTo(224 / 14);
    expect(first.across / last.across).toBeCloseTo(224 / 14);
    expect(last.along / first.along).toBeCloseTo(512 / 64);
  });
  it('keep their order when logarithmic', () => {
    const space = spaceOf('vgg16', false, 'log');
    const heights = ['conv1_1', 'conv2_1', 'conv3_1', 'conv4_1', 'conv5_1'].map(
      (id) => volumeOf(space, id).up,
    );
    expect(heights).toEqual([...heights].sort((a, b) => b - a));
    expect(new Set(heights).size).toBe(5);
  });
  it.each([...zoo.map(({ id, build }) => [id, build] as const), ['own blocks', ownBlocks] as const])(
    '%s: none reaches into another, opened or closed; wires end at faces',
    (_, build) => {
      for (const open of [false, true]) {
        const space = spaceOfDesign(build(), open, 'log');
        const boxes = [...space.volumes, ...space.slabs].sort((a, b) => a.at[0] - b.at[0]);
        const deep: string[] = [];
        for (const [i, a] of boxes.entries()) {
          for (const b of boxes.slice(i + 1)) {
            if (b.at[0] - b.along / 2 > a.at[0] + a.along / 2 + 200) break;
            if (overlap(a, b) > 1e-6) deep.push(`${a.id} × ${b.id}`);
          }
        }
        expect(deep).toEqual([]);
        for (const { from, to, points } of space.links) {
          const [a, b] = [volumeOf(space, from), volumeOf(space, to)];
          expect(points[0]).toEqual([a.at[0] + a.along / 2, a.at[1], 0]);
          expect(points.at(-1)![1]).toBe(b.at[1]);
          expect(points.at(-1)![0]).toBeLessThanOrEqual(b.at[0] - b.along / 2 + 1e-9);
          expect(points[0]![0]).toBeLessThan(points.at(-1)![0]);
        }
      }
    },
  );
  it('keeps every wire: what is joined in the design is joined in space', () => {
    const space = spaceOf('resnet18', true, 'log');
    // He et al. 2015: eight blocks with a connection each, three of them through a projection.
    expect(space.links.filter(({ to }) => to.endsWith('/add'))).toHaveLength(16);
    expect(space.links.filter(({ to, shortcut }) => to.endsWith('/add') && shortcut)).toHaveLength(5);
  });
  it('has a wall of weights per fully connected layer', () => {
    const { slabs } = spaceOf('vgg16', false, 'linear');
    expect(slabs.map(({ inputs, outputs }) => [inputs, outputs])).toEqual([
      [25088, 4096],
      [4096, 4096],
      [4096, 1000],
    ]);
    expect(slabs[0]!.across / slabs[1]!.across).toBeCloseTo(25088 / 4096);
    expect(slabs[1]!.up / slabs[2]!.up).toBeCloseTo(4096 / 1000);
  });
});

describe('blocks open where they stand', () => {
  const design = zooEntry('resnet18')!.build();
  const analysis = analyze(design);
  it('one opened, the others closed', () => {
    const outline = outlineOpened(design, analysis, (id) => id === 'layer2.0');
    const inside = outline.nodes.filter(({ id }) => id.startsWith('layer2.0/'));
    expect(inside.length).toBeGreaterThan(5);
    expect(outline.nodes.some(({ id }) => id === 'layer2.0')).toBe(false);
    expect(outline.nodes.some(({ id }) => id === 'layer2.1')).toBe(true);
    expect(outline.opened).toEqual([
      { id: 'layer2.0', title: 'Residual', members: inside.map(({ id }) => id) },
    ]);
    const { frames, volumes } = placeInSpace(outline, { scale: 'log', opened: outline.opened });
    for (const { id, at } of volumes) {
      const within = at.every((x, axis) => x > frames[0]!.low[axis]! && x < frames[0]!.high[axis]!);
      expect(within, id).toBe(id.startsWith('layer2.0/'));
    }
    const crossing = outline.edges.filter(({ from, to }) => from.includes('/') !== to.includes('/'));
    expect(crossing.map(({ from, to }) => (from.includes('/') ? to : from))).toEqual([
      'layer1.1',
      'layer1.1',
      'layer2.1',
    ]);
  });
  it('all opened has the layers of the analysis', () => {
    const outline = outlineOpened(design, analysis, () => true);
    // Input and Output are no layers.
    expect(outline.nodes).toHaveLength(analysis.totals.layers + 2);
    expect(outline.nodes.reduce((sum, { params }) => sum + (params ?? 0), 0)).toBe(11_689_512);
  });
  it('an opened block is not counted among what repeats', () => {
    const big = zooEntry('resnet152')!.build();
    const closed = collapseRepeats(outlineOpened(big, analyze(big), () => false));
    const opened = collapseRepeats(outlineOpened(big, analyze(big), (id) => id === 'layer3.10'));
    const repeats = (outline: typeof closed) =>
      outline.nodes
        .filter(({ id }) => id.startsWith('layer3.') && !id.includes('/'))
        .map(({ repeat }) => repeat);
    // He et al. 2015: 36 in the fourth stage, of which the first halves the map.
    expect(repeats(closed).reduce((sum, n) => sum + n, 0)).toBe(36);
    expect(repeats(opened).reduce((sum, n) => sum + n, 0)).toBe(35);
  });
});
