import { useFrame, useThree } from '@react-three/fiber';
import { useEffect, useLayoutEffect, useMemo, useRef } from 'react';
import {
  DoubleSide,
  InstancedBufferAttribute,
  type InstancedMesh,
  Matrix4,
  PlaneGeometry,
  ShaderMaterial,
  type Texture,
} from 'three';
import type { SpaceVolume } from '../../../shared/formats/pictures/space.ts';
import type { Tile } from './boxes.tsx';
import { fanPlaces } from './fan-shape.ts';

const vertex = /* glsl */ `
  attribute vec4 tile;
  varying vec2 vAt;
  varying vec2 vUv;
  void main() {
    vUv = uv;
    vAt = tile.xy + tile.zw * vec2(uv.x, 1.0 - uv.y);
    gl_Position = projectionMatrix * modelViewMatrix * instanceMatrix * vec4(position, 1.0);
  }
`;
const fragment = /* glsl */ `
  uniform sampler2D maps;
  varying vec2 vAt;
  varying vec2 vUv;
  void main() {
    vec2 away = min(vUv, 1.0 - vUv) / max(fwidth(vUv), vec2(1e-6));
    float edge = 1.0 - smoothstep(0.5, 1.5, min(away.x, away.y));
    gl_FragColor = vec4(mix(texture2D(maps, vAt).rgb, vec3(0.05), edge * 0.8), 1.0);
    #include <colorspace_fragment>
  }
`;

const MILLISECONDS = 360;
const matrix = new Matrix4();

interface Props {
  readonly volume: SpaceVolume;
  readonly slices: readonly Tile[];
  readonly texture: Texture;
  readonly still: boolean;
}

/** The channels of the chosen volume, fanned out over it as slices: one draw call. */
export function FanLayer({ volume, slices, texture, still }: Props) {
  const mesh = useRef<InstancedMesh>(null);
  const started = useRef<number>(undefined);
  const done = useRef(false);
  const invalidate = useThree((state) => state.invalidate);
  const geometry = useMemo(() => {
    const plane = new PlaneGeometry();
    plane.setAttribute('tile', new InstancedBufferAttribute(new Float32Array(slices.flat()), 4));
    return plane;
  }, [slices]);
  const material = useMemo(
    () =>
      new ShaderMaterial({
        vertexShader: vertex,
        fragmentShader: fragment,
        uniforms: { maps: { value: texture } },
        side: DoubleSide,
      }),
    [texture],
  );
  useEffect(() => () => geometry.dispose(), [geometry]);
  useEffect(() => () => material.dispose(), [material]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another volume's fan opens anew.
  useLayoutEffect(() => {
    started.current = undefined;
    done.current = false;
    invalidate();
  }, [volume, slices, invalidate]);
  useFrame(() => {
    if (!mesh.current || done.current) return;
    started.current ??= performance.now();
    const share = still ? 1 : Math.min(1, (performance.now() - started.current) / MILLISECONDS);
    for (const [i, { at, high, wide }] of fanPlaces(volume, slices.length, 1 - (1 - share) ** 3).entries()) {
      // A plane faces along z: turned so that its right is across and it looks back along the flow.
      matrix.set(0, 0, -1, at[0], 0, high, 0, at[1], wide, 0, 0, at[2], 0, 0, 0, 1);
      mesh.current.setMatrixAt(i, matrix);
    }
    mesh.current.instanceMatrix.needsUpdate = true;
    done.current = share >= 1;
    if (!done.current) invalidate();
  });
  return (
    <instancedMesh
      key={slices.length}
      ref={mesh}
      args={[geometry, material, slices.length]}
      frustumCulled={false}
      raycast={() => {}}
    />
  );
}
