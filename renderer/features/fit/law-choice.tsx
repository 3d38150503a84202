import { lawNamed, laws } from '../../../shared/steer/laws.ts';
import { useT } from '../../i18n/i18n.ts';
import { useSteering } from '../../state/steering.ts';
import { useTheApp } from '../../state/use-app.ts';
import { chooseLaw } from './fit-actions.ts';

/** Whether the open design is turned, or what a published family is made by. */
export function LawChoice() {
  const app = useTheApp();
  const t = useT();
  const law = useSteering((state) => state.law);
  return (
    <select
      className="fit-law"
      aria-label={t('What is turned')}
      data-testid="fit-law"
      value={law ?? ''}
      onChange={(event) => chooseLaw(app, lawNamed(event.target.value)?.id)}
    >
      <option value="">{t('This design')}</option>
      <optgroup label={t('Laws of published families')}>
        {laws.map(({ id, title }) => (
          <option key={id} value={id}>
            {t(title)}
          </option>
        ))}
      </optgroup>
    </select>
  );
}

/** The law, as its paper has it. */
export function LawText() {
  const t = useT();
  const law = useSteering((state) => lawNamed(state.law ?? ''));
  if (!law) return null;
  return (
    <p className="hint fit-law-text" data-testid="fit-law-text">
      {t(law.formula)}. <span className="muted">{law.source}</span>
    </p>
  );
}
