import { messages } from '../../base/problem.ts';
import { PickleDict, PickleRecord, type PickleValue } from '../weights/pickle-values.ts';
import { isTensor as isSavedTensor, type Storages, torchTensor } from '../weights/torch-tensors.ts';
import { Flow, type Origin, refusalAt, type ScriptBuilder } from './builder.ts';
import { OperatorCall, operatorOf, unsupported } from './operators.ts';
import {
  type Expression,
  parseScript,
  type ScriptFile,
  type ScriptFunction,
  type Statement,
} from './parse.ts';
import { Dict, isTensor, ModuleValue, Named, Stored, type Value } from './values.ts';

export const say = messages('formats/torchscript/run', {
  'not-there': ['there is no "{{name}}".', 'The file is damaged; save it anew with torch.jit.save.'],
  'decided-by-tensors': [
    'what it does is decided by what tensors hold.',
    'Save it with torch.jit.trace, which writes down what is done.',
  ],
  'too-long': [
    'it does more than {{most}} steps.',
    'Save it with torch.jit.trace, for an input of its usual size.',
  ],
});

/** Statements and all that is worked out for them, turns of loops, and what they count over: more than any network of people's takes. */
const MAX_STEPS = 2_000_000;
/** What is worked out for what is worked out for something else; modules that call modules count, too. */
const MAX_DEEP = 500;
/** Lists in lists that a module has saved. */
const MAX_SAVED_DEPTH = 16;
const MAX_CALLS = 100;

/** Modules that only hold others: what is in them stands where they do. */
const holders = new Set(['Sequential', 'ModuleList', 'ModuleDict']);

type Locals = Map<string, Value>;
/** What a function gave; undefined while it goes on. */
type Returned = { readonly value: Value } | undefined;

/** Goes through the code of a TorchScript archive, and writes down which layers it calls. Nothing is computed. */
export class ScriptRun {
  readonly #build: ScriptBuilder;
  readonly #textOf: (path: string) => string | undefined;
  readonly #storages: Storages;
  readonly #files = new Map<string, ScriptFile>();
  readonly #constants: readonly Value[];
  #steps = 0;
  #calls = 0;
  #deep = 0;
  #module = '';

  constructor(
    build: ScriptBuilder,
    textOf: (path: string) => string | undefined,
    storages: Storages,
    constants: readonly Value[],
  ) {
    this.#build = build;
    this.#textOf = textOf;
    this.#storages = storages;
    this.#constants = constants;
  }

  #origin(operator: string): Origin {
    return { operator, module: this.#module };
  }

  #missing(name: string) {
    return refusalAt(this.#origin(name), say('not-there', { name: name.slice(0, 100) }));
  }

  /** A method of a module's class. */
  methodOf({ type }: ModuleValue, name: string): ScriptFunction {
    const [file, own] = placeOf(type);
    const method = this.#file(file).classes.get(own)?.get(name);
    if (!method) throw this.#missing(`${type}.${name}`);
    return method;
  }

  #file(path: string): ScriptFile {
    const known = this.#files.get(path);
    if (known) return known;
    const text = this.#textOf(path);
    if (text === undefined) throw this.#missing(path);
    const file = parseScript(text, path);
    this.#files.set(path, file);
    return file;
  }

  /** What a method gives; inside of a block of its class where it is a module of modules with one result. */
  call(module: ModuleValue, name: string, args: readonly Value[]): Value {
    const before = this.#module;
    this.#module = module.path;
    try {
      const method = this.methodOf(module, name);
      const plainly = (given: readonly Value[]) => this.#run(method, [module, ...given]);
      const own = placeOf(module.type)[1];
      const flows = args.filter((each): each is Flow => each instanceof Flow);
      const isBlock = module.path !== '' && !holders.has(own) && flows.length > 0 && hasModules(module);
      if (!isBlock) return plainly(args);
      return (
        this.#build.block(module.path, own, flows, (inside) => {
          let next = 0;
          return plainly(args.map((each) => (each instanceof Flow ? inside[next++]! : each)));
        }) ?? plainly(args)
      );
    } finally {
      this.#module = before;
    }
  }

  #run(
    { parameters, body }: ScriptFunction,
    args: readonly Value[],
    named: ReadonlyMap<string, Value> = new Map(),
  ): Value {
    if (++this.#calls > MAX_CALLS)
      throw refusalAt(this.#origin('call'), say('too-long', { most: MAX_CALLS }));
    const locals: Locals = new Map();
    for (const [i, { name, otherwise }] of parameters.entries()) {
      const given = named.get(name) ?? args[i];
      locals.set(name, given === undefined ? (otherwise ? this.#value(otherwise, locals) : null) : given);
    }
    const returned = this.#block(body, locals);
    this.#calls--;
    return returned?.value ?? null;
  }

  #block(statements: readonly Statement[], locals: Locals): Returned {
    for (const statement of statements) {
      const returned = this.#statement(statement, locals);
      if (returned) return returned;
    }
    return undefined;
  }

  /** Counts what is done; a file's code may ask for more than anybody would wait for. */
  #spend(steps: number, operator: string): void {
    this.#steps += steps;
    if (!(this.#steps <= MAX_STEPS))
      throw refusalAt(this.#origin(operator), say('too-long', { most: MAX_STEPS }));
  }

  #statement(statement: Statement, locals: Locals): Returned {
    this.#spend(1, 'code');
    switch (statement.kind) {
      case 'do':
        this.#value(statement.value, locals);
        return undefined;
      case 'return':
        return { value: statement.value ? this.#value(statement.value, locals) : null };
      case 'set': {
        const value = this.#value(statement.value, locals);
        const all = statement.unpacked ? this.#list(value) : [value];
        for (const [i, name] of statement.names.entries()) if (name !== '') locals.set(name, all[i] ?? null);
        return undefined;
      }
      case 'if':
        return this.#block(
          this.#truth(statement.test, locals) ? statement.then : statement.otherwise,
          locals,
        );
      case 'while': {
        while (this.#truth(statement.test, locals)) {
          this.#spend(1, 'while');
          const returned = this.#block(statement.body, locals);
          if (returned) return returned;
        }
        return undefined;
      }
      case 'for': {
        for (const each of this.#list(this.#value(statement.over, locals))) {
          this.#spend(1, 'for');
          locals.set(statement.name, each);
          const returned = this.#block(statement.body, locals);
          if (returned) return returned;
        }
        return undefined;
      }
    }
  }

  #truth(test: Expression, locals: Locals): boolean {
    const value = this.#value(test, locals);
    if (isTensor(value)) throw refusalAt(this.#origin('if'), say('decided-by-tensors'));
    return value === true || (typeof value === 'number' && value !== 0);
  }

  #list(value: Value): readonly Value[] {
    if (Array.isArray(value)) return value as readonly Value[];
    throw this.#missing('list');
  }

  #value(expression: Expression, locals: Locals): Value {
    this.#spend(1, 'code');
    if (++this.#deep > MAX_DEEP) throw refusalAt(this.#origin('code'), say('too-long', { most: MAX_DEEP }));
    const value = this.#valueOf(expression, locals);
    this.#deep--;
    return value;
  }

  #valueOf(expression: Expression, locals: Locals): Value {
    switch (expression.kind) {
      case 'value':
        return expression.value;
      case 'name':
        return (
          locals.get(expression.name) ?? (locals.has(expression.name) ? null : new Named(expression.name))
        );
      case 'list':
        return expression.items.map((each) => this.#value(each, locals));
      case 'dict': {
        const dict = new Dict();
        for (const [key, value] of expression.entries)
          dict.entries.set(String(this.#value(key, locals)), this.#value(value, locals));
        return dict;
      }
      case 'attribute':
        return this.#attribute(this.#value(expression.of, locals), expression.name);
      case 'item': {
        const of = this.#value(expression.of, locals);
        if (of instanceof Named) return of;
        const at = this.#value(expression.at, locals);
        if (of instanceof Dict) return of.entries.get(String(at)) ?? null;
        const list = this.#list(of);
        return typeof at === 'number' ? (list[at < 0 ? at + list.length : at] ?? null) : null;
      }
      case 'unary': {
        if (expression.sign === 'not') return !this.#truth(expression.of, locals);
        const value = this.#value(expression.of, locals);
        return typeof value === 'number' ? -value : this.#operator('neg', [value]);
      }
      case 'binary':
        return this.#binary(expression, locals);
      case 'choice':
        return this.#value(
          this.#truth(expression.test, locals) ? expression.then : expression.otherwise,
          locals,
        );
      case 'call':
        return this.#called(expression, locals);
    }
  }

  #binary({ sign, left, right }: Expression & { kind: 'binary' }, locals: Locals): Value {
    if (sign === 'and') return this.#truth(left, locals) && this.#truth(right, locals);
    if (sign === 'or') return this.#truth(left, locals) || this.#truth(right, locals);
    const names: Readonly<Record<string, string>> = {
      '+': 'add',
      '-': 'sub',
      '*': 'mul',
      '/': 'div',
      '//': 'floordiv',
      '==': 'eq',
      '!=': 'ne',
      '<': 'lt',
      '>': 'gt',
      '<=': 'le',
      '>=': 'ge',
      is: '__is__',
    };
    return this.#operator(names[sign] ?? sign, [this.#value(left, locals), this.#value(right, locals)]);
  }

  #attribute(of: Value, name: string): Value {
    if (of instanceof Named)
      return of.name === 'CONSTANTS' ? this.#constant(name) : new Named(`${of.name}.${name}`);
    if (!(of instanceof ModuleValue)) throw this.#missing(name);
    const found = of.state.entries.get(name);
    if (found === undefined) throw this.#missing(`${of.type}.${name}`);
    return this.#saved(found, of.path === '' ? name : `${of.path}.${name}`);
  }

  #constant(name: string): Value {
    const value = this.#constants[Number(name.slice(1))];
    if (value === undefined) throw this.#missing(name);
    return value;
  }

  #saved(value: PickleValue, name: string, depth = 0): Value {
    // A list may hold itself, or another one many times.
    this.#spend(1, name);
    if (depth > MAX_SAVED_DEPTH) throw this.#missing(name);
    if (isSavedTensor(value)) return new Stored(name, torchTensor(name, value, this.#storages));
    if (value instanceof PickleRecord && value.state instanceof PickleDict)
      return new ModuleValue(name, value.made.name, value.state);
    // Lists and dicts are wrapped in what says their types.
    if (value instanceof PickleRecord && value.made.name.startsWith('torch.jit._pickle.'))
      return this.#saved(value.args[0] ?? null, name, depth + 1);
    if (typeof value === 'bigint') return Number(value);
    if (
      value === null ||
      typeof value === 'number' ||
      typeof value === 'string' ||
      typeof value === 'boolean'
    )
      return value;
    if (Array.isArray(value)) return value.map((each: PickleValue) => this.#saved(each, name, depth + 1));
    if (value instanceof PickleDict) {
      const dict = new Dict();
      for (const [key, each] of value.entries)
        dict.entries.set(String(key), this.#saved(each, name, depth + 1));
      return dict;
    }
    return null;
  }

  #called({ callee, args }: Expression & { kind: 'call' }, locals: Locals): Value {
    if (callee.kind === 'attribute') {
      const of = this.#value(callee.of, locals);
      if (of instanceof ModuleValue)
        return this.call(
          of,
          callee.name,
          args.map(({ value }) => this.#value(value, locals)),
        );
      if (!(of instanceof Named))
        return this.#operator(callee.name, [of, ...args.map(({ value }) => this.#value(value, locals))]);
    }
    const named = this.#value(callee, locals);
    if (!(named instanceof Named)) throw this.#missing('call');
    const { name } = named;
    const given = args.map(({ value }) => this.#value(value, locals));
    switch (name) {
      case 'getattr':
        return this.#attribute(given[0]!, String(given[1]));
      case 'unchecked_cast':
      case 'annotate':
        return given[1] ?? null;
      case 'uninitialized':
        return null;
      case 'range': {
        const [start, end, step] =
          given.length === 1 ? [0, given[0]!, 1] : [given[0]!, given[1]!, given[2] ?? 1];
        const count = Math.max(0, Math.ceil((Number(end) - Number(start)) / Number(step)));
        this.#spend(count, 'range');
        return Array.from({ length: count }, (_, i) => Number(start) + i * Number(step));
      }
      case 'int':
      case 'float':
      case 'bool':
        return given[0] ?? null;
    }
    if (name.startsWith('__torch__.')) {
      const [file, own] = placeOf(name);
      const found = this.#file(file).functions.get(own);
      if (!found) throw this.#missing(name);
      const keywords = new Map(
        args.flatMap(({ name: key }, i) => (key === undefined ? [] : [[key, given[i]!] as const])),
      );
      return this.#run(found, given.slice(0, given.length - keywords.size), keywords);
    }
    return this.#operator(name, given);
  }

  #operator(name: string, args: readonly Value[]): Value {
    const origin = this.#origin(name);
    const operator = operatorOf(name);
    if (!operator) throw refusalAt(origin, unsupported());
    return operator(new OperatorCall(this.#build, origin, args));
  }
}

const hasModules = ({ state }: ModuleValue): boolean =>
  [...state.entries.values()].some(
    (value) => value instanceof PickleRecord && value.state instanceof PickleDict && !isSavedTensor(value),
  );

/** The file of a qualified name, and what is looked for in it: names that were made unlike by a number lie in files of their own. */
function placeOf(type: string): readonly [file: string, own: string] {
  const at = type.lastIndexOf('.');
  return [`code/${type.slice(0, at).replaceAll('.', '/')}.py`, type.slice(at + 1)];
}
