import { expect, it } from 'vitest';
import { drawRoofline } from '../../../shared/formats/pictures/roofline.ts';
import { toSvg } from '../../../shared/formats/pictures/svg.ts';
import { ridgeOf, rooflinePoints } from '../../../shared/runtime/time/roofline.ts';

const ceilings = { gigaflops: 100, gigabytesPerSecond: 20 };

it('a step is under the slope of memory left of where the ceilings meet, and under the flat one right of it', () => {
  // A depthwise 3×3 over 144×56×56, stride 1, and a 1×1 from 512 to 512 channels over 14×14, in float32.
  const depthwise = {
    nodes: ['d'],
    algorithm: 'depthwise',
    macs: 9 * 144 * 56 * 56,
    bytes: 4 * (2 * 144 * 56 * 56 + 10 * 144),
  };
  const product = {
    nodes: ['p'],
    algorithm: 'product',
    macs: 512 * 512 * 196,
    bytes: 4 * (2 * 512 * 196 + 512 * 513),
  };
  const [d, p] = rooflinePoints(
    [
      { ...depthwise, milliseconds: 0.5 },
      { ...product, milliseconds: 1.2 },
      { nodes: ['pool'], algorithm: 'max pool', macs: 0, bytes: 1000, milliseconds: 1 },
    ],
    ceilings,
  );
  expect(ridgeOf(ceilings)).toBe(5);
  // 18 FLOPs for the 8 bytes of each value: 2.25, less the weights.
  expect(d!.intensity).toBeCloseTo(2.246, 3);
  expect(d).toMatchObject({ bound: 'memory', nodes: ['d'] });
  expect(d!.roofGigaflops).toBeCloseTo(44.93, 2);
  expect(d!.gigaflops).toBeCloseTo(16.26, 2);
  expect(d!.memoryMilliseconds).toBeCloseTo(depthwise.bytes / 20e6, 9);
  // 2·51,380,224 FLOPs for 1,853,440 bytes.
  expect(p!.intensity).toBeCloseTo(55.44, 2);
  expect(p).toMatchObject({ bound: 'arithmetic', roofGigaflops: 100 });
  expect(p!.reached).toBeCloseTo(0.856, 3);
});

it('what has no multiply-adds, or took no time, has no point', () => {
  const step = { nodes: ['x'], algorithm: 'copy', macs: 1, bytes: 1, milliseconds: 1 };
  expect(
    rooflinePoints(
      [
        { ...step, macs: 0 },
        { ...step, bytes: 0 },
        { ...step, milliseconds: 0 },
      ],
      ceilings,
    ),
  ).toEqual([]);
});

it('the picture has a dot for each step, on the roof where it reaches it, and both ceilings', () => {
  const svg = toSvg(
    drawRoofline({
      title: 'Two steps',
      ...ceilings,
      dots: [
        { id: 'on-the-ridge', intensity: 5, gigaflops: 100, milliseconds: 3, isMemoryBound: false },
        { id: 'below', intensity: 1, gigaflops: 2, milliseconds: 1, isMemoryBound: true },
      ],
    }),
  );
  expect(svg).toContain('100 GFLOP/s');
  expect(svg).toContain('20 GB/s');
  const scene = drawRoofline({
    title: '',
    ...ceilings,
    dots: [{ id: 'a', intensity: 5, gigaflops: 100, milliseconds: 1, isMemoryBound: false }],
  });
  const roof = scene.shapes.find((shape) => 'id' in shape && shape.id === 'roof');
  const dot = scene.shapes.find((shape) => 'id' in shape && shape.id === 'a');
  if (roof?.kind !== 'path' || dot?.kind !== 'box') throw new Error('missing');
  expect(dot.x + dot.width / 2).toBeCloseTo(roof.points[1]![0], 9);
  expect(dot.y + dot.height / 2).toBeCloseTo(roof.points[1]![1], 9);
});

it('an empty picture is one of the ceilings', () => {
  expect(toSvg(drawRoofline({ title: 'None', ...ceilings, dots: [] }))).toContain('roof');
});
