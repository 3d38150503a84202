import { Crosshair } from 'lucide-react';
import { type ReactNode, useDeferredValue, useEffect, useId, useMemo } from 'react';
import { catalog } from '../../../shared/blocks/index.ts';
import type { NodeId } from '../../../shared/graph/design.ts';
import { facts, namesFor } from '../../../shared/lint/own/facts.ts';
import { factsOf, type Trial, tryRule } from '../../../shared/lint/own/trial.ts';
import { severities, severityTitles } from '../../cards/severities.ts';
import { useT } from '../../i18n/i18n.ts';
import { designOf, documentOf } from '../../state/app-state.ts';
import {
  type Lit,
  light,
  ownRulesOf,
  putRuleAway,
  type RuleDraft,
  typeRule,
  useOwnRules,
} from '../../state/own-rules.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';
import { readDraft, takenBy, type Wrong } from './draft.ts';
import { keepRule } from './keep.ts';

const paramNames = [...new Set(Object.values(catalog).flatMap(({ params }) => Object.keys(params)))].sort();

/** A rule while it is written: what is wrong with it as it is typed, and what it finds, lit on the canvas. */
export function RuleForm({ draft }: { readonly draft: RuleDraft }) {
  const app = useTheApp();
  const t = useT();
  const replaces = useOwnRules((state) => state.replaces);
  const settings = useApp((state) => documentOf(state).lint);
  const { rule, wrong } = useMemo(
    () => readDraft(draft, takenBy(settings, replaces)),
    [draft, settings, replaces],
  );
  const trial = useTrial(draft);
  const lists = useId();
  const field = (name: Exclude<keyof RuleDraft, 'severity'>, title: string, doc: string, list?: string) => (
    <Field title={title} doc={doc} wrong={wrong[name]} text={draft[name]} isBlank={draft[name] === ''}>
      {(aria) => (
        <input
          {...aria}
          value={draft[name]}
          spellCheck={false}
          data-field={name}
          list={list}
          onChange={({ target: { value } }) => typeRule(app, { [name]: value })}
        />
      )}
    </Field>
  );
  return (
    <form
      className="rule-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (!rule) return;
        keepRule(app, rule, replaces);
        putRuleAway(app);
      }}
    >
      {field('id', t('Name'), t('In small letters, such as wide-enough.'))}
      <SeverityChoice severity={draft.severity} />
      <h3>{t('Looks at')}</h3>
      <p className="muted">
        {t('Every layer where all is empty. * stands for any text; several are divided by commas.')}
      </p>
      {field('kind', t('Kind'), t('Such as conv2d, or *Pool.'), `${lists}-kinds`)}
      {field('group', t('Group'), t('Such as convolution.'), `${lists}-groups`)}
      {field('name', t('Called'), t('The name of the layer, such as conv*.'))}
      {field('stage', t('Stage'), t('Which stretch of one map size, from 1.'))}
      {field('block', t('Inside block'), t('A block that it lies in.'))}
      {field('after', t('Right after'), t('The kind of what feeds it, such as maxPool.'), `${lists}-kinds`)}
      {field('before', t('Right before'), t('The kind of what it feeds.'), `${lists}-kinds`)}
      <h3>{t('Broken where')}</h3>
      <Passage
        name="when"
        title={t('Expression')}
        doc={t('Such as out.channels % 8 != 0, or macs > 0.25 * total.macs.')}
        wrong={wrong.when}
        text={draft.when}
      />
      <Found trial={trial} />
      <h3>{t('Says')}</h3>
      <Passage
        name="message"
        title={t('Message')}
        doc={t('What is in braces is worked out: "{name}" has {out.channels} channels.')}
        wrong={wrong.message}
        text={draft.message}
      />
      <h3>{t('Fix')}</h3>
      {field('param', t('Sets'), t('A parameter, such as channels; empty for no fix.'), `${lists}-params`)}
      {draft.param === '' ? null : field('value', t('To'), t('As in a file: 32, [3, 3], true or same.'))}
      <FactList lit={trial} />
      <div className="button-row is-end">
        <Standing trial={trial} />
        <button type="button" className="button" onClick={() => putRuleAway(app)}>
          {t('Cancel')}
        </button>
        <button type="submit" className="button is-primary" disabled={!rule}>
          {t('Keep the rule')}
        </button>
      </div>
      <Suggestions id={`${lists}-kinds`} names={[...namesFor.kind!]} />
      <Suggestions id={`${lists}-groups`} names={[...namesFor.group!]} />
      <Suggestions id={`${lists}-params`} names={paramNames} />
    </form>
  );
}

function SeverityChoice({ severity }: Pick<RuleDraft, 'severity'>) {
  const app = useTheApp();
  const t = useT();
  return (
    <label className="rule-field">
      <span>{t('Severity')}</span>
      <select
        value={severity}
        data-field="severity"
        onChange={({ target: { value } }) =>
          typeRule(app, { severity: severities.find((each) => each === value) ?? 'warning' })
        }
      >
        {severities.map((each) => (
          <option key={each} value={each}>
            {t(severityTitles[each])}
          </option>
        ))}
      </select>
    </label>
  );
}

interface PassageProps extends Omit<FieldProps, 'isBlank' | 'children'> {
  readonly name: 'when' | 'message';
}

/** A text of several lines. */
function Passage({ name, ...field }: PassageProps) {
  const app = useTheApp();
  return (
    <Field {...field} isBlank={field.text === ''}>
      {(aria) => (
        <textarea
          {...aria}
          rows={2}
          value={field.text}
          spellCheck={name === 'when' ? false : undefined}
          data-field={name}
          onChange={({ target: { value } }) => typeRule(app, { [name]: value })}
        />
      )}
    </Field>
  );
}

function Suggestions({ id, names }: { readonly id: string; readonly names: readonly string[] }) {
  return (
    <datalist id={id}>
      {names.map((name) => (
        <option key={name} value={name} />
      ))}
    </datalist>
  );
}

interface FieldProps {
  readonly title: string;
  readonly doc: string;
  readonly wrong: Wrong | undefined;
  readonly text: string;
  /** Nothing is typed yet: that something is missing is not told as a mistake. */
  readonly isBlank: boolean;
  readonly children: (aria: {
    readonly id: string;
    readonly 'aria-invalid': boolean;
    readonly 'aria-describedby': string;
  }) => ReactNode;
}

function Field({ title, doc, wrong, text, isBlank, children }: FieldProps) {
  const id = useId();
  const told = isBlank ? undefined : wrong;
  return (
    <div className={`rule-field${told ? ' is-wrong' : ''}`}>
      <label htmlFor={id}>{title}</label>
      {children({ id, 'aria-invalid': told !== undefined, 'aria-describedby': `${id}-said` })}
      <div className="rule-said" id={`${id}-said`}>
        {told ? <Mistaken wrong={told} text={text} /> : doc}
      </div>
    </div>
  );
}

/** Why, and the text up to where it goes wrong. */
function Mistaken({ wrong, text }: { readonly wrong: Wrong; readonly text: string }) {
  const { at } = wrong;
  return (
    <>
      <span role="alert">{wrong.text}</span>
      {at === undefined ? null : (
        <code className="mistake">
          {text.slice(Math.max(0, at - 24), at)}
          <mark>{text.slice(at, at + 1).trim() === '' ? '␣' : text[at]}</mark>
          {text.slice(at + 1, at + 24)}
        </code>
      )}
    </>
  );
}

/** What the draft finds in what is shown, while it is typed; its message and name may come later. */
function useTrial(draft: RuleDraft): Trial | undefined {
  const app = useTheApp();
  const design = useApp(designOf);
  const analysis = useApp((state) => state.analysis);
  const typed = useDeferredValue(draft);
  const trial = useMemo(() => {
    const named = { ...typed, id: 'tried', message: typed.message === '' ? '{name}' : typed.message };
    const { rule } = readDraft(named, new Set());
    return rule && tryRule(rule, design, analysis);
  }, [typed, design, analysis]);
  useEffect(() => {
    const lit = new Map<NodeId, Lit>(trial?.looksAt.map((id) => [id, 'looked-at']));
    for (const id of trial?.broken.keys() ?? []) lit.set(id, 'broken');
    light(app, lit);
  }, [app, trial]);
  useEffect(() => () => light(app), [app]);
  return trial;
}

const MOST_TOLD = 4;

/** In sight wherever the form is scrolled to. */
function Standing({ trial }: { readonly trial: Trial | undefined }) {
  const app = useTheApp();
  const t = useT();
  const broken = trial?.broken.size ?? 0;
  return (
    <p className="rule-standing" role="status" data-testid="own-rule-standing">
      {trial
        ? t('Looks at {{count}} layers; broken at {{broken}}.', { count: trial.looksAt.length, broken })
        : null}{' '}
      {broken > 0 ? (
        <button
          type="button"
          className="link"
          onClick={() => app.viewport.show([...ownRulesOf(app).getState().lit.keys()])}
        >
          <Crosshair size={12} /> {t('Show them')}
        </button>
      ) : null}
    </p>
  );
}

/** What is told at the first layers that the rule is broken at. */
function Found({ trial }: { readonly trial: Trial | undefined }) {
  const t = useT();
  if (!trial || trial.broken.size === 0) return null;
  const broken = [...trial.broken];
  return (
    <div className="why" data-testid="own-rule-found">
      <ul>
        {broken.slice(0, MOST_TOLD).map(([id, { message, fix }]) => (
          <li key={id}>
            {message}
            {fix === undefined ? '' : ` → ${fix}`}
          </li>
        ))}
      </ul>
      {broken.length > MOST_TOLD ? (
        <p className="muted">{t('and {{count}} more', { count: broken.length - MOST_TOLD })}</p>
      ) : null}
    </div>
  );
}

/** What expressions can say, with what it is of the selected layer, or of the first that the rule is broken at. */
function FactList({ lit }: { readonly lit: Trial | undefined }) {
  const t = useT();
  const analysis = useApp((state) => state.analysis);
  const selected = useApp((state) => state.selection[0]);
  const node = selected ?? lit?.broken.keys().next().value ?? lit?.looksAt[0];
  const values = useMemo(
    () => new Map(node === undefined ? [] : factsOf(node, analysis).map(({ name, value }) => [name, value])),
    [node, analysis],
  );
  const names = [...Object.keys(facts), ...[...values.keys()].filter((name) => name.startsWith('param.'))];
  return (
    <details className="rule-facts">
      <summary>
        {node === undefined ? t('What can be said') : t('What can be said of {{node}}', { node })}
      </summary>
      <dl>
        {names.map((name) => (
          <div key={name} title={Object.hasOwn(facts, name) ? facts[name]!.doc : ''}>
            <dt>
              <code>{name}</code>
            </dt>
            <dd>{values.get(name) ?? '?'}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
