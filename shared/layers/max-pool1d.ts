import { defineAlong } from './line.ts';
import { maxPool } from './max-pool.ts';
import { poolAlongDocs } from './pool.ts';

export const maxPool1d = defineAlong(maxPool, {
  kind: 'maxPool1d',
  title: 'Max pool 1d',
  summary: 'Keeps the largest value of each window of a signal.',
  words: ['max', 'maxpool', 'max pooling', 'subsample', '一维最大池化'],
  formula: 'y[c, j] = max_v x[c, j·s + v·d − p]',
  doc: `Shortens a signal by keeping the largest value of each window; padding never wins. It has no weights.

With *Positions* it gives as a second output where each value was: its place in the whole tensor, which is what Max unpool 1d takes.
Of equal values the first counts. Places are exact up to 2²⁴ elements.

Sources: ONNX operator MaxPool; PyTorch MaxPool1d.`,
  docs: {
    ...poolAlongDocs,
    positions: 'Gives the place of each value as a second output.',
  },
  options: {
    positions: [
      { value: 'none', title: 'none' },
      { value: 'rows', title: 'given' },
    ],
  },
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
    {
      title: 'With the places of the largest, counted through the channels',
      params: { positions: 'rows' },
      inputs: [[1, 2, 4]],
      outputs: [
        [1, 2, 2],
        [1, 2, 2],
      ],
      source: 'ONNX operator MaxPool, its definition: of two equal ones the first',
      values: {
        inputs: [[1, 3, 2, -1, 4, 4, -2, 0]],
        outputs: [
          [3, 2, 4, 0],
          [1, 2, 4, 7],
        ],
      },
    },
  ],
});
