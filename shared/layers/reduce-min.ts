import { defineReduction } from './reduce.ts';

export const reduceMin = defineReduction({
  kind: 'reduceMin',
  title: 'Reduce min',
  summary: 'The smallest value over some axes.',
  words: ['求最小'],
  formula: 'y = min x',
  traits: { keepsSign: true },
  doc: `Keeps the smallest value over the chosen axes; of nothing it is ∞.

Source: ONNX operator ReduceMin.`,
  empty: Infinity,
  fold(run) {
    let smallest = Infinity;
    for (const x of run) smallest = Math.min(smallest, x);
    return smallest;
  },
});
