import { elementCount, formatDims } from '../base/dims.ts';
import { messages } from '../base/problem.ts';
import { Tensor } from '../base/tensor.ts';
import { broadcastDims, stretch } from './broadcast.ts';
import { defineLayer, perOutputElement } from './define.ts';

export const say = messages('layers/select', {
  'shapes-differ:mask': [
    'The mask of {{mask}} does not fit values of {{values}}.',
    'Make the axes equal, or of length 1.',
  ],
  'shapes-differ:values': [
    'Select by mask needs equal shapes, got {{a}} and {{b}}.',
    'Make the axes equal, or of length 1.',
  ],
});

export const select = defineLayer({
  kind: 'select',
  title: 'Select by mask',
  group: 'math',
  icon: 'select',
  summary: 'Takes each element from one of two tensors, as a mask says.',
  words: ['where', 'mask', '选择'],
  formula: 'y = a where m > 0, else b',
  traits: { keepsSign: true },
  doc: `Where the mask is positive the element of the first tensor is taken, elsewhere that of the second. Shapes are equal, or an
axis of length 1 is repeated, as in NumPy. Attention hides positions by it: their scores become −∞ before the softmax.

Sources: Vaswani et al. 2017; ONNX operator Where.`,
  params: {},
  inputs: [
    { name: 'mask', doc: 'What decides: positive or not.' },
    { name: 'a', doc: 'Taken where the mask is positive.' },
    { name: 'b', doc: 'Taken elsewhere.' },
  ],
  shape({ inputs }) {
    const [mask, a, b] = inputs;
    const values = broadcastDims(a!, b!);
    const dims = values && broadcastDims(values, mask!);
    if (dims) return [dims];
    return values
      ? say('shapes-differ:mask', { mask: formatDims(mask!), values: formatDims(values) }, { port: 'mask' })
      : say('shapes-differ:values', { a: formatDims(a!), b: formatDims(b!) }, { port: 'b' });
  },
  cost: ({ outputs }) => perOutputElement(outputs),
  forward({ inputs, outputs, tally }) {
    const dims = outputs[0]!;
    const [mask, a, b] = inputs.map((x) => stretch(x, dims).data);
    const y = new Float32Array(elementCount(dims));
    for (let i = 0; i < y.length; i++) {
      y[i] = mask![i]! > 0 ? a![i]! : b![i]!;
      tally.otherOps += 1;
    }
    return [new Tensor('float32', y, dims)];
  },
  examples: [
    {
      title: 'The scores of one attention head, masked',
      params: {},
      inputs: [[1, 1, 49, 49], [1, 3, 49, 49], [1]],
      outputs: [[1, 3, 49, 49]],
      macs: 0,
      trainedParams: 0,
      source: 'NumPy broadcasting',
    },
    {
      title: 'One element or the other',
      params: {},
      inputs: [[4], [4], [4]],
      outputs: [[4]],
      source: 'PyTorch 1.13, torch.where',
      values: {
        inputs: [
          [1, 0, 1, 0],
          [1, 2, 3, 4],
          [-1, -2, -3, -4],
        ],
        outputs: [[1, -2, 3, -4]],
      },
    },
    {
      title: 'A row of conditions for two rows',
      params: {},
      inputs: [[1, 3], [2, 3], [1]],
      outputs: [[2, 3]],
      source: 'PyTorch 1.13, torch.where',
      values: { inputs: [[0, 1, 0], [1, 2, 3, 4, 5, 6], [-1]], outputs: [[-1, 2, -1, -1, 5, -1]] },
    },
  ],
});
