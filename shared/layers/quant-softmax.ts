import { elementCount } from '../base/dims.ts';
import { Tensor } from '../base/tensor.ts';
import { sum } from '../base/term.ts';
import { defineLayer, perOutputElement } from './define.ts';
import { expectZeros, intRanges, productParams, productZeros, roundEven, wholeOf } from './int-grid.ts';
import { lanesOf } from './lanes.ts';
import { softmax } from './softmax.ts';

const MOST_FLOAT = 3.4028234663852886e38;
/** How far below the largest number the sum of all exponentials stays: e to this. */
const RESERVE = 5;

/** e to each distance below the largest score, in steps, times what makes the most of float32. */
function exponentials(scale: number, length: number): Float32Array {
  const shift = Math.max(0, Math.log(MOST_FLOAT / length) - RESERVE);
  return Float32Array.from({ length: 256 }, (_, below) => Math.exp(shift - below * scale));
}

export const quantSoftmax = defineLayer({
  kind: 'quantSoftmax',
  title: 'Quantized softmax',
  group: 'activation',
  icon: 'quantSoftmax',
  summary: 'Turns scores on a grid of integers into probabilities on another.',
  formula: 'y[i] = clamp(round(⌊1/s_y⌋ · e^(s_x·x[i]) / Σ_j e^(s_x·x[j])) + z_y)',
  traits: ({ outputType }) => wholeOf(outputType),
  doc: `Softmax of integers along one axis. The exponentials come from a table of 256 numbers, one for each distance from the
largest score, and sums and quotients are in single precision, as onnxruntime has them; with it, 1/s_y is rounded down, and the
quotient is rounded, halves to the even neighbour. What the output's type cannot hold becomes its largest number. Integers of one byte
come in. Counted as a softmax and a rounding: four operations per element.

Source: com.microsoft operator QLinearSoftmax.`,
  params: { ...productParams, ...softmax.params },
  shape: ({ params, inputs }) =>
    expectZeros('Quantized softmax', productZeros(params)) ??
    softmax.shape({ params: { axis: params.axis }, inputs }),
  cost(at) {
    const { macs, otherOps } = softmax.cost({ ...at, params: { axis: at.params.axis } });
    return { macs, otherOps: sum(otherOps, perOutputElement(at.outputs).otherOps) };
  },
  reach: ({ params: { axis }, inputs }) => softmax.reach({ params: { axis }, inputs }),
  forward({ params, inputs, tally }) {
    const { axis, inputScale, outputScale, outputZero, outputType } = params;
    const x = inputs[0]!;
    const y = Tensor.zeros(x.dims);
    if (elementCount(x.dims) === 0) return [y];
    const lanes = lanesOf(x.dims, (axis + x.dims.length) % x.dims.length);
    const table = exponentials(Math.fround(inputScale), lanes.length);
    const whole = Math.floor(Math.fround(1 / Math.fround(outputScale)));
    const [low, high] = intRanges[outputType];
    for (let lane = 0; lane < lanes.count; lane++) {
      const start = lanes.at(lane);
      const end = start + lanes.length * lanes.step;
      let largest = -Infinity;
      for (let i = start; i < end; i += lanes.step) largest = Math.max(largest, x.data[i]!);
      let total = 0;
      for (let i = start; i < end; i += lanes.step)
        total = Math.fround(total + (table[largest - x.data[i]!] ?? 0));
      for (let i = start; i < end; i += lanes.step) {
        const share = Math.fround(Math.fround((table[largest - x.data[i]!] ?? 0) * whole) / total);
        y.data[i] = Math.min(Math.max(roundEven(share) + outputZero, low), high);
        tally.otherOps += 4;
      }
    }
    return [y];
  },
  examples: [
    {
      title: 'Three scores',
      params: { inputScale: Math.LN2, outputScale: 0.00390625, axis: 1 },
      inputs: [[1, 3]],
      outputs: [[1, 3]],
      macs: 0,
      trainedParams: 0,
      source:
        'by hand: a step doubles, so that the shares are 1/7, 2/7 and 4/7 of 256, which are 36.6, 73.1 and 146.3',
      values: { inputs: [[10, 11, 12]], outputs: [[37, 73, 146]] },
    },
    {
      title: 'Steps whose number is no whole one',
      params: { inputScale: Math.LN2, outputScale: 0.013, outputZero: 50, axis: 1 },
      inputs: [[1, 3]],
      outputs: [[1, 3]],
      source: 'by hand: 1/0.013 is 76 and something; 1/4, 1/4 and 1/2 of 76 are 19, 19 and 38',
      values: { inputs: [[7, 7, 8]], outputs: [[69, 69, 88]] },
    },
  ],
});
