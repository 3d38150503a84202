import { describe, expect, it } from 'vitest';
import { fanPlaces } from '../../../renderer/features/scene3d/fan-shape.ts';
import { fieldShape, unitAt } from '../../../renderer/features/scene3d/field-shape.ts';
import { Crowd, labelsOf } from '../../../renderer/features/scene3d/labels.ts';
import { packAtlases, sceneMaps } from '../../../renderer/features/scene3d/map-atlas.ts';
import { Motion } from '../../../renderer/features/scene3d/motion.ts';
import { fieldOf, sceneModel } from '../../../renderer/features/scene3d/scene-model.ts';
import { analyze } from '../../../shared/analysis/analyze.ts';
import { inEnglish } from '../../../shared/base/speech.ts';
import type { SpaceVolume } from '../../../shared/formats/pictures/space.ts';
import { zooEntry } from '../../../shared/zoo/index.ts';

function modelOf(id: string, detail: 'blocks' | 'layers' | 'stages' = 'blocks') {
  const design = zooEntry(id)!.build();
  return sceneModel(design, analyze(design), { detail, scale: 'log', toggled: new Set(), say: inEnglish.t });
}

describe('receptive field in space', () => {
  const model = modelOf('vgg16');
  const volume = (id: string) => model.space.volumes.find((each) => each.id === id)!;
  // Two 3×3 convolutions see 5×5, as VGG's paper says; the corner sees the 3×3 that are in the map.
  it.each([
    [[100, 50], { first: 98, last: 102 }, { first: 48, last: 52 }],
    [[0, 223], { first: 0, last: 2 }, { first: 221, last: 223 }],
  ])('conv1_2 at %j', ([row, column], rows, columns) => {
    const field = fieldOf(model, { id: 'conv1_2', row: row!, column: column! })!;
    expect(field.pixels!.region).toEqual({ rows, columns });
    expect(field.input).toEqual([224, 224]);
  });
  it('draws the input part where the pixels are', () => {
    const field = fieldOf(model, { id: 'conv1_2', row: 0, column: 0 })!;
    const input = volume('input');
    const { edges } = fieldShape([input], [], field.seenOf);
    const [ys, zs] = [1, 2].map((axis) => edges.filter((_, i) => i % 3 === axis)) as [number[], number[]];
    expect(Math.max(...ys)).toBeCloseTo(input.up / 2);
    expect(Math.min(...ys)).toBeCloseTo(input.up / 2 - (3 / 224) * input.up);
    expect(Math.min(...zs)).toBeCloseTo(-input.across / 2);
    expect(Math.max(...zs)).toBeCloseTo(-input.across / 2 + (3 / 224) * input.across);
  });
  it('reaches every volume between, and joins them by frustums', () => {
    const field = fieldOf(model, { id: 'conv3_3', row: 20, column: 20 })!;
    const seen = model.space.volumes.filter((each) => field.seenOf(each) !== undefined).map(({ id }) => id);
    expect(seen).toContain('pool2');
    expect(seen).not.toContain('pool3');
    const apart = fieldShape(model.space.volumes, [], field.seenOf).faces.length;
    expect(fieldShape(model.space.volumes, model.space.links, field.seenOf).faces.length).toBeGreaterThan(
      apart,
    );
  });
  it('finds the unit under a point, from the top left corner as seen along the flow', () => {
    const map = volume('conv2_1');
    expect(unitAt(map, { y: map.up / 2 - 1e-6, z: -map.across / 2 + 1e-6 })).toEqual([0, 0]);
    expect(unitAt(map, { y: -map.up / 2 + 1e-6, z: map.across / 2 - 1e-6 })).toEqual([111, 111]);
    expect(unitAt(map, { y: 1e-6, z: 1e-6 })).toEqual([55, 56]);
  });
});

describe('labels', () => {
  it('name every shape; those that change come first', () => {
    const labels = labelsOf(modelOf('alexnet').space);
    const shapes = labels.filter(({ role }) => role === 'shape');
    expect(shapes.filter(({ id }) => id === 'conv1').map(({ text }) => text)).toEqual(['64×55×55']);
    const ranks = labels.map(({ rank }) => rank);
    expect(ranks).toEqual([...ranks].sort((a, b) => b - a));
  });
  it('never lie on each other', () => {
    const crowd = new Crowd();
    const at = (left: number, top: number) => ({ left, top, right: left + 100, bottom: top + 12 });
    expect(
      [at(0, 0), at(99, 11), at(100, 0), at(0, 12), at(-50, -50), at(-20, -45)].map((each) =>
        crowd.take(each),
      ),
    ).toEqual([true, false, true, true, true, false]);
  });
});

describe('maps in one texture', () => {
  it('no picture lies on another', () => {
    const sizes = Array.from(
      { length: 90 },
      (_, i) => [`n${i}`, { width: 20 + ((i * 37) % 90), height: 15 + ((i * 53) % 70) }] as const,
    );
    const { side, corners } = packAtlases(sizes);
    expect(corners.size).toBe(90);
    const taken = new Uint8Array(side * side);
    for (const [id, { width, height }] of sizes) {
      const [left, top] = corners.get(id)!;
      for (let y = top; y < top + height; y++) {
        expect(taken.subarray(y * side + left, y * side + left + width).every((value) => value === 0)).toBe(
          true,
        );
        taken.fill(1, y * side + left, y * side + left + width);
      }
    }
  });
  it('each channel finds its own pixels', () => {
    // Two channels of 2×2, left all 10, right all 20.
    const pixels = new Uint8Array(
      [10, 10, 20, 20, 10, 10, 20, 20].flatMap((value) => [value, value, value, 255]),
    );
    const atlas = {
      width: 4,
      height: 2,
      columns: 2,
      tileWidth: 2,
      tileHeight: 2,
      tiles: 2,
      channels: 2,
      pixels,
    };
    const maps = sceneMaps(new Map([['a', atlas]]))!;
    const { data, width } = maps.texture.image as { readonly data: Uint8Array; readonly width: number };
    const slices = maps.slicesOf.get('a')!;
    const middles = slices.map(([left, top, wide, high]) => {
      const [x, y] = [Math.floor((left + wide / 2) * width), Math.floor((top + high / 2) * width)];
      return data[4 * (y * width + x)];
    });
    expect(middles).toEqual([10, 20]);
  });
  it('a fan starts inside its volume and ends with no slice before another', () => {
    const volume = modelOf('alexnet').space.volumes.find(({ id }) => id === 'conv1')!;
    for (const { at } of fanPlaces(volume, 36, 0)) {
      expect(Math.abs(at[0] - volume.at[0])).toBeLessThanOrEqual(volume.along / 2);
      expect(at.slice(1)).toEqual(volume.at.slice(1));
    }
    const open = fanPlaces(volume, 36, 1);
    for (const [i, a] of open.entries()) {
      expect(a.at[1] - a.high / 2).toBeGreaterThan(volume.at[1] + volume.up / 2);
      for (const b of open.slice(i + 1)) {
        const apart = Math.abs(a.at[1] - b.at[1]) >= a.high || Math.abs(a.at[2] - b.at[2]) >= a.wide;
        expect(apart).toBe(true);
      }
    }
  });
});

describe('motion', () => {
  const box = (id: string, x: number, up = 10): SpaceVolume => ({
    ...modelOf('alexnet').space.volumes[0]!,
    id,
    at: [x, 0, 0],
    along: 4,
    up,
    across: 10,
  });
  it('slides what stays, grows what is new, and ends where it should', () => {
    const motion = new Motion();
    motion.go([box('a', 0)], true);
    expect(motion.pose('a')?.slice(0, 4)).toEqual([0, 0, 0, 4]);
    motion.go([box('a', 100), box('b', 50)], true);
    expect(motion.pose('a')?.[0]).toBe(0);
    expect(motion.pose('b')?.slice(3)).toEqual([0, 0, 0]);
    expect(motion.advance(1000)).toBe(true);
    motion.advance(1100);
    const between = motion.pose('a')![0];
    expect(between).toBeGreaterThan(0);
    expect(between).toBeLessThan(100);
    motion.advance(5000);
    expect(motion.pose('a')).toEqual([100, 0, 0, 4, 10, 10]);
    expect(motion.pose('b')).toEqual([50, 0, 0, 4, 10, 10]);
    expect(motion.advance(5001)).toBe(false);
  });
  it('is there at once when less motion is asked for', () => {
    const motion = new Motion();
    motion.go([box('a', 0)], true);
    motion.go([box('a', 100)], false);
    expect(motion.pose('a')?.[0]).toBe(100);
  });
});
