import { defineElementwise } from './elementwise.ts';

export const multiply = defineElementwise({
  kind: 'multiply',
  title: 'Multiply',
  group: 'merge',
  icon: 'multiply',
  summary: 'Scales one branch by another: gates and channel attention.',
  words: ['mul', 'times', 'scale', '相乘', '乘'],
  formula: 'y = x₀ · x₁ · …',
  traits: { keepsSign: true },
  doc: `Element-wise product of two or more tensors. Shapes are equal, or an axis of length 1 is repeated along the other
operand, as in NumPy: a squeeze-and-excitation block multiplies a map of C×H×W by one factor per channel, C×1×1.

Sources: Hu et al. 2017; ONNX operator Mul.`,
  params: {},
  inputs: [
    {
      name: 'in',
      doc: 'The factors: of one shape, or one per channel (C×1×1) beside maps.',
      atLeast: 2,
      anyOrder: true,
    },
  ],
  combine: () => (a, b) => a * b,
  examples: [
    {
      title: 'Channel attention',
      params: {},
      inputs: [
        [1, 256, 56, 56],
        [1, 256, 1, 1],
      ],
      outputs: [[1, 256, 56, 56]],
      macs: 0,
      source: 'Hu et al. 2017',
    },
    {
      title: 'Three factors',
      params: {},
      inputs: [
        [1, 3],
        [1, 3],
        [1, 3],
      ],
      outputs: [[1, 3]],
      source: 'PyTorch 1.13, torch.mul',
      values: {
        inputs: [
          [1, -2, 3],
          [0.5, 4, -1],
          [2, 2, 2],
        ],
        outputs: [[1, -16, -6]],
      },
    },
    {
      title: 'A row and a column',
      params: {},
      inputs: [
        [1, 3],
        [2, 1],
      ],
      outputs: [[2, 3]],
      source: 'PyTorch 1.13, torch.mul',
      values: {
        inputs: [
          [1, -2, 3],
          [0.5, 2],
        ],
        outputs: [[0.5, -1, 1.5, 2, -4, 6]],
      },
    },
  ],
});
