/** Letters that look alike and are taller or deeper than those of English. */
const accented: Readonly<Record<string, string>> = {
  A: 'Â',
  C: 'Ç',
  E: 'É',
  I: 'Ï',
  N: 'Ñ',
  O: 'Ö',
  S: 'Š',
  U: 'Ü',
  Y: 'Ý',
  a: 'á',
  c: 'ç',
  e: 'ë',
  i: 'î',
  n: 'ñ',
  o: 'ö',
  s: 'š',
  u: 'ü',
  y: 'ý',
};
/** By how much other languages are longer than English: more in short texts than in long ones. */
const longer = (length: number): number => Math.ceil(length * (length < 20 ? 0.4 : 0.3));

/**
 * A text in a language that nobody speaks, derived from the English one: a third longer and full of accents, so that what is
 * too tight for a translation is seen before there is one. What has no letters stays.
 */
export function pseudo(text: string): string {
  if (!/[A-Za-z]{2}/.test(text)) return text;
  const letters = [...text].map((letter) => accented[letter] ?? letter).join('');
  return `${letters}${' ~ö'.repeat(Math.ceil(longer(text.length) / 3))}`;
}
