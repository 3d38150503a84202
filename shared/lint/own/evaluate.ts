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

/** What is the same whatever the subject is. */
export class Fixed {
  readonly value: Value;
  constructor(value: Value) {
    this.value = value;
  }
}

/** How a name is read; what does not hang on the subject is known beforehand. */
export type FactReader<S> = (name: string) => Evaluator<S> | Fixed;

/**
 * Makes an expression ready to be worked out many times: each name is looked up once, and what is the same for all subjects is
 * worked out once. No code is made of it or run, and nothing is reached but what `fact` gives.
 */
export function evaluatorOf<S>(expression: Expression, fact: FactReader<S>): Evaluator<S> {
  return perSubject(prepare(expression, fact));
}

type Prepared<S> = Evaluator<S> | Fixed;

function perSubject<S>(prepared: Prepared<S>): Evaluator<S> {
  if (!(prepared instanceof Fixed)) return prepared;
  const { value } = prepared;
  return () => value;
}

function prepare<S>(expression: Expression, fact: FactReader<S>): Prepared<S> {
  switch (expression.type) {
    case 'constant':
      return new Fixed(expression.value);
    case 'fact':
      return fact(expression.name);
    case 'element':
      return ofTwo(elementAt, prepare(expression.of, fact), prepare(expression.index, fact));
    case 'call':
      return called(
        expression.name,
        expression.args.map((arg) => prepare(arg, fact)),
      );
    case 'not':
      return ofOne(turned, prepare(expression.of, fact));
    case 'minus':
      return ofOne(negated, prepare(expression.of, fact));
    case 'binary': {
      const { sign } = expression;
      const [left, right] = [prepare(expression.left, fact), prepare(expression.right, fact)];
      if (sign === '&&' || sign === '||') return decided(sign === '||', left, right);
      return (
        (right instanceof Fixed && held(sign, left, right.value)) ||
        (left instanceof Fixed && held(mirrored[sign], right, left.value)) ||
        ofTwo(signs[sign], left, right)
      );
    }
    default:
      return unreachable(expression);
  }
}

const elementAt = (list: Value, index: Value): Value =>
  Array.isArray(list) && typeof index === 'number' ? (list as readonly number[])[index] : undefined;
const turned = (value: Value): Value => (typeof value === 'boolean' ? !value : undefined);
const negated = (value: Value): Value => (typeof value === 'number' ? -value : undefined);

function ofOne<S>(work: (value: Value) => Value, of: Prepared<S>): Prepared<S> {
  return of instanceof Fixed ? new Fixed(work(of.value)) : (subject) => work(of(subject));
}

function ofTwo<S>(work: (a: Value, b: Value) => Value, left: Prepared<S>, right: Prepared<S>): Prepared<S> {
  if (right instanceof Fixed) {
    const b = right.value;
    return ofOne((a) => work(a, b), left);
  }
  if (left instanceof Fixed) {
    const a = left.value;
    return (subject) => work(a, right(subject));
  }
  return (subject) => work(left(subject), right(subject));
}

function called<S>(name: string, args: readonly Prepared<S>[]): Prepared<S> {
  const callable = Object.hasOwn(callables, name) ? callables[name] : undefined;
  if (callable === undefined) return new Fixed(undefined);
  const work = (values: readonly Value[]): Value => {
    const numbers = values.filter((value) => typeof value === 'number');
    return numbers.length < values.length ? undefined : finite(callable.of(...numbers));
  };
  if (args.every((arg) => arg instanceof Fixed)) return new Fixed(work(args.map(({ value }) => value)));
  const each = args.map(perSubject);
  return (subject) => work(each.map((arg) => arg(subject)));
}

/** Decided by one side, whatever the other is. */
function decided<S>(by: boolean, left: Prepared<S>, right: Prepared<S>): Prepared<S> {
  if (left instanceof Fixed && left.value === by) return left;
  const [first, second] = [perSubject(left), perSubject(right)];
  return (subject) => {
    const a = first(subject);
    if (a === by) return a;
    const b = second(subject);
    if (b === by) return b;
    return typeof a === 'boolean' && typeof b === 'boolean' ? b : undefined;
  };
}

type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=';
type OtherSign = Exclude<BinarySign, '&&' | '||'>;

/** The sign with its sides changed; what is no comparison has none. */
const mirrored: Readonly<Record<OtherSign, Comparison | undefined>> = {
  '==': '==',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
  '+': undefined,
  '-': undefined,
  '*': undefined,
  '/': undefined,
  '%': undefined,
};

/** Most rules hold a fact against a number or a name: nothing else is asked of each subject then. */
function held<S>(sign: OtherSign | undefined, of: Prepared<S>, bound: Value): Evaluator<S> | undefined {
  if (of instanceof Fixed) return undefined;
  if (typeof bound === 'string' && (sign === '==' || sign === '!=')) {
    const equal = sign === '==';
    return (subject) => {
      const value = of(subject);
      return value === undefined ? undefined : (value === bound) === equal;
    };
  }
  if (typeof bound !== 'number') return undefined;
  switch (sign) {
    case '<':
      return (subject) => {
        const value = of(subject);
        return typeof value === 'number' ? value < bound : undefined;
      };
    case '<=':
      return (subject) => {
        const value = of(subject);
        return typeof value === 'number' ? value <= bound : undefined;
      };
    case '>':
      return (subject) => {
        const value = of(subject);
        return typeof value === 'number' ? value > bound : undefined;
      };
    case '>=':
      return (subject) => {
        const value = of(subject);
        return typeof value === 'number' ? value >= bound : undefined;
      };
    default:
      return undefined;
  }
}

const ofNumbers =
  (work: (a: number, b: number) => Value) =>
  (a: Value, b: Value): Value =>
    typeof a === 'number' && typeof b === 'number' ? work(a, b) : undefined;
const ofKnown =
  (work: (a: Known, b: Known) => boolean) =>
  (a: Value, b: Value): Value =>
    a === undefined || b === undefined ? undefined : work(a, b);

const signs: Readonly<Record<OtherSign, (a: Value, b: Value) => Value>> = {
  '==': ofKnown((a, b) => same(a, b)),
  '!=': ofKnown((a, b) => !same(a, b)),
  '<': ofNumbers((a, b) => a < b),
  '<=': ofNumbers((a, b) => a <= b),
  '>': ofNumbers((a, b) => a > b),
  '>=': ofNumbers((a, b) => a >= b),
  '+': ofNumbers((a, b) => finite(a + b)),
  '-': ofNumbers((a, b) => finite(a - b)),
  '*': ofNumbers((a, b) => finite(a * b)),
  '/': ofNumbers((a, b) => finite(a / b)),
  '%': ofNumbers((a, b) => finite(a % b)),
};

type Known = Exclude<Value, undefined>;

/** A list is a number where all of it is: a kernel of 3×3 is 3. */
function same(a: Known, b: Known): boolean {
  if (typeof a === 'object' && typeof b === 'object')
    return a.length === b.length && a.every((value, i) => value === b[i]);
  if (typeof a === 'object') return a.length > 0 && a.every((value) => value === b);
  return typeof b === 'object' ? same(b, a) : a === b;
}

/** A receptive field that sees everything is Infinity; what is no number is unknown. */
function finite(value: number): number | undefined {
  return Number.isNaN(value) ? undefined : value;
}
