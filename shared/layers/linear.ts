import { type Dims, elementCount, formatSample } from '../base/dims.ts';
import { messages } from '../base/problem.ts';
import { Tensor } from '../base/tensor.ts';
import { product, times, zero } from '../base/term.ts';
import { param } from '../schema/params.ts';
import { defineLayer, weight } from './define.ts';

export const say = messages('layers/linear', {
  'needs-vector:tokens': [
    'Fully connected needs a vector, got {{dims}}.',
    'Turn on Over tokens, or insert a flatten.',
  ],
  'needs-vector:map': [
    'Fully connected needs a vector, got {{dims}}.',
    'Insert a flatten or a global average pool.',
  ],
  'needs-vector': ['Fully connected needs a vector, got {{dims}}.', 'Insert a flatten.'],
});

export const linear = defineLayer({
  kind: 'linear',
  title: 'Fully connected',
  group: 'dense',
  icon: 'linear',
  summary: 'Joins every input with every output.',
  words: ['fc', 'dense', 'gemm', 'mlp', '全连接', '全连接层', '线性层'],
  frequent: true,
  formula: 'y[o] = b[o] + Σ_f w[o, f] · x[f]',
  traits: ({ tokens }) => ({ linear: true, weighted: true, mixesChannels: !tokens }),
  doc: `A fully connected (dense, linear) layer: F_out·F_in weights, F_out biases, and F_out·F_in multiply-adds. It costs few
multiply-adds but many parameters: the first one of VGG-16 holds 103 of the network's 138 million. Over *tokens* it takes the
last axis of each of them with the same weights, as transformers do, and costs as much for every token.

Sources: ONNX operator Gemm; PyTorch Linear.`,
  params: {
    features: param.int({
      title: 'Features',
      doc: 'Number of outputs.',
      default: 1000,
      symbol: 'F_out',
      role: 'width',
    }),
    bias: param.flag({ title: 'Bias', doc: 'Adds a learned constant to each output.', default: true }),
    tokens: param.flag({
      title: 'Over tokens',
      doc: 'Takes the last axis of every token, or of every position, by itself. Off takes one vector per sample.',
      default: false,
      advanced: true,
    }),
  },
  headline: ['features'],
  shape({ params, inputs }) {
    const x = inputs[0]!;
    if (x.length === 2 || (params.tokens && x.length > 0)) return [x.with(-1, params.features)];
    const said = { dims: formatSample(x) };
    if (x.length === 3) return say('needs-vector:tokens', said, { port: 'in' });
    return say(x.length === 4 ? 'needs-vector:map' : 'needs-vector', said, { port: 'in' });
  },
  weights({ params, inputs }) {
    const fanIn = inputs[0]!.at(-1)!;
    const matrix = weight('weight', ['F_out', 'F_in'], [params.features, fanIn], { kind: 'kaiming', fanIn });
    const bias = weight('bias', ['F_out'], [params.features], { kind: 'constant', value: 0 });
    return params.bias ? [matrix, bias] : [matrix];
  },
  cost({ params, inputs }) {
    const x = inputs[0]!;
    const each: readonly [string, number] = params.tokens ? ['tokens', rowsOf(x)] : ['N', rowsOf(x)];
    const output = product(each, ['F_out', params.features]);
    return { macs: times(output, product(['F_in', x.at(-1)!])), otherOps: params.bias ? output : zero };
  },
  reach: ({ params, inputs }) => ({ kind: params.tokens && inputs[0]!.length > 2 ? 'pointwise' : 'global' }),
  forward({ inputs, weights, outputs, tally }) {
    const x = inputs[0]!;
    const y = Tensor.zeros(outputs[0]!);
    const matrix = weights.weight!;
    const [features, fanIn] = matrix.dims as readonly [number, number];
    for (let n = 0; n < rowsOf(x.dims); n++) {
      const sample = x.data.subarray(n * fanIn, (n + 1) * fanIn);
      for (let o = 0; o < features; o++) {
        const row = matrix.data.subarray(o * fanIn, (o + 1) * fanIn);
        let total = 0;
        for (let f = 0; f < row.length; f++) total += row[f]! * sample[f]!;
        tally.macs += row.length;
        if (weights.bias) {
          total += weights.bias.data[o]!;
          tally.otherOps += 1;
        }
        y.data[n * features + o] = total;
      }
    }
    return [y];
  },
  examples: [
    {
      title: "VGG-16's first fully connected layer",
      params: { features: 4096 },
      inputs: [[1, 25_088]],
      outputs: [[1, 4096]],
      macs: 102_760_448,
      trainedParams: 102_764_544,
      source: 'Simonyan and Zisserman 2014: 512·7·7·4096 weights and 4096 biases',
    },
    {
      title: "ResNet-50's classifier",
      params: {},
      inputs: [[1, 2048]],
      outputs: [[1, 1000]],
      macs: 2_048_000,
      trainedParams: 2_049_000,
      source: 'He et al. 2015',
    },
    {
      title: 'First layer of an MLP of ViT-B/16',
      params: { features: 3072, tokens: true },
      inputs: [[1, 197, 768]],
      outputs: [[1, 197, 3072]],
      macs: 464_781_312,
      trainedParams: 2_362_368,
      source: 'Dosovitskiy et al. 2020: 197 tokens, 768·3072 weights and 3072 biases',
    },
    {
      title: 'Two features of three',
      params: { features: 2 },
      inputs: [[2, 3]],
      outputs: [[2, 2]],
      source: 'PyTorch 1.13, torch.nn.functional.linear',
      values: {
        inputs: [[1, 2, 3, -1, 0, 1]],
        weights: { weight: [1, 0, -1, 2, 1, 0.5], bias: [0.5, -0.5] },
        outputs: [[-1.5, 5, -1.5, -2]],
      },
    },
    {
      title: 'Every token by itself, without a bias',
      params: { features: 2, bias: false, tokens: true },
      inputs: [[1, 2, 2]],
      outputs: [[1, 2, 2]],
      source: 'PyTorch 1.13, torch.nn.functional.linear',
      values: { inputs: [[1, 2, 3, 4]], weights: { weight: [1, -1, 2, 0.5] }, outputs: [[-1, 3, -1, 8]] },
    },
  ],
});

/** Vectors that a tensor holds along its last axis. */
function rowsOf(dims: Dims): number {
  return elementCount(dims.slice(0, -1));
}
