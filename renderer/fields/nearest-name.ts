import { isNodeId } from '../../shared/graph/design.ts';

const MOST_LETTERS = 128;
/** Above this many digits a number at the end is part of the name, not a count. */
const MOST_DIGITS = 9;

/** The name nearest to a text that can be one and is free: `conv 1` is `conv_1`, and `conv3` after a taken `conv2`. */
export function nearestName(text: string, isTaken: (name: string) => boolean): string {
  const letters = text.trim().replaceAll(/[^\p{L}\p{N}_.-]+/gu, '_');
  const started = /^[\p{L}_]/u.test(letters) ? letters : `_${letters}`;
  const name = [...started].slice(0, MOST_LETTERS - MOST_DIGITS - 1).join('');
  if (isNodeId(name) && !isTaken(name)) return name;
  const [, stem = name, digits = ''] = /^(.*?)(\d*)$/su.exec(name) ?? [];
  const counts = digits.length <= MOST_DIGITS && !(digits.length > 1 && digits.startsWith('0'));
  const base = counts ? stem : `${name}_`;
  for (let count = counts ? Number(digits || 1) + 1 : 2; ; count++) {
    const next = `${base}${count}`;
    if (isNodeId(next) && !isTaken(next)) return next;
  }
}
