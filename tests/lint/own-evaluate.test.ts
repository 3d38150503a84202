import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluatorOf, Fixed, type Value } from '../../shared/lint/own/evaluate.ts';
import type { Expression } from '../../shared/lint/own/parse.ts';
import { fits } from '../../shared/lint/own/select.ts';

type Known = Exclude<Value, undefined>;
type Subject = Readonly<Record<string, Value>>;

/** Which names are the same for all subjects. */
const fixed: Subject = { total: 6, word: 'conv', sure: true, sides: [3, 3], never: undefined };
const varying = ['macs', 'kind', 'flag', 'kernel', 'mixed'] as const;

const number = fc.constantFrom(-2, 0, 0.5, 1, 3, 6, Number.POSITIVE_INFINITY);
const subject = fc.record<Record<(typeof varying)[number], Value>>({
  macs: fc.option(number, { nil: undefined }),
  kind: fc.constantFrom<Value>('conv', 'relu', undefined),
  flag: fc.constantFrom<Value>(true, false, undefined),
  kernel: fc.constantFrom<Value>([3, 3], [1, 3], [3], [], undefined),
  mixed: fc.constantFrom<Value>(3, 'conv', true, [3, 3], undefined),
});

const at = 0;
const { tree } = fc.letrec<{ tree: Expression }>((tie) => {
  const of = tie('tree');
  return {
    tree: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.record({
        type: fc.constant('constant' as const),
        value: fc.oneof(number, fc.constantFrom('conv', 'relu'), fc.boolean()),
        at: fc.constant(at),
      }),
      fc.record({
        type: fc.constant('fact' as const),
        name: fc.constantFrom(...varying, ...Object.keys(fixed)),
        at: fc.constant(at),
      }),
      fc.record({ type: fc.constantFrom('not' as const, 'minus' as const), of, at: fc.constant(at) }),
      fc.record({ type: fc.constant('element' as const), of, index: of, at: fc.constant(at) }),
      fc.record({
        type: fc.constant('call' as const),
        name: fc.constantFrom('min', 'max'),
        args: fc.array(of, { minLength: 1, maxLength: 3 }),
        at: fc.constant(at),
      }),
      fc.record({
        type: fc.constant('binary' as const),
        sign: fc.constantFrom(
          ...(['||', '&&', '==', '!=', '<', '<=', '>', '>=', '+', '-', '*', '/', '%'] as const),
        ),
        left: of,
        right: of,
        at: fc.constant(at),
      }),
    ),
  };
});

const number2 = (a: Value, b: Value, work: (a: number, b: number) => Value): Value =>
  typeof a === 'number' && typeof b === 'number' ? known(work(a, b)) : undefined;
/** What is no number is not known. */
const known = (value: Value): Value => (Number.isNaN(value) ? undefined : value);
const list = (value: Known): value is readonly number[] => Array.isArray(value);

/** A list is a number where every one of its members is. */
function alike(a: Known, b: Known): boolean {
  if (list(a) && list(b)) return JSON.stringify(a) === JSON.stringify(b);
  if (list(a)) return a.length > 0 && a.every((value) => value === b);
  return list(b) ? alike(b, a) : a === b;
}

/** What an expression comes to of one subject, as one would work it out with a pencil: nothing is known beforehand. */
function plain(expression: Expression, values: Subject): Value {
  const of = (each: Expression): Value => plain(each, values);
  switch (expression.type) {
    case 'constant':
      return expression.value;
    case 'fact':
      return values[expression.name];
    case 'not': {
      const value = of(expression.of);
      return typeof value === 'boolean' ? !value : undefined;
    }
    case 'minus': {
      const value = of(expression.of);
      return typeof value === 'number' ? -value : undefined;
    }
    case 'element': {
      const [values_, index] = [of(expression.of), of(expression.index)];
      return values_ !== undefined && list(values_) && typeof index === 'number' ? values_[index] : undefined;
    }
    case 'call': {
      const args = expression.args.map(of);
      if (!args.every((arg) => typeof arg === 'number')) return undefined;
      return known(expression.name === 'min' ? Math.min(...args) : Math.max(...args));
    }
    case 'binary': {
      const [a, b] = [of(expression.left), of(expression.right)];
      switch (expression.sign) {
        case '&&':
          if (a === false || b === false) return false;
          return a === true && b === true ? true : undefined;
        case '||':
          if (a === true || b === true) return true;
          return a === false && b === false ? false : undefined;
        case '==':
          return a === undefined || b === undefined ? undefined : alike(a, b);
        case '!=':
          return a === undefined || b === undefined ? undefined : !alike(a, b);
        case '<':
          return number2(a, b, (x, y) => x < y);
        case '<=':
          return number2(a, b, (x, y) => x <= y);
        case '>':
          return number2(a, b, (x, y) => x > y);
        case '>=':
          return number2(a, b, (x, y) => x >= y);
        case '+':
          return number2(a, b, (x, y) => x + y);
        case '-':
          return number2(a, b, (x, y) => x - y);
        case '*':
          return number2(a, b, (x, y) => x * y);
        case '/':
          return number2(a, b, (x, y) => x / y);
        case '%':
          return number2(a, b, (x, y) => x % y);
      }
    }
  }
}

describe('an expression that is made ready', () => {
  const read = (name: string) =>
    Object.hasOwn(fixed, name) ? new Fixed(fixed[name]) : (values: Subject) => values[name];

  it('comes to what it comes to when each subject is worked out by itself', () => {
    fc.assert(
      fc.property(tree, fc.array(subject, { minLength: 1, maxLength: 3 }), (expression, subjects) => {
        const ready = evaluatorOf(expression, read);
        for (const values of subjects)
          expect(ready(values)).toEqual(plain(expression, { ...fixed, ...values }));
      }),
      { numRuns: 3000, seed: 4 },
    );
  });

  // Every sign with what is known beforehand on either side, on both, and on none.
  it.each(['||', '&&', '==', '!=', '<', '<=', '>', '>=', '+', '-', '*', '/', '%'] as const)(
    'is the same whichever side of %s is known beforehand',
    (sign) => {
      const names = [...varying, ...Object.keys(fixed)];
      const some = fc.sample(subject, { numRuns: 30, seed: 9 });
      for (const left of names)
        for (const right of names) {
          const expression: Expression = {
            type: 'binary',
            sign,
            left: { type: 'fact', name: left, at },
            right: { type: 'fact', name: right, at },
            at,
          };
          const ready = evaluatorOf(expression, read);
          for (const values of some)
            expect(ready(values)).toEqual(plain(expression, { ...fixed, ...values }));
        }
    },
  );
});

it('a pattern fits what the regular expression with .* for each * fits', () => {
  const letters = fc.array(fc.constantFrom('a', 'b', '*', '*'), { maxLength: 7 });
  const text = fc.array(fc.constantFrom('a', 'b'), { maxLength: 8 });
  fc.assert(
    fc.property(letters, text, (pattern, letter) => {
      const expected = new RegExp(`^${pattern.join('').replaceAll('*', '.*')}$`).test(letter.join(''));
      expect(fits(pattern.join(''), letter.join(''))).toBe(expected);
    }),
    { numRuns: 3000, seed: 2 },
  );
});
