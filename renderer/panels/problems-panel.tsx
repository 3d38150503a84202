import { CircleCheck } from 'lucide-react';
import { useState } from 'react';
import { analyze } from '../../shared/analysis/analyze.ts';
import { isPresetName, presets } from '../../shared/lint/presets.ts';
import { applySafeFixes } from '../../shared/lint/run.ts';
import { useT } from '../i18n/i18n.ts';
import { app, designOf, useApp } from '../store/app.ts';
import { FindingCard, ProblemCard } from './problem-cards.tsx';

type Filter = 'all' | 'error' | 'warning' | 'info' | 'silenced';
const filters: readonly Filter[] = ['all', 'error', 'warning', 'info', 'silenced'];

/** Everything that is wrong or questionable, with its mend. */
export function ProblemsPanel() {
  const t = useT();
  const [filter, setFilter] = useState<Filter>('all');
  const problems = useApp((state) => state.analysis.problems);
  const report = useApp((state) => state.report);
  const preset = useApp((state) => designOf(state).lint.preset);
  const findings = report.findings.filter(({ severity, suppressed }) =>
    filter === 'silenced' ? suppressed !== undefined : suppressed === undefined && (filter === 'all' || severity === filter),
  );
  const shownProblems = filter === 'all' || filter === 'error' ? [...problems, ...report.problems] : [];
  const safe = report.findings.filter(({ fix, suppressed }) => fix?.safety === 'safe' && !suppressed).length;
  const titles: Readonly<Record<Filter, string>> = {
    all: t('All'),
    error: t('Errors'),
    warning: t('Warnings'),
    info: t('Remarks'),
    silenced: t('Silenced'),
  };
  return (
    <div className="problems-panel">
      <div className="panel-tools">
        <div className="segmented" role="radiogroup" aria-label={t('Show')}>
          {filters.map((name) => (
            <button key={name} type="button" role="radio" aria-checked={filter === name} onClick={() => setFilter(name)}>
              {titles[name]}
            </button>
          ))}
        </div>
        <label>
          {t('Rules')}{' '}
          <select
            value={preset}
            aria-label={t('Rules')}
            onChange={(event) => {
              const next = event.target.value;
              app.getState().edit(t('Rules: {{preset}}', { preset: next }), (draft) => {
                draft.lint.preset = next;
              });
            }}
          >
            {isPresetName(preset) ? null : <option value={preset}>{preset}</option>}
            {Object.entries(presets).map(([name, { title, doc }]) => (
              <option key={name} value={name} title={doc}>
                {title}
              </option>
            ))}
          </select>
        </label>
        <button type="button" className="button is-small" disabled={safe === 0} onClick={() => fixAll(t('Apply safe fixes'))}>
          {t('Apply safe fixes')} {safe > 0 ? `(${safe})` : ''}
        </button>
      </div>
      <div className="finding-list">
        {shownProblems.map((problem, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a design can have the same problem twice.
          <ProblemCard key={i} problem={problem} />
        ))}
        {findings.map((finding) => (
          <FindingCard key={`${finding.rule}/${finding.node}/${finding.message}`} finding={finding} />
        ))}
        {shownProblems.length + findings.length === 0 ? (
          <p className="empty">
            <CircleCheck size={18} /> {t('Nothing to report.')}
          </p>
        ) : null}
      </div>
    </div>
  );
}

function fixAll(label: string): void {
  const design = designOf(app.getState());
  const fixed = applySafeFixes(design, (each) => analyze(each)).design;
  app.getState().edit(label, (draft) => Object.assign(draft, fixed));
}
