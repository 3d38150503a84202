import { ChartScatter, CircleStop, Search, Table2 } from 'lucide-react';
import { useCommands } from '../../commands/use-commands.ts';
import { useT } from '../../i18n/i18n.ts';
import { short } from '../../parts/format.ts';
import { type Steering, useSteering } from '../../state/steering.ts';
import { objection } from './fit-actions.ts';
import { useLimits } from './use-limits.ts';

export type FitView = 'table' | 'plot';

/** Starts and ends looking, tells how far it is and how sure, and shows answers one way or the other. */
export function FitBar({
  view,
  onView,
}: {
  readonly view: FitView;
  readonly onView: (view: FitView) => void;
}) {
  const commands = useCommands();
  const t = useT();
  const steering = useSteering((state) => state);
  const { task, progress } = steering;
  const limits = useLimits();
  const why = objection(steering, limits.length);
  return (
    <div className="panel-bar">
      {task ? (
        <button type="button" className="button is-small" onClick={() => commands.run('fit.stop')}>
          <CircleStop size={13} /> {t('Stop')}
        </button>
      ) : (
        <button
          type="button"
          className="button is-small is-primary"
          disabled={why !== undefined}
          data-testid="fit-find"
          onClick={() => commands.run('fit.find')}
        >
          <Search size={13} /> {t('Find designs')}
        </button>
      )}
      {task ? (
        <progress
          className="fit-progress"
          aria-label={t('Looked at')}
          max={1}
          value={progress?.fraction ?? 0}
        />
      ) : null}
      <span className="muted" role="status" data-testid="fit-status">
        {why === undefined || task ? <Status steering={steering} /> : t(why)}
      </span>
      <span className="spacer" />
      <fieldset className="segments" aria-label={t('Answers as')}>
        <button type="button" aria-pressed={view === 'table'} onClick={() => onView('table')}>
          <Table2 size={12} /> {t('Table')}
        </button>
        <button type="button" aria-pressed={view === 'plot'} onClick={() => onView('plot')}>
          <ChartScatter size={12} /> {t('Plot')}
        </button>
      </fieldset>
    </div>
  );
}

function Status({ steering: { task, progress, found } }: { readonly steering: Steering }) {
  const t = useT();
  if (task)
    return t('{{evaluated}} of {{space}} variants looked at', {
      evaluated: short(Math.min(progress?.evaluated ?? 0, progress?.space ?? 0)),
      space: progress ? short(progress.space) : '?',
    });
  if (!found || found.outcome.kind === 'refused')
    return t('Finds the nearest designs that keep all limits, by turning what is not locked.');
  const { outcome, isStopped } = found;
  // Some are met again on other ways.
  const looked = t('{{evaluated}} of {{space}} variants looked at', {
    evaluated: short(Math.min(outcome.evaluated, outcome.space)),
    space: short(outcome.space),
  });
  if (outcome.kind === 'none') return looked;
  const sure = outcome.isProven && !isStopped;
  return `${t(sure ? 'Proven best' : isStopped ? 'Best found until stopped' : 'Best found')} · ${looked}`;
}
