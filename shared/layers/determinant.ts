import { type Dims, elementCount, formatDims } from '../base/dims.ts';
import { messages } from '../base/problem.ts';
import { Tensor } from '../base/tensor.ts';
import { product, zero } from '../base/term.ts';
import { defineLayer } from './define.ts';

export const say = messages('layers/determinant', {
  'not-square': [
    'Determinant needs square matrices as the last two axes, got {{dims}}.',
    'Reshape the input to rows and columns of one number.',
  ],
});

export const determinant = defineLayer({
  kind: 'determinant',
  title: 'Determinant',
  group: 'math',
  icon: 'determinant',
  summary: 'One number for each square matrix: how it changes volumes.',
  words: ['det', '行列式'],
  formula: 'y = det x',
  doc: `The determinant of the matrices in the last two axes, by elimination: rows are swapped so that the largest number of a column
divides. Counted as n³ operations for a matrix of n rows.

Source: ONNX operator Det.`,
  params: {},
  shape({ inputs }) {
    const dims = inputs[0]!;
    if (dims.length >= 2 && dims.at(-1) === dims.at(-2)) return [dims.slice(0, -2)];
    return say('not-square', { dims: formatDims(dims) }, { port: 'in' });
  },
  cost({ inputs }) {
    const { count, rows } = matricesOf(inputs[0]!);
    return { macs: zero, otherOps: product(['matrices', count], ['n', rows], ['n', rows], ['n', rows]) };
  },
  reach: () => ({ kind: 'global' }),
  forward({ inputs, outputs, tally }) {
    const { data, dims } = inputs[0]!;
    const { count, rows } = matricesOf(dims);
    const y = Tensor.zeros(outputs[0]!);
    for (let i = 0; i < count; i++) {
      y.data[i] = determinantOf(
        Float64Array.from(data.subarray(i * rows * rows, (i + 1) * rows * rows)),
        rows,
      );
      tally.otherOps += rows ** 3;
    }
    return [y];
  },
  examples: [
    {
      title: 'Of one matrix',
      params: {},
      inputs: [[2, 2]],
      outputs: [[]],
      source: 'ONNX operator Det, det_2d',
      values: { inputs: [[0, 1, 2, 3]], outputs: [[-2]] },
    },
    {
      title: 'Of three',
      params: {},
      inputs: [[3, 2, 2]],
      outputs: [[3]],
      source: 'ONNX operator Det, det_nd',
      values: { inputs: [[1, 2, 3, 4, 1, 2, 2, 1, 1, 3, 3, 1]], outputs: [[-2, -3, -8]] },
    },
  ],
});

function matricesOf(dims: Dims): { readonly count: number; readonly rows: number } {
  return { count: elementCount(dims.slice(0, -2)), rows: dims.at(-1) ?? 0 };
}

/** The product of the pivots, with a change of sign for every swap; `m` is used up. */
function determinantOf(m: Float64Array, n: number): number {
  let result = 1;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let row = k + 1; row < n; row++)
      if (Math.abs(m[row * n + k]!) > Math.abs(m[pivot * n + k]!)) pivot = row;
    const largest = m[pivot * n + k]!;
    result *= pivot === k ? largest : -largest;
    if (largest === 0) return 0;
    for (let column = k; column < n; column++) {
      const above = m[k * n + column]!;
      m[k * n + column] = m[pivot * n + column]!;
      m[pivot * n + column] = above;
    }
    for (let row = k + 1; row < n; row++) {
      const factor = m[row * n + k]! / largest;
      for (let column = k + 1; column < n; column++) m[row * n + column]! -= factor * m[k * n + column]!;
    }
  }
  return result;
}
