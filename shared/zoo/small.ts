import { NetworkBuilder } from './builder.ts';
import type { ZooEntry } from './define.ts';

export const lenet: ZooEntry = {
  id: 'lenet',
  title: 'LeNet',
  year: 1998,
  source: 'LeCun et al. 1998, as in Caffe: ReLU, max pooling, 28×28 digits',
  summary: 'Two convolutions and two fully connected layers that read digits.',
  build() {
    const b = new NetworkBuilder();
    b.input(1, 28);
    b.conv('conv1', 20, 5);
    b.maxPool('pool1', 2, 2);
    b.conv('conv2', 50, 5);
    b.maxPool('pool2', 2, 2);
    b.add('flatten', 'flatten');
    b.add('ip1', 'linear', { features: 500 });
    b.add('relu1', 'relu');
    b.add('ip2', 'linear', { features: 10 });
    b.add('prob', 'softmax');
    b.add('output', 'output');
    return b.design('LeNet', "Caffe's LeNet for MNIST.");
  },
};

export const squeezenet: ZooEntry = {
  id: 'squeezenet1_1',
  title: 'SqueezeNet 1.1',
  year: 2016,
  source: 'Iandola et al. 2016, version 1.1, as in torchvision',
  summary: "AlexNet's accuracy with fifty times fewer parameters.",
  build() {
    const b = new NetworkBuilder();
    const fire = (id: string, squeeze: number, expand: number): void => {
      b.conv(`${id}.squeeze`, squeeze, 1);
      const narrow = b.add(`${id}.squeeze_relu`, 'relu');
      b.conv(`${id}.expand1x1`, expand, 1, { from: narrow });
      const one = b.add(`${id}.expand1x1_relu`, 'relu');
      b.conv(`${id}.expand3x3`, expand, 3, { padding: 1, from: narrow });
      const three = b.add(`${id}.expand3x3_relu`, 'relu');
      b.add(`${id}.concat`, 'concat', {}, one, three);
    };
    b.input(3, 224);
    b.conv('conv1', 64, 3, { stride: 2 });
    b.add('relu1', 'relu');
    b.maxPool('pool1', 3, 2, { ceilMode: true });
    fire('fire2', 16, 64);
    fire('fire3', 16, 64);
    b.maxPool('pool3', 3, 2, { ceilMode: true });
    fire('fire4', 32, 128);
    fire('fire5', 32, 128);
    b.maxPool('pool5', 3, 2, { ceilMode: true });
    fire('fire6', 48, 192);
    fire('fire7', 48, 192);
    fire('fire8', 64, 256);
    fire('fire9', 64, 256);
    b.add('drop9', 'dropout', { rate: 0.5 });
    b.conv('conv10', 1000, 1);
    b.add('relu10', 'relu');
    b.add('avgpool', 'globalAvgPool');
    b.add('output', 'output');
    return b.design('SqueezeNet 1.1', 'Fire modules: squeeze by 1×1, expand by 1×1 and 3×3.');
  },
};

export const mobilenetV2: ZooEntry = {
  id: 'mobilenet_v2',
  title: 'MobileNetV2',
  year: 2018,
  source: 'Sandler et al. 2018, table 2, as in torchvision',
  summary: 'Depthwise convolutions between thin bottlenecks, for phones.',
  build() {
    const b = new NetworkBuilder();
    const unit = (id: string, channels: number, kernel: number, stride = 1, groups = 1): string => {
      b.conv(`${id}.conv`, channels, kernel, { stride, padding: (kernel - 1) / 2, groups, bias: false });
      b.add(`${id}.bn`, 'batchNorm');
      return b.add(`${id}.relu6`, 'clip', { min: 0, max: 6 });
    };
    b.input(3, 224);
    let last = unit('stem', 32, 3, 2);
    let channels = 32;
    let block = 0;
    for (const [expand, out, repeat, firstStride] of [
      [1, 16, 1, 1],
      [6, 24, 2, 2],
      [6, 32, 3, 2],
      [6, 64, 4, 2],
      [6, 96, 3, 1],
      [6, 160, 3, 2],
      [6, 320, 1, 1],
    ] as const) {
      for (let i = 0; i < repeat; i++) {
        const id = `block${++block}`;
        const stride = i === 0 ? firstStride : 1;
        const entry = last;
        if (expand > 1) unit(`${id}.expand`, channels * expand, 1);
        unit(`${id}.depthwise`, channels * expand, 3, stride, channels * expand);
        b.conv(`${id}.project.conv`, out, 1, { bias: false });
        last = b.add(`${id}.project.bn`, 'batchNorm');
        if (stride === 1 && channels === out) last = b.add(`${id}.add`, 'add', {}, last, entry);
        channels = out;
      }
    }
    unit('head', 1280, 1);
    b.add('avgpool', 'globalAvgPool');
    b.add('dropout', 'dropout', { rate: 0.2 });
    b.add('fc', 'linear', { features: 1000 });
    b.add('output', 'output');
    return b.design('MobileNetV2', 'Inverted residuals with linear bottlenecks.');
  },
};
