import { app } from 'electron';
import type { SomeSettings } from '../../shared/host/settings.ts';
import { type Language, languageFrom } from '../../shared/languages/names.ts';

/** The language of what the host itself shows: the chosen one, else the system's. */
export const languageOf = ({ language = 'system' }: SomeSettings): Language =>
  languageFrom(language === 'system' ? null : language, app.getLocale());
