import { defineReduction } from './reduce.ts';

export const reduceMean = defineReduction({
  kind: 'reduceMean',
  title: 'Reduce mean',
  summary: 'The mean over some axes.',
  words: ['mean', 'average', '求均值'],
  formula: 'y = 1/n · Σ x',
  traits: { linear: true, keepsSign: true },
  doc: `Averages over the chosen axes; over height and width it is a global average pool.

Source: ONNX operator ReduceMean.`,
  fold(run) {
    let total = 0;
    for (const x of run) total += x;
    return total / run.length;
  },
});
