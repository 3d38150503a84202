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
});

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

  wrongType(path: Path, what: string, expected: PhraseValue, got: Json): void {
    this.report(path, () => say('wrong-type', { what, expected, got: brief(got) }));
  }

  /** The object at `path` when it is one; keys that nobody knows are reported with the nearest known one. */
  object(json: Json, path: Path, what: string, known: readonly string[]): JsonObject | undefined {
    if (!isObject(json)) {
      this.wrongType(path, what, say.part('object'), json);
      return undefined;
    }
    for (const key of Object.keys(json)) {
      if (known.includes(key)) continue;
      this.report([...path, key], () =>
        say('unknown-key', {
          what,
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
