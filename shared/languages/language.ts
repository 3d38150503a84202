import { english, type Words } from './words.ts';

/** The languages that are spoken, by what they call themselves. */
export const languages = { en: 'English', zh: '简体中文' } as const;
export type Language = keyof typeof languages;

const isLanguage = (name: string): name is Language => Object.hasOwn(languages, name);

/** A language's words, loaded when they are first asked for. */
export async function wordsOf(language: Language): Promise<Words> {
  return language === 'zh' ? (await import('./zh/index.ts')).zh : english;
}

/** The language that was chosen before, else the one that the system speaks where it is spoken here too. */
export function languageFrom(chosen: string | null, system: string): Language {
  if (chosen !== null && isLanguage(chosen)) return chosen;
  return /^zh\b/i.test(system.replaceAll('_', '-')) ? 'zh' : 'en';
}
