import { NetworkBuilder } from './builder.ts';
import type { ZooEntry } from './define.ts';

function unit(
  b: NetworkBuilder,
  id: string,
  channels: number,
  kernel: number,
  stride = 1,
  from?: string,
): string {
  const padding = (kernel - 1) / 2;
  b.conv(id, channels, kernel, { stride, padding, bias: false, ...(from === undefined ? {} : { from }) });
  b.add(`${id}_bn`, 'batchNorm');
  return b.add(`${id}_act`, 'leakyRelu', { slope: 0.1 });
}

export const darknet53: ZooEntry = {
  id: 'darknet53',
  title: 'Darknet-53',
  family: 'Darknet',
  year: 2018,
  source: 'Redmon and Farhadi 2018 (YOLOv3), table 1',
  summary: 'The residual backbone of YOLOv3: convolutions with stride in the place of pools.',
  build() {
    const b = new NetworkBuilder();
    b.input(3, 256);
    unit(b, 'conv0', 32, 3);
    for (const [stage, blocks] of [1, 2, 8, 8, 4].entries()) {
      const channels = 64 << stage;
      unit(b, `conv${stage + 1}`, channels, 3, 2);
      const block = `DarknetResidual${channels}`;
      b.own(block, channels, 64, (inside, input) => {
        unit(inside, 'conv1', channels / 2, 1);
        inside.add('add', 'add', {}, unit(inside, 'conv2', channels, 3), input);
      });
      b.use(`stage${stage + 1}`, block, blocks);
    }
    b.classify('fc');
    return b.design('Darknet-53', 'One, two, eight, eight and four residual blocks.');
  },
};

/** YOLO's first form: 24 convolutions and two fully connected layers that see the whole picture. */
export const yoloV1: ZooEntry = {
  id: 'yolo_v1',
  title: 'YOLO',
  family: 'YOLO',
  year: 2015,
  source: 'Redmon et al. 2015, figure 3: 7×7 cells, two boxes each, 20 classes',
  summary: 'Detection as one pass of one network: every cell of a grid answers at once.',
  build() {
    const b = new NetworkBuilder();
    b.input(3, 448);
    let count = 0;
    const conv = (channels: number, kernel: number, stride = 1): void => {
      b.conv(`conv${++count}`, channels, kernel, { stride, padding: (kernel - 1) / 2 });
      b.add(`relu${count}`, 'leakyRelu', { slope: 0.1 });
    };
    const pool = (): void => void b.maxPool(`pool${count}`, 2, 2);
    conv(64, 7, 2);
    pool();
    conv(192, 3);
    pool();
    for (const [channels, kernel] of [
      [128, 1],
      [256, 3],
      [256, 1],
      [512, 3],
    ] as const)
      conv(channels, kernel);
    pool();
    for (let i = 0; i < 4; i++) {
      conv(256, 1);
      conv(512, 3);
    }
    conv(512, 1);
    conv(1024, 3);
    pool();
    for (let i = 0; i < 2; i++) {
      conv(512, 1);
      conv(1024, 3);
    }
    conv(1024, 3);
    conv(1024, 3, 2);
    conv(1024, 3);
    conv(1024, 3);
    b.add('flatten', 'flatten');
    b.add('fc1', 'linear', { features: 4096 });
    b.add('relu25', 'leakyRelu', { slope: 0.1 });
    b.add('dropout', 'dropout', { rate: 0.5 });
    b.add('fc2', 'linear', { features: 7 * 7 * 30 });
    b.add('cells', 'reshape', { shape: [0, 7, 7, 30] });
    b.add('output', 'output');
    return b.design('YOLO', 'A grid of 7×7 cells, each with two boxes and twenty classes.');
  },
};
