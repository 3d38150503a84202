/** Characters that steer a terminal, or the direction of its text, instead of being shown; line ends and tabs among them. */
export const obeyed = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu;

/** The colours of this program, as picocolors writes them: escape, bracket, a number, m. */
const colour = new RegExp(`${String.fromCharCode(27)}\\[(?:1|2|22|3[0-9]|9[0-7])m`, 'g');

/** Text that is only shown: names and notes come from files of anyone. */
export function printable(text: string, coloured: boolean): string {
  if (!coloured) return shown(text);
  const colours = text.match(colour) ?? [];
  return text
    .split(colour)
    .map((part, i) => shown(part) + (colours[i] ?? ''))
    .join('');
}

function shown(text: string): string {
  return text.replace(obeyed, (character) =>
    character === '\n' || character === '\t' ? character : '\ufffd',
  );
}
