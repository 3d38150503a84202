import { analyzeBaseline } from '../../analysis/baseline.ts';
import { param } from '../../schema/params.ts';
import { defineRule } from '../define.ts';
import { isConvolution, type Network, networkOf } from '../network.ts';
import { phrases } from '../phrases.ts';
import { conv, depthwise, type Line, network } from '../rule-examples.ts';

const say = phrases('activations-outgrow-macs', {
  outgrow:
    'Convolutions write {{values}} values, {{times}} times as many as the baseline "{{baseline}}" does, for {{macsTimes}} times its multiply-adds.',
});

export const activationsOutgrowMacs = defineRule({
  says: say,
  title: 'Activations grow no faster than multiply-adds',
  why: `On machines whose memory is the limit, the values that convolutions write predict the time better than multiply-adds do. A change that adds
values much faster than multiply-adds makes a network slower than its count says. The rule compares a design with its pinned baseline.`,
  source:
    'Radosavovic et al. 2020 (Designing network design spaces); Dollár, Singh and Girshick 2021 (Fast and accurate model scaling)',
  severity: 'info',
  presets: ['regnet', 'efficientnet', 'efficientnet-v2'],
  options: {
    minRatio: param.float({
      title: 'Ratio',
      doc: 'Growth of values over growth of multiply-adds.',
      default: 2,
      min: 1,
      max: 1000,
    }),
  },
  *check({ design, analysis, options }) {
    const { baseline } = design.budget;
    if (baseline === undefined || analysis.totals.unknown > 0) return;
    const old = analyzeBaseline(baseline);
    const [before, values] = [valuesOf(networkOf(old)), valuesOf(networkOf(analysis))];
    const times = values / Math.max(1, before);
    const macsTimes = analysis.totals.macs / Math.max(1, old.totals.macs);
    if (times / macsTimes < options.minRatio || times <= 1) return;
    yield {
      says: say('outgrow', {
        values,
        times: times.toFixed(2),
        baseline: baseline.name,
        macsTimes: macsTimes.toFixed(2),
      }),
      instead: () => ({ own: analysis, baseline: old }),
    };
  },
  examples: [
    {
      title: 'One wide layer became many of one channel each',
      spec: changed([depthwise('a', 64), depthwise('b', 64), depthwise('c', 64)]),
      finds: [undefined],
    },
    { title: 'Twice as deep', spec: changed([conv('a', 64), conv('b', 64)]), finds: [] },
  ],
});

function valuesOf({ steps }: Network): number {
  return steps
    .filter(isConvolution)
    .reduce((total, { facts }) => total + (facts.cost?.outputElements ?? 0), 0);
}

function changed(lines: readonly Line[]): object {
  const end: Line = ['output', 'output'];
  const { nodes } = network([64, 32, 32], conv('a', 64), end);
  return { ...network([64, 32, 32], ...lines, end), budget: { baseline: { name: 'before', nodes } } };
}
