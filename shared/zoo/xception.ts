import { NetworkBuilder } from './builder.ts';
import type { ZooEntry } from './define.ts';

const epsilon = 0.001;

/** Separable convolution and batch norm, with ReLU before where told. */
function separable(b: NetworkBuilder, id: string, from: number, to: number, activated: boolean): void {
  if (activated) b.add(`${id}_act`, 'relu');
  b.add(id, 'separableConv', { inputChannels: from, channels: to });
  b.add(`${id}_bn`, 'batchNorm', { epsilon });
}

export const xception: ZooEntry = {
  id: 'xception',
  title: 'Xception',
  family: 'Xception',
  year: 2016,
  source: 'Chollet 2016, figure 5, as in Keras',
  summary: 'Inception taken to its end: every convolution separated into space and channels.',
  build() {
    const b = new NetworkBuilder();
    b.input(3, 299);
    b.unit('block1_conv1', 32, 3, { stride: 2, padding: 0, epsilon });
    b.unit('block1_conv2', 64, 3, { padding: 0, epsilon });
    let channels = 64;
    for (const [i, wider] of [128, 256, 728].entries()) {
      const block = `XceptionEntry${i + 1}`;
      const width = channels;
      b.own(block, width, 74, (inside, input) => {
        separable(inside, 'sepconv1', width, wider, i > 0);
        separable(inside, 'sepconv2', wider, wider, true);
        const pool = inside.maxPool('pool', 3, 2, { padding: 1 });
        inside.conv('shortcut', wider, 1, { stride: 2, bias: false, from: input });
        const across = inside.add('shortcut_bn', 'batchNorm', { epsilon });
        inside.add('add', 'add', {}, pool, across);
      });
      b.use(`block${i + 2}`, block);
      channels = wider;
    }
    b.own('XceptionMiddle', 728, 19, (inside, input) => {
      for (const i of [1, 2, 3]) separable(inside, `sepconv${i}`, 728, 728, true);
      inside.add('add', 'add', {}, inside.last, input);
    });
    b.use('block5', 'XceptionMiddle', 8);
    b.own('XceptionExit', 728, 19, (inside, input) => {
      separable(inside, 'sepconv1', 728, 728, true);
      separable(inside, 'sepconv2', 728, 1024, true);
      const pool = inside.maxPool('pool', 3, 2, { padding: 1 });
      inside.conv('shortcut', 1024, 1, { stride: 2, bias: false, from: input });
      const across = inside.add('shortcut_bn', 'batchNorm', { epsilon });
      inside.add('add', 'add', {}, pool, across);
    });
    b.use('block13', 'XceptionExit');
    separable(b, 'block14_sepconv1', 1024, 1536, false);
    b.add('block14_sepconv1_act', 'relu');
    separable(b, 'block14_sepconv2', 1536, 2048, false);
    b.add('block14_sepconv2_act', 'relu');
    b.classify('predictions');
    return b.design('Xception', 'Entry, middle and exit flow.');
  },
};
