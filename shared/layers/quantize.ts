import { defineLayer, perOutputElement } from './define.ts';
import { gridParams, intRanges, mapPerAxis, misfit, toGrid, wholeOf } from './int-grid.ts';

export const quantize = defineLayer({
  kind: 'quantize',
  title: 'Quantize',
  group: 'math',
  icon: 'quantize',
  summary: 'Rounds real numbers to the steps of an integer type.',
  formula: 'y = clamp(round(x / s) + z)',
  traits: ({ type }) => wholeOf(type),
  doc: `Turns real numbers into integers: x / s is rounded, halves to the even neighbour, z is added, and what the type
cannot hold becomes its smallest or largest number. One scale s and zero point z for the whole tensor, or one per index of an axis.

Sources: ONNX operator QuantizeLinear; Jacob et al. 2017.`,
  params: {
    scales: gridParams.scales('Scales', 'What one step is worth: one for all, or one per index of the axis.'),
    zeros: gridParams.zeros('Zero points', 'The integers that stand for 0: one for all, or one each.'),
    axis: gridParams.axis,
    type: gridParams.type('Type', 'The integers that go out.', 'uint8'),
  },
  headline: ['scales', 'type'],
  idle: ({ scales, zeros }) => (scales.length === 1 && zeros.length === 1 ? ['axis'] : []),
  shape: ({ params, inputs }) => misfit('Quantize', params, inputs[0]!) ?? [inputs[0]!],
  cost: ({ outputs }) => perOutputElement(outputs),
  forward: ({ params, inputs, tally }) => [
    mapPerAxis(inputs[0]!, params, tally, (x, scale, zero) => toGrid(x, scale, zero, intRanges[params.type])),
  ],
  examples: [
    {
      title: 'ONNX test quantizelinear',
      params: { scales: [2], zeros: [128], type: 'uint8' },
      inputs: [[6]],
      outputs: [[6]],
      macs: 0,
      trainedParams: 0,
      source: 'ONNX operator QuantizeLinear, example "quantizelinear"',
      values: { inputs: [[0, 2, 3, 1000, -254, -1000]], outputs: [[128, 129, 130, 255, 1, 0]] },
    },
    {
      title: 'ONNX test quantizelinear_axis',
      params: { scales: [2, 4, 5], zeros: [84, 24, 196], axis: 1, type: 'uint8' },
      inputs: [[1, 3, 3, 2]],
      outputs: [[1, 3, 3, 2]],
      source: 'ONNX operator QuantizeLinear, example "axis"',
      values: {
        inputs: [[-162, 10, -100, 232, -20, -50, -76, 0, 0, 252, 32, -44, 245, -485, -960, -270, -375, -470]],
        outputs: [[3, 89, 34, 200, 74, 59, 5, 24, 24, 87, 32, 13, 245, 99, 4, 142, 121, 102]],
      },
    },
  ],
});
