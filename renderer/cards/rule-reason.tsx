import { selectKeys } from '../../shared/graph/own-rules.ts';
import { activeRules } from '../../shared/lint/settings.ts';
import { named, useT } from '../i18n/i18n.ts';
import { BriefMarkdown } from '../parts/brief-markdown.tsx';
import { lintOf } from '../state/judged.ts';
import { useApp } from '../state/use-app.ts';

/** Why a rule asks for what it does, and where that stands; of a rule of one's own, what it looks at and when it is broken. */
export function RuleReason({ id }: { readonly id: string }) {
  const t = useT();
  const settings = useApp(lintOf);
  const own = settings.own?.find((each) => each.id === id);
  if (own) {
    const looked = selectKeys.flatMap((key) => {
      const patterns = own.select[key];
      return patterns === undefined ? [] : [`${key}: ${[patterns].flat().join(', ')}`];
    });
    return (
      <>
        <p>{t('A rule of your own: broken where this holds.')}</p>
        <p>
          <code>{own.when}</code>
        </p>
        <p className="muted">
          {looked.length === 0
            ? t('It looks at every layer.')
            : t('It looks at {{what}}.', { what: looked.join('; ') })}
        </p>
        <p>{own.message}</p>
      </>
    );
  }
  const active = activeRules(settings).active.find(({ rule }) => rule.id === id);
  if (!active) return null;
  return (
    <>
      <BriefMarkdown text={named(active.rule.why)} />
      <p className="muted">{named(active.rule.source)}</p>
    </>
  );
}
