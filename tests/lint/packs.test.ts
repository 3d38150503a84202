import { describe, expect, it } from 'vitest';
import { blames, exceptions, packOf } from '../../build/docs/zoo-packs.ts';
import { analyze } from '../../shared/analysis/analyze.ts';
import type { AnyRule } from '../../shared/lint/define.ts';
import { type PresetName, presetNames } from '../../shared/lint/presets.ts';
import { rules } from '../../shared/lint/rules.ts';
import { lint } from '../../shared/lint/run.ts';
import { activeRules } from '../../shared/lint/settings.ts';
import { zoo, zooEntry } from '../../shared/zoo/index.ts';

const all = Object.values<AnyRule>(rules);

function rulesBroken(id: string, preset: PresetName): readonly string[] {
  const design = zooEntry(id)!.build();
  const { findings } = lint({ ...design, lint: { preset, rules: {} } }, analyze(design));
  return [...new Set(findings.map(({ rule }) => rule))].sort();
}

describe('packs', () => {
  it.each(presetNames)('%s asks for nothing that one of its rules contradicts', (preset) => {
    const on = new Set(
      activeRules({ preset, rules: {} })
        .active.filter(({ severity }) => severity !== 'off')
        .map(({ rule }) => rule.id),
    );
    const clashes = all.flatMap(({ id, contradicts = {} }) =>
      Object.keys(contradicts)
        .filter((other) => on.has(id) && on.has(other))
        .map((other) => `${id} and ${other}`),
    );
    expect(clashes).toEqual([]);
  });

  it('name rules that exist where they contradict each other, with a reason', () => {
    const named = all.flatMap(({ contradicts = {} }) => Object.entries(contradicts));
    expect(named.length).toBeGreaterThan(8);
    for (const [other, reason] of named) {
      expect(Object.keys(rules)).toContain(other);
      expect(reason).toMatch(/\.$/);
    }
  });

  it('hold at least fifty rules between them', () => {
    expect(all.length).toBeGreaterThanOrEqual(50);
  });
});

describe('a published network keeps the rules of its own pack', () => {
  const used = new Set<string>();
  const own = zoo.flatMap((entry) => {
    const pack = packOf(entry);
    return pack === undefined ? [] : [[entry.id, pack] as const];
  });

  it.each(own)('%s under %s, but for what is stated with a reason', (id, pack) => {
    const stated = exceptions.filter(({ network }) => id.startsWith(network));
    const broken = rulesBroken(id, pack);
    for (const each of stated) if (broken.includes(each.rule)) used.add(`${each.network} ${each.rule}`);
    expect(broken.filter((rule) => !stated.some((each) => each.rule === rule))).toEqual([]);
  });

  it('and nothing is stated that no network needs', () => {
    const needless = exceptions
      .map(({ network, rule }) => `${network} ${rule}`)
      .filter((key) => !used.has(key));
    expect(needless).toEqual([]);
  });
});

describe('what the papers of successors found fault with', () => {
  it.each(blames)('$network under $pack', ({ network, pack, rules: expected }) => {
    expect(rulesBroken(network, pack)).toEqual(expect.arrayContaining([...expected]));
  });

  it('a plain network of 34 layers under resnet', () => {
    const plain = rules['deep-plain-needs-shortcuts']!;
    expect(plain.presets).toContain('resnet');
    const [example] = plain.examples;
    expect(example?.title).toContain('34 layers');
    expect(example?.finds).toHaveLength(1);
  });
});

describe('the recommended pack is quiet', () => {
  /** The most that any rule may say of networks that were published and work. */
  const most = 3;

  it.each(zoo.map(({ id }) => id))('%s', (id) => {
    const broken = rulesBroken(id, 'recommended');
    expect(broken.length).toBeLessThanOrEqual(most);
  });
});
