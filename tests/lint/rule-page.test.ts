import { expect, it } from 'vitest';
import { rulePage } from '../../build/docs/rule-page.ts';
import { explainRule } from '../../cli/rule-book.ts';
import { rulePageOf } from '../../shared/lint/rule-page.ts';
import { rules } from '../../shared/lint/rules.ts';

it.each(Object.values(rules))(
  'what there is to read about $id is on its page and on the command line',
  (rule) => {
    const { title, why, source, contradictions, options, examples } = rulePageOf(rule);
    const [page, told] = [rulePage(rule), explainRule(rule.id, [])];
    const parts = [title, why, source, ...contradictions.flatMap((each) => [each.rule, each.why])];
    parts.push(...options.flatMap(([name, { doc }]) => [name, doc]), ...examples.map((each) => each.title));
    for (const part of parts) {
      expect(page).toContain(part);
      expect(told).toContain(part);
    }
  },
);

it('both of two rules that ask for the opposite say so', () => {
  for (const { id, contradicts = {} } of Object.values(rules))
    for (const [other, why] of Object.entries(contradicts)) {
      expect(rulePageOf(rules[id]!).contradictions).toContainEqual({ rule: other, why });
      expect(rulePageOf(rules[other]!).contradictions.map(({ rule }) => rule)).toContain(id);
    }
});
