import { Canvas, type RootState, useFrame, useThree } from '@react-three/fiber';
import { type RefObject, useEffect, useLayoutEffect, useMemo } from 'react';
import type { Texture, Vector3 } from 'three';
import { families, grounds, type Theme } from '../../../shared/formats/pictures/families.ts';
import type { Space, SpaceVolume } from '../../../shared/formats/pictures/space.ts';
import type { Group } from '../../../shared/layers/define.ts';
import { Boxes, type Tile } from './boxes.tsx';
import { CameraRig, FOV, type View } from './camera-rig.tsx';
import { FanLayer } from './fan-layer.tsx';
import { FieldLayer } from './field-layer.tsx';
import type { FieldShape } from './field-shape.ts';
import { FrameStats } from './frame-stats.tsx';
import { Frames } from './frames.tsx';
import { LabelLayer } from './label-layer.tsx';
import type { LabelScene } from './label-painter.ts';
import { Links } from './links.tsx';
import type { Motion } from './motion.ts';
import type { Fan } from './use-view.ts';

export interface SceneViewProps {
  readonly space: Space;
  readonly motion: Motion;
  readonly theme: Theme;
  readonly view: View;
  /** Less motion was asked for. */
  readonly still: boolean;
  readonly labels: LabelScene;
  readonly labelCanvas: HTMLCanvasElement | null;
  readonly field: FieldShape | undefined;
  readonly maps: Texture | undefined;
  /** The chosen volume's channels. */
  readonly fan: Fan | undefined;
  readonly tileOf: (volume: SpaceVolume) => Tile | undefined;
  readonly markOf: (volume: SpaceVolume) => number;
  readonly heatOf: (volume: SpaceVolume) => number;
  readonly onHover: (volume: SpaceVolume | undefined, at?: Vector3) => void;
  readonly onPick: (volume: SpaceVolume, at: Vector3, add: boolean) => void;
  readonly onEnter: (volume: SpaceVolume) => void;
  readonly onMissed: () => void;
  readonly stage: RefObject<HTMLElement | null>;
  readonly statsLine: RefObject<HTMLElement | null>;
  readonly onLost: (lost: boolean) => void;
  readonly three: RefObject<RootState | undefined>;
}

const SEEN_THROUGH = 0.22;
const MARKED = '#f59e0b';
/** What takes no time, and what takes longest. */
const HEAT: Readonly<Record<Theme, readonly [cool: string, hot: string]>> = {
  light: ['#cbd5e1', '#dc2626'],
  dark: ['#475569', '#ef4444'],
};

/** The picture itself. Drawn only when something changes. */
export function SceneView(props: SceneViewProps) {
  const { space, theme, view, still, field } = props;
  const byGroup = useMemo(() => {
    const groups = new Map<Group, SpaceVolume[]>();
    for (const volume of [...space.volumes, ...space.slabs]) {
      const group = groups.get(volume.node.group);
      if (group) group.push(volume);
      else groups.set(volume.node.group, [volume]);
    }
    return [...groups];
  }, [space]);
  return (
    <Canvas
      className="scene"
      frameloop="demand"
      dpr={[1, 2]}
      camera={{ fov: FOV, near: 1, far: 40_000, position: [-400, 300, 1200] }}
      gl={{ antialias: true, alpha: true }}
      onCreated={(state) => {
        props.three.current = state;
      }}
      onPointerMissed={props.onMissed}
    >
      <Clock motion={props.motion} space={space} still={still} />
      <CameraRig view={view} still={still} />
      {byGroup.map(([group, volumes]) => (
        <Boxes
          key={group}
          volumes={volumes}
          motion={props.motion}
          colours={families[theme][group]}
          accent={MARKED}
          heat={HEAT[theme]}
          opacity={field ? SEEN_THROUGH : 1}
          maps={props.maps}
          tileOf={props.tileOf}
          markOf={props.markOf}
          heatOf={props.heatOf}
          onHover={props.onHover}
          onPick={props.onPick}
          onEnter={props.onEnter}
        />
      ))}
      <Links links={space.links} colour={grounds[theme].line} />
      <Frames frames={space.frames} colour={families[theme].block.solid} />
      {props.fan && props.maps ? <FanLayer {...props.fan} texture={props.maps} still={still} /> : null}
      {field ? <FieldLayer shape={field} colour={MARKED} /> : null}
      <LabelLayer canvas={props.labelCanvas} {...props.labels} />
      <FrameStats stage={props.stage} line={props.statsLine} />
      <LostContext onLost={props.onLost} />
    </Canvas>
  );
}

/** Moves the volumes on, frame by frame, until they are where the design says. */
function Clock({
  motion,
  space,
  still,
}: {
  readonly motion: Motion;
  readonly space: Space;
  readonly still: boolean;
}) {
  const invalidate = useThree((state) => state.invalidate);
  useLayoutEffect(() => {
    motion.go([...space.volumes, ...space.slabs], !still);
    invalidate();
  }, [motion, space, still, invalidate]);
  useFrame(() => {
    if (motion.advance(performance.now())) invalidate();
  });
  return null;
}

/** The browser gives a lost context back when it can; three then sends everything to it again, and one frame is drawn. */
function LostContext({ onLost }: { readonly onLost: (lost: boolean) => void }) {
  const { gl, invalidate } = useThree();
  useEffect(() => {
    const lost = (): void => onLost(true);
    const restored = (): void => {
      onLost(false);
      invalidate();
    };
    gl.domElement.addEventListener('webglcontextlost', lost);
    gl.domElement.addEventListener('webglcontextrestored', restored);
    return () => {
      gl.domElement.removeEventListener('webglcontextlost', lost);
      gl.domElement.removeEventListener('webglcontextrestored', restored);
    };
  }, [gl, invalidate, onLost]);
  return null;
}
