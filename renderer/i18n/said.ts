import i18next from 'i18next';
import { useTranslation } from 'react-i18next';
import { inWords, type Phrase, type PhraseTable } from '../../shared/base/messages.ts';
import type { Language } from './i18n.ts';
import { zhMessages } from './zh-messages.ts';

/** What the engine says, by language; what a table has not is said in English. */
const tables: Readonly<Record<Language, PhraseTable>> = { en: {}, zh: zhMessages };

const isLanguage = (name: string): name is Language => Object.hasOwn(tables, name);

/** What the engine says, in the language that is shown. */
export function said(phrase: Phrase): string {
  return inWords(phrase, isLanguage(i18next.language) ? tables[i18next.language] : {});
}

/** Redraws the component when the language changes. */
export function useSaid(): typeof said {
  useTranslation();
  return said;
}
