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
  known: [
    {
      source: 'PyTorch 1.13, torch.nn.functional.mish',
      x: [-2, -0.5, 0, 0.5, 3],
      y: [-0.2525015, -0.2207438, 0, 0.3752452, 2.986535],
    },
    {
      source: 'PyTorch 1.13, torch.nn.functional.mish',
      x: [-10, -1, 1, 10],
      y: [-0.000453989, -0.3034015, 0.8650984, 10.0],
    },
  ],
});
