import i18next from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';
import { zh } from './zh.ts';

/** The English text is the key; Chinese has a dictionary. */
void i18next.use(initReactI18next).init({
  lng: localStorage.getItem('language') ?? (navigator.language.startsWith('zh') ? 'zh' : 'en'),
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

export const languages = { en: 'English', zh: '简体中文' } as const;
export type Language = keyof typeof languages;

export function setLanguage(language: Language): void {
  localStorage.setItem('language', language);
  document.documentElement.lang = language;
  void i18next.changeLanguage(language);
}
