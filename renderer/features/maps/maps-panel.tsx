import { useEffect } from 'react';
import type { FlatStep } from '../../../shared/analysis/flatten.ts';
import { ProblemCard } from '../../cards/problem-cards.tsx';
import { useT } from '../../i18n/i18n.ts';
import { documentOf } from '../../state/app-state.ts';
import { type MapsRun, useMaps } from '../../state/run/maps-store.ts';
import { picturesOf, useRun } from '../../state/run/run-store.ts';
import { sourceOf } from '../../state/run/sources.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';
import { FiltersBody } from './filters-body.tsx';
import { MapBody } from './map-body.tsx';
import { MapsBar } from './maps-bar.tsx';
import { useMapsView } from './maps-view.ts';
import { kernelLayer, targetLayer } from './target.ts';

/** What the layers of the last run gave, and the filters that they looked through. */
export function MapsPanel() {
  const run = useMaps((state) => state.run);
  return run ? <Maps run={run} /> : <NothingRun />;
}

function NothingRun() {
  const app = useTheApp();
  const t = useT();
  const running = useRun((state) => state.status.kind === 'running');
  const problem = useRun(({ status }) => (status.kind === 'failed' ? status.problem : undefined));
  const ready = useRun((state) => sourceOf(state.source, picturesOf(state), state.noise) !== undefined);
  const start = useRun((state) => state.start);
  if (running) return <p className="empty">{t('Running …')}</p>;
  return (
    <div className="empty-panel">
      <p>{t('Run the design, then pick a layer on the canvas: here are its channels as pictures.')}</p>
      {problem ? <ProblemCard problem={problem} /> : null}
      <button
        type="button"
        className="button is-primary"
        onClick={() => (ready ? void start() : app.getState().showPanel('run'))}
      >
        {ready ? t('Run') : t('Choose an input …')}
      </button>
    </div>
  );
}

function Maps({ run }: { readonly run: MapsRun }) {
  const t = useT();
  const selected = useApp((state) => state.selection.at(-1));
  const changed = useApp((state) => {
    const { nodes, wires, blocks } = documentOf(state);
    return nodes !== run.design.nodes || wires !== run.design.wires || blocks !== run.design.blocks;
  });
  const mode = useMapsView((state) => state.mode);
  const picked = useMapsView((state) => state.picked);
  const layer = targetLayer(run.network, selected, picked);
  return (
    <div className="maps-panel">
      <MapsBar run={run} layer={layer} />
      {changed ? (
        <p className="maps-note">
          {t('The design has changed since this run. Run again to see it as it is.')}
        </p>
      ) : null}
      {layer ? (
        <Body key={mode} run={run} layer={layer} />
      ) : (
        <p className="empty">
          {t('{{node}} was not part of the last run: it is bypassed, or newer.', { node: selected ?? '' })}
        </p>
      )}
    </div>
  );
}

function Body({ run, layer }: { readonly run: MapsRun; readonly layer: FlatStep }) {
  const t = useT();
  const mode = useMapsView((state) => state.mode);
  const status = useMaps((state) => state.status);
  const look = useMaps((state) => state.look);
  const filtered = mode === 'filters' ? kernelLayer(run.network, layer) : undefined;
  const wanted = mode === 'maps' ? layer.id : undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another run is another map.
  useEffect(() => {
    if (wanted !== undefined) void look(wanted);
  }, [wanted, look, run.number]);
  if (mode === 'filters') {
    return filtered ? (
      <FiltersBody key={`${run.number}/${filtered.id}`} layer={filtered} />
    ) : (
      <p className="empty">{t('No convolution stands before this layer.')}</p>
    );
  }
  if (status?.layer !== layer.id) return <p className="empty">{t('Reading …')}</p>;
  switch (status.kind) {
    case 'failed':
      return <ProblemCard problem={status.problem} />;
    case 'reading':
      return <p className="empty">{t('Reading …')}</p>;
    case 'seen':
      return <MapBody key={layer.id} layer={layer.id} look={status.look} />;
  }
}
