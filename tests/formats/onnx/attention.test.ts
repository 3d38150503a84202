import { beforeAll, describe, expect, test } from 'vitest';
import { Tensor } from '../../../shared/base/tensor.ts';
import { decodeModel } from '../../../shared/formats/onnx/decode.ts';
import { exportOnnx } from '../../../shared/formats/onnx/export.ts';
import { importOnnx } from '../../../shared/formats/onnx/import.ts';
import { bytesSource } from '../../../shared/formats/weights/source.ts';
import { openModel } from '../../../shared/models/open-model.ts';
import { backends, registerCpu } from '../../conformance/backends.ts';
import { largestError } from '../../conformance/reference-data.ts';
import { peersInstalled } from '../../peers/install.ts';
import { openInOnnxruntime } from '../../peers/onnxruntime.ts';
import { networkOf, randomWeights } from '../random-network.ts';
import { type TinyAttribute, type TinyNode, type TinyTensor, tinyModel } from './tiny-model.ts';

/** Some numbers that are neither round nor alike. */
const wave = (count: number, phase: number) =>
  Array.from({ length: count }, (_, i) => Math.sin(i * 1.7 + phase));
const size = (dims: readonly number[]) => dims.reduce((all, extent) => all * extent, 1);
const table = (...dims: readonly number[]): TinyTensor => ({ dims, data: wave(size(dims), 0.3) });

interface Case {
  readonly op: string;
  readonly domain?: string;
  /** What is fed; then what is stored. A name that is neither is left out. */
  readonly fed: Readonly<Record<string, readonly number[]>>;
  readonly stored?: Readonly<Record<string, TinyTensor>>;
  readonly inputs: readonly string[];
  readonly attributes?: Readonly<Record<string, TinyAttribute>>;
  readonly outputs?: readonly string[];
  readonly kind?: string;
}

const heads = { q: [2, 4, 3, 5], k: [2, 4, 6, 5], v: [2, 4, 6, 2] };
const joined = { q: [2, 3, 20], k: [2, 6, 20], v: [2, 6, 8] };
const byHeads = { q_num_heads: { int: 4 }, kv_num_heads: { int: 4 } };
const microsoft = 'com.microsoft';

const cases: Readonly<Record<string, Case>> = {
  'heads as an axis': { op: 'Attention', fed: heads, inputs: ['q', 'k', 'v'] },
  'heads cut out of features': { op: 'Attention', fed: joined, inputs: ['q', 'k', 'v'], attributes: byHeads },
  'grouped queries': {
    op: 'Attention',
    fed: { ...heads, k: [2, 2, 6, 5], v: [2, 2, 6, 2] },
    inputs: ['q', 'k', 'v'],
  },
  'grouped queries of features': {
    op: 'Attention',
    fed: { ...joined, k: [2, 6, 10], v: [2, 6, 4] },
    inputs: ['q', 'k', 'v'],
    attributes: { q_num_heads: { int: 4 }, kv_num_heads: { int: 2 } },
  },
  'causal, with a scale': {
    op: 'Attention',
    fed: heads,
    inputs: ['q', 'k', 'v'],
    attributes: { is_causal: { int: 1 }, scale: { float: 0.25 } },
  },
  'a mask of numbers': {
    op: 'Attention',
    fed: joined,
    stored: { mask: table(3, 6) },
    inputs: ['q', 'k', 'v', 'mask'],
    attributes: byHeads,
  },
  'a mask of truth values': {
    op: 'Attention',
    fed: heads,
    stored: {
      mask: { dims: [3, 6], data: [1, 1, 0, 1, 0, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 0], type: 'bool' },
    },
    inputs: ['q', 'k', 'v', 'mask'],
  },
  'capped scores': {
    op: 'Attention',
    fed: heads,
    inputs: ['q', 'k', 'v'],
    attributes: { softcap: { float: 0.5 } },
  },
  'past keys and values': {
    op: 'Attention',
    fed: { ...heads, pk: [2, 4, 2, 5], pv: [2, 4, 2, 2] },
    inputs: ['q', 'k', 'v', '', 'pk', 'pv'],
    attributes: { is_causal: { int: 1 } },
    outputs: ['y', 'keys', 'values'],
  },
  'MultiHeadAttention with biases and positions': {
    op: 'MultiHeadAttention',
    domain: microsoft,
    fed: joined,
    stored: { bias: table(48), positions: table(1, 4, 3, 6) },
    inputs: ['q', 'k', 'v', 'bias', '', 'positions'],
    attributes: { num_heads: { int: 4 } },
  },
  'Attention of com.microsoft': {
    op: 'Attention',
    domain: microsoft,
    fed: { x: [2, 5, 6] },
    stored: { w: table(6, 24), b: table(24) },
    inputs: ['x', 'w', 'b'],
    attributes: { num_heads: { int: 2 } },
  },
  'Attention of com.microsoft, one way': {
    op: 'Attention',
    domain: microsoft,
    fed: { x: [1, 5, 6] },
    stored: { w: table(6, 24), b: table(24) },
    inputs: ['x', 'w', 'b'],
    attributes: { num_heads: { int: 2 }, unidirectional: { int: 1 } },
  },
  'root mean squares': {
    op: 'RMSNormalization',
    fed: { x: [2, 3, 4] },
    stored: { w: table(3, 4) },
    inputs: ['x', 'w'],
    attributes: { axis: { int: 1 }, epsilon: { float: 0.01 } },
    kind: 'rmsNorm',
  },
  'root mean squares by their old name': {
    op: 'SimplifiedLayerNormalization',
    fed: { x: [2, 3, 4] },
    stored: { w: table(4) },
    inputs: ['x', 'w'],
    kind: 'rmsNorm',
  },
  'root mean squares of a sum': {
    op: 'SkipSimplifiedLayerNormalization',
    domain: microsoft,
    fed: { x: [2, 3, 4], skipped: [2, 3, 4] },
    stored: { w: table(4), b: table(4) },
    inputs: ['x', 'skipped', 'w', 'b'],
    outputs: ['y', '', '', 'sum'],
    kind: 'rmsNorm',
  },
};

function modelOf({ op, domain, fed, stored = {}, inputs, attributes, outputs = ['y'] }: Case): Uint8Array {
  const node: TinyNode = {
    op,
    inputs,
    outputs,
    ...(attributes && { attributes }),
    ...(domain && { domain }),
  };
  return tinyModel({
    opset: 23,
    domains: [microsoft],
    inputs: Object.fromEntries(Object.entries(fed).map(([name, dims]) => [name, { dims }])),
    outputs: Object.fromEntries(outputs.filter(Boolean).map((name) => [name, { dims: null }])),
    nodes: [node],
    weights: stored,
  });
}

const feedsOf = ({ fed }: Case) =>
  Object.entries(fed).map(([name, dims], i) => [name, Float32Array.from(wave(size(dims), i)), dims] as const);

describe.skipIf(!peersInstalled())('attention and root mean squares, as onnxruntime has them', () => {
  beforeAll(registerCpu);

  test.each(Object.entries(cases))('%s', async (_, each) => {
    const bytes = modelOf(each);
    const judge = await openInOnnxruntime(bytes);
    const fed = feedsOf(each).map(([name, data, dims]) => [name, { data, dims }]);
    const right = await judge.run(Object.fromEntries(fed));
    for (const backend of backends) {
      const session = await openModel(bytesSource(bytes), { backend, threads: 1 });
      const own = feedsOf(each).map(([name, data, dims]) => [name, new Tensor('float32', data, dims)]);
      const got = await session.run(Object.fromEntries(own));
      for (const [name, { data, dims }] of Object.entries(right)) {
        expect(got[name]!.dims, `${backend}: ${name}`).toEqual(dims);
        expect(largestError(got[name]!.data, data), `${backend}: ${name}`).toBeLessThan(2e-6);
      }
      await session.release();
    }
  });
});

test.each(Object.entries(cases))('%s is one layer', async (_, each) => {
  const opened = await importOnnx(bytesSource(modelOf(each)));
  if (!opened.ok) throw new Error(opened.problems[0].message);
  const wanted = each.kind ?? 'attention';
  expect(Object.values(opened.value.design.nodes).filter(({ kind }) => kind === wanted)).toHaveLength(1);
});

/** The operators that a file has of what a case is read as, and what they are read as again without the design beside them. */
async function writtenAgain(each: Case) {
  const opened = await importOnnx(bytesSource(modelOf(each)));
  if (!opened.ok) throw new Error(opened.problems[0].message);
  const { design } = opened.value;
  const written = exportOnnx(design, randomWeights(networkOf(design), 'attention'));
  if (!written.ok) throw new Error(written.problems[0].message);
  const { model } = await decodeModel(bytesSource(written.value));
  const again = await importOnnx(bytesSource(written.value), { inputDims: each.fed });
  if (!again.ok) throw new Error(again.problems[0].message);
  const attentionsOf = ({ nodes }: typeof design) =>
    Object.values(nodes).flatMap(({ kind, params }) => (kind === 'attention' ? [params] : []));
  return {
    ops: model.nodes.map(({ op }) => op),
    opset: model.opset,
    layers: attentionsOf(design),
    again: attentionsOf(again.value.design),
  };
}

test.each([
  ['grouped queries', 23],
  ['grouped queries of features', 23],
  ['causal, with a scale', 23],
  ['heads as an axis', 21],
  ['heads cut out of features', 21],
  ['a mask of numbers', 21],
])('%s is written in operator set %i, and read as the same layer', async (name, set) => {
  const { ops, opset, layers, again } = await writtenAgain(cases[name]!);
  expect(opset).toBe(set);
  expect(ops.filter((op) => op === 'Attention')).toHaveLength(set === 23 ? 1 : 0);
  expect(again).toEqual(layers);
});

/** Of alike scores every key that is seen counts alike, so that what comes out is the mean of the places that are seen. */
test.each([
  ['one back', { left_window_size: { int: 1 }, right_window_size: { int: 0 } }, [1.5, 2.5]],
  ['one back and one ahead', { left_window_size: { int: 1 }, right_window_size: { int: 1 } }, [2, 2.5]],
  ['one back, of what was before', { left_window_size: { int: 1 }, is_causal: { int: 1 } }, [1.5, 2.5]],
  ['two ahead', { right_window_size: { int: 2 } }, [1.5, 1.5]],
  ['no window', {}, [1.5, 1.5]],
] as const)('of five keys of which four count, the last two queries see %s', async (_, attributes, right) => {
  const model = tinyModel({
    opset: 25,
    inputs: { q: { dims: [1, 1, 2, 1] }, k: { dims: [1, 1, 5, 1] }, n: { dims: [1], type: 'int64' } },
    outputs: { y: { dims: null } },
    nodes: [{ op: 'Attention', inputs: ['q', 'k', 'k', '', '', '', 'n'], outputs: ['y'], attributes }],
  });
  const session = await openModel(bytesSource(model), { backend: 'reference' });
  const { y } = await session.run({
    q: new Tensor('float32', new Float32Array(2), [1, 1, 2, 1]),
    k: new Tensor('float32', Float32Array.of(0, 1, 2, 3, 4), [1, 1, 5, 1]),
    n: new Tensor('int64', BigInt64Array.of(4n), [1]),
  });
  await session.release();
  for (const [i, value] of right.entries()) expect(y!.data[i]).toBeCloseTo(value, 5);
});
