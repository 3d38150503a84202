import { defineRule } from '../define.ts';
import { channelsOf, isNorm, nameOf, networkOf, reportAt, type Step } from '../network.ts';
import { phrases } from '../phrases.ts';
import { everyPreset } from '../presets.ts';
import { network } from '../rule-examples.ts';
import { paramsOf, percent } from '../views.ts';

const say = phrases('dropout-before-norm', {
  shift:
    '{{name}} drops {{share}} of the values that reach {{norm}}: the variance that it learns for {{channels}} channels is up to {{times}} times that of a run.',
});

export const dropoutBeforeNorm = defineRule({
  says: say,
  title: 'No dropout before batch normalisation',
  why: `Dropout scales what it keeps, so that the mean stays while training and running alike, but not the variance: batch normalisation behind it remembers a variance
from training that does not hold when dropout is off. Networks with both were worse than with either; behind the last normalisation dropout does no harm.`,
  source: 'Li, Chen, Hu and Yang 2018 (Understanding the disharmony between dropout and batch normalization)',
  severity: 'warning',
  presets: everyPreset,
  options: {},
  *check({ analysis }) {
    const { steps } = networkOf(analysis);
    if (!steps.some((step) => rateOf(step) > 0)) return;
    // The last dropout before each step, until a normalisation took it up.
    const dropouts: (Step | undefined)[] = [];
    const told = new Set<Step>();
    for (const step of steps) {
      const incoming = step.before.map(({ index }) => dropouts[index]).find((each) => each !== undefined);
      const rate = rateOf(step);
      dropouts.push(rate > 0 ? step : isNorm(step) ? undefined : incoming);
      if (!incoming || !paramsOf(step.facts, 'batchNorm') || told.has(incoming)) continue;
      told.add(incoming);
      const dropped = rateOf(incoming);
      const says = say('shift', {
        name: nameOf(incoming),
        share: percent(dropped),
        norm: nameOf(step),
        channels: channelsOf(step.out) ?? 0,
        times: (1 / (1 - dropped)).toFixed(2),
      });
      yield reportAt(incoming, says);
    }
  },
  examples: [
    {
      title: 'Before',
      spec: network(
        [64],
        ['drop', 'dropout', { rate: 0.5 }],
        ['fc', 'linear', { features: 32, bias: false }],
        ['bn', 'batchNorm'],
      ),
      finds: ['drop'],
    },
    {
      title: 'Behind',
      spec: network(
        [64],
        ['fc', 'linear', { features: 32, bias: false }],
        ['bn', 'batchNorm'],
        ['drop', 'dropout', { rate: 0.5 }],
        ['out', 'linear', { features: 10 }],
      ),
      finds: [],
    },
  ],
});

/** The share of values that it drops while a network is trained. */
function rateOf({ facts }: Step): number {
  const rate = paramsOf(facts, 'dropout')?.rate ?? 0;
  return rate < 1 ? rate : 0;
}
