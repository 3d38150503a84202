import { defineActivation } from './activation.ts';

export const neg = defineActivation({
  kind: 'neg',
  title: 'Negate',
  group: 'math',
  icon: 'neg',
  summary: 'Every element with its sign turned.',
  words: ['minus', '取负'],
  formula: 'y = −x',
  traits: { linear: true },
  doc: `Turns every sign.

Source: ONNX operator Neg.`,
  params: {},
  scalar: () => (x) => -x,
  known: [
    { source: 'PyTorch 1.13, torch.neg', x: [-2, -0.5, 0, 0.5, 3], y: [2, 0.5, 0, -0.5, -3] },
    { source: 'PyTorch 1.13, torch.neg', x: [-7, 7], y: [7, -7] },
  ],
});
