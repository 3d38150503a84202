import { elementCount } from '../base/dims.ts';
import { Tensor } from '../base/tensor.ts';
import { param } from '../schema/params.ts';
import { defineLayer, perOutputElement } from './define.ts';
import {
  epsilonParam,
  firstAxisParam,
  reachOfLastAxes,
  shapeOfLastAxes,
  standardise,
  weightOfLastAxes,
} from './standardise.ts';

export const layerNorm = defineLayer({
  kind: 'layerNorm',
  title: 'Layer norm',
  group: 'normalisation',
  icon: 'layerNorm',
  summary: 'Normalises the last axes of each sample by themselves.',
  words: ['ln', 'layer normalization', '层归一化'],
  formula: 'y = γ · (x − μ) / √(σ² + ε) + β, with μ and σ² over the axes from *axis* on',
  doc: `Takes mean and variance over all axes from *axis* to the last; γ and β hold one value per element of these axes. ConvNeXt
puts the channels last and normalises them. Counted as four operations per element: one each for mean and variance, two to scale
and shift.

Sources: Ba et al. 2016; Liu et al. 2022 (ConvNeXt); ONNX operator LayerNormalization.`,
  params: {
    axis: firstAxisParam,
    epsilon: epsilonParam,
    bias: param.flag({ title: 'Bias', doc: 'Adds a learned β.', default: true, advanced: true }),
  },
  headline: ['axis'],
  shape: (at) => shapeOfLastAxes('Layer norm', at),
  weights: (at) => [
    weightOfLastAxes('weight', 1, at),
    ...(at.params.bias ? [weightOfLastAxes('bias', 0, at)] : []),
  ],
  cost: ({ outputs }) => perOutputElement(outputs, 'elements', 4),
  reach: reachOfLastAxes,
  forward({ params, inputs, weights, tally }) {
    const x = inputs[0]!;
    const y = Tensor.zeros(x.dims);
    const scale = weights.weight!.data;
    const shift = weights.bias?.data;
    const run = elementCount(weights.weight!.dims);
    for (let start = 0; start < y.data.length; start += run) {
      standardise(
        x.data.subarray(start, start + run),
        y.data.subarray(start, start + run),
        params.epsilon,
        (normalised, i) => normalised * scale[i]! + (shift ? shift[i]! : 0),
        tally,
      );
    }
    return [y];
  },
  examples: [
    {
      title: 'In ConvNeXt-T, channels last',
      params: { epsilon: 1e-6 },
      inputs: [[1, 56, 56, 96]],
      outputs: [[1, 56, 56, 96]],
      macs: 0,
      trainedParams: 192,
      source: 'Liu et al. 2022',
    },
    {
      title: 'Along the last axis',
      params: {},
      inputs: [[2, 3]],
      outputs: [[2, 3]],
      source: 'PyTorch 1.13, torch.nn.functional.layer_norm',
      values: {
        inputs: [[1, 2, 3, 4, 6, 8]],
        weights: { weight: [1, 2, 1], bias: [0, -1, 0.5] },
        outputs: [[-1.224736, -1, 1.724736, -1.224743, -1.0, 1.724743]],
      },
    },
    {
      title: 'Over two axes, without a shift',
      params: { axis: 1, bias: false, epsilon: 0.5 },
      inputs: [[1, 2, 2]],
      outputs: [[1, 2, 2]],
      source: 'PyTorch 1.13, torch.nn.functional.layer_norm',
      values: {
        inputs: [[1, 2, 3, 5]],
        weights: { weight: [1, 2, 1, 0.5] },
        outputs: [[-1.06749, -0.9149914, 0.1524986, 0.6862436]],
      },
    },
  ],
});
