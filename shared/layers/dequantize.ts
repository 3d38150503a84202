import { defineLayer, perOutputElement } from './define.ts';
import { gridParams, mapPerAxis, misfit } from './int-grid.ts';

export const dequantize = defineLayer({
  kind: 'dequantize',
  title: 'Dequantize',
  group: 'math',
  icon: 'dequantize',
  summary: 'Turns integers back into the real numbers that they stand for.',
  formula: 'y = (x − z) · s',
  traits: { linear: true },
  doc: `The real numbers that quantised ones stand for: one step is worth s, and z stands for 0. One scale and zero point for
the whole tensor, or one per index of an axis.

Sources: ONNX operator DequantizeLinear; Jacob et al. 2017.`,
  params: {
    scales: gridParams.scales('Scales', 'What one step is worth: one for all, or one per index of the axis.'),
    zeros: gridParams.zeros('Zero points', 'The integers that stand for 0: one for all, or one each.'),
    axis: gridParams.axis,
    type: gridParams.type('Type', 'The integers that come in.', 'uint8'),
  },
  headline: ['scales', 'type'],
  idle: ({ scales, zeros }) => (scales.length === 1 && zeros.length === 1 ? ['axis'] : []),
  shape: ({ params, inputs }) => misfit('Dequantize', params, inputs[0]!) ?? [inputs[0]!],
  cost: ({ outputs }) => perOutputElement(outputs),
  forward: ({ params, inputs, tally }) => [
    mapPerAxis(inputs[0]!, params, tally, (x, scale, zero) => (x - zero) * Math.fround(scale)),
  ],
  examples: [
    {
      title: 'ONNX test dequantizelinear',
      params: { scales: [2], zeros: [128], type: 'uint8' },
      inputs: [[4]],
      outputs: [[4]],
      macs: 0,
      trainedParams: 0,
      source: 'ONNX operator DequantizeLinear, example "dequantizelinear"',
      values: { inputs: [[0, 3, 128, 255]], outputs: [[-256, -250, 0, 254]] },
    },
    {
      title: 'ONNX test dequantizelinear_axis',
      params: { scales: [2, 4, 5], zeros: [84, 24, 196], axis: 1, type: 'uint8' },
      inputs: [[1, 3, 3, 2]],
      outputs: [[1, 3, 3, 2]],
      source: 'ONNX operator DequantizeLinear, example "axis"',
      values: {
        inputs: [[3, 89, 34, 200, 74, 59, 5, 24, 24, 87, 32, 13, 245, 99, 4, 142, 121, 102]],
        outputs: [
          [-162, 10, -100, 232, -20, -50, -76, 0, 0, 252, 32, -44, 245, -485, -960, -270, -375, -470],
        ],
      },
    },
  ],
});
