import { CircleCheck, SlidersHorizontal } from 'lucide-react';
import { useMemo, useState } from 'react';
import { quantities, quantityTable } from '../../../shared/graph/quantities.ts';
import { type PresetName, presetNames, presets } from '../../../shared/lint/presets.ts';
import { summarise } from '../../../shared/lint/summary.ts';
import { FindingCard, ProblemCard, UnfinishedCard } from '../../cards/problem-cards.tsx';
import { useCommands } from '../../commands/use-commands.ts';
import { useT } from '../../i18n/i18n.ts';
import type { App } from '../../state/app.ts';
import { designOf } from '../../state/app-state.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';

type Shown = 'all' | 'error' | 'warning' | 'silenced';
const filters: readonly (readonly [Shown, string])[] = [
  ['all', 'All'],
  ['error', 'Errors'],
  ['warning', 'Warnings'],
  ['silenced', 'Silenced'],
];

/** What keeps the design from working, and what the rules say about it. */
export function ProblemsPanel() {
  const app = useTheApp();
  const t = useT();
  const [shown, setShown] = useState<Shown>('all');
  const analysis = useApp((state) => state.analysis);
  const report = useApp((state) => state.report);
  const preset = useApp((state) => designOf(state).lint.preset);
  const {
    troubles,
    unfinished,
    pending,
    findings: found,
  } = useMemo(() => summarise(analysis, report), [analysis, report]);
  const findings = found.filter(({ suppressed, severity }) =>
    shown === 'silenced'
      ? suppressed !== undefined
      : suppressed === undefined && (shown === 'all' || severity === shown),
  );
  const errors = shown === 'all' || shown === 'error';
  const listed = errors
    ? [...troubles, ...report.problems.map((problem) => ({ problem, consequences: [] }))]
    : [];
  return (
    <div className="problems">
      <div className="panel-bar">
        <fieldset className="segments" aria-label={t('Show')}>
          {filters.map(([name, title]) => (
            <button key={name} type="button" aria-pressed={shown === name} onClick={() => setShown(name)}>
              {t(title)}
            </button>
          ))}
        </fieldset>
        <label className="inline">
          <span>{t('Rules')}</span>
          <select
            value={preset}
            data-testid="preset"
            onChange={(event) => choose(app, event.target.value, t('Choose rules'))}
          >
            {presetNames.map((name) => (
              <option key={name} value={name}>
                {presets[name].title}
              </option>
            ))}
          </select>
        </label>
        <span className="muted">{presets[preset as PresetName]?.doc}</span>
      </div>
      <div className="problem-list" data-testid="problems">
        {shown === 'all' ? <OverBudget /> : null}
        {errors && unfinished.length > 0 ? <UnfinishedCard open={unfinished} pending={pending} /> : null}
        {listed.map(({ problem, consequences }) => (
          <ProblemCard
            key={`${problem.code}${problem.where.node}${problem.message}`}
            problem={problem}
            consequences={consequences}
          />
        ))}
        {findings.map((finding) => (
          <FindingCard key={`${finding.rule}${finding.node}${finding.message}`} finding={finding} />
        ))}
        {listed.length + findings.length === 0 && !(errors && unfinished.length > 0) ? (
          <p className="empty">
            <CircleCheck size={18} />{' '}
            {shown === 'silenced' ? t('Nothing is silenced.') : t('Nothing to say against this design.')}
          </p>
        ) : null}
      </div>
    </div>
  );
}

/** Over the budget, the way back into it. */
function OverBudget() {
  const commands = useCommands();
  const t = useT();
  const gauges = useApp((state) => state.budget.gauges);
  const over = quantities.filter((quantity) => gauges[quantity].within === false);
  if (over.length === 0) return null;
  return (
    <p className="over-budget" data-testid="over-budget">
      {t('Out of budget: {{quantities}}.', {
        quantities: over.map((quantity) => t(quantityTable[quantity].title)).join(', '),
      })}{' '}
      <button type="button" className="button is-small" onClick={() => commands.run('fit.open')}>
        <SlidersHorizontal size={13} /> {t('Fit to limits …')}
      </button>
    </p>
  );
}

function choose(app: App, preset: string, label: string): void {
  app.getState().editDocument(label, (draft) => {
    draft.lint.preset = preset;
  });
}
