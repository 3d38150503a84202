import { defineSoftmax } from './softmaxes.ts';

export const softmax = defineSoftmax({
  kind: 'softmax',
  title: 'Softmax',
  icon: 'softmax',
  summary: 'Turns scores into probabilities that sum to 1.',
  words: ['归一化指数', '分类概率'],
  frequent: true,
  formula: 'y[i] = e^x[i] / Σ_j e^x[j]',
  traits: { keepsSign: true, nonNegative: true },
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
  ],
});
