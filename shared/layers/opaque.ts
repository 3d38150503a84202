import { param } from '../schema/params.ts';
import { defineLayer, free } from './define.ts';

/** A place held for what cannot be said in layers. It is there to be seen: whoever would run it refuses first. */
export const opaque = defineLayer({
  kind: 'opaque',
  title: 'Opaque',
  group: 'math',
  icon: 'opaque',
  summary: 'Stands for an operation that is not known here; keeps its shape.',
  words: ['unknown', 'placeholder', 'custom', '未知', '占位'],
  formula: 'y = ?',
  traits: { opaque: true },
  doc: `Holds the place of an operation that a program has and Netwright does not, so that the rest of the network can be seen
and counted. What it gives has the shape that is written down, whatever comes in. What it costs, what it computes and how far it sees
are unknown, and every total that leaves it out says so; a network with it cannot run, nor be exported as one that runs.

Source: the \`call_function\` and \`call_module\` nodes of torch.fx, of which some have no layer.`,
  params: {
    operation: param.text({
      title: 'Operation',
      doc: 'What stood there, as its program calls it.',
      default: '',
    }),
    shape: param.dims({
      title: 'Shape',
      doc: 'The extents of what it gives, without a batch axis.',
      default: [1],
      maxRank: 8,
    }),
    batched: param.flag({
      title: 'Batched',
      doc: 'Puts the batch axis of the first input in front of the shape. Off for tensors that have none.',
      default: true,
      advanced: true,
    }),
  },
  inputs: [{ name: 'in', doc: 'What the operation reads.', atLeast: 0 }],
  headline: ['operation', 'shape'],
  shape: ({ params, inputs }) => [params.batched ? [inputs[0]?.[0] ?? 1, ...params.shape] : params.shape],
  cost: () => free,
  forward() {
    throw new TypeError('Nobody knows what an opaque layer computes.');
  },
  examples: [
    {
      title: 'A Fourier transform of a map',
      params: { operation: 'torch.fft.rfft2', shape: [64, 56, 29] },
      inputs: [[1, 64, 56, 56]],
      outputs: [[1, 64, 56, 29]],
      source: 'PyTorch 1.13, torch.fft.rfft2: half of the last axis, and the middle',
    },
  ],
});
