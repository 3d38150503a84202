import { NetworkBuilder } from './builder.ts';
import type { ZooEntry } from './define.ts';

/** Boxes at each position of the six maps, and classes, background among them. */
const boxes = [4, 6, 6, 6, 4, 4];
const classes = 91;

export const ssd300: ZooEntry = {
  id: 'ssd300_vgg16',
  title: 'SSD300 (VGG-16)',
  family: 'SSD',
  year: 2015,
  source: 'Liu et al. 2015, base and heads, as in torchvision: 91 classes',
  summary: 'Boxes of six sizes answered by six maps of one network, in one pass.',
  build() {
    const b = new NetworkBuilder();
    b.input(3, 300);
    const conv = (id: string, channels: number, kernel: number, options = {}): string => {
      b.conv(id, channels, kernel, options);
      return b.add(`${id}_relu`, 'relu');
    };
    const maps: string[] = [];
    for (const [stage, convolutions] of [2, 2, 3, 3].entries()) {
      for (let i = 1; i <= convolutions; i++)
        conv(`conv${stage + 1}_${i}`, Math.min(512, 64 << stage), 3, { padding: 1 });
      if (stage < 3) b.maxPool(`pool${stage + 1}`, 2, 2, { ceilMode: stage === 2 });
    }
    const before = b.last;
    // The fourth map is of another scale than the rest: normalised, then scaled by a learned factor per channel.
    const norm = b.add('norm4', 'lpNorm', { axis: 1, p: 2 }, before);
    const scale = b.add('scale_weight', 'constant', { shape: [512, 1, 1], learned: true });
    maps.push(b.add('scaled4', 'multiply', {}, norm, scale));
    b.add('pool4', 'maxPool', { kernel: [2, 2], stride: [2, 2] }, before);
    for (const i of [1, 2, 3]) conv(`conv5_${i}`, 512, 3, { padding: 1 });
    b.maxPool('pool5', 3, 1, { padding: 1 });
    b.add('fc6', 'conv2d', {
      channels: 1024,
      kernel: [3, 3],
      padding: [6, 6, 6, 6],
      dilation: [6, 6],
    });
    b.add('fc6_relu', 'relu');
    maps.push(conv('fc7', 1024, 1));
    for (const [i, [narrow, wide, options]] of (
      [
        [256, 512, { stride: 2, padding: 1 }],
        [128, 256, { stride: 2, padding: 1 }],
        [128, 256, {}],
        [128, 256, {}],
      ] as const
    ).entries()) {
      conv(`conv${i + 8}_1`, narrow, 1);
      maps.push(conv(`conv${i + 8}_2`, wide, 3, options));
    }
    for (const [what, values] of [
      ['classes', classes],
      ['boxes', 4],
    ] as const) {
      const answers = maps.map((map, i) => {
        b.conv(`${what}${i + 1}`, boxes[i]! * values, 3, { padding: 1, from: map });
        b.add(`${what}${i + 1}_last`, 'transpose', { perm: [0, 2, 3, 1] });
        return b.add(`${what}${i + 1}_rows`, 'reshape', { shape: [0, -1, values] });
      });
      b.add(what, 'concat', { axis: 1 }, ...answers);
      b.add(`${what}_output`, 'output');
    }
    return b.design('SSD300', '8,732 boxes, each with scores of 91 classes.');
  },
};
