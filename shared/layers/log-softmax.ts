import { defineSoftmax } from './softmaxes.ts';

export const logSoftmax = defineSoftmax({
  kind: 'logSoftmax',
  title: 'Log softmax',
  icon: 'logSoftmax',
  summary: 'The logarithm of softmax, which cannot underflow.',
  words: ['对数 softmax'],
  formula: 'y[i] = x[i] − ln Σ_j e^x[j]',
  doc: `Log-probabilities, for the negative log-likelihood loss. Counted as three operations per element, like softmax:
exponential, sum, subtraction.

Source: ONNX operator LogSoftmax.`,
  result(largest, total) {
    const shift = largest + Math.log(total);
    return (x) => x - shift;
  },
  examples: [
    {
      title: 'Class scores',
      params: {},
      inputs: [[1, 1000]],
      outputs: [[1, 1000]],
      macs: 0,
      trainedParams: 0,
      source: 'definition',
    },
  ],
});
