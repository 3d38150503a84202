import classNames from '../../../assets/imagenet-classes.json';
import { formatSample } from '../../../shared/base/dims.ts';
import { topK } from '../../../shared/runtime/image.ts';
import { useT } from '../../i18n/i18n.ts';
import { shortBytes } from '../../parts/format.ts';
import type { Outcome } from './outcome.ts';
import { ProfileTable } from './profile-table.tsx';

const TOP = 5;

/** The most likely classes, the figures of the run, and where its time went. */
export function Scores({ outcome }: { readonly outcome: Outcome }) {
  const t = useT();
  const { output, milliseconds, prepareMilliseconds, backend, weightBytes, activationBytes, profile } =
    outcome;
  const top = topK(output.data, TOP);
  const most = top[0]?.probability ?? 1;
  const named = output.data.length === classNames.length;
  return (
    <div className="scores">
      <div>
        <h3>{t('Top {{count}}', { count: top.length })}</h3>
        <ol className="score-list" data-testid="scores">
          {top.map(({ index, probability }) => (
            <li key={index}>
              <span className="score-name" title={String(index)}>
                {named ? classNames[index] : t('class {{index}}', { index })}
              </span>
              <span className="score-bar">
                <span style={{ transform: `scaleX(${probability / most})` }} />
              </span>
              <span className="score-value">{(probability * 100).toFixed(2)} %</span>
            </li>
          ))}
        </ol>
        <dl className="figures">
          <div>
            <dt>{t('Output')}</dt>
            <dd>{formatSample(output.dims)}</dd>
          </div>
          <div>
            <dt>{t('Time')}</dt>
            <dd>{milliseconds.toFixed(milliseconds < 10 ? 2 : 0)} ms</dd>
          </div>
          <div>
            <dt>{t('Making ready')}</dt>
            <dd>{prepareMilliseconds.toFixed(0)} ms</dd>
          </div>
          <div>
            <dt>{t('Backend')}</dt>
            <dd>{backend}</dd>
          </div>
          <div>
            <dt>{t('Memory')}</dt>
            <dd>
              {shortBytes(weightBytes)} + {shortBytes(activationBytes)}
            </dd>
          </div>
        </dl>
        {outcome.seeded ? (
          <p className="hint">
            {t('Weights are seeded, not trained: the scores show that the network runs, not what it sees.')}
          </p>
        ) : null}
      </div>
      {profile.length > 0 ? <ProfileTable profile={profile} /> : null}
    </div>
  );
}
