import { NetworkBuilder } from './builder.ts';
import type { ZooEntry } from './define.ts';

function classifier(b: NetworkBuilder, widths: readonly [number, number, number], dropout = 0.5): void {
  b.add('flatten', 'flatten');
  for (const [i, features] of widths.entries()) {
    if (i < 2 && dropout > 0) b.add(`drop${i + 6}`, 'dropout', { rate: dropout });
    b.add(`fc${i + 6}`, 'linear', { features });
    if (i < 2) b.add(`relu${i + 6}`, 'relu');
  }
}

/** Convolutions 1 to 5 of the single-tower form. */
function tower(b: NetworkBuilder): void {
  b.conv('conv1', 64, 11, { stride: 4, padding: 2 });
  b.add('relu1', 'relu');
  b.maxPool('pool1', 3, 2);
  b.conv('conv2', 192, 5, { padding: 2 });
  b.add('relu2', 'relu');
  b.maxPool('pool2', 3, 2);
  for (const [i, channels] of [384, 256, 256].entries()) {
    b.conv(`conv${i + 3}`, channels, 3, { padding: 1 });
    b.add(`relu${i + 3}`, 'relu');
  }
  b.maxPool('pool5', 3, 2);
}

const summary = 'Five convolutions and three fully connected layers: deep learning wins ImageNet.';

function single(extent: number, name: string, notes: string) {
  const b = new NetworkBuilder();
  b.input(3, extent);
  tower(b);
  classifier(b, [4096, 4096, 1000]);
  b.add('output', 'output');
  return b.design(name, notes);
}

export const alexnetLecture: ZooEntry = {
  id: 'alexnet-lecture',
  title: 'AlexNet (lecture, 227)',
  family: 'AlexNet',
  year: 2012,
  source: 'EECS 498-007, lecture 8: one tower at 227×227',
  summary,
  build: () => single(227, 'AlexNet (lecture)', 'AlexNet as in the lecture: one tower, 227×227.'),
};

export const alexnet: ZooEntry = {
  id: 'alexnet',
  title: 'AlexNet',
  family: 'AlexNet',
  year: 2012,
  source: 'Krizhevsky 2014 (one weird trick), as in torchvision: one tower at 224×224',
  summary,
  featured: true,
  build: () => single(224, 'AlexNet', "torchvision's AlexNet: one tower, 224×224."),
};

export const alexnetOriginal: ZooEntry = {
  id: 'alexnet-original',
  title: 'AlexNet (two groups)',
  family: 'AlexNet',
  year: 2012,
  source:
    'Krizhevsky et al. 2012, as in Caffe (bvlc_alexnet): two groups for two GPUs, response normalisation',
  summary: 'The original, split over two GTX 580 with 3 GB each.',
  build() {
    const b = new NetworkBuilder();
    b.input(3, 227);
    for (const [i, { channels, kernel, ...options }] of [
      { channels: 96, kernel: 11, stride: 4 },
      { channels: 256, kernel: 5, padding: 2, groups: 2 },
      { channels: 384, kernel: 3, padding: 1 },
      { channels: 384, kernel: 3, padding: 1, groups: 2 },
      { channels: 256, kernel: 3, padding: 1, groups: 2 },
    ].entries()) {
      b.conv(`conv${i + 1}`, channels, kernel, options);
      b.add(`relu${i + 1}`, 'relu');
      if (i < 2) b.add(`norm${i + 1}`, 'localResponseNorm', { size: 5, alpha: 1e-4, beta: 0.75, k: 1 });
      if (i < 2 || i === 4) b.maxPool(`pool${i + 1}`, 3, 2, { ceilMode: true });
    }
    classifier(b, [4096, 4096, 1000]);
    b.add('prob', 'softmax');
    b.add('output', 'output');
    return b.design('AlexNet (two groups)', 'AlexNet with the groups of its two GPUs, as in Caffe.');
  },
};

/** A bigger AlexNet: a finer first layer and more filters later. */
function zeiler(name: string, notes: string, { late, fully, padding, poolPadding }: ZeilerForm) {
  const b = new NetworkBuilder();
  b.input(3, 224);
  b.conv('conv1', 96, 7, { stride: 2, padding });
  b.add('relu1', 'relu');
  b.add('norm1', 'localResponseNorm', { size: 5, alpha: 5e-4, beta: 0.75, k: 2 });
  b.maxPool('pool1', 3, 2, { padding: poolPadding });
  b.conv('conv2', 256, 5, { stride: 2 });
  b.add('relu2', 'relu');
  b.add('norm2', 'localResponseNorm', { size: 5, alpha: 5e-4, beta: 0.75, k: 2 });
  b.maxPool('pool2', 3, 2, { padding: poolPadding });
  for (const [i, channels] of late.entries()) {
    b.conv(`conv${i + 3}`, channels, 3, { padding: 1 });
    b.add(`relu${i + 3}`, 'relu');
  }
  b.maxPool('pool5', 3, 2, { ceilMode: true });
  classifier(b, fully, padding === 0 ? 0 : 0.5);
  b.add('prob', 'softmax');
  b.add('output', 'output');
  return b.design(name, notes);
}

interface ZeilerForm {
  readonly late: readonly [number, number, number];
  readonly fully: readonly [number, number, number];
  readonly padding: number;
  readonly poolPadding: number;
}

export const zfnet: ZooEntry = {
  id: 'zfnet',
  title: 'ZFNet',
  family: 'ZFNet',
  year: 2013,
  source:
    'Zeiler and Fergus 2013, figure 3, with the filters of their best model (512, 1024, 512) as in the lecture',
  summary: 'A bigger AlexNet: 7×7 stride 2 first, more filters later, found by looking at feature maps.',
  featured: true,
  build: () =>
    zeiler('ZFNet', 'A bigger AlexNet: 7×7 stride 2 first, more filters later.', {
      late: [512, 1024, 512],
      fully: [4096, 4096, 1000],
      padding: 1,
      poolPadding: 1,
    }),
};

export const zfnet512: ZooEntry = {
  id: 'zfnet512',
  title: 'ZFNet-512',
  family: 'ZFNet',
  year: 2013,
  source: 'Zeiler and Fergus 2013, as in the ONNX model zoo (zfnet512)',
  summary: 'The 512-filter form that the ONNX model zoo carries.',
  build: () =>
    zeiler('ZFNet-512', 'The form of the ONNX model zoo.', {
      late: [512, 512, 512],
      fully: [4096, 1024, 1000],
      padding: 0,
      poolPadding: 0,
    }),
};
