import { defineReduction } from './reduce.ts';

export const reduceLogSum = defineReduction({
  kind: 'reduceLogSum',
  title: 'Reduce log sum',
  summary: 'The logarithm of the sum over some axes.',
  formula: 'y = ln Σ x',
  traits: {},
  doc: `Adds over the chosen axes and takes the logarithm; of nothing it is −∞.

Source: ONNX operator ReduceLogSum.`,
  empty: -Infinity,
  fold(run) {
    let total = 0;
    for (const x of run) total += x;
    return Math.log(total);
  },
  examples: [
    {
      title: 'Over the last axis',
      params: { axes: [2] },
      inputs: [[3, 2, 2]],
      outputs: [[3, 2]],
      source: 'ONNX operator ReduceLogSum',
      values: {
        inputs: [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]],
        outputs: [
          [
            1.0986122886681098, 1.9459101490553132, 2.3978952727983707, 2.70805020110221, 2.9444389791664403,
            3.1354942159291497,
          ],
        ],
      },
    },
    {
      title: 'Over all axes',
      params: { axes: [], keepDims: true },
      inputs: [[3, 2, 2]],
      outputs: [[1, 1, 1]],
      source: 'ONNX operator ReduceLogSum',
      values: { inputs: [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]], outputs: [[4.356708826689592]] },
    },
  ],
});
