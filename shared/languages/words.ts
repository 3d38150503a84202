import type { PhraseTable } from '../base/messages.ts';

/** What the engine says, in the words of a language; what it has not is said in English. */
export interface Words {
  /** Problems, findings and fixes, by key. */
  readonly phrases: PhraseTable;
  /** What layers, parameters, rules and networks are called and do, by the English text. */
  readonly texts: Readonly<Record<string, string>>;
}

export const english: Words = { phrases: {}, texts: {} };
