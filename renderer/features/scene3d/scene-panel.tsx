import type { RootState } from '@react-three/fiber';
import { useCallback, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { PerspectiveCamera } from 'three';
import { largestOf } from '../../../shared/base/extremes.ts';
import { grounds } from '../../../shared/formats/pictures/families.ts';
import type { SpaceVolume } from '../../../shared/formats/pictures/space.ts';
import { pictureWords } from '../../cards/picture-words.ts';
import { exportFile } from '../../documents/files.ts';
import { useT } from '../../i18n/i18n.ts';
import { documentOf } from '../../state/app-state.ts';
import { useNodeHeat } from '../../state/run/node-heat.ts';
import { useTheme } from '../../state/theme.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';
import { toldOf } from '../../state/veil.ts';
import { VolumeCard } from './cards.tsx';
import { toGlb, toPng } from './export-scene.ts';
import { fieldShape } from './field-shape.ts';
import { labelsOf } from './labels.ts';
import { Motion } from './motion.ts';
import { PngButton, type PngChoice } from './png-dialog.tsx';
import { SceneBar } from './scene-bar.tsx';
import { designNodesOf, fieldOf, type SceneModel, sceneModel } from './scene-model.ts';
import { SceneSide } from './scene-side.tsx';
import { useScene } from './scene-store.ts';
import { SceneView } from './scene-view.tsx';
import { useChosen } from './use-chosen.ts';
import { usePicking } from './use-picking.ts';
import { mapKeyOf, useSceneMaps } from './use-scene-maps.ts';
import { useView } from './use-view.ts';

const lessMotion = window.matchMedia('(prefers-reduced-motion: reduce)');
const onLessMotion = (listener: () => void) => {
  lessMotion.addEventListener('change', listener);
  return () => lessMotion.removeEventListener('change', listener);
};

const canDraw = (() => {
  const gl = document.createElement('canvas').getContext('webgl2');
  gl?.getExtension('WEBGL_lose_context')?.loseContext();
  return gl !== null;
})();

/** The network as volumes to scale, as the papers draw it, but live. */
export function ScenePanel() {
  const t = useT();
  const design = useApp(documentOf);
  const analysis = useApp(toldOf);
  const { detail, scale, toggled } = useScene((state) => state);
  const model = useMemo(
    () => sceneModel(design, analysis, { detail, scale, toggled, say: pictureWords(t).say }),
    [design, analysis, detail, scale, toggled, t],
  );
  if (!canDraw) {
    return (
      <p className="empty">
        {t(
          'The 3D view needs WebGL 2, which is not to be had here. Update the graphics driver, or switch on hardware acceleration.',
        )}
      </p>
    );
  }
  if (model.space.volumes.length === 0)
    return <p className="empty">{t('Nothing with a known shape to show yet.')}</p>;
  return <Scene model={model} />;
}

/** What of the network is chosen, what a unit of it sees, and what its last run gave. */
function useShown(model: SceneModel, focus: string | undefined, hovered: SpaceVolume | undefined) {
  const { space } = model;
  const { unit, maps: mapsWanted } = useScene((state) => state);
  const byId = useMemo(
    () => new Map([...space.volumes, ...space.slabs].map((volume) => [volume.id, volume])),
    [space],
  );
  const { chosen, markOf } = useChosen(space, byId, focus, hovered);
  const field = useMemo(() => unit && fieldOf(model, unit), [model, unit]);
  const frustums = useMemo(
    () => field && fieldShape(space.volumes, space.links, field.seenOf),
    [field, space],
  );
  const heat = useNodeHeat();
  const heatOf = useCallback(
    ({ node }: SpaceVolume) => (heat ? largestOf(designNodesOf(node).map(heat.shareOf), 0) : -1),
    [heat],
  );
  const { maps, status: mapsStatus } = useSceneMaps(space, mapsWanted);
  const tileOf = useCallback(
    (volume: SpaceVolume) =>
      volume.flat || byId.get(volume.node.id) !== volume ? undefined : maps?.sheetOf.get(mapKeyOf(volume)),
    [maps, byId],
  );
  const fan = useMemo(() => {
    const slices = chosen && maps?.slicesOf.get(mapKeyOf(chosen));
    return chosen && slices ? { volume: chosen, slices } : undefined;
  }, [chosen, maps]);
  const unitVolume = unit && byId.get(unit.id);
  return { chosen, markOf, heat, heatOf, unit, unitVolume, field, frustums, maps, mapsStatus, tileOf, fan };
}

function Scene({ model }: { readonly model: SceneModel }) {
  const { space } = model;
  const app = useTheApp();
  const t = useT();
  const theme = useTheme();
  const stats = useScene((state) => state.stats);
  const still = useSyncExternalStore(onLessMotion, () => lessMotion.matches);
  const [hovered, setHovered] = useState<SpaceVolume>();
  const [focus, setFocus] = useState<string>();
  const [lost, setLost] = useState(false);
  const [labelCanvas, setLabelCanvas] = useState<HTMLCanvasElement | null>(null);
  const three = useRef<RootState>(undefined);
  const stage = useRef<HTMLDivElement>(null);
  const statsLine = useRef<HTMLOutputElement>(null);
  const motion = useRef(new Motion()).current;

  const { chosen, unit, unitVolume, field, ...shown } = useShown(model, focus, hovered);
  const { markOf, heatOf, frustums, maps, tileOf, fan } = shown;
  const view = useView(space, fan);
  const labels = useMemo(
    () => ({
      labels: labelsOf(space),
      space,
      motion,
      chosen: new Set([chosen?.id, hovered?.id].filter((id) => id !== undefined)),
      colours: grounds[theme],
    }),
    [space, motion, chosen, hovered, theme],
  );
  const picking = usePicking(model, chosen, setFocus);

  const onKey = (event: React.KeyboardEvent): void => {
    if (event.target !== stage.current || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!picking.perform(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  };

  const savePng = async ({ widthPixels, heightPixels, transparent, labels: withLabels }: PngChoice) => {
    const state = three.current;
    if (!(state?.camera instanceof PerspectiveCamera)) return;
    const background = transparent ? undefined : grounds[theme].page;
    const options = { widthPixels, heightPixels, background, labels: withLabels ? labels : undefined };
    await exportFile(app, 'network.png', await toPng(state.gl, state.scene, state.camera, options));
  };

  return (
    <div className="scene-panel">
      <SceneBar
        mapsStatus={shown.mapsStatus}
        heat={shown.heat}
        onGltf={() => void toGlb(space, theme).then((glb) => exportFile(app, 'network.glb', glb))}
      >
        <PngButton
          sizeNow={() => [stage.current?.clientWidth ?? 800, stage.current?.clientHeight ?? 600]}
          onExport={(choice) => void savePng(choice)}
        />
      </SceneBar>
      <section
        className="scene-stage"
        role="application"
        ref={stage}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the view is worked with keys, as an application is.
        tabIndex={0}
        aria-label={t('The network in 3D')}
        onKeyDown={onKey}
        data-testid="scene"
        data-volumes={space.volumes.length}
      >
        <SceneView
          {...{
            space,
            motion,
            theme,
            view,
            still,
            labels,
            labelCanvas,
            markOf,
            heatOf,
            stage,
            statsLine,
            three,
          }}
          field={frustums}
          maps={maps?.texture}
          tileOf={tileOf}
          fan={fan}
          onHover={setHovered}
          onPick={picking.pick}
          onEnter={picking.fly}
          onMissed={() => {
            if (!unit) app.getState().select([]);
          }}
          onLost={setLost}
        />
        <canvas className="scene-labels" ref={setLabelCanvas} />
        <div className="scene-side">
          <SceneSide {...{ chosen, unitVolume, field, picking }} />
        </div>
        {hovered && hovered !== chosen ? (
          <aside className="scene-card is-hover" data-testid="scene-hover">
            <VolumeCard volume={hovered} />
          </aside>
        ) : null}
        {stats ? <output className="scene-stats" ref={statsLine} /> : null}
        {lost ? (
          <p className="scene-lost">{t('The graphics card took the view away; it comes back by itself.')}</p>
        ) : null}
      </section>
    </div>
  );
}
