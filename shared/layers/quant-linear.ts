import { sum } from '../base/term.ts';
import { defineLayer, perOutputElement } from './define.ts';
import { expectGrids, productParams, requantise, stepsOf, weightParams, wholeOf } from './int-grid.ts';
import { linear } from './linear.ts';

const { features, bias } = linear.params;
/** Of one vector per sample. */
const plainly = { tokens: false } as const;

export const quantLinear = defineLayer({
  kind: 'quantLinear',
  title: 'Quantized fully connected',
  group: 'dense',
  icon: 'quantLinear',
  summary: 'Joins integers by weights on an integer grid.',
  formula: 'y[o] = clamp(round((b[o] + Σ_f (w[o, f] − z_w) · (x[f] − z_x)) · s_x · s_w / s_y) + z_y)',
  traits: ({ outputType }) => ({ ...wholeOf(outputType), weighted: true, mixesChannels: true }),
  doc: `A fully connected layer whose input, weights and output are integers, each with a scale and a zero point: sums of
products are exact, and only the result is rounded, halves to the even neighbour. Weights and biases are kept as the real numbers that
they stand for, and are rounded to their grid: weights to steps of s_w, biases to steps of s_x·s_w. Costs are those of a fully
connected layer, and one operation for each number that is rounded.

Sources: ONNX operators QLinearMatMul and com.microsoft.QGemm; Jacob et al. 2017.`,
  params: { features, bias, ...productParams, ...weightParams },
  headline: ['features'],
  shape: ({ params, inputs }) =>
    expectGrids('Quantized fully connected', params.features, params) ??
    linear.shape({ params: { ...params, ...plainly }, inputs }),
  weights: ({ params, inputs }) => linear.weights({ params: { ...params, ...plainly }, inputs }),
  cost(at) {
    const { macs, otherOps } = linear.cost({ ...at, params: { ...at.params, ...plainly } });
    return { macs, otherOps: sum(otherOps, perOutputElement(at.outputs).otherOps) };
  },
  reach: () => ({ kind: 'global' }),
  forward({ params, inputs, weights, outputs, tally }) {
    const steps = stepsOf(params, inputs[0]!, weights);
    const [sums] = linear.forward({ params: { ...params, ...plainly }, ...steps, outputs, tally });
    return [requantise(sums!, params, params.weightScales, (i) => i % params.features, tally)];
  },
  examples: [
    {
      title: 'ONNX test qlinearmatmul_2D, turned',
      params: {
        features: 3,
        bias: false,
        inputScale: 0.0066,
        inputZero: 113,
        weightScales: [0.00705],
        weightZeros: [114],
        weightType: 'uint8',
        outputScale: 0.0107,
        outputZero: 118,
      },
      inputs: [[2, 4]],
      outputs: [[2, 3]],
      macs: 24,
      trainedParams: 12,
      source: 'ONNX operator QLinearMatMul, example "2D"',
      values: {
        inputs: [[208, 236, 0, 238, 3, 214, 255, 29]],
        weights: {
          weight: [152, 60, 0, 127, 51, 26, 127, 254, 244, 255, 246, 247].map((q) => (q - 114) * 0.00705),
        },
        outputs: [[168, 115, 255, 1, 66, 151]],
      },
    },
    {
      title: 'With a bias',
      params: {
        features: 2,
        inputScale: 0.5,
        inputZero: 2,
        weightScales: [0.25],
        outputScale: 0.3,
        outputZero: 40,
      },
      inputs: [[2, 3]],
      outputs: [[2, 2]],
      source: 'PyTorch 1.13, torch.nn.quantized.functional.linear',
      values: {
        inputs: [[1, 2, 3, 4, 5, 6]],
        weights: { weight: [0.75, -0.5, 1.75, 0.25, 0, -1.25], bias: [1, -0.5] },
        outputs: [[45, 36, 55, 31]],
      },
    },
  ],
});
