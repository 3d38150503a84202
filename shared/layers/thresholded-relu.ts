import { param } from '../schema/params.ts';
import { defineActivation } from './activation.ts';

export const thresholdedRelu = defineActivation({
  kind: 'thresholdedRelu',
  title: 'Thresholded ReLU',
  icon: 'thresholdedRelu',
  summary: 'Keeps what exceeds a threshold.',
  formula: 'y = x for x > θ, 0 otherwise',
  traits: ({ threshold }) => ({ keepsSign: true, nonNegative: threshold >= 0 }),
  doc: `A ReLU that opens at θ instead of zero.

Sources: Konda et al. 2014; ONNX operator ThresholdedRelu.`,
  params: {
    threshold: param.float({
      title: 'Threshold',
      doc: 'Smaller inputs become zero.',
      default: 1,
      symbol: 'θ',
    }),
  },
  headline: ['threshold'],
  scalar: ({ threshold }) => {
    // Inputs are of single precision: 0.1 is one of them, and does not exceed itself.
    const limit = Math.fround(threshold);
    return (x) => (x > limit ? x : 0);
  },
  known: [
    { source: 'PyTorch 1.13, torch.nn.functional.threshold', x: [-2, 0.5, 1, 1.5, 3], y: [0, 0, 0, 1.5, 3] },
    {
      source: 'PyTorch 1.13, torch.nn.functional.threshold',
      params: { threshold: -1 },
      x: [-2, -1, -0.5, 2],
      y: [0, 0, -0.5, 2],
    },
  ],
});
