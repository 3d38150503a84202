import { describe, expect, it } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import type { Phrase } from '../../shared/base/messages.ts';
import { readSpecObject } from '../../shared/formats/spec/read.ts';
import { common, phraseInWords, phrases } from '../../shared/lint/phrases.ts';
import { englishTexts, type RuleTexts, rules } from '../../shared/lint/rules.ts';
import { lint } from '../../shared/lint/run.ts';

const say = phrases('a-rule', {
  wide: '{{layer}} has {{weights}} weights, {{share}} of them idle.',
  remove: 'Remove it',
});

describe('a phrase', () => {
  const phrase = say('wide', {
    layer: common('inside', { name: 'conv', block: 'stage' }),
    weights: 1234567,
    share: 0.123456,
  });

  it('is put into English with its values, whole numbers in groups of three digits', () => {
    expect(phraseInWords(phrase)).toBe('"conv" inside "stage" has 1,234,567 weights, 0.123 of them idle.');
    expect(phraseInWords(say('remove'))).toBe('Remove it');
  });

  it('is put into another language with the phrases inside of it, as far as that has texts', () => {
    const table = { 'a-rule:wide': '{{layer}}:{{weights}}', 'any:inside': '{{block}}/{{name}}' };
    expect(phraseInWords(phrase, table)).toBe('stage/conv:1,234,567');
    expect(phraseInWords(say('remove'), table)).toBe('Remove it');
  });

  it('has its key known to the compiler', () => {
    const chinese: Partial<RuleTexts> = { 'vgg-conv-3x3:kernel': '{{height}}×{{width}} 的卷积核' };
    for (const key of Object.keys(chinese)) expect(englishTexts).toHaveProperty([key]);
  });

  it('takes no text from what every object has', () => {
    expect(phraseInWords({ key: 'constructor', english: 'Own', values: {} })).toBe('Own');
  });
});

const spoken = (phrase: Phrase): readonly Phrase[] => [
  phrase,
  ...Object.values(phrase.values).flatMap((value) => (typeof value === 'object' ? spoken(value) : [])),
];

describe('what rules say of their examples', () => {
  const said = () =>
    Object.values(rules).flatMap((rule) =>
      rule.examples.flatMap(({ spec }) => {
        const read = readSpecObject(spec);
        if (!read.ok) throw new Error(read.problems[0]?.message);
        const off = Object.fromEntries(Object.keys(rules).map((id) => [id, { severity: 'off' as const }]));
        const lintSettings = {
          preset: 'recommended',
          rules: { ...off, [rule.id]: { severity: rule.severity } },
        };
        const design = { ...read.value, lint: lintSettings };
        return lint(design, analyze(design)).findings.map((finding) => ({ rule: rule.id, finding }));
      }),
    );

  it('is their message in English, with no value left out', () => {
    for (const { finding } of said()) {
      expect(phraseInWords(finding.says!)).toBe(finding.message);
      const texts = [finding.message, ...(finding.fix ? [finding.fix.title] : [])];
      for (const text of texts) expect(text).not.toMatch(/\{\{|\}\}|undefined|NaN|\[object/);
    }
  });

  it('comes from the tables that a translator sees', () => {
    for (const { rule, finding } of said()) {
      const all = [finding.says!, ...(finding.fix ? [finding.fix.says] : [])].flatMap(spoken);
      for (const { key, english } of all) {
        expect([rule, 'any']).toContain(key.split(':')[0]);
        expect(englishTexts[key]).toBe(english);
      }
    }
  });
});
