import { closest } from 'fastest-levenshtein';
import type { Phrase } from '../../base/messages.ts';
import { messages } from '../../base/problem.ts';
import { unreachable } from '../../base/unreachable.ts';
import { callables } from './evaluate.ts';
import { type FactType, factNames, namesFor, typeOfFact } from './facts.ts';
import { type Expression, ExpressionError, type Mistake, parseExpression } from './parse.ts';

export const say = messages('lint/own/check', {
  number: 'a number',
  text: 'text',
  truth: 'true or false',
  any: 'any value',
  'no-such-fact': 'there is no fact "{{name}}". Did you mean "{{near}}"?',
  'not-in-quotes': 'there is no fact "{{name}}". If it is the text, write \'{{name}}\' in quotes.',
  'no-such-function': 'there is no function "{{name}}". Did you mean "{{near}}"?',
  'so-many-values': '{{name}} does not take {{count}} values.',
  'no-such-name': 'no {{fact}} is called "{{name}}". Did you mean "{{near}}"?',
  'two-sorts': '{{one}} is never {{other}}: the sides of "{{sign}}" are of two sorts.',
  'wrong-sort': '{{what}} must be {{wanted}}, and this is {{given}}.',
  list: 'a list',
  place: 'a place in a list',
  'what-is-turned': 'what "!" turns round',
  'what-is-negated': 'what "-" stands before',
  'what-is-taken': 'what {{name}} takes',
  'each-side': 'each side of "{{sign}}"',
});

/** An expression that was read and means something, or the first mistake in it. */
export type Checked =
  | { readonly ok: true; readonly expression: Expression; readonly type: FactType }
  | { readonly ok: false; readonly mistake: Mistake };

/** More of a name is not compared, nor shown. */
const MOST_LETTERS = 64;

export function readExpression(text: string): Checked {
  try {
    const expression = parseExpression(text);
    return { ok: true, expression, type: typeOf(expression) };
  } catch (error) {
    if (error instanceof ExpressionError) return { ok: false, mistake: error.mistake };
    throw error;
  }
}

const words: Readonly<Record<FactType, Phrase>> = {
  number: say.part('number'),
  text: say.part('text'),
  truth: say.part('truth'),
  any: say.part('any'),
};

function typeOf(expression: Expression): FactType {
  switch (expression.type) {
    case 'constant':
      return typeof expression.value === 'number'
        ? 'number'
        : typeof expression.value === 'string'
          ? 'text'
          : 'truth';
    case 'fact':
      return typeOfNamed(expression.name, expression.at);
    case 'element':
      needs('any', expression.of, say.part('list'));
      needs('number', expression.index, say.part('place'));
      return 'number';
    case 'call':
      return typeOfCall(expression);
    case 'not':
      needs('truth', expression.of, say.part('what-is-turned'));
      return 'truth';
    case 'minus':
      needs('number', expression.of, say.part('what-is-negated'));
      return 'number';
    case 'binary':
      return typeOfBinary(expression);
    default:
      return unreachable(expression);
  }
}

function typeOfNamed(name: string, at: number): FactType {
  const type = typeOfFact(name);
  if (type !== undefined) return type;
  const short = name.slice(0, MOST_LETTERS);
  throw new ExpressionError(
    at,
    Object.values(namesFor).some((names) => names.has(name))
      ? say.part('not-in-quotes', { name: short })
      : say.part('no-such-fact', { name: short, near: closest(short, [...factNames]) }),
  );
}

function typeOfCall({ name, args, at }: Expression & { readonly type: 'call' }): FactType {
  const callable = Object.hasOwn(callables, name) ? callables[name] : undefined;
  if (callable === undefined)
    throw new ExpressionError(
      at,
      say.part('no-such-function', {
        name: name.slice(0, MOST_LETTERS),
        near: closest(name.slice(0, MOST_LETTERS), Object.keys(callables)),
      }),
    );
  if (args.length < callable.atLeast || args.length > callable.atMost)
    throw new ExpressionError(at, say.part('so-many-values', { name, count: args.length }));
  for (const arg of args) needs('number', arg, say.part('what-is-taken', { name }));
  return 'number';
}

function typeOfBinary({ sign, left, right, at }: Expression & { readonly type: 'binary' }): FactType {
  switch (sign) {
    case '&&':
    case '||':
      for (const side of [left, right]) needs('truth', side, say.part('each-side', { sign }));
      return 'truth';
    case '==':
    case '!=': {
      const [a, b] = [typeOf(left), typeOf(right)];
      if (a !== b && a !== 'any' && b !== 'any')
        throw new ExpressionError(at, say.part('two-sorts', { one: words[a], other: words[b], sign }));
      isNamed(left, right);
      isNamed(right, left);
      return 'truth';
    }
    default:
      for (const side of [left, right]) needs('number', side, say.part('each-side', { sign }));
      return '<=>='.includes(sign) ? 'truth' : 'number';
  }
}

/** `kind == 'conv2D'` would never hold, and nobody would know. */
function isNamed(fact: Expression, constant: Expression): void {
  if (fact.type !== 'fact' || constant.type !== 'constant' || typeof constant.value !== 'string') return;
  const names = Object.hasOwn(namesFor, fact.name) ? namesFor[fact.name] : undefined;
  if (names === undefined || names.has(constant.value)) return;
  const name = constant.value.slice(0, MOST_LETTERS);
  throw new ExpressionError(
    constant.at,
    say.part('no-such-name', { fact: fact.name, name, near: closest(name, [...names]) }),
  );
}

function needs(wanted: FactType, expression: Expression, what: Phrase): void {
  const type = typeOf(expression);
  if (type !== wanted && type !== 'any')
    throw new ExpressionError(
      expression.at,
      say.part('wrong-sort', { what, wanted: words[wanted], given: words[type] }),
    );
}
