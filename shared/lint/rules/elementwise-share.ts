import { bytesOf } from '../../graph/number-types.ts';
import { param } from '../../schema/params.ts';
import { defineRule } from '../define.ts';
import { isActivation, isConcat, nameOf, networkOf, reportAt, type Step, valuesMovedBy } from '../network.ts';
import { phrases } from '../phrases.ts';
import { withAndWithout } from '../rows.ts';
import { conv, network } from '../rule-examples.ts';
import { percent } from '../views.ts';

const say = phrases('elementwise-share', {
  much: 'Activations, sums and gates move {{bytes}} bytes per picture, {{share}} of all that layers read and write; most in {{dearest}}.',
});

export const elementwiseShare = defineRule({
  says: say,
  title: 'Element-wise operations are not free (G4)',
  why: `A ReLU or a sum costs hardly any multiply-adds, but reads and writes whole maps: ShuffleNetV2 gained about a fifth of the speed of a bottleneck by
leaving both out. Engines that fuse an activation into the convolution before it save half of it; sums and gates stay.`,
  source: 'Ma et al. 2018 (ShuffleNet V2), guideline 4 and table 4',
  severity: 'info',
  presets: ['shufflenet'],
  options: {
    maxShare: param.float({
      title: 'Share',
      doc: 'Of the bytes that all layers read and write.',
      default: 0.3,
      min: 0,
      max: 1,
    }),
  },
  *check({ analysis, options }) {
    const { steps } = networkOf(analysis);
    const bytesEach = bytesOf(analysis.totals.numbers.activations);
    let [all, idle] = [0, 0];
    const found: Step[] = [];
    let dearest: Step | undefined;
    for (const step of steps) {
      const moved = valuesMovedBy(step);
      all += moved;
      if (!isActivation(step) && !(step.group === 'merge' && !isConcat(step))) continue;
      idle += moved;
      found.push(step);
      if (!dearest || moved > valuesMovedBy(dearest)) dearest = step;
    }
    const share = idle / Math.max(1, all);
    if (!dearest || share <= options.maxShare) return;
    const says = say('much', { bytes: idle * bytesEach, share: percent(share), dearest: nameOf(dearest) });
    yield reportAt(dearest, says, undefined, () => withAndWithout(found));
  },
  examples: [
    {
      title: 'A convolution and a ReLU',
      spec: network([64, 28, 28], conv('conv', 64), ['relu', 'relu'], conv('conv2', 64), conv('conv3', 64)),
      finds: [],
    },
    {
      title: 'Sums and ReLUs and little else',
      spec: network(
        [64, 28, 28],
        conv('conv', 64),
        ['r1', 'relu'],
        ['sum', 'add', {}, ['r1', 'conv']],
        ['r2', 'relu'],
        ['sum2', 'add', {}, ['r2', 'r1']],
        ['r3', 'relu'],
      ),
      finds: ['sum'],
    },
  ],
});
