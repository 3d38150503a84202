import { type ThreeEvent, useThree } from '@react-three/fiber';
import { useLayoutEffect, useRef } from 'react';
import { Color, type InstancedMesh, Matrix4 } from 'three';
import type { Volume } from '../../shared/formats/pictures/volumes.ts';

interface BoxesProps {
  readonly volumes: readonly Volume[];
  readonly colour: string;
  readonly accent: string;
  readonly isSelected: (volume: Volume) => boolean;
  readonly onHover: (volume: Volume | undefined) => void;
  readonly onPick: (volume: Volume, add: boolean) => void;
}

const matrix = new Matrix4();
const tint = new Color();

/** All volumes of one family as instances of one box: one draw call, however many there are. */
export function Boxes({ volumes, colour, accent, isSelected, onHover, onPick }: BoxesProps) {
  const mesh = useRef<InstancedMesh>(null);
  const invalidate = useThree((state) => state.invalidate);
  useLayoutEffect(() => {
    const instances = mesh.current;
    if (!instances) return;
    for (const [i, volume] of volumes.entries()) {
      const { at, along, up, across } = volume;
      matrix.makeScale(along, up, across).setPosition(at.along, at.up, at.across);
      instances.setMatrixAt(i, matrix);
      instances.setColorAt(i, tint.set(isSelected(volume) ? accent : colour));
    }
    instances.instanceMatrix.needsUpdate = true;
    if (instances.instanceColor) instances.instanceColor.needsUpdate = true;
    instances.computeBoundingSphere();
    invalidate();
  }, [volumes, colour, accent, isSelected, invalidate]);
  const hit = ({ instanceId }: ThreeEvent<PointerEvent | MouseEvent>): Volume | undefined =>
    instanceId === undefined ? undefined : volumes[instanceId];
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: no HTML element; the canvas of nodes offers the same by keyboard.
    <instancedMesh
      // A mesh cannot grow: another number of volumes is another mesh.
      key={volumes.length}
      ref={mesh}
      args={[undefined, undefined, volumes.length]}
      onPointerMove={(event) => {
        event.stopPropagation();
        onHover(hit(event));
      }}
      onPointerOut={() => onHover(undefined)}
      onClick={(event) => {
        event.stopPropagation();
        const volume = hit(event);
        if (volume && event.delta < 4) onPick(volume, event.shiftKey);
      }}
    >
      <boxGeometry />
      <meshLambertMaterial />
    </instancedMesh>
  );
}
