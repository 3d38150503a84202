import { english, type Words } from './words.ts';

/** The languages that are spoken, by what they call themselves. */
export const languages = { en: 'English', zh: '简体中文' } as const;
export type Language = keyof typeof languages;

const isLanguage = (name: string): name is Language => Object.hasOwn(languages, name);

/** What the engine says in each, loaded when it is first asked for. */
const words: Readonly<Record<Language, () => Promise<Words>>> = {
  en: async () => english,
  zh: async () => (await import('./zh/index.ts')).zh,
};

export const wordsOf = (language: Language): Promise<Words> => words[language]();

/** The language that was chosen before, else the one that the system speaks where it is spoken here too. */
export function languageFrom(chosen: string | null, system: string): Language {
  if (chosen !== null && isLanguage(chosen)) return chosen;
  const [spoken = ''] = system.toLowerCase().split(/[-_.]/);
  return isLanguage(spoken) ? spoken : 'en';
}
