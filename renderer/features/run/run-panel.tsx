import { unreachable } from '../../../shared/base/unreachable.ts';
import { ProblemCard } from '../../cards/problem-cards.tsx';
import { useT } from '../../i18n/i18n.ts';
import { useMeasuredTimes } from '../../state/run/measured-times.ts';
import { useRun } from '../../state/run/run-store.ts';
import { MeasuredTimesView } from './measured-times.tsx';
import { RunOptions, useMissing } from './run-options.tsx';
import { RunProgress } from './run-progress.tsx';
import { Scores } from './scores.tsx';
import { SourceBox } from './source-box.tsx';

/** Runs the design for real: a picture in, scores out. */
export function RunPanel() {
  const start = useRun((state) => state.start);
  return (
    <div className="run-panel">
      <form
        className="run-controls"
        onSubmit={(event) => {
          event.preventDefault();
          void start();
        }}
      >
        <SourceBox />
        <RunOptions />
      </form>
      <section className="run-result" aria-live="polite">
        <PictureProblem />
        <Measured />
        <Result />
      </section>
    </div>
  );
}

/** What keeps the picture that was wanted from being run; results of another stay below it. */
function PictureProblem() {
  const problem = useRun((state) => state.pictureProblem);
  return problem ? <ProblemCard problem={problem} /> : null;
}

/** What another tool measured, where that was opened. */
function Measured() {
  const times = useMeasuredTimes();
  return times ? <MeasuredTimesView times={times} /> : null;
}

function Result() {
  const t = useT();
  const status = useRun((state) => state.status);
  const last = useRun((state) => state.last);
  const missing = useMissing();
  switch (status.kind) {
    case 'idle':
      return (
        <div className="empty-panel">
          {missing === undefined ? null : <p>{missing}</p>}
          <p>{t('Run the design to see its scores and where the time goes.')}</p>
        </div>
      );
    case 'cancelled':
      return <p className="empty">{t('Cancelled. The design is as it was; Run starts anew.')}</p>;
    case 'failed':
      return <ProblemCard problem={status.problem} />;
    case 'running':
      return (
        <>
          <RunProgress {...status} />
          {last ? (
            <div className="is-older">
              <Scores outcome={last} />
            </div>
          ) : null}
        </>
      );
    case 'done':
      return <Scores outcome={status.outcome} />;
    default:
      return unreachable(status);
  }
}
