import { defineRule } from '../define.ts';
import { channelsOf, isDenseSpatial, isPointwise, nameOf, networkOf, reportAt } from '../network.ts';
import { phrases } from '../phrases.ts';
import { layerAt, rowFrom, rowOf } from '../rows.ts';
import { network } from '../rule-examples.ts';

const say = phrases('cardinality', {
  dense:
    '{{name}} has a dense window on {{channels}} channels between two 1×1 convolutions, {{macs}} multiply-adds; {{double}} channels in 32 groups take {{after}} for it, and pay for the wider 1×1.',
});

export const cardinality = defineRule({
  says: say,
  title: 'Groups in the middle of a bottleneck',
  why: `At equal cost, a bottleneck whose 3×3 has 32 groups can be twice as wide inside, and was more accurate than one with a dense 3×3, on ImageNet
22.2 % instead of 23.9 % error at the cost of ResNet-50: more paths did better than deeper or wider ones.`,
  source: 'Xie et al. 2016 (Aggregated residual transformations), section 5.1 and table 3',
  severity: 'info',
  presets: ['resnext'],
  contradicts: { 'group-count': 'ShuffleNetV2 counts what groups cost in time at equal multiply-adds.' },
  options: {},
  *check({ analysis }) {
    for (const { branch } of networkOf(analysis).residuals) {
      const middle = branch.find(isDenseSpatial);
      const channels = channelsOf(middle?.out) ?? 0;
      if (!middle || channels < 32 || branch.filter(isPointwise).length < 2) continue;
      const says = say('dense', {
        name: nameOf(middle),
        channels,
        macs: middle.macs,
        double: 2 * channels,
        after: Math.round((4 * middle.macs) / 32),
      });
      const [batch = 1, , ...map] = middle.into ?? [];
      yield reportAt(middle, says, undefined, () => ({
        now: rowOf(middle),
        kept: rowFrom([batch, 2 * channels, ...map], layerAt(middle, { channels: 2 * channels, groups: 32 })),
      }));
    }
  },
  examples: [
    {
      title: 'A bottleneck of ResNet',
      spec: network([256, 56, 56], ['block', 'bottleneck', { channels: 64 }]),
      finds: ['block'],
    },
    {
      title: 'A bottleneck of ResNeXt',
      spec: network([256, 56, 56], ['block', 'bottleneck', { channels: 128, groups: 32, expansion: 2 }]),
      finds: [],
    },
  ],
});
