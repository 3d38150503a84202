import { inWords, type Phrase, type PhraseTable } from '../base/messages.ts';
import { phraseInWords } from '../lint/phrases.ts';

/** What the engine says, in the words of a language; what it has not is said in English. */
export interface Words {
  /** Problems, findings and fixes, by key. */
  readonly phrases: PhraseTable;
  /** What layers, parameters, rules and networks are called and do, by the English text. */
  readonly texts: Readonly<Record<string, string>>;
  /** What runs at a step of a plan, by the English name. */
  readonly algorithms: Readonly<Record<string, string>>;
  /** Parts of such names that sizes stand in. */
  readonly algorithmParts: readonly (readonly [RegExp, string])[];
}

export const english: Words = { phrases: {}, texts: {}, algorithms: {}, algorithmParts: [] };

/** What runs at a step of a plan; a name that is not known stays as it is. */
export function algorithmInWords(name: string, { algorithms, algorithmParts }: Words): string {
  if (Object.hasOwn(algorithms, name)) return algorithms[name]!;
  return algorithmParts.reduce((told, [part, words]) => told.replace(part, words), name);
}

/** A phrase in the words of a table; of findings, large numbers in groups of digits. */
export function worded(phrase: Phrase, table: PhraseTable): string {
  // Problems are known by the file that speaks, findings by their rule.
  return phrase.key.includes('/') ? inWords(phrase, table) : phraseInWords(phrase, table);
}
