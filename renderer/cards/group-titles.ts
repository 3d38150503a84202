import type { Group } from '../../shared/layers/define.ts';

export const groupTitles: Readonly<Record<Group, string>> = {
  io: 'Input and output',
  convolution: 'Convolution',
  pooling: 'Pooling',
  dense: 'Fully connected',
  normalisation: 'Normalisation',
  activation: 'Activation',
  merge: 'Merging',
  shape: 'Shape',
  math: 'Arithmetic',
  block: 'Blocks',
};
