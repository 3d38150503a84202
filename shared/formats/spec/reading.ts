import { closest } from 'fastest-levenshtein';
import type { Problem, Where } from '../../base/problem.ts';
import type { Json } from '../../schema/codec.ts';
import { formatPath, type Path } from './path.ts';

export type JsonObject = { readonly [key: string]: Json };

/** A file with more mistakes than this is not worth listing to the end. */
const MAX_PROBLEMS = 1000;

/** One pass over a spec: takes values apart and collects every mistake with its place. */
export class Reading {
  readonly problems: Problem[] = [];
  readonly #locate: (path: Path) => Where;

  constructor(locate: (path: Path) => Where) {
    this.#locate = locate;
  }

  /** Reading on would only find mistakes that nobody is told. */
  get isFull(): boolean {
    return this.problems.length >= MAX_PROBLEMS;
  }

  report(path: Path, code: string, message: string, hint: string, where: Where = {}): void {
    if (this.isFull) return;
    const full = { ...where, path: formatPath(path), ...this.#locate(path) };
    this.problems.push({ code, where: full, message, hint });
  }

  wrongType(path: Path, what: string, expected: string, got: Json): void {
    this.report(path, 'wrong-type', `${what} must be ${expected}, got ${brief(got)}.`, `Write ${expected}.`);
  }

  /** The object at `path` when it is one; keys that nobody knows are reported with the nearest known one. */
  object(json: Json, path: Path, what: string, known: readonly string[]): JsonObject | undefined {
    if (!isObject(json)) {
      this.wrongType(path, what, 'an object', json);
      return undefined;
    }
    for (const key of Object.keys(json)) {
      if (known.includes(key)) continue;
      this.report(
        [...path, key],
        'unknown-key',
        `${what} has no key ${JSON.stringify(key)}.`,
        `Did you mean ${JSON.stringify(closest(key, known))}? Known keys: ${known.join(', ')}.`,
      );
    }
    return json;
  }

  /** Text of bounded length, or the fallback with a report. */
  text(json: Json | undefined, path: Path, what: string, maxLength: number, fallback: string): string {
    if (json === undefined) return fallback;
    if (typeof json === 'string' && isShort(json, maxLength)) return json;
    this.wrongType(path, what, `text of at most ${maxLength} characters`, json);
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

/** The nearest known word, for "did you mean"; undefined when nothing is near. */
export function nearestOf(word: string, known: readonly string[]): string | undefined {
  return known.length === 0 || word.length > 64 ? undefined : closest(word, known);
}
