import { describe, expect, test } from 'vitest';
import { analyze } from '../../../shared/analysis/analyze.ts';
import { Tensor } from '../../../shared/base/tensor.ts';
import { importOnnx } from '../../../shared/formats/onnx/import.ts';
import type { OpenExternal } from '../../../shared/formats/onnx/tensor-data.ts';
import { bytesSource } from '../../../shared/formats/weights/source.ts';
import { openModel } from '../../../shared/models/open-model.ts';
import { elementBytes, type TinyNode, type TinyTensor, tinyModel } from './tiny-model.ts';

/** Some numbers that are neither round nor alike. */
const ramp = (count: number, step = 0.37) => Array.from({ length: count }, (_, i) => ((i * step) % 3) - 1.4);

const scalars: Readonly<Record<string, TinyTensor>> = Object.fromEntries(
  Object.entries({
    one: 1,
    two: 2,
    three: 3,
    half: 0.5,
    zero: 0,
    six: 6,
    sixth: 1 / 6,
    root2: Math.SQRT2,
    byRoot2: Math.SQRT1_2,
    rootPi: Math.sqrt(2 / Math.PI),
    cubic: 0.044715,
    epsilon: 1e-5,
    off: 0.5001,
  }).map(([name, value]) => [name, { dims: [], data: [value] }]),
);

/** `y = Op(a, b)`, one a line; attributes are whole numbers and lists of them. */
function nodesFrom(lines: string): readonly TinyNode[] {
  return lines
    .trim()
    .split('\n')
    .map((line) => {
      const [, output, op, inputs, rest] = /^\s*(\S+) = (\w+)\(([^;]*?)(?:; (.*))?\)$/.exec(line)!;
      const attributes = Object.fromEntries(
        (rest ?? '').split(' ').flatMap((each) => {
          const [name, value] = each.split('=');
          if (!name || value === undefined) return [];
          return [
            [name, value.startsWith('[') ? { ints: JSON.parse(value) as number[] } : { int: Number(value) }],
          ];
        }),
      );
      return { op: op!, inputs: inputs!.split(', '), outputs: [output!], attributes };
    });
}

interface Case {
  readonly lines: string;
  readonly dims: readonly number[];
  readonly weights?: Readonly<Record<string, TinyTensor>>;
  readonly opset?: number;
}

function modelOf(
  { lines, dims, weights = {}, opset = 17 }: Case,
  beside: readonly string[] = [],
): Uint8Array {
  return tinyModel({
    opset,
    inputs: { x: { dims } },
    outputs: Object.fromEntries(['y', ...beside].map((name) => [name, { dims: null }])),
    nodes: nodesFrom(lines),
    weights: { ...scalars, ...weights },
  });
}

async function opened(bytes: Uint8Array) {
  const result = await importOnnx(bytesSource(bytes));
  if (!result.ok) throw new Error(result.problems[0]!.message);
  return result.value.design;
}

const kindsOf = async (bytes: Uint8Array) =>
  Object.values((await opened(bytes)).nodes)
    .map(({ kind }) => kind)
    .filter((kind) => kind !== 'input' && kind !== 'output');

async function run(bytes: Uint8Array, dims: readonly number[], openExternal?: OpenExternal) {
  const beside = openExternal ? { openExternal } : {};
  const session = await openModel(bytesSource(bytes), { backend: 'reference', ...beside });
  const count = dims.reduce((product, extent) => product * extent, 1);
  const { y } = await session.run({ x: new Tensor('float32', Float32Array.from(ramp(count)), dims) });
  await session.release();
  return y!;
}

const affine = { g: { dims: [6], data: ramp(6, 0.9) }, b: { dims: [6], data: ramp(6, 0.7) } };
const channels = { g: { dims: [4, 1, 1], data: ramp(4, 0.9) }, b: { dims: [4, 1, 1], data: ramp(4, 0.7) } };
const shape = (...data: readonly number[]): TinyTensor => ({ dims: [data.length], data, type: 'int64' });

const layerNormLines = (axes: string, square: string) => `
m = ReduceMean(x; axes=${axes})
d = Sub(x, m)
s = ${square}
v = ReduceMean(s; axes=${axes})
e = Add(v, epsilon)
r = Sqrt(e)
n = Div(d, r)
p = Mul(n, g)
y = Add(p, b)`;

const groupNormLines = `
r = Reshape(x, grouped)
i = InstanceNormalization(r, ones, zeros)
s = Reshape(i, whole)
p = Mul(s, g)
y = Add(p, b)`;
const groupNormWeights = {
  ...channels,
  grouped: shape(0, 2, -1),
  whole: shape(1, 4, 3, 5),
  ones: { dims: [2], data: [1, 1] },
  zeros: { dims: [2], data: [0, 0] },
};

const headLines = `
a = Reshape(x, cut)
q = Transpose(a; perm=[0,2,1,3])
b = Reshape(x, cut)
k = Transpose(b; perm=[0,2,3,1])
c = Reshape(x, cut)
v = Transpose(c; perm=[0,2,1,3])
i = Mul(q, half)
j = Mul(k, half)
s = MatMul(i, j)
w = Softmax(s; axis=-1)
m = MatMul(w, v)
t = Transpose(m; perm=[0,2,1,3])
y = Reshape(t, join)`;

const shuffleLines = `
r = Reshape(x, grouped)
t = Transpose(r; perm=[0,2,1,3,4])
y = Reshape(t, whole)`;

const cases: Readonly<Record<string, Case & { readonly kind: string; readonly inside: string }>> = {
  'layer norm over the last axis': {
    kind: 'layerNorm',
    inside: 'd',
    dims: [2, 3, 6],
    lines: layerNormLines('[-1]', 'Pow(d, two)'),
    weights: affine,
  },
  'layer norm over two axes, squared by itself': {
    kind: 'layerNorm',
    inside: 'v',
    dims: [3, 2, 6],
    lines: layerNormLines('[1,2]', 'Mul(d, d)'),
    weights: { g: { dims: [2, 6], data: ramp(12, 0.9) }, b: { dims: [2, 6], data: ramp(12, 0.7) } },
  },
  'layer norm without a shift': {
    kind: 'layerNorm',
    inside: 'n',
    dims: [2, 6],
    lines: layerNormLines('[1]', 'Pow(d, two)').replace(/\np = .*\ny = .*/, '\ny = Mul(g, n)'),
    weights: { g: affine.g },
  },
  'RMS norm': {
    kind: 'rmsNorm',
    inside: 'r',
    dims: [2, 3, 6],
    lines: layerNormLines('[-1]', 'Mul(x, x)')
      .replace(/\nm = .*\nd = .*/, '')
      .replace('Div(d, r)', 'Div(x, r)')
      .replace(/\np = .*\ny = .*/, '\ny = Mul(n, g)'),
    weights: { g: affine.g },
  },
  'attention over a stack, its queries scaled': {
    kind: 'attention',
    inside: 'w',
    dims: [2, 3, 4],
    lines:
      'q = Div(x, two)\nk = Transpose(x; perm=[0,2,1])\ns = MatMul(q, k)\nw = Softmax(s; axis=-1)\ny = MatMul(w, x)',
  },
  'attention of matrices, its scores scaled': {
    kind: 'attention',
    inside: 'w',
    dims: [3, 4],
    lines:
      'k = Transpose(x; perm=[1,0])\ns = MatMul(x, k)\nc = Mul(s, half)\nw = Softmax(c; axis=1)\nr = Dropout(w)\ny = MatMul(r, x)',
  },
  'attention of heads, queries and keys scaled': {
    kind: 'attention',
    inside: 'w',
    dims: [2, 3, 4],
    lines: headLines,
    weights: { cut: shape(0, 0, 2, 2), join: shape(0, 0, 4) },
  },
  'attention of heads whose scale is worked out of a shape': {
    kind: 'attention',
    inside: 'w',
    dims: [2, 3, 4],
    lines: `${headLines.replace('Mul(q, half)', 'Div(q, root)').replace('j = Mul(k, half)\n', '').replace('(i, j)', '(i, k)')}
f = Shape(x; start=2)
n = Cast(f; to=1)
root = Sqrt(n)`,
    weights: { cut: shape(0, 0, 2, 2), join: shape(0, 0, 4) },
  },
  'group norm': {
    kind: 'groupNorm',
    inside: 'i',
    dims: [1, 4, 3, 5],
    lines: groupNormLines,
    weights: groupNormWeights,
  },
  'GELU by erf': {
    kind: 'gelu',
    inside: 'e',
    dims: [2, 7],
    lines: 'd = Div(x, root2)\ne = Erf(d)\na = Add(e, one)\nm = Mul(x, a)\ny = Mul(m, half)',
  },
  'GELU by erf, halved first': {
    kind: 'gelu',
    inside: 'e',
    dims: [2, 7],
    lines: 'd = Mul(x, byRoot2)\ne = Erf(d)\na = Add(one, e)\nh = Mul(half, x)\ny = Mul(h, a)',
  },
  'GELU by tanh': {
    kind: 'gelu',
    inside: 't',
    dims: [2, 7],
    lines:
      'c = Pow(x, three)\nk = Mul(c, cubic)\ns = Add(x, k)\nr = Mul(s, rootPi)\nt = Tanh(r)\na = Add(t, one)\nh = Mul(x, half)\ny = Mul(h, a)',
  },
  'hard swish': {
    kind: 'hardSwish',
    inside: 'c',
    dims: [2, 7],
    lines: 'a = Add(x, three)\nc = Clip(a, zero, six)\nm = Mul(x, c)\ny = Div(m, six)',
  },
  'hard sigmoid': {
    kind: 'hardSigmoid',
    inside: 'c',
    dims: [2, 7],
    lines: 'a = Add(x, three)\nc = Clip(a, zero, six)\ny = Mul(c, sixth)',
  },
  Mish: {
    kind: 'mish',
    inside: 's',
    dims: [2, 7],
    lines: 's = Softplus(x)\nt = Tanh(s)\ny = Mul(x, t)',
  },
  'channel shuffle': {
    kind: 'channelShuffle',
    inside: 't',
    dims: [1, 6, 2, 3],
    lines: shuffleLines,
    weights: { grouped: shape(1, 2, 3, 2, 3), whole: shape(1, -1, 2, 3) },
  },
};

describe('operators that are one layer together', () => {
  test.each(Object.entries(cases))('%s', async (_, each) => {
    expect(await kindsOf(modelOf(each))).toEqual([each.kind]);
    // What is read beside it keeps its operators apart: they say what is right.
    const apart = modelOf(each, [each.inside]);
    expect(await kindsOf(apart)).not.toContain(each.kind);
    const [whole, parts] = [await run(modelOf(each), each.dims), await run(apart, each.dims)];
    expect(whole.dims).toEqual(parts.dims);
    for (const [i, value] of whole.data.entries()) expect(value).toBeCloseTo(parts.data[i]!, 5);
  });

  test.each(Object.entries(cases))('%s, its constants in files beside the model', async (_, each) => {
    const stored: Readonly<Record<string, TinyTensor>> = { ...scalars, ...each.weights };
    const external = Object.entries(stored).map(([name, tensor]) => [name, { ...tensor, external: name }]);
    const beside = modelOf({ ...each, weights: Object.fromEntries(external) });
    const openExternal = async (name: string) => bytesSource(elementBytes(stored[name]!));
    const result = await importOnnx(bytesSource(beside), { openExternal });
    if (!result.ok) throw new Error(result.problems[0]!.message);
    const kinds = Object.values(result.value.design.nodes).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind !== 'input' && kind !== 'output')).toEqual([each.kind]);
    const here = modelOf(each);
    expect(analyze(result.value.design).totals.params).toBe(analyze(await opened(here)).totals.params);
    const [got, right] = [await run(beside, each.dims, openExternal), await run(here, each.dims)];
    expect(got).toEqual(right);
    // Without the files there is a design, unless numbers are missing that a layer has as its own.
    const without = await importOnnx(bytesSource(beside));
    const needed = /Clip|Reshape/.test(each.lines);
    expect(without.ok || without.problems[0]!.code).toBe(needed ? 'external-data-missing' : true);
  });

  test('weights of decomposed norms are parameters', async () => {
    const counted = async (each: Case) => Object.values((await opened(modelOf(each))).nodes);
    for (const name of ['layer norm over the last axis', 'group norm'] as const) {
      const nodes = await counted(cases[name]!);
      expect(nodes.every(({ parameters }) => parameters === undefined)).toBe(true);
    }
  });

  const changed = (name: string, from: string, to: string, more: Partial<Case> = {}): Case => {
    const { lines, dims, weights } = cases[name]!;
    expect(lines).toContain(from);
    return { lines: lines.replace(from, to), dims, ...(weights && { weights }), ...more };
  };

  const others: readonly (readonly [string, string, Case])[] = [
    ['a constant is off', 'gelu', changed('GELU by erf', '(m, half)', '(m, off)')],
    [
      'a mean is over other axes',
      'layerNorm',
      changed('layer norm over the last axis', '(s; axes=[-1])', '(s; axes=[1])'),
    ],
    [
      'the axes are not the last',
      'layerNorm',
      { ...cases['layer norm over the last axis']!, lines: layerNormLines('[1]', 'Pow(d, two)') },
    ],
    [
      'the scale is one for all',
      'layerNorm',
      { ...cases['layer norm over the last axis']!, weights: { ...affine, g: { dims: [1], data: [2] } } },
    ],
    [
      'the norm has a scale of its own',
      'groupNorm',
      { ...cases['group norm']!, weights: { ...groupNormWeights, ones: { dims: [2], data: [1, 2] } } },
    ],
    [
      'channels are not what is dealt',
      'channelShuffle',
      { ...cases['channel shuffle']!, weights: { grouped: shape(1, 2, 6, 1, 3), whole: shape(1, 6, 2, 3) } },
    ],
    [
      'two different values meet',
      'gelu',
      changed('GELU by erf', 'm = Mul(x, a)', 'z = Relu(x)\nm = Mul(z, a)'),
    ],
  ];

  test.each(others)('stay apart where %s', async (_, kind, each) => {
    expect(await kindsOf(modelOf(each))).not.toContain(kind);
    expect((await run(modelOf(each), each.dims)).data.every(Number.isFinite)).toBe(true);
  });
});
