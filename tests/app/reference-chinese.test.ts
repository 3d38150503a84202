import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pageInWords } from '../../renderer/features/reference/page-in-words.ts';
import { findPages, pages } from '../../renderer/features/reference/pages.ts';
import { learn, showIn } from '../../renderer/i18n/i18n.ts';
import { strangeWords } from '../languages/names.ts';

beforeAll(async () => {
  await learn('zh');
  showIn('zh');
});
afterAll(() => showIn('en'));

/** What is told on a page, without the code in it, and without who is quoted. */
const prose = (text: string): readonly string[] =>
  text
    .replace(/```.*?```/gs, '')
    .replace(/<[^>]*>|\]\([^)]*\)|来源：.*|`[^`]*`|《[^》]*》/g, ' ')
    .match(/\b[A-Za-z][a-z]+,? [a-z]{2,} [a-z]{2,}\b/g) ?? [];

const told = [...pages.values()];

describe('the reference in Chinese', () => {
  it('has no English sentence on any page', () => {
    expect(told.length).toBeGreaterThan(200);
    const left = told.flatMap((page) => {
      const { path } = page;
      const found = prose(pageInWords(page, 'zh'));
      return found.length > 0 ? [`${path}: ${found.join(' … ')}`] : [];
    });
    expect(left).toEqual([]);
  });

  it('keeps the code, the numbers and the links of each page', () => {
    const kept = (text: string) => [
      text.match(/```.*?```/gs) ?? [],
      // Pages in a language of their own stand in a folder.
      (text.match(/\]\([^)]*\)/g) ?? []).map((link) => link.replace('](../', '](')),
      text.match(/\d{1,3}(,\d{3})+/g) ?? [],
    ];
    for (const page of told)
      if (page.path !== 'glossary.md')
        expect([page.path, kept(pageInWords(page, 'zh'))]).toEqual([page.path, kept(page.text)]);
  });

  it('has a page of its own for each that is prose, with as many parts, and every line of its tables', () => {
    const own = [...pages.values()].filter(({ told }) => told.zh !== undefined);
    expect(own.map(({ path }) => path).sort()).toEqual(['costs.md', 'glossary.md']);
    const parts = (text: string) =>
      text
        .split(/^## In Chinese$/m)[0]!
        .trim()
        .split('\n\n')
        .map((part) => (part.startsWith('|') ? part.split('\n').length : part.match(/^#+ /)?.[0]));
    for (const { text, told } of own) expect(parts(told.zh!)).toEqual(parts(text));
  });

  it('is found by Chinese names, and by English ones as before', () => {
    expect(findPages('批归一化')[0]?.path).toBe('layers/batchNorm.md');
    expect(findPages('batch norm')[0]?.path).toBe('layers/batchNorm.md');
    expect(strangeWords(pageInWords(pages.get('layers/conv2d.md')!, 'zh').split('\n')[0]!)).toEqual([]);
  });
});
