import { closest } from 'fastest-levenshtein';
import type { PhraseValue } from '../../base/messages.ts';
import { type Issue, messages, type Problem, ProblemList, placed, type Where } from '../../base/problem.ts';
import type { Json } from '../../schema/codec.ts';
import { MAX_WIRES } from './format.ts';
import { formatPath, type Path } from './path.ts';

export const say = messages('formats/spec/reading', {
  'wrong-type': ['{{what}} must be {{expected}}, got {{got}}.', 'Write {{expected}}.'],
  object: 'an object',
  'unknown-key': ['{{what}} has no key {{key}}.', 'Did you mean {{near}}? Known keys: {{known}}.'],
  'text-at-most': 'text of at most {{maxLength}} characters',
  // What is read, each called as it is written.
  'what:A spec': 'A spec',
  'what:A node': 'A node',
  'what:The nodes': 'The nodes',
  'what:A rule': 'A rule',
  'what:A block': 'A block',
  'what:The blocks': 'The blocks',
  'what:The name': 'The name',
  'what:The notes': 'The notes',
  'what:The state': 'The state',
  'what:A suppression': 'A suppression',
  'what:The budget': 'The budget',
  'what:The baseline': 'The baseline',
  'what:The preset': 'The preset',
  'what:A rule setting': 'A rule setting',
  'what:The source of a wire': 'The source of a wire',
  'what:The name of a class': 'The name of a class',
  'what:The file': 'The file',
  'what:What the class says': 'What the class says',
  'what:The arguments of a class': 'The arguments of a class',
  'what:A note': 'A note',
  'what:A frame': 'A frame',
  'what:The text of a note': 'The text of a note',
  'what:The title of a frame': 'The title of a frame',
  'what:The size of the letters': 'The size of the letters',
  'what:The place of a note': 'The place of a note',
  'what:The size of a note': 'The size of a note',
  'what:The place of a frame': 'The place of a frame',
  'what:The size of a frame': 'The size of a frame',
  'what:The preprocessing': 'The preprocessing',
  'what:The names of the classes': 'The names of the classes',
  'what:An exercise': 'An exercise',
  'what:A check': 'A check',
  'what:A table': 'A table',
  'what:A row': 'A row',
  'what:A hidden cell': 'A hidden cell',
  'what:A configuration': 'A configuration',
  'what:A position': 'A position',
  'what:The version of the format': 'The version of the format',
  'what:An override': 'An override',
  'what:A target': 'A target',
});

/** What is read, in the language around it; keys of the file are what they are. */
function spoken(what: PhraseValue): PhraseValue {
  const key = `what:${typeof what === 'string' ? what : ''}`;
  return isSubject(key) ? say.part(key) : what;
}

const isSubject = (key: string): key is Extract<keyof typeof say.texts, `what:${string}`> =>
  Object.hasOwn(say.texts, key);

/** An object as JSON gives it. */
export type JsonObject = { readonly [key: string]: Json };

/**
 * Names that one reading compares with what was written, for "did you mean": all for the mistakes of a small file, those
 * for the first few of a large one.
 */
const MOST_COMPARED = 300_000;
/** Longer words are nobody's slip. */
const MOST_LETTERS = 64;

/** One pass over a spec: takes values apart and collects every mistake with its place. */
export class Reading {
  readonly #list = new ProblemList();
  readonly #locate: (path: Path) => Where;
  #compared = 0;
  #wires = 0;

  constructor(locate: (path: Path) => Where) {
    this.#locate = locate;
  }

  /** The mistakes so far; of very many the first, and how many more there are. */
  get problems(): readonly Problem[] {
    return this.#list.problems;
  }

  get isFine(): boolean {
    return this.#list.count === 0;
  }

  /** An issue that takes its time to be put into words is made only where it is listed. */
  report(path: Path, issue: Issue | (() => Issue), where: Where = {}): void {
    this.#list.add(() =>
      placed(typeof issue === 'function' ? issue() : issue, {
        ...where,
        path: formatPath(path),
        ...this.#locate(path),
      }),
    );
  }

  /**
   * The nearest of some names, for "did you mean"; undefined when nothing is near, and once enough has been compared: of
   * names, as of mistakes, a file may have any number.
   */
  nearest(word: string, known: () => readonly string[]): string | undefined {
    if (this.#compared >= MOST_COMPARED || word.length > MOST_LETTERS) return undefined;
    const names = known();
    this.#compared += names.length;
    return names.length === 0 ? undefined : closest(word, names);
  }

  /** Counts a wire, of whatever graph; whether there may be so many. */
  mayWire(): boolean {
    return ++this.#wires <= MAX_WIRES;
  }

  wrongType(path: Path, what: PhraseValue, expected: PhraseValue, got: Json): void {
    this.report(path, () => say('wrong-type', { what: spoken(what), expected, got: brief(got) }));
  }

  /** The object at `path` when it is one; keys that nobody knows are reported with the nearest known one. */
  object(json: Json, path: Path, what: PhraseValue, known: readonly string[]): JsonObject | undefined {
    if (!isObject(json)) {
      this.wrongType(path, what, say.part('object'), json);
      return undefined;
    }
    for (const key of Object.keys(json)) {
      if (known.includes(key)) continue;
      this.report([...path, key], () =>
        say('unknown-key', {
          what: spoken(what),
          key: brief(key),
          near: JSON.stringify(closest(key.slice(0, MOST_LETTERS), known)),
          known: known.join(', '),
        }),
      );
    }
    return json;
  }

  /** Text of bounded length, or the fallback with a report. */
  text(json: Json | undefined, path: Path, what: string, maxLength: number, fallback: string): string {
    if (json === undefined) return fallback;
    if (typeof json === 'string' && isShort(json, maxLength)) return json;
    this.wrongType(path, what, say.part('text-at-most', { maxLength }), json);
    return fallback;
  }
}

/** Counts characters as JSON Schema does: one for each code point. */
export function isShort(text: string, maxLength: number): boolean {
  return text.length <= maxLength || (text.length <= 2 * maxLength && [...text].length <= maxLength);
}

export function isObject(json: Json): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

/** A value as it reads in a message, cut short. */
export function brief(json: Json): string {
  const text = JSON.stringify(json);
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`;
}
