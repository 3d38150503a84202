import { defineReduction } from './reduce.ts';

export const reduceLogSumExp = defineReduction({
  kind: 'reduceLogSumExp',
  title: 'Reduce log-sum-exp',
  summary: 'A soft maximum over some axes.',
  formula: 'y = ln Σ e^x',
  traits: { keepsSign: true },
  doc: `The logarithm of the sum of exponentials: a smooth maximum. The largest element is taken out first, so that nothing overflows; of nothing it is −∞.

Source: ONNX operator ReduceLogSumExp.`,
  empty: -Infinity,
  fold(run) {
    const most = run.reduce((a, b) => Math.max(a, b), -Infinity);
    // Of infinities only, the shift would be ∞ − ∞.
    if (!Number.isFinite(most)) return most;
    let total = 0;
    for (const x of run) total += Math.exp(x - most);
    return most + Math.log(total);
  },
  examples: [
    {
      title: 'Over the last axis',
      params: { axes: [2] },
      inputs: [[3, 2, 2]],
      outputs: [[3, 2]],
      source: 'ONNX operator ReduceLogSumExp',
      values: {
        inputs: [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]],
        outputs: [
          [
            2.3132616875182226, 4.313261687518223, 6.313261687518223, 8.313261687518223, 10.313261687518223,
            12.313261687518223,
          ],
        ],
      },
    },
    {
      title: 'Over all axes',
      params: { axes: [], keepDims: true },
      inputs: [[3, 2, 2]],
      outputs: [[1, 1, 1]],
      source: 'ONNX operator ReduceLogSumExp',
      values: { inputs: [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]], outputs: [[12.458669001155853]] },
    },
  ],
});
