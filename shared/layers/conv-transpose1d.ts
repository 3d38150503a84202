import { convTranspose2d } from './conv-transpose2d.ts';
import { defineAlong } from './line.ts';

export const convTranspose1d = defineAlong(convTranspose2d, {
  kind: 'convTranspose1d',
  title: 'Transposed conv1d',
  summary: 'Lengthens a signal with learned filters: each input paints one.',
  words: ['deconv', 'deconvolution', 'transposed convolution', 'upconv', '一维转置卷积', '一维反卷积'],
  formula: 'y[o, j·s + v·d − p] += w[c, o, v] · x[c, j], summed over c, v; y starts at b[o]',
  doc: `Transposed convolution along a signal: every input element adds a scaled filter to the output, at steps of the stride, and the
padding is cut off. out = (in − 1)·s − before − after + d·(K − 1) + 1 + extra.

It holds C_in·C_out/g·K weights and costs N·C_in·L·C_out/g·K multiply-adds, those cut off included.

Sources: ONNX operator ConvTranspose; PyTorch ConvTranspose1d.`,
  docs: {
    kernel: 'Length of each filter.',
    padding: 'Elements cut off before and after the output.',
    outputPadding: 'Elements added at the end, where the stride leaves the length open.',
  },
  headline: ['channels', 'kernel', 'stride'],
  examples: [
    {
      title: 'Each value spreads over its own pair',
      params: { channels: 1 },
      inputs: [[1, 1, 3]],
      outputs: [[1, 1, 6]],
      source: 'PyTorch ConvTranspose1d, by hand: x·1 + 0.5 and x·(−1) + 0.5',
      values: {
        inputs: [[1, 2, 3]],
        weights: { weight: [1, -1], bias: [0.5] },
        outputs: [[1.5, -0.5, 2.5, -1.5, 3.5, -2.5]],
      },
    },
    {
      title: 'Two groups, overlapping and cropped',
      params: {
        channels: 2,
        kernel: 3,
        stride: 2,
        padding: [1, 0],
        outputPadding: 1,
        groups: 2,
        bias: false,
      },
      inputs: [[1, 2, 3]],
      outputs: [[1, 2, 7]],
      source: 'PyTorch ConvTranspose1d, by hand: the first of 1 −1 4 −2 7 −3 6 0 is cut off',
      values: {
        inputs: [[1, 2, 3, 4, 5, 6]],
        weights: { weight: [1, -1, 2, 0.5, 1, 3] },
        outputs: [[-1, 4, -2, 7, -3, 6, 0, 4, 14.5, 5, 18, 6, 18, 0]],
      },
    },
  ],
});
