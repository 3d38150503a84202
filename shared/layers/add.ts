import { defineElementwise } from './elementwise.ts';

export const add = defineElementwise({
  kind: 'add',
  title: 'Add',
  group: 'merge',
  icon: 'add',
  summary: 'Sums branches element by element: the shortcut of a residual block.',
  words: [
    'sum',
    'plus',
    'skip',
    'skip connection',
    'shortcut',
    'elementwise sum',
    'eltwise',
    '相加',
    '求和',
    '逐元素相加',
    '跳跃连接',
    '残差连接',
  ],
  frequent: true,
  formula: 'y = x₀ + x₁ + …',
  traits: { linear: true, keepsSign: true },
  doc: `Element-wise sum of two or more tensors. In a residual block it adds the block's input to its output, so that the
weights only have to learn the difference F(x) = H(x) − x.

Shapes are equal, or an axis of length 1 is repeated along the other operand, as in NumPy.

Sources: He et al. 2015; ONNX operators Add and Sum.`,
  params: {},
  inputs: [{ name: 'in', doc: 'The summands, of one shape.', atLeast: 2, anyOrder: true }],
  combine: () => (a, b) => a + b,
  examples: [
    {
      title: 'A residual connection',
      params: {},
      inputs: [
        [1, 64, 56, 56],
        [1, 64, 56, 56],
      ],
      outputs: [[1, 64, 56, 56]],
      macs: 0,
      source: 'He et al. 2015',
    },
    {
      title: 'Three summands',
      params: {},
      inputs: [
        [1, 3],
        [1, 3],
        [1, 3],
      ],
      outputs: [[1, 3]],
      source: 'PyTorch 1.13, torch.add',
      values: {
        inputs: [
          [1, -2, 3],
          [0.5, 4, -1],
          [2, 2, 2],
        ],
        outputs: [[3.5, 4, 4]],
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
      source: 'PyTorch 1.13, torch.add',
      values: {
        inputs: [
          [1, -2, 3],
          [0.5, 2],
        ],
        outputs: [[1.5, -1.5, 3.5, 3, 0, 5]],
      },
    },
  ],
});
