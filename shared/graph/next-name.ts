import { MOST_LETTERS } from './design.ts';

/** Above this many digits a number at the end is part of the name, not a count. */
const MOST_DIGITS = 9;

/** Names that were found taken while several were asked for, none of which is given up meanwhile, and the count to go on at. */
export type Passed = Map<string, number>;

/**
 * The next name that is free: `conv3` after `conv2`, `relu2` after `relu`. A size counts nothing, nor does what zeros lead:
 * `conv_3x3_2` comes after `conv_3x3`, `x_007_2` after `x_007`. Of a name that is as long as one may be the end gives way.
 */
export function nextName(
  name: string,
  isTaken: (name: string) => boolean,
  passed: Passed = new Map(),
): string {
  const [, stem = name, digits = ''] = /^(.*?)(\d*)$/su.exec(name) ?? [];
  const counts =
    digits.length <= MOST_DIGITS && !(digits.length > 1 && digits.startsWith('0')) && !/\d[x×]$/u.test(stem);
  const base = counts ? stem : `${name}_`;
  const tried: string[] = [];
  let count = counts ? Number(digits || 1) + 1 : 2;
  for (;;) {
    const next = shortened(base, MOST_LETTERS - String(count).length) + count;
    if (!isTaken(next)) {
      for (const each of tried) passed.set(each, count);
      return next;
    }
    tried.push(next);
    count = passed.get(next) ?? count + 1;
  }
}

/** Ids are counted in letters, of which some are two of JavaScript's units. */
export function shortened(name: string, most: number): string {
  return name.length <= most ? name : [...name].slice(0, most).join('');
}
