import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { functionLengths } from './lengths.ts';

const root = join(import.meta.dirname, '../..');
/** A tall screen of code. What is longer does several things, and they have names. */
const MOST_LINES = 120;

const sources = ['cli', 'electron', 'renderer', 'shared'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name}`)
    .filter((path) => /\.tsx?$/.test(path))
    // The zoo's networks are tables, written as calls, as a gallery is; AssemblyScript is none of the parser's languages.
    .filter((path) => !/^(shared\/(zoo|runtime\/cpu\/assembly)|renderer\/gallery)\//.test(path)),
);

describe('the length of a function', () => {
  it('counts lines of code, what lies in it too, and no comments', () => {
    const text = `
/** Says more. */
export function outer(a: number): number {
  // A reason.

  const inner = () => {
    return a; /* here
    and there */
  };
  return inner();
}
export const other = { method() {} };`;
    expect(functionLengths('x.ts', text)).toEqual([
      { name: 'outer', line: 3, lines: 6 },
      { name: 'inner', line: 6, lines: 3 },
      { name: 'method', line: 12, lines: 1 },
    ]);
  });

  it(`is ${MOST_LINES} lines at most, of components too`, () => {
    expect(sources.length).toBeGreaterThan(900);
    const tooLong = sources.flatMap((path) =>
      functionLengths(path, readFileSync(join(root, path), 'utf8'))
        .filter(({ lines }) => lines > MOST_LINES)
        .map(({ name, line, lines }) => `${path}:${line} ${name}: ${lines} lines`),
    );
    expect(tooLong).toEqual([]);
  });
});
