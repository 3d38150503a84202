import { Tabs } from 'radix-ui';
import { useT } from '../i18n/i18n.ts';
import { app, type PanelName, panels, useApp } from '../store/app.ts';
import { ComparePanel } from './compare/compare-panel.tsx';
import { CostsPanel } from './costs/costs-panel.tsx';
import { HistoryPanel } from './history-panel.tsx';
import { ProblemsPanel } from './problems-panel.tsx';
import { RunPanel } from './run/run-panel.tsx';

const titles: Readonly<Record<PanelName, string>> = {
  costs: 'Costs',
  problems: 'Problems',
  compare: 'Compare',
  run: 'Run',
  history: 'History',
};

const bodies: Readonly<Record<PanelName, () => React.ReactNode>> = {
  costs: CostsPanel,
  problems: ProblemsPanel,
  compare: ComparePanel,
  run: RunPanel,
  history: HistoryPanel,
};

/** The tabs under the canvas. */
export function Panels() {
  const t = useT();
  const panel = useApp((state) => state.panel);
  const count = useApp(
    (state) =>
      state.analysis.problems.length + state.report.findings.filter((f) => f.suppressed === undefined).length,
  );
  return (
    <Tabs.Root
      className="panels"
      value={panel}
      onValueChange={(value) => app.getState().set({ panel: value as PanelName })}
    >
      <Tabs.List className="panel-tabs" aria-label={t('Panels')}>
        {panels.map((name) => (
          <Tabs.Trigger key={name} value={name} className="panel-tab">
            {t(titles[name])}
            {name === 'problems' && count > 0 ? <span className="count">{count}</span> : null}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
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
            <Body />
          </Tabs.Content>
        );
      })}
    </Tabs.Root>
  );
}
