import { Dialog } from 'radix-ui';
import { useMemo } from 'react';
import type { AnyRule, RuleExample } from '../../../shared/lint/define.ts';
import { costOfPlaces } from '../../../shared/lint/fix-all.ts';
import { presets } from '../../../shared/lint/presets.ts';
import { exampleText, rulePageOf } from '../../../shared/lint/rule-page.ts';
import { type ActiveRule, activeRules } from '../../../shared/lint/settings.ts';
import { formatParam } from '../../../shared/schema/codec.ts';
import type { Param, ParamValue } from '../../../shared/schema/params.ts';
import { RuleReason } from '../../cards/rule-reason.tsx';
import { openExample } from '../../documents/examples.ts';
import { named, useT } from '../../i18n/i18n.ts';
import { useSaid } from '../../i18n/said.ts';
import { exact, short } from '../../parts/format.ts';
import { lintOf } from '../../state/judged.ts';
import { closeRules, showRule, useOpenRules } from '../../state/rule-view.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';
import { FixAll } from './fix-all.tsx';
import { SeverityChoice } from './severity-choice.tsx';

/** What a rule counts may be millions. */
const valueText = (definition: Param, value: ParamValue): string =>
  Number.isInteger(value) ? exact(Number(value)) : named(formatParam(definition, value));

/** A rule's page: its reason, its arithmetic, and what it says of this design. */
export function RulePage() {
  const app = useTheApp();
  const open = useOpenRules();
  const settings = useApp(lintOf);
  const active =
    open.kind === 'rule' ? activeRules(settings).active.find(({ rule }) => rule.id === open.id) : undefined;
  return (
    <Dialog.Root open={active !== undefined} onOpenChange={(next) => (next ? undefined : closeRules(app))}>
      <Dialog.Portal>
        <Dialog.Overlay className="shade" />
        <Dialog.Content
          className="dialog is-wide rule-page"
          aria-describedby={undefined}
          data-testid="rule-page"
        >
          {active ? <Content active={active} /> : null}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Content({ active: { rule, options } }: { readonly active: ActiveRule }) {
  const app = useTheApp();
  const t = useT();
  const page = rulePageOf(rule);
  const packs = page.presets.map((pack) => t(presets[pack].title));
  return (
    <>
      <Dialog.Title>{named(page.title)}</Dialog.Title>
      <p className="muted">
        <code>{page.id}</code>
        {packs.length > 0 ? ` · ${packs.join(', ')}` : ''}
      </p>
      <div className="rule-body">
        <RuleReason id={rule.id} />
        {page.contradictions.map(({ rule: other, why }) => (
          <p key={other}>
            {t('Asks for the opposite of')}{' '}
            <button type="button" className="link" onClick={() => showRule(app, other)}>
              {other}
            </button>
            : {named(why)}
          </p>
        ))}
        {page.options.map(([name, definition]) => (
          <p key={name} className="muted">
            {named(definition.title)}: <strong>{valueText(definition, options[name]!)}</strong>.{' '}
            {named(definition.doc)}
          </p>
        ))}
        <Here rule={page.id} />
        {page.examples.map((example) => (
          <Example key={example.title} rule={rule} example={example} />
        ))}
      </div>
      <div className="button-row is-end">
        <SeverityChoice rule={rule.id} />
        <button type="button" className="button is-primary" onClick={() => closeRules(app)}>
          {t('Close')}
        </button>
      </div>
    </>
  );
}

/** A design that it is shown by, and what it finds there. */
function Example({ rule, example }: { readonly rule: AnyRule; readonly example: RuleExample }) {
  const app = useTheApp();
  const t = useT();
  const open = async (): Promise<void> => {
    if (await openExample(app, rule, example)) closeRules(app);
  };
  const found = example.finds.map((at) => at ?? t('The design as a whole')).join(', ');
  return (
    <details className="rule-example">
      <summary>
        {named(example.title)}
        {': '}
        <span className="muted">{found === '' ? t('nothing to say') : t('finds {{found}}', { found })}</span>
      </summary>
      <pre>
        <code>{exampleText(example)}</code>
      </pre>
      <button type="button" className="button is-small" onClick={() => void open()}>
        {t('Open this example')}
      </button>
    </details>
  );
}

/** What it says of this design, with its numbers. */
function Here({ rule }: { readonly rule: string }) {
  const t = useT();
  const say = useSaid();
  const report = useApp((state) => state.report);
  const analysis = useApp((state) => state.analysis);
  const found = useMemo(
    () => report.findings.filter((each) => each.rule === rule && each.suppressed === undefined),
    [report, rule],
  );
  const { macs, params } = costOfPlaces(found, analysis);
  const fixable = found.filter(({ fix }) => fix !== undefined).length;
  if (found.length === 0) return <p className="md-heading">{t('In this design: nothing to say.')}</p>;
  return (
    <>
      <p className="md-heading">{t('In this design: {{count}} findings', { count: found.length })}</p>
      <p className="muted">
        {t('at layers with {{macs}} multiply-adds and {{params}} parameters', {
          macs: short(macs),
          params: short(params),
        })}
      </p>
      <ul>
        {found.map((each) => (
          <li key={`${each.node}${each.message}`}>{each.says ? say(each.says) : each.message}</li>
        ))}
      </ul>
      {fixable > 0 ? <FixAll rule={rule} count={fixable} /> : null}
    </>
  );
}
