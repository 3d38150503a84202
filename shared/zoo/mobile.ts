import { makeDivisible } from '../base/rounding.ts';
import type { Activation } from '../blocks/activation.ts';
import { NetworkBuilder } from './builder.ts';
import type { ZooEntry } from './define.ts';

/** MobileNetV1 at one width: every convolution after the first split into a depthwise one and a 1×1. */
export const mobilenetV1: ZooEntry = {
  id: 'mobilenet_v1',
  title: 'MobileNetV1',
  family: 'MobileNet',
  year: 2017,
  source: 'Howard et al. 2017, table 1',
  summary: 'Depthwise separable convolutions from end to end, for phones.',
  build() {
    const b = new NetworkBuilder();
    b.input(3, 224);
    b.unit('conv1', 32, 3, { stride: 2 });
    let channels = 32;
    const units = [
      [64, 1],
      [128, 2],
      [128, 1],
      [256, 2],
      [256, 1],
      [512, 2],
      ...Array.from({ length: 5 }, () => [512, 1] as const),
      [1024, 2],
      [1024, 1],
    ] as const;
    for (const [i, [wider, stride]] of units.entries()) {
      b.unit(`depthwise${i + 1}`, channels, 3, { stride, groups: channels });
      b.unit(`pointwise${i + 1}`, wider, 1);
      channels = wider;
    }
    b.classify('fc');
    return b.design('MobileNetV1', 'Width multiplier 1, 224×224.');
  },
};

export const mobilenetV2: ZooEntry = {
  id: 'mobilenet_v2',
  title: 'MobileNetV2',
  family: 'MobileNet',
  year: 2018,
  source: 'Sandler et al. 2018, table 2, as in torchvision',
  summary: 'Depthwise convolutions between thin bottlenecks, for phones.',
  build: () => mobileNetV2(1),
};

/** MobileNetV2 with all widths times `alpha`, rounded as its authors do. */
export function mobileNetV2(alpha: number) {
  const b = new NetworkBuilder();
  const activation = 'relu6';
  b.input(3, 224);
  let channels = makeDivisible(32 * alpha);
  b.unit('features.0', channels, 3, { stride: 2, activation });
  let at = 1;
  for (const [times, out, repeat, firstStride] of [
    [1, 16, 1, 1],
    [6, 24, 2, 2],
    [6, 32, 3, 2],
    [6, 64, 4, 2],
    [6, 96, 3, 1],
    [6, 160, 3, 2],
    [6, 320, 1, 1],
  ] as const) {
    const wanted = makeDivisible(out * alpha);
    for (let i = 0; i < repeat; i++) {
      const stride = i === 0 ? firstStride : 1;
      b.add(`features.${at++}`, 'invertedResidual', {
        channels: wanted,
        expanded: channels * times,
        expand: times > 1,
        stride: [stride, stride],
        shortcut: stride === 1 && channels === wanted,
        activation,
      });
      channels = wanted;
    }
  }
  b.unit('features.18', makeDivisible(1280 * Math.max(1, alpha)), 1, { activation });
  b.add('avgpool', 'globalAvgPool');
  b.add('classifier.0', 'dropout', { rate: 0.2 });
  b.add('classifier.1', 'linear', { features: 1000 });
  b.add('output', 'output');
  return b.design('MobileNetV2', 'Inverted residuals with linear bottlenecks.');
}

type V3Unit = readonly [kernel: 3 | 5, expanded: number, out: number, se: 0 | 1, hard: 0 | 1, stride: 1 | 2];

/** Tables 1 and 2 of the paper. */
const v3: Readonly<Record<'large' | 'small', { readonly units: readonly V3Unit[]; readonly last: number }>> =
  {
    large: {
      units: [
        [3, 16, 16, 0, 0, 1],
        [3, 64, 24, 0, 0, 2],
        [3, 72, 24, 0, 0, 1],
        [5, 72, 40, 1, 0, 2],
        [5, 120, 40, 1, 0, 1],
        [5, 120, 40, 1, 0, 1],
        [3, 240, 80, 0, 1, 2],
        [3, 200, 80, 0, 1, 1],
        [3, 184, 80, 0, 1, 1],
        [3, 184, 80, 0, 1, 1],
        [3, 480, 112, 1, 1, 1],
        [3, 672, 112, 1, 1, 1],
        [5, 672, 160, 1, 1, 2],
        [5, 960, 160, 1, 1, 1],
        [5, 960, 160, 1, 1, 1],
      ],
      last: 1280,
    },
    small: {
      units: [
        [3, 16, 16, 1, 0, 2],
        [3, 72, 24, 0, 0, 2],
        [3, 88, 24, 0, 0, 1],
        [5, 96, 40, 1, 1, 2],
        [5, 240, 40, 1, 1, 1],
        [5, 240, 40, 1, 1, 1],
        [5, 120, 48, 1, 1, 1],
        [5, 144, 48, 1, 1, 1],
        [5, 288, 96, 1, 1, 2],
        [5, 576, 96, 1, 1, 1],
        [5, 576, 96, 1, 1, 1],
      ],
      last: 1024,
    },
  };

function mobilenetV3(size: keyof typeof v3): ZooEntry {
  const title = `MobileNetV3 ${size}`;
  const { units, last } = v3[size];
  return {
    id: `mobilenet_v3_${size}`,
    title,
    family: 'MobileNet',
    year: 2019,
    source: `Howard et al. 2019, table ${size === 'large' ? 1 : 2}, as in torchvision`,
    summary: 'Found by search, with squeeze-excite and hard swish, for phones.',
    build() {
      const b = new NetworkBuilder();
      const epsilon = 0.001;
      const hard: Activation = 'hardSwish';
      b.input(3, 224);
      b.unit('features.0', 16, 3, { stride: 2, activation: hard, epsilon });
      let channels = 16;
      for (const [i, [kernel, expanded, out, se, isHard, stride]] of units.entries()) {
        const pad = (kernel - 1) / 2;
        b.add(`features.${i + 1}`, 'invertedResidual', {
          channels: out,
          expanded,
          expand: expanded !== channels,
          kernel: [kernel, kernel],
          padding: [pad, pad, pad, pad],
          stride: [stride, stride],
          shortcut: stride === 1 && channels === out,
          activation: isHard ? hard : 'relu',
          epsilon,
          ...(se ? { squeezeExcite: 'hardSigmoid', squeezed: makeDivisible(expanded / 4) } : {}),
        });
        channels = out;
      }
      b.unit(`features.${units.length + 1}`, 6 * channels, 1, { activation: hard, epsilon });
      b.add('avgpool', 'globalAvgPool');
      b.add('classifier.0', 'linear', { features: last });
      b.add('classifier.1', 'hardSwish');
      b.add('classifier.2', 'dropout', { rate: 0.2 });
      b.add('classifier.3', 'linear', { features: 1000 });
      b.add('output', 'output');
      return b.design(title, 'Inverted residuals found by search.');
    },
  };
}

export const mobilenetV3s: readonly ZooEntry[] = (['large', 'small'] as const).map(mobilenetV3);

/** MNASNet-A1's cousin without squeeze-excite, B1, at several widths. */
function mnasnet(alpha: number): ZooEntry {
  const name = alpha.toFixed(2).replace(/0$/, '').replace('.', '_');
  const title = `MNASNet ${alpha.toFixed(2).replace(/0$/, '')}`;
  return {
    id: `mnasnet${name}`,
    title,
    family: 'MNASNet',
    year: 2018,
    source: 'Tan et al. 2018, MnasNet-B1, as in torchvision',
    summary: 'Searched for with the time on a phone as part of the goal.',
    build() {
      const b = new NetworkBuilder();
      const width = (channels: number): number => makeDivisible(channels * alpha);
      const stem = width(32);
      b.input(3, 224);
      b.unit('layers.0', stem, 3, { stride: 2 });
      b.unit('layers.3', stem, 3, { groups: stem });
      let channels = width(16);
      b.conv('layers.6', channels, 1, { bias: false });
      b.add('layers.7', 'batchNorm');
      const stacks = [
        [3, 2, 3, 24, 3],
        [5, 2, 3, 40, 3],
        [5, 2, 6, 80, 3],
        [3, 1, 6, 96, 2],
        [5, 2, 6, 192, 4],
        [3, 1, 6, 320, 1],
      ] as const;
      for (const [i, [kernel, firstStride, times, out, repeat]] of stacks.entries()) {
        const pad = (kernel - 1) / 2;
        for (let j = 0; j < repeat; j++) {
          const stride = j === 0 ? firstStride : 1;
          b.add(`layers.${i + 8}.${j}`, 'invertedResidual', {
            channels: width(out),
            expanded: channels * times,
            kernel: [kernel, kernel],
            padding: [pad, pad, pad, pad],
            stride: [stride, stride],
            shortcut: stride === 1 && channels === width(out),
          });
          channels = width(out);
        }
      }
      b.unit('layers.14', 1280, 1);
      b.add('avgpool', 'globalAvgPool');
      b.add('classifier.0', 'dropout', { rate: 0.2 });
      b.add('classifier.1', 'linear', { features: 1000 });
      b.add('output', 'output');
      return b.design(title, `Width multiplier ${alpha}.`);
    },
  };
}

export const mnasnets: readonly ZooEntry[] = [0.5, 0.75, 1, 1.3].map(mnasnet);

/** Channels of the stem, the three stages and the last convolution: table 5 of the paper. */
const shuffleWidths = {
  '0_5': [24, 48, 96, 192, 1024],
  '1_0': [24, 116, 232, 464, 1024],
  '1_5': [24, 176, 352, 704, 1024],
  '2_0': [24, 244, 488, 976, 2048],
} as const;

function shufflenetV2(size: keyof typeof shuffleWidths): ZooEntry {
  const title = `ShuffleNetV2 ×${size.replace('_', '.')}`;
  const [stem, first, second, third, last] = shuffleWidths[size];
  return {
    id: `shufflenet_v2_x${size}`,
    title,
    family: 'ShuffleNet',
    year: 2018,
    source: 'Ma et al. 2018, table 5, as in torchvision',
    summary: 'Made for measured time instead of counted operations.',
    build() {
      const b = new NetworkBuilder();
      b.input(3, 224);
      b.unit('conv1', stem, 3, { stride: 2 });
      b.maxPool('maxpool', 3, 2, { padding: 1 });
      let inputChannels: number = stem;
      for (const [stage, channels, units] of [
        [2, first, 4],
        [3, second, 8],
        [4, third, 4],
      ] as const) {
        b.add(`stage${stage}.0`, 'shuffleUnit', { channels, inputChannels, downsample: true });
        for (let i = 1; i < units; i++) b.add(`stage${stage}.${i}`, 'shuffleUnit', { channels });
        inputChannels = channels;
      }
      b.unit('conv5', last, 1);
      b.classify('fc');
      return b.design(title, 'Channels are split, worked on by halves, and shuffled.');
    },
  };
}

export const shufflenets: readonly ZooEntry[] = (
  Object.keys(shuffleWidths) as (keyof typeof shuffleWidths)[]
).map(shufflenetV2);
