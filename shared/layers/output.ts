import { defineLayer, free } from './define.ts';

export const output = defineLayer({
  kind: 'output',
  title: 'Output',
  group: 'io',
  icon: 'output',
  summary: 'What the network returns.',
  words: ['输出'],
  frequent: true,
  formula: 'y = x',
  traits: { linear: true, keepsSign: true, identity: true },
  doc: `Marks a tensor as a result of the network; its id is the name of the result.

Source: ONNX graph outputs.`,
  params: {},
  outputs: () => [],
  shape: () => [],
  cost: () => free,
  /** Passes its input on to whoever runs the network, which has no port to receive it. */
  forward: ({ inputs }) => inputs,
  examples: [
    { title: 'Class scores', params: {}, inputs: [[1, 1000]], outputs: [], macs: 0, source: 'definition' },
  ],
});
