import type { RootState } from '@react-three/fiber';
import { useCallback, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { PerspectiveCamera, type Vector3 } from 'three';
import { mapExtent } from '../../../shared/analysis/field.ts';
import { grounds } from '../../../shared/formats/pictures/families.ts';
import type { SpaceVolume } from '../../../shared/formats/pictures/space.ts';
import { exportFile } from '../../documents/files.ts';
import { useT } from '../../i18n/i18n.ts';
import { documentOf } from '../../state/app-state.ts';
import { useTheme } from '../../state/theme.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';
import { ChosenCard, FieldCard, VolumeCard } from './cards.tsx';
import { toGlb, toPng } from './export-scene.ts';
import { fieldShape, unitAt } from './field-shape.ts';
import { labelsOf } from './labels.ts';
import { Motion } from './motion.ts';
import { PngButton, type PngChoice } from './png-dialog.tsx';
import { SceneBar } from './scene-bar.tsx';
import { performKey } from './scene-keys.ts';
import { blocksOf, designNodesOf, fieldOf, sceneModel } from './scene-model.ts';
import { sceneOf, useScene } from './scene-store.ts';
import { SceneView } from './scene-view.tsx';
import { useChosen } from './use-chosen.ts';
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
  const app = useTheApp();
  const t = useT();
  const theme = useTheme();
  const design = useApp(documentOf);
  const analysis = useApp((state) => state.whole.analysis);
  const { detail, scale, toggled, unit, stats, maps: mapsWanted } = useScene((state) => state);
  const still = useSyncExternalStore(onLessMotion, () => lessMotion.matches);
  const [hovered, setHovered] = useState<SpaceVolume>();
  const [focus, setFocus] = useState<string>();
  const [lost, setLost] = useState(false);
  const [labelCanvas, setLabelCanvas] = useState<HTMLCanvasElement | null>(null);
  const three = useRef<RootState>(undefined);
  const stage = useRef<HTMLDivElement>(null);
  const statsLine = useRef<HTMLOutputElement>(null);
  const motion = useRef(new Motion()).current;

  const model = useMemo(
    () => sceneModel(design, analysis, { detail, scale, toggled }),
    [design, analysis, detail, scale, toggled],
  );
  const { space, outline } = model;
  const byId = useMemo(
    () => new Map([...space.volumes, ...space.slabs].map((volume) => [volume.id, volume])),
    [space],
  );

  const { chosen, markOf } = useChosen(space, byId, focus, hovered);
  const unitVolume = unit && byId.get(unit.id);
  const field = useMemo(() => unit && fieldOf(model, unit), [model, unit]);
  const frustums = useMemo(
    () => field && fieldShape(space.volumes, space.links, field.seenOf),
    [field, space],
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

  const hasField = (volume: SpaceVolume): boolean => volume.node.output?.length === 4 && !volume.flat;
  const pickUnit = (volume: SpaceVolume, at?: Vector3): void => {
    if (!hasField(volume)) return;
    const [height, width] = mapExtent(volume.node.output!);
    const [row, column] = at ? unitAt(volume, at) : [height >> 1, width >> 1];
    sceneOf(app)
      .getState()
      .set({ unit: { id: volume.id, row, column } });
  };
  const pick = (volume: SpaceVolume, at: Vector3, add: boolean): void => {
    if (unit) pickUnit(volume, at);
    setFocus(volume.id);
    const ids = designNodesOf(volume.node);
    const { select, selection: before } = app.getState();
    select(add ? [...new Set([...before, ...ids])] : ids);
    if (ids[0] !== undefined) app.viewport.reveal(ids[0]);
  };
  const fly = (volume: SpaceVolume): void => sceneOf(app).getState().flyTo([volume.id]);
  const blocks = chosen ? blocksOf(chosen.node, outline) : { open: [], close: [] };

  const onKey = (event: React.KeyboardEvent): void => {
    if (event.target !== stage.current || event.ctrlKey || event.metaKey || event.altKey) return;
    const handled = performKey(app, event.key, {
      space,
      chosen,
      unit,
      blocks,
      choose: (volume) => {
        setFocus(volume.id);
        const ids = designNodesOf(volume.node);
        app.getState().select(ids);
        if (ids[0] !== undefined) app.viewport.reveal(ids[0]);
      },
      pickUnit,
    });
    if (!handled) return;
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

  if (!canDraw) {
    return (
      <p className="empty">
        {t(
          'The 3D view needs WebGL 2, which is not to be had here. Update the graphics driver, or switch on hardware acceleration.',
        )}
      </p>
    );
  }
  if (space.volumes.length === 0)
    return <p className="empty">{t('Nothing with a known shape to show yet.')}</p>;
  return (
    <div className="scene-panel">
      <SceneBar
        mapsStatus={mapsStatus}
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
          {...{ space, motion, theme, view, still, labels, labelCanvas, markOf, stage, statsLine, three }}
          field={frustums}
          maps={maps?.texture}
          tileOf={tileOf}
          fan={fan}
          onHover={setHovered}
          onPick={pick}
          onEnter={fly}
          onMissed={() => {
            if (!unit) app.getState().select([]);
          }}
          onLost={setLost}
        />
        <canvas className="scene-labels" ref={setLabelCanvas} />
        <div className="scene-side">
          {unit && unitVolume ? (
            <FieldCard
              unit={unit}
              extent={mapExtent(unitVolume.node.output!)}
              field={field}
              onChange={(next) => sceneOf(app).getState().set({ unit: next })}
            />
          ) : chosen ? (
            <ChosenCard
              volume={chosen}
              canOpen={blocks.open.length > 0}
              canClose={blocks.close.length > 0}
              hasField={hasField(chosen)}
              onFly={() => fly(chosen)}
              onOpen={() => sceneOf(app).getState().toggle(blocks.open)}
              onClose={() => sceneOf(app).getState().toggle(blocks.close)}
              onField={() => pickUnit(chosen)}
            />
          ) : null}
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
