import { Maximize2, Minimize2 } from 'lucide-react';
import { Tabs } from 'radix-ui';
import { lazy, Suspense } from 'react';
import { run } from '../commands/registry.ts';
import { useT } from '../i18n/i18n.ts';
import { PartBoundary } from '../parts/part-boundary.tsx';
import { app, type PanelName, panels, useApp } from '../store/app.ts';
import { ComparePanel } from './compare/compare-panel.tsx';
import { CostsPanel } from './costs/costs-panel.tsx';
import { HistoryPanel } from './history-panel.tsx';
import { panelTitles } from './panel-titles.ts';
import { ProblemsPanel } from './problems-panel.tsx';
import { ProfilePanel } from './profile/profile-panel.tsx';
import { MapsPanel } from './run/maps/maps-panel.tsx';
import { RunPanel } from './run/run-panel.tsx';

/** three.js is half of the app's weight: fetched when it is first looked at. */
const Scene = lazy(() =>
  import('../scene3d/scene-panel.tsx').then(({ ScenePanel }) => ({ default: ScenePanel })),
);

function LazyScene() {
  return (
    <Suspense fallback={null}>
      <Scene />
    </Suspense>
  );
}

const bodies: Readonly<Record<PanelName, () => React.ReactNode>> = {
  costs: CostsPanel,
  profile: ProfilePanel,
  problems: ProblemsPanel,
  compare: ComparePanel,
  run: RunPanel,
  maps: MapsPanel,
  scene: LazyScene,
  history: HistoryPanel,
};

/** The tabs under the canvas. */
export function Panels() {
  const t = useT();
  const panel = useApp((state) => state.panel);
  const whole = useApp((state) => state.panelWhole);
  const count = useApp(
    (state) =>
      state.analysis.problems.length +
      state.report.findings.filter(
        ({ suppressed, severity }) => suppressed === undefined && severity !== 'info',
      ).length,
  );
  return (
    <Tabs.Root
      className={whole ? 'panels is-whole' : 'panels'}
      value={panel}
      onValueChange={(value) => app.getState().set({ panel: value as PanelName })}
    >
      <div className="panel-head">
        <Tabs.List className="panel-tabs" aria-label={t('Panels')}>
          {panels.map((name) => (
            <Tabs.Trigger key={name} value={name} className="panel-tab">
              {t(panelTitles[name])}
              {name === 'problems' && count > 0 ? <span className="count">{count}</span> : null}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        <button
          type="button"
          className="icon-button"
          aria-pressed={whole}
          aria-label={t(whole ? 'Give the canvas its room back' : 'Maximise the panel')}
          title={`${t(whole ? 'Give the canvas its room back' : 'Maximise the panel')} (M)`}
          onClick={() => run('panel.whole')}
        >
          {whole ? <Minimize2 size={14} /> : <Maximize2 size={14} />}
        </button>
      </div>
      {panels.map((name) => {
        const Body = bodies[name];
        return (
          // The run keeps its picture and its result while other tabs are looked at.
          <Tabs.Content
            key={name}
            value={name}
            className="panel-body"
            {...(name === 'run' ? { forceMount: true } : {})}
          >
            <PartBoundary title={t(panelTitles[name])}>
              <Body />
            </PartBoundary>
          </Tabs.Content>
        );
      })}
    </Tabs.Root>
  );
}
