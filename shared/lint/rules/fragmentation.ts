import { param } from '../../schema/params.ts';
import { defineRule } from '../define.ts';
import type { Exchange } from '../instead.ts';
import { isConcat, isElementwise, nameOf, networkOf, reportAt, type Step, sourceOf } from '../network.ts';
import { phrases } from '../phrases.ts';
import { rowOf } from '../rows.ts';
import { conv, network, pointwise } from '../rule-examples.ts';
import { paramsOf } from '../views.ts';

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
      yield reportAt(step, say('many', { name: nameOf(step), branches, macs, each }), undefined, () =>
        unbranched(step, macs),
      );
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

/** The last convolution of a branch, or its pool. */
function lastOf(step: Step): Step | undefined {
  return isElementwise(step) ? sourceOf(step) : step;
}

function lastCost(step: Step): number {
  return lastOf(step)?.macs ?? 0;
}

/** One convolution of all that the branches compute: the dearest of them, with more filters. */
function unbranched({ before }: Step, macs: number): Exchange {
  const last = before.flatMap((branch) => lastOf(branch) ?? []).filter((step) => step.macs > 0);
  const dearest = last.reduce<Step | undefined>((a, b) => (a && a.macs >= b.macs ? a : b), undefined);
  const conv = dearest && paramsOf(dearest.facts, 'conv2d');
  const now = last.flatMap((step) => rowOf(step));
  if (!conv) return { now, kept: [] };
  const channels = Math.round((conv.channels * macs) / dearest.macs / conv.groups) * conv.groups;
  return { now, kept: rowOf(dearest, { channels }) };
}
