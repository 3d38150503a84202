import { defineSoftmax } from './softmaxes.ts';

export const softmax = defineSoftmax({
  kind: 'softmax',
  title: 'Softmax',
  icon: 'softmax',
  summary: 'Turns scores into probabilities that sum to 1.',
  words: ['归一化指数', '分类概率'],
  frequent: true,
  formula: 'y[i] = e^x[i] / Σ_j e^x[j]',
  traits: { keepsSign: true, nonNegative: true, bounded: true },
  doc: `Exponentiates the scores along one axis and divides by their sum. The largest score is subtracted first, which changes
nothing but keeps the exponentials finite. Counted as three operations per element: exponential, sum, division.

Sources: Bridle 1990; ONNX operator Softmax.`,
  result: (largest, total) => (x) => Math.exp(x - largest) / total,
  examples: [
    {
      title: 'Class probabilities',
      params: {},
      inputs: [[1, 1000]],
      outputs: [[1, 1000]],
      macs: 0,
      trainedParams: 0,
      source: 'definition',
    },
    {
      title: 'Along the channels',
      params: {},
      inputs: [[2, 3]],
      outputs: [[2, 3]],
      source: 'PyTorch 1.13, torch.nn.functional.softmax',
      values: {
        inputs: [[1, 2, 3, 0, 0, -1]],
        outputs: [[0.09003057, 0.2447285, 0.665241, 0.4223188, 0.4223188, 0.1553624]],
      },
    },
    {
      title: 'Along the last axis',
      params: { axis: -1 },
      inputs: [[1, 2, 2]],
      outputs: [[1, 2, 2]],
      source: 'PyTorch 1.13, torch.nn.functional.softmax',
      values: { inputs: [[1, 2, 1000, 1001]], outputs: [[0.2689414, 0.7310586, 0.2689414, 0.7310586]] },
    },
  ],
});
