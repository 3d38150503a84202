import { NetworkBuilder } from './builder.ts';
import type { ZooEntry } from './define.ts';

const source = 'Banbury et al. 2021 (MLPerf Tiny), reference implementation';
const summary = 'One of the four networks that small devices are measured by.';
const family = 'MLPerf Tiny';
const same = { padding: 'same' } as const;

/** The published weights have these biases: the reference models leave the one that Keras gives a layer by itself. */
function keepBiases(b: NetworkBuilder, ...ids: readonly string[]): void {
  for (const id of ids)
    b.silence(
      id,
      'redundant-bias-before-bn',
      "The published weights have it: the benchmark's Keras models leave the usual bias on.",
    );
}

export const tinyResnet8: ZooEntry = {
  id: 'resnet8',
  title: 'ResNet-8 (pictures)',
  family,
  year: 2021,
  source,
  summary,
  build() {
    const b = new NetworkBuilder();
    b.input(3, 32);
    b.conv('conv1', 16, 3, { padding: 1 });
    b.add('bn1', 'batchNorm');
    b.add('relu1', 'relu');
    keepBiases(b, 'conv1');
    for (const [i, [channels, stride]] of (
      [
        [16, 1],
        [32, 2],
        [64, 2],
      ] as const
    ).entries()) {
      const name = `block${i + 1}`;
      const entry = b.last;
      const conv = (id: string, kernel: number, step: number, from?: string): void => {
        b.add(
          id,
          'conv2d',
          { channels, kernel: [kernel, kernel], stride: [step, step], ...same },
          ...(from === undefined ? [] : [from]),
        );
      };
      conv(`${name}_conv1`, 3, stride);
      b.add(`${name}_bn1`, 'batchNorm');
      b.add(`${name}_relu1`, 'relu');
      conv(`${name}_conv2`, 3, 1);
      const branch = b.add(`${name}_bn2`, 'batchNorm');
      keepBiases(b, `${name}_conv1`, `${name}_conv2`);
      if (stride > 1) conv(`${name}_shortcut`, 1, stride, entry);
      b.add(`${name}_add`, 'add', {}, stride > 1 ? b.last : entry, branch);
      b.add(`${name}_relu2`, 'relu');
    }
    b.classify('fc', 10);
    return b.design('ResNet-8', 'Pictures of 32×32 in ten classes.');
  },
};

export const tinyKeywords: ZooEntry = {
  id: 'ds_cnn',
  title: 'DS-CNN (keywords)',
  family,
  year: 2021,
  source,
  summary,
  build() {
    const b = new NetworkBuilder();
    // 49 moments of 10 coefficients each.
    b.input(1, 49, 10);
    b.add('conv1', 'conv2d', { channels: 64, kernel: [10, 4], stride: [2, 2], ...same });
    b.add('bn1', 'batchNorm');
    b.add('relu1', 'relu');
    keepBiases(b, 'conv1');
    b.add('drop1', 'dropout', { rate: 0.2 });
    b.silence('drop1', 'dropout-before-norm', "The benchmark's network drops here, and was trained so.");
    for (let i = 1; i <= 4; i++) {
      b.add(`depthwise${i}`, 'conv2d', { channels: 64, groups: 64, kernel: [3, 3], ...same });
      b.add(`depthwise${i}_bn`, 'batchNorm');
      b.add(`depthwise${i}_relu`, 'relu');
      b.conv(`pointwise${i}`, 64, 1);
      b.add(`pointwise${i}_bn`, 'batchNorm');
      b.add(`pointwise${i}_relu`, 'relu');
      keepBiases(b, `depthwise${i}`, `pointwise${i}`);
    }
    b.add('drop2', 'dropout', { rate: 0.4 });
    b.classify('fc', 12);
    return b.design('DS-CNN', 'Twelve words, heard by depthwise separable convolutions.');
  },
};

export const tinyPerson: ZooEntry = {
  id: 'mobilenet_v1_025',
  title: 'MobileNetV1 ×0.25 (person)',
  family,
  year: 2021,
  source,
  summary,
  build() {
    const b = new NetworkBuilder();
    b.input(3, 96);
    b.add('conv1', 'conv2d', { channels: 8, kernel: [3, 3], stride: [2, 2], ...same });
    b.add('bn1', 'batchNorm');
    b.add('relu1', 'relu');
    keepBiases(b, 'conv1');
    let channels = 8;
    const units = [
      [16, 1],
      [32, 2],
      [32, 1],
      [64, 2],
      [64, 1],
      [128, 2],
      ...Array.from({ length: 5 }, () => [128, 1] as const),
      [256, 2],
      [256, 1],
    ] as const;
    for (const [i, [wider, stride]] of units.entries()) {
      const params = { channels, groups: channels, kernel: [3, 3], stride: [stride, stride], ...same };
      b.add(`depthwise${i + 1}`, 'conv2d', params);
      b.add(`depthwise${i + 1}_bn`, 'batchNorm');
      b.add(`depthwise${i + 1}_relu`, 'relu');
      b.conv(`pointwise${i + 1}`, wider, 1);
      b.add(`pointwise${i + 1}_bn`, 'batchNorm');
      b.add(`pointwise${i + 1}_relu`, 'relu');
      keepBiases(b, `depthwise${i + 1}`, `pointwise${i + 1}`);
      channels = wider;
    }
    b.classify('fc', 2);
    return b.design('MobileNetV1 ×0.25', 'Is there a person in the picture?');
  },
};

export const tinyAnomaly: ZooEntry = {
  id: 'autoencoder',
  title: 'Autoencoder (machine sounds)',
  family,
  year: 2021,
  source,
  summary,
  build() {
    const b = new NetworkBuilder();
    b.add('input', 'input', { shape: [640] });
    for (const [i, features] of [128, 128, 128, 128, 8, 128, 128, 128, 128].entries()) {
      b.add(`fc${i + 1}`, 'linear', { features });
      b.add(`bn${i + 1}`, 'batchNorm');
      b.add(`relu${i + 1}`, 'relu');
      keepBiases(b, `fc${i + 1}`);
    }
    b.add('fc10', 'linear', { features: 640 });
    b.add('output', 'output');
    return b.design('Autoencoder', 'What it cannot give back is unusual.');
  },
};
