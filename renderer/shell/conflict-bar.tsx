import { TriangleAlert } from 'lucide-react';
import { useConflict } from '../documents/conflict.ts';
import { answerConflict, answers } from '../documents/outside.ts';
import { useT } from '../i18n/i18n.ts';
import { useApp, useTheApp } from '../state/use-app.ts';

/** Another program changed the file: it stands there until the user has said what becomes of both. */
export function ConflictBar() {
  const app = useTheApp();
  const t = useT();
  const file = useConflict((state) => state.file);
  const grant = useApp((state) => (state.screen === 'editor' ? state.file?.grant : undefined));
  if (!file || file.grant !== grant) return null;
  return (
    <div className="conflict" role="alert" data-testid="conflict">
      <TriangleAlert size={16} className="finding-icon" />
      <span>
        <strong>{t('{{name}} was changed by another program.', { name: file.name })}</strong>{' '}
        {t('Nothing is written over it until you say so.')}
      </span>
      <span className="spacer" />
      {answers.map(({ id, title, primary, perform }) => (
        <button
          key={id}
          type="button"
          className={`button is-small${primary ? ' is-primary' : ''}`}
          data-answer={id}
          onClick={() => void answerConflict(app, perform)}
        >
          {title()}
        </button>
      ))}
    </div>
  );
}
