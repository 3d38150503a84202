import { app } from 'electron';
import type { SomeSettings } from '../../shared/host/settings.ts';

/** The language of what the host itself shows: the chosen one, else the system's. */
export const languageOf = ({ language = 'system' }: SomeSettings): 'en' | 'zh' =>
  language === 'system' ? (app.getLocale().startsWith('zh') ? 'zh' : 'en') : language;
