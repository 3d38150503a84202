import { formatSample } from '../../../shared/base/dims.ts';
import { setRun } from '../../../shared/graph/edits.ts';
import { preprocessingNamed, topK } from '../../../shared/runtime/image.ts';
import { useT } from '../../i18n/i18n.ts';
import { useSaid } from '../../i18n/said.ts';
import { milliseconds, shortBytes } from '../../parts/format.ts';
import type { Outcome } from '../../state/run/outcome.ts';
import { preprocessingTitles } from '../../state/run/preprocessings.ts';
import { runOf, useRun } from '../../state/run/run-store.ts';
import { usePrediction } from '../../state/run/time-model.ts';
import { useTheApp } from '../../state/use-app.ts';
import { ClassNamesLine, useClassNames } from './class-names-field.tsx';
import { ProfileViews } from './profile-views.tsx';
import { TimesFigure } from './times-figure.tsx';

const TOP = 5;

/** The most likely classes, the figures of the run, and where its time went. */
export function Scores({ outcome }: { readonly outcome: Outcome }) {
  const t = useT();
  const said = useSaid();
  const { output, batch, times, backend, backendReason, notices, profile, seeded } = outcome;
  const threads = useRun((state) => state.threads);
  const all = usePrediction(batch);
  // It was measured with as many threads as there are, and of the CPU.
  const prediction = backend === 'cpu' && threads === undefined ? all : undefined;
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
          {prediction ? (
            <div data-testid="predicted">
              <dt title={t('What a run takes once engines have translated the kernels; nine times in ten')}>
                {t('Predicted')}
              </dt>
              <dd>
                {prediction.unknown.length > 0 ? '≥ ' : ''}
                {milliseconds(prediction.total.milliseconds)}{' '}
                <span className="muted">
                  ({prediction.total.low.toFixed(2)} – {prediction.total.high.toFixed(2)})
                </span>
              </dd>
            </div>
          ) : null}
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
            <dd title={backendReason && said(backendReason)}>{backend}</dd>
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
            {backend}: {said(backendReason)}
          </p>
        ) : null}
        {notices.map(said).map((notice) => (
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
      {profile.length > 0 ? <ProfileViews profile={profile} prediction={prediction} /> : null}
    </div>
  );
}

/** A picture that was not prepared as those that the network learned from makes it see anything and nothing. */
function SurerHint({ names }: { readonly names: readonly (string | undefined)[] }) {
  const app = useTheApp();
  const t = useT();
  const surer = useRun((state) => state.surer);
  if (!surer) return null;
  const { name, index, probability } = surer;
  const use = (): void => {
    const [feed] = Object.values(runOf(app).getState().last?.feeds ?? {});
    const [, , height = 1, width = 1] = feed?.dims ?? [];
    const preprocessing = preprocessingNamed(name, [height, width]);
    app.getState().editDocument(t('Preprocessing'), setRun({ preprocessing }));
    void runOf(app).getState().start();
  };
  return (
    <p className="hint" role="status" data-testid="surer">
      {t('With the preprocessing “{{preset}}” it is surer: {{name}}, {{percent}} %.', {
        preset: t(preprocessingTitles[name]),
        name: names[index] || t('class {{index}}', { index }),
        percent: (probability * 100).toFixed(2),
      })}{' '}
      <button type="button" className="link" onClick={use}>
        {t('Use it and run again')}
      </button>
    </p>
  );
}

function TopClasses({ scores }: { readonly scores: Float32Array }) {
  const t = useT();
  const names = useClassNames(scores.length);
  const top = topK(scores, TOP);
  return (
    <>
      <h3>{t('Top {{count}}', { count: top.length })}</h3>
      {/* Before what it doubts: in a low panel what is below is out of sight. */}
      <SurerHint names={names.names} />
      <ol className="score-list" data-testid="scores">
        {top.map(({ index, probability }, place) => (
          <li key={index} className={place === 0 ? 'is-first' : ''}>
            <span className="score-name" title={String(index)}>
              {names.names[index] || t('class {{index}}', { index })}
            </span>
            <span className="score-bar">
              <span style={{ transform: `scaleX(${probability})` }} />
            </span>
            <span className="score-value">{(probability * 100).toFixed(2)} %</span>
          </li>
        ))}
      </ol>
      <ClassNamesLine count={scores.length} names={names} />
    </>
  );
}
