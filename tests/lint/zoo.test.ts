import { describe, expect, it } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import { lint } from '../../shared/lint/run.ts';
import { zooEntry } from '../../shared/zoo/index.ts';

function rulesBroken(id: string, preset: string): readonly string[] {
  const design = zooEntry(id)!.build();
  const { findings } = lint({ ...design, lint: { preset, rules: {} } }, analyze(design));
  return [...new Set(findings.map(({ rule }) => rule))].sort();
}

/** The networks that the rules were read off must keep them, and those they criticise must not. */
describe('published networks', () => {
  it.each(['vgg11', 'vgg13', 'vgg16', 'vgg19'])('%s keeps the rules of VGG', (id) => {
    expect(rulesBroken(id, 'vgg')).toEqual([]);
  });

  it.each(['resnet18', 'resnet34', 'resnet50', 'resnet101', 'resnet152', 'googlenet', 'googlenet-paper'])(
    '%s has nothing that is not recommended',
    (id) => {
      expect(rulesBroken(id, 'recommended')).toEqual([]);
      // Only those with bottlenecks narrow what their windows look at.
      const wide = id === 'resnet18' || id === 'resnet34' ? ['reduce-before-spatial'] : [];
      expect(rulesBroken(id, 'googlenet')).toEqual(wide);
    },
  );

  it('AlexNet breaks the rules of VGG, and holds most of its weights in its head', () => {
    expect(rulesBroken('alexnet', 'vgg')).toEqual(['vgg-conv-3x3', 'vgg-double-channels', 'vgg-pool-2x2']);
    expect(rulesBroken('alexnet', 'recommended')).toEqual(['prefer-gap-over-large-fc']);
  });

  it('VGG-16 has the head and the stem that GoogLeNet did away with', () => {
    expect(rulesBroken('vgg16', 'googlenet')).toEqual([
      'aggressive-stem',
      'prefer-gap-over-large-fc',
      'reduce-before-spatial',
    ]);
  });
});
