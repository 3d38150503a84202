import { formatSample } from '../../../shared/base/dims.ts';
import { topK } from '../../../shared/runtime/image.ts';
import { useT } from '../../i18n/i18n.ts';
import { shortBytes } from '../../parts/format.ts';
import { ClassNamesLine, useClassNames } from './class-names.tsx';
import type { Outcome } from './outcome.ts';
import { ProfileViews } from './profile-views.tsx';
import { TimesFigure } from './times-figure.tsx';

const TOP = 5;

/** The most likely classes, the figures of the run, and where its time went. */
export function Scores({ outcome }: { readonly outcome: Outcome }) {
  const t = useT();
  const { output, batch, times, backend, backendReason, notices, profile, seeded } = outcome;
  // Each place of the batch has scores of its own; those of the first are shown.
  const count = output.data.length / batch;
  const isClassifier = count === Math.max(...output.dims.slice(1));
  return (
    <div className="scores">
      <div>
        {isClassifier ? <TopClasses scores={output.data.subarray(0, count)} /> : null}
        <dl className="figures">
          <div>
            <dt>{t('Output')}</dt>
            <dd>{formatSample(output.dims)}</dd>
          </div>
          <TimesFigure outcome={outcome} />
          {batch > 1 ? (
            <div>
              <dt>{t('Per picture')}</dt>
              <dd>{milliseconds(times.median / batch)}</dd>
            </div>
          ) : null}
          {outcome.prepareMilliseconds === undefined ? null : (
            <div>
              <dt>{t('Making ready')}</dt>
              <dd>{outcome.prepareMilliseconds.toFixed(0)} ms</dd>
            </div>
          )}
          <div>
            <dt>{t('Backend')}</dt>
            <dd title={backendReason}>{backend}</dd>
          </div>
          <div>
            <dt>{t('Memory')}</dt>
            <dd>
              {shortBytes(outcome.weightBytes)} + {shortBytes(outcome.activationBytes)}
            </dd>
          </div>
        </dl>
        {backendReason ? (
          <p className="hint" data-testid="backend-reason">
            {backend}: {backendReason}
          </p>
        ) : null}
        {notices.map((notice) => (
          <p className="hint" key={notice}>
            {notice}
          </p>
        ))}
        {seeded ? (
          <p className="hint">
            {t('Weights are seeded, not trained: the scores show that the network runs, not what it sees.')}
          </p>
        ) : null}
      </div>
      {profile.length > 0 ? <ProfileViews profile={profile} /> : null}
    </div>
  );
}

export const milliseconds = (value: number): string => `${value.toFixed(value < 10 ? 2 : 0)} ms`;

function TopClasses({ scores }: { readonly scores: Float32Array }) {
  const t = useT();
  const names = useClassNames(scores.length);
  const top = topK(scores, TOP);
  const most = top[0]?.probability ?? 1;
  return (
    <>
      <h3>{t('Top {{count}}', { count: top.length })}</h3>
      <ol className="score-list" data-testid="scores">
        {top.map(({ index, probability }, place) => (
          <li key={index} className={place === 0 ? 'is-first' : ''}>
            <span className="score-name" title={String(index)}>
              {names.names[index] || t('class {{index}}', { index })}
            </span>
            <span className="score-bar">
              <span style={{ transform: `scaleX(${most === 0 ? 0 : probability / most})` }} />
            </span>
            <span className="score-value">{(probability * 100).toFixed(2)} %</span>
          </li>
        ))}
      </ol>
      <ClassNamesLine count={scores.length} names={names} />
    </>
  );
}
