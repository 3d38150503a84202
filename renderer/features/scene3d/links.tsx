import { useThree } from '@react-three/fiber';
import { useEffect, useLayoutEffect, useMemo, useRef } from 'react';
import { ConeGeometry, type InstancedMesh, Matrix4, MeshBasicMaterial, Quaternion, Vector3 } from 'three';
import { LineMaterial } from 'three/examples/jsm/lines/LineMaterial.js';
import { LineSegments2 } from 'three/examples/jsm/lines/LineSegments2.js';
import { LineSegmentsGeometry } from 'three/examples/jsm/lines/LineSegmentsGeometry.js';
import type { Point3, SpaceLink } from '../../../shared/formats/pictures/space.ts';

const CORNER = 8;
const CORNER_POINTS = 3;
const ARROW = 5;

/** The point at most `CORNER`, and at most half way, from one towards another. */
function towards(from: Point3, to: Point3): Point3 {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1], to[2] - from[2]) || 1;
  const share = Math.min(CORNER / length, 0.5);
  return mix(from, to, share);
}

function mix(a: Point3, b: Point3, share: number): Point3 {
  return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share];
}

/** The same line with its corners rounded. */
function rounded(points: readonly Point3[]): readonly Point3[] {
  return points.flatMap((here, i) => {
    const [before, next] = [points[i - 1], points[i + 1]];
    if (!before || !next) return [here];
    const [entry, exit] = [towards(here, before), towards(here, next)];
    return Array.from({ length: CORNER_POINTS + 1 }, (_, step): Point3 => {
      const t = step / CORNER_POINTS;
      return mix(mix(entry, here, t), mix(here, exit, t), t);
    });
  });
}

/** Pairs of points, three numbers each, as WebGL draws line segments. */
export function segmentsOf(links: readonly SpaceLink[]): number[] {
  return links.flatMap(({ points }) => {
    const line = rounded(points);
    return line.slice(1).flatMap((point, i) => [...line[i]!, ...point]);
  });
}

/** All wires as one set of lines of equal width on the screen, and all arrow heads as one set of cones. */
export function Links({ links, colour }: { readonly links: readonly SpaceLink[]; readonly colour: string }) {
  const invalidate = useThree((state) => state.invalidate);
  const heads = useRef<InstancedMesh>(null);
  const lines = useMemo(() => {
    const geometry = new LineSegmentsGeometry();
    geometry.setPositions(segmentsOf(links));
    const made = new LineSegments2(geometry, new LineMaterial({ linewidth: 1.6 }));
    made.frustumCulled = false;
    // Nothing happens where a wire is pointed at.
    made.raycast = () => {};
    return made;
  }, [links]);
  const cone = useMemo(() => new ConeGeometry(ARROW * 0.42, ARROW, 4, 1, true), []);
  const paint = useMemo(() => new MeshBasicMaterial(), []);
  useEffect(
    () => () => {
      lines.geometry.dispose();
      lines.material.dispose();
    },
    [lines],
  );
  useEffect(
    () => () => {
      cone.dispose();
      paint.dispose();
    },
    [cone, paint],
  );
  useLayoutEffect(() => {
    lines.material.color.set(colour);
    paint.color.set(colour);
    const upright = new Vector3(0, 1, 0);
    const one = new Vector3(1, 1, 1);
    for (const [i, { points }] of links.entries()) {
      const [before, end] = [new Vector3(...points.at(-2)!), new Vector3(...points.at(-1)!)];
      const direction = end.clone().sub(before).normalize();
      const turn = new Quaternion().setFromUnitVectors(upright, direction);
      heads.current?.setMatrixAt(
        i,
        new Matrix4().compose(end.addScaledVector(direction, -ARROW / 2), turn, one),
      );
    }
    if (heads.current) heads.current.instanceMatrix.needsUpdate = true;
    invalidate();
  }, [links, lines, paint, colour, invalidate]);
  if (links.length === 0) return null;
  return (
    <>
      <primitive object={lines} />
      <instancedMesh
        key={links.length}
        ref={heads}
        args={[cone, paint, links.length]}
        frustumCulled={false}
        raycast={() => {}}
      />
    </>
  );
}
