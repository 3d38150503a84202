import { defineActivation } from './activation.ts';
import { softplusOf } from './softplus.ts';

export const mish = defineActivation({
  kind: 'mish',
  title: 'Mish',
  icon: 'mish',
  summary: 'A smooth ReLU that dips below zero, like SiLU.',
  formula: 'y = x · tanh(ln(1 + e^x))',
  traits: { keepsSign: true },
  doc: `Self-gated like SiLU, with tanh of softplus as the gate. YOLOv4 uses it.

Sources: Misra 2019; ONNX operator Mish.`,
  params: {},
  scalar: () => (x) => x * Math.tanh(softplusOf(x)),
});
