import type { ParamValues } from '../schema/params.ts';
import { NetworkBuilder } from './builder.ts';
import type { ZooEntry } from './define.ts';

/** 1×1, 3×3 reduce, 3×3, 5×5 reduce, 5×5, pool projection: table 1 of the paper. */
const modules: Readonly<Record<string, readonly [number, number, number, number, number, number]>> = {
  '3a': [64, 96, 128, 16, 32, 32],
  '3b': [128, 128, 192, 32, 96, 64],
  '4a': [192, 96, 208, 16, 48, 64],
  '4b': [160, 112, 224, 24, 64, 64],
  '4c': [128, 128, 256, 24, 64, 64],
  '4d': [112, 144, 288, 32, 64, 64],
  '4e': [256, 160, 320, 32, 128, 128],
  '5a': [256, 160, 320, 32, 128, 128],
  '5b': [384, 192, 384, 48, 128, 128],
};

function build(paper: boolean) {
  const b = new NetworkBuilder();
  const unit = (id: string, channels: number, kernel: number, stride: number): void => {
    const pad = (kernel - 1) / 2;
    if (!paper) {
      b.add(id, 'convBnRelu', {
        channels,
        kernel: [kernel, kernel],
        stride: [stride, stride],
        padding: [pad, pad, pad, pad],
        epsilon: 0.001,
      });
      return;
    }
    b.conv(id, channels, kernel, { stride, padding: pad });
    b.add(`${id}_relu`, 'relu');
  };
  const stages = (names: readonly string[]): void => {
    for (const name of names) {
      const [c1, r3, c3, r5, c5, pool] = modules[name]!;
      const form: ParamValues = paper ? {} : { largest: '3x3', batchNorm: true };
      b.add(`inception${name}`, 'inception', { c1, r3, c3, r5, c5, pool, ...form });
    }
  };
  b.input(3, 224);
  unit('conv1', 64, 7, 2);
  b.maxPool('maxpool1', 3, 2, { ceilMode: true });
  if (paper) b.add('norm1', 'localResponseNorm', { size: 5, alpha: 1e-4, beta: 0.75, k: 1 });
  unit('conv2', 64, 1, 1);
  unit('conv3', 192, 3, 1);
  if (paper) b.add('norm2', 'localResponseNorm', { size: 5, alpha: 1e-4, beta: 0.75, k: 1 });
  b.maxPool('maxpool2', 3, 2, { ceilMode: true });
  stages(['3a', '3b']);
  b.maxPool('maxpool3', 3, 2, { ceilMode: true });
  stages(['4a', '4b', '4c', '4d', '4e']);
  b.maxPool('maxpool4', paper ? 3 : 2, 2, { ceilMode: true });
  stages(['5a', '5b']);
  b.add('avgpool', 'globalAvgPool');
  b.add('dropout', 'dropout', { rate: paper ? 0.4 : 0.2 });
  b.add('fc', 'linear', { features: 1000 });
  if (paper) b.add('prob', 'softmax');
  b.add('output', 'output');
  return paper
    ? b.design(
        'GoogLeNet (paper)',
        'Biases, response normalisation and 5×5 branches, as in the paper; no auxiliary heads.',
      )
    : b.design(
        'GoogLeNet',
        "torchvision's form: batch norm, and 3×3 where the paper has 5×5; no auxiliary heads.",
      );
}

const summary =
  'Efficiency: an aggressive stem, inception modules, and global average pooling instead of FC layers.';

export const googlenet: ZooEntry = {
  id: 'googlenet',
  title: 'GoogLeNet',
  family: 'GoogLeNet',
  year: 2014,
  source: 'Szegedy et al. 2014, as in torchvision: batch norm, 3×3 for 5×5',
  summary,
  featured: true,
  build: () => build(false),
};

export const googlenetPaper: ZooEntry = {
  id: 'googlenet-paper',
  title: 'GoogLeNet (paper)',
  family: 'GoogLeNet',
  year: 2014,
  source: 'Szegedy et al. 2014, table 1',
  summary,
  build: () => build(true),
};
