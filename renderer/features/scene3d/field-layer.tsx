import { useEffect, useMemo } from 'react';
import { BufferGeometry, DoubleSide, Float32BufferAttribute } from 'three';
import type { FieldShape } from './field-shape.ts';

/** The frustums of a receptive field: pale faces and clear edges, seen through whatever stands before them. */
export function FieldLayer({ shape, colour }: { readonly shape: FieldShape; readonly colour: string }) {
  const [faces, edges] = useMemo(
    () =>
      [shape.faces, shape.edges].map((positions) =>
        new BufferGeometry().setAttribute('position', new Float32BufferAttribute(positions, 3)),
      ) as [BufferGeometry, BufferGeometry],
    [shape],
  );
  useEffect(
    () => () => {
      faces.dispose();
      edges.dispose();
    },
    [faces, edges],
  );
  return (
    <>
      <mesh geometry={faces} renderOrder={2} raycast={() => {}} frustumCulled={false}>
        <meshBasicMaterial
          color={colour}
          transparent
          opacity={0.2}
          side={DoubleSide}
          depthTest={false}
          depthWrite={false}
        />
      </mesh>
      <lineSegments geometry={edges} renderOrder={3} raycast={() => {}} frustumCulled={false}>
        <lineBasicMaterial color={colour} transparent opacity={0.9} depthTest={false} />
      </lineSegments>
    </>
  );
}
