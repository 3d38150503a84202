import type { Phrase } from '../../base/messages.ts';
import { checkBudget, type Gauge, MULTIPLYING } from '../../budget/budget.ts';
import { fitWidth } from '../../budget/fit-width.ts';
import type { Design } from '../../graph/design.ts';
import { setLimit } from '../../graph/edits.ts';
import { type CountedQuantity, countedQuantities, quantityTable, shareText } from '../../graph/quantities.ts';
import { defineRule, type ProposedFix } from '../define.ts';
import { phrases } from '../phrases.ts';
import { everyPreset } from '../presets.ts';
import { percent } from '../views.ts';

const say = phrases('over-budget', {
  macs: quantityTable.macs.noun,
  params: quantityTable.params.noun,
  memory: quantityTable.memory.noun,
  over: '{{actual}} {{noun}} are {{off}} more than the {{bound}} that {{asked}}.',
  under: '{{actual}} {{noun}} are {{off}} fewer than the {{bound}} that {{asked}}.',
  absolute: 'the budget allows',
  allowed: '{{share}} of the baseline allows',
  wanted: '{{share}} of the baseline asks for',
  aShare: 'a share',
  unpinned:
    "The budget allows {{share}} of the baseline's {{noun}}, but no baseline is pinned. Pin one, or give an absolute limit.",
  unplanned:
    'This engine cannot run this network, so that its limit on memory cannot be judged as it is counted. Count the peak another way.',
  spare:
    "{{actual}} {{noun}} are {{off}} fewer than the baseline's: the budget leaves room for {{left}} more.",
  narrow: 'Narrow the layers until the budget is kept',
  widen: 'Widen the layers until the budget is kept',
  atMost: 'Ask for at most {{share}} instead',
});

export const overBudget = defineRule({
  says: say,
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
    for (const quantity of countedQuantities) {
      const gauge = gauges[quantity];
      const { limit, actual, max, min } = gauge;
      if (limit === undefined) continue;
      if (Number.isNaN(actual)) {
        if (complete) yield { says: say('unplanned') };
      } else if (max === undefined) yield { says: unpinned(gauge) };
      else if (actual > max) yield { says: broken(gauge, max), fix: fixOf(design, gauge, max) };
      else if (complete && min !== undefined && actual < min)
        yield { says: broken(gauge, min), fix: underFixOf(design, gauge, min, max) };
      else if (complete && limit.kind === 'increase' && isFarBelow(gauge, limit.percent))
        yield { says: spare(gauge), remark: true };
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

/** A rule knows no machine, and so nothing of times. */
type CountedGauge = Gauge<CountedQuantity>;

const nounOf = ({ quantity }: CountedGauge): Phrase => say(quantity);

function unpinned(gauge: CountedGauge): Phrase {
  const { limit } = gauge;
  const share = limit === undefined || limit.kind === 'absolute' ? say('aShare') : shareText(limit);
  return say('unpinned', { share, noun: nounOf(gauge) });
}

/** What is more than the most, or less than the least, that a limit allows. */
function broken(gauge: CountedGauge, bound: number): Phrase {
  const { actual, limit } = gauge;
  const over = actual > bound;
  const asked =
    limit === undefined || limit.kind === 'absolute'
      ? say('absolute')
      : say(over ? 'allowed' : 'wanted', { share: shareText(limit) });
  return say(over ? 'over' : 'under', {
    actual,
    noun: nounOf(gauge),
    off: percent(Math.abs(actual / bound - 1)),
    bound: Math.floor(bound),
    asked,
  });
}

/** Below the baseline by more than it could lie above. */
function isFarBelow({ actual, baseline = 0 }: CountedGauge, allowed: number): boolean {
  return actual < baseline * (1 - allowed / 100);
}

function spare(gauge: CountedGauge): Phrase {
  const { actual, baseline = 0, max = 0 } = gauge;
  const left = Math.floor(max) - actual;
  return say('spare', { actual, noun: nounOf(gauge), off: percent(1 - actual / baseline), left });
}

/** The width is searched only when the fix is previewed, since that takes many analyses. */
function fixOf(design: Design, { quantity, actual }: CountedGauge, max: number): ProposedFix {
  return {
    title: say(actual > max ? 'narrow' : 'widen'),
    safety: 'suggested',
    edit(draft) {
      fitWidth(design, quantity, max)?.edit(draft);
    },
  };
}

/** What uses too little is widened, unless that would multiply what it costs: who saved so much did not mean to spend it. */
function underFixOf(design: Design, gauge: CountedGauge, min: number, max: number): ProposedFix {
  const { quantity, actual, limit } = gauge;
  if (limit?.kind !== 'within' || min < MULTIPLYING * actual) return fixOf(design, gauge, max);
  const atMost = { ...limit, kind: 'increase' } as const;
  return {
    title: say('atMost', { share: shareText(atMost) }),
    safety: 'suggested',
    edit: setLimit(quantity, atMost),
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
