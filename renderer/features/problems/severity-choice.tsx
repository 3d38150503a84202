import { severities, severityTitles } from '../../cards/severities.ts';
import { useT } from '../../i18n/i18n.ts';
import { designOf } from '../../state/app-state.ts';
import { chooseSeverity } from '../../state/rule-view.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';

/** How a rule counts in this design: as its pack says, or otherwise. */
export function SeverityChoice({ rule }: { readonly rule: string }) {
  const app = useTheApp();
  const t = useT();
  const own = useApp((state) => designOf(state).lint.rules[rule]?.severity);
  return (
    <select
      value={own ?? ''}
      aria-label={t('Severity of {{rule}}', { rule })}
      data-severity={rule}
      onChange={({ target: { value } }) =>
        chooseSeverity(
          app,
          rule,
          severities.find((each) => each === value),
        )
      }
    >
      <option value="">{t('As its pack says')}</option>
      {severities.map((each) => (
        <option key={each} value={each}>
          {t(severityTitles[each])}
        </option>
      ))}
    </select>
  );
}
