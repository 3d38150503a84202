import fc from 'fast-check';
import type { Param, ParamKind, Params, ParamValue, ParamValues } from '../../shared/schema/params.ts';

type ByKind = { readonly [K in ParamKind]: (p: Extract<Param, { kind: K }>) => fc.Arbitrary<ParamValue> };

/** Any value that the kind allows. */
const anyOf = {
  int: ({ min, max }) => fc.integer({ min, max }),
  float: ({ min, max }) => fc.double({ min, max, noNaN: true }).map(withoutNegativeZero),
  flag: () => fc.boolean(),
  choice: ({ options }) => fc.constantFrom(...options.map(({ value }) => value)),
  pair: ({ min, max }) => fc.tuple(fc.integer({ min, max }), fc.integer({ min, max })),
  padding: ({ max, allowSame }) => padding(max, allowSame),
  dims: ({ maxRank }) => fc.array(fc.integer({ min: 1, max: 1 << 28 }), { minLength: 1, maxLength: maxRank }),
  ints: ({ min, max, maxLength }) =>
    fc.array(fc.integer({ min, max }), { maxLength: Math.min(maxLength, 12) }),
  floats: ({ maxLength }) =>
    fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }).map(withoutNegativeZero), {
      maxLength: Math.min(maxLength, 12),
    }),
  text: ({ maxLength }) => fc.string({ maxLength }),
} as const satisfies ByKind;

/** Values small enough that a forward pass takes no time, and near enough to each other to be valid together often. */
const smallOf = {
  int: ({ min, max }) => fc.integer({ min: Math.max(min, -3), max: Math.min(max, 4) }),
  float: ({ min, max }) => evenly(Math.max(min, -4), Math.min(max, 4)),
  flag: anyOf.flag,
  choice: anyOf.choice,
  pair: ({ min, max }) => {
    const side = fc.integer({ min, max: Math.min(max, 3) });
    return fc.tuple(side, side);
  },
  padding: ({ max, allowSame }) => padding(Math.min(max, 2), allowSame),
  dims: ({ maxRank }) =>
    fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: Math.min(maxRank, 4) }),
  ints: ({ min, max, maxLength }) =>
    fc.array(fc.integer({ min: Math.max(min, -3), max: Math.min(max, 3) }), {
      maxLength: Math.min(maxLength, 3),
    }),
  floats: ({ maxLength }) => fc.array(evenly(0.3, 3), { maxLength: Math.min(maxLength, 2) }),
  text: ({ maxLength }) => fc.string({ maxLength: Math.min(maxLength, 8) }),
} as const satisfies ByKind;

export function anyParam(p: Param): fc.Arbitrary<ParamValue> {
  return pick(anyOf, p);
}

export function smallParam(p: Param): fc.Arbitrary<ParamValue> {
  return pick(smallOf, p);
}

export function anyParams(params: Params): fc.Arbitrary<ParamValues> {
  return everyParam(params, anyParam);
}

export function smallParams(params: Params): fc.Arbitrary<ParamValues> {
  return everyParam(params, smallParam);
}

function everyParam(params: Params, of: (p: Param) => fc.Arbitrary<ParamValue>): fc.Arbitrary<ParamValues> {
  return fc.record(Object.fromEntries(Object.entries(params).map(([name, p]) => [name, of(p)])));
}

/** The table's entry for this very kind; the table's type says that it fits. */
function pick(table: ByKind, p: Param): fc.Arbitrary<ParamValue> {
  const of: (p: never) => fc.Arbitrary<ParamValue> = table[p.kind];
  return of(p as never);
}

function padding(max: number, allowSame: boolean): fc.Arbitrary<ParamValue> {
  const side = fc.integer({ min: 0, max });
  const sides = fc.tuple(side, side, side, side);
  const even = side.map((all) => [all, all, all, all]);
  return allowSame ? fc.oneof(fc.constant('same'), even, sides) : fc.oneof(even, sides);
}

/** Thousandths of the range. `fc.double` spreads over all exponents, so that nearly all its values are tiny. */
export function evenly(min: number, max: number): fc.Arbitrary<number> {
  return fc.integer({ min: 0, max: 1000 }).map((i) => min + ((max - min) * i) / 1000);
}

/** JSON has no negative zero. */
function withoutNegativeZero(x: number): number {
  return x === 0 ? 0 : x;
}
