import { defineActivation } from './activation.ts';
import { erfOf } from './erf-function.ts';

export const erf = defineActivation({
  kind: 'erf',
  title: 'Error function',
  group: 'math',
  icon: 'erf',
  summary: 'The Gauss error function of every element.',
  words: ['误差函数'],
  formula: 'y = 2/√π · ∫₀ˣ e^−t² dt',
  traits: { keepsSign: true, bounded: true, saturates: true },
  doc: `The core of the exact GELU where that is written out in single operations.

Source: ONNX operator Erf.`,
  params: {},
  scalar: () => erfOf,
  known: [
    {
      source: 'PyTorch 1.13, torch.erf',
      x: [-2, -0.5, 0, 0.5, 3],
      y: [-0.9953223, -0.5204999, 0, 0.5204999, 0.9999779],
    },
    { source: 'PyTorch 1.13, torch.erf', x: [-1, 0.1, 1], y: [-0.8427008, 0.1124629, 0.8427008] },
  ],
});
