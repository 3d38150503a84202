import { Minus, Plus, Scan } from 'lucide-react';
import type { FlatStep } from '../../../shared/analysis/flatten.ts';
import { formatSample } from '../../../shared/base/dims.ts';
import { definitionOf } from '../../../shared/blocks/index.ts';
import type { Colouring } from '../../../shared/runtime/maps/colours.ts';
import { NumberInput } from '../../fields/number-input.tsx';
import { named, useT } from '../../i18n/i18n.ts';
import { type MapsRun, mapsOf, useMaps } from '../../state/run/maps-store.ts';
import { useTheApp } from '../../state/use-app.ts';
import { nextZoom } from './grid-layout.ts';
import { useMapsView } from './maps-view.ts';
import type { RangeChoice } from './sheet.ts';
import { layersByNode, nodeOfLayer } from './target.ts';

const colouringTitles: Readonly<Record<Colouring, string>> = {
  viridis: 'Viridis',
  grey: 'Greyscale',
  diverging: 'Blue to red',
};

interface Looked {
  readonly run: MapsRun;
  readonly layer: FlatStep | undefined;
}

/** What is looked at, and how. */
export function MapsBar({ run, layer }: Looked) {
  const app = useTheApp();
  const t = useT();
  const { mode, colouring, range, set } = useMapsView((state) => state);
  const place = useMaps((state) => state.place);
  const batch = layer?.outputDims[0] === undefined ? 1 : (Object.values(run.outcome.feeds)[0]?.dims[0] ?? 1);
  return (
    <div className="panel-bar maps-bar">
      <LayerChoice run={run} layer={layer} />
      <fieldset className="segments" aria-label={t('What is shown')}>
        <button type="button" aria-pressed={mode === 'maps'} onClick={() => set({ mode: 'maps' })}>
          {t('Maps')}
        </button>
        <button type="button" aria-pressed={mode === 'filters'} onClick={() => set({ mode: 'filters' })}>
          {t('Filters')}
        </button>
      </fieldset>
      <select
        aria-label={t('Colours')}
        value={colouring}
        onChange={({ target }) => set({ colouring: target.value as Colouring })}
      >
        {Object.entries(colouringTitles).map(([value, title]) => (
          <option key={value} value={value}>
            {t(title)}
          </option>
        ))}
      </select>
      <select
        aria-label={t('Range of colours')}
        value={range}
        onChange={({ target }) => set({ range: target.value as RangeChoice })}
      >
        <option value="channel">{t('Range per channel')}</option>
        <option value="layer">{t('Shared range')}</option>
      </select>
      {batch > 1 && mode === 'maps' && layer ? (
        <span className="inline">
          {t('Picture')}
          <NumberInput
            label={t('Picture')}
            min={1}
            max={batch}
            whole
            value={place + 1}
            onChange={(wanted) =>
              void mapsOf(app)
                .getState()
                .look(layer.id, wanted - 1)
            }
          />
        </span>
      ) : null}
      <ZoomButtons />
      <span className="spacer" />
      {layer ? (
        <span className="muted" data-testid="map-shape">
          {named(definitionOf(layer.kind).title)} · {formatSample(layer.outputDims[0]!)}
        </span>
      ) : null}
    </div>
  );
}

/** The layer that is looked at: those of blocks under their block. */
function LayerChoice({ run, layer }: Looked) {
  const app = useTheApp();
  const t = useT();
  const set = useMapsView((state) => state.set);
  return (
    <select
      aria-label={t('Layer')}
      value={layer?.id ?? ''}
      onChange={({ target }) => {
        const node = nodeOfLayer(target.value);
        app.getState().select([node]);
        set({ picked: { node, layer: target.value } });
        app.viewport.show([node]);
      }}
    >
      {layer ? null : <option value="" />}
      {[...layersByNode(run.network)].map(([node, layers]) =>
        layers[0] === node ? (
          <option key={node} value={node}>
            {node}
          </option>
        ) : (
          <optgroup key={node} label={node}>
            {layers.map((id) => (
              <option key={id} value={id}>
                {id.slice(node.length + 1)}
              </option>
            ))}
          </optgroup>
        ),
      )}
    </select>
  );
}

function ZoomButtons() {
  const t = useT();
  const { zoom, set } = useMapsView((state) => state);
  return (
    <span className="zoom-buttons">
      <button
        type="button"
        className="icon-button"
        aria-label={t('Smaller')}
        title={t('Smaller')}
        onClick={() => set({ zoom: nextZoom(zoom ?? 64, -1) })}
      >
        <Minus size={14} />
      </button>
      <button
        type="button"
        className="icon-button"
        aria-label={t('Larger')}
        title={t('Larger')}
        onClick={() => set({ zoom: nextZoom(zoom ?? 64, 1) })}
      >
        <Plus size={14} />
      </button>
      <button
        type="button"
        className="icon-button"
        aria-label={t('All at once')}
        title={t('All at once')}
        aria-pressed={zoom === undefined}
        onClick={() => set({ zoom: undefined })}
      >
        <Scan size={14} />
      </button>
    </span>
  );
}
