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
    {
      title: 'Along the channels',
      params: {},
      inputs: [[2, 3]],
      outputs: [[2, 3]],
      source: 'PyTorch 1.13, torch.nn.functional.log_softmax',
      values: {
        inputs: [[1, 2, 3, 0, 0, -1]],
        outputs: [[-2.407606, -1.407606, -0.407606, -0.8619948, -0.8619948, -1.861995]],
      },
    },
    {
      title: 'Along the last axis',
      params: { axis: -1 },
      inputs: [[1, 2, 2]],
      outputs: [[1, 2, 2]],
      source: 'PyTorch 1.13, torch.nn.functional.log_softmax',
      values: { inputs: [[1, 2, 1000, 1001]], outputs: [[-1.313262, -0.3132617, -1.313262, -0.3132617]] },
    },
  ],
});
