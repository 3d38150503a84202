import { type Dims, elementCount, formatDims } from '../base/dims.ts';
import { type Issue, isIssue, messages } from '../base/problem.ts';
import { Tensor } from '../base/tensor.ts';
import { product, zero } from '../base/term.ts';
import { broadcastDims, stretch } from './broadcast.ts';
import { defineLayer } from './define.ts';

export const say = messages('layers/matmul', {
  'rank-too-small': ['Matrix product needs vectors or matrices, got a scalar.', 'Use Multiply for scalars.'],
  'shapes-differ:stacks': [
    'Matrix product needs equal stacks, got {{a}} and {{b}}.',
    'Reshape one operand so that the axes before the last two agree.',
  ],
  'shapes-differ': [
    'Matrix product needs as many columns on the left as rows on the right, got {{k}} and {{inner}}.',
    'Transpose one of the operands.',
  ],
});

export const matmul = defineLayer({
  kind: 'matmul',
  title: 'Matrix product',
  group: 'dense',
  icon: 'matmul',
  summary: 'Multiplies two tensors as stacks of matrices.',
  words: ['bmm', 'dot', '矩阵乘', '矩阵乘法'],
  formula: 'y[…, m, n] = Σ_k a[…, m, k] · b[…, k, n]',
  traits: { keepsSign: true },
  doc: `The product of the last two axes; axes before them are stacks, repeated where they are of length 1. A vector on the left is
a row, on the right a column, as in NumPy. It costs stacks·M·N·K multiply-adds. Attention is two of these.

Sources: Vaswani et al. 2017; ONNX operator MatMul.`,
  params: {},
  inputs: [
    { name: 'a', doc: 'The left operand, …×M×K.' },
    { name: 'b', doc: 'The right operand, …×K×N.' },
  ],
  shape({ inputs }) {
    const sizes = sizesOf(inputs[0]!, inputs[1]!);
    return isIssue(sizes) ? sizes : [sizes.output];
  },
  cost({ inputs }) {
    const sizes = sizesOf(inputs[0]!, inputs[1]!);
    if (isIssue(sizes)) return { macs: zero, otherOps: zero };
    const { stack, m, k, n } = sizes;
    const stacks = stack.length === 0 ? [] : [['stacks', elementCount(stack)] as const];
    return { macs: product(...stacks, ['M', m], ['N', n], ['K', k]), otherOps: zero };
  },
  reach: () => ({ kind: 'global' }),
  forward({ inputs, outputs, tally }) {
    const sizes = sizesOf(inputs[0]!.dims, inputs[1]!.dims);
    if (isIssue(sizes)) throw new RangeError(sizes.message);
    const { stack, m, k, n } = sizes;
    const left = stretch(new Tensor('float32', inputs[0]!.data, sizes.left), [...stack, m, k]).data;
    const right = stretch(new Tensor('float32', inputs[1]!.data, sizes.right), [...stack, k, n]).data;
    const y = Tensor.zeros(outputs[0]!);
    const row = new Float64Array(n);
    for (let r = 0; r < elementCount(stack) * m; r++) {
      row.fill(0);
      const from = Math.floor(r / m) * k * n;
      for (let c = 0; c < k; c++) {
        const factor = left[r * k + c]!;
        const line = right.subarray(from + c * n, from + (c + 1) * n);
        for (let j = 0; j < n; j++) row[j]! += factor * line[j]!;
        tally.macs += n;
      }
      y.data.set(row, r * n);
    }
    return [y];
  },
  examples: [
    {
      title: 'Attention scores of ViT-B/16',
      params: {},
      inputs: [
        [1, 12, 197, 64],
        [1, 12, 64, 197],
      ],
      outputs: [[1, 12, 197, 197]],
      macs: 29_805_312,
      trainedParams: 0,
      source: 'Dosovitskiy et al. 2020: 12 heads, 197 tokens of 64 features, 12·197·197·64',
    },
    {
      title: 'Two matrices',
      params: {},
      inputs: [
        [2, 3],
        [3, 2],
      ],
      outputs: [[2, 2]],
      source: 'PyTorch 1.13, torch.matmul',
      values: {
        inputs: [
          [1, 2, 3, 4, 5, 6],
          [1, 0, -1, 2, 0.5, 1],
        ],
        outputs: [[0.5, 7, 2, 16]],
      },
    },
    {
      title: 'One matrix for a stack of two',
      params: {},
      inputs: [
        [2, 1, 2],
        [2, 2],
      ],
      outputs: [[2, 1, 2]],
      source: 'PyTorch 1.13, torch.matmul',
      values: {
        inputs: [
          [1, 2, 3, 4],
          [1, -1, 2, 0],
        ],
        outputs: [[5, -1, 11, -3]],
      },
    },
  ],
});

interface ProductSizes {
  readonly left: Dims;
  readonly right: Dims;
  readonly stack: Dims;
  readonly m: number;
  readonly k: number;
  readonly n: number;
  readonly output: Dims;
}

function sizesOf(a: Dims, b: Dims): ProductSizes | Issue {
  if (a.length === 0 || b.length === 0) {
    return say(
      'rank-too-small',
      {},
      {
        port: a.length === 0 ? 'a' : 'b',
      },
    );
  }
  const left = a.length === 1 ? [1, ...a] : a;
  const right = b.length === 1 ? [...b, 1] : b;
  const [m, k] = left.slice(-2) as [number, number];
  const [inner, n] = right.slice(-2) as [number, number];
  const stack = broadcastDims(left.slice(0, -2), right.slice(0, -2));
  if (inner !== k || !stack) {
    return inner === k
      ? say('shapes-differ:stacks', { a: formatDims(a), b: formatDims(b) }, { port: 'b' })
      : say('shapes-differ', { k, inner }, { port: 'b' });
  }
  const output = [...stack, ...(a.length === 1 ? [] : [m]), ...(b.length === 1 ? [] : [n])];
  return { left, right, stack, m, k, n, output };
}
