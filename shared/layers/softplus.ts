import { defineActivation } from './activation.ts';

export const softplus = defineActivation({
  kind: 'softplus',
  title: 'Softplus',
  icon: 'softplus',
  summary: 'A smooth ReLU that is positive everywhere.',
  formula: 'y = ln(1 + e^x)',
  traits: { keepsSign: true, nonNegative: true },
  doc: `The integral of the sigmoid. It suits outputs that must be positive, such as variances.

Sources: Dugas et al. 2000; ONNX operator Softplus.`,
  params: {},
  scalar: () => softplusOf,
  known: [
    {
      source: 'PyTorch 1.13, torch.nn.functional.softplus',
      x: [-2, -0.5, 0.25, 0.5, 3],
      y: [0.126928, 0.474077, 0.8259394, 0.974077, 3.048587],
    },
    {
      source: 'PyTorch 1.13, torch.nn.functional.softplus',
      x: [-10, -1, 1, 10],
      y: [4.53989e-5, 0.3132617, 1.313262, 10.00005],
    },
  ],
});

/** ln(1 + e^x) without overflow: max(x, 0) + ln(1 + e^−|x|). */
export function softplusOf(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}
