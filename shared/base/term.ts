/**
 * A count together with the formula that gave it, in symbols and in numbers, so that the value and its explanation
 * cannot drift apart: `C_out·H′·W′` · `64·56·56` · 200704.
 */
export interface Term {
  readonly value: number;
  readonly symbols: string;
  readonly numbers: string;
}

export type Factor = readonly [symbol: string, value: number];

export const zero: Term = { value: 0, symbols: '0', numbers: '0' };

export function product(...factors: readonly Factor[]): Term {
  return {
    value: factors.reduce((value, [, factor]) => value * factor, 1),
    symbols: factors.map(([symbol]) => symbol).join('·'),
    numbers: factors.map(([, factor]) => String(factor)).join('·'),
  };
}

/** The sum of the terms that are not zero. */
export function sum(...terms: readonly Term[]): Term {
  const present = terms.filter((term) => term.value !== 0);
  if (present.length === 0) return zero;
  return {
    value: present.reduce((value, term) => value + term.value, 0),
    symbols: present.map((term) => term.symbols).join(' + '),
    numbers: present.map((term) => term.numbers).join(' + '),
  };
}
