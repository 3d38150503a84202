/**
 * A count together with what it was counted from, so that the value and its explanation cannot drift apart:
 * `C_out·H′·W′` = `64·56·56` = 200704. Plain data; the text is written when somebody reads it.
 */
export type Term =
  | Product
  | { readonly kind: 'times'; readonly value: number; readonly products: readonly Product[] }
  | { readonly kind: 'sum'; readonly value: number; readonly terms: readonly Term[] }
  | { readonly kind: 'multiple'; readonly value: number; readonly times: number; readonly term: Term };

/** Factors that are multiplied. */
export interface Product {
  readonly kind: 'product';
  readonly value: number;
  readonly symbols: readonly string[];
  readonly numbers: readonly number[];
}

export type Factor = readonly [symbol: string, value: number];

export const zero: Term = { kind: 'sum', value: 0, terms: [] };

export function product(...factors: readonly Factor[]): Product {
  // A loop over indices: this runs a few times for every layer of every analysis.
  const symbols = new Array<string>(factors.length);
  const numbers = new Array<number>(factors.length);
  for (let i = 0; i < factors.length; i++) {
    symbols[i] = factors[i]![0];
    numbers[i] = factors[i]![1];
  }
  return productOf(symbols, numbers);
}

/** A product of products; their lists are shared, not copied. */
export function times(...products: readonly Product[]): Term {
  let value = 1;
  for (const { value: factor } of products) value *= factor;
  return { kind: 'times', value, products };
}

/** A product whose symbols and numbers are at hand, one to one. */
export function productOf(symbols: readonly string[], numbers: readonly number[]): Product {
  let value = 1;
  for (const number of numbers) value *= number;
  return { kind: 'product', value, symbols, numbers };
}

/** The sum of the terms that are not zero. */
export function sum(...terms: readonly Term[]): Term {
  return sumOf(terms);
}

/** The same of a list of any length. */
export function sumOf(terms: readonly Term[]): Term {
  let value = 0;
  let present = 0;
  let last = zero;
  for (const term of terms) {
    if (term.value === 0) continue;
    value += term.value;
    present++;
    last = term;
  }
  if (present < 2) return last;
  return {
    kind: 'sum',
    value,
    terms: present === terms.length ? terms : terms.filter((term) => term.value !== 0),
  };
}

export function multiple(times: number, term: Term): Term {
  return term.value === 0 ? zero : { kind: 'multiple', value: times * term.value, times, term };
}

/** `C_out·H′·W′` */
export function symbolsOf(term: Term): string {
  return written(term, 'symbols');
}

/** `64·56·56` */
export function numbersOf(term: Term): string {
  return written(term, 'numbers');
}

function written(term: Term, factors: 'symbols' | 'numbers'): string {
  switch (term.kind) {
    case 'product':
      return withoutBatchOfOne(term)[factors].join('·');
    case 'times':
      return term.products.map((part) => written(part, factors)).join('·');
    case 'sum':
      return term.terms.map((part) => written(part, factors)).join(' + ') || '0';
    case 'multiple':
      return `${term.times}·(${written(term.term, factors)})`;
  }
}

/** Costs are of one sample unless there are more, and one sample is not worth a factor. */
function withoutBatchOfOne(term: Product): Product {
  if (term.symbols[0] !== 'N' || term.numbers[0] !== 1 || term.symbols.length === 1) return term;
  return { ...term, symbols: term.symbols.slice(1), numbers: term.numbers.slice(1) };
}
