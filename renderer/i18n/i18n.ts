import i18next from 'i18next';
import { useSyncExternalStore } from 'react';
import { harmless } from '../../shared/base/text.ts';
import { wordsOf } from '../../shared/languages/language.ts';
import type { Language } from '../../shared/languages/names.ts';
import { english, type Words } from '../../shared/languages/words.ts';
import { noted, saidAgain } from './again.ts';
import { english as ofOne } from './en.ts';
import { zh } from './zh.ts';

export {
  type Language,
  languageFrom,
  languageNames,
  languages,
} from '../../shared/languages/names.ts';

/** What the app says in each language, by the English text: English itself has what it says of one thing. */
export const dictionaries: Readonly<Record<Language, Readonly<Record<string, string>>>> = {
  en: ofOne,
  zh,
};

void i18next.init({
  lng: 'en',
  fallbackLng: false,
  keySeparator: false,
  nsSeparator: false,
  returnEmptyString: false,
  resources: Object.fromEntries(
    Object.entries(dictionaries).map(([language, translation]) => [language, { translation }]),
  ),
  interpolation: { escapeValue: false },
  initAsync: false,
});

let finish = (text: string): string => text;

/** What every text that the app shows goes through at last: the gallery makes them longer, to see what is then cut. */
export function finishTexts(by: (text: string) => string): void {
  finish = by;
  changed();
}

/** A text as it is shown: what it names may be called anything. */
export const finished = (text: string): string => finish(harmless(text));

const learnt = new Map<Language, Words>([['en', english]]);
let words = english;

/** How dates are written: as they are where the user lives, if that is in the language that is shown. */
export function placeOf(): string {
  const { locale } = new Intl.DateTimeFormat().resolvedOptions();
  return locale.split('-')[0] === i18next.language ? locale : i18next.language;
}

/** What the engine says in the language that is shown. */
export const spokenWords = (): Words => words;

type Values = Readonly<Record<string, string | number>>;

const noValues: Values = {};
/** Texts without values in the language that is shown: a page asks for the same hundreds again and again. */
const plain = new Map<string, string>();

/** A text of the app in the language that is shown; a text of the engine where the app has none of that name. */
export function t(key: string, values: Values = noValues): string {
  if (values === noValues) {
    const known = plain.get(key) ?? made(key, values);
    plain.set(key, known);
    return noted(known, () => t(key));
  }
  const text = made(key, values);
  const parts = Object.values(values).filter((value) => typeof value === 'string');
  return noted(text, () => t(key, inThisLanguage(values)), parts);
}

const made = (key: string, values: Values): string =>
  finished(i18next.exists(key) ? i18next.t(key, values) : (engineText(key) ?? i18next.t(key, values)));

function inThisLanguage(values: Values): Values {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      typeof value === 'string' ? saidAgain(value) : value,
    ]),
  );
}

/** A text of the engine: names of layers, what parameters mean, why a rule asks. Where it has none, one of the app. */
export function named(text: string): string {
  const known = engineText(text);
  return known === undefined ? t(text) : noted(finish(known), () => named(text));
}

const engineText = (text: string): string | undefined =>
  Object.hasOwn(words.texts, text) ? words.texts[text] : undefined;

/** `t` of the language that is shown: another function in each, so that what is remembered of its texts is made anew. */
let spoken: typeof t = (...of) => t(...of);

const listeners = new Set<() => void>();

function changed(): void {
  plain.clear();
  spoken = (...of) => t(...of);
  for (const listener of listeners) listener();
}
i18next.on('languageChanged', changed);

function onChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Redraws the component when the language changes. */
export const useT = (): typeof t => useSyncExternalStore(onChange, () => spoken);

/** Loads what the engine says in a language, so that it can be shown at once. */
export async function learn(language: Language): Promise<void> {
  if (!learnt.has(language)) learnt.set(language, await wordsOf(language));
}

/** Shows all texts in a language; those of the engine as soon as they are there. */
export function showIn(language: Language): void {
  const known = learnt.get(language);
  words = known ?? english;
  if (i18next.language !== language || known) void i18next.changeLanguage(language);
  if (!known) void learn(language).then(() => i18next.language === language && showIn(language));
}

/** Whether a text has its words in every language. */
export const isTranslated = (text: string): boolean =>
  Object.entries(dictionaries).every(([language, texts]) => language === 'en' || Object.hasOwn(texts, text));
