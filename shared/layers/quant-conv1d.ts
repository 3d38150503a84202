import { defineAlong } from './line.ts';
import { quantConv2d } from './quant-conv2d.ts';

export const quantConv1d = defineAlong(quantConv2d, {
  kind: 'quantConv1d',
  title: 'Quantized conv1d',
  summary: 'Convolves a signal of integers with weights on an integer grid.',
  words: ['qlinearconv', 'int8 convolution', '一维量化卷积'],
  formula: 'y = clamp(round((b + Σ (w − z_w) · (x − z_x)) · s_x · s_w / s_y) + z_y)',
  doc: `A convolution along a signal whose input, weights and output are integers, each with a scale and a zero point: what the
quantized convolution of maps does to a map of one row.

Sources: ONNX operator QLinearConv; Jacob et al. 2017.`,
  docs: {
    kernel: 'Length of each filter.',
    padding: 'Elements that stand for 0, before and after the signal.',
  },
  headline: ['channels', 'kernel', 'stride', 'padding'],
  examples: [
    {
      title: 'Differences of neighbours',
      params: {
        ...{
          channels: 1,
          kernel: 2,
          bias: false,
          inputScale: 0.5,
          inputZero: 10,
          outputScale: 1,
          outputZero: 100,
        },
        weightScales: [1],
      },
      inputs: [[1, 1, 4]],
      outputs: [[1, 1, 3]],
      macs: 6,
      trainedParams: 2,
      source: 'by hand: 1, 3 and −5 halves, the halves to even: 0, 2 and −2 more than 100',
      values: { inputs: [[10, 11, 14, 9]], weights: { weight: [-1, 1] }, outputs: [[100, 102, 98]] },
    },
    {
      title: 'With a bias, on a coarser grid',
      params: {
        ...{ channels: 1, kernel: 1, inputScale: 1, inputZero: 0, outputScale: 2, outputZero: 0 },
        weightScales: [0.5],
      },
      inputs: [[1, 1, 3]],
      outputs: [[1, 1, 3]],
      source: 'by hand: 1.5·x + 2 are 3.5, 5 and 11; halved and rounded 2, 2 and 6, a half to the even one',
      values: { inputs: [[1, 2, 6]], weights: { weight: [1.5], bias: [2] }, outputs: [[2, 2, 6]] },
    },
  ],
});
