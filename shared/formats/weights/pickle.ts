import type { PhraseValue } from '../../base/messages.ts';
import { messages } from '../../base/problem.ts';
import { PickleClass, PickleDict, PickleRecord, PickleReference, type PickleValue } from './pickle-values.ts';
import { refuseAt } from './source.ts';

export const say = messages('formats/weights/pickle', {
  'instruction-0x-none': 'its instruction 0x{{opcode}} is none that weights need',
  'holds-too-much': 'it holds too much at once',
  'value-missing': 'a value is missing',
  'list-never-began': 'a list never began',
  'list-missing': 'a list is missing',
  'dict-missing': 'a dict is missing',
  'dict-key-without': 'a dict has a key without a value',
  'recalls-what-never': 'it recalls what it never saw',
  'class-missing': 'a class is missing',
  'pickle-wrong': [
    'The saved objects cannot be read: {{why}}.',
    'The file is damaged or holds more than weights; save its state_dict() anew with torch.save.',
  ],
});

/** What stands for the start of a list on the stack. */
const MARK = Symbol('mark');
type Slot = PickleValue | typeof MARK;

/** The bytes end before the pickle does; with more of them it may be whole. */
export class PickleCutOff extends Error {}

/** Values that wait for others; those of real files wait a few deep. */
const MAX_STACK = 1_000_000;

export interface Unpickled {
  readonly value: PickleValue;
  /** All that lies outside of it. */
  readonly references: readonly PickleReference[];
  /** Where the pickle ends. */
  readonly end: number;
}

/**
 * Reads one pickle of protocol 2 to 5: every instruction takes time and room by its own bytes, none
 * calls anything. Throws a PickleCutOff where the bytes end too early, else a Refusal. Source: CPython's pickletools.
 */
export function unpickle(bytes: Uint8Array): Unpickled {
  const unpickler = new Unpickler(bytes);
  for (;;) {
    const value = unpickler.step();
    if (value !== undefined) return { value, references: unpickler.references, end: unpickler.at };
  }
}

/** A set of older protocols, made of a list. */
const sets = new Set(['builtins.set', '__builtin__.set']);

const text = new TextDecoder();

class Unpickler {
  at = 0;
  readonly references: PickleReference[] = [];
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #stack: Slot[] = [];
  readonly #memo = new Map<number, PickleValue>();

  /** What each instruction does, by its byte. */
  static readonly #instructions: Readonly<Record<string, (unpickler: Unpickler) => void>> = {
    '\x80': (m) => m.#skip(1),
    '\x95': (m) => m.#skip(8),
    '(': (m) => m.#stack.push(MARK),
    '0': (m) => m.#stack.pop(),
    '1': (m) => m.#popMark(),
    '2': (m) => m.#push(m.#top()),
    N: (m) => m.#push(null),
    '\x88': (m) => m.#push(true),
    '\x89': (m) => m.#push(false),
    K: (m) => m.#push(m.#byte()),
    M: (m) => m.#push(m.#view.getUint16(m.#skip(2), true)),
    J: (m) => m.#push(m.#view.getInt32(m.#skip(4), true)),
    G: (m) => m.#push(m.#view.getFloat64(m.#skip(8))),
    '\x8a': (m) => m.#push(m.#integer(m.#byte())),
    X: (m) => m.#push(m.#string(m.#length())),
    '\x8c': (m) => m.#push(m.#string(m.#byte())),
    '\x8d': (m) => m.#push(m.#string(m.#longLength())),
    U: (m) => m.#push(m.#string(m.#byte())),
    T: (m) => m.#push(m.#string(m.#length())),
    C: (m) => m.#push(m.#raw(m.#byte())),
    B: (m) => m.#push(m.#raw(m.#length())),
    '\x8e': (m) => m.#push(m.#raw(m.#longLength())),
    '\x96': (m) => m.#push(m.#raw(m.#longLength())),
    ']': (m) => m.#push([]),
    ')': (m) => m.#push([]),
    '\x8f': (m) => m.#push([]),
    '}': (m) => m.#push(new PickleDict()),
    t: (m) => m.#push(m.#popMark()),
    l: (m) => m.#push(m.#popMark()),
    '\x91': (m) => m.#push(m.#popMark()),
    '\x85': (m) => m.#push(m.#popMany(1)),
    '\x86': (m) => m.#push(m.#popMany(2)),
    '\x87': (m) => m.#push(m.#popMany(3)),
    d: (m) => m.#push(m.#filled(new PickleDict(), m.#popMark())),
    a: (m) => m.#append(m.#popMany(1)),
    e: (m) => m.#append(m.#popMark()),
    '\x90': (m) => m.#append(m.#popMark()),
    s: (m) => m.#set(m.#popMany(2)),
    u: (m) => m.#set(m.#popMark()),
    q: (m) => m.#remember(m.#byte()),
    r: (m) => m.#remember(m.#length()),
    '\x94': (m) => m.#remember(m.#memo.size),
    h: (m) => m.#recall(m.#byte()),
    j: (m) => m.#recall(m.#length()),
    c: (m) => m.#push(new PickleClass(`${m.#line()}.${m.#line()}`)),
    '\x93': (m) => m.#push(m.#classNamed(m.#popMany(2))),
    Q: (m) => m.#refer(m.#pop()),
    R: (m) => m.#make(m.#pop()),
    '\x81': (m) => m.#make(m.#pop()),
    // With arguments by name, which no value here needs.
    '\x92': (m) => m.#make(m.#popMany(2)[0]!),
    b: (m) => m.#build(m.#pop()),
  };

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Does one instruction; the last one gives the value. */
  step(): PickleValue | undefined {
    const opcode = String.fromCharCode(this.#byte());
    if (opcode === '.') return this.#pop();
    const act = Object.hasOwn(Unpickler.#instructions, opcode) ? Unpickler.#instructions[opcode] : undefined;
    if (!act)
      throw this.#refuse(say.part('instruction-0x-none', { opcode: opcode.charCodeAt(0).toString(16) }));
    act(this);
    if (this.#stack.length > MAX_STACK) throw this.#refuse(say.part('holds-too-much'));
    return undefined;
  }

  #refuse(why: PhraseValue) {
    return refuseAt(this.at, say('pickle-wrong', { why }));
  }

  #skip(count: number): number {
    const from = this.at;
    if (from + count > this.#bytes.length) throw new PickleCutOff();
    this.at += count;
    return from;
  }

  #byte(): number {
    return this.#bytes[this.#skip(1)]!;
  }

  #length(): number {
    return this.#view.getUint32(this.#skip(4), true);
  }

  #longLength(): number {
    return Number(this.#view.getBigUint64(this.#skip(8), true));
  }

  #raw(count: number): Uint8Array {
    const from = this.#skip(count);
    return this.#bytes.subarray(from, from + count);
  }

  #string(count: number): string {
    return text.decode(this.#raw(count));
  }

  #line(): string {
    const end = this.#bytes.indexOf(10, this.at);
    if (end < 0) throw new PickleCutOff();
    const line = this.#string(end - this.at);
    this.at = end + 1;
    return line;
  }

  /** Little-endian two's complement. */
  #integer(count: number): number | bigint {
    const raw = this.#raw(count);
    let value = 0n;
    for (let i = raw.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(raw[i]!);
    value = BigInt.asIntN(8 * count, value);
    return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  }

  #push(value: PickleValue): void {
    this.#stack.push(value);
  }

  #pop(): PickleValue {
    const value = this.#top();
    this.#stack.pop();
    return value;
  }

  #top(): PickleValue {
    const value = this.#stack.at(-1);
    if (value === undefined || value === MARK) throw this.#refuse(say.part('value-missing'));
    return value;
  }

  #popMany(count: number): PickleValue[] {
    return Array.from({ length: count }, () => this.#pop()).reverse();
  }

  #popMark(): PickleValue[] {
    const values: PickleValue[] = [];
    for (;;) {
      const value = this.#stack.pop();
      if (value === undefined) throw this.#refuse(say.part('list-never-began'));
      if (value === MARK) return values.reverse();
      values.push(value);
    }
  }

  #append(values: readonly PickleValue[]): void {
    const list = this.#top();
    if (!Array.isArray(list)) throw this.#refuse(say.part('list-missing'));
    for (const value of values) list.push(value);
  }

  #set(pairs: readonly PickleValue[]): void {
    const target = this.#top();
    if (target instanceof PickleDict) this.#filled(target, pairs);
    // Some classes are dicts themselves; what they hold is theirs.
    else if (!(target instanceof PickleRecord)) throw this.#refuse(say.part('dict-missing'));
  }

  #filled(dict: PickleDict, pairs: readonly PickleValue[]): PickleDict {
    if (pairs.length % 2 > 0) throw this.#refuse(say.part('dict-key-without'));
    for (let i = 0; i < pairs.length; i += 2) dict.entries.set(pairs[i]!, pairs[i + 1]!);
    return dict;
  }

  #classNamed(names: readonly PickleValue[]): PickleClass {
    if (names.every((name) => typeof name === 'string')) return new PickleClass(names.join('.'));
    throw this.#refuse(say.part('class-missing'));
  }

  #remember(place: number): void {
    this.#memo.set(place, this.#top());
  }

  #recall(place: number): void {
    const value = this.#memo.get(place);
    if (value === undefined) throw this.#refuse(say.part('recalls-what-never'));
    this.#push(value);
  }

  #refer(id: PickleValue): void {
    // Old files name a module's class together with its source: ('module', class, file, text).
    const made = Array.isArray(id) && id[0] === 'module' ? id[1] : undefined;
    if (made instanceof PickleClass) {
      this.#push(made);
      return;
    }
    const reference = new PickleReference(id);
    this.references.push(reference);
    this.#push(reference);
  }

  /** What dicts and lists are set to besides what they hold is of no use here. */
  #build(state: PickleValue): void {
    const made = this.#top();
    if (made instanceof PickleRecord) made.state = state;
  }

  #make(args: PickleValue): void {
    const made = this.#pop();
    if (!(made instanceof PickleClass) || !Array.isArray(args)) throw this.#refuse(say.part('class-missing'));
    const [items] = args;
    if (made.name === 'collections.OrderedDict' && args.length === 0) this.#push(new PickleDict());
    else if (sets.has(made.name) && Array.isArray(items)) this.#push(items);
    else this.#push(new PickleRecord(made, args));
  }
}
