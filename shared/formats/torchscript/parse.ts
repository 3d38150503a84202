import { messages } from '../../base/problem.ts';
import { type Refusal, refuseAt } from '../weights/source.ts';

export const say = messages('formats/torchscript/parse', {
  'script-wrong': [
    'The code of the TorchScript archive cannot be read: {{where}}: {{why}}.',
    'The file is damaged, or of a newer PyTorch; save it anew with torch.jit.trace and torch.jit.save.',
  ],
  'not-understood': '"{{text}}" is not understood',
  'too-deep': 'it nests too deep',
  'too-many-words': 'it has more than {{most}} words',
});

export type Expression =
  | { readonly kind: 'value'; readonly value: number | string | boolean | null }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'attribute'; readonly of: Expression; readonly name: string }
  | { readonly kind: 'item'; readonly of: Expression; readonly at: Expression }
  | { readonly kind: 'call'; readonly callee: Expression; readonly args: readonly Argument[] }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'dict'; readonly entries: readonly (readonly [key: Expression, value: Expression])[] }
  | { readonly kind: 'unary'; readonly sign: string; readonly of: Expression }
  | { readonly kind: 'binary'; readonly sign: string; readonly left: Expression; readonly right: Expression }
  | {
      readonly kind: 'choice';
      readonly test: Expression;
      readonly then: Expression;
      readonly otherwise: Expression;
    };

export interface Argument {
  readonly name?: string;
  readonly value: Expression;
}

export type Statement =
  | {
      readonly kind: 'set';
      readonly names: readonly string[];
      readonly unpacked: boolean;
      readonly value: Expression;
    }
  | { readonly kind: 'do'; readonly value: Expression }
  | { readonly kind: 'return'; readonly value: Expression | undefined }
  | {
      readonly kind: 'if';
      readonly test: Expression;
      readonly then: readonly Statement[];
      readonly otherwise: readonly Statement[];
    }
  | { readonly kind: 'while'; readonly test: Expression; readonly body: readonly Statement[] }
  | {
      readonly kind: 'for';
      readonly name: string;
      readonly over: Expression;
      readonly body: readonly Statement[];
    };

export interface ScriptParameter {
  readonly name: string;
  /** As it is written: `Tensor`, `List[Tensor]`; empty where it is not. */
  readonly type: string;
  readonly otherwise?: Expression;
}

export interface ScriptFunction {
  readonly parameters: readonly ScriptParameter[];
  readonly body: readonly Statement[];
}

/** A file of a TorchScript archive: classes with their methods, and functions. */
export interface ScriptFile {
  readonly classes: ReadonlyMap<string, ReadonlyMap<string, ScriptFunction>>;
  readonly functions: ReadonlyMap<string, ScriptFunction>;
}

interface Token {
  readonly kind: 'name' | 'number' | 'text' | 'sign' | 'line' | 'end';
  readonly text: string;
  readonly line: number;
  /** Of a line: how far it is moved in. */
  readonly indent: number;
}

const MAX_DEPTH = 200;
/** Of one file: in memory each takes fifty times what it takes in the text. */
const MAX_WORDS = 1_000_000;
const words =
  /[A-Za-z_]\w*|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|->|\*\*|\/\/|[=!<>]=|[-+*/%=<>()[\]{},.:@]/y;

/** Words of the file; lines begin with how far they are moved in. Inside brackets, lines do not end. */
function tokensOf(text: string, file: string): readonly Token[] {
  const tokens: Token[] = [];
  let open = 0;
  for (const [number, line] of text.split('\n').entries()) {
    const indent = /^ */.exec(line)![0].length;
    const rest = line.slice(indent);
    if (rest === '' || rest.startsWith('#')) continue;
    if (open === 0) tokens.push({ kind: 'line', text: '', line: number + 1, indent });
    for (let at = indent; at < line.length; ) {
      if (line[at] === ' ') {
        at++;
        continue;
      }
      words.lastIndex = at;
      const found = words.exec(line)?.[0];
      if (found === undefined) {
        if (line[at] === '#') break;
        throw wrong(file, number + 1, say.part('not-understood', { text: line.slice(at, at + 20) }));
      }
      if ('([{'.includes(found)) open++;
      else if (')]}'.includes(found)) open = Math.max(0, open - 1);
      const kind = /^[A-Za-z_]/.test(found)
        ? 'name'
        : /^[\d]|^\.\d/.test(found)
          ? 'number'
          : /^["']/.test(found)
            ? 'text'
            : 'sign';
      tokens.push({ kind, text: found, line: number + 1, indent });
      at += found.length;
      if (tokens.length > MAX_WORDS)
        throw wrong(file, number + 1, say.part('too-many-words', { most: MAX_WORDS }));
    }
  }
  tokens.push(
    { kind: 'line', text: '', line: 0, indent: -1 },
    { kind: 'end', text: '', line: 0, indent: -1 },
  );
  return tokens;
}

function wrong(
  file: string,
  line: number,
  why: Parameters<typeof say.part>[0] extends never ? never : ReturnType<typeof say.part>,
): Refusal {
  return refuseAt(0, say('script-wrong', { where: `${file}:${line}`, why }));
}

/** Reads a file of TorchScript, which is written in a part of Python. Throws a Refusal. */
export function parseScript(text: string, file: string): ScriptFile {
  return new Parser(tokensOf(text, file), file).file();
}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #file: string;
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[], file: string) {
    this.#tokens = tokens;
    this.#file = file;
  }

  get #next(): Token {
    return this.#tokens[Math.min(this.#at, this.#tokens.length - 1)]!;
  }

  #fail(): Refusal {
    const { line, text } = this.#next;
    return wrong(this.#file, line, say.part('not-understood', { text: text.slice(0, 40) }));
  }

  #is(text: string): boolean {
    return this.#next.text === text && this.#next.kind !== 'text';
  }

  #take(text: string): boolean {
    if (!this.#is(text)) return false;
    this.#at++;
    return true;
  }

  #expect(text: string): void {
    if (!this.#take(text)) throw this.#fail();
  }

  #name(): string {
    if (this.#next.kind !== 'name') throw this.#fail();
    return this.#tokens[this.#at++]!.text;
  }

  #nested<T>(act: () => T): T {
    if (++this.#depth > MAX_DEPTH) throw wrong(this.#file, this.#next.line, say.part('too-deep'));
    const made = act();
    this.#depth--;
    return made;
  }

  /** Goes on to the end of the line. */
  #skipLine(): void {
    while (this.#next.kind !== 'line' && this.#next.kind !== 'end') this.#at++;
  }

  file(): ScriptFile {
    const classes = new Map<string, ReadonlyMap<string, ScriptFunction>>();
    const functions = new Map<string, ScriptFunction>();
    while (this.#next.kind !== 'end') {
      this.#at++;
      if (this.#take('class')) {
        const name = this.#name();
        this.#skipLine();
        classes.set(name, this.#methods());
      } else if (this.#take('def')) functions.set(this.#name(), this.#function(0));
      else this.#skipLine();
    }
    return { classes, functions };
  }

  #methods(): ReadonlyMap<string, ScriptFunction> {
    const methods = new Map<string, ScriptFunction>();
    while (this.#next.kind === 'line' && this.#next.indent > 0) {
      const { indent } = this.#next;
      this.#at++;
      if (this.#take('def')) methods.set(this.#name(), this.#function(indent));
      else this.#skipLine();
    }
    return methods;
  }

  #function(indent: number): ScriptFunction {
    this.#expect('(');
    const parameters: ScriptParameter[] = [];
    while (!this.#take(')')) {
      const name = this.#name();
      const type = this.#take(':') ? this.#type() : '';
      parameters.push(this.#take('=') ? { name, type, otherwise: this.#expression() } : { name, type });
      if (!this.#is(')')) this.#expect(',');
    }
    this.#skipLine();
    return { parameters, body: this.#block(indent) };
  }

  /** A type, as it is written. */
  #type(): string {
    let open = 0;
    const start = this.#at;
    while (this.#next.kind !== 'end' && this.#next.kind !== 'line') {
      if (open === 0 && (this.#is(',') || this.#is(')') || this.#is('='))) break;
      if (this.#is('[') || this.#is('(')) open++;
      if (this.#is(']') || this.#is(')')) open--;
      this.#at++;
    }
    const words = this.#tokens.slice(start, this.#at).map(({ text }) => text);
    return words.join('').replaceAll(',', ', ');
  }

  #block(indent: number): readonly Statement[] {
    return this.#nested(() => {
      const statements: Statement[] = [];
      while (this.#next.kind === 'line' && this.#next.indent > indent) {
        const { indent: own } = this.#next;
        this.#at++;
        const statement = this.#statement(own);
        if (statement) statements.push(statement);
        if (this.#next.kind !== 'line') throw this.#fail();
      }
      return statements;
    });
  }

  #statement(indent: number): Statement | undefined {
    if (this.#take('pass')) return undefined;
    if (this.#take('return')) {
      const value = this.#next.kind === 'line' ? undefined : this.#list();
      return { kind: 'return', value };
    }
    if (this.#take('if')) return this.#if(indent);
    if (this.#take('while')) {
      const test = this.#expression();
      this.#expect(':');
      return { kind: 'while', test, body: this.#block(indent) };
    }
    if (this.#take('for')) {
      const name = this.#name();
      this.#expect('in');
      const over = this.#expression();
      this.#expect(':');
      return { kind: 'for', name, over, body: this.#block(indent) };
    }
    const left = this.#list();
    if (this.#take(':')) this.#type();
    if (!this.#take('=')) return { kind: 'do', value: left };
    const names = left.kind === 'list' ? left.items : [left];
    const value = this.#list();
    return {
      kind: 'set',
      names: names.map((each) => (each.kind === 'name' ? each.name : '')),
      unpacked: left.kind === 'list',
      value,
    };
  }

  #if(indent: number): Statement {
    const test = this.#expression();
    this.#expect(':');
    const then = this.#block(indent);
    const { kind, indent: next } = this.#next;
    if (kind !== 'line' || next !== indent || this.#tokens[this.#at + 1]?.text !== 'else')
      return { kind: 'if', test, then, otherwise: [] };
    this.#at += 2;
    this.#expect(':');
    return { kind: 'if', test, then, otherwise: this.#block(indent) };
  }

  /** One expression, or several between commas, which are a list. */
  #list(): Expression {
    const first = this.#expression();
    if (!this.#is(',')) return first;
    const items = [first];
    while (this.#take(',') && this.#next.kind !== 'line' && !this.#is('=')) items.push(this.#expression());
    return { kind: 'list', items };
  }

  #expression(): Expression {
    return this.#nested(() => {
      const then = this.#binary(0);
      if (!this.#take('if')) return then;
      const test = this.#binary(0);
      this.#expect('else');
      return { kind: 'choice', test, then, otherwise: this.#expression() };
    });
  }

  #binary(level: number): Expression {
    const signs = levels[level];
    if (!signs) return this.#unary();
    let left = this.#binary(level + 1);
    while (this.#next.kind !== 'text' && signs.includes(this.#next.text)) {
      const sign = this.#tokens[this.#at++]!.text;
      left = { kind: 'binary', sign, left, right: this.#binary(level + 1) };
    }
    return left;
  }

  #unary(): Expression {
    for (const sign of ['-', 'not'])
      if (this.#take(sign)) return { kind: 'unary', sign, of: this.#nested(() => this.#unary()) };
    return this.#trailed(this.#atom());
  }

  #trailed(start: Expression): Expression {
    let of = start;
    for (;;) {
      if (this.#take('.')) of = { kind: 'attribute', of, name: this.#name() };
      else if (this.#take('(')) of = { kind: 'call', callee: of, args: this.#arguments() };
      else if (this.#take('[')) {
        of = { kind: 'item', of, at: this.#list() };
        this.#expect(']');
      } else return of;
    }
  }

  #arguments(): readonly Argument[] {
    const args: Argument[] = [];
    while (!this.#take(')')) {
      const value = this.#expression();
      if (value.kind === 'name' && this.#take('='))
        args.push({ name: value.name, value: this.#expression() });
      else args.push({ value });
      if (!this.#is(')')) this.#expect(',');
    }
    return args;
  }

  #dict(): Expression {
    const entries: [Expression, Expression][] = [];
    while (!this.#take('}')) {
      const key = this.#expression();
      this.#expect(':');
      entries.push([key, this.#expression()]);
      if (!this.#is('}')) this.#expect(',');
    }
    return { kind: 'dict', entries };
  }

  #atom(): Expression {
    const { kind, text } = this.#next;
    if (kind === 'number') {
      this.#at++;
      return { kind: 'value', value: Number(text) };
    }
    if (kind === 'text') {
      this.#at++;
      return { kind: 'value', value: text.slice(1, -1) };
    }
    if (kind === 'name') {
      this.#at++;
      if (text === 'None') return { kind: 'value', value: null };
      if (text === 'True' || text === 'False') return { kind: 'value', value: text === 'True' };
      return { kind: 'name', name: text };
    }
    if (this.#take('{')) return this.#dict();
    for (const [open, close] of ['()', '[]'] as unknown as [string, string][]) {
      if (!this.#take(open)) continue;
      const items: Expression[] = [];
      let comma = open === '[';
      while (!this.#take(close)) {
        items.push(this.#expression());
        if (this.#take(',')) comma = true;
        else if (!this.#is(close)) throw this.#fail();
      }
      return items.length === 1 && !comma ? items[0]! : { kind: 'list', items };
    }
    throw this.#fail();
  }
}

const levels: readonly (readonly string[])[] = [
  ['or'],
  ['and'],
  ['==', '!=', '<', '>', '<=', '>=', 'in', 'is'],
  ['+', '-'],
  ['*', '/', '//', '%'],
];
