import { isolationHeaders } from '../../shared/host/headers.mjs';
import { languageOf } from './language.ts';
import { APP_ORIGIN } from './origin.ts';

/** What stands in the window when the app's page ended right after it was loaded: it would only end again. */
export const CRASH_PAGE = `${APP_ORIGIN}/crashed`;

const choices = {
  again: `${APP_ORIGIN}/index.html`,
  without: `${APP_ORIGIN}/index.html?without`,
} as const;

export const isCrashPage = (url: string): boolean => url === CRASH_PAGE;

/** What the user chose there, by where it leads. */
export const crashChoiceOf = (url: string): keyof typeof choices | undefined =>
  url === choices.again ? 'again' : url === choices.without ? 'without' : undefined;

const texts = {
  en: {
    title: 'Netwright ended unexpectedly',
    text: 'It ended right after it had started. Nothing that you drew is lost: unsaved work is kept, and offered again.',
    again: 'Start again',
    without: 'Open without the last file',
  },
  zh: {
    title: 'Netwright 意外结束',
    text: '它刚启动就结束了。您所画的内容没有丢失：未保存的工作已保留，之后会再次提供。',
    again: '重新启动',
    without: '不打开上一个文件',
  },
} as const;

/** A page without a script, so that nothing of what ended can end it. */
export function crashPage(): Response {
  const language = languageOf({});
  const { title, text, again, without } = texts[language];
  const html = `<!doctype html>
<html lang="${language}">
<meta charset="utf-8">
<title>${title}</title>
<h1>${title}</h1>
<p>${text}</p>
<p><a href="${choices.again}" id="again">${again}</a></p>
<p><a href="${choices.without}" id="without">${without}</a></p>
</html>`;
  return new Response(html, {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy':
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      ...isolationHeaders,
    },
  });
}
