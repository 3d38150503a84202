import { useMemo } from 'react';
import { BufferGeometry, Float32BufferAttribute } from 'three';
import type { Volume, VolumeLink } from '../../shared/formats/pictures/volumes.ts';

const ARC_POINTS = 16;
const ARC_RISE = 22;

type Corner = readonly [number, number, number];

/** From the face that data leaves to the face that it enters. */
function ends({ from, to }: VolumeLink): readonly [Corner, Corner] {
  const face = (volume: Volume, side: 1 | -1): Corner => [
    volume.at.along + (side * volume.along) / 2,
    volume.at.up,
    volume.at.across,
  ];
  return [face(from, 1), face(to, -1)];
}

/** Straight to the next volume; over the volumes between as a shortcut. */
function pointsOf(link: VolumeLink): readonly Corner[] {
  const [start, end] = ends(link);
  if (!link.shortcut) return [start, end];
  const over = Math.max(link.from.at.up + link.from.up / 2, link.to.at.up + link.to.up / 2) + ARC_RISE;
  return Array.from({ length: ARC_POINTS + 1 }, (_, i): Corner => {
    const share = i / ARC_POINTS;
    const straight = start[1] + (end[1] - start[1]) * share;
    const rise = 4 * share * (1 - share);
    return [
      start[0] + (end[0] - start[0]) * share,
      straight + (over - straight) * rise,
      start[2] + (end[2] - start[2]) * share,
    ];
  });
}

/** All wires as one set of line segments. */
export function Links({ links, colour }: { readonly links: readonly VolumeLink[]; readonly colour: string }) {
  const geometry = useMemo(() => {
    const positions = links.flatMap((link) => {
      const points = pointsOf(link);
      return points.slice(1).flatMap((point, i) => [...points[i]!, ...point]);
    });
    return new BufferGeometry().setAttribute('position', new Float32BufferAttribute(positions, 3));
  }, [links]);
  return (
    <lineSegments geometry={geometry}>
      <lineBasicMaterial color={colour} />
    </lineSegments>
  );
}
