import { oneLine } from './text.ts';

/**
 * Anybody's text as data within the languages of markup: read there, it is one run of text again, the same but for
 * characters that the language cannot hold.
 */

/** Text for XML and HTML, in an element or in quotes; characters that XML cannot hold become spaces. */
export function xmlText(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, ' ')
    .replace(/[&<>"'\t\n\r]/g, (char) => XML[char] ?? `&#${char.charCodeAt(0)};`);
}

const XML: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/**
 * Text within a line of Markdown, also in a cell of a table: nothing in it is read as Markdown, as HTML, as mathematics, or as
 * somebody's name.
 */
export function markdownText(text: string): string {
  return oneLine(text)
    .trim()
    .replace(/[\\`*_{}[\]<>|~#&$!]/g, '\\$&')
    .replaceAll('@', '&#64;');
}

/** The same as a paragraph of its own, whose beginning is not read as that of a list, a heading or a rule. */
export function markdownParagraph(text: string): string {
  return markdownText(text).replace(/^([-+=]|\d+(?=[.)]))/, (start) =>
    /\d/.test(start) ? `&#${start.charCodeAt(0)};${start.slice(1)}` : `\\${start}`,
  );
}

/**
 * Text for LaTeX outside mathematics, in any encoding of fonts. Of characters that pdflatex knows no command for, letters and
 * digits go through `beyond` and all else becomes a question mark.
 */
export function texText(text: string, beyond: (letter: string) => string): string {
  const chars = [...oneLine(text)];
  return chars
    .map((char, i) => {
      // Two hyphens would become a dash, two quotes one.
      if (char === chars[i - 1] && /['`,-]/.test(char)) return `{}${char}`;
      const command = TEX[char];
      if (command !== undefined) return command;
      if (/[\x20-\x7e]/.test(char)) return char;
      return /[\p{L}\p{M}\p{N}]/u.test(char) ? beyond(char) : '?';
    })
    .join('');
}

const TEX: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '#': '\\#',
  '%': '\\%',
  _: '\\_',
  '^': '\\textasciicircum{}',
  '~': '\\textasciitilde{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '"': '\\char34{}',
  '|': '\\textbar{}',
  // With ? and ! before it, a letter of Spanish.
  '`': '{}`',
  // At the start of a row, an argument of the end of the one before.
  '[': '{[}',
  '×': '$\\times$',
  '±': '$\\pm$',
  '·': '$\\cdot$',
  '−': '$-$',
  '≥': '$\\geq$',
  '≤': '$\\leq$',
  '→': '$\\to$',
  '–': '--',
  '—': '---',
  '…': '\\ldots{}',
  '′': "$'$",
};
