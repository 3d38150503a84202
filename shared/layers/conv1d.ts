import { conv2d } from './conv2d.ts';
import { defineAlong } from './line.ts';

export const conv1d = defineAlong(conv2d, {
  kind: 'conv1d',
  title: 'Conv1d',
  summary: 'Slides learned filters along a signal.',
  words: ['conv', 'convolution', 'temporal convolution', 'tcn', 'signal', '一维卷积', '时序卷积'],
  formula: 'y[o, j] = b[o] + Σ_c Σ_v w[o, c, v] · x[c, j·s + v·d − p]',
  doc: `One-dimensional convolution (cross-correlation): of sound, of what sensors measure, of anything sampled in time.

A layer of C_out filters of length K over C_in channels holds C_out·C_in/g·K weights and C_out biases, and costs C_out·L′·C_in/g·K
multiply-adds. It is the convolution of maps one row high, and runs as one.

Sources: ONNX operator Conv; PyTorch Conv1d; Waibel et al. 1989 (time-delay networks).`,
  docs: {
    kernel: 'Length of each filter.',
    padding: 'Zeros before and after the signal.',
  },
  headline: ['channels', 'kernel', 'stride', 'padding'],
  examples: [
    {
      title: "M5's first layer, on a second of sound at 8 kHz",
      params: { channels: 32, kernel: 80, stride: 16 },
      inputs: [[1, 1, 8000]],
      outputs: [[1, 32, 496]],
      macs: 1_269_760,
      trainedParams: 2592,
      source:
        'Dai et al. 2016, as in the tutorial of torchaudio: 32·496·80 multiply-adds, 32·80 + 32 parameters',
    },
    {
      title: 'One filter with a bias',
      params: { channels: 1, kernel: 3 },
      inputs: [[1, 1, 5]],
      outputs: [[1, 1, 3]],
      source: 'PyTorch Conv1d, by hand: 1·1 + 2·(−2) − 1·3 + 0.5 and so on',
      values: {
        inputs: [[1, -2, 3, 0, 5]],
        weights: { weight: [1, 2, -1], bias: [0.5] },
        outputs: [[-5.5, 4.5, -1.5]],
      },
    },
    {
      title: 'Two groups, strides, padding before',
      params: { channels: 2, kernel: 2, stride: 2, padding: [1, 0], groups: 2, bias: false },
      inputs: [[1, 2, 4]],
      outputs: [[1, 2, 2]],
      source: 'PyTorch Conv1d, by hand: windows 0 1 and 2 3 of the first channel, 0 5 and 6 7 of the second',
      values: {
        inputs: [[1, 2, 3, 4, 5, 6, 7, 8]],
        weights: { weight: [1, 2, -1, 1] },
        outputs: [[2, 8, 5, 1]],
      },
    },
  ],
});
