import { defineReduction } from './reduce.ts';

export const reduceMax = defineReduction({
  kind: 'reduceMax',
  title: 'Reduce max',
  summary: 'The largest value over some axes.',
  words: ['求最大'],
  formula: 'y = max x',
  traits: { keepsSign: true },
  doc: `Keeps the largest value over the chosen axes; of nothing it is −∞.

Source: ONNX operator ReduceMax.`,
  empty: -Infinity,
  fold(run) {
    let largest = -Infinity;
    for (const x of run) largest = Math.max(largest, x);
    return largest;
  },
});
