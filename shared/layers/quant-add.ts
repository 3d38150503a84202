import { type Dims, formatDims } from '../base/dims.ts';
import { messages } from '../base/problem.ts';
import { Tensor } from '../base/tensor.ts';
import { sum } from '../base/term.ts';
import { add } from './add.ts';
import { broadcastDims, stretch } from './broadcast.ts';
import { defineLayer, perOutputElement } from './define.ts';
import {
  asUnsigned,
  expectZeros,
  gridParams,
  intRanges,
  movedBy,
  productParams,
  productZeros,
  roundEven,
  wholeOf,
} from './int-grid.ts';

export const say = messages('layers/quant-add', {
  'shapes-differ': [
    'Quantized add needs shapes that broadcast together, got {{a}} and {{b}}.',
    'Make the axes equal, or of length 1 in one of the operands.',
  ],
});

export const quantAdd = defineLayer({
  kind: 'quantAdd',
  title: 'Quantized add',
  group: 'merge',
  icon: 'quantAdd',
  summary: 'Adds two tensors of integers on different grids.',
  formula: 'y = clamp(round((s_a · (a − z_a) + s_b · (b − z_b)) / s_y) + z_y)',
  traits: ({ outputType }) => wholeOf(outputType),
  doc: `Adds the numbers that two tensors of integers stand for, each with a scale and a zero point, and rounds the sum to the
steps of the output, halves to the even neighbour. Tensors are stretched as NumPy does. The scales are divided once, and the zero
points are gathered into one constant; products and sums are fused, in single precision, as onnxruntime has them. Counted as a sum and
a rounding: two operations per output element.

Source: com.microsoft operator QLinearAdd.`,
  params: {
    ...productParams,
    rightScale: gridParams.scale('Right scale', 'What one step of the right operand is worth.'),
    rightZero: gridParams.zero('Right zero', 'The integer that stands for 0 in the right operand.'),
    rightType: gridParams.type('Right type', 'The integers of the right operand.', 'uint8'),
    asUnsigned,
  },
  idle: (params) => (movedBy({ ...params, asUnsigned: true }) === 0 ? ['asUnsigned'] : []),
  inputs: [
    { name: 'a', doc: 'One operand.' },
    { name: 'b', doc: 'The other.' },
  ],
  shape({ params, inputs }) {
    const outside = expectZeros('Quantized add', {
      ...productZeros(params),
      rightZero: [params.rightZero, params.rightType],
    });
    if (outside) return outside;
    const [a, b] = inputs as readonly [Dims, Dims];
    const together = broadcastDims(a, b);
    if (together) return [together];
    return say('shapes-differ', { a: formatDims(a), b: formatDims(b) }, { port: 'b' });
  },
  cost(at) {
    const { macs, otherOps } = add.cost({ ...at, params: {} });
    return { macs, otherOps: sum(otherOps, perOutputElement(at.outputs).otherOps) };
  },
  forward({ params, inputs, outputs, tally }) {
    const moved = movedBy(params);
    const [inputZero, rightZero] = [params.inputZero + moved, params.rightZero + moved];
    const [low, high] = intRanges[params.outputType];
    const a = stretch(inputs[0]!, outputs[0]!);
    const b = stretch(inputs[1]!, outputs[0]!);
    const outputScale = Math.fround(params.outputScale);
    const left = Math.fround(Math.fround(params.inputScale) / outputScale);
    const right = Math.fround(Math.fround(params.rightScale) / outputScale);
    const zeros = Math.fround(left * inputZero + Math.fround(right * rightZero));
    const fixed = Math.fround(params.outputZero + moved - zeros);
    const y = a.data.map((value, i) => {
      const rest = Math.fround((b.data[i]! + moved) * right + fixed);
      const total = Math.fround((value + moved) * left + rest);
      return Math.min(Math.max(roundEven(total) - moved, low), high);
    });
    tally.otherOps += 2 * y.length;
    return [new Tensor('float32', y, outputs[0]!)];
  },
  examples: [
    {
      title: 'Two grids',
      params: {
        ...{ inputScale: 0.5, inputZero: 10, rightScale: 0.25, rightZero: 20 },
        ...{ outputScale: 1, outputZero: 100 },
      },
      inputs: [[4], [4]],
      outputs: [[4]],
      macs: 0,
      trainedParams: 0,
      source: 'by hand: (a − 10)/2 + (b − 20)/4 = 0, 1.5, 2.5 and 180',
      values: {
        inputs: [
          [10, 12, 14, 250],
          [20, 22, 22, 255],
        ],
        outputs: [[100, 102, 102, 255]],
      },
    },
    {
      title: 'A finer second grid',
      params: {
        inputScale: 0.5,
        inputZero: 10,
        rightScale: 0.25,
        rightZero: 20,
        outputScale: 0.5,
        outputZero: 60,
      },
      inputs: [[4], [4]],
      outputs: [[4]],
      source: 'PyTorch 1.13, torch.ops.quantized.add',
      values: {
        inputs: [
          [10, 0, 255, 128],
          [4, 200, 7, 128],
        ],
        outputs: [[52, 140, 255, 232]],
      },
    },
  ],
});
