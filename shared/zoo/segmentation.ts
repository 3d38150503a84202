import { NetworkBuilder } from './builder.ts';
import type { ZooEntry } from './define.ts';
import { stages } from './resnet.ts';

/** Two 3×3 convolutions without padding, as the paper has them. */
function twice(b: NetworkBuilder, id: string, channels: number): string {
  for (const i of [1, 2]) {
    b.conv(`${id}_conv${i}`, channels, 3);
    b.add(`${id}_relu${i}`, 'relu');
  }
  return b.last;
}

const unet: ZooEntry = {
  id: 'unet',
  title: 'U-Net',
  family: 'U-Net',
  year: 2015,
  source: 'Ronneberger et al. 2015, figure 1: 572×572, no padding, two classes',
  summary: 'Down and up again, with what was seen on the way down put beside it on the way up.',
  build() {
    const b = new NetworkBuilder();
    b.input(1, 572);
    const levels = [64, 128, 256, 512];
    // Height and width of what each level keeps, and of what comes up to it: without padding the middle is cut out.
    const kept = [568, 280, 136, 64];
    const needed = [392, 200, 104, 56];
    const seen = levels.map((channels, i) => {
      const last = twice(b, `down${i + 1}`, channels);
      b.maxPool(`pool${i + 1}`, 2, 2);
      return last;
    });
    twice(b, 'bottom', 1024);
    for (const [step, channels] of levels.toReversed().entries()) {
      const level = levels.length - 1 - step;
      const name = `up${level + 1}`;
      const up = b.add(name, 'convTranspose2d', { channels, kernel: [2, 2], stride: [2, 2] });
      const start = (kept[level]! - needed[level]!) / 2;
      const end = start + needed[level]!;
      const crop = b.add(
        `${name}_crop`,
        'slice',
        { starts: [start, start], ends: [end, end], axes: [2, 3] },
        seen[level]!,
      );
      b.add(`${name}_concat`, 'concat', {}, crop, up);
      twice(b, name, channels);
    }
    b.conv('classes', 2, 1);
    b.add('output', 'output');
    return b.design('U-Net', 'Contracting and expanding path, four levels each.');
  },
};

const fcn8s: ZooEntry = {
  id: 'fcn8s',
  title: 'FCN-8s',
  family: 'FCN',
  year: 2014,
  source: 'Long et al. 2014, as its authors published it for Caffe: VGG-16 padded by 100, 21 classes',
  summary: 'A classifier that answers at every pixel, sharpened by what earlier layers saw.',
  build() {
    const b = new NetworkBuilder();
    const extent = 384;
    b.input(3, extent);
    const pools: string[] = [];
    for (const [stage, convolutions] of [2, 2, 3, 3, 3].entries()) {
      for (let i = 1; i <= convolutions; i++) {
        const name = `${stage + 1}_${i}`;
        // So much that whatever the size of the picture, the crops below find what they need.
        const padding = name === '1_1' ? 100 : 1;
        b.conv(`conv${name}`, Math.min(512, 64 << stage), 3, { padding });
        b.add(`relu${name}`, 'relu');
      }
      pools.push(b.maxPool(`pool${stage + 1}`, 2, 2, { ceilMode: true }));
    }
    for (const [i, kernel] of [7, 1].entries()) {
      b.conv(`fc${i + 6}`, 4096, kernel);
      b.add(`relu${i + 6}`, 'relu');
      b.add(`drop${i + 6}`, 'dropout', { rate: 0.5 });
    }
    b.conv('score_fr', 21, 1);
    const up = (id: string, factor: number): string =>
      b.add(id, 'convTranspose2d', {
        channels: 21,
        kernel: [2 * factor, 2 * factor],
        stride: [factor, factor],
        bias: false,
      });
    const crop = (id: string, start: number, size: number): string =>
      b.add(id, 'slice', { starts: [start, start], ends: [start + size, start + size], axes: [2, 3] });
    const twice = up('upscore2', 2);
    b.conv('score_pool4', 21, 1, { from: pools[3]! });
    b.add('fuse_pool4', 'add', {}, twice, crop('score_pool4c', 5, 28));
    const fourTimes = up('upscore_pool4', 2);
    b.conv('score_pool3', 21, 1, { from: pools[2]! });
    b.add('fuse_pool3', 'add', {}, fourTimes, crop('score_pool3c', 9, 58));
    up('upscore8', 8);
    crop('score', 31, extent);
    b.add('output', 'output');
    return b.design('FCN-8s', 'Scores at strides 32, 16 and 8, added up.');
  },
};

/**
 * ResNet at output stride 8: the last two stages dilate instead of striding; the first block of each still has the distance of
 * the stage before.
 */
function dilatedResnet(b: NetworkBuilder, depth: 50 | 101): void {
  b.unit('backbone.conv1', 64, 7, { stride: 2 });
  b.maxPool('backbone.maxpool', 3, 2, { padding: 1 });
  const distances = [
    [1, 1],
    [2, 1],
    [1, 2],
    [1, 4],
  ] as const;
  for (const [stage, [stride, dilation]] of distances.entries()) {
    for (let i = 0; i < stages[depth][stage]!; i++) {
      const first = i === 0;
      const step = first ? stride : 1;
      const apart = first ? Math.max(1, dilation / 2) : dilation;
      b.add(`backbone.layer${stage + 1}.${i}`, 'bottleneck', {
        channels: 64 << stage,
        stride: [step, step],
        dilation: [apart, apart],
        shortcut: first ? 'projection' : 'identity',
      });
    }
  }
}

const withoutAuxiliary = 'without the auxiliary head';
/** As torchvision judges them; at 224×224 the largest rate of ASPP would be wider than its map. */
const extent = 520;

function deeplabV3(depth: 50 | 101): ZooEntry {
  return {
    id: `deeplabv3_resnet${depth}`,
    title: `DeepLab-v3 (ResNet-${depth})`,
    family: 'DeepLab',
    year: 2017,
    source: `Chen et al. 2017, output stride 8, as in torchvision, ${withoutAuxiliary}`,
    summary: 'Dilation in the place of strides, and several reaches side by side.',
    build() {
      const b = new NetworkBuilder();
      b.input(3, extent);
      dilatedResnet(b, depth);
      b.add('classifier.0', 'aspp', { rates: [12, 24, 36], height: extent / 8, width: extent / 8 });
      b.unit('classifier.1', 256, 3);
      b.conv('classifier.4', 21, 1);
      b.add('upsample', 'resize', { size: [extent, extent], mode: 'linear' });
      b.add('output', 'output');
      return b.design('DeepLab-v3', `ResNet-${depth} at output stride 8, ASPP, and one head.`);
    },
  };
}

/** The first fully convolutional head on a deeper backbone: two convolutions, enlarged at once. */
function fcn(depth: 50 | 101): ZooEntry {
  return {
    id: `fcn_resnet${depth}`,
    title: `FCN (ResNet-${depth})`,
    family: 'FCN',
    year: 2014,
    source: `Long et al. 2014 on ResNet-${depth} at output stride 8, as in torchvision, ${withoutAuxiliary}`,
    summary: 'A classifier that answers at every pixel, enlarged at once.',
    build() {
      const b = new NetworkBuilder();
      b.input(3, extent);
      dilatedResnet(b, depth);
      b.unit('classifier.0', 512, 3);
      b.add('classifier.3', 'dropout', { rate: 0.1 });
      b.conv('classifier.4', 21, 1);
      b.add('upsample', 'resize', { size: [extent, extent], mode: 'linear' });
      b.add('output', 'output');
      return b.design(`FCN (ResNet-${depth})`, `ResNet-${depth} at output stride 8, and one head.`);
    },
  };
}

export const segmenting: readonly ZooEntry[] = [
  fcn8s,
  ...([50, 101] as const).map(fcn),
  unet,
  ...([50, 101] as const).map(deeplabV3),
];
