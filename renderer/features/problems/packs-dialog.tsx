import { Dialog } from 'radix-ui';
import { useMemo } from 'react';
import { packGroups, presets } from '../../../shared/lint/presets.ts';
import { activeRules } from '../../../shared/lint/settings.ts';
import { countOf, summarise } from '../../../shared/lint/summary.ts';
import { named, useT } from '../../i18n/i18n.ts';
import { lintOf } from '../../state/judged.ts';
import { choosePack, closeRules, showRule, useOpenRules } from '../../state/rule-view.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';
import { ConfigAbsent, RuleSource } from './config-note.tsx';
import { SeverityChoice } from './severity-choice.tsx';

/** The choice of a pack and of its rules' severities; what it does to this design is seen at once. */
export function PacksDialog() {
  const app = useTheApp();
  const t = useT();
  const open = useOpenRules();
  return (
    <Dialog.Root open={open.kind === 'packs'} onOpenChange={(next) => (next ? undefined : closeRules(app))}>
      <Dialog.Portal>
        <Dialog.Overlay className="shade" />
        <Dialog.Content className="dialog is-wide packs" aria-describedby={undefined} data-testid="packs">
          <Dialog.Title>{t('Rules')}</Dialog.Title>
          <div className="packs-columns">
            <Packs />
            <RulesOfPack />
          </div>
          <div className="button-row is-end">
            <ConfigAbsent />
            <Standing />
            <button type="button" className="button is-primary" onClick={() => closeRules(app)}>
              {t('Close')}
            </button>
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Packs() {
  const app = useTheApp();
  const t = useT();
  const chosen = useApp((state) => lintOf(state).preset);
  return (
    <div className="packs-list">
      {packGroups.map(({ title, packs }) => (
        <fieldset key={title}>
          <legend>{t(title)}</legend>
          {packs.map((pack) => (
            <label key={pack} title={t(presets[pack].doc)}>
              <input
                type="radio"
                name="pack"
                value={pack}
                checked={pack === chosen}
                onChange={() => choosePack(app, pack)}
              />
              {t(presets[pack].title)}
            </label>
          ))}
        </fieldset>
      ))}
    </div>
  );
}

/** The rules that are on, and those that are off by the design's own choice, each with what it finds. */
function RulesOfPack() {
  const app = useTheApp();
  const t = useT();
  const settings = useApp(lintOf);
  const report = useApp((state) => state.report);
  const found = useMemo(() => {
    const counts = new Map<string, number>();
    for (const { rule, suppressed } of report.findings)
      if (suppressed === undefined) counts.set(rule, (counts.get(rule) ?? 0) + 1);
    return counts;
  }, [report]);
  const listed = activeRules(settings).active.filter(
    ({ severity, rule }) => severity !== 'off' || settings.rules[rule.id]?.severity !== undefined,
  );
  return (
    <ul className="packs-rules" data-testid="pack-rules">
      {listed.map(({ rule }) => (
        <li key={rule.id}>
          <button type="button" className="link" onClick={() => showRule(app, rule.id)}>
            {named(rule.title)}
          </button>
          <span className="muted">
            {found.has(rule.id) ? t('{{count}} findings', { count: found.get(rule.id) ?? 0 }) : ''}
          </span>
          <RuleSource rule={rule.id} />
          <SeverityChoice rule={rule.id} />
        </li>
      ))}
    </ul>
  );
}

function Standing() {
  const t = useT();
  const analysis = useApp((state) => state.analysis);
  const report = useApp((state) => state.report);
  const count = useMemo(() => countOf(summarise(analysis, report)), [analysis, report]);
  return (
    <span className="muted" data-testid="packs-standing">
      {t('To look at in this design: {{count}}', { count })}
    </span>
  );
}
