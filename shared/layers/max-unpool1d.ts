import { defineAlong } from './line.ts';
import { maxUnpool } from './max-unpool.ts';

export const maxUnpool1d = defineAlong(maxUnpool, {
  kind: 'maxUnpool1d',
  title: 'Max unpool 1d',
  summary: 'Puts what a max pool kept of a signal back where it was; all else is 0.',
  words: ['unpool', 'unpooling', 'maxunpool', '一维反池化'],
  formula: 'y[p[c, j]] = x[c, j]; y is 0 elsewhere',
  doc: `Lengthens a signal by putting every value at a position of the result, as the second output of Max pool 1d has them: the
place in the whole tensor. Where no size is given, it is the shortest signal that the pool would have made this of:
(in − 1)·s − before − after + K. A value whose position the result does not have is left out. Counted as one operation per value.

Sources: ONNX operator MaxUnpool; PyTorch MaxUnpool1d.`,
  docs: {
    kernel: "Length of the pool's window.",
    padding: 'Empty elements that the pool put before and after the signal.',
    size: 'Length of the result, where the stride leaves it open; none for the shortest.',
  },
  headline: ['kernel', 'stride'],
  examples: [
    {
      title: 'Back to the places of a pool of two',
      params: {},
      inputs: [
        [1, 1, 3],
        [1, 1, 3],
      ],
      outputs: [[1, 1, 6]],
      source: 'PyTorch MaxUnpool1d, by hand',
      values: {
        inputs: [
          [2, 5, 4],
          [1, 2, 5],
        ],
        outputs: [[0, 2, 5, 0, 0, 4]],
      },
    },
    {
      title: 'To a length of its own, in the second channel too',
      params: { size: [5] },
      inputs: [
        [1, 2, 2],
        [1, 2, 2],
      ],
      outputs: [[1, 2, 5]],
      source: 'ONNX operator MaxUnpool, its definition',
      values: {
        inputs: [
          [1, 2, 3, 4],
          [0, 3, 6, 9],
        ],
        outputs: [[1, 0, 0, 2, 0, 0, 3, 0, 0, 4]],
      },
    },
  ],
});
