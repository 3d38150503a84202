import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importsOf } from './imports.ts';
import { speakers } from './speakers.ts';

const root = join(import.meta.dirname, '../..');

describe.each(speakers)('what $path says', ({ path, owner, texts, rest }) => {
  it('has its place in its keys', () => {
    expect(owner).toBe(path.replace(/^shared\//, '').replace(/\.tsx?$/, ''));
  });

  it('is said', () => {
    // A key may be put together: `group-holds-end:${kind}`.
    const begun = [...rest.matchAll(/`([a-z][\w-]*:)\$\{/g)].map(([, start]) => start!);
    const unsaid = [...texts.keys()].filter(
      (key) => !rest.includes(`'${key}'`) && !begun.some((start) => key.startsWith(start)),
    );
    expect(unsaid).toEqual([]);
  });

  it('is whole sentences, and parts of them', () => {
    for (const [key, [message, hint]] of texts) {
      expect(message, key).toMatch(/\S/);
      if (hint !== undefined) expect(hint, key).toMatch(/([.?"]|\}\})$/);
      for (const name of `${message}${hint ?? ''}`.matchAll(/\{\{(.*?)\}\}/g))
        expect(name[1], key).toMatch(/^[a-z]\w*$/i);
    }
  });
});

it('nobody who speaks is left out of the table of keys', () => {
  const listed = new Set(importsOf(root, 'shared/messages.ts').map(({ to }) => to));
  const missing = speakers.map(({ path }) => path).filter((path) => path.startsWith('shared/'));
  expect(missing.length).toBeGreaterThan(80);
  expect(missing.filter((path) => !listed.has(path))).toEqual([]);
});

it('the app shows problems by what they told, which is in every language, and never by their English', () => {
  const app = join(root, 'renderer');
  const files = readdirSync(app, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.tsx?$/.test(name),
  );
  expect(files.length).toBeGreaterThan(300);
  // Whoever takes both apart is about to show them.
  const english = files.filter((name) =>
    /\{[^{}]*\bmessage, hint\b/.test(readFileSync(join(app, name), 'utf8')),
  );
  expect(english).toEqual([]);
});
