/** What no line of text shows: control characters, line separators, halves of surrogate pairs, and what is no character. */
const unshown = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\ufffe\uffff]/gu;

/** Characters that steer a terminal, or the direction of the text around them, instead of being shown; line ends and tabs among them. */
export const obeyed = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu;

/** Text that is only shown: names and notes come from files of anyone. */
export const harmless = (text: string): string =>
  text.replace(obeyed, (character) => (character === '\n' || character === '\t' ? character : '\ufffd'));

/** Anybody's text as one line that every format can hold. */
export function oneLine(text: string): string {
  return text.replace(unshown, ' ');
}

/** No more of a text than a person would read: names in files may have megabytes. */
export function shortened(text: string, mostLetters = 2_000): string {
  return text.length <= mostLetters ? text : `${text.slice(0, mostLetters - 1)}…`;
}

const MOST_SHOWN = 16;

/** What stands in somebody's file, as JSON has it, cut short. It may nest without an end, or hold itself: only its beginning is looked at. */
export function inBrief(value: unknown, mostLetters = 60): string {
  if (Array.isArray(value)) {
    const shown = value
      .slice(0, MOST_SHOWN)
      .map((each) => (Array.isArray(each) ? '[…]' : inBrief(each, mostLetters)));
    return `[${shown.join(',')}${value.length > MOST_SHOWN ? ',…' : ''}]`.slice(0, mostLetters);
  }
  if (typeof value === 'string') return JSON.stringify(value.slice(0, mostLetters)).slice(0, mostLetters);
  return typeof value === 'object' && value !== null ? '{…}' : String(value ?? null);
}
