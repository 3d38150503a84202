import { type JSONVisitor, type ParseErrorCode, printParseErrorCode, visit } from 'jsonc-parser';
import {
  fail,
  failAll,
  messages,
  type Problem,
  ProblemList,
  type Result,
  succeed,
  type Where,
} from '../../base/problem.ts';
import type { Json } from '../../schema/codec.ts';
import { MAX_SPEC_BYTES, MAX_SPEC_DEPTH, MAX_SPEC_VALUES, SPEC_VERSION } from './format.ts';
import { formatPath, type Path } from './path.ts';

export const say = messages('formats/spec/json-source', {
  'file-too-large': [
    'A design file may have {{most}} MiB at most; this one has more.',
    'Weights do not belong in a spec: keep them beside it, as .safetensors or .onnx.',
  ],
  'json-too-deep': [
    'Brackets are nested more than {{most}} deep, which no design needs.',
    'Check that this is a Netwright spec.',
  ],
  'json-too-many-values': [
    'The file holds more than {{most}} values, which no design needs.',
    'Check that this is a Netwright spec.',
  ],
  'json-key-repeated': [
    'The key {{key}} stands twice in one object, so one of its values would be lost.',
    'Remove or rename one of them.',
  ],
  'json-empty': ['The file is empty.', 'A design starts as {"netwright": {{newest}}, "nodes": []}.'],
  'json-comment': [
    'Comments are not part of JSON, and would be lost when the design is saved.',
    'Move the text to "notes", or to the reason of a "suppress" entry.',
  ],
  'json-syntax:end': [
    'This is not JSON: {{mistake}} at the end of the file.',
    'Check commas, quotes and brackets here and just before.',
  ],
  'json-syntax': [
    'This is not JSON: {{mistake}} at {{found}}.',
    'Check commas, quotes and brackets here and just before.',
  ],
});

/** A JSON text with the place of each value in it. */
export interface JsonSource {
  readonly json: Json;
  /** Line and column of the value at `path`, or of the nearest value around it. */
  locate(path: Path): Where;
}

/**
 * Parses strict JSON. Size and depth are bounded before parsing; all syntax errors and repeated keys are reported, each
 * with its line and column.
 */
export function parseJsonSource(text: string): Result<JsonSource> {
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text;
  if (body.length > MAX_SPEC_BYTES) return fail(tooLarge());
  const lines = lineStarts(body);
  const excess = firstExcess(body);
  if (excess !== undefined) return fail(tooMuch(excess.what, placeOf(lines, excess.at)));
  if (body.trim() === '') return fail(say.at({ line: 1, column: 1 }, 'json-empty', { newest: SPEC_VERSION }));
  const reader = new TextReader(body, lines);
  visit(body, reader.visitor, { disallowComments: true, allowTrailingComma: false });
  const { mistakes, repeats, json, places } = reader;
  if (mistakes.count > 0 || json === undefined) return failAll(mistakes.problems);
  if (repeats.count > 0) return failAll(repeats.problems);
  const finder = new Finder(body, places);
  return succeed({ json, locate: (path) => placeOf(lines, finder.nearest(path)) });
}

function tooLarge(): Problem {
  return say.at({ path: '$' }, 'file-too-large', { most: MAX_SPEC_BYTES / 1024 / 1024 });
}

function tooMuch(what: 'depth' | 'values', where: Where): Problem {
  return what === 'depth'
    ? say.at(where, 'json-too-deep', { most: MAX_SPEC_DEPTH })
    : say.at(where, 'json-too-many-values', { most: MAX_SPEC_VALUES });
}

interface Mistake {
  readonly error: ParseErrorCode;
  readonly offset: number;
  readonly length: number;
}

function syntaxProblem(text: string, { error, offset, length }: Mistake, lines: readonly number[]): Problem {
  const name = printParseErrorCode(error);
  const where = placeOf(lines, offset);
  if (name === 'InvalidCommentToken') {
    return say.at(where, 'json-comment');
  }
  const found = text.slice(offset, offset + Math.min(Math.max(length, 1), 20));
  const mistake = inWords(name);
  return found === ''
    ? say.at(where, 'json-syntax:end', { mistake })
    : say.at(where, 'json-syntax', { mistake, found: JSON.stringify(found) });
}

/** `CommaExpected` → `comma expected`. */
function inWords(code: string): string {
  return code.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter}`).toLowerCase();
}

/** A list or an object that is being read. */
interface Open {
  readonly into: Json[] | Record<string, Json>;
  /** Its number among the places. */
  readonly at: number;
  /** The key whose value comes next; what an object says first is one. */
  key: string;
}

/** Takes a text for what it says, value after value: for a million keys a tree of all of them would be a gigabyte. */
class TextReader {
  readonly mistakes = new ProblemList();
  /** Of keys that their objects have already. */
  readonly repeats = new ProblemList();
  readonly places = new Places();
  json: Json | undefined;
  readonly #text: string;
  readonly #lines: readonly number[];
  readonly #open: Open[] = [];
  #keyOffset = NO_KEY;

  constructor(text: string, lines: readonly number[]) {
    this.#text = text;
    this.#lines = lines;
  }

  readonly visitor: JSONVisitor = {
    onObjectBegin: (offset) => this.#begin({}, offset),
    onObjectProperty: (key, offset) => this.#take(key, offset),
    onObjectEnd: () => this.#end(),
    onArrayBegin: (offset) => this.#begin([], offset),
    onArrayEnd: () => this.#end(),
    onLiteralValue: (value: Json, offset) => void this.#put(value, offset),
    onError: (error, offset, length) =>
      this.mistakes.add(() => syntaxProblem(this.#text, { error, offset, length }, this.#lines)),
  };

  #begin(into: Open['into'], offset: number): void {
    this.#open.push({ into, at: this.#put(into, offset), key: '' });
  }

  #end(): void {
    const ended = this.#open.pop();
    if (ended) this.places.end(ended.at);
  }

  #take(key: string, offset: number): void {
    const object = this.#open.at(-1);
    if (!object) return;
    object.key = key;
    this.#keyOffset = offset;
    if (Object.hasOwn(object.into, key)) this.repeats.add(() => this.#repeated(key, offset));
  }

  #repeated(key: string, offset: number): Problem {
    const path = this.#open.map((each) => (Array.isArray(each.into) ? each.into.length - 1 : each.key));
    const where = { path: formatPath(path), ...placeOf(this.#lines, offset) };
    return say.at(where, 'json-key-repeated', { key: JSON.stringify(key) });
  }

  #put(value: Json, offset: number): number {
    const parent = this.#open.at(-1);
    if (!parent) this.json = value;
    else if (Array.isArray(parent.into)) parent.into.push(value);
    else setOwn(parent.into, parent.key, value);
    const at = this.places.add(offset, this.#keyOffset);
    this.#keyOffset = NO_KEY;
    return at;
  }
}

/** An assignment to `__proto__` would not make it a key. */
function setOwn(object: Record<string, Json>, key: string, value: Json): void {
  if (key === '__proto__')
    Object.defineProperty(object, key, { value, configurable: true, enumerable: true, writable: true });
  else object[key] = value;
}

const NO_KEY = -1;

/** Where the values of a text stand, in the order of the text: three numbers each. */
class Places {
  #numbers = new Int32Array(3 * 256);
  #count = 0;

  /** Of a value, and of its key where it has one; what is inside of it comes next. */
  add(offset: number, keyOffset: number): number {
    const at = this.#count++;
    if (3 * this.#count > this.#numbers.length) {
      const more = new Int32Array(2 * this.#numbers.length);
      more.set(this.#numbers);
      this.#numbers = more;
    }
    this.#numbers[3 * at] = offset;
    this.#numbers[3 * at + 1] = keyOffset;
    this.#numbers[3 * at + 2] = 1;
    return at;
  }

  /** All that came since is inside of this one. */
  end(at: number): void {
    this.#numbers[3 * at + 2] = this.#count - at;
  }

  offset(at: number): number {
    return this.#numbers[3 * at]!;
  }

  keyOffset(at: number): number {
    return this.#numbers[3 * at + 1]!;
  }

  /** The next value that is not inside of this one. */
  after(at: number): number {
    return at + this.#numbers[3 * at + 2]!;
  }
}

/** A value of a list or an object that was asked for last: who asks goes from the beginning to the end. */
interface Asked {
  readonly at: number;
  readonly nth: number;
}

/** Finds where values stand by their path. */
class Finder {
  readonly #text: string;
  readonly #places: Places;
  readonly #asked = new Map<number, Asked>();

  constructor(text: string, places: Places) {
    this.#text = text;
    this.#places = places;
  }

  /** Where the value at `path` begins, or the innermost one on the way to it that exists. */
  nearest(path: Path): number {
    let at = 0;
    for (const segment of path) {
      const next = this.#inside(at, segment);
      if (next === undefined) break;
      at = next;
    }
    return this.#places.offset(at);
  }

  #inside(outer: number, segment: string | number): number | undefined {
    const isList = this.#text.charCodeAt(this.#places.offset(outer)) === OPEN_LIST;
    if (isList !== (typeof segment === 'number')) return undefined;
    const found = typeof segment === 'number' ? this.#nth(outer, segment) : this.#member(outer, segment);
    if (found) this.#asked.set(outer, found);
    return found?.at;
  }

  #nth(list: number, wanted: number): Asked | undefined {
    const end = this.#places.after(list);
    const asked = this.#asked.get(list);
    let { at, nth } = asked && asked.nth <= wanted ? asked : { at: list + 1, nth: 0 };
    for (; at < end && nth < wanted; nth++) at = this.#places.after(at);
    return at < end ? { at, nth } : undefined;
  }

  #member(object: number, key: string): Asked | undefined {
    const [first, end] = [object + 1, this.#places.after(object)];
    const from = this.#asked.get(object)?.at ?? first;
    const found = this.#withKey(key, from, end) ?? this.#withKey(key, first, from);
    return found === undefined ? undefined : { at: found, nth: 0 };
  }

  #withKey(key: string, from: number, end: number): number | undefined {
    for (let at = from; at < end; at = this.#places.after(at))
      if (this.#isKey(this.#places.keyOffset(at), key)) return at;
    return undefined;
  }

  /** Whether the key that begins here, with its quote, is this one. */
  #isKey(offset: number, key: string): boolean {
    const start = offset + 1;
    const plain = !/["\\]/.test(key);
    if (plain && this.#text.startsWith(key, start) && this.#text.charCodeAt(start + key.length) === QUOTE)
      return true;
    let end = start;
    let escaped = false;
    for (; this.#text.charCodeAt(end) !== QUOTE; end++) {
      if (this.#text.charCodeAt(end) !== BACKSLASH) continue;
      escaped = true;
      end++;
    }
    return escaped && JSON.parse(this.#text.slice(offset, end + 1)) === key;
  }
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function placeOf(
  starts: readonly number[],
  offset: number,
): { readonly line: number; readonly column: number } {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - starts[low]! + 1 };
}

/** Where the text first holds too much or goes too deep, strings apart. One pass, whatever the text is. */
function firstExcess(text: string): { readonly what: 'depth' | 'values'; readonly at: number } | undefined {
  let depth = 0;
  let values = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (inString) {
      if (char === BACKSLASH) at += 1;
      else if (char === QUOTE || char === NEWLINE) inString = false;
    } else if (char === QUOTE) inString = true;
    else if (char === OPEN_LIST || char === OPEN_OBJECT) [depth, values] = [depth + 1, values + 1];
    else if (char === CLOSE_LIST || char === CLOSE_OBJECT) depth -= 1;
    else if (char === COMMA) values += 1;
    if (depth > MAX_SPEC_DEPTH) return { what: 'depth', at };
    if (values > MAX_SPEC_VALUES) return { what: 'values', at };
  }
  return undefined;
}

const [QUOTE, BACKSLASH, NEWLINE, COMMA] = [0x22, 0x5c, 0x0a, 0x2c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];
