import { type ThreeEvent, useFrame, useThree } from '@react-three/fiber';
import { useEffect, useLayoutEffect, useMemo, useRef } from 'react';
import {
  BoxGeometry,
  InstancedBufferAttribute,
  type InstancedMesh,
  Matrix4,
  type Texture,
  type Vector3,
} from 'three';
import type { FamilyColours } from '../../../shared/formats/pictures/families.ts';
import type { SpaceVolume } from '../../../shared/formats/pictures/space.ts';
import { boxMaterial, dress } from './box-material.ts';
import type { Motion } from './motion.ts';

/** A place in a texture: left, top, width and height in shares of it. */
export type Tile = readonly [left: number, top: number, width: number, height: number];

export interface BoxesProps {
  readonly volumes: readonly SpaceVolume[];
  readonly motion: Motion;
  readonly colours: FamilyColours;
  readonly accent: string;
  readonly heat: readonly [cool: string, hot: string];
  readonly opacity: number;
  readonly maps: Texture | undefined;
  readonly tileOf: (volume: SpaceVolume) => Tile | undefined;
  /** 0, hovered 0.3, chosen 1. */
  readonly markOf: (volume: SpaceVolume) => number;
  /** A share of the longest time; below 0 where times are not shown. */
  readonly heatOf: (volume: SpaceVolume) => number;
  readonly onHover: (volume: SpaceVolume | undefined, at?: Vector3) => void;
  readonly onPick: (volume: SpaceVolume, at: Vector3, add: boolean) => void;
  readonly onEnter: (volume: SpaceVolume) => void;
}

const matrix = new Matrix4();
/** A press that moved further was a turn of the camera. */
const CLICK_PIXELS = 4;

/** All volumes of one family as instances of one box: one draw call, however many there are. */
export function Boxes({
  volumes,
  motion,
  colours,
  accent,
  heat,
  opacity,
  maps,
  tileOf,
  markOf,
  heatOf,
  ...on
}: BoxesProps) {
  const mesh = useRef<InstancedMesh>(null);
  const drawn = useRef(-1);
  const { invalidate, gl } = useThree();
  const material = useMemo(boxMaterial, []);
  const count = volumes.length;
  const geometry = useMemo(() => {
    const box = new BoxGeometry();
    box.setAttribute('mark', new InstancedBufferAttribute(new Float32Array(count), 1));
    box.setAttribute('heat', new InstancedBufferAttribute(new Float32Array(count), 1));
    box.setAttribute('tile', new InstancedBufferAttribute(new Float32Array(4 * count), 4));
    return box;
  }, [count]);
  useEffect(() => () => geometry.dispose(), [geometry]);
  useEffect(() => () => material.dispose(), [material]);
  useLayoutEffect(() => {
    dress(material, { colours, accent, heat, opacity, maps, pixelRatio: gl.getPixelRatio() });
    invalidate();
  }, [material, colours, accent, heat, opacity, maps, gl, invalidate]);
  useLayoutEffect(() => {
    const mark = geometry.getAttribute('mark');
    const warmth = geometry.getAttribute('heat');
    const tile = geometry.getAttribute('tile');
    for (const [i, volume] of volumes.entries()) {
      mark.setX(i, markOf(volume));
      warmth.setX(i, heatOf(volume));
      tile.setXYZW(i, ...(tileOf(volume) ?? [0, 0, 0, 0]));
    }
    mark.needsUpdate = true;
    warmth.needsUpdate = true;
    tile.needsUpdate = true;
    invalidate();
  }, [geometry, volumes, markOf, heatOf, tileOf, invalidate]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: other volumes are written anew in the next frame.
  useLayoutEffect(() => {
    drawn.current = -1;
    invalidate();
  }, [volumes, invalidate]);
  useFrame(() => {
    const instances = mesh.current;
    if (!instances || drawn.current === motion.version) return;
    drawn.current = motion.version;
    for (const [i, volume] of volumes.entries()) {
      const [x, y, z, along, up, across] = motion.pose(volume.id) ?? [0, 0, 0, 0, 0, 0];
      instances.setMatrixAt(i, matrix.makeScale(along, up, across).setPosition(x, y, z));
    }
    instances.instanceMatrix.needsUpdate = true;
    // Measured anew when something is pointed at.
    instances.boundingSphere = null;
  });
  const hit = ({ instanceId }: ThreeEvent<PointerEvent | MouseEvent>): SpaceVolume | undefined =>
    instanceId === undefined ? undefined : volumes[instanceId];
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: no HTML element; the view's keys do the same.
    <instancedMesh
      // A mesh cannot grow: another number of volumes is another mesh.
      key={count}
      ref={mesh}
      args={[geometry, material, count]}
      frustumCulled={false}
      onPointerMove={(event) => {
        event.stopPropagation();
        on.onHover(hit(event), event.point);
      }}
      onPointerOut={() => on.onHover(undefined)}
      onClick={(event) => {
        event.stopPropagation();
        const volume = hit(event);
        if (volume && event.delta < CLICK_PIXELS) on.onPick(volume, event.point, event.shiftKey);
      }}
      onDoubleClick={(event) => {
        event.stopPropagation();
        const volume = hit(event);
        if (volume) on.onEnter(volume);
      }}
    />
  );
}
