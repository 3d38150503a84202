import { param } from '../schema/params.ts';
import { defineActivation } from './activation.ts';

export const shrink = defineActivation({
  kind: 'shrink',
  title: 'Shrink',
  group: 'activation',
  icon: 'shrink',
  summary: 'Makes small values zero, and others smaller.',
  formula: 'y = x − sgn(x)·b for |x| > λ, else 0',
  traits: ({ lambda, bias }) => ({ keepsSign: bias <= lambda }),
  doc: `Elements within ±λ become zero; the others move towards zero by the bias. With a bias of 0 it is hard shrinkage, with λ soft shrinkage, as denoising has them.

Source: ONNX operator Shrink.`,
  params: {
    lambda: param.float({
      title: 'Threshold',
      doc: 'Elements no further from zero become zero.',
      default: 0.5,
      symbol: 'λ',
      min: 0,
    }),
    bias: param.float({
      title: 'Bias',
      doc: 'How far the others move towards zero.',
      default: 0,
      symbol: 'b',
    }),
  },
  headline: ['lambda', 'bias'],
  scalar: ({ lambda, bias }) => {
    const limit = Math.fround(lambda);
    return (x) => (x < -limit ? x + bias : x > limit ? x - bias : 0);
  },
  known: [
    { source: 'ONNX operator Shrink', params: { lambda: 1.5 }, x: [-2, -1, 0, 1, 2], y: [-2, 0, 0, 0, 2] },
    {
      source: 'ONNX operator Shrink',
      params: { lambda: 1.5, bias: 1.5 },
      x: [-2, -1, 0, 1, 2],
      y: [-0.5, 0, 0, 0, 0.5],
    },
  ],
});
