import { NetworkBuilder } from './builder.ts';
import type { ZooEntry } from './define.ts';

export const lenet: ZooEntry = {
  id: 'lenet',
  title: 'LeNet',
  family: 'LeNet',
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
