import { unreachable } from '../../base/unreachable.ts';
import type { BinarySign, Expression } from './parse.ts';

/** What an expression can come to. Unknown stays undefined, and so does all that is made of it. */
export type Value = number | string | boolean | readonly number[] | undefined;
export type FactReader = (name: string) => Value;

interface Callable {
  readonly atLeast: number;
  readonly atMost: number;
  of(...args: readonly number[]): number;
}

/** Functions of numbers. */
export const callables: Readonly<Record<string, Callable>> = {
  min: { atLeast: 1, atMost: 16, of: (...args) => Math.min(...args) },
  max: { atLeast: 1, atMost: 16, of: (...args) => Math.max(...args) },
  abs: { atLeast: 1, atMost: 1, of: (x = Number.NaN) => Math.abs(x) },
  floor: { atLeast: 1, atMost: 1, of: (x = Number.NaN) => Math.floor(x) },
  ceil: { atLeast: 1, atMost: 1, of: (x = Number.NaN) => Math.ceil(x) },
  round: { atLeast: 1, atMost: 1, of: (x = Number.NaN) => Math.round(x) },
  sqrt: { atLeast: 1, atMost: 1, of: (x = Number.NaN) => Math.sqrt(x) },
  log2: { atLeast: 1, atMost: 1, of: (x = Number.NaN) => Math.log2(x) },
};

/** The value of an expression; no code is run, and nothing is reached but what `fact` gives. */
export function evaluate(expression: Expression, fact: FactReader): Value {
  switch (expression.type) {
    case 'constant':
      return expression.value;
    case 'fact':
      return fact(expression.name);
    case 'element': {
      const [list, index] = [evaluate(expression.of, fact), evaluate(expression.index, fact)];
      return Array.isArray(list) && typeof index === 'number'
        ? (list as readonly number[])[index]
        : undefined;
    }
    case 'call': {
      const args = expression.args.map((arg) => evaluate(arg, fact));
      const numbers = args.filter((arg) => typeof arg === 'number');
      const callable = Object.hasOwn(callables, expression.name) ? callables[expression.name] : undefined;
      return callable === undefined || numbers.length < args.length
        ? undefined
        : finite(callable.of(...numbers));
    }
    case 'not': {
      const value = evaluate(expression.of, fact);
      return typeof value === 'boolean' ? !value : undefined;
    }
    case 'minus': {
      const value = evaluate(expression.of, fact);
      return typeof value === 'number' ? -value : undefined;
    }
    case 'binary':
      return binary(expression, fact);
    default:
      return unreachable(expression);
  }
}

function binary({ sign, left, right }: Expression & { readonly type: 'binary' }, fact: FactReader): Value {
  const a = evaluate(left, fact);
  if (sign === '&&' || sign === '||') {
    // Decided by one side, whatever the other is.
    if (a === (sign === '||')) return a;
    const b = evaluate(right, fact);
    if (b === (sign === '||')) return b;
    return typeof a === 'boolean' && typeof b === 'boolean' ? b : undefined;
  }
  const b = evaluate(right, fact);
  if (a === undefined || b === undefined) return undefined;
  if (sign === '==' || sign === '!=') {
    return same(a, b) === (sign === '==');
  }
  return typeof a === 'number' && typeof b === 'number' ? arithmetic(sign, a, b) : undefined;
}

type Known = Exclude<Value, undefined>;

/** A list is a number where all of it is: a kernel of 3×3 is 3. */
function same(a: Known, b: Known): boolean {
  if (typeof a === 'object' && typeof b === 'object')
    return a.length === b.length && a.every((value, i) => value === b[i]);
  if (typeof a === 'object') return a.length > 0 && a.every((value) => value === b);
  return typeof b === 'object' ? same(b, a) : a === b;
}

function arithmetic(sign: Exclude<BinarySign, '&&' | '||' | '==' | '!='>, a: number, b: number): Value {
  switch (sign) {
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
    case '+':
      return finite(a + b);
    case '-':
      return finite(a - b);
    case '*':
      return finite(a * b);
    case '/':
      return finite(a / b);
    case '%':
      return finite(a % b);
    default:
      return unreachable(sign);
  }
}

/** A receptive field that sees everything is Infinity; what is no number is unknown. */
function finite(value: number): number | undefined {
  return Number.isNaN(value) ? undefined : value;
}
