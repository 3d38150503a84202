/** The languages that are spoken, by what they call themselves. */
export const languages = { en: 'English', zh: '简体中文' } as const;
export type Language = keyof typeof languages;

export const languageNames = Object.keys(languages) as readonly Language[];

const isLanguage = (name: string): name is Language => Object.hasOwn(languages, name);

/** The language that was chosen before, else the one that the system speaks where it is spoken here too. */
export function languageFrom(chosen: string | null, system: string): Language {
  if (chosen !== null && isLanguage(chosen)) return chosen;
  const [spoken = ''] = system.toLowerCase().split(/[-_.]/);
  return isLanguage(spoken) ? spoken : 'en';
}
