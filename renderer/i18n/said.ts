import i18next from 'i18next';
import type { Phrase, PhraseTable } from '../../shared/base/messages.ts';
import type { Problem } from '../../shared/base/problem.ts';
import { worded } from '../../shared/languages/words.ts';
import { noted } from './again.ts';
import { finished, type Language, languageFrom, spokenWords, useT } from './i18n.ts';
import { zhMessages } from './zh-messages.ts';

/** What the app itself says, besides the engine; what a table has not is said in English. */
const own: Readonly<Record<Language, PhraseTable>> = { en: {}, zh: zhMessages };

let table: { readonly phrases: PhraseTable; readonly all: PhraseTable } | undefined;

function phrases(): PhraseTable {
  const spoken = spokenWords().phrases;
  if (table?.phrases !== spoken)
    table = { phrases: spoken, all: { ...spoken, ...own[languageFrom(null, i18next.language)] } };
  return table.all;
}

/** What engine and app say, in the language that is shown; of findings, large numbers in groups of digits. */
export const said = (phrase: Phrase): string =>
  noted(finished(worded(phrase, phrases())), () => said(phrase));

/** What is wrong, why, and what to do about it. */
export const saidInFull = (problem: Pick<Problem, 'told'>): string =>
  noted(
    [problem.told.message, problem.told.hint]
      .map(said)
      .filter((part) => part !== '')
      .join(' '),
    () => saidInFull(problem),
  );

/** Redraws the component when the language changes. */
export function useSaid(): typeof said {
  useT();
  return said;
}
