import { param } from '../../schema/params.ts';
import { defineRule } from '../define.ts';
import {
  areaOf,
  channelsOf,
  isConvolution,
  nameOf,
  networkOf,
  reportAt,
  smallest,
  strides,
} from '../network.ts';
import { phrases } from '../phrases.ts';
import { layerAt, rowFrom, rowLayer, rowOf } from '../rows.ts';
import { conv, network } from '../rule-examples.ts';

const say = phrases('deep-stem', {
  large:
    '{{name}} begins the network with a {{kernel}} window of {{weights}} weights and {{macs}} multiply-adds; 3×3 convolutions of {{half}}, {{half}} and {{channels}} filters take {{after}} weights and {{afterMacs}} multiply-adds, and put two non-linearities in between.',
});

export const deepStem = defineRule({
  says: say,
  title: 'Three 3×3 convolutions instead of a 7×7 stem',
  why: `A 7×7 costs 49/9 = 5.4 times as much as a 3×3 with the same channels. Three 3×3 convolutions (stride 2, 1, 1; 32, 32 and 64
filters) see further, put two more non-linearities in between, and made ResNet-50 more accurate (ResNet-C); Inception-v2 and
Inception-v3 begin so. They cost more multiply-adds in all, since they run on a large map with more input channels: the message says how many.`,
  source:
    'He, Zhang, Zhang, Zhang, Xie and Li 2018 (Bag of tricks for image classification); Szegedy et al. 2015 (Rethinking the Inception architecture)',
  severity: 'info',
  presets: ['bag-of-tricks', 'inception-v3'],
  contradicts: {
    'patchify-stem':
      'ConvNeXt cuts the picture into patches that do not overlap, the opposite of a deep stem.',
  },
  options: {
    minKernel: param.int({
      title: 'From kernel',
      doc: 'Smaller windows are left alone.',
      default: 7,
      min: 2,
    }),
  },
  *check({ analysis, options }) {
    const stem = networkOf(analysis).steps.find(isConvolution);
    const { window, into, out } = stem ?? {};
    if (!stem || !window || !strides(stem) || smallest(window.kernel) < options.minKernel) return;
    const [from, channels] = [channelsOf(into) ?? 0, channelsOf(out) ?? 0];
    const half = Math.ceil(channels / 2);
    const after = 9 * (from * half + half * half + half * channels);
    const says = say('large', {
      name: nameOf(stem),
      kernel: window.kernel.join('×'),
      weights: stem.weights,
      macs: stem.macs,
      half,
      channels,
      after,
      afterMacs: after * areaOf(out),
    });
    const small = { kernel: [3, 3], padding: [1, 1, 1, 1] };
    const behind = (width: number) => rowLayer('conv2d', { ...small, channels: width });
    yield reportAt(stem, says, undefined, () => ({
      now: rowOf(stem),
      kept: rowFrom(into, layerAt(stem, { ...small, channels: half }), behind(half), behind(channels)),
    }));
  },
  examples: [
    {
      title: 'The stem of ResNet',
      spec: network([3, 224, 224], conv('conv1', 64, { kernel: 7, stride: 2, padding: 3 })),
      finds: ['conv1'],
    },
    {
      title: 'The stem of ResNet-C',
      spec: network([3, 224, 224], conv('conv1', 32, { stride: 2 }), conv('conv2', 32), conv('conv3', 64)),
      finds: [],
    },
  ],
});
