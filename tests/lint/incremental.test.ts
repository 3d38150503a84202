import fc from 'fast-check';
import { produce } from 'immer';
import { describe, expect, it } from 'vitest';
import { analyze, createAnalyzer } from '../../shared/analysis/analyze.ts';
import { isIssue } from '../../shared/base/problem.ts';
import { inBlock } from '../../shared/graph/block-edits.ts';
import type { Design } from '../../shared/graph/design.ts';
import { setParams } from '../../shared/graph/edits.ts';
import { groupingOf, groupNodes } from '../../shared/graph/group.ts';
import { createOpener } from '../../shared/graph/opened.ts';
import type { Finding } from '../../shared/lint/define.ts';
import { OpenedView } from '../../shared/lint/opened.ts';
import { createLinter, type LintReport, lint, previewFix } from '../../shared/lint/run.ts';
import { zooEntry } from '../../shared/zoo/index.ts';
import { editOf, whims } from '../graph/random-edits.ts';

/** A network of which the nodes named so are a block of the user's own, and every rule is on. */
function grouped(id: string, chosen: (node: string) => boolean): Design {
  const design = { ...zooEntry(id)!.build(), lint: { preset: 'vgg', rules: {} } };
  const grouping = groupingOf(design, analyze(design).topology, Object.keys(design.nodes).filter(chosen));
  if (isIssue(grouping)) throw new Error(grouping.message);
  return produce(design, groupNodes(grouping));
}
const own = grouped('resnet18', (id) => id.startsWith('layer3.'));

/** What is said, and what a fix would make of the design. */
function said(design: Design, { findings, problems }: LintReport): object {
  const told = ({ fix, ...finding }: Finding) => ({
    ...finding,
    fix: fix && { title: fix.title, safety: fix.safety, after: previewFix(design, fix) },
  });
  return { findings: findings.map(told), problems };
}

describe('lint that follows edits', () => {
  it.each([
    ['a network with a block of its own', own],
    ['a small one', grouped('lenet', (id) => /^(conv|relu|pool)2/.test(id))],
  ])('says of %s what lint from nothing says, whatever was edited', (_, start) => {
    fc.assert(
      fc.property(whims, (sequence) => {
        const [analyzer, linter] = [createAnalyzer(), createLinter()];
        linter.update(start, analyzer.update(start));
        let design = start;
        for (const whim of sequence) {
          design = produce(design, editOf(design, whim));
          const followed = linter.update(design, analyzer.update(design));
          expect(said(design, followed)).toEqual(said(design, lint(design, analyze(design))));
        }
        // What is taken over from the design with its blocks closed is what would be worked out without it.
        const opened = new OpenedView().update(design, analyze(design));
        if (!opened) return;
        const { facts, problems } = analyze(opened.design);
        expect(opened.analysis).toMatchObject({ facts, problems });
      }),
      { numRuns: 25, seed: 11 },
    );
  });
});

describe('an opener', () => {
  const opener = createOpener();
  const open = (design: Design) => opener.update(design, analyze(design).topology).design;
  const [block] = Object.keys(own.blocks) as [string];

  it('gives the same records as long as nothing in them changed', () => {
    const [before, after] = [open(own), open({ ...own, layout: {} })];
    // Each analysis has a topology of its own: wires are put together anew, of the same parts.
    for (const [id, node] of Object.entries(after.nodes)) expect(node).toBe(before.nodes[id]);
    const { topology } = analyze(own);
    const first = opener.update(own, topology).design;
    const second = opener.update(produce(own, setParams(['fc'], { features: 10 })), topology).design;
    expect(second.wires).toBe(first.wires);
    expect(Object.keys(second.nodes).filter((id) => second.nodes[id] !== first.nodes[id])).toEqual(['fc']);
  });

  it('opens a block anew where its definition changed, and nowhere else', () => {
    const before = open(own);
    const [inner] = Object.keys(own.blocks[block]!.nodes).filter((id) => id.startsWith('layer3')) as [string];
    const after = open(produce(own, inBlock(block, setParams([inner], { channels: 32 }))));
    const changed = Object.keys(after.nodes).filter((id) => after.nodes[id] !== before.nodes[id]);
    expect(changed.length).toBeGreaterThan(0);
    for (const id of changed) expect(id.startsWith(`${block}/`)).toBe(true);
    expect(after.nodes[`${block}/${inner}`]?.params.channels).toBe(32);
  });
});
