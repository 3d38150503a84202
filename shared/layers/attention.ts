import { type Dims, elementCount, formatDims } from '../base/dims.ts';
import { type Issue, isIssue, messages } from '../base/problem.ts';
import { Tensor } from '../base/tensor.ts';
import { product, sum, times, zero } from '../base/term.ts';
import { param } from '../schema/params.ts';
import { broadcastDims, stretch } from './broadcast.ts';
import { defineLayer } from './define.ts';

export const say = messages('layers/attention', {
  'attention-does-not-fit': [
    'Attention needs {{wanted}}, got {{dims}}.',
    'Bring queries, keys and values to the same axes: batch, tokens, features.',
  ],
});

const params = {
  heads: param.int({
    title: 'Heads',
    doc: 'The last axis of queries, keys and values is cut into so many; 1 where they are an axis of their own, or alone.',
    default: 1,
    symbol: 'h',
  }),
  keyHeads: param.int({
    title: 'Key heads',
    doc: 'Heads of keys and values, where several heads of queries share one; 0 is as many as there are heads.',
    default: 0,
    min: 0,
    advanced: true,
  }),
  scale: param.float({
    title: 'Scale',
    doc: 'What scores are multiplied by; 0 is one by the root of the features of a head.',
    default: 0,
    min: 0,
    max: 1e6,
    advanced: true,
  }),
  causal: param.flag({
    title: 'Causal',
    doc: 'A token sees those before it and itself, not those behind it.',
    default: false,
  }),
  softcap: param.float({
    title: 'Soft cap',
    doc: 'Scores are kept between −cap and cap by a tanh; 0 leaves them as they are.',
    default: 0,
    min: 0,
    max: 1e6,
    advanced: true,
  }),
} as const;

export const attention = defineLayer({
  kind: 'attention',
  title: 'Attention',
  group: 'dense',
  icon: 'attention',
  summary: 'Lets every token take from all others what it asks for.',
  words: ['self-attention', 'multi-head', 'mha', 'sdpa', 'transformer', '注意力', '多头注意力', '自注意力'],
  formula: 'y = softmax(s · q kᵀ + mask) v, s = 1/√d, for each head',
  traits: { keepsSign: true },
  doc: `Scaled dot-product attention: every query is compared with every key, softmax makes weights of the scores, and the values
are averaged by them. Tokens and features are the last two axes. Where heads are one axis of features, *heads* cuts it; where they
are an axis of their own, before the tokens, it stays 1, and keys may have fewer heads, each for several heads of queries (grouped
queries). Masks are added to the scores: −∞ hides a key, and a query from which all are hidden takes nothing: zeros. What makes queries, keys and values, and what joins the heads again, are
fully connected layers beside it.

It costs h·L·S·d multiply-adds for the scores and as many for the average, whatever a mask hides; one operation per score for the
scale, three for softmax, one for each mask and two for a soft cap.

Sources: Vaswani et al. 2017; ONNX operator Attention; PyTorch scaled_dot_product_attention.`,
  params,
  inputs: [
    { name: 'q', doc: 'The queries, …×L×features.' },
    { name: 'k', doc: 'The keys, …×S×features.' },
    { name: 'v', doc: 'The values, …×S×features.' },
    { name: 'mask', doc: 'What is added to the scores, …×heads×L×S or less.', atLeast: 0, anyOrder: true },
  ],
  headline: ['heads', 'causal'],
  shape({ params, inputs }) {
    const sizes = attentionSizes(params, inputs);
    return isIssue(sizes) ? sizes : [sizes.output];
  },
  cost({ params, inputs }) {
    const sizes = attentionSizes(params, inputs);
    if (isIssue(sizes)) return { macs: zero, otherOps: zero };
    const { stack, heads, queries, keys, features, valueFeatures } = sizes;
    const stacks = stack.length === 0 ? [] : [['N', elementCount(stack)] as const];
    const factors = [...stacks, ['h', heads], ['L', queries], ['S', keys]] as const;
    const scores = product(...factors);
    const each = 4 + (inputs.length - 3) + (params.softcap > 0 ? 2 : 0);
    return {
      macs: sum(times(scores, product(['d_k', features])), times(scores, product(['d_v', valueFeatures]))),
      otherOps: product([String(each), each], ...factors),
    };
  },
  reach: () => ({ kind: 'global' }),
  forward({ params, inputs, outputs, tally }) {
    const sizes = attentionSizes(
      params,
      inputs.map(({ dims }) => dims),
    );
    if (isIssue(sizes)) throw new RangeError(sizes.message);
    const { stack, heads, keyHeads, queries, keys, features, valueFeatures, split, factor } = sizes;
    const [q, k, v] = inputs as readonly [Tensor<'float32'>, Tensor<'float32'>, Tensor<'float32'>];
    const y = Tensor.zeros(outputs[0]!);
    const masks = inputs.slice(3).map((mask) => stretch(mask, [...stack, heads, queries, keys]).data);
    /** Where the features of a token of a head begin. */
    const at = (n: number, head: number, token: number, of: number, tokens: number, width: number) =>
      split ? ((n * tokens + token) * of + head) * width : ((n * of + head) * tokens + token) * width;
    const scores = new Float64Array(keys);
    const total = new Float64Array(valueFeatures);
    for (let n = 0; n < elementCount(stack); n++) {
      for (let head = 0; head < heads; head++) {
        const shared = Math.floor((head * keyHeads) / heads);
        for (let i = 0; i < queries; i++) {
          const query = at(n, head, i, heads, queries, features);
          for (let j = 0; j < keys; j++) {
            const key = at(n, shared, j, keyHeads, keys, features);
            let score = 0;
            for (let f = 0; f < features; f++) score += q.data[query + f]! * k.data[key + f]!;
            tally.macs += features;
            score *= factor;
            if (params.softcap > 0) {
              score = params.softcap * Math.tanh(score / params.softcap);
              tally.otherOps += 2;
            }
            for (const mask of masks) score += mask[((n * heads + head) * queries + i) * keys + j]!;
            scores[j] = params.causal && j > i ? -Infinity : score;
            tally.otherOps += 4 + masks.length;
          }
          const largest = scores.reduce((most, score) => Math.max(most, score), -Infinity);
          let weight = 0;
          total.fill(0);
          for (let j = 0; j < keys; j++) {
            const share = largest === -Infinity ? 0 : Math.exp(scores[j]! - largest);
            weight += share;
            const value = at(n, shared, j, keyHeads, keys, valueFeatures);
            for (let f = 0; f < valueFeatures; f++) total[f]! += share * v.data[value + f]!;
            tally.macs += valueFeatures;
          }
          const to = at(n, head, i, heads, queries, valueFeatures);
          for (let f = 0; f < valueFeatures; f++)
            y.data[to + f] = total[f]! / Math.max(weight, Number.MIN_VALUE);
        }
      }
    }
    return [y];
  },
  examples: [
    {
      title: 'One query between two keys',
      params: { scale: 1 },
      inputs: [
        [1, 1, 1],
        [1, 2, 1],
        [1, 2, 1],
      ],
      outputs: [[1, 1, 1]],
      macs: 4,
      source: 'Vaswani et al. 2017, equation 1: weights 3/4 and 1/4 where the scores are log 3 and 0',
      values: { inputs: [[1], [Math.log(3), 0], [8, 4]], outputs: [[7]] },
    },
    {
      title: 'In ViT-B/16',
      params: { heads: 12 },
      inputs: [
        [1, 197, 768],
        [1, 197, 768],
        [1, 197, 768],
      ],
      outputs: [[1, 197, 768]],
      macs: 59_610_624,
      trainedParams: 0,
      source: 'Dosovitskiy et al. 2020: 12 heads, 197 tokens of 64 features, 2·12·197·197·64',
    },
    {
      title: 'Two heads, causal',
      params: { heads: 2, causal: true },
      inputs: [
        [1, 2, 2],
        [1, 2, 2],
        [1, 2, 2],
      ],
      outputs: [[1, 2, 2]],
      source: 'PyTorch 1.13, torch.softmax of the scaled products, with torch.einsum',
      values: {
        inputs: [
          [1, 0, 0, 1],
          [1, 2, -1, 0],
          [1, 2, 3, 4],
        ],
        outputs: [[1, 2, 2, 2.238406]],
      },
    },
  ],
});

export interface AttentionSizes {
  /** The axes before heads and tokens. */
  readonly stack: Dims;
  readonly heads: number;
  readonly keyHeads: number;
  /** Tokens that ask and tokens that are asked. */
  readonly queries: number;
  readonly keys: number;
  /** Of one head. */
  readonly features: number;
  readonly valueFeatures: number;
  /** Whether heads are cut out of the features. */
  readonly split: boolean;
  readonly factor: number;
  readonly output: Dims;
}

interface AttentionParams {
  readonly heads: number;
  readonly keyHeads: number;
  readonly scale: number;
}

/** The extents of queries, keys and values, heads apart; or why they do not go together. */
export function attentionSizes(
  { heads, keyHeads, scale }: AttentionParams,
  inputs: readonly Dims[],
): AttentionSizes | Issue {
  const [q, k, v, ...masks] = inputs as readonly [Dims, Dims, Dims, ...Dims[]];
  for (const [at, port] of (['q', 'k', 'v'] as const).entries()) {
    const own = inputs[at]!;
    if (own.length < 2 || own.length !== q.length)
      return unfit(port, own, `tokens and features as the last two axes`);
  }
  const split = heads > 1 || keyHeads > 0;
  const own = (dims: Dims, cut: number) =>
    split
      ? { stack: dims.slice(0, -2), heads: cut, tokens: dims.at(-2)!, features: dims.at(-1)! / cut }
      : { stack: dims.slice(0, -3), heads: dims.at(-3) ?? 1, tokens: dims.at(-2)!, features: dims.at(-1)! };
  const few = keyHeads === 0 ? heads : keyHeads;
  const [query, key, value] = [own(q, heads), own(k, few), own(v, few)];
  for (const [port, { features }, dims] of [
    ['q', query, q],
    ['k', key, k],
    ['v', value, v],
  ] as const)
    if (!Number.isInteger(features)) return unfit(port, dims, `features divisible by its heads`, 'heads');
  const alike = (a: Dims, b: Dims) => a.join() === b.join();
  if (!alike(query.stack, key.stack) || key.features !== query.features || query.heads % key.heads !== 0)
    return unfit('k', k, `keys for queries of ${formatDims(q)}`);
  if (!alike(key.stack, value.stack) || value.heads !== key.heads || value.tokens !== key.tokens)
    return unfit('v', v, `a value for every key of ${formatDims(k)}`);
  const headless = !split && q.length === 2;
  const scores = [...query.stack, ...(headless ? [] : [query.heads]), query.tokens, key.tokens];
  for (const [i, mask] of masks.entries())
    if (broadcastDims(scores, mask)?.join() !== scores.join())
      return unfit(`mask${i}`, mask, `masks that fit scores of ${formatDims(scores)}`);
  return {
    stack: query.stack,
    heads: query.heads,
    keyHeads: key.heads,
    queries: query.tokens,
    keys: key.tokens,
    features: query.features,
    valueFeatures: value.features,
    split,
    factor: scale === 0 ? 1 / Math.sqrt(query.features) : scale,
    output: [...q.slice(0, -1), split ? value.features * heads : value.features],
  };
}

function unfit(port: string, dims: Dims, wanted: string, name?: 'heads'): Issue {
  return say('attention-does-not-fit', { wanted, dims: formatDims(dims) }, name ? { param: name } : { port });
}
