/** What no line of text shows: control characters, line separators, halves of surrogate pairs, and what is no character. */
const unshown = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\ufffe\uffff]/gu;

/** Anybody's text as one line that every format can hold. */
export function oneLine(text: string): string {
  return text.replace(unshown, ' ');
}
