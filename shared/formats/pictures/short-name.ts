/** What pictures have room for: the names of most networks in full. */
const MOST_LETTERS = 30;

/** A name as a picture shows it: of a long one its beginning and its end, by which layers are told apart. */
export function shortName(name: string): string {
  const letters = [...name];
  if (letters.length <= MOST_LETTERS) return name;
  const end = Math.ceil((MOST_LETTERS - 1) / 2);
  return `${letters.slice(0, MOST_LETTERS - 1 - end).join('')}…${letters.slice(-end).join('')}`;
}
