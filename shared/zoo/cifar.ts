import { NetworkBuilder } from './builder.ts';
import type { ZooEntry } from './define.ts';

/** 6n + 2 layers for pictures of 32×32: three stages of n blocks. */
function resnet(depth: 20 | 56 | 110): ZooEntry {
  const title = `ResNet-${depth} (CIFAR)`;
  return {
    id: `resnet${depth}_cifar`,
    title,
    family: 'CIFAR',
    year: 2015,
    source: 'He et al. 2015, section 4.2, with projections where channels change (option B)',
    summary: 'How deep can a network for small pictures be?',
    build() {
      const b = new NetworkBuilder();
      b.input(3, 32);
      b.unit('conv1', 16, 3);
      for (let stage = 0; stage < 3; stage++) {
        for (let i = 0; i < (depth - 2) / 6; i++) {
          const changes = stage > 0 && i === 0;
          b.add(`layer${stage + 1}.${i}`, 'residual', {
            channels: 16 << stage,
            stride: changes ? [2, 2] : [1, 1],
            shortcut: changes ? 'projection' : 'identity',
          });
        }
      }
      b.classify('fc', 10);
      return b.design(title, 'Three stages of 16, 32 and 64 channels.');
    },
  };
}

export const cifarResnets: readonly ZooEntry[] = ([20, 56, 110] as const).map(resnet);

export const networkInNetwork: ZooEntry = {
  id: 'nin_cifar',
  title: 'Network in Network (CIFAR)',
  family: 'CIFAR',
  year: 2013,
  source: 'Lin et al. 2013, as its authors published it for Caffe',
  summary: 'A small network at every position: 1×1 convolutions, and no fully connected layer.',
  build() {
    const b = new NetworkBuilder();
    b.input(3, 32);
    let count = 0;
    const conv = (channels: number, kernel: number): void => {
      b.conv(`conv${++count}`, channels, kernel, { padding: (kernel - 1) / 2 });
      b.add(`relu${count}`, 'relu');
    };
    for (const [channels, kernel] of [
      [192, 5],
      [160, 1],
      [96, 1],
    ] as const)
      conv(channels, kernel);
    b.maxPool('pool1', 3, 2, { ceilMode: true });
    b.add('drop1', 'dropout', { rate: 0.5 });
    for (const [channels, kernel] of [
      [192, 5],
      [192, 1],
      [192, 1],
    ] as const)
      conv(channels, kernel);
    b.add('pool2', 'avgPool', { kernel: [3, 3], stride: [2, 2], ceilMode: true });
    b.add('drop2', 'dropout', { rate: 0.5 });
    for (const [channels, kernel] of [
      [192, 3],
      [192, 1],
      [10, 1],
    ] as const)
      conv(channels, kernel);
    b.add('pool3', 'globalAvgPool');
    b.add('output', 'output');
    return b.design('Network in Network', 'The last maps are the classes: their means are the scores.');
  },
};

/** VGG's tables for pictures of 32×32, with batch norm and one fully connected layer. */
const vggStages = {
  11: [1, 1, 2, 2, 2],
  13: [2, 2, 2, 2, 2],
  16: [2, 2, 3, 3, 3],
  19: [2, 2, 4, 4, 4],
} as const;

function vgg(depth: keyof typeof vggStages): ZooEntry {
  const title = `VGG-${depth} (CIFAR)`;
  return {
    id: `vgg${depth}_cifar`,
    title,
    family: 'CIFAR',
    year: 2014,
    source: `Simonyan and Zisserman 2014, the convolutions of VGG-${depth} with batch norm, as usual for CIFAR-10`,
    summary: "VGG's rules on small pictures.",
    build() {
      const b = new NetworkBuilder();
      b.input(3, 32);
      for (const [stage, convolutions] of vggStages[depth].entries()) {
        for (let i = 1; i <= convolutions; i++) {
          const name = `${stage + 1}_${i}`;
          b.conv(`conv${name}`, Math.min(512, 64 << stage), 3, { padding: 1 });
          b.add(`bn${name}`, 'batchNorm');
          b.silence(
            `conv${name}`,
            'redundant-bias-before-bn',
            'The published count of parameters has it: the usual bias is on before each nn.BatchNorm2d.',
          );
          b.add(`relu${name}`, 'relu');
        }
        b.maxPool(`pool${stage + 1}`, 2, 2);
      }
      b.add('flatten', 'flatten');
      b.add('classifier', 'linear', { features: 10 });
      b.add('output', 'output');
      return b.design(title, 'Five stages, each ending in a pool.');
    },
  };
}

export const cifarVggs: readonly ZooEntry[] = ([11, 13, 16, 19] as const).map(vgg);
