import { param } from '../schema/params.ts';
import { defineActivation } from './activation.ts';

export const largestFloat = 3.4028234663852886e38;

export const clip = defineActivation({
  kind: 'clip',
  title: 'Clip (ReLU6)',
  icon: 'clip',
  summary: 'Keeps values between two bounds; 0 and 6 make it ReLU6.',
  words: ['relu6', 'clamp', '裁剪', '截断'],
  formula: 'y = min(max(x, lo), hi)',
  traits: ({ min, max }) => ({
    keepsSign: max >= 0,
    nonNegative: min >= 0 && max >= 0,
    // The largest float stands for no bound at all.
    bounded: Math.max(Math.abs(min), Math.abs(max)) < largestFloat,
  }),
  doc: `Cuts values off at both ends. Bounds 0 and 6 give ReLU6, MobileNet's activation, whose range suits 8-bit numbers. Where the
lower bound exceeds the upper one, the upper one holds.

Sources: Howard et al. 2017; ONNX operator Clip.`,
  params: {
    min: param.float({
      title: 'Lower bound',
      doc: 'Smaller values become this.',
      default: 0,
      symbol: 'lo',
      min: -largestFloat,
      max: largestFloat,
    }),
    max: param.float({
      title: 'Upper bound',
      doc: 'Larger values become this.',
      default: 6,
      symbol: 'hi',
      min: -largestFloat,
      max: largestFloat,
    }),
  },
  headline: ['min', 'max'],
  scalar:
    ({ min, max }) =>
    (x) =>
      Math.min(Math.max(x, min), max),
  known: [
    { source: 'PyTorch 1.13, torch.clamp', x: [-2, 0, 3, 6, 7], y: [0, 0, 3, 6, 6] },
    {
      source: 'PyTorch 1.13, torch.clamp',
      params: { min: -1, max: 1 },
      x: [-2, -0.5, 0.5, 2],
      y: [-1, -0.5, 0.5, 1],
    },
  ],
});
