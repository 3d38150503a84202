import { harmless } from '../shared/base/text.ts';

/** The colours of this program, as picocolors writes them: escape, bracket, a number, m. */
const colour = new RegExp(`${String.fromCharCode(27)}\\[(?:1|2|22|3[0-9]|9[0-7])m`, 'g');

/** Text that is only shown: names and notes come from files of anyone. */
export function printable(text: string, coloured: boolean): string {
  if (!coloured) return harmless(text);
  const colours = text.match(colour) ?? [];
  return text
    .split(colour)
    .map((part, i) => harmless(part) + (colours[i] ?? ''))
    .join('');
}
