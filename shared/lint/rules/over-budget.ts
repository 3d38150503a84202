import { checkBudget, type Gauge } from '../../analysis/budget.ts';
import { fitWidth } from '../../analysis/fit.ts';
import type { Design } from '../../graph/design.ts';
import { quantities, quantityTable, shareText } from '../../graph/quantities.ts';
import { defineRule, type Fix } from '../define.ts';
import { everyPreset } from '../presets.ts';
import { grouped, percent } from '../views.ts';

export const overBudget = defineRule({
  id: 'over-budget',
  title: 'The design keeps its budget',
  why: `The budget is what the author promised: at most so many multiply-adds, parameters or bytes of activations, or about as many
as a baseline. Equal cost is what makes two designs comparable, and a network that grows a little with every change is
soon a slow one.`,
  source: 'Johnson, EECS 498-007 (University of Michigan), lecture 8',
  severity: 'error',
  presets: everyPreset,
  options: {},
  *check({ design, analysis }) {
    const { gauges } = checkBudget(design, analysis);
    // Sums with unknown parts are lower bounds: too much is too much already, too little is not yet known.
    const complete = analysis.totals.unknown === 0;
    for (const quantity of quantities) {
      const gauge = gauges[quantity];
      const { limit, actual, max, min } = gauge;
      if (limit === undefined) continue;
      if (max === undefined) yield { message: unpinned(gauge) };
      else if (actual > max) yield { message: broken(gauge, max), fix: fixOf(design, gauge, max) };
      else if (complete && min !== undefined && actual < min)
        yield { message: broken(gauge, min), fix: fixOf(design, gauge, max) };
      else if (complete && limit.kind === 'increase' && isFarBelow(gauge, limit.percent))
        yield { message: spare(gauge), remark: true };
    }
  },
  examples: [
    { title: 'Within an absolute limit', spec: budgeted({ macs: '90M', params: 2442 }), finds: [] },
    { title: 'Within 5 % of the baseline', spec: budgeted({ macs: '±5%', baseline: 66 }), finds: [] },
    { title: 'Not more than the baseline', spec: budgeted({ macs: '+5%', baseline: 65 }), finds: [] },
    { title: 'Too many multiply-adds', spec: budgeted({ macs: '50M' }), finds: [undefined] },
    {
      title: 'Too many parameters and too much memory',
      spec: budgeted({ params: 1300, memory: '8MiB' }),
      finds: [undefined, undefined],
    },
    {
      title: 'More than 5 % over the baseline',
      spec: budgeted({ macs: '+5%', baseline: 60 }),
      finds: [undefined],
    },
    {
      title: 'Far below a baseline that was to be met',
      spec: budgeted({ macs: '±5%', baseline: 128 }),
      finds: [undefined],
    },
    {
      title: 'Room to spare, which is a remark and never an error',
      spec: budgeted({ macs: '+5%', baseline: 128 }),
      finds: [undefined],
      remark: true,
    },
    { title: 'A share of nothing', spec: budgeted({ macs: '+5%' }), finds: [undefined] },
  ],
});

const nounOf = ({ quantity }: Gauge): string => quantityTable[quantity].noun;

function unpinned(gauge: Gauge): string {
  const { limit } = gauge;
  const share = limit === undefined || limit.kind === 'absolute' ? 'a share' : shareText(limit);
  return `The budget allows ${share} of the baseline's ${nounOf(gauge)}, but no baseline is pinned. Pin one, or give an absolute limit.`;
}

/** What is more than the most, or less than the least, that a limit allows. */
function broken(gauge: Gauge, bound: number): string {
  const { actual, limit } = gauge;
  const over = actual > bound;
  const off = percent(Math.abs(actual / bound - 1));
  const asked =
    limit === undefined || limit.kind === 'absolute'
      ? 'the budget allows'
      : `${shareText(limit)} of the baseline ${over ? 'allows' : 'asks for'}`;
  return `${grouped(actual)} ${nounOf(gauge)} are ${off} ${over ? 'more' : 'fewer'} than the ${grouped(Math.floor(bound))} that ${asked}.`;
}

/** Below the baseline by more than it could lie above. */
function isFarBelow({ actual, baseline = 0 }: Gauge, allowed: number): boolean {
  return actual < baseline * (1 - allowed / 100);
}

function spare(gauge: Gauge): string {
  const { actual, baseline = 0, max = 0 } = gauge;
  return `${grouped(actual)} ${nounOf(gauge)} are ${percent(1 - actual / baseline)} fewer than the baseline's: the budget leaves room for ${grouped(Math.floor(max) - actual)} more.`;
}

/** The width is searched only when the fix is previewed, since that takes many analyses. */
function fixOf(design: Design, { quantity, actual }: Gauge, max: number): Fix {
  return {
    title: `${actual > max ? 'Narrow' : 'Widen'} the layers until the budget is kept`,
    safety: 'suggested',
    edit(draft) {
      fitWidth(design, quantity, max)?.edit(draft);
    },
  };
}

/** A first convolution and its classifier, with a budget; the baseline is the same with other filters. */
function budgeted({
  baseline,
  ...limits
}: { readonly baseline?: number } & Record<string, number | string>): object {
  const nodes = (channels: number) => [
    { id: 'input', kind: 'input' },
    { id: 'conv', kind: 'conv2d', from: 'input', params: { channels, padding: 1 } },
    { id: 'gap', kind: 'globalAvgPool', from: 'conv' },
    { id: 'fc', kind: 'linear', from: 'gap', params: { features: 10 } },
    { id: 'output', kind: 'output', from: 'fc' },
  ];
  const pinned = baseline === undefined ? {} : { baseline: { name: 'before', nodes: nodes(baseline) } };
  return { netwright: 3, nodes: nodes(64), budget: { ...limits, ...pinned } };
}
