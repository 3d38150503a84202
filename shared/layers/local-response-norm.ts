import { elementCount } from '../base/dims.ts';
import { Tensor } from '../base/tensor.ts';
import { product, zero } from '../base/term.ts';
import { param } from '../schema/params.ts';
import { defineLayer } from './define.ts';
import { expectRank } from './expect.ts';

export const localResponseNorm = defineLayer({
  kind: 'localResponseNorm',
  title: 'Local response norm',
  group: 'normalisation',
  icon: 'localResponseNorm',
  summary: 'Damps a channel where its neighbours are strong; AlexNet had it.',
  words: ['lrn', '局部响应归一化'],
  formula: 'y[c] = x[c] / (k + α/n · Σ_{c′ near c} x[c′]²)^β',
  traits: ({ k, alpha }) => ({ keepsSign: k >= 0 && alpha >= 0 }),
  doc: `Divides every element by the strength of the n channels around it, at the same position. For channel c these are the
channels from c − ⌊(n−1)/2⌋ to c + ⌈(n−1)/2⌉, cut off at both ends. VGG found no gain in it, and batch norm replaced it.

Counted as n + 2 operations per element: n squares summed, a power, a division. α is divided by n, as in Caffe and ONNX; the
paper's α is not.

Sources: Krizhevsky et al. 2012, section 3.3; ONNX operator LRN.`,
  params: {
    size: param.int({
      title: 'Channels',
      doc: 'How many neighbouring channels are summed.',
      default: 5,
      max: 4096,
      symbol: 'n',
    }),
    alpha: param.float({
      title: 'Alpha',
      doc: 'Weight of the neighbours.',
      default: 1e-4,
      min: 0,
      symbol: 'α',
    }),
    beta: param.float({ title: 'Beta', doc: 'Exponent.', default: 0.75, min: 0, max: 16, symbol: 'β' }),
    k: param.float({ title: 'k', doc: 'Keeps the divisor from zero.', default: 1, min: 0, symbol: 'k' }),
  },
  headline: ['size'],
  shape: ({ inputs }) => expectRank('Local response norm', inputs[0]!, 2) ?? [inputs[0]!],
  cost: ({ params, outputs }) => ({
    macs: zero,
    otherOps: product(['(n + 2)', params.size + 2], ['elements', elementCount(outputs[0]!)]),
  }),
  forward({ params, inputs, tally }) {
    const x = inputs[0]!;
    const y = Tensor.zeros(x.dims);
    const [batch, channels] = x.dims as readonly [number, number];
    const area = elementCount(x.dims.slice(2));
    const before = Math.floor((params.size - 1) / 2);
    for (let n = 0; n < batch; n++) {
      for (let c = 0; c < channels; c++) {
        const first = Math.max(0, c - before);
        const last = Math.min(channels - 1, c - before + params.size - 1);
        for (let i = 0; i < area; i++) {
          let squares = 0;
          for (let near = first; near <= last; near++)
            squares += x.data[(n * channels + near) * area + i]! ** 2;
          const at = (n * channels + c) * area + i;
          y.data[at] = x.data[at]! / (params.k + (params.alpha / params.size) * squares) ** params.beta;
          // Channels beyond the ends count like padding does: as if they were there.
          tally.otherOps += params.size + 2;
        }
      }
    }
    return [y];
  },
  examples: [
    {
      title: "After AlexNet's first layer",
      params: {},
      inputs: [[1, 96, 55, 55]],
      outputs: [[1, 96, 55, 55]],
      macs: 0,
      trainedParams: 0,
      source: 'Krizhevsky et al. 2012',
    },
    {
      title: 'Three neighbours',
      params: { size: 3, alpha: 1, beta: 0.5 },
      inputs: [[1, 4, 1, 1]],
      outputs: [[1, 4, 1, 1]],
      source: 'PyTorch 1.13, torch.nn.functional.local_response_norm',
      values: { inputs: [[1, 2, 3, 4]], outputs: [[0.6123724, 0.8401681, 0.9185587, 1.309307]] },
    },
    {
      title: 'Five neighbours, a constant of two',
      params: { alpha: 0.5, k: 2 },
      inputs: [[1, 4, 1, 2]],
      outputs: [[1, 4, 1, 2]],
      source: 'PyTorch 1.13, torch.nn.functional.local_response_norm',
      values: {
        inputs: [[1, 2, 3, 4, 5, 6, 7, 8]],
        outputs: [[0.2784377, 0.436938, 0.5180197, 0.5526675, 0.8633661, 0.8290013, 1.217503, 1.129629]],
      },
    },
  ],
});
