import { produce } from 'immer';
import { describe, expect, it } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import { addNode, inOrder, newNode, suppress } from '../../shared/graph/edits.ts';
import { costOfPlaces, fixAll } from '../../shared/lint/fix-all.ts';
import { lint } from '../../shared/lint/run.ts';
import { zooEntry } from '../../shared/zoo/index.ts';

const withPack = (id: string, preset: string) => ({
  ...zooEntry(id)!.build(),
  lint: { preset, rules: {} },
});
const found = (design: ReturnType<typeof withPack>, rule: string) =>
  lint(design, analyze(design)).findings.filter((each) => each.rule === rule);

describe('all findings of a rule, mended', () => {
  it.each([
    ['alexnet', 'vgg', 'vgg-conv-3x3'],
    ['vgg16', 'recommended', 'prefer-gap-over-large-fc'],
  ])('%s under %s: %s has nothing left that it could mend', (id, pack, rule) => {
    const design = withPack(id, pack);
    expect(found(design, rule).length).toBeGreaterThan(0);
    const { design: fixed, fixes, left } = fixAll(design, rule);
    expect(fixes.length).toBeGreaterThan(0);
    expect(found(fixed, rule)).toHaveLength(left);
    expect(analyze(fixed).problems).toEqual([]);
    // Settings are the user's, and the fixes in turn are the same edit.
    expect(fixed.lint).toBe(design.lint);
    expect(produce(design, inOrder(...fixes.map(({ edit }) => edit)))).toEqual(fixed);
  });

  it('leaves a rule alone that finds nothing', () => {
    const design = withPack('vgg16', 'vgg');
    expect(fixAll(design, 'vgg-conv-3x3')).toMatchObject({ fixes: [], left: 0 });
  });
});

it('leaves alone what is silenced', () => {
  const design = withPack('alexnet', 'vgg');
  const silenced = produce(design, suppress('conv1', 'vgg-conv-3x3', 'as published'));
  const { design: fixed, left } = fixAll(silenced, 'vgg-conv-3x3');
  expect(left).toBe(0);
  expect(fixed.nodes.conv1).toEqual(silenced.nodes.conv1);
  expect(fixed.nodes.conv2).not.toEqual(silenced.nodes.conv2);
});

it('tries once what mends nothing: no width keeps to a budget below that of what cannot be narrowed', () => {
  const limits = { macs: { kind: 'absolute', max: 1 } } as const;
  const design = { ...zooEntry('lenet')!.build(), budget: { limits } };
  expect(fixAll(design, 'over-budget')).toMatchObject({ fixes: [], left: 1 });
});

it('what is gone, or costs nobody knows what, costs nothing', () => {
  const design = produce(zooEntry('lenet')!.build(), (draft) => {
    addNode('loose', newNode('conv2d'))(draft);
  });
  const findings = ['loose', 'gone'].map(
    (node) => ({ rule: 'any', severity: 'info', node, message: '' }) as const,
  );
  expect(costOfPlaces(findings, analyze(design))).toEqual({ macs: 0, params: 0 });
});

it('layers that several findings stand at cost once', () => {
  const design = withPack('alexnet', 'vgg');
  const analysis = analyze(design);
  const at = (node: string) => ({ rule: 'any', severity: 'warning', node, message: '' }) as const;
  const node = Object.keys(design.nodes).find((id) => (analysis.facts.get(id)?.cost?.macs.value ?? 0) > 0)!;
  const once = costOfPlaces([at(node)], analysis);
  expect(once.macs).toBe(analysis.facts.get(node)!.cost!.macs.value);
  expect(costOfPlaces([at(node), at(node)], analysis)).toEqual(once);
  const all = costOfPlaces(Object.keys(design.nodes).map(at), analysis);
  // As torchvision counts AlexNet: 61,100,840 parameters.
  expect(all).toEqual({ macs: analysis.totals.macs, params: 61_100_840 });
});
