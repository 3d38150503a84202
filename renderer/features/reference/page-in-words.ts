import { catalog } from '../../../shared/blocks/index.ts';
import { rules } from '../../../shared/lint/rules.ts';
import { type Language, named } from '../../i18n/i18n.ts';
import { zhPages } from '../../i18n/zh-pages.ts';
import type { Page } from './pages.ts';

/** What pages say around the texts of the engine, by language. */
const phrases: Readonly<Record<Language, readonly (readonly [RegExp, string])[]>> = { en: [], zh: zhPages };

/** The paragraphs of longer texts, each beside that of the language that is shown. */
function paragraphs(): ReadonlyMap<string, string> {
  const long = [
    ...Object.values(catalog).map(({ doc }) => doc),
    ...Object.values(rules).map(({ why }) => why),
  ];
  return new Map(
    long.flatMap((text) => {
      const told = named(text).split('\n\n');
      return text.split('\n\n').map((paragraph, i) => [paragraph, told[i] ?? paragraph] as const);
    }),
  );
}

/** A page of the reference in a language: what its definitions say there, and what stands around it. Code stays. */
export function pageInWords({ text: page, told }: Pick<Page, 'text' | 'told'>, language: Language): string {
  if (language === 'en') return page;
  const own = told[language];
  if (own !== undefined) return own;
  const paragraphsKnown = paragraphs();
  const say = (text: string): string => {
    const known = paragraphsKnown.get(text) ?? named(text);
    if (known !== text) return known;
    const [pattern, words] = phrases[language].find(([each]) => text.search(each) >= 0) ?? [];
    if (pattern !== undefined && words !== undefined) return text.replace(pattern, words);
    // A title with its symbol, a link with its title, a source, and a sentence behind a sentence.
    const [, title, symbol] = /^(.+) \((\S+)\)$/.exec(text) ?? [];
    if (title !== undefined && named(title) !== title) return `${named(title)}（${symbol}）`;
    const [, label, href] = /^\[(.+)\]\((\S+)\)$/.exec(text) ?? [];
    if (label !== undefined) return `[${named(label)}](${href})`;
    const [, source] = /^Source: (.+)\.$/s.exec(text) ?? [];
    if (source !== undefined) return `来源：${named(source)}。`;
    const [, first, second] = /^(.+? both\.) (.+)$/s.exec(text) ?? [];
    return first === undefined ? text : `${say(first)}${say(second!)}`;
  };
  return page
    .split('\n\n')
    .map((block) => {
      if (block.startsWith('```') || block.startsWith('<')) return block;
      const [, marks, heading] = /^(#+ )(.*)$/.exec(block) ?? [];
      if (heading !== undefined) return marks! + say(heading);
      return block.startsWith('|')
        ? block
            .split('\n')
            .map((row) => cellsInWords(row, say))
            .join('\n')
        : say(block);
    })
    .join('\n\n');
}

const cellsInWords = (row: string, say: (text: string) => string): string =>
  row
    .split(/(?<!\\)\|/)
    .map((cell) => (cell.trim() === '' ? cell : ` ${say(cell.trim())} `))
    .join('|');
