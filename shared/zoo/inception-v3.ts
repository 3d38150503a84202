import { NetworkBuilder } from './builder.ts';
import type { ZooEntry } from './define.ts';

const epsilon = 0.001;

export const inceptionV3: ZooEntry = {
  id: 'inception_v3',
  title: 'Inception-v3',
  family: 'Inception',
  year: 2015,
  source: 'Szegedy et al. 2015, table 1, as in torchvision, without the auxiliary head',
  summary: 'Large kernels taken apart into small and one-dimensional ones.',
  build() {
    const b = new NetworkBuilder();
    b.input(3, 299);
    b.unit('Conv2d_1a_3x3', 32, 3, { stride: 2, padding: 0, epsilon });
    b.unit('Conv2d_2a_3x3', 32, 3, { padding: 0, epsilon });
    b.unit('Conv2d_2b_3x3', 64, 3, { epsilon });
    b.maxPool('maxpool1', 3, 2);
    b.unit('Conv2d_3b_1x1', 80, 1, { epsilon });
    b.unit('Conv2d_4a_3x3', 192, 3, { padding: 0, epsilon });
    b.maxPool('maxpool2', 3, 2);
    for (const [name, pool] of [
      ['5b', 32],
      ['5c', 64],
      ['5d', 64],
    ] as const)
      b.add(`Mixed_${name}`, 'inceptionA', { pool });
    b.own('InceptionB', 288, 35, (inside, input) => {
      const three = inside.unit('branch3x3', 384, 3, { stride: 2, padding: 0, epsilon });
      inside.unit('branch3x3dbl_1', 64, 1, { epsilon, from: input });
      inside.unit('branch3x3dbl_2', 96, 3, { epsilon });
      const double = inside.unit('branch3x3dbl_3', 96, 3, { stride: 2, padding: 0, epsilon });
      const pool = inside.add('pool', 'maxPool', { kernel: [3, 3], stride: [2, 2] }, input);
      inside.add('concat', 'concat', {}, three, double, pool);
    });
    b.use('Mixed_6a', 'InceptionB');
    for (const [name, channels7] of [
      ['6b', 128],
      ['6c', 160],
      ['6d', 160],
      ['6e', 192],
    ] as const)
      b.add(`Mixed_${name}`, 'inceptionC', { channels7 });
    b.own('InceptionD', 768, 17, (inside, input) => {
      inside.unit('branch3x3_1', 192, 1, { epsilon });
      const three = inside.unit('branch3x3_2', 320, 3, { stride: 2, padding: 0, epsilon });
      inside.unit('branch7x7x3_1', 192, 1, { epsilon, from: input });
      inside.unit('branch7x7x3_2', 192, [1, 7], { epsilon });
      inside.unit('branch7x7x3_3', 192, [7, 1], { epsilon });
      const seven = inside.unit('branch7x7x3_4', 192, 3, { stride: 2, padding: 0, epsilon });
      const pool = inside.add('pool', 'maxPool', { kernel: [3, 3], stride: [2, 2] }, input);
      inside.add('concat', 'concat', {}, three, seven, pool);
    });
    b.use('Mixed_7a', 'InceptionD');
    for (const name of ['7b', '7c']) b.add(`Mixed_${name}`, 'inceptionE', { pool: 192 });
    b.add('avgpool', 'globalAvgPool');
    b.add('dropout', 'dropout', { rate: 0.5 });
    b.add('fc', 'linear', { features: 1000 });
    b.add('output', 'output');
    return b.design('Inception-v3', 'Modules A, C and E by size of the map; B and D halve it.');
  },
};
