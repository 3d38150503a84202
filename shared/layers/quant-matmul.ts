import { sum } from '../base/term.ts';
import { defineLayer, perOutputElement } from './define.ts';
import {
  centred,
  expectZeros,
  gridParams,
  productParams,
  productZeros,
  requantise,
  wholeOf,
} from './int-grid.ts';
import { matmul } from './matmul.ts';

export const quantMatmul = defineLayer({
  kind: 'quantMatmul',
  title: 'Quantized matrix product',
  group: 'dense',
  icon: 'quantMatmul',
  summary: 'Multiplies tensors of integers as stacks of matrices.',
  formula: 'y = clamp(round(Σ_k (a[…, m, k] − z_a) · (b[…, k, n] − z_b) · s_a · s_b / s_y) + z_y)',
  traits: ({ outputType }) => wholeOf(outputType),
  doc: `The product of the last two axes of two tensors of integers, each with a scale and a zero point: sums are exact, and
only the result is rounded, halves to the even neighbour. Costs are those of a matrix product, and one operation for each number that
is rounded.

Source: ONNX operator QLinearMatMul.`,
  params: {
    ...productParams,
    rightScale: gridParams.scale('Right scale', 'What one step of the right operand is worth.'),
    rightZero: gridParams.zero('Right zero', 'The integer that stands for 0 in the right operand.'),
    rightType: gridParams.type('Right type', 'The integers of the right operand.', 'uint8'),
  },
  inputs: matmul.inputs,
  shape: ({ params, inputs }) =>
    expectZeros('Quantized matrix product', {
      ...productZeros(params),
      rightZero: [params.rightZero, params.rightType],
    }) ?? matmul.shape({ params: {}, inputs }),
  cost(at) {
    const { macs, otherOps } = matmul.cost({ ...at, params: {} });
    return { macs, otherOps: sum(otherOps, perOutputElement(at.outputs).otherOps) };
  },
  reach: () => ({ kind: 'global' }),
  forward({ params, inputs, weights, outputs, tally }) {
    const operands = [centred(inputs[0]!, params.inputZero), centred(inputs[1]!, params.rightZero)];
    const [sums] = matmul.forward({ params: {}, inputs: operands, weights, outputs, tally });
    return [requantise(sums!, params, [params.rightScale], () => 0, tally)];
  },
  examples: [
    {
      title: 'ONNX test qlinearmatmul_2D',
      params: {
        inputScale: 0.0066,
        inputZero: 113,
        rightScale: 0.00705,
        rightZero: 114,
        outputScale: 0.0107,
        outputZero: 118,
      },
      inputs: [
        [2, 4],
        [4, 3],
      ],
      outputs: [[2, 3]],
      macs: 24,
      trainedParams: 0,
      source: 'ONNX operator QLinearMatMul, example "2D"',
      values: {
        inputs: [
          [208, 236, 0, 238, 3, 214, 255, 29],
          [152, 51, 244, 60, 26, 255, 0, 127, 246, 127, 254, 247],
        ],
        outputs: [[168, 115, 255, 1, 66, 151]],
      },
    },
    {
      title: 'Zero points on both sides',
      params: {
        inputScale: 0.5,
        inputZero: 2,
        rightScale: 0.25,
        rightZero: 4,
        outputScale: 0.3,
        outputZero: 40,
      },
      inputs: [
        [2, 3],
        [3, 2],
      ],
      outputs: [[2, 2]],
      source: 'PyTorch 1.13, torch.ops.quantized.matmul',
      values: {
        inputs: [
          [1, 2, 3, 4, 5, 6],
          [9, 7, 5, 3, 1, 0],
        ],
        outputs: [[37, 37, 40, 35]],
      },
    },
  ],
});
