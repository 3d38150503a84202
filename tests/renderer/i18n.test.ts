import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ones } from '../../renderer/i18n/en.ts';
import { dictionaries, t } from '../../renderer/i18n/i18n.ts';
import { sentences } from '../../shared/disk/reasons.ts';
import { encodingInfo, exportForms, exportTitle, subjectInfo } from '../../shared/formats/exports/forms.ts';
import { exportParams } from '../../shared/formats/exports/options.ts';
import { noSettings } from '../../shared/host/settings.ts';

const folder = join(import.meta.dirname, '../../renderer');
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name) && !/zh(-\w+)?\.ts$/.test(name))
  .map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));

function all(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map((match) => (match[1] ?? match[2] ?? '').replace(/\\'/g, "'"));
}

/** Texts that stand in the source as such: `t('…')`, titles of commands, and tables of titles. */
const keys = new Set(
  sources.flatMap(({ name, text }) => [
    ...all(text, /\bt\(\s*(?:'((?:[^'\\]|\\.)*)'|"([^"]*)")/g),
    ...(/command|feature/.test(name) ? all(text, /\btitle: '((?:[^'\\]|\\.)*)'/g) : []),
    ...all(text, /const \w*[tT]itles\b[^=]*= \{([^}]*)\}/g).flatMap((table) => all(table, /: '([^']*)'/g)),
  ]),
);
/** Texts of pictures and tables, which command and app share. */
for (const { title, doc } of [...Object.values(subjectInfo), ...Object.values(encodingInfo)])
  for (const text of [title, doc]) keys.add(text);
for (const form of exportForms) keys.add(exportTitle(form));
/** Why a file could not be read or written, as hosts say it. */
for (const text of [...sentences(), noSettings]) keys.add(text);
/** What is asked for, of pictures; what layers and rules say is the engine's. */
for (const p of Object.values(exportParams)) {
  for (const text of [p.title, p.doc]) keys.add(text);
  if (p.kind === 'choice') for (const { title } of p.options) keys.add(title);
}
/** Names of formats are the same in every language. */
for (const { title } of Object.values(encodingInfo)) keys.delete(title);

// A frame that is just drawn has no title yet.
keys.delete('');

const placeholders = (text: string): readonly string[] => (text.match(/\{\{\w+\}\}/g) ?? []).sort();

describe('the tables of a language', () => {
  it('have each text once: of two that differ, one would be shown for what the other means', () => {
    const tables = readdirSync(join(folder, 'i18n')).filter((name) => /^zh(-\w+)?\.ts$/.test(name));
    const found = tables.flatMap((name) =>
      all(readFileSync(join(folder, 'i18n', name), 'utf8'), /^ {2}(?:'((?:[^'\\]|\\.)*)'|(\w+)):/gm),
    );
    expect(found.length).toBeGreaterThan(1000);
    expect(found.filter((key, i) => found.indexOf(key) !== i)).toEqual([]);
  });
});

describe('English', () => {
  const counting = [...keys].filter((key) => key.includes('{{count}}'));
  /** What is counted stands behind the number, maybe with a word between, and is more than one. */
  const isOfMany = (key: string): boolean => /\{\{(count|all)\}\}(?: [a-z]+)? [a-z]+s\b/.test(key);
  it('says of one thing that it is one, in every text that counts', () => {
    expect(counting.filter((key) => isOfMany(key) && !Object.hasOwn(ones, key))).toEqual([]);
  });
  it.each(Object.entries(ones))('has "%s", which is said of one with the same figures', (key, one) => {
    expect(keys.has(key)).toBe(true);
    expect(placeholders(one)).toEqual(placeholders(key));
    expect(one).not.toMatch(/\{\{count\}\} (?!of)[a-z]+s\b/);
  });
  it('says it where it is shown', () => {
    expect(t('{{count}} findings', { count: 1 })).toBe('1 finding');
    expect(t('{{count}} findings', { count: 2 })).toBe('2 findings');
  });
});

it('is held against a source that was found', () => expect(keys.size).toBeGreaterThan(150));

describe.each(Object.entries(dictionaries).filter(([language]) => language !== 'en'))(
  'the dictionary of %s',
  (_, texts) => {
    it('has every text of the app', () => {
      expect([...keys].filter((key) => !Object.hasOwn(texts, key))).toEqual([]);
    });
    it.each(Object.entries(texts).filter(([key]) => key.includes('{{')))(
      'keeps the placeholders of "%s"',
      (key, text) => {
        expect(placeholders(text)).toEqual(placeholders(key));
      },
    );
    it('translates', () => expect(Object.values(texts).filter((text) => text === '')).toEqual([]));
  },
);
