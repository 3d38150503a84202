/** Above this many digits a number at the end is part of the name, not a count. */
export const MOST_DIGITS = 9;

/**
 * The next name that is free: `conv3` after `conv2`, `relu2` after `relu`. A size counts nothing, nor does what zeros lead:
 * `conv_3x3_2` comes after `conv_3x3`, `x_007_2` after `x_007`.
 */
export function nextName(name: string, isTaken: (name: string) => boolean): string {
  const [, stem = name, digits = ''] = /^(.*?)(\d*)$/su.exec(name) ?? [];
  const counts =
    digits.length <= MOST_DIGITS && !(digits.length > 1 && digits.startsWith('0')) && !/\d[x×]$/u.test(stem);
  const base = counts ? stem : `${name}_`;
  for (let count = counts ? Number(digits || 1) + 1 : 2; ; count++) {
    const next = `${base}${count}`;
    if (!isTaken(next)) return next;
  }
}
