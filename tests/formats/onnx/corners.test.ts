import { describe, expect, test } from 'vitest';
import { Tensor, type TensorType } from '../../../shared/base/tensor.ts';
import { importOnnx } from '../../../shared/formats/onnx/import.ts';
import { bytesSource } from '../../../shared/formats/weights/source.ts';
import type { NodeId } from '../../../shared/graph/design.ts';
import { openModel } from '../../../shared/models/open-model.ts';
import { type TinyModel, type TinyTensor, tinyModel } from './tiny-model.ts';

/** What onnxruntime gives for models that are seldom made; where numbers stand here, they are arithmetic. */

interface Given extends Partial<Omit<TinyModel, 'outputs'>> {
  readonly fed: Readonly<Record<string, TinyTensor>>;
}

const types: Readonly<Record<string, TensorType>> = { float32: 'float32', int64: 'int64', int32: 'int32' };

/** Runs a model of which `y` is the output: its dims and elements. */
async function run({ fed, ...model }: Given): Promise<readonly [readonly number[], readonly number[]]> {
  const inputs = Object.fromEntries(
    Object.entries(fed).map(([name, { dims, type }]) => [name, { dims, ...(type && { type }) }]),
  );
  const session = await openModel(
    bytesSource(tinyModel({ nodes: [], ...model, inputs, outputs: { y: { dims: null } } })),
  );
  const feeds = Object.fromEntries(
    Object.entries(fed).map(([name, { dims, data, type = 'float32' }]) => {
      const list = type === 'int64' ? data.map(BigInt) : data;
      return [name, new Tensor(types[type] ?? 'uint8', list, dims)];
    }),
  );
  const { y } = await session.run(feeds).finally(() => session.release());
  return [y!.dims, Array.from(y!.data, Number)];
}

const longs = (...data: readonly number[]): TinyTensor => ({ dims: [data.length], data, type: 'int64' });
const floats = (dims: readonly number[], ...data: readonly number[]): TinyTensor => ({ dims, data });

describe('sums of products', () => {
  const sums: readonly (readonly [
    equation: string,
    fed: Readonly<Record<string, TinyTensor>>,
    dims: readonly number[],
    data: readonly number[],
  ])[] = [
    ['i,i', { a: floats([3], 1, 2, 3), b: floats([3], 4, 5, 6) }, [], [32]],
    ['i,i->i', { a: floats([3], 1, 2, 3), b: floats([3], 4, 5, 6) }, [3], [4, 10, 18]],
    ['ij->i', { a: floats([2, 3], 1, 2, 3, 4, 5, 6) }, [2], [6, 15]],
    ['ij->ji', { a: floats([2, 3], 1, 2, 3, 4, 5, 6) }, [3, 2], [1, 4, 2, 5, 3, 6]],
    ['ba', { a: floats([2, 2], 1, 2, 3, 4) }, [2, 2], [1, 3, 2, 4]],
    ['...ii->...i', { a: floats([2, 2, 2], 1, 2, 3, 4, 5, 6, 7, 8) }, [2, 2], [1, 4, 5, 8]],
    ['ii', { a: floats([2, 2], 1, 2, 3, 4) }, [], [5]],
    ['...ij,...jk->...ik', { a: floats([1, 2], 1, 2), b: floats([2, 2, 1], 1, 2, 3, 4) }, [2, 1, 1], [5, 11]],
    ['i,j->ij', { a: floats([2], 1, 2), b: floats([2], 3, 4) }, [2, 2], [3, 4, 6, 8]],
    [
      'ij,jk,k->i',
      { a: floats([1, 2], 1, 2), b: floats([2, 2], 1, 2, 3, 4), c: floats([2], 1, 10) },
      [1],
      [107],
    ],
  ];
  test.each(sums)('%s', async (equation, fed, dims, data) => {
    const inputs = Object.keys(fed);
    const nodes = [{ op: 'Einsum', inputs, outputs: ['y'], attributes: { equation: { text: equation } } }];
    expect(await run({ fed, nodes })).toEqual([dims, data]);
  });

  test.each(['ij,jk->il', 'i,ij', 'ij->ij->i'])('%s does not fit, and is refused', async (text) => {
    const model = tinyModel({
      inputs: { a: { dims: [2, 3] }, b: { dims: [3, 4] } },
      outputs: { y: { dims: null } },
      nodes: [{ op: 'Einsum', inputs: ['a', 'b'], outputs: ['y'], attributes: { equation: { text } } }],
    });
    const opened = await importOnnx(bytesSource(model));
    expect(opened.ok || opened.problems.map(({ code }) => code)).toEqual(['einsum-unsupported']);
  });
});

describe('filters that the network makes itself', () => {
  const attributes = { strides: { ints: [2, 1] }, pads: { ints: [1, 0, 0, 0] }, group: { int: 2 } };
  const doubled = [{ op: 'Add', inputs: ['w', 'w'], outputs: ['twice'] }];
  const x = floats([1, 2, 3, 2], 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
  const w = floats([2, 1, 2, 1], 1, -1, 2, 0.5);

  test('convolve as stored ones do: groups, strides, padding, a bias', async () => {
    const conv = { op: 'Conv', inputs: ['x', 'twice', 'b'], outputs: ['y'], attributes };
    const made = await run({
      fed: { x, w },
      nodes: [...doubled, conv],
      weights: { b: floats([2], 0.5, -1) },
    });
    // Rows −1 and 0, then 1 and 2: 2·(0 − 1) + 0.5 and 2·(3 − 5) + 0.5; of the second channel 2·(2·9 + 0.5·11) − 1.
    expect(made).toEqual([
      [1, 2, 2, 2],
      [-1.5, -3.5, -3.5, -3.5, 6, 7, 46, 51],
    ]);
  });

  test('along a signal too', async () => {
    const conv = {
      op: 'Conv',
      inputs: ['x', 'twice'],
      outputs: ['y'],
      attributes: { dilations: { ints: [2] } },
    };
    const fed = { x: floats([1, 1, 4], 1, 2, 3, 4), w: floats([1, 1, 2], 1, 10) };
    expect(await run({ fed, nodes: [...doubled, conv] })).toEqual([
      [1, 1, 2],
      [62, 84],
    ]);
  });
});

describe('slices', () => {
  const sliced = (start: number, end: number, step: number) =>
    run({
      fed: { x: floats([4], 1, 2, 3, 4) },
      nodes: [{ op: 'Slice', inputs: ['x', 's', 'e', 'a', 't'], outputs: ['y'] }],
      weights: { s: longs(start), e: longs(end), a: longs(0), t: longs(step) },
    });
  test('backwards from before the first position start at the first', async () => {
    expect(await sliced(-9, -(2 ** 31), -2)).toEqual([[1], [1]]);
    expect(await sliced(9, -9, -3)).toEqual([[2], [4, 1]]);
  });
});

describe('whole numbers', () => {
  const mean = (type: 'int64' | 'int32', ...data: readonly number[]) =>
    run({
      fed: { x: { dims: [data.length], data, type } },
      nodes: [{ op: 'ReduceMean', inputs: ['x'], outputs: ['y'], attributes: { keepdims: { int: 0 } } }],
    });
  test('a mean of whole numbers is one, towards 0', async () => {
    expect(await mean('int64', 1, 2, 2)).toEqual([[], [1]]);
    expect(await mean('int32', -1, -2, -2)).toEqual([[], [-1]]);
  });

  const of = (op: string, a: TinyTensor, b?: TinyTensor, attributes = {}) =>
    run({
      fed: { a, ...(b && { b }) },
      nodes: [{ op, inputs: b ? ['a', 'b'] : ['a'], outputs: ['y'], attributes }],
    });
  const bytes = (...data: readonly number[]): TinyTensor => ({ dims: [data.length], data, type: 'uint8' });
  test('bits', async () => {
    expect(await of('BitwiseAnd', longs(12, -1), longs(10, 7))).toEqual([[2], [8, 7]]);
    expect(await of('BitwiseOr', longs(12), longs(10))).toEqual([[1], [14]]);
    expect(await of('BitwiseXor', longs(12), longs(10))).toEqual([[1], [6]]);
    expect(await of('BitwiseNot', longs(5))).toEqual([[1], [-6]]);
    expect(await of('BitwiseNot', bytes(5))).toEqual([[1], [250]]);
    expect(await of('BitShift', bytes(16, 200), bytes(1, 1), { direction: { text: 'LEFT' } })).toEqual([
      [2],
      [32, 144],
    ]);
    expect(await of('BitShift', bytes(16, 4), bytes(1, 3), { direction: { text: 'RIGHT' } })).toEqual([
      [2],
      [8, 0],
    ]);
  });

  test('those of one byte wrap around', async () => {
    expect(await of('Add', bytes(200, 1), bytes(100, 2))).toEqual([[2], [44, 3]]);
    expect(await of('Sub', bytes(1), bytes(2))).toEqual([[1], [255]]);
  });

  test('where elements are that are not 0', async () => {
    expect(await of('NonZero', { dims: [2, 2], data: [1, 0, 1, 1], type: 'int64' })).toEqual([
      [2, 3],
      [0, 1, 1, 0, 0, 1],
    ]);
  });
});

test.each([
  ['ReduceL1', [3, 4]],
  ['ReduceSumSquare', [9, 16]],
  ['ReduceSum', [-3, 4]],
  ['ReduceMax', [-3, 4]],
])('%s along no axis does what it does to each element', async (op, data) => {
  const nodes = [
    { op, inputs: ['x', 'none'], outputs: ['y'], attributes: { noop_with_empty_axes: { int: 1 } } },
  ];
  const [dims, got] = await run({ fed: { x: floats([2], -3, 4) }, nodes, weights: { none: longs() } });
  expect(dims).toEqual([2]);
  for (const [i, value] of data.entries()) expect(got[i]).toBeCloseTo(value, 6);
});

test('a mean of numbers without axes has none', async () => {
  const fed = { a: floats([], 1), b: floats([], 4) };
  expect(await run({ fed, nodes: [{ op: 'Mean', inputs: ['a', 'b'], outputs: ['y'] }] })).toEqual([
    [],
    [2.5],
  ]);
});

test('one scale for several elements is repeated for them', async () => {
  const nodes = [
    {
      op: 'LayerNormalization',
      inputs: ['x', 's'],
      outputs: ['y'],
      attributes: { axis: { int: 1 }, epsilon: { float: 0 } },
    },
  ];
  const x = floats([1, 2, 2], 1, 3, 3, 1);
  const weights = { s: floats([2, 1], 2, 10) };
  expect(await run({ fed: { x }, nodes, weights })).toEqual([
    [1, 2, 2],
    [-2, 2, 10, -10],
  ]);
});

test('scales that are computed stand along their axis', async () => {
  const nodes = [
    { op: 'Add', inputs: ['s', 's'], outputs: ['scale'] },
    { op: 'DequantizeLinear', inputs: ['x', 'scale'], outputs: ['y'], attributes: { axis: { int: 0 } } },
  ];
  const fed = { x: { dims: [2, 2], data: [1, 2, 3, 4], type: 'int32' as const }, s: floats([2], 0.5, 5) };
  expect(await run({ fed, nodes })).toEqual([
    [2, 2],
    [1, 2, 30, 40],
  ]);
});

test('the largest number of float32 stands where something is none', async () => {
  const largest = Math.fround(3.4028234663852886e38);
  const nodes = [
    { op: 'IsInf', inputs: ['x'], outputs: ['over'] },
    { op: 'Where', inputs: ['over', 'most', 'x'], outputs: ['y'] },
  ];
  const x = floats([2], Number.POSITIVE_INFINITY, 1);
  expect(await run({ fed: { x }, nodes, weights: { most: floats([], largest) } })).toEqual([
    [2],
    [largest, 1],
  ]);
});

describe('tensors without elements', () => {
  const none = floats([2, 0]);
  test.each(['Sigmoid', 'Celu', 'Trilu', 'Softmax', 'Identity'])('go through %s', async (op) => {
    expect(await run({ fed: { x: none }, nodes: [{ op, inputs: ['x'], outputs: ['y'] }] })).toEqual([
      [2, 0],
      [],
    ]);
  });
  test('sums over nothing are 0', async () => {
    const nodes = [
      { op: 'Sigmoid', inputs: ['x'], outputs: ['same'] },
      { op: 'ReduceSum', inputs: ['same', 'axes'], outputs: ['y'], attributes: { keepdims: { int: 0 } } },
    ];
    expect(await run({ fed: { x: none }, nodes, weights: { axes: longs(1) } })).toEqual([[2], [0, 0]]);
  });
  test('nothing is picked, and nothing is repeated', async () => {
    const x = floats([2, 2], 1, 2, 3, 4);
    const pick = [{ op: 'Gather', inputs: ['x', 'i'], outputs: ['y'], attributes: { axis: { int: 1 } } }];
    expect(await run({ fed: { x }, nodes: pick, weights: { i: longs() } })).toEqual([[2, 0], []]);
    const tile = [{ op: 'Tile', inputs: ['x', 'i'], outputs: ['y'] }];
    expect(await run({ fed: { x }, nodes: tile, weights: { i: longs(0, 3) } })).toEqual([[0, 6], []]);
  });
});

test('what is put at one place of a vector is a number', async () => {
  const nodes = [
    { op: 'ScatterND', inputs: ['x', 'i', 'u'], outputs: ['y'], attributes: { reduction: { text: 'add' } } },
  ];
  const weights = { i: longs(2), u: floats([], 5) };
  expect(await run({ fed: { x: floats([3], 1, 2, 3) }, nodes, weights })).toEqual([[3], [1, 2, 8]]);
});

test('known conditions choose', async () => {
  const nodes = [{ op: 'Compress', inputs: ['x', 'c'], outputs: ['y'], attributes: { axis: { int: 1 } } }];
  const weights = { c: { dims: [3], data: [1, 0, 1], type: 'bool' as const } };
  expect(await run({ fed: { x: floats([2, 3], 1, 2, 3, 4, 5, 6) }, nodes, weights })).toEqual([
    [2, 2],
    [1, 3, 4, 6],
  ]);
});

test('cut and padded about the centre', async () => {
  const attributes = { axes: { ints: [0, 1] } };
  const nodes = [{ op: 'CenterCropPad', inputs: ['x', 's'], outputs: ['y'], attributes }];
  const x = floats([3, 1], 1, 2, 3);
  expect(await run({ fed: { x }, nodes, weights: { s: longs(1, 3) } })).toEqual([
    [1, 3],
    [0, 2, 0],
  ]);
});

test('blocks in the order of columns, rows, depth', async () => {
  const attributes = { blocksize: { int: 2 }, mode: { text: 'CRD' } };
  const nodes = [{ op: 'SpaceToDepth', inputs: ['x'], outputs: ['y'], attributes }];
  const x = floats([1, 2, 2, 2], 0, 1, 2, 3, 10, 11, 12, 13);
  expect(await run({ fed: { x }, opset: 28, nodes })).toEqual([
    [1, 8, 1, 1],
    [0, 1, 2, 3, 10, 11, 12, 13],
  ]);
});

test('attention within a window: each token sees itself and the one before', async () => {
  const attributes = { left_window_size: { int: 1 }, right_window_size: { int: 0 } };
  const nodes = [{ op: 'Attention', inputs: ['q', 'q', 'v'], outputs: ['y'], attributes }];
  const fed = { q: floats([1, 1, 3, 1], 0, 0, 0), v: floats([1, 1, 3, 1], 2, 4, 8) };
  expect(await run({ fed, opset: 25, nodes })).toEqual([
    [1, 1, 3, 1],
    [2, 3, 6],
  ]);
});

test('rows of chosen boxes are as many as there are where parts of them go out', async () => {
  const limits = { most: longs(3), overlap: floats([1], 0.5) };
  const boxes = floats([1, 3, 4], ...[0, 0, 2, 2], ...[0, 0, 2, 2.1], ...[3, 3, 5, 5]);
  const nodes = [
    { op: 'NonMaxSuppression', inputs: ['b', 's', 'most', 'overlap'], outputs: ['kept'] },
    { op: 'Gather', inputs: ['kept', 'two'], outputs: ['column'], attributes: { axis: { int: 1 } } },
    { op: 'Squeeze', inputs: ['column', 'one'], outputs: ['y'] },
  ];
  const fed = { b: boxes, s: floats([1, 1, 3], 0.9, 0.8, 0.7) };
  const weights = { ...limits, two: longs(2), one: longs(1) };
  expect(await run({ fed, nodes, weights })).toEqual([[2], [0, 2]]);
});

test('pools along signals are layers of signals, with their places too', async () => {
  const attributes = { kernel_shape: { ints: [2] }, strides: { ints: [2] } };
  const model = tinyModel({
    inputs: { x: { dims: [1, 2, 4] } },
    outputs: { y: { dims: null }, g: { dims: null } },
    nodes: [
      { op: 'MaxPool', inputs: ['x'], outputs: ['m', 'p'], attributes },
      { op: 'MaxUnpool', inputs: ['m', 'p'], outputs: ['y'], attributes },
      { op: 'GlobalLpPool', inputs: ['x'], outputs: ['g'] },
    ],
  });
  const opened = await importOnnx(bytesSource(model));
  if (!opened.ok) throw new Error(opened.problems[0].message);
  const { nodes } = opened.value.design;
  const kinds = ['m', 'y', 'g'].map((name) => nodes[name as NodeId]?.kind);
  expect(kinds).toEqual(['maxPool1d', 'maxUnpool1d', 'globalLpPool1d']);
  const session = await openModel(bytesSource(model));
  const x = new Tensor('float32', [1, 3, 4, 0, 0, -2, 6, 8], [1, 2, 4]);
  const { y, g } = await session.run({ x }).finally(() => session.release());
  expect(Array.from(y!.data)).toEqual([0, 3, 4, 0, 0, 0, 0, 8]);
  expect(g!.dims).toEqual([1, 2, 1]);
  expect(g!.data[0]).toBeCloseTo(Math.sqrt(26), 5);
});

describe('quantised', () => {
  const number = (data: number, type: 'float32' | 'uint8' | 'int8' = 'float32'): TinyTensor => ({
    dims: [],
    data: [data],
    type,
  });

  test('what is stored as floats and rounded in the graph is what it is rounded to', async () => {
    // 0.6 and 0.25 of steps of 0.5 are 1 and, halves to even, 0; the second is a scale of its own.
    const nodes = [
      { op: 'QuantizeLinear', inputs: ['s', 'step', 'zero'], outputs: ['q'] },
      { op: 'DequantizeLinear', inputs: ['q', 'step', 'zero'], outputs: ['scale'] },
      { op: 'Add', inputs: ['scale', 'scale'], outputs: ['twice'] },
      {
        op: 'InstanceNormalization',
        inputs: ['x', 'twice', 'twice'],
        outputs: ['y'],
        attributes: { epsilon: { float: 0 } },
      },
    ];
    const weights = { s: floats([2], 0.6, 0.25), step: number(0.5), zero: number(3, 'uint8') };
    const x = floats([1, 2, 2], 1, 3, 5, 9);
    expect(await run({ fed: { x }, nodes, weights })).toEqual([
      [1, 2, 2],
      [0, 2, 0, 0],
    ]);
  });

  test('tokens times columns of their own scales', async () => {
    const grids = ['a_scale', 'a_zero', 'b', 'b_scale', 'b_zero', 'y_scale', 'y_zero'];
    const nodes = [
      { op: 'QuantizeLinear', inputs: ['x', 'a_scale', 'a_zero'], outputs: ['a'] },
      { op: 'QLinearMatMul', inputs: ['a', ...grids], outputs: ['q'] },
      { op: 'DequantizeLinear', inputs: ['q', 'y_scale', 'y_zero'], outputs: ['y'] },
    ];
    const weights: Record<string, TinyTensor> = {
      ...{ a_scale: number(1), a_zero: number(0, 'uint8'), y_scale: number(1), y_zero: number(0, 'uint8') },
      b: { dims: [2, 2], data: [1, 2, 3, 4], type: 'int8' },
      b_scale: floats([2], 1, 0.5),
      b_zero: { dims: [2], data: [0, 0], type: 'int8' },
    };
    // 1·1 + 2·3 and (1·2 + 2·4) / 2, and so on for each of two tokens of two samples.
    const x = floats([2, 1, 2], 1, 2, 3, 4);
    expect(await run({ fed: { x }, nodes, weights })).toEqual([
      [2, 1, 2],
      [7, 5, 15, 11],
    ]);
  });
});
