import { useEffect, useMemo } from 'react';
import { BufferGeometry, Float32BufferAttribute } from 'three';
import type { Frame } from '../../../shared/formats/pictures/space.ts';

/** Corners of a box by bits (along, up, across), and its twelve edges. */
const edges: readonly (readonly [number, number])[] = [0, 1, 2, 3, 4, 5, 6, 7].flatMap((corner) =>
  [1, 2, 4].flatMap((bit) => (corner & bit ? [] : [[corner, corner | bit] as const])),
);

/** The room of every opened block, as one set of lines. */
export function Frames({ frames, colour }: { readonly frames: readonly Frame[]; readonly colour: string }) {
  const geometry = useMemo(() => {
    const positions = frames.flatMap(({ low, high }) =>
      edges.flat().flatMap((corner) => [0, 1, 2].map((axis) => (corner & (1 << axis) ? high : low)[axis]!)),
    );
    return new BufferGeometry().setAttribute('position', new Float32BufferAttribute(positions, 3));
  }, [frames]);
  useEffect(() => () => geometry.dispose(), [geometry]);
  if (frames.length === 0) return null;
  return (
    <lineSegments geometry={geometry} raycast={() => {}}>
      <lineBasicMaterial color={colour} transparent opacity={0.7} />
    </lineSegments>
  );
}
