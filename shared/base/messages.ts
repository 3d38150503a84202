import { shortened } from './text.ts';

/** A sentence, or a part of one, before it is put into words. Plain data, for threads and processes to hand on. */
export interface Phrase {
  /** `layers/pad:padding-larger-than-input`: the file that speaks, and which of its texts. */
  readonly key: string;
  /** The text in English; `{{name}}` stands for a value. */
  readonly english: string;
  readonly values: Readonly<Record<string, PhraseValue>>;
}

/** A phrase is put into the words of the language around it. */
export type PhraseValue = string | number | Phrase;

/** Whether what was kept is a phrase, to its innermost part. */
export function isPhrase(value: unknown): value is Phrase {
  if (typeof value !== 'object' || value === null) return false;
  const { key, english, values } = value as Partial<Record<keyof Phrase, unknown>>;
  return (
    typeof key === 'string' &&
    typeof english === 'string' &&
    typeof values === 'object' &&
    values !== null &&
    Object.values(values).every(
      (each: unknown) => typeof each === 'string' || typeof each === 'number' || isPhrase(each),
    )
  );
}

/** What is said of one thing that went wrong: what and why, and what to do about it. */
export interface Told {
  readonly message: Phrase;
  readonly hint: Phrase;
}

/** Texts of one file: a problem's message and hint, or a part of either. */
export type Texts = Readonly<Record<string, string | readonly [message: string, hint: string]>>;

/** The names of a text's places. */
export type NamesIn<T extends string> = T extends `${string}{{${infer Name}}}${infer Rest}`
  ? Name | NamesIn<Rest>
  : never;
/** All that one text says: its message and hint together, or the part that it is. */
type TextOf<E extends Texts[string]> = E extends readonly [infer M extends string, infer H extends string]
  ? `${M}${H}`
  : E & string;
/** The values that a text needs, by name: the compiler finds those that are missing, and those that nobody says. */
export type ValuesOf<E extends Texts[string]> = { readonly [Name in NamesIn<TextOf<E>>]: PhraseValue };
export type ProblemKeys<T extends Texts> = {
  [K in keyof T & string]: T[K] extends string ? never : K;
}[keyof T & string];
export type PartKeys<T extends Texts> = Exclude<keyof T & string, ProblemKeys<T>>;

/** The keys under which a table of another language has the texts of one file. */
export type KeysOf<T extends Texts, O extends string> =
  | `${O}:${keyof T & string}`
  | `${O}:${ProblemKeys<T>}/hint`;

/** Texts of a language by key. What it has not is said in English. */
export type PhraseTable = Readonly<Record<string, string>>;

/** The key under which a table has what a layer or block is called in its language. */
export const titleKey = (title: string): string => `title:${title}`;

/**
 * A phrase in the words of a language; in English without a table. The value called `title` is what a layer is called
 * in English; values are shown as `shown` says.
 */
export function inWords(
  { key, english, values }: Phrase,
  table: PhraseTable = {},
  shown: (value: string | number) => string = (value) => shortened(String(value)),
): string {
  const text = Object.hasOwn(table, key) ? table[key]! : english;
  return text.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => {
    if (!Object.hasOwn(values, name)) return whole;
    const value = values[name]!;
    if (typeof value === 'object') return inWords(value, table, shown);
    const title = name === 'title' ? titleKey(String(value)) : '';
    return Object.hasOwn(table, title) ? table[title]! : shown(value);
  });
}

/** Every text of a file in English, by its key. */
export function flatTexts(owner: string, texts: Texts): PhraseTable {
  const flat: Record<string, string> = {};
  for (const [key, text] of Object.entries(texts)) {
    if (typeof text === 'string') flat[`${owner}:${key}`] = text;
    else {
      flat[`${owner}:${key}`] = text[0];
      flat[`${owner}:${key}/hint`] = text[1];
    }
  }
  return flat;
}
