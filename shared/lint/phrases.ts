import type { NodeFacts } from '../analysis/facts.ts';
import {
  inWords,
  type NamesIn,
  type Phrase,
  type PhraseTable,
  type PhraseValue,
  type ValuesOf,
} from '../base/messages.ts';
import { grouped } from './views.ts';

/** English texts by key, with `{{places}}` for values. */
type Templates = Readonly<Record<string, string>>;

/** What a rule has to say: its templates, and how one of them is filled. The compiler finds missing values. */
export interface Phrases<I extends string = string, T extends Templates = Templates> {
  readonly rule: I;
  readonly templates: T;
  <K extends keyof T & string>(
    template: K,
    ...values: [NamesIn<T[K]>] extends [never] ? [] : [ValuesOf<T[K]>]
  ): Phrase;
}

/** The keys under which a table of another language has the texts of these. */
export type KeysOf<P> = P extends Phrases<infer I, infer T> ? `${I}:${keyof T & string}` : never;

export function phrases<const I extends string, const T extends Templates>(
  rule: I,
  templates: T,
): Phrases<I, T> {
  const say = <K extends keyof T & string>(
    template: K,
    ...[values]: readonly Readonly<Record<string, PhraseValue>>[]
  ): Phrase => ({ key: `${rule}:${template}`, english: templates[template]!, values: values ?? {} });
  return Object.assign(say, { rule, templates });
}

/** A phrase of a rule in the words of a language, its numbers in groups of three digits; in English without a table. */
export function phraseInWords(phrase: Phrase, table?: PhraseTable): string {
  return inWords(phrase, table, (value) => (typeof value === 'number' ? shownNumber(value) : value));
}

function shownNumber(value: number): string {
  return Number.isInteger(value) ? grouped(value) : String(Number(value.toPrecision(3)));
}

/** What several rules say. */
export const common = phrases('any', {
  node: '"{{name}}"',
  inside: '"{{name}}" inside "{{block}}"',
  timed: '{{says}} Predicted on this machine: {{now}}, and {{kept}} with the rule kept.',
  rivals: '{{says}} Predicted on this machine: {{now}}, and {{baseline}} for the baseline.',
  spent: '{{says}} Predicted on this machine: {{now}}.',
  added: '{{says}} Predicted on this machine: {{kept}} more with the rule kept.',
  here: '{{says}} Predicted on this machine: {{now}} here.',
  network: '{{says}} Predicted on this machine: {{now}} for the whole network.',
  free: '{{says}} Predicted on this machine: no time here.',
});

/** `"conv2" inside "stage1"`, or `"conv2"`. */
export function nameWithin(owner: NodeFacts, layer: NodeFacts): Phrase {
  return owner === layer
    ? common('node', { name: owner.id })
    : common('inside', { name: layer.id.slice(owner.id.length + 1), block: owner.id });
}
