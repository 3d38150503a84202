import { describe, expect, test } from 'vitest';
import { analyze } from '../../../shared/analysis/analyze.ts';
import { Tensor } from '../../../shared/base/tensor.ts';
import { importOnnx } from '../../../shared/formats/onnx/import.ts';
import { bytesSource } from '../../../shared/formats/weights/source.ts';
import { openModel } from '../../../shared/models/open-model.ts';
import { type TinyModel, tinyModel } from './tiny-model.ts';

const open = (model: TinyModel) => openModel(bytesSource(tinyModel(model)));
const floats = (data: readonly number[], dims: readonly number[]) => new Tensor('float32', data, dims);
const longs = (data: readonly number[], dims: readonly number[]) =>
  new Tensor('int64', BigInt64Array.from(data, BigInt), dims);
const scalar = (data: number, type: 'int64' | 'float32') => ({ dims: [1], data: [data], type });

describe('places of a max pool', () => {
  const pool = {
    op: 'MaxPool',
    inputs: ['x'],
    outputs: ['m', 'p'],
    attributes: { kernel_shape: { ints: [2, 2] }, strides: { ints: [2, 2] } },
  };
  const unpool = {
    op: 'MaxUnpool',
    inputs: ['m', 'p', 'size'],
    outputs: ['y'],
    attributes: { kernel_shape: { ints: [2, 2] }, strides: { ints: [2, 2] } },
  };
  const values = Array.from({ length: 2 * 25 }, (_, i) => (i * 7) % 25);

  test('put what the pool kept back where it was, in a map of odd extents', async () => {
    const session = await open({
      inputs: { x: { dims: [1, 2, 5, 5] } },
      outputs: { y: { dims: [1, 2, 5, 5] }, p: { dims: [1, 2, 2, 2], type: 'int64' } },
      nodes: [pool, unpool],
      weights: { size: { dims: [4], data: [1, 2, 5, 5], type: 'int64' } },
    });
    const { y, p } = await session.run({ x: floats(values, [1, 2, 5, 5]) });
    const places = Array.from(p!.data);
    expect(places).toHaveLength(8);
    // Those of the second channel count on from those of the first.
    expect(Math.min(...places.slice(4))).toBeGreaterThanOrEqual(25);
    const right = values.map((value, i) => (places.includes(i) ? value : 0));
    expect(Array.from(y!.data)).toEqual(right);
    await session.release();
  });

  test('are those of the smallest map where they are fed: ONNX, maxunpool_export_with_output_shape', async () => {
    const session = await open({
      inputs: { m: { dims: [1, 1, 2, 2] }, p: { dims: [1, 1, 2, 2], type: 'int64' } },
      outputs: { y: { dims: [1, 1, 5, 5] } },
      nodes: [unpool],
      weights: { size: { dims: [4], data: [1, 1, 5, 5], type: 'int64' } },
    });
    const { y } = await session.run({
      m: floats([5, 6, 7, 8], [1, 1, 2, 2]),
      p: longs([5, 7, 13, 15], [1, 1, 2, 2]),
    });
    const rows = [
      [0, 0, 0, 0, 0],
      [0, 5, 0, 6, 0],
      [0, 0, 0, 0, 0],
      [0, 7, 0, 8, 0],
      [0, 0, 0, 0, 0],
    ];
    expect(Array.from(y!.data)).toEqual(rows.flat());
    await session.release();
  });
});

describe('what only a run can tell the size of', () => {
  const boxes = [0, 0, 1, 1, 0, 0.1, 1, 1.1, 0, -0.1, 1, 0.9, 0, 10, 1, 11, 0, 10.1, 1, 11.1, 0, 100, 1, 101];
  const chosen = (most: number): TinyModel => ({
    inputs: { boxes: { dims: [1, 6, 4] }, scores: { dims: [1, 1, 6] } },
    outputs: { y: { dims: ['kept', 3], type: 'int64' } },
    nodes: [
      {
        op: 'NonMaxSuppression',
        inputs: ['boxes', 'scores', 'most', 'overlap', 'least'],
        outputs: ['y'],
      },
    ],
    weights: {
      most: scalar(most, 'int64'),
      overlap: scalar(0.5, 'float32'),
      least: scalar(0.4, 'float32'),
    },
  });
  const fed = {
    boxes: floats(boxes, [1, 6, 4]),
    scores: floats([0.9, 0.75, 0.6, 0.95, 0.5, 0.3], [1, 1, 6]),
  };

  // ONNX operator NonMaxSuppression, suppress_by_IOU_and_scores.
  test('boxes: shown with the most, run with those that stay', async () => {
    const session = await open(chosen(3));
    const { y } = await session.run(fed);
    expect([y!.dims, Array.from(y!.data)]).toEqual([
      [2, 3],
      [0, 0, 3, 0, 0, 0],
    ]);
    await session.release();
    const shown = await importOnnx(bytesSource(tinyModel(chosen(3))));
    if (!shown.ok) throw new Error(shown.problems[0].message);
    expect(shown.value.remarks.map(({ code }) => code)).toEqual(['upper-bound']);
    const { facts, problems } = analyze(shown.value.design);
    expect(problems).toEqual([]);
    expect(facts.get('y.output')?.inputs).toEqual([[3, 3]]);
  });

  test('no boxes at all', async () => {
    const session = await open(chosen(0));
    expect((await session.run(fed)).y!.dims).toEqual([0, 3]);
    await session.release();
  });

  const largest: TinyModel = {
    inputs: { x: { dims: [1, 6] }, k: { dims: [1], type: 'int64' } },
    outputs: { v: { dims: [1, 'k'] }, i: { dims: [1, 'k'], type: 'int64' } },
    nodes: [{ op: 'TopK', inputs: ['x', 'k'], outputs: ['v', 'i'] }],
  };

  test('a k that is fed: shown with all, run with so many', async () => {
    const shown = await importOnnx(bytesSource(tinyModel(largest)));
    if (!shown.ok) throw new Error(shown.problems[0].message);
    const { design, remarks, inputs } = shown.value;
    expect(remarks.map(({ code }) => code)).toEqual(['upper-bound']);
    expect([...inputs.keys()]).toEqual(['x']);
    expect(analyze(design).problems).toEqual([]);
    const session = await open(largest);
    const x = floats([3, 1, 4, 1, 5, 9], [1, 6]);
    for (const k of [2, 3]) {
      const { v, i } = await session.run({ x, k: longs([k], [1]) });
      expect(Array.from(v!.data)).toEqual([9, 5, 4].slice(0, k));
      expect(Array.from(i!.data)).toEqual([5, 4, 2].slice(0, k));
    }
    await session.release();
  });
});

test('a slice that keeps nothing adds nothing, and is an output of its own', async () => {
  const session = await open({
    inputs: { x: { dims: [1, 3] } },
    outputs: { none: { dims: [1, 0] }, y: { dims: [1, 3] } },
    nodes: [
      { op: 'Slice', inputs: ['x', 'two', 'two', 'one'], outputs: ['none'] },
      { op: 'Concat', inputs: ['none', 'x'], outputs: ['y'], attributes: { axis: { int: 1 } } },
    ],
    weights: { one: scalar(1, 'int64'), two: scalar(2, 'int64') },
  });
  const { none, y } = await session.run({ x: floats([1, 2, 3], [1, 3]) });
  expect(none!.dims).toEqual([1, 0]);
  expect(Array.from(y!.data)).toEqual([1, 2, 3]);
  await session.release();
});

describe('the rows of boxes that stayed', () => {
  // As PaddlePaddle and TensorFlow write it: the boxes themselves are looked up by the third column.
  const model = (more: TinyModel['nodes'], outputs: TinyModel['outputs']): TinyModel => ({
    inputs: { boxes: { dims: [1, 3, 4] }, scores: { dims: [1, 1, 3] }, table: { dims: [3, 2] } },
    outputs,
    nodes: [
      {
        op: 'NonMaxSuppression',
        inputs: ['boxes', 'scores', 'most', 'overlap', 'least'],
        outputs: ['chosen'],
      },
      { op: 'Gather', inputs: ['chosen', 'third'], outputs: ['column'], attributes: { axis: { int: 1 } } },
      { op: 'Squeeze', inputs: ['column', 'second'], outputs: ['places'] },
      { op: 'Gather', inputs: ['table', 'places'], outputs: ['looked'], attributes: { axis: { int: 0 } } },
      ...more,
    ],
    weights: {
      most: scalar(3, 'int64'),
      overlap: scalar(0.5, 'float32'),
      least: scalar(0.1, 'float32'),
      third: scalar(2, 'int64'),
      second: scalar(1, 'int64'),
    },
  });
  const fed = {
    boxes: floats([0, 0, 1, 1, 0, 0.05, 1, 1, 2, 2, 3, 3], [1, 3, 4]),
    scores: floats([0.9, 0.8, 0.7], [1, 1, 3]),
    table: floats([1, 2, 3, 4, 5, 6], [3, 2]),
  };

  test('are as many where they are looked up, turned and computed with', async () => {
    const session = await open(
      model(
        [
          { op: 'Mul', inputs: ['looked', 'looked'], outputs: ['square'] },
          { op: 'Transpose', inputs: ['square'], outputs: ['y'], attributes: { perm: { ints: [1, 0] } } },
        ],
        { looked: { dims: ['n', 2] }, y: { dims: [2, 'n'] } },
      ),
    );
    // The second box lies in the first: onnxruntime 1.30 gives the rows 0 and 2.
    const { looked, y } = await session.run(fed);
    expect([looked!.dims, [...looked!.data]]).toEqual([
      [2, 2],
      [1, 2, 5, 6],
    ]);
    expect([y!.dims, [...y!.data]]).toEqual([
      [2, 2],
      [1, 25, 4, 36],
    ]);
    await session.release();
  });

  test('are not summed, because those that are over would be in the sum', async () => {
    const sum = [{ op: 'ReduceSum', inputs: ['looked'], outputs: ['y'] }];
    await expect(open(model(sum, { y: { dims: [1, 1] } }))).rejects.toThrow(
      'of which only a run tells how many there are',
    );
  });
});

test('a score that is the least itself, as a float32, does not count', async () => {
  const session = await open({
    inputs: { boxes: { dims: [1, 2, 4] }, scores: { dims: [1, 1, 2] } },
    outputs: { y: { dims: null, type: 'int64' } },
    nodes: [
      { op: 'NonMaxSuppression', inputs: ['boxes', 'scores', 'most', 'overlap', 'least'], outputs: ['y'] },
    ],
    weights: { most: scalar(5, 'int64'), overlap: scalar(0.5, 'float32'), least: scalar(1.1, 'float32') },
  });
  const { y } = await session.run({
    boxes: floats([0, 0, 1, 1, 0, 5, 1, 6], [1, 2, 4]),
    scores: floats([1.1, 1.2], [1, 1, 2]),
  });
  expect([y!.dims, [...y!.data]]).toEqual([
    [1, 3],
    [0, 0, 1],
  ]);
  await session.release();
});

test('a slope is the float32 that the file has, also where its product is rounded: by onnxruntime', async () => {
  const model = tinyModel({
    inputs: { x: { dims: [1, 1] } },
    outputs: { y: { dims: null } },
    nodes: [
      { op: 'LeakyRelu', inputs: ['x'], outputs: ['m'], attributes: { alpha: { float: 0.3 } } },
      { op: 'Floor', inputs: ['m'], outputs: ['y'] },
    ],
  });
  const session = await openModel(bytesSource(model), { backend: 'reference' });
  expect([...(await session.run({ x: floats([-50], [1, 1]) })).y!.data]).toEqual([-16]);
  await session.release();
});

describe('places of what is not 0', () => {
  const zero = { dims: [], data: [0] };
  const ints = (...data: readonly number[]) => ({ dims: [data.length], data, type: 'int64' }) as const;
  const node = (op: string, inputs: readonly string[], output: string, attributes = {}) => ({
    op,
    inputs,
    outputs: [output],
    attributes,
  });
  /** Which elements are above 0, as rows of coordinates. */
  const places = [
    node('Greater', ['x', 'zero'], 'm'),
    node('NonZero', ['m'], 'columns'),
    node('Transpose', ['columns'], 'rows', { perm: { ints: [1, 0] } }),
  ];
  const model = (nodes: readonly ReturnType<typeof node>[]): TinyModel => ({
    opset: 13,
    inputs: { x: { dims: [3, 2] } },
    outputs: { y: { dims: null } },
    nodes: [...places, ...nodes],
    weights: { zero, first: ints(0), second: ints(1), two: ints(2), one: { dims: [1, 1], data: [1] } },
  });
  const x = floats([-1, 2, 3, -4, 5, 6], [3, 2]);

  /** As onnxruntime gives them, each with as many rows as there are. */
  test.each([
    ['coordinates', node('Identity', ['rows'], 'y'), [4, 2], [0, 1, 1, 0, 2, 0, 2, 1]],
    ['coordinates as columns', node('Identity', ['columns'], 'y'), [2, 4], [0, 1, 2, 2, 1, 0, 0, 1]],
    ['the elements themselves', node('GatherND', ['x', 'rows'], 'y'), [4], [2, 3, 5, 6]],
  ] as const)('%s', async (_, last, dims, data) => {
    const session = await open(model([last]));
    const { y } = await session.run({ x });
    expect([y!.dims, [...y!.data]]).toEqual([dims, [...data]]);
    const none = await session.run({ x: floats([0, 0, 0, 0, 0, 0], [3, 2]) });
    expect(none.y!.dims).toEqual(dims.map((extent) => (extent === 4 ? 0 : extent)));
    await session.release();
  });

  const shape = [node('Shape', ['rows'], 's'), node('Slice', ['s', 'first', 'second'], 'n')];

  test('are reshaped by how many there are', async () => {
    const shaped = [
      node('Concat', ['n', 'two', 'second'], 'to', { axis: { int: 0 } }),
      node('Reshape', ['rows', 'to'], 'y'),
    ];
    const session = await open(model([...shape, ...shaped]));
    expect((await session.run({ x })).y!.dims).toEqual([4, 2, 1]);
    await session.release();
  });

  test.each([
    ['given', [...shape, node('Identity', ['n'], 'y')], 'count-unknown'],
    ['counted in all', [node('Size', ['rows'], 'y')], 'count-unknown'],
    [
      'compared',
      [...shape, node('Equal', ['n', 'two'], 'e'), node('Cast', ['e'], 'y', { to: { int: 1 } })],
      'count-unknown',
    ],
    ['a shape', [...shape, node('Expand', ['one', 's'], 'y')], 'count-unknown'],
    ['divided by', [node('GatherND', ['x', 'rows'], 'v'), node('ReduceMean', ['v'], 'y')], 'rows-mixed'],
  ] as const)('are refused where how many there are is %s', async (_, nodes, code) => {
    await expect(open(model(nodes))).rejects.toMatchObject({ problems: [{ code }] });
  });

  test('no number among constants says nothing of rows', async () => {
    const session = await openModel(
      bytesSource(
        tinyModel({
          opset: 13,
          inputs: { x: { dims: [1, 2] } },
          outputs: { y: { dims: null } },
          nodes: [
            node('Sqrt', ['w'], 'none'),
            node('Reshape', ['none', 'to'], 'row'),
            node('Add', ['x', 'row'], 'y'),
          ],
          weights: { w: { dims: [2], data: [-1, 4] }, to: ints(1, 2) },
        }),
      ),
      { backend: 'reference' },
    );
    expect([...(await session.run({ x: floats([1, 2], [1, 2]) })).y!.data]).toEqual([Number.NaN, 4]);
    await session.release();
  });

  test('are shown with all that there can be', async () => {
    const result = await importOnnx(bytesSource(tinyModel(model([node('GatherND', ['x', 'rows'], 'y')]))));
    if (!result.ok) throw new Error(result.problems[0].message);
    expect(result.value.remarks.map(({ code }) => code)).toEqual(['upper-bound']);
    const { design } = result.value;
    expect(Object.values(design.nodes).filter(({ kind }) => kind === 'transpose')).toEqual([]);
    expect(analyze(design).facts.get(result.value.outputs.get('y')!)?.inputs).toEqual([[6]]);
  });
});
