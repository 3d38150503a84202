import { isolationHeaders } from '../../shared/host/headers.mjs';
import { languageOf } from './language.ts';
import { APP_ORIGIN } from './origin.ts';
import { words } from './words.ts';

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

/** A page without a script, so that nothing of what ended can end it. */
export function crashPage(): Response {
  const language = languageOf({});
  const { crashTitle, crashText, startAgain, startWithout } = words[language];
  const html = `<!doctype html>
<html lang="${language}">
<meta charset="utf-8">
<title>${crashTitle}</title>
<h1>${crashTitle}</h1>
<p>${crashText}</p>
<p><a href="${choices.again}" id="again">${startAgain}</a></p>
<p><a href="${choices.without}" id="without">${startWithout}</a></p>
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
