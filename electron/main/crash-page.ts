import { createHash } from 'node:crypto';
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

/** As the app's own dialogs look, in the theme of the system. */
const STYLE = `
:root { color-scheme: light dark; --ground: #f6f7f9; --card: #fff; --ink: #1a1d21; --faint: #565d68; --line: #d5d9e0; --accent: #1f5fd0; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #14171c; --card: #1d2128; --ink: #e8eaee; --faint: #a2a9b5; --line: #3a414d; --accent: #5b93f5; }
}
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { box-sizing: border-box; max-width: 32rem; margin: 16px; padding: 28px 32px; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
h1 { margin: 0 0 8px; font-size: 20px; }
p { margin: 0 0 20px; color: var(--faint); }
nav { display: flex; flex-wrap: wrap; gap: 10px; }
a { padding: 7px 16px; border: 1px solid var(--line); border-radius: 6px; color: var(--ink); text-decoration: none; }
a:first-child { background: var(--accent); border-color: var(--accent); color: var(--card); }
a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
`;
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/** A page without a script, so that nothing of what ended can end it. */
export function crashPage(): Response {
  const language = languageOf({});
  const { crashTitle, crashText, startAgain, startWithout } = words[language];
  const html = `<!doctype html>
<html lang="${language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${crashTitle}</title>
<style>${STYLE}</style>
<main>
<h1>${crashTitle}</h1>
<p>${crashText}</p>
<nav><a href="${choices.again}" id="again">${startAgain}</a><a href="${choices.without}" id="without">${startWithout}</a></nav>
</main>
</html>`;
  return new Response(html, {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      ...isolationHeaders,
    },
  });
}
