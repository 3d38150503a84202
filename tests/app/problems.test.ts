import { describe, expect, it } from 'vitest';
import { fixAllNow } from '../../renderer/features/problems/fix-all.tsx';
import { groupsOf } from '../../renderer/features/problems/grouping.ts';
import { boxesOf } from '../../renderer/layout/boxes.ts';
import { designOf } from '../../renderer/state/app-state.ts';
import { choosePack, chooseSeverity } from '../../renderer/state/rule-view.ts';
import { writeSpec } from '../../shared/formats/spec/write.ts';
import type { Design } from '../../shared/graph/design.ts';
import { zooEntry } from '../../shared/zoo/index.ts';
import { openChain } from './open-app.ts';

/** In one row, with as much room between layers as the automatic layout leaves. */
function inOneRow(design: Design): Design {
  const places = Object.keys(design.nodes).map((id, i) => [id, { x: 240 * i, y: 0 }] as const);
  return { ...design, layout: Object.fromEntries(places) };
}
const openZoo = (id: string) => openChain(JSON.parse(writeSpec(inOneRow(zooEntry(id)!.build()))));

describe('the rule book in the app', () => {
  it('mends all findings of one rule in one step, which one undo takes back', async () => {
    const { app, state, run, label } = openZoo('alexnet');
    choosePack(app, 'vgg');
    const before = designOf(state());
    const broken = () => state().report.findings.filter(({ rule }) => rule === 'vgg-conv-3x3').length;
    const first = broken();
    expect(first).toBeGreaterThan(1);
    fixAllNow(app, 'vgg-conv-3x3');
    expect(broken()).toBeLessThan(first);
    expect(label()).toBe('Fix all: vgg-conv-3x3');
    // The pools that took over the strides stand on no other layer.
    const after = designOf(state());
    const boxes = [...boxesOf(after, Object.keys(after.nodes), state().direction).values()];
    expect(boxes.length).toBeGreaterThan(Object.keys(before.nodes).length);
    const covered = boxes.filter((a) =>
      boxes.some(
        (b) =>
          b !== a &&
          a.x < b.x + b.width &&
          b.x < a.x + a.width &&
          a.y < b.y + b.height &&
          b.y < a.y + a.height,
      ),
    );
    expect(covered).toEqual([]);
    await run('undo');
    expect(designOf(state())).toEqual(before);
  });

  it('gives a rule a severity of its own, and takes it back to what its pack says', () => {
    const { app, state } = openChain();
    const severity = () =>
      state().report.findings.find(({ rule }) => rule === 'redundant-activation')?.severity;
    const usual = severity();
    expect(usual).not.toBe('error');
    chooseSeverity(app, 'redundant-activation', 'error');
    expect(severity()).toBe('error');
    chooseSeverity(app, 'redundant-activation', 'off');
    expect(severity()).toBeUndefined();
    chooseSeverity(app, 'redundant-activation', undefined);
    expect(severity()).toBe(usual);
    expect(designOf(state()).lint.rules).toEqual({});
  });

  it('groups by pack, rule, layer and severity, and loses no finding', () => {
    const { app, state } = openZoo('alexnet');
    choosePack(app, 'vgg');
    const { findings } = state().report;
    const settings = designOf(state()).lint;
    const titles = (by: Parameters<typeof groupsOf>[1]) =>
      groupsOf(findings, by, settings).map(({ title }) => title);
    for (const by of ['pack', 'rule', 'node', 'severity'] as const)
      expect(groupsOf(findings, by, settings).flatMap((group) => group.findings)).toHaveLength(
        findings.length,
      );
    expect(titles('pack')).toEqual(['VGG']);
    expect(new Set(titles('rule')).size).toBe(new Set(findings.map(({ rule }) => rule)).size);
    expect(new Set(titles('node')).size).toBe(new Set(findings.map(({ node }) => node)).size);
  });

  it('tells what holds for any network apart from what the chosen pack adds', () => {
    const { app, state } = openChain();
    choosePack(app, 'vgg');
    const { findings } = state().report;
    const groups = groupsOf(findings, 'pack', designOf(state()).lint);
    const recommended = groups.find(({ title }) => title === 'Recommended');
    expect(recommended?.findings.map(({ rule }) => rule)).toContain('redundant-activation');
  });
});
