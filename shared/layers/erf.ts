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
  traits: { keepsSign: true },
  doc: `The core of the exact GELU where that is written out in single operations.

Source: ONNX operator Erf.`,
  params: {},
  scalar: () => erfOf,
});
