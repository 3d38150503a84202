import { defineRule } from '../define.ts';
import { growthsIn } from '../dense-blocks.ts';
import {
  areaOf,
  channelsOf,
  isConvolution,
  isDenseSpatial,
  nameOf,
  networkOf,
  reportAt,
  sourceOf,
} from '../network.ts';
import { phrases } from '../phrases.ts';
import { layerAt, rowFrom, rowLayer, rowOf } from '../rows.ts';
import { conv, network } from '../rule-examples.ts';

const say = phrases('dense-bottleneck', {
  wide: '{{name}} makes {{growth}} channels of {{channels}}, {{macs}} multiply-adds; with a 1×1 to {{narrow}} before it, {{after}}.',
});

export const denseBottleneck = defineRule({
  says: say,
  title: 'Layers of a dense block narrow what they read',
  why: `Deep in a dense block a 3×3 reads hundreds of channels to make k. A 1×1 to 4k channels before it (DenseNet-B) makes the cost C·4k + 9·4k·k instead of
9·C·k: less from C = 7.2k on.`,
  source: 'Huang et al. 2016 (Densely connected convolutional networks)',
  severity: 'info',
  presets: ['densenet'],
  options: {},
  *check({ analysis }) {
    for (const { added, growth } of growthsIn(networkOf(analysis))) {
      const made = isConvolution(added) ? added : sourceOf(added);
      if (!made || !isDenseSpatial(made)) continue;
      const channels = channelsOf(made.into) ?? 0;
      const after = (channels * 4 * growth + 36 * growth * growth) * areaOf(made.out);
      if (after >= made.macs) continue;
      const says = say('wide', {
        name: nameOf(made),
        growth,
        channels,
        macs: made.macs,
        narrow: 4 * growth,
        after,
      });
      const narrow = rowLayer('conv2d', { channels: 4 * growth, kernel: [1, 1], bias: false });
      yield reportAt(made, says, undefined, () => ({
        now: rowOf(made),
        kept: rowFrom(made.into, narrow, layerAt(made)),
      }));
    }
  },
  examples: [
    { title: 'Twelve times as many channels', spec: block(384), finds: ['new'] },
    { title: 'Few channels', spec: block(64), finds: [] },
  ],
});

function block(channels: number): object {
  return network([3, 32, 32], conv('stem', channels), conv('new', 32), [
    'cat',
    'concat',
    {},
    ['stem', 'new'],
  ]);
}
