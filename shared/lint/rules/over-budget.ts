import { checkBudget, type Gauge } from '../../analysis/budget.ts';
import { fitWidth } from '../../analysis/fit.ts';
import type { Design, Quantity } from '../../graph/design.ts';
import { quantities } from '../../graph/design.ts';
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
    for (const quantity of quantities) {
      const gauge = gauges[quantity];
      if (gauge.limit?.kind === 'relative' && gauge.baseline === undefined) {
        yield {
          message: `The budget allows ±${gauge.limit.percent} % of the baseline's ${names[quantity]}, but no baseline is pinned. Pin one, or give an absolute limit.`,
        };
      }
      if (gauge.within !== false || gauge.max === undefined) continue;
      const over = gauge.actual > gauge.max;
      // Sums with unknown parts are lower bounds: too much is too much already, too little is not yet known.
      if (!over && analysis.totals.unknown > 0) continue;
      yield { message: describe(gauge, over), fix: fixOf(design, gauge, over) };
    }
  },
  examples: [
    { title: 'Within an absolute limit', spec: budgeted({ macs: '90M', params: 2442 }), finds: [] },
    { title: 'Within 5 % of the baseline', spec: budgeted({ macs: '5%', baseline: 66 }), finds: [] },
    { title: 'Too many multiply-adds', spec: budgeted({ macs: '50M' }), finds: [undefined] },
    {
      title: 'Too many parameters and too much memory',
      spec: budgeted({ params: 1300, memory: '8MiB' }),
      finds: [undefined, undefined],
    },
    { title: 'Far below the baseline', spec: budgeted({ macs: '5%', baseline: 128 }), finds: [undefined] },
    { title: 'A share of nothing', spec: budgeted({ macs: '5%' }), finds: [undefined] },
  ],
});

const names: Readonly<Record<Quantity, string>> = {
  macs: 'multiply-adds',
  params: 'parameters',
  memory: 'bytes of peak activation memory',
};

function describe({ quantity, actual, max, min, limit }: Gauge, over: boolean): string {
  const bound = over ? max! : min!;
  const off = percent(Math.abs(actual / bound - 1));
  const asked =
    limit?.kind === 'relative' ? `${limit.percent} % around the baseline allows` : 'the budget allows';
  return `${grouped(actual)} ${names[quantity]} are ${off} ${over ? 'more' : 'fewer'} than the ${grouped(Math.floor(bound))} that ${asked}.`;
}

/** The width is searched only when the fix is previewed, since that takes many analyses. */
function fixOf(design: Design, { quantity, max }: Gauge, over: boolean): Fix {
  return {
    title: `${over ? 'Narrow' : 'Widen'} the layers until the budget is kept`,
    safety: 'suggested',
    edit(draft) {
      fitWidth(design, quantity, max!)?.edit(draft);
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
  return { netwright: 2, nodes: nodes(64), budget: { ...limits, ...pinned } };
}
