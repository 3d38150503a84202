import { analyzeBaseline } from '../../analysis/baseline.ts';
import { param } from '../../schema/params.ts';
import { defineRule } from '../define.ts';
import { phrases } from '../phrases.ts';
import { everyPreset } from '../presets.ts';
import { percent } from '../views.ts';

const say = phrases('unfair-comparison', {
  dearer:
    '{{now}} multiply-adds are {{off}} more than the {{before}} of the baseline "{{baseline}}"; a fair comparison stays within {{tolerance}} %. Narrow some layers.',
  cheaper:
    '{{now}} multiply-adds are {{off}} fewer than the {{before}} of the baseline "{{baseline}}"; a fair comparison stays within {{tolerance}} %. Widen some layers.',
});

export const unfairComparison = defineRule({
  says: say,
  title: 'A change costs about what it replaces',
  why: `A network with more multiply-adds is usually better for that reason alone. When a changed network is held against the one
it came from, the two must cost about the same, or the comparison says nothing of the idea behind the change, and needless
layers creep in unseen.`,
  source: 'Johnson, EECS 498-007 (University of Michigan), lecture 8',
  severity: 'warning',
  presets: everyPreset,
  options: {
    tolerance: param.float({
      title: 'Tolerance',
      doc: 'How far, in percent, the multiply-adds may differ from the baseline.',
      default: 10,
      min: 0,
      max: 1000,
    }),
  },
  *check({ design, analysis, options }) {
    const { baseline, limits } = design.budget;
    // With a limit of its own the budget says what is allowed.
    if (baseline === undefined || limits.macs !== undefined || analysis.totals.unknown > 0) return;
    const old = analyzeBaseline(baseline);
    const [before, now] = [old.totals.macs, analysis.totals.macs];
    if (before === 0) return;
    const change = now / before - 1;
    if (100 * Math.abs(change) <= options.tolerance) return;
    yield {
      says: say(change > 0 ? 'dearer' : 'cheaper', {
        now,
        off: percent(Math.abs(change)),
        before,
        baseline: baseline.name,
        tolerance: String(options.tolerance),
      }),
      instead: () => ({ own: analysis, baseline: old }),
    };
  },
  examples: [
    { title: 'As dear as before', spec: changed({ channels: 62 }), finds: [] },
    { title: 'Twice as dear', spec: changed({ channels: 128 }), finds: [undefined] },
    { title: 'Half as dear', spec: changed({ channels: 32 }), finds: [undefined] },
  ],
});

/** A convolution of 64 filters, and the same with other parameters. */
function changed(params: object): object {
  const nodes = (own: object) => [
    { id: 'input', kind: 'input' },
    { id: 'conv', kind: 'conv2d', from: 'input', params: { padding: 1, ...own } },
  ];
  return { netwright: 3, nodes: nodes(params), budget: { baseline: { name: 'before', nodes: nodes({}) } } };
}
