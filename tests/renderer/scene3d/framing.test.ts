import fc from 'fast-check';
import { PerspectiveCamera, Vector3 } from 'three';
import { describe, expect, it } from 'vitest';
import { firstDirection, frame } from '../../../renderer/features/scene3d/framing.ts';
import type { Point3 } from '../../../shared/formats/pictures/space.ts';

const coordinate = fc.integer({ min: -500, max: 500 });
const point: fc.Arbitrary<Point3> = fc.tuple(coordinate, coordinate, fc.integer({ min: -60, max: 60 }));
/** Wide and high, so that none is seen from within. */
const ends: readonly Point3[] = [
  [-300, -200, 0],
  [300, 200, 0],
];

/** What three.js makes of a shot: where a point lands, −1 to 1 from left to right and from bottom to top. */
function project(points: readonly Point3[], direction: Point3, aspect: number): readonly Vector3[] {
  const { place, target } = frame(points, direction, { fov: 30, aspect, margin: 0 });
  const camera = new PerspectiveCamera(30, aspect, 0.01, 1e6);
  camera.position.set(...place);
  camera.lookAt(...target);
  camera.updateMatrixWorld();
  return points.map((each) => new Vector3(...each).project(camera));
}

describe('framing', () => {
  it('sees every point, and is as near as that allows', () => {
    fc.assert(
      fc.property(
        fc.array(point, { maxLength: 30 }),
        fc.double({ min: 0.4, max: 4, noNaN: true }),
        fc.integer({ min: 0, max: 50 }),
        (others, aspect, yaw) => {
          const turn = (yaw * Math.PI) / 180;
          const seen = project([...ends, ...others], [-Math.sin(turn), 0.3, Math.cos(turn)], aspect);
          const outermost = Math.max(...seen.flatMap(({ x, y }) => [Math.abs(x), Math.abs(y)]));
          expect(outermost).toBeLessThan(1.001);
          expect(outermost).toBeGreaterThan(0.999);
          expect(Math.max(...seen.map(({ z }) => z))).toBeLessThan(1);
        },
      ),
      { numRuns: 200, seed: 1 },
    );
  });
  it('turns towards the front for what is long, and hardly for what is not', () => {
    const lens = { fov: 30, aspect: 1.6, margin: 0.1 };
    const box = (length: number): Point3[] =>
      [0, length].flatMap((x) => [-90, 90].flatMap((y) => [-90, 90].map((z): Point3 => [x, y, z])));
    const yaw = ([x, , z]: Point3): number => (Math.atan2(-x, z) * 180) / Math.PI;
    expect(yaw(firstDirection(box(200), lens))).toBeLessThan(25);
    expect(yaw(firstDirection(box(5000), lens))).toBeGreaterThan(45);
  });
});
