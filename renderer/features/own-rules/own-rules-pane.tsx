import { Pencil, Plus, Trash2, X } from 'lucide-react';
import { useMemo } from 'react';
import type { OwnRule } from '../../../shared/graph/own-rules.ts';
import { useT } from '../../i18n/i18n.ts';
import { PartBoundary } from '../../parts/part-boundary.tsx';
import { documentOf } from '../../state/app-state.ts';
import { fileName } from '../../state/config.ts';
import { configSources, lintOf } from '../../state/judged.ts';
import { blankRule, closeOwnRules, putRuleAway, useOwnRules, writeRule } from '../../state/own-rules.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';
import { draftOf } from './draft.ts';
import { dropRule } from './keep.ts';
import { RuleForm } from './rule-form.tsx';

/** The rules that the user wrote, or the form of one, beside the canvas: what it finds is lit there. */
export function OwnRulesPane() {
  const app = useTheApp();
  const t = useT();
  const draft = useOwnRules((state) => state.draft);
  return (
    <aside
      className="reference own-rules"
      aria-label={t("Rules of one's own")}
      data-testid="own-rules"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.nativeEvent.isComposing) return;
        if (draft) putRuleAway(app);
        else closeOwnRules(app);
      }}
    >
      <header className="reference-head">
        <h2>{t("Rules of one's own")}</h2>
        <button
          type="button"
          className="icon-button"
          aria-label={t('Close')}
          title={t('Close')}
          onClick={() => closeOwnRules(app)}
        >
          <X size={15} />
        </button>
      </header>
      <PartBoundary title={t("Rules of one's own")}>
        <div className="reference-body">{draft ? <RuleForm draft={draft} /> : <RuleList />}</div>
      </PartBoundary>
    </aside>
  );
}

/** Those of a configuration beside the design: changed there. */
function ConfiguredRules() {
  const t = useT();
  const sources = useApp(configSources);
  const settings = useApp(lintOf);
  return (settings.own ?? []).flatMap(({ id, when }) => {
    const file = sources?.own[id];
    if (file === undefined) return [];
    return (
      <li key={id} data-own-rule={id}>
        <div>
          <code>{id}</code>
          <span className="muted" title={file}>
            {t('from {{file}}', { file: fileName(file) })}
          </span>
          <p className="muted">{when}</p>
        </div>
      </li>
    );
  });
}

const none: readonly OwnRule[] = [];

function RuleList() {
  const app = useTheApp();
  const t = useT();
  const own = useApp((state) => documentOf(state).lint.own ?? none);
  const report = useApp((state) => state.report);
  const counts = useMemo(() => {
    const byRule = new Map<string, number>();
    for (const { rule } of report.findings) byRule.set(rule, (byRule.get(rule) ?? 0) + 1);
    return byRule;
  }, [report]);
  return (
    <>
      <p className="muted">
        {t(
          'A rule looks at layers, and is broken where its expression is true. It is saved with the design.',
        )}
      </p>
      <ul className="own-rule-list">
        {own.map((rule) => (
          <li key={rule.id} data-own-rule={rule.id}>
            <div>
              <code>{rule.id}</code>
              <span className="muted">{t('{{count}} findings', { count: counts.get(rule.id) ?? 0 })}</span>
              <p className="muted">{rule.when}</p>
            </div>
            <button
              type="button"
              className="icon-button"
              aria-label={t('Change {{rule}}', { rule: rule.id })}
              title={t('Change {{rule}}', { rule: rule.id })}
              onClick={() => writeRule(app, draftOf(rule), rule.id)}
            >
              <Pencil size={14} />
            </button>
            <button
              type="button"
              className="icon-button"
              aria-label={t('Remove {{rule}}', { rule: rule.id })}
              title={t('Remove {{rule}}', { rule: rule.id })}
              onClick={() => dropRule(app, rule.id)}
            >
              <Trash2 size={14} />
            </button>
          </li>
        ))}
        <ConfiguredRules />
      </ul>
      <button type="button" className="button is-primary" onClick={() => writeRule(app, blankRule)}>
        <Plus size={14} /> {t('New rule')}
      </button>
    </>
  );
}
