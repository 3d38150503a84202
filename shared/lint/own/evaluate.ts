import { unreachable } from '../../base/unreachable.ts';
import type { BinarySign, Expression } from './parse.ts';

/** What an expression can come to. Unknown stays undefined, and so does all that is made of it. */
export type Value = number | string | boolean | readonly number[] | undefined;

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

/** What an expression comes to, of one subject after another. */
export type Evaluator<S> = (subject: S) => Value;

/**
 * Makes an expression ready to be worked out many times: each name is looked up once. No code is made of it or run, and nothing
 * is reached but what `fact` gives.
 */
export function evaluatorOf<S>(expression: Expression, fact: (name: string) => Evaluator<S>): Evaluator<S> {
  switch (expression.type) {
    case 'constant': {
      const { value } = expression;
      return () => value;
    }
    case 'fact':
      return fact(expression.name);
    case 'element': {
      const [of, at] = [evaluatorOf(expression.of, fact), evaluatorOf(expression.index, fact)];
      return (subject) => {
        const [list, index] = [of(subject), at(subject)];
        return Array.isArray(list) && typeof index === 'number'
          ? (list as readonly number[])[index]
          : undefined;
      };
    }
    case 'call': {
      const args = expression.args.map((arg) => evaluatorOf(arg, fact));
      const callable = Object.hasOwn(callables, expression.name) ? callables[expression.name] : undefined;
      return (subject) => {
        const numbers: number[] = [];
        for (const arg of args) {
          const value = arg(subject);
          if (typeof value === 'number') numbers.push(value);
        }
        return callable === undefined || numbers.length < args.length
          ? undefined
          : finite(callable.of(...numbers));
      };
    }
    case 'not': {
      const of = evaluatorOf(expression.of, fact);
      return (subject) => {
        const value = of(subject);
        return typeof value === 'boolean' ? !value : undefined;
      };
    }
    case 'minus': {
      const of = evaluatorOf(expression.of, fact);
      return (subject) => {
        const value = of(subject);
        return typeof value === 'number' ? -value : undefined;
      };
    }
    case 'binary':
      return binary(expression.sign, evaluatorOf(expression.left, fact), evaluatorOf(expression.right, fact));
    default:
      return unreachable(expression);
  }
}

function binary<S>(sign: BinarySign, left: Evaluator<S>, right: Evaluator<S>): Evaluator<S> {
  switch (sign) {
    case '&&':
    case '||': {
      const decided = sign === '||';
      return (subject) => {
        // Decided by one side, whatever the other is.
        const a = left(subject);
        if (a === decided) return a;
        const b = right(subject);
        if (b === decided) return b;
        return typeof a === 'boolean' && typeof b === 'boolean' ? b : undefined;
      };
    }
    case '==':
    case '!=': {
      const equal = sign === '==';
      return (subject) => {
        const [a, b] = [left(subject), right(subject)];
        return a === undefined || b === undefined ? undefined : same(a, b) === equal;
      };
    }
    default:
      return (subject) => {
        const [a, b] = [left(subject), right(subject)];
        return typeof a === 'number' && typeof b === 'number' ? arithmetic(sign, a, b) : undefined;
      };
  }
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
