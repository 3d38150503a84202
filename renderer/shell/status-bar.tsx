import { useEffect, useMemo } from 'react';
import {
  type Convention,
  conventionInfo,
  conventions,
  totalOperations,
} from '../../shared/analysis/conventions.ts';
import type { Analysis, NodeFacts } from '../../shared/analysis/facts.ts';
import { formatSample } from '../../shared/base/dims.ts';
import { countedQuantities } from '../../shared/graph/quantities.ts';
import { countOf, isOpenInput } from '../../shared/lint/summary.ts';
import { readAgain } from '../documents/follow-program.ts';
import { useFollowed } from '../documents/program.ts';
import { saidAgain } from '../i18n/again.ts';
import { named, useT } from '../i18n/i18n.ts';
import { exact, short } from '../parts/format.ts';
import { summaryOf } from '../state/judged.ts';
import { usePredicted } from '../state/run/predicted.ts';
import { useApp, useTheApp } from '../state/use-app.ts';
import { useSettled } from '../state/use-settled.ts';
import type { Heat } from '../state/view-state.ts';

const heatTitles: Readonly<Record<Heat, string>> = {
  time: 'time, or predicted',
  macs: 'operations',
  params: 'parameters',
  memory: 'memory',
};

const heats: readonly Heat[] = [...countedQuantities, 'time'];

const WORD_MS = 5000;

/** What was just done, in passing. */
function SaidWord() {
  const app = useTheApp();
  const word = useApp((state) => state.word);
  useEffect(() => {
    if (!word) return;
    const timer = setTimeout(() => app.getState().hush(), WORD_MS);
    return () => clearTimeout(timer);
  }, [app, word]);
  // The place is there before the word, or screen readers would not say it.
  return (
    <span className="status-word" role="status" data-testid="word">
      {word && saidAgain(word.text)}
    </span>
  );
}

/** That the design is a program's, and follows it. */
function ProgramMark() {
  const app = useTheApp();
  const t = useT();
  const followed = useFollowed();
  if (!followed) return null;
  const { state, program } = followed;
  return (
    <button
      type="button"
      className={`status-program is-${state}`}
      data-testid="program"
      data-state={state}
      title={t(
        'The design is {{name}} of {{file}}, and is worked out again whenever that is saved. Click to read it now.',
        {
          name: program.module,
          file: program.name,
        },
      )}
      onClick={() => void readAgain(app)}
    >
      {state === 'running'
        ? t('Reading {{name}} …', { name: program.name })
        : t('Follows {{name}}', { name: program.name })}
    </button>
  );
}

/** What comes in, and what the last layer sees that does not see everything. */
function endsOf({ facts, order }: Analysis) {
  const inputs: NodeFacts[] = [];
  for (const known of facts.values()) if (known.node.kind === 'input') inputs.push(known);
  for (let i = order.length - 1; i >= 0; i--) {
    const last = facts.get(order[i]!)?.reach;
    if (last && Number.isFinite(last.extent[0])) return { inputs, last };
  }
  return { inputs, last: undefined };
}

/** What is true of the whole design, in one line. */
export function StatusBar() {
  const app = useTheApp();
  const t = useT();
  const analysis = useApp((state) => state.whole.analysis);
  const convention = useApp((state) => state.convention);
  const heat = useApp((state) => state.heat);
  const ran = useApp((state) => state.runTimes !== undefined);
  const isPredicted = usePredicted(({ times }) => times !== undefined);
  const whole = useSettled(
    useApp((state) => state.whole),
    analysis.facts.size,
  );
  const summary = useMemo(() => summaryOf(whole.analysis, whole.report), [whole]);
  const { troubles, unfinished, findings: found } = summary;
  const problems = troubles.length;
  // What is not finished is no error.
  const isWrong = troubles.some(({ problem }) => !isOpenInput(problem));
  const findings = countOf({ troubles: [], unfinished, pending: [], findings: found });
  const { totals } = analysis;
  const { inputs, last } = useMemo(() => endsOf(analysis), [analysis]);
  return (
    <footer className="status-bar">
      <label title={named(conventionInfo[convention].doc)}>
        <select
          value={convention}
          aria-label={t('Convention')}
          onChange={(event) => app.getState().countBy(event.target.value as Convention)}
        >
          {conventions.map((name) => (
            <option key={name} value={name}>
              {t(conventionInfo[name].title)}
            </option>
          ))}
        </select>
        <span title={exact(totalOperations(totals, convention))}>
          {totals.unknown > 0 ? '≥ ' : ''}
          {short(totalOperations(totals, convention))}
        </span>
      </label>
      <label>
        <span>{t('Strips show')}</span>
        <select
          value={heat}
          aria-label={t('Strips show')}
          onChange={(event) => app.getState().showHeat(event.target.value as Heat)}
        >
          {heats.map((quantity) => (
            <option key={quantity} value={quantity} disabled={quantity === 'time' && !ran && !isPredicted}>
              {t(heatTitles[quantity])}
            </option>
          ))}
        </select>
      </label>
      <span>
        {t('Input')}{' '}
        <b>
          {inputs.map(({ outputs }) => (outputs?.out ? formatSample(outputs.out) : '?')).join(', ') || '—'}
        </b>
      </span>
      <span>
        {t('Layers')} <b data-testid="layers">{totals.layers}</b>
      </span>
      <span title={t('Layers with multiply-adds on the longest path')}>
        {t('Depth')} <b>{totals.depth}</b>
      </span>
      <span title={t('Of the last layer that does not see everything')}>
        {t('Receptive field')} <b>{last ? `${last.extent[0]}×${last.extent[1]}` : '—'}</b>
      </span>
      <span className="spacer" />
      <SaidWord />
      <ProgramMark />
      <button
        type="button"
        className={`status-problems${isWrong ? ' is-error' : problems + findings > 0 ? ' is-warning' : ''}`}
        onClick={() => app.getState().showPanel('problems')}
      >
        {problems + findings === 0
          ? t('No problems')
          : t('Problems: {{count}}', { count: problems + findings })}
      </button>
    </footer>
  );
}
