import { useState } from 'react';
import { algorithmInWords } from '../../../shared/languages/words.ts';
import type { StepProfile } from '../../../shared/runtime/backend.ts';
import type { Prediction } from '../../../shared/runtime/time/predict.ts';
import { spokenWords, useT } from '../../i18n/i18n.ts';
import { shortBytes } from '../../parts/format.ts';
import type { App } from '../../state/app.ts';
import { documentOf } from '../../state/app-state.ts';
import { hover } from '../../state/hover.ts';
import { nodesOfStep } from '../../state/run/run-times.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';

/** Selects what a step computes, on the canvas. */
function show(app: App, step: StepProfile): void {
  const { nodes } = documentOf(app.getState());
  const there = nodesOfStep(step).filter((node) => nodes[node]);
  app.getState().select(there);
  if (there.length > 0) app.viewport.show(there);
}

type Column = 'order' | 'milliseconds' | 'rate' | 'bytes';

function gigaflops({ macs, milliseconds }: StepProfile): number {
  return milliseconds === 0 ? 0 : (2 * macs) / milliseconds / 1e6;
}

/** Steps of a plan and of a run of it are the same where they compute the same nodes in the same way. */
const keyOf = ({ nodes, algorithm }: Pick<StepProfile, 'nodes' | 'algorithm'>): string =>
  `${algorithm} ${nodes.join()}`;

/** Where the time goes, step by step. */
export function ProfileTable({
  profile,
  prediction,
}: {
  readonly profile: readonly StepProfile[];
  readonly prediction: Prediction | undefined;
}) {
  const app = useTheApp();
  const t = useT();
  const selection = useApp((state) => state.selection);
  const [sort, setSort] = useState<Column>('order');
  const predicted = new Map(
    prediction?.steps.map((step) => [keyOf(step), step.estimate?.milliseconds] as const),
  );
  const total = profile.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const most = profile.reduce((largest, { milliseconds }) => Math.max(largest, milliseconds), 0);
  const key: Readonly<Record<Column, (step: StepProfile) => number>> = {
    order: () => 0,
    milliseconds: (step) => step.milliseconds,
    rate: gigaflops,
    bytes: (step) => step.bytes,
  };
  const rows = sort === 'order' ? profile : [...profile].sort((a, b) => key[sort](b) - key[sort](a));
  const head = (column: Column, title: string) => (
    <th aria-sort={sort === column ? 'descending' : 'none'}>
      <button type="button" onClick={() => setSort(column)}>
        {title}
      </button>
    </th>
  );
  return (
    <div className="profile-table">
      <table className="table">
        <thead>
          <tr>
            {head('order', t('Step'))}
            <th>{t('Algorithm')}</th>
            {head('milliseconds', 'ms')}
            {prediction ? <th>{t('predicted')}</th> : null}
            <th>{t('Share')}</th>
            {head('rate', 'GFLOP/s')}
            {head('bytes', t('Bytes'))}
          </tr>
        </thead>
        <tbody>
          {rows.map((step) => (
            <tr
              key={step.nodes.join()}
              className={nodesOfStep(step).some((node) => selection.includes(node)) ? 'is-selected' : ''}
              onMouseEnter={() => hover(app, nodesOfStep(step)[0])}
              onMouseLeave={() => hover(app, undefined)}
            >
              <td title={step.nodes.join(' + ')}>
                <button type="button" className="link" onClick={() => show(app, step)}>
                  {step.nodes.join(' + ')}
                </button>
              </td>
              <td>{algorithmInWords(step.algorithm, spokenWords())}</td>
              <td className="number">{step.milliseconds.toFixed(2)}</td>
              {prediction ? (
                <td className="number muted">{predicted.get(keyOf(step))?.toFixed(2) ?? '?'}</td>
              ) : null}
              <td className="bar-cell">
                <span style={{ transform: `scaleX(${most === 0 ? 0 : step.milliseconds / most})` }} />
                <em>{total === 0 ? '' : `${((100 * step.milliseconds) / total).toFixed(1)} %`}</em>
              </td>
              <td className="number">{step.macs === 0 ? '' : gigaflops(step).toFixed(1)}</td>
              <td className="number">{shortBytes(step.bytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
