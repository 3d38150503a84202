import { Activity, Box, Maximize } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Detail } from '../../../shared/formats/pictures/outline.ts';
import { type Scale, scales } from '../../../shared/formats/pictures/volumes.ts';
import { useT } from '../../i18n/i18n.ts';
import { milliseconds } from '../../parts/format.ts';
import type { NodeHeat } from '../../state/run/node-heat.ts';
import { useTheApp } from '../../state/use-app.ts';
import { sceneOf, useScene } from './scene-store.ts';
import type { MapsStatus } from './use-scene-maps.ts';

const details: Readonly<Record<Detail, string>> = {
  stages: 'stages',
  blocks: 'blocks closed',
  layers: 'every layer',
};
const scaleTitles: Readonly<Record<Scale, string>> = { linear: 'linear', log: 'logarithmic' };

/** What is shown, how it is scaled, and what leaves the view as a file. */
export function SceneBar({
  mapsStatus,
  heat,
  onGltf,
  children,
}: {
  readonly mapsStatus: MapsStatus;
  readonly heat: NodeHeat | undefined;
  readonly onGltf: () => void;
  readonly children: ReactNode;
}) {
  const app = useTheApp();
  const t = useT();
  const { detail, scale, stats, maps } = useScene((state) => state);
  return (
    <div className="panel-bar">
      <label className="inline">
        <span>{t('Detail')}</span>
        <select
          value={detail}
          onChange={(event) =>
            sceneOf(app)
              .getState()
              .set({ detail: event.target.value as Detail })
          }
        >
          {Object.entries(details).map(([value, title]) => (
            <option key={value} value={value}>
              {t(title)}
            </option>
          ))}
        </select>
      </label>
      <label className="inline">
        <span>{t('Scale')}</span>
        <select
          value={scale}
          onChange={(event) =>
            sceneOf(app)
              .getState()
              .set({ scale: event.target.value as Scale })
          }
        >
          {scales.map((value) => (
            <option key={value} value={value}>
              {t(scaleTitles[value])}
            </option>
          ))}
        </select>
      </label>
      {heat ? (
        <span
          className="scene-heat"
          data-testid="scene-heat"
          title={t('Red takes longest: {{time}}', { time: milliseconds(heat.longestMilliseconds) })}
        >
          {t('Red: {{time}}', { time: milliseconds(heat.longestMilliseconds) })}
        </span>
      ) : null}
      {mapsStatus === 'none' && maps ? null : (
        <label className="inline">
          <input
            type="checkbox"
            checked={maps}
            onChange={(event) => sceneOf(app).getState().set({ maps: event.target.checked })}
          />
          <span data-testid="scene-maps" data-status={mapsStatus}>
            {t(
              mapsStatus === 'reading'
                ? 'Reading the maps …'
                : mapsStatus === 'failed'
                  ? 'The maps could not be read'
                  : 'Feature maps',
            )}
          </span>
        </label>
      )}
      <span className="muted">
        {t('Drag to turn, right-drag to move, scroll to zoom; double click flies there.')}
      </span>
      <span className="spacer" />
      <button
        type="button"
        className="button is-small"
        aria-pressed={stats}
        title={t('Draw calls, triangles and time per frame')}
        aria-label={t('Draw calls, triangles and time per frame')}
        onClick={() => sceneOf(app).getState().set({ stats: !stats })}
      >
        <Activity size={13} />
      </button>
      <button
        type="button"
        className="button is-small"
        onClick={() => sceneOf(app).getState().flyTo(undefined)}
      >
        <Maximize size={13} /> {t('Fit')}
      </button>
      {children}
      <button type="button" className="button is-small" onClick={onGltf}>
        <Box size={13} /> glTF
      </button>
    </div>
  );
}
