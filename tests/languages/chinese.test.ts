import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { zh as command } from '../../cli/i18n/zh.ts';
import { zh as app } from '../../renderer/i18n/zh.ts';
import { zhMessages } from '../../renderer/i18n/zh-messages.ts';
import { flatTexts } from '../../shared/base/messages.ts';
import { zh } from '../../shared/languages/zh/index.ts';
import { englishTexts, rules } from '../../shared/lint/rules.ts';
import { speakers } from '../house/speakers.ts';
import { engineTexts, networkNames } from './english.ts';
import { strangeWords } from './names.ts';
import { toldTexts } from './told.ts';

const placeholders = (text: string): readonly string[] =>
  [...new Set(text.match(/\{\{\w+\}\}/g) ?? [])].sort();

/** English phrases by key: of problems, whoever speaks of them, and of rules. */
const phrases: Readonly<Record<string, string>> = {
  ...englishTexts,
  ...Object.assign(
    {},
    ...speakers.map(({ owner, texts }) =>
      flatTexts(
        owner,
        Object.fromEntries(
          [...texts].map(([key, [text, hint]]) => [
            key,
            hint === undefined ? text! : ([text!, hint] as const),
          ]),
        ),
      ),
    ),
  ),
};
const tables: Readonly<Record<string, string>> = { ...zh.phrases, ...zhMessages, ...command.phrases };

describe('problems and findings', () => {
  it('have their Chinese, and nothing else has', () => {
    const known = Object.keys(tables).filter((key) => !key.startsWith('title:'));
    expect(known.length).toBeGreaterThan(900);
    expect(known.sort()).toEqual(Object.keys(phrases).sort());
  });

  it('have the same values in both languages', () => {
    const other = Object.entries(phrases).filter(
      ([key, text]) => placeholders(text).join() !== placeholders(tables[key] ?? '').join(),
    );
    expect(other).toEqual([]);
  });
});

describe('findings', () => {
  const quotedIn = (text: string, pattern: RegExp) =>
    [...text.matchAll(pattern)].map(([, name]) => name).sort();

  it('quote the names that they quote in English', () => {
    const other = Object.entries(englishTexts).filter(
      ([key, text]) =>
        [...new Set(quotedIn(text, /"\{\{(\w+)\}\}"/g))].join() !==
        [...new Set(quotedIn(tables[key] ?? '', /“\{\{(\w+)\}\}”/g))].join(),
    );
    expect(other).toEqual([]);
  });
});

describe('texts of layers, blocks, rules and networks', () => {
  it.each([...engineTexts])('of %s have their Chinese', (_, texts) => {
    expect(texts.filter((text) => /[a-z]/.test(text) && !Object.hasOwn(zh.texts, text))).toEqual([]);
  });
});

describe('what the command says', () => {
  const { lines, texts } = toldTexts(['cli', 'shared/formats/tables', 'shared/formats/reports']);
  const places = (line: string): readonly string[] => [...new Set(line.match(/\{\d+\}/g) ?? [])].sort();

  it('has its Chinese, line by line, and nothing else has', () => {
    expect(lines.size).toBeGreaterThan(130);
    expect(Object.keys(command.lines).sort()).toEqual([...lines].sort());
    expect([...texts].filter((text) => !Object.hasOwn(command.texts, text))).toEqual([]);
  });

  it('has the same names and numbers in both languages', () => {
    const other = Object.entries(command.lines).filter(
      ([english, line]) => places(line).join() !== places(english).join(),
    );
    expect(other).toEqual([]);
  });

  it('has no English but what is typed', () => {
    const typed = /(python3 )?-m pip install torch|netwright [a-z]+|--[a-z]+/g;
    const strange = Object.values({ ...command.texts, ...command.lines }).filter((text) =>
      /\b[a-z]{2,} [a-z]{2,} [a-z]{2,}\b/.test(text.replace(typed, ' ')),
    );
    expect(strange).toEqual([]);
  });
});

describe('Chinese texts', () => {
  const glossary = readFileSync(join(import.meta.dirname, '../../docs/glossary.md'), 'utf8');
  const terms = [...glossary.split('## In Chinese')[1]!.matchAll(/^\| (.*?) \| (.*?) \| (.*?) \|$/gm)]
    .slice(1)
    .map(([, english, chinese, others]) => ({
      english: english!,
      chinese: chinese!.split(', '),
      others: others!.split(', '),
    }));
  const everywhere = Object.values({
    ...tables,
    ...zh.texts,
    ...app,
    ...command.texts,
    ...command.lines,
    ...command.pieces,
  });

  it.each(terms)('call $english $chinese, and nothing else', ({ chinese, others }) => {
    for (const term of chinese) expect(everywhere.filter((text) => text.includes(term))).not.toEqual([]);
    expect(everywhere.filter((text) => others.some((other) => text.includes(other)))).toEqual([]);
  });

  // Who says so is quoted as it was published.
  const sources = new Set(Object.values(rules).map(({ source }) => source));
  const texts = Object.entries(zh.texts).filter(([text]) => !sources.has(text));
  const all = [...Object.entries(tables), ...texts, ...Object.entries(app)];

  it('are none of what the engine does not say', () => {
    const said = new Set([...[...engineTexts.values()].flat(), ...networkNames]);
    expect(Object.keys(zh.texts).filter((text) => !said.has(text))).toEqual([]);
  });

  it('name every network whose title has English words beside its name', () => {
    const unnamed = [...networkNames].filter(
      (title) => !Object.hasOwn(zh.texts, title) && strangeWords(title.replaceAll(/\S+-\S+/g, '')).length > 0,
    );
    expect(unnamed).toEqual([]);
  });

  it('have no English but names', () => {
    const strange = all.flatMap(([key, text]) => {
      const words = strangeWords(text);
      return words.length > 0 ? [`${key}: ${words.join(' ')}`] : [];
    });
    expect(strange).toEqual([]);
  });
});
