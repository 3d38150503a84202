import type { NodeFacts } from '../analysis/facts.ts';
import { grouped } from './views.ts';

/** A sentence of a rule, or a part of one, before it is put into words. */
export interface Phrase {
  /** `vgg-conv-3x3:broken`: the rule, and which of its templates. What a table of another language has it under. */
  readonly key: string;
  /** The template in English; `{{name}}` stands for a value. */
  readonly english: string;
  readonly values: Readonly<Record<string, PhraseValue>>;
}

/** Whole numbers are shown in groups of three digits; a phrase in the words of the language around it. */
export type PhraseValue = string | number | Phrase;

/** The names of a text's places. */
type NamesIn<T extends string> = T extends `${string}{{${infer Name}}}${infer Rest}`
  ? Name | NamesIn<Rest>
  : never;
/** What a text must be given. */
type ValuesIn<T extends string> = { readonly [Name in NamesIn<T>]: PhraseValue };
/** English texts by key, with `{{places}}` for values. */
type Templates = Readonly<Record<string, string>>;

/** What a rule has to say: its templates, and how one of them is filled. The compiler finds missing values. */
export interface Phrases<I extends string = string, T extends Templates = Templates> {
  readonly rule: I;
  readonly templates: T;
  <K extends keyof T & string>(
    template: K,
    ...values: [NamesIn<T[K]>] extends [never] ? [] : [ValuesIn<T[K]>]
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

/** Texts of another language by key. What it has not is said in English. */
export type PhraseTable = Readonly<Record<string, string>>;

/** A phrase in the words of a language; in English without a table. */
export function phraseInWords({ key, english, values }: Phrase, table: PhraseTable = {}): string {
  const template = Object.hasOwn(table, key) ? table[key]! : english;
  return template.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    if (typeof value === 'object') return phraseInWords(value, table);
    return typeof value === 'number' ? shownNumber(value) : value;
  });
}

function shownNumber(value: number): string {
  return Number.isInteger(value) ? grouped(value) : String(Number(value.toPrecision(3)));
}

/** What several rules say. */
export const common = phrases('any', {
  node: '"{{name}}"',
  inside: '"{{name}}" inside "{{block}}"',
});

/** `"conv2" inside "stage1"`, or `"conv2"`. */
export function nameWithin(owner: NodeFacts, layer: NodeFacts): Phrase {
  return owner === layer
    ? common('node', { name: owner.id })
    : common('inside', { name: layer.id.slice(owner.id.length + 1), block: owner.id });
}
