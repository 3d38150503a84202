import { param } from '../../schema/params.ts';
import { defineRule } from '../define.ts';
import { isConcat, isElementwise, nameOf, networkOf, reportAt, type Step, sourceOf } from '../network.ts';
import { phrases } from '../phrases.ts';
import { conv, network, pointwise } from '../rule-examples.ts';

const say = phrases('fragmentation', {
  many: '{{name}} joins {{branches}} branches of {{macs}} multiply-adds in all, {{each}} each on average.',
});

export const fragmentation = defineRule({
  says: say,
  title: 'Few branches side by side (G3)',
  why: `Many small operations side by side use a machine worse than one large one: each is started and waited for. ShuffleNetV2 measured four branches
side by side at a third of the speed of one on a GPU at the same multiply-adds. On one core of a CPU it matters less.`,
  source: 'Ma et al. 2018 (ShuffleNet V2), guideline 3 and table 3',
  severity: 'info',
  presets: ['shufflenet'],
  options: { maxBranches: param.int({ title: 'Branches', doc: 'More are told.', default: 2 }) },
  *check({ analysis, options }) {
    for (const step of networkOf(analysis).steps) {
      const branches = step.before.filter(
        (source) => source.window !== undefined || isElementwise(source),
      ).length;
      if (!isConcat(step) || branches <= options.maxBranches || new Set(step.before).size < branches)
        continue;
      const macs = step.before.reduce((total, source) => total + lastCost(source), 0);
      const each = Math.round(macs / branches);
      yield reportAt(step, say('many', { name: nameOf(step), branches, macs, each }));
    }
  },
  examples: [
    {
      title: 'Two branches',
      spec: network([64, 28, 28], ['relu', 'relu'], conv('a', 32), conv('b', 32, {}, 'relu'), [
        'cat',
        'concat',
        {},
        ['a', 'b'],
      ]),
      finds: [],
    },
    {
      title: 'Four branches',
      spec: network(
        [64, 28, 28],
        ['relu', 'relu'],
        conv('a', 32),
        conv('b', 32, {}, 'relu'),
        pointwise('c', 32, {}, 'relu'),
        conv('d', 32, {}, 'relu'),
        ['cat', 'concat', {}, ['a', 'b', 'c', 'd']],
      ),
      finds: ['cat'],
    },
  ],
});

/** Of the last convolution of a branch. */
function lastCost(step: Step): number {
  return isElementwise(step) ? (sourceOf(step)?.macs ?? 0) : step.macs;
}
