import { Maximize2, Minimize2 } from 'lucide-react';
import { Tabs } from 'radix-ui';
import { useCommands } from '../commands/use-commands.ts';
import { useT } from '../i18n/i18n.ts';
import { PartBoundary } from '../parts/part-boundary.tsx';
import { Later } from '../state/later.ts';
import { useApp, useTheApp } from '../state/use-app.ts';
import { firstWithin, useFocusTarget } from '../state/use-focus.ts';
import { type PanelName, panels } from '../state/view-state.ts';
import { useFeatures } from './use-features.tsx';
import { panelsOf } from './window.ts';

const isPanel = (value: string): value is PanelName => panels.some((name) => name === value);

/** The tabs under the canvas. */
export function Panels() {
  const app = useTheApp();
  const commands = useCommands();
  const shown = panelsOf(useFeatures());
  const t = useT();
  const panel = useApp((state) => state.panel);
  const whole = useApp((state) => state.panelWhole);
  const tabs = useFocusTarget<HTMLDivElement>('panels', firstWithin);
  return (
    <Tabs.Root
      className={whole ? 'panels is-whole' : 'panels'}
      value={panel}
      onValueChange={(value) => {
        if (isPanel(value)) app.getState().showPanel(value);
      }}
    >
      <div className="panel-head">
        <Tabs.List ref={tabs} className="panel-tabs" aria-label={t('Panels')}>
          {shown.map(({ name, title, Count }) => (
            <Tabs.Trigger key={name} value={name} className="panel-tab">
              {t(title)}
              {Count ? <Count /> : null}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        <button
          type="button"
          className="icon-button"
          aria-pressed={whole}
          aria-label={t(whole ? 'Give the canvas its room back' : 'Maximise the panel')}
          title={`${t(whole ? 'Give the canvas its room back' : 'Maximise the panel')} (M)`}
          onClick={() => commands.run('panel.whole')}
        >
          {whole ? <Minimize2 size={14} /> : <Maximize2 size={14} />}
        </button>
      </div>
      {shown.map(({ name, title, Body, kept }) => (
        <Tabs.Content key={name} value={name} className="panel-body" {...(kept ? { forceMount: true } : {})}>
          <h2 className="visually-hidden">{t(title)}</h2>
          <PartBoundary title={t(title)}>
            <Later>
              <Body />
            </Later>
          </PartBoundary>
        </Tabs.Content>
      ))}
    </Tabs.Root>
  );
}
