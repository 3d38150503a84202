import { expect, test } from 'vitest';
import { analyze } from '../../../shared/analysis/analyze.ts';
import { Tensor } from '../../../shared/base/tensor.ts';
import { importOnnx } from '../../../shared/formats/onnx/import.ts';
import { bytesSource } from '../../../shared/formats/weights/source.ts';
import { openModel } from '../../../shared/models/open-model.ts';
import { type TinyGraph, type TinyNode, type TinyTensor, tinyModel } from './tiny-model.ts';

const node = (op: string, inputs: readonly string[], output: string, attributes = {}): TinyNode => ({
  op,
  inputs,
  outputs: [output],
  attributes,
});
const one = (value: number, type?: TinyTensor['type']): TinyTensor => ({
  dims: [],
  data: [value],
  ...(type && { type }),
});
const head = { i: { dims: [], type: 'int64' }, on: { dims: [], type: 'bool' }, c: { dims: null } } as const;
const open = { dims: null } as const;

/** c·w for ever; w lies outside. */
const product: TinyGraph = {
  inputs: head,
  outputs: { on2: { dims: [], type: 'bool' }, next: open },
  nodes: [node('Identity', ['on'], 'on2'), node('MatMul', ['c', 'w'], 'next')],
};
/** c + i, which is carried, and twice as much, which is kept; only while i + 1 < 3. */
const sums: TinyGraph = {
  inputs: head,
  outputs: { on2: { dims: [], type: 'bool' }, next: open, twice: open },
  nodes: [
    node('Constant', [], 'limit', { value: { tensor: one(2, 'int64') } }),
    node('Less', ['i', 'limit'], 'on2'),
    node('Cast', ['i'], 'real', { to: { int: 1 } }),
    node('Add', ['c', 'real'], 'next'),
    node('Mul', ['next', 'two'], 'twice'),
  ],
  weights: { two: one(2) },
};

const opened = (body: TinyGraph, inputs: readonly string[], outputs: readonly string[]) =>
  tinyModel({
    opset: 13,
    inputs: { x: { dims: [1, 2] }, n: { dims: [], type: 'int64' } },
    outputs: Object.fromEntries(outputs.map((name) => [name, open])),
    nodes: [{ op: 'Loop', inputs, outputs, attributes: { body: { graph: body } } }],
    weights: {
      w: { dims: [2, 2], data: [1, 1, 0, 1] },
      three: one(3, 'int64'),
      none: one(0, 'int64'),
      many: one(1e9, 'int64'),
      no: one(0, 'bool'),
      yes: one(1, 'bool'),
    },
  });

async function run(model: Uint8Array) {
  const session = await openModel(bytesSource(model), { backend: 'reference' });
  const outputs = await session.run({
    x: new Tensor('float32', Float32Array.of(1, 10), [1, 2]),
    n: new Tensor('int64', BigInt64Array.of(3n), []),
  });
  await session.release();
  return Object.values(outputs).map(({ dims, data }) => [dims, Array.from(data)]);
}

/** By hand: (1, 10) · w³ with w = (1 1; 0 1); sums of 0, 1 and 2. */
test.each([
  [
    'so many steps',
    product,
    ['three', 'yes', 'x'],
    ['y'],
    [
      [
        [1, 2],
        [1, 13],
      ],
    ],
  ],
  [
    'as many steps as are fed',
    product,
    ['n', '', 'x'],
    ['y'],
    [
      [
        [1, 2],
        [1, 13],
      ],
    ],
  ],
  [
    'no step',
    product,
    ['none', 'yes', 'x'],
    ['y'],
    [
      [
        [1, 2],
        [1, 10],
      ],
    ],
  ],
  [
    'a condition that does not hold',
    product,
    ['three', 'no', 'x'],
    ['y'],
    [
      [
        [1, 2],
        [1, 10],
      ],
    ],
  ],
  [
    'a condition worked out in each step',
    sums,
    ['many', '', 'x'],
    ['y', 'z'],
    [
      [
        [1, 2],
        [4, 13],
      ],
      [
        [3, 1, 2],
        [2, 20, 4, 22, 8, 26],
      ],
    ],
  ],
] as const)('a loop of %s', async (_, body, inputs, outputs, right) => {
  expect(await run(opened(body, inputs, outputs))).toEqual(right);
});

test('weights of every step are the same ones', async () => {
  const result = await importOnnx(bytesSource(opened(product, ['three', '', 'x'], ['y'])));
  if (!result.ok) throw new Error(result.problems[0].message);
  expect(analyze(result.value.design).totals.params).toBe(4);
});

test.each([
  ['whose steps come to too many', product, ['many', '', 'x'], 'steps-too-many'],
  [
    'that goes on as what flows says',
    { ...product, nodes: [node('Greater', ['c', 'c'], 'on2'), node('MatMul', ['c', 'w'], 'next')] },
    ['three', '', 'x'],
    'steps-unknown',
  ],
] as const)('a loop %s is refused', async (_, body, inputs, code) => {
  const result = await importOnnx(bytesSource(opened(body, inputs, ['y'])));
  expect(result.ok || result.problems[0].code).toBe(code);
});

/** Loops of as many steps as one may have, in one another; inside of all of them nothing is done. */
const nested = (depth: number): TinyGraph => ({
  inputs: head,
  outputs: { on2: { dims: [], type: 'bool' }, next: open },
  nodes: [
    node('Identity', ['on'], 'on2'),
    depth === 0
      ? node('Identity', ['c'], 'next')
      : node('Loop', ['thousand', '', 'c'], 'next', { body: { graph: nested(depth - 1) } }),
  ],
  weights: { thousand: one(1000, 'int64') },
});

test('loops in loops in loops, a billion steps in a file of some hundred bytes, are refused at once', async () => {
  const result = await importOnnx(bytesSource(opened(nested(2), ['three', '', 'x'], ['y'])));
  expect(result.ok || result.problems.map(({ code }) => code)).toEqual(['step-nodes-too-many']);
});
