import { Canvas, type RootState } from '@react-three/fiber';
import { Box, ImageDown, Maximize } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { Box3, Vector3 } from 'three';
import { flatten } from '../../shared/analysis/flatten.ts';
import { formatSample } from '../../shared/base/dims.ts';
import { families, grounds } from '../../shared/formats/pictures/families.ts';
import { outlineOf, outlineOfLayers } from '../../shared/formats/pictures/outline.ts';
import { collapseRepeats } from '../../shared/formats/pictures/repeats.ts';
import { placeVolumes, type Scale, type Volume } from '../../shared/formats/pictures/volumes.ts';
import type { Group } from '../../shared/layers/define.ts';
import { useT } from '../i18n/i18n.ts';
import { short } from '../parts/format.ts';
import { useTheme } from '../parts/theme.ts';
import { app, designOf, useApp } from '../store/app.ts';
import { exportFile } from '../store/files.ts';
import { Boxes } from './boxes.tsx';
import { CameraRig, type View } from './camera.tsx';
import { toGlb, toPng } from './export.ts';
import { Links } from './links.tsx';

type Detail = 'stages' | 'blocks' | 'layers';

function boxOf(volumes: readonly Volume[]): Box3 {
  const box = new Box3();
  for (const { at, along, up, across } of volumes) {
    const centre = new Vector3(at.along, at.up, at.across);
    box.union(new Box3().setFromCenterAndSize(centre, new Vector3(along, up, across)));
  }
  return box;
}

/** The network as volumes to scale, as the papers draw it, but live. */
export function ScenePanel() {
  const t = useT();
  const theme = useTheme();
  const design = useApp(designOf);
  const analysis = useApp((state) => state.analysis);
  const selection = useApp((state) => state.selection);
  const [detail, setDetail] = useState<Detail>('blocks');
  const [scale, setScale] = useState<Scale>('log');
  const [hovered, setHovered] = useState<Volume>();
  const three = useRef<RootState>(undefined);

  const layout = useMemo(() => {
    const closed = outlineOf(design, analysis);
    const flat = detail === 'layers' ? flatten(analysis) : undefined;
    const outline =
      detail === 'stages'
        ? collapseRepeats(closed)
        : flat?.ok
          ? outlineOfLayers(design.name, flat.value)
          : closed;
    return placeVolumes(outline, { scale });
  }, [design, analysis, detail, scale]);
  const byGroup = useMemo(() => {
    const groups = new Map<Group, Volume[]>();
    for (const volume of layout.volumes) {
      groups.set(volume.node.group, [...(groups.get(volume.node.group) ?? []), volume]);
    }
    return groups;
  }, [layout]);

  const chosen = useMemo(() => new Set(selection), [selection]);
  const isSelected = useCallback(
    ({ node }: Volume) => node.members.some((id) => chosen.has(id.split('/')[0] ?? id)),
    [chosen],
  );
  const [view, setView] = useState<View>({ box: new Box3(), turn: 0 });
  const show = useCallback(
    (volumes: readonly Volume[]) => setView(({ turn }) => ({ box: boxOf(volumes), turn: turn + 1 })),
    [],
  );
  useEffect(() => show(layout.volumes), [layout, show]);

  const pick = useCallback((volume: Volume, add: boolean) => {
    const ids = volume.node.members.map((id) => id.split('/')[0] ?? id);
    const { select, selection: before } = app.getState();
    select(add ? [...new Set([...before, ...ids])] : [...new Set(ids)]);
  }, []);

  if (layout.volumes.length === 0)
    return <p className="empty">{t('Nothing with a known shape to show yet.')}</p>;
  return (
    <div className="scene-panel">
      <div className="panel-bar">
        <label className="inline">
          <span>{t('Detail')}</span>
          <select value={detail} onChange={(event) => setDetail(event.target.value as Detail)}>
            <option value="stages">{t('stages')}</option>
            <option value="blocks">{t('blocks closed')}</option>
            <option value="layers">{t('every layer')}</option>
          </select>
        </label>
        <label className="inline">
          <span>{t('Scale')}</span>
          <select value={scale} onChange={(event) => setScale(event.target.value as Scale)}>
            <option value="linear">{t('linear')}</option>
            <option value="log">{t('logarithmic')}</option>
          </select>
        </label>
        <span className="muted">
          {hovered ? (
            <Card volume={hovered} />
          ) : (
            t('Drag to turn, right-drag to move, scroll to zoom; click selects.')
          )}
        </span>
        <span className="spacer" />
        <button type="button" className="button is-small" onClick={() => show(layout.volumes)}>
          <Maximize size={13} /> {t('Fit')}
        </button>
        <button
          type="button"
          className="button is-small"
          onClick={() => {
            const state = three.current;
            if (state)
              void toPng(state.gl, state.scene, state.camera).then((png) => exportFile('network.png', png));
          }}
        >
          <ImageDown size={13} /> PNG
        </button>
        <button
          type="button"
          className="button is-small"
          onClick={() => void toGlb(layout, theme).then((glb) => exportFile('network.glb', glb))}
        >
          <Box size={13} /> glTF
        </button>
      </div>
      <Canvas
        className="scene"
        frameloop="demand"
        dpr={[1, 2]}
        camera={{ fov: 38, near: 1, far: 40_000, position: [0, 400, 1200] }}
        gl={{ antialias: true, alpha: true }}
        onCreated={(state) => {
          three.current = state;
        }}
        onPointerMissed={() => app.getState().select([])}
      >
        <ambientLight intensity={1.7} />
        <directionalLight position={[-300, 800, 600]} intensity={2.1} />
        <CameraRig view={view} />
        {[...byGroup].map(([group, volumes]) => (
          <Boxes
            key={group}
            volumes={volumes}
            colour={families[theme][group].solid}
            accent={grounds[theme].ink}
            isSelected={isSelected}
            onHover={setHovered}
            onPick={pick}
          />
        ))}
        <Links links={layout.links} colour={grounds[theme].line} />
      </Canvas>
    </div>
  );
}

function Card({ volume: { node } }: { readonly volume: Volume }) {
  return (
    <>
      <b>{node.repeat > 1 ? `${node.title} ×${node.repeat}` : node.id}</b> {node.lines.join(', ')}{' '}
      {node.output ? formatSample(node.output) : ''} {node.macs ? `${short(node.macs)} MACs` : ''}
    </>
  );
}
