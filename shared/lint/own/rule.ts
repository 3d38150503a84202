import { closest } from 'fastest-levenshtein';
import type { NodeFacts } from '../../analysis/facts.ts';
import type { Phrase } from '../../base/messages.ts';
import type { Problem } from '../../base/problem.ts';
import { messages } from '../../base/problem.ts';
import { catalog, definitionOf } from '../../blocks/index.ts';
import type { NodeId } from '../../graph/design.ts';
import { setParams } from '../../graph/edits.ts';
import type { OwnRule } from '../../graph/own-rules.ts';
import { formatParam, readParams } from '../../schema/codec.ts';
import { type AnyRule, defineRule, type ProposedFix, type Report } from '../define.ts';
import { nameWithin, type Phrases, phrases } from '../phrases.ts';
import { readExpression } from './check.ts';
import { evaluatorOf } from './evaluate.ts';
import { factNamedIn, namesFor, type Subject } from './facts.ts';
import { fill, readTemplate, type Template } from './message.ts';
import type { Expression, Mistake } from './parse.ts';
import { fits, selectorOf, turnOf } from './select.ts';

export const say = messages('lint/own/rule', {
  'bad-expression': ['The rule "{{id}}": {{reason}}', 'It is at character {{place}} of "{{text}}".'],
  'kind-unknown': [
    'The rule "{{id}}" looks at "{{name}}", and no {{key}} is called that.',
    'Did you mean "{{near}}"? "*" stands for any text.',
  ],
  'says-no-truth': 'the expression must say true or false, and it gives a value.',
  'parameter-unknown': [
    'The rule "{{id}}": no layer or block has a parameter "{{param}}".',
    'Name a parameter as specs do, such as "channels".',
  ],
});

export type ReadOwnRule =
  | { readonly ok: true; readonly rule: AnyRule }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Makes a rule of one that a user wrote; `path` is where it stands in its file. What is wrong is told with its place. */
export function ownRule(own: OwnRule, path: string): ReadOwnRule {
  const when = readExpression(own.when);
  const message = readTemplate(own.message);
  const problems: Problem[] = mistakesOf(own).map(({ key, mistake: { at, reason } }) =>
    say.at({ path: `${path}.${key}` }, 'bad-expression', {
      id: own.id,
      reason,
      place: at + 1,
      text: own[key].length > 80 ? `${own[key].slice(0, 77)}…` : own[key],
    }),
  );
  problems.push(...unknownNames(own, path));
  const { fix } = own;
  if (fix !== undefined && !Object.values(catalog).some(({ params }) => Object.hasOwn(params, fix.param)))
    problems.push(
      say.at({ path: `${path}.fix.param` }, 'parameter-unknown', { id: own.id, param: fix.param }),
    );
  if (!when.ok || !message.ok || problems.length > 0) return { ok: false, problems };
  return { ok: true, rule: ruleOf(own, when.expression, message.template) };
}

/** What is wrong with the texts of a rule, each with its place in its text. */
export function mistakesOf(
  own: Pick<OwnRule, 'when' | 'message'>,
): readonly { readonly key: 'when' | 'message'; readonly mistake: Mistake }[] {
  const when = readExpression(own.when);
  const message = readTemplate(own.message);
  const wrong = !when.ok
    ? when.mistake
    : when.type === 'truth' || when.type === 'any'
      ? undefined
      : { at: 0, reason: say.part('says-no-truth') };
  return [
    ...(wrong ? [{ key: 'when' as const, mistake: wrong }] : []),
    ...(message.ok ? [] : [{ key: 'message' as const, mistake: message.mistake }]),
  ];
}

/** A kind or group that there is not would be looked for in vain, and nobody would know. */
function* unknownNames({ id, select }: OwnRule, path: string): Iterable<Problem> {
  for (const key of ['kind', 'group', 'after', 'before'] as const)
    for (const name of [select[key] ?? []].flat()) {
      const names = [...namesFor[key]!];
      if (names.some((each) => fits(name, each))) continue;
      const near = closest(name.slice(0, 64), names);
      yield say.at({ path: `${path}.select.${key}` }, 'kind-unknown', {
        id,
        name,
        key: key === 'group' ? key : 'kind',
        near,
      });
    }
}

/** The words are the user's own, in whatever language. */
const templates = {
  own: '{{text}}',
  within: '{{own}} ({{place}})',
  set: 'Set {{param}} to {{value}}',
} as const;

type Says = Phrases<string, typeof templates>;

function ruleOf(own: OwnRule, expression: Expression, message: Template): AnyRule {
  const says: Says = phrases(own.id, templates);
  const selector = selectorOf(own.select);
  const turn = turnOf(own.when.length);
  return defineRule({
    says,
    title: own.message,
    why: `A rule of one's own: broken where \`${own.when}\`.`,
    source: 'the design or its configuration',
    severity: own.severity === 'off' ? 'warning' : own.severity,
    presets: [],
    options: {},
    *check({ analysis }) {
      const subjects = yield* selector.chosen(analysis);
      const when = evaluatorOf(expression, factNamedIn(analysis));
      let looked = 0;
      for (const subject of subjects) {
        if (when(subject) === true) yield new OwnReport(own, says, message, subject);
        if (++looked % turn === 0) yield undefined;
      }
    },
    examples: [],
  });
}

/** At a node, or at the block that it is inside of. Most findings are counted, and few read. */
class OwnReport implements Report {
  readonly node: NodeId;
  readonly #own: OwnRule;
  readonly #words: Says;
  readonly #message: Template;
  readonly #subject: Subject;

  constructor(own: OwnRule, words: Says, message: Template, subject: Subject) {
    this.node = subject.owner.id;
    this.#own = own;
    this.#words = words;
    this.#message = message;
    this.#subject = subject;
  }

  get says(): Phrase {
    const { facts, owner } = this.#subject;
    const told = this.#words('own', { text: fill(this.#message, this.#subject) });
    return facts === owner ? told : this.#words('within', { own: told, place: nameWithin(owner, facts) });
  }

  get fix(): ProposedFix | undefined {
    const { facts, owner } = this.#subject;
    return facts === owner ? fixOf(this.#own, this.#words, facts) : undefined;
  }
}

/** Setting the parameter, where the node has it and may have that value. It may well change what the network computes. */
function fixOf(
  { fix }: OwnRule,
  says: Says,
  { id, node: { kind, params: now } }: NodeFacts,
): ProposedFix | undefined {
  if (fix === undefined) return undefined;
  const { params } = definitionOf(kind);
  const { param } = fix;
  const definition = Object.hasOwn(params, param) ? params[param] : undefined;
  if (definition === undefined) return undefined;
  const { values, issues } = readParams(params, { [param]: fix.value });
  const value = values[param];
  if (issues.length > 0 || value === undefined || JSON.stringify(now[param]) === JSON.stringify(value))
    return undefined;
  return {
    title: says('set', { param: definition.title, value: formatParam(definition, value) }),
    safety: 'suggested',
    edit: setParams([id], { [param]: value }),
  };
}
