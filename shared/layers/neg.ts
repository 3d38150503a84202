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
});
