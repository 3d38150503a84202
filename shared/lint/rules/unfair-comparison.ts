import { analyzeBaseline } from '../../analysis/budget.ts';
import { param } from '../../schema/params.ts';
import { defineRule } from '../define.ts';
import { everyPreset } from '../presets.ts';
import { grouped, percent } from '../views.ts';

export const unfairComparison = defineRule({
  id: 'unfair-comparison',
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
    const [before, now] = [analyzeBaseline(baseline).totals.macs, analysis.totals.macs];
    if (before === 0) return;
    const change = now / before - 1;
    if (100 * Math.abs(change) <= options.tolerance) return;
    yield {
      message: `${grouped(now)} multiply-adds are ${percent(Math.abs(change))} ${change > 0 ? 'more' : 'fewer'} than the ${grouped(before)} of the baseline "${baseline.name}"; a fair comparison stays within ${options.tolerance} %. ${change > 0 ? 'Narrow' : 'Widen'} some layers.`,
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
