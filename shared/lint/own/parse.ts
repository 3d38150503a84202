import { inWords, type Phrase } from '../../base/messages.ts';
import { messages } from '../../base/problem.ts';

export const say = messages('lint/own/parse', {
  'means-nothing': '"{{text}}" means nothing here.',
  'one-equals': '"=" means nothing here: equality is written ==.',
  'one-of-two': '"{{text}}" means nothing here: it is written {{twice}}.',
  'not-closed': 'this text has no closing quote.',
  'too-many': '"{{text}}" is one thing too many.',
  'is-missing': '"{{wanted}}" is missing before "{{text}}".',
  'ends-without': 'it ends where "{{wanted}}" is missing.',
  'nested-too-deep': 'it is nested more than {{most}} deep.',
  'written-as': '"{{text}}" is written {{sign}}.',
  'has-a-unit': '"{{text}}" has a unit: numbers are written out, such as 1.5e9 or 64 * 1024.',
  'ends-without-value': 'it ends where a value is missing.',
  'value-missing': 'a value is missing before "{{text}}".',
  'name-missing': 'a name is missing after the point.',
});

/** An expression as a tree. `at` is where it starts in its text, 0-based. */
export type Expression =
  | { readonly type: 'constant'; readonly value: number | string | boolean; readonly at: number }
  | { readonly type: 'fact'; readonly name: string; readonly at: number }
  | {
      readonly type: 'element';
      readonly of: Expression;
      readonly index: Expression;
      readonly at: number;
    }
  | {
      readonly type: 'call';
      readonly name: string;
      readonly args: readonly Expression[];
      readonly at: number;
    }
  | { readonly type: 'not' | 'minus'; readonly of: Expression; readonly at: number }
  | {
      readonly type: 'binary';
      readonly sign: BinarySign;
      readonly left: Expression;
      readonly right: Expression;
      readonly at: number;
    };

/** From what binds least; what stands in one row binds alike, from the left. */
const ranks = [['||'], ['&&'], ['==', '!='], ['<', '<=', '>', '>='], ['+', '-'], ['*', '/', '%']] as const;
export type BinarySign = (typeof ranks)[number][number];

export interface Mistake {
  /** 0-based, in the text. */
  readonly at: number;
  readonly reason: Phrase;
}

export class ExpressionError extends Error {
  readonly mistake: Mistake;
  constructor(at: number, reason: Phrase) {
    super(inWords(reason));
    this.name = 'ExpressionError';
    this.mistake = { at, reason };
  }
}

interface Token {
  readonly type: 'number' | 'text' | 'name' | 'sign' | 'end';
  readonly text: string;
  readonly at: number;
}

const token =
  /\s*(?:(\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+)|('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|([A-Za-z_][\w]*)|(\|\||&&|[=!<>]=|[-+*/%<>!()[\],.]))/uy;
/** Brackets within brackets: as deep as any rule needs, and no stack overflows. */
const MAX_DEPTH = 50;

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  token.lastIndex = 0;
  const end = text.trimEnd().length;
  while (token.lastIndex < end) {
    const from = token.lastIndex;
    const match = token.exec(text);
    if (match === null) {
      const at = from + text.slice(from).search(/\S/);
      throw new ExpressionError(at, meaningless([...text.slice(at)][0]!));
    }
    const [whole, number, quoted, name, sign] = match;
    const written = number ?? quoted ?? name ?? sign ?? '';
    const type =
      number !== undefined ? 'number' : quoted !== undefined ? 'text' : name !== undefined ? 'name' : 'sign';
    const at = from + whole.length - written.length;
    const unit = type === 'number' ? /^[A-Za-z_][\w]*/.exec(text.slice(token.lastIndex))?.[0] : undefined;
    if (unit !== undefined)
      throw new ExpressionError(at, say.part('has-a-unit', { text: brief(written + unit) }));
    tokens.push({ type, text: written, at });
  }
  return [...tokens, { type: 'end', text: '', at: end }];
}

function meaningless(text: string): Phrase {
  if (text === '=') return say.part('one-equals');
  if (text === '&' || text === '|') return say.part('one-of-two', { text, twice: text + text });
  return text === '"' || text === "'" ? say.part('not-closed') : say.part('means-nothing', { text });
}

/** Other languages' words for signs. */
const inOtherWords: Readonly<Record<string, string>> = { and: '&&', or: '||', is: '==' };
const MOST_SHOWN = 40;
const brief = (text: string): string => (text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text);

/** Reads an expression; throws an ExpressionError with the place of the first mistake. */
export function parseExpression(text: string): Expression {
  const parser = new Parser(tokensOf(text));
  return parser.whole();
}

class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Expression {
    const found = this.#ranked(0);
    const { type, text, at } = this.#peek();
    if (type === 'end') return found;
    const sign = Object.hasOwn(inOtherWords, text) ? inOtherWords[text] : undefined;
    throw new ExpressionError(
      at,
      sign === undefined
        ? say.part('too-many', { text: brief(text) })
        : say.part('written-as', { text, sign }),
    );
  }

  #peek(): Token {
    return this.#tokens[this.#next]!;
  }

  #takes(...signs: readonly string[]): string | undefined {
    const { type, text } = this.#peek();
    if (type !== 'sign' || !signs.includes(text)) return undefined;
    this.#next++;
    return text;
  }

  #needs(sign: string): void {
    if (this.#takes(sign) !== undefined) return;
    const { type, text, at } = this.#peek();
    throw new ExpressionError(
      at,
      type === 'end'
        ? say.part('ends-without', { wanted: sign })
        : say.part('is-missing', { wanted: sign, text: brief(text) }),
    );
  }

  #ranked(rank: number): Expression {
    const signs = ranks[rank];
    if (signs === undefined) return this.#signed();
    let left = this.#ranked(rank + 1);
    for (;;) {
      const { at } = this.#peek();
      const taken = this.#takes(...signs);
      const sign = signs.find((each) => each === taken);
      if (sign === undefined) return left;
      left = { type: 'binary', sign, left, right: this.#ranked(rank + 1), at };
    }
  }

  #signed(): Expression {
    const { at } = this.#peek();
    const sign = this.#takes('!', '-');
    if (sign === undefined) return this.#postfix();
    return this.#deeper(at, () => ({ type: sign === '!' ? 'not' : 'minus', of: this.#signed(), at }));
  }

  #deeper<T>(at: number, read: () => T): T {
    if (++this.#depth > MAX_DEPTH)
      throw new ExpressionError(at, say.part('nested-too-deep', { most: MAX_DEPTH }));
    const found = read();
    this.#depth--;
    return found;
  }

  #postfix(): Expression {
    let found = this.#single();
    for (;;) {
      const { at } = this.#peek();
      if (this.#takes('[') === undefined) return found;
      const index = this.#deeper(at, () => this.#ranked(0));
      this.#needs(']');
      found = { type: 'element', of: found, index, at };
    }
  }

  #single(): Expression {
    const { type, text, at } = this.#peek();
    if (type === 'number') {
      this.#next++;
      return { type: 'constant', value: Number(text), at };
    }
    if (type === 'text') {
      this.#next++;
      return { type: 'constant', value: text.slice(1, -1).replace(/\\(.)/gu, '$1'), at };
    }
    if (type === 'name') return this.#named();
    if (this.#takes('(') === undefined)
      throw new ExpressionError(
        at,
        type === 'end' ? say.part('ends-without-value') : say.part('value-missing', { text: brief(text) }),
      );
    const inner = this.#deeper(at, () => this.#ranked(0));
    this.#needs(')');
    return inner;
  }

  #named(): Expression {
    const { text, at } = this.#peek();
    this.#next++;
    if (text === 'true' || text === 'false') return { type: 'constant', value: text === 'true', at };
    if (this.#takes('(') !== undefined) return { type: 'call', name: text, args: this.#args(), at };
    let name = text;
    while (this.#takes('.') !== undefined) {
      const part = this.#peek();
      if (part.type !== 'name') throw new ExpressionError(part.at, say.part('name-missing'));
      this.#next++;
      name += `.${part.text}`;
    }
    return { type: 'fact', name, at };
  }

  #args(): readonly Expression[] {
    const { at } = this.#peek();
    const args: Expression[] = [];
    if (this.#takes(')') !== undefined) return args;
    do args.push(this.#deeper(at, () => this.#ranked(0)));
    while (this.#takes(',') !== undefined);
    this.#needs(')');
    return args;
  }
}
