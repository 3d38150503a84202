import { elementCount } from '../base/dims.ts';
import { Tensor } from '../base/tensor.ts';
import { defineLayer, perOutputElement } from './define.ts';
import {
  epsilonParam,
  firstAxisParam,
  reachOfLastAxes,
  shapeOfLastAxes,
  weightOfLastAxes,
} from './standardise.ts';

export const rmsNorm = defineLayer({
  kind: 'rmsNorm',
  title: 'RMS norm',
  group: 'normalisation',
  icon: 'rmsNorm',
  summary: 'Divides the last axes of each sample by their root mean square.',
  words: ['root mean square', 'rms normalization', '均方根归一化'],
  formula: 'y = γ · x / √(mean(x²) + ε), with the mean over the axes from *axis* on',
  doc: `Layer normalisation without the mean and without a shift: what language models took over from it, and vision transformers
since. γ holds one value per element of the axes from *axis* to the last. Counted as three operations per element: the mean of
squares, its root's inverse, the scale.

Sources: Zhang and Sennrich 2019; ONNX operator RMSNormalization; PyTorch RMSNorm.`,
  params: {
    axis: firstAxisParam,
    epsilon: epsilonParam,
  },
  headline: ['axis'],
  shape: (at) => shapeOfLastAxes('RMS norm', at),
  weights: (at) => [weightOfLastAxes('weight', 1, at)],
  cost: ({ outputs }) => perOutputElement(outputs, 'elements', 3),
  reach: reachOfLastAxes,
  forward({ params, inputs, weights, tally }) {
    const x = inputs[0]!;
    const y = Tensor.zeros(x.dims);
    const scale = weights.weight!.data;
    const run = elementCount(weights.weight!.dims);
    for (let start = 0; start < y.data.length; start += run) {
      let squares = 0;
      for (let i = start; i < start + run; i++) squares += x.data[i]! ** 2;
      const factor = 1 / Math.sqrt(squares / run + params.epsilon);
      for (let i = start; i < start + run; i++) {
        y.data[i] = x.data[i]! * factor * scale[i - start]!;
        tally.otherOps += 3;
      }
    }
    return [y];
  },
  examples: [
    {
      title: 'Three and four',
      params: { epsilon: 0 },
      inputs: [[1, 2]],
      outputs: [[1, 2]],
      macs: 0,
      trainedParams: 2,
      source: 'Zhang and Sennrich 2019, equation 4: the root mean square of 3 and 4 is √12.5',
      values: {
        inputs: [[3, 4]],
        weights: { weight: [1, 2] },
        outputs: [[0.848528137, 2.2627417]],
      },
    },
    {
      title: 'On tokens of a transformer',
      params: { epsilon: 1e-6 },
      inputs: [[1, 197, 768]],
      outputs: [[1, 197, 768]],
      macs: 0,
      trainedParams: 768,
      source: 'Zhang and Sennrich 2019',
    },
    {
      title: 'Over two axes, a large epsilon',
      params: { axis: 1, epsilon: 0.5 },
      inputs: [[1, 2, 2]],
      outputs: [[1, 2, 2]],
      source: 'PyTorch 1.13, torch, x · (x².mean() + ε).rsqrt() · γ',
      values: {
        inputs: [[1, -2, 3, 5]],
        weights: { weight: [1, 2, 1, 0.5] },
        outputs: [[0.3123475, -1.24939, 0.9370426, 0.7808688]],
      },
    },
  ],
});
