import { NetworkBuilder } from './builder.ts';
import type { ZooEntry } from './define.ts';

export const dcgan: ZooEntry = {
  id: 'dcgan_generator',
  title: 'DCGAN generator',
  family: 'DCGAN',
  year: 2015,
  source: "Radford et al. 2015, as in PyTorch's example: 100 numbers become a picture of 64×64",
  summary: 'Pictures from noise, by transposed convolutions alone.',
  build() {
    const b = new NetworkBuilder();
    b.input(100, 1);
    for (const [i, channels] of [512, 256, 128, 64, 3].entries()) {
      const padding = i === 0 ? 0 : 1;
      b.add(`conv${i + 1}`, 'convTranspose2d', {
        channels,
        kernel: [4, 4],
        stride: i === 0 ? [1, 1] : [2, 2],
        padding: [padding, padding, padding, padding],
        bias: false,
      });
      if (channels === 3) break;
      b.add(`bn${i + 1}`, 'batchNorm');
      b.add(`relu${i + 1}`, 'relu');
    }
    b.add('tanh', 'tanh');
    b.add('output', 'output');
    return b.design('DCGAN generator', 'Every layer doubles height and width and halves the channels.');
  },
};
