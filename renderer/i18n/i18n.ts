import i18next from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';
import { zh } from './zh.ts';

export const languages = { en: 'English', zh: '简体中文' } as const;
export type Language = keyof typeof languages;

/** The English text is the key; Chinese has a dictionary. */
void i18next.use(initReactI18next).init({
  lng: 'en',
  fallbackLng: false,
  keySeparator: false,
  nsSeparator: false,
  returnEmptyString: false,
  resources: { en: { translation: {} }, zh: { translation: zh } },
  interpolation: { escapeValue: false },
  initAsync: false,
});

export const t = (key: string, values?: Readonly<Record<string, string | number>>): string =>
  i18next.t(key, values ?? {});

/** Redraws the component when the language changes. */
export function useT(): typeof t {
  useTranslation();
  return t;
}

export function showIn(language: Language): void {
  if (i18next.language !== language) void i18next.changeLanguage(language);
}

/** The language that was chosen before, else the one that the system speaks where we speak it too. */
export function languageFrom(kept: string | null, system: string): Language {
  if (kept === 'en' || kept === 'zh') return kept;
  return system.startsWith('zh') ? 'zh' : 'en';
}

/** Whether a text has its words in every language. */
export const isTranslated = (text: string): boolean => Object.hasOwn(zh, text);
