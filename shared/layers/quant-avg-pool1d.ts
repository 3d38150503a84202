import { defineAlong } from './line.ts';
import { poolAlongDocs } from './pool.ts';
import { quantAvgPool } from './quant-avg-pool.ts';

export const quantAvgPool1d = defineAlong(quantAvgPool, {
  kind: 'quantAvgPool1d',
  title: 'Quantized average pool 1d',
  summary: 'Keeps the mean of each window of a signal of integers, on another grid.',
  words: ['qlinearaveragepool', 'int8 pooling', '一维量化平均池化'],
  formula: 'y = clamp(round(mean(s_x · (x − z_x)) / s_y + z_y))',
  doc: `Averages the numbers that the integers of each window of a signal stand for, and rounds the mean to the steps of the
output: what the quantized average pool of maps does to a map of one row.

Sources: com.microsoft operators QLinearAveragePool, QLinearGlobalAveragePool.`,
  docs: poolAlongDocs,
  headline: ['kernel', 'stride', 'padding'],
  examples: [
    {
      title: 'Halves to the even integer of the output',
      params: { inputScale: 1, outputScale: 1, outputZero: 1 },
      inputs: [[1, 1, 6]],
      outputs: [[1, 1, 3]],
      macs: 0,
      trainedParams: 0,
      source: 'by hand: means of 0.5, 2.5 and 4; with 1 added 1.5, 3.5 and 5',
      values: { inputs: [[0, 1, 2, 3, 4, 4]], outputs: [[2, 4, 5]] },
    },
    {
      title: 'The whole signal',
      params: { inputScale: 0.5, inputZero: 10, outputScale: 0.25, outputZero: 3, kernel: 4 },
      inputs: [[1, 2, 4]],
      outputs: [[1, 2, 1]],
      source: 'by hand: means of 1.125 and −1 are 4.5 and −4 steps; a half goes to 4',
      values: { inputs: [[10, 12, 13, 14, 8, 8, 8, 8]], outputs: [[7, 0]] },
    },
  ],
});
