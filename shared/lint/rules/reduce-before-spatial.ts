import { param } from '../../schema/params.ts';
import { defineRule, type Report } from '../define.ts';
import {
  areaOf,
  channelsOf,
  isDenseSpatial,
  isPointwise,
  type Network,
  nameOf,
  networkOf,
  oncePerNode,
  reportAt,
  smallest,
  sourceOf,
} from '../network.ts';
import { phrases } from '../phrases.ts';
import { layerAt, rowFrom, rowLayer, rowOf } from '../rows.ts';
import { conv, network, pointwise } from '../rule-examples.ts';

const say = phrases('reduce-before-spatial', {
  wide: '{{name}} looks at {{channels}} channels with a {{kernel}} window, for {{macs}} multiply-adds; with a 1×1 convolution to {{narrow}} channels before it, both cost {{after}}.',
});

export const reduceBeforeSpatial = defineRule({
  says: say,
  title: 'A 1×1 convolution narrows what a larger window looks at',
  why: `A k×k convolution on C channels costs k²·C·C′ per position. Its input is correlated across channels, so that a 1×1 convolution to C/4
loses little and makes it C²/4 + k²·C·C′/4: close to four times cheaper. GoogLeNet narrows before every 3×3 and 5×5, ResNet-50 in every block.`,
  source: 'Szegedy et al. 2014 (Going deeper with convolutions); Lin, Chen and Yan 2013 (Network in network)',
  severity: 'info',
  presets: ['googlenet'],
  options: {
    minChannels: param.int({ title: 'From channels', doc: 'Fewer channels are left alone.', default: 256 }),
  },
  *check({ analysis, options }) {
    yield* oncePerNode(find(networkOf(analysis), options.minChannels));
  },
  examples: [
    { title: 'VGG, conv5', spec: network([512, 14, 14], conv('conv5', 512)), finds: ['conv5'] },
    {
      title: 'A module of GoogLeNet',
      spec: network([512, 14, 14], pointwise('reduce', 112), ['relu', 'relu'], conv('conv', 224)),
      finds: [],
    },
  ],
});

function* find({ steps }: Network, minChannels: number): Iterable<Report> {
  for (const step of steps) {
    const channels = channelsOf(step.into) ?? 0;
    const source = sourceOf(step);
    const { window, macs } = step;
    if (!isDenseSpatial(step) || !window || smallest(window.kernel) < 3 || channels < minChannels) continue;
    if (source && isPointwise(source) && (channelsOf(source.into) ?? 0) >= channels) continue;
    const narrow = Math.ceil(channels / 4);
    const after = Math.round(channels * narrow * areaOf(step.into) + (macs * narrow) / channels);
    const says = say('wide', {
      name: nameOf(step),
      channels,
      kernel: window.kernel.join('×'),
      macs,
      narrow,
      after,
    });
    if (after >= macs) continue;
    const reduce = rowLayer('conv2d', { channels: narrow, kernel: [1, 1] });
    yield reportAt(step, says, undefined, () => ({
      now: rowOf(step),
      kept: rowFrom(step.into, reduce, layerAt(step)),
    }));
  }
}
