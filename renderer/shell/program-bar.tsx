import { TriangleAlert } from 'lucide-react';
import { readAgain } from '../documents/follow-program.ts';
import { useFollowed } from '../documents/program.ts';
import { useT } from '../i18n/i18n.ts';
import { said } from '../i18n/said.ts';
import { useTheApp } from '../state/use-app.ts';

/** The program whose design is shown was saved, and what it says now is not what stands here: until it is. */
export function ProgramBar() {
  const app = useTheApp();
  const t = useT();
  const followed = useFollowed();
  if (followed?.state !== 'failed' && followed?.state !== 'waiting') return null;
  const { program, problems } = followed;
  const [problem] = problems;
  return (
    <div className="conflict" role="alert" data-testid="program-bar">
      <TriangleAlert size={16} className="finding-icon" />
      <span className="program-said">
        <strong>
          {followed.state === 'waiting'
            ? t('{{name}} was saved, and says something else than this design.', { name: program.name })
            : t('{{name}} cannot be read as it was saved; this is the design of before.', {
                name: program.name,
              })}
        </strong>
        {followed.state === 'waiting' ? t(' Taking it over is one step, which can be undone.') : null}
        {problem ? <span className="program-lines">{said(problem.told.message)}</span> : null}
      </span>
      <span className="spacer" />
      <button
        type="button"
        className="button is-small is-primary"
        onClick={() => void readAgain(app, followed.state === 'waiting' ? 'own changes' : undefined)}
      >
        {followed.state === 'waiting' ? t('Take it over') : t('Read it again')}
      </button>
    </div>
  );
}
