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
});

/** ln(1 + e^x) without overflow: max(x, 0) + ln(1 + e^−|x|). */
export function softplusOf(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}
