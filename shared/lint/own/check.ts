import { closest } from 'fastest-levenshtein';
import { unreachable } from '../../base/unreachable.ts';
import { callables } from './evaluate.ts';
import { type FactType, factNames, typeOfFact } from './facts.ts';
import { type Expression, ExpressionError, type Mistake, parseExpression } from './parse.ts';

/** An expression that was read and means something, or the first mistake in it. */
export type Checked =
  | { readonly ok: true; readonly expression: Expression; readonly type: FactType }
  | { readonly ok: false; readonly mistake: Mistake };

export function readExpression(text: string): Checked {
  try {
    const expression = parseExpression(text);
    return { ok: true, expression, type: typeOf(expression) };
  } catch (error) {
    if (error instanceof ExpressionError) return { ok: false, mistake: error.mistake };
    throw error;
  }
}

const words: Readonly<Record<FactType, string>> = {
  number: 'a number',
  text: 'text',
  truth: 'true or false',
  any: 'any value',
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
      needs('any', expression.of, 'A list');
      needs('number', expression.index, 'A place in a list');
      return 'number';
    case 'call':
      return typeOfCall(expression);
    case 'not':
      needs('truth', expression.of, 'What "!" turns round');
      return 'truth';
    case 'minus':
      needs('number', expression.of, 'What "-" stands before');
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
  throw new ExpressionError(
    at,
    `There is no fact "${name.slice(0, 64)}". Did you mean "${closest(name.slice(0, 64), [...factNames])}"?`,
  );
}

function typeOfCall({ name, args, at }: Expression & { readonly type: 'call' }): FactType {
  const callable = Object.hasOwn(callables, name) ? callables[name] : undefined;
  if (callable === undefined)
    throw new ExpressionError(
      at,
      `There is no function "${name.slice(0, 64)}". Did you mean "${closest(name.slice(0, 64), Object.keys(callables))}"?`,
    );
  if (args.length < callable.atLeast || args.length > callable.atMost)
    throw new ExpressionError(at, `${name} does not take ${args.length} values.`);
  for (const arg of args) needs('number', arg, `What ${name} takes`);
  return 'number';
}

function typeOfBinary({ sign, left, right, at }: Expression & { readonly type: 'binary' }): FactType {
  switch (sign) {
    case '&&':
    case '||':
      for (const side of [left, right]) needs('truth', side, `Each side of "${sign}"`);
      return 'truth';
    case '==':
    case '!=': {
      const [a, b] = [typeOf(left), typeOf(right)];
      if (a !== b && a !== 'any' && b !== 'any')
        throw new ExpressionError(
          at,
          `${words[a]} is never ${words[b]}: the sides of "${sign}" are of two sorts.`,
        );
      return 'truth';
    }
    default:
      for (const side of [left, right]) needs('number', side, `Each side of "${sign}"`);
      return '<=>='.includes(sign) ? 'truth' : 'number';
  }
}

function needs(wanted: FactType, expression: Expression, what: string): void {
  const type = typeOf(expression);
  if (type !== wanted && type !== 'any')
    throw new ExpressionError(expression.at, `${what} must be ${words[wanted]}, and this is ${words[type]}.`);
}
