import { sum } from '../base/term.ts';
import { conv2d } from './conv2d.ts';
import { defineLayer, perOutputElement } from './define.ts';
import { expectGrids, productParams, requantise, stepsOf, weightParams, wholeOf } from './int-grid.ts';

export const quantConv2d = defineLayer({
  kind: 'quantConv2d',
  title: 'Quantized conv2d',
  group: 'convolution',
  icon: 'quantConv2d',
  summary: 'Convolves integers with weights on an integer grid.',
  formula: 'y = clamp(round((b + Σ (w − z_w) · (x − z_x)) · s_x · s_w / s_y) + z_y)',
  traits: ({ groups, outputType }) => ({
    ...wholeOf(outputType),
    weighted: true,
    mixesChannels: groups === 1,
  }),
  doc: `A convolution whose input, weights and output are integers, each with a scale and a zero point: sums of products are
exact, and only the result is rounded, halves to the even neighbour. Weights and biases are kept as the real numbers that they stand
for, and are rounded to their grid: weights to steps of s_w, biases to steps of s_x·s_w. Padding stands for 0. Costs are those of a
convolution, and one operation for each number that is rounded.

Sources: ONNX operator QLinearConv; Jacob et al. 2017.`,
  params: { ...conv2d.params, ...productParams, ...weightParams },
  headline: conv2d.headline,
  shape: ({ params, inputs }) =>
    expectGrids('Quantized conv2d', params.channels, params) ?? conv2d.shape({ params, inputs }),
  weights: (at) => conv2d.weights(at),
  cost(at) {
    const { macs, otherOps } = conv2d.cost(at);
    return { macs, otherOps: sum(otherOps, perOutputElement(at.outputs).otherOps) };
  },
  reach: (at) => conv2d.reach(at),
  forward({ params, inputs, weights, outputs, tally }) {
    const steps = stepsOf(params, inputs[0]!, weights);
    const [sums] = conv2d.forward({ params, ...steps, outputs, tally });
    const [, channels, height, width] = outputs[0] as readonly [number, number, number, number];
    const channelOf = (i: number) => Math.floor(i / (height * width)) % channels;
    return [requantise(sums!, params, params.weightScales, channelOf, tally)];
  },
  examples: [
    {
      title: 'ONNX test qlinearconv',
      params: {
        channels: 1,
        kernel: [1, 1],
        bias: false,
        inputScale: 0.00369204697,
        inputZero: 132,
        weightScales: [0.00172794575],
        weightZeros: [255],
        weightType: 'uint8',
        outputScale: 0.00162681262,
        outputZero: 123,
      },
      inputs: [[1, 1, 7, 7]],
      outputs: [[1, 1, 7, 7]],
      macs: 49,
      trainedParams: 1,
      source: 'ONNX operator QLinearConv, example "qlinearconv"; the weight is (0 − 255) steps',
      values: {
        inputs: [
          [
            255, 174, 162, 25, 203, 168, 58, 15, 59, 237, 95, 129, 0, 64, 56, 242, 153, 221, 168, 12, 166,
            232, 178, 186, 195, 237, 162, 237, 188, 39, 124, 77, 80, 102, 43, 127, 230, 21, 83, 41, 40, 134,
            255, 154, 92, 141, 42, 148, 247,
          ],
        ],
        weights: { weight: [-255 * 0.00172794575] },
        outputs: [
          [
            0, 81, 93, 230, 52, 87, 197, 240, 196, 18, 160, 126, 255, 191, 199, 13, 102, 34, 87, 243, 89, 23,
            77, 69, 60, 18, 93, 18, 67, 216, 131, 178, 175, 153, 212, 128, 25, 234, 172, 214, 215, 121, 0,
            101, 163, 114, 213, 107, 8,
          ],
        ],
      },
    },
    {
      title: 'Padded, with a bias',
      params: {
        channels: 1,
        kernel: [2, 2],
        padding: [1, 1, 1, 1],
        inputScale: 0.5,
        inputZero: 2,
        weightScales: [0.25],
        outputScale: 0.3,
        outputZero: 40,
      },
      inputs: [[1, 1, 3, 3]],
      outputs: [[1, 1, 4, 4]],
      source: 'PyTorch 1.13, torch.nn.quantized.functional.conv2d',
      values: {
        inputs: [[1, 2, 3, 4, 5, 6, 7, 8, 9]],
        weights: { weight: [0.75, -0.5, 1.75, 0.25], bias: [1] },
        outputs: [[43, 40, 44, 46, 45, 49, 53, 56, 44, 60, 64, 69, 39, 45, 45, 52]],
      },
    },
  ],
});
