import { describe, expect, it } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import { readSpecObject } from '../../shared/formats/spec/read.ts';
import type { Design } from '../../shared/graph/design.ts';
import type { AnyRule, Finding } from '../../shared/lint/define.ts';
import { isPresetName } from '../../shared/lint/presets.ts';
import { rules } from '../../shared/lint/rules.ts';
import { lint, previewFix } from '../../shared/lint/run.ts';
import { defaultsOf } from '../../shared/schema/params.ts';

const all = Object.values(rules);
const examples = all.flatMap((rule) =>
  rule.examples.map((example) => ({ rule, example, title: `${rule.id}: ${example.title}` })),
);

/** The example's design, with this rule alone switched on. */
function designOf(rule: AnyRule, spec: object): Design {
  const read = readSpecObject(spec);
  if (!read.ok)
    throw new Error(read.problems.map(({ message, where }) => `${where.path}: ${message}`).join('\n'));
  const off = Object.fromEntries(all.map(({ id }) => [id, { severity: 'off' as const }]));
  return {
    ...read.value,
    lint: { preset: 'recommended', rules: { ...off, [rule.id]: { severity: rule.severity } } },
  };
}

function findingsOf(design: Design): readonly Finding[] {
  return lint(design, analyze(design)).findings;
}

describe.each(all.map((rule) => ({ rule, id: rule.id })))('$id', ({ rule, id }) => {
  it('names where the shares in its reason were read, or what arithmetic they are', () => {
    if (/\d %/.test(rule.why))
      expect(rule.source).toMatch(/(section|table|figure|guideline|lecture)s? \d|arithmetic/);
  });

  it('is complete', () => {
    expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    for (const text of [rule.title, rule.why, rule.source]) expect(text.length).toBeGreaterThan(5);
    expect(rule.presets.filter((preset) => !isPresetName(preset))).toEqual([]);
    expect(rule.presets.length).toBeGreaterThan(0);
    expect(Object.keys(defaultsOf(rule.options))).toEqual(Object.keys(rule.options));
  });

  it('has a good and a bad example', () => {
    const kinds = rule.examples.map(({ finds }) => finds.length > 0);
    expect(kinds).toContain(true);
    expect(kinds).toContain(false);
  });
});

describe('examples', () => {
  it.each(examples)('$title', ({ rule, example }) => {
    const found = findingsOf(designOf(rule, example.spec));
    expect(found.map(({ node }) => node).sort()).toEqual([...example.finds].sort());
    for (const { message, severity } of found) {
      expect(severity).toBe(example.remark === true ? 'info' : rule.severity);
      expect(message).toMatch(/\.$/);
    }
  });
});

const fixes = examples.flatMap(({ rule, example, title }) =>
  findingsOf(designOf(rule, example.spec)).flatMap((finding) =>
    finding.fix === undefined
      ? []
      : [
          {
            rule,
            example,
            node: finding.node,
            named: finding.fix.title,
            title: `${title} → ${finding.fix.title}`,
          },
        ],
  ),
);

describe('fixes', () => {
  it.each(fixes)('$title', ({ rule, example, node, named }) => {
    const before = designOf(rule, example.spec);
    const finding = findingsOf(before).find((each) => each.node === node && each.fix?.title === named);
    const after = previewFix(before, finding!.fix!);
    expect(after).not.toEqual(before);
    const left = findingsOf(after).filter((each) => each.node === node);
    // What is only worth knowing may be left, such as that there is room now.
    const broken = left.filter(({ severity }) => severity !== 'info' || rule.severity === 'info');
    expect(broken.map(({ message }) => message)).toEqual([]);
    const known = new Set(analyze(before).problems.map(({ message }) => message));
    const fresh = analyze(after).problems.filter(({ message }) => !known.has(message));
    expect(fresh.map(({ message }) => message)).toEqual([]);
    expect(
      Object.values(after.wires).every(({ from, to }) => from.node in after.nodes && to.node in after.nodes),
    ).toBe(true);
  });
});
