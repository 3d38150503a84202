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
    .replace(/<[^>]*>|\]\([^)]*\)|来源：.*|`[^`]*`/g, ' ')
    .match(/\b[A-Za-z][a-z]+,? [a-z]{2,} [a-z]{2,}\b/g) ?? [];

const told = [...pages.values()].filter(
  ({ section, path }) => section !== 'about' && path !== 'rules/networks.md',
);

describe('the reference in Chinese', () => {
  it('has no English sentence on any page of layers, blocks and rules', () => {
    expect(told.length).toBeGreaterThan(200);
    const left = told.flatMap(({ path, text }) => {
      const found = prose(pageInWords(text, 'zh'));
      return found.length > 0 ? [`${path}: ${found.join(' … ')}`] : [];
    });
    expect(left).toEqual([]);
  });

  it('keeps the code, the numbers and the links of each page', () => {
    const kept = (text: string) => [
      text.match(/```.*?```/gs) ?? [],
      text.match(/\]\([^)]*\)/g) ?? [],
      text.match(/\d{1,3}(,\d{3})+/g) ?? [],
    ];
    for (const { text, path } of told)
      expect([path, kept(pageInWords(text, 'zh'))]).toEqual([path, kept(text)]);
  });

  it('is found by Chinese names, and by English ones as before', () => {
    expect(findPages('批归一化')[0]?.path).toBe('layers/batchNorm.md');
    expect(findPages('batch norm')[0]?.path).toBe('layers/batchNorm.md');
    expect(strangeWords(pageInWords(pages.get('layers/conv2d.md')!.text, 'zh').split('\n')[0]!)).toEqual([]);
  });
});
