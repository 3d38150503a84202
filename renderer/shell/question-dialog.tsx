import { AlertDialog } from 'radix-ui';
import { useT } from '../i18n/i18n.ts';
import { useApp, useTheApp } from '../state/use-app.ts';

/** A question with its answers as buttons; Escape is "cancel". */
export function QuestionDialog() {
  const app = useTheApp();
  const t = useT();
  const question = useApp((state) => state.question);
  if (!question) return null;
  return (
    <AlertDialog.Root open onOpenChange={(open) => (open ? undefined : app.answer(undefined))}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className="shade" />
        <AlertDialog.Content className="dialog" data-testid="question">
          <AlertDialog.Title>{question.title}</AlertDialog.Title>
          <AlertDialog.Description>{question.text}</AlertDialog.Description>
          <div className="button-row is-end">
            <button type="button" className="button" onClick={() => app.answer(undefined)}>
              {t('Cancel')}
            </button>
            {question.choices.map(({ id, title, primary }) => (
              <button
                key={id}
                type="button"
                className={`button${primary ? ' is-primary' : ''}`}
                data-choice={id}
                ref={(button) => (primary ? button?.focus() : undefined)}
                onClick={() => app.answer(id)}
              >
                {title}
              </button>
            ))}
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
