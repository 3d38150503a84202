import { AlertDialog } from 'radix-ui';
import { useState } from 'react';
import { NumberInput } from '../fields/number-input.tsx';
import { saidAgain } from '../i18n/again.ts';
import { useT } from '../i18n/i18n.ts';
import type { AskedNumber, Numbers, Question } from '../state/questions.ts';
import { useApp, useTheApp } from '../state/use-app.ts';

/** A question with its answers as buttons; Escape is "cancel". */
export function QuestionDialog() {
  const app = useTheApp();
  const question = useApp((state) => state.question);
  if (!question) return null;
  return (
    <AlertDialog.Root open onOpenChange={(open) => (open ? undefined : app.answer(undefined))}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className="shade" />
        <AlertDialog.Content className="dialog" data-testid="question">
          <Asked question={question} key={question.title} />
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}

function Asked({ question }: { readonly question: Question }) {
  const app = useTheApp();
  const t = useT();
  const [numbers, setNumbers] = useState<Numbers>({});
  const asked = question.numbers ?? [];
  const primary = question.choices.find((choice) => choice.primary);
  return (
    <form
      className="question-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (primary) app.answer(primary.id, numbers);
      }}
    >
      <AlertDialog.Title>{saidAgain(question.title)}</AlertDialog.Title>
      <AlertDialog.Description>{saidAgain(question.text)}</AlertDialog.Description>
      {asked.length === 0 ? null : (
        <div className="asked-numbers">
          {asked.map((each) => (
            <Field
              key={each.id}
              {...each}
              value={numbers[each.id] ?? each.value}
              onChange={(value) => setNumbers({ ...numbers, [each.id]: value })}
            />
          ))}
        </div>
      )}
      <div className="button-row is-end">
        <button type="button" className="button" onClick={() => app.answer(undefined)}>
          {t('Cancel')}
        </button>
        {question.choices.map(({ id, title, primary: first }) => (
          <button
            key={id}
            type={first ? 'submit' : 'button'}
            className={`button${first ? ' is-primary' : ''}`}
            data-choice={id}
            ref={(button) => (first && asked.length === 0 ? button?.focus() : undefined)}
            onClick={first ? undefined : () => app.answer(id, numbers)}
          >
            {saidAgain(title)}
          </button>
        ))}
      </div>
    </form>
  );
}

function Field({ title, ...number }: AskedNumber & { readonly onChange: (value: number) => void }) {
  return (
    <div className="asked-number">
      <span>{saidAgain(title)}</span>
      <NumberInput label={saidAgain(title)} whole {...number} />
    </div>
  );
}
