import { defineReduction } from './reduce.ts';

export const reduceSum = defineReduction({
  kind: 'reduceSum',
  title: 'Reduce sum',
  summary: 'The sum over some axes.',
  words: ['sum over axes', '按轴求和'],
  formula: 'y = Σ x',
  traits: { linear: true, keepsSign: true },
  doc: `Sums over the chosen axes.

Source: ONNX operator ReduceSum.`,
  empty: 0,
  fold(run) {
    let total = 0;
    for (const x of run) total += x;
    return total;
  },
});
