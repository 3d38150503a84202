import { defineAlong } from './line.ts';
import { maxPool } from './max-pool.ts';

export const maxPool1d = defineAlong(maxPool, {
  kind: 'maxPool1d',
  title: 'Max pool 1d',
  summary: 'Keeps the largest value of each window of a signal.',
  words: ['max', 'maxpool', 'max pooling', 'subsample', '一维最大池化'],
  formula: 'y[c, j] = max_v x[c, j·s + v·d − p]',
  doc: `Shortens a signal by keeping the largest value of each window; padding never wins. It has no weights.

Sources: ONNX operator MaxPool; PyTorch MaxPool1d.`,
  docs: {
    kernel: 'Length of the window.',
    padding: 'Empty elements before and after the signal.',
    ceilMode: 'Keeps a last window that hangs over the end; off, elements that fill no window are dropped.',
  },
  omit: ['positions'],
  headline: ['kernel', 'stride', 'padding'],
  examples: [
    {
      title: 'Windows of two',
      params: {},
      inputs: [[1, 1, 6]],
      outputs: [[1, 1, 3]],
      source: 'PyTorch MaxPool1d, by hand',
      values: { inputs: [[1, -2, 3, 0, 5, -1]], outputs: [[1, 3, 5]] },
    },
    {
      title: 'Overlapping and padded: padding never wins',
      params: { kernel: 3, stride: 2, padding: [1, 1] },
      inputs: [[1, 1, 5]],
      outputs: [[1, 1, 3]],
      source: 'PyTorch MaxPool1d, by hand',
      values: { inputs: [[-1, -2, -3, -4, -5]], outputs: [[-1, -2, -4]] },
    },
  ],
});
