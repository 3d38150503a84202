import { CircleCheck, SlidersHorizontal } from 'lucide-react';
import { useMemo, useState } from 'react';
import { countedQuantities, type Quantity, quantityTable } from '../../../shared/graph/quantities.ts';
import type { Finding } from '../../../shared/lint/define.ts';
import { costOfPlaces } from '../../../shared/lint/fix-all.ts';
import { packGroups, presets } from '../../../shared/lint/presets.ts';
import type { Trouble } from '../../../shared/lint/summary.ts';
import { InPortions } from '../../cards/in-portions.tsx';
import { FindingCard, ProblemCard, UnfinishedCard } from '../../cards/problem-cards.tsx';
import { CommandButton } from '../../commands/command-button.tsx';
import { CommandTextButton } from '../../commands/command-text-button.tsx';
import { useT } from '../../i18n/i18n.ts';
import { short } from '../../parts/format.ts';
import { lintOf, summaryOf } from '../../state/judged.ts';
import { choosePack, showPacks } from '../../state/rule-view.ts';
import { useTimeGauge } from '../../state/run/predicted.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';
import { useSettled } from '../../state/use-settled.ts';
import { ConfigNote } from './config-note.tsx';
import { FixAll } from './fix-all.tsx';
import { type FindingGroup, type Grouping, groupings, groupsOf } from './grouping.ts';

type Shown = 'all' | 'error' | 'warning' | 'silenced';
const filters: readonly (readonly [Shown, string])[] = [
  ['all', 'All'],
  ['error', 'Errors'],
  ['warning', 'Warnings'],
  ['silenced', 'Silenced'],
];

const groupingTitles: Readonly<Record<Grouping, string>> = {
  severity: 'by severity',
  rule: 'by rule',
  pack: 'by pack',
  node: 'by layer',
};

/** What keeps the design from working, and what the rules say about it. */
export function ProblemsPanel() {
  const t = useT();
  const [by, setBy] = useState<Grouping>('severity');
  const [shown, setShown] = useState<Shown>('all');
  const now = useApp((state) => state.analysis);
  const told = useApp((state) => state.report);
  const latest = useMemo(() => ({ analysis: now, report: told }), [now, told]);
  const { analysis, report } = useSettled(latest, now.facts.size);
  const settings = useApp(lintOf);
  const {
    troubles,
    unfinished,
    pending,
    findings: found,
  } = useMemo(() => summaryOf(analysis, report), [analysis, report]);
  const findings = found.filter(({ suppressed, severity }) =>
    shown === 'silenced'
      ? suppressed !== undefined
      : suppressed === undefined && (shown === 'all' || severity === shown),
  );
  const errors = shown === 'all' || shown === 'error';
  const listed = errors
    ? [...troubles, ...report.problems.map((problem): Trouble => ({ problem, consequences: [] }))]
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
        <select
          value={by}
          aria-label={t('Group findings')}
          data-testid="grouping"
          onChange={({ target: { value } }) => setBy(groupings.find((each) => each === value) ?? 'severity')}
        >
          {groupings.map((each) => (
            <option key={each} value={each}>
              {t(groupingTitles[each])}
            </option>
          ))}
        </select>
        <PackChoice />
      </div>
      <div className="problem-list" data-testid="problems">
        <FoundCost findings={findings.filter(({ suppressed }) => suppressed === undefined)} />
        {shown === 'all' ? <ConfigNote /> : null}
        {shown === 'all' ? <OverBudget /> : null}
        {errors && unfinished.length > 0 ? <UnfinishedCard open={unfinished} pending={pending} /> : null}
        <InPortions items={listed}>
          {({ problem, consequences }) => (
            <ProblemCard
              key={`${problem.code}${problem.where.node}${problem.message}`}
              problem={problem}
              consequences={consequences}
            />
          )}
        </InPortions>
        {groupsOf(findings, by, settings).map((group) => (
          <Group key={group.key} group={group} by={by} />
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
  const t = useT();
  const gauges = useApp((state) => state.budget.gauges);
  const time = useTimeGauge();
  const over: readonly Quantity[] = [
    ...countedQuantities.filter((quantity) => gauges[quantity].within === false),
    ...(time?.within === false ? (['time'] as const) : []),
  ];
  if (over.length === 0) return null;
  return (
    <p className="over-budget" data-testid="over-budget">
      {t('Out of budget: {{quantities}}.', {
        quantities: over.map((quantity) => t(quantityTable[quantity].title)).join(', '),
      })}{' '}
      <CommandTextButton id="fit.open" className="button is-small">
        <SlidersHorizontal size={13} /> {t('Fit to limits …')}
      </CommandTextButton>
    </p>
  );
}

function PackChoice() {
  const app = useTheApp();
  const t = useT();
  const preset = useApp((state) => lintOf(state).preset);
  return (
    <>
      <label className="inline">
        <span>{t('Rules')}</span>
        <select
          value={preset}
          data-testid="preset"
          onChange={({ target: { value } }) => choosePack(app, value)}
        >
          {packGroups.map(({ title, packs }) => (
            <optgroup key={title} label={t(title)}>
              {packs.map((pack) => (
                <option key={pack} value={pack}>
                  {t(presets[pack].title)}
                </option>
              ))}
            </optgroup>
          ))}
        </select>
      </label>
      <button
        type="button"
        className="button is-small"
        data-testid="choose-rules"
        onClick={() => showPacks(app)}
      >
        {t('Choose …')}
      </button>
      <CommandButton id="rules.own" />
    </>
  );
}

/** What the layers cost that findings stand at, each once. */
function FoundCost({ findings }: { readonly findings: readonly Finding[] }) {
  const t = useT();
  const analysis = useApp((state) => state.analysis);
  const { macs } = useMemo(() => costOfPlaces(findings, analysis), [findings, analysis]);
  if (macs === 0) return null;
  const share = ((100 * macs) / analysis.totals.macs).toFixed(0);
  return (
    <p
      className="found-cost"
      data-testid="found-cost"
      title={t('What the layers cost that findings stand at, each once.')}
    >
      {t('{{count}} findings · {{macs}} multiply-adds ({{share}} %)', {
        count: findings.length,
        macs: short(macs),
        share,
      })}
    </p>
  );
}

/** Findings under their title; by severity they need none, for the icons tell. */
function Group({
  group: { key, title, findings },
  by,
}: {
  readonly group: FindingGroup;
  readonly by: Grouping;
}) {
  const t = useT();
  const fixable = findings.filter(({ fix, suppressed }) => fix !== undefined && suppressed === undefined);
  return (
    <section className="finding-group" data-group={key}>
      {by === 'severity' ? null : (
        <h3>
          {by === 'node' && key !== '' ? key : t(title)} <span className="count">{findings.length}</span>
          {by === 'rule' && fixable.length > 0 ? <FixAll rule={key} count={fixable.length} /> : null}
        </h3>
      )}
      <InPortions items={findings}>
        {(finding) => (
          <FindingCard key={`${finding.rule}${finding.node}${finding.message}`} finding={finding} />
        )}
      </InPortions>
    </section>
  );
}
