import type { Language } from './names.ts';
import { english, type Words } from './words.ts';

/** What the engine says in each language, loaded when it is first asked for. */
const words: Readonly<Record<Language, () => Promise<Words>>> = {
  en: async () => english,
  zh: async () => (await import('./zh/index.ts')).zh,
};

export const wordsOf = (language: Language): Promise<Words> => words[language]();
