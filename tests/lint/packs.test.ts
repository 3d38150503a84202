import { describe, expect, it } from 'vitest';
import { blames, packOf } from '../../build/docs/zoo-packs.ts';
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
  const told = findings.filter(({ suppressed }) => suppressed === undefined);
  return [...new Set(told.map(({ rule }) => rule))].sort();
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

  it.each(presetNames)('%s is the recommended one, and more', (preset) => {
    const lacking = all.filter(({ presets }) => presets.includes('recommended') && !presets.includes(preset));
    // VGG's head is what the networks after it did without, and it asks for small windows throughout.
    expect(lacking.map(({ id }) => id).sort()).toEqual(
      preset === 'vgg' ? ['large-depthwise-needs-shortcut', 'prefer-gap-over-large-fc'] : [],
    );
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
  const own = zoo.flatMap((entry) => {
    const pack = packOf(entry);
    return pack === undefined ? [] : [[entry.id, pack] as const];
  });

  it.each(own)('%s under %s', (id, pack) => {
    expect(rulesBroken(id, pack)).toEqual([]);
  });

  it('and what a network silences is found there, and has a reason', () => {
    for (const { id, build } of zoo) {
      const design = build();
      const silenced = Object.entries(design.nodes).flatMap(([node, { suppress = [] }]) =>
        suppress.map(({ rule, reason }) => `${node} ${rule} ${reason}`),
      );
      const { findings } = lint(design, analyze(design));
      const found = findings.flatMap(({ node, rule, suppressed }) =>
        suppressed === undefined ? [] : [`${node} ${rule} ${suppressed}`],
      );
      expect(found.sort(), id).toEqual(silenced.sort());
      for (const each of silenced) expect(each).toMatch(/ .{40,}\.$/);
    }
  });

  it('and only where published weights would not fit else, or the network was measured so', () => {
    const rulesSilenced = zoo.flatMap(({ build }) =>
      Object.values(build().nodes).flatMap(({ suppress = [] }) => suppress.map(({ rule }) => rule)),
    );
    expect([...new Set(rulesSilenced)].sort()).toEqual([
      'dropout-before-norm',
      'pixels-dropped-by-stride',
      'redundant-bias-before-bn',
    ]);
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
