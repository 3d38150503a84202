import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { languageNames } from '../../shared/languages/names.ts';

const root = join(import.meta.dirname, '../..');

/** Languages besides English, in which all is written. */
const others = languageNames.filter((language) => language !== 'en');
const ofOne = new RegExp(`/(${others.join('|')})\\b`);

/** Sources that are of no language themselves. */
const sources = ['shared', 'renderer', 'electron', 'cli'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name}`)
    .filter((path) => /\.tsx?$/.test(path) && !ofOne.test(path)),
);

/** A property or a text that is the name of one. */
const spelt = new RegExp(`'(${others.join('|')})'|\\b(${others.join('|')})[:,]|\\.(${others.join('|')})\\b`);

it('a language is spelt where it is named and where its words are listed, which the exercise tells of', () => {
  expect(sources.length).toBeGreaterThan(900);
  const found = sources.filter((path) => spelt.test(readFileSync(join(root, path), 'utf8')));
  expect(found.toSorted()).toEqual([
    'cli/i18n/language.ts',
    'electron/main/words.ts',
    'renderer/features/reference/page-in-words.ts',
    'renderer/i18n/i18n.ts',
    'renderer/i18n/said.ts',
    'shared/languages/language.ts',
    'shared/languages/names.ts',
  ]);
  const [, step = ''] =
    /\n4\. \*\*A language\.\*\*(.*?)\n## /s.exec(readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8')) ?? [];
  expect(found.filter((path) => !step.includes(`\`${path}\``))).toEqual([]);
});
