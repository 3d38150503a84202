import { describe, expect, test } from 'vitest';
import { Tensor } from '../../../shared/base/tensor.ts';
import { bytesSource } from '../../../shared/formats/weights/source.ts';
import { openModel } from '../../../shared/models/open-model.ts';
import { type TinyNode, type TinyTensor, tinyModel } from './tiny-model.ts';

/** Each of four positions looks back. */
const back = [1, 0, 0, 0, 1, 1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 1];
const numbers = Float32Array.from({ length: 64 }, (_, i) => Math.sin(i * 1.7));

const ints = (...data: readonly number[]): TinyTensor => ({ dims: [data.length], data, type: 'int64' });
const table = (rows: number, data: readonly number[], type: TinyTensor['type']): TinyTensor => ({
  dims: [rows, data.length / rows],
  data,
  ...(type && { type }),
});
const mask = table(4, back, 'bool');
const masked = (...nodes: readonly TinyNode[]) => nodes;
const to = { to: { int: 9 } };

interface Way {
  readonly nodes: readonly TinyNode[];
  /** What `m` is made of. */
  readonly from: Readonly<Record<string, TinyTensor>>;
}

const node = (op: string, inputs: readonly string[], attributes: TinyNode['attributes'] = {}): TinyNode => ({
  op,
  inputs,
  outputs: ['m'],
  attributes,
});

/** The same mask, as exporters make it of others. */
const ways: Readonly<Record<string, Way>> = {
  Cast: { nodes: [node('Cast', ['b'], to)], from: { b: table(4, back, 'float32') } },
  'Cast of whole numbers': { nodes: [node('Cast', ['b'], to)], from: { b: table(4, back, 'int64') } },
  CastLike: {
    nodes: [node('CastLike', ['b', 'like'])],
    from: { b: table(4, back, 'float32'), like: { dims: [1], data: [1], type: 'bool' } },
  },
  comparison: {
    nodes: [node('LessOrEqual', ['row', 'column'])],
    from: { row: table(1, [0, 1, 2, 3], 'int64'), column: table(4, [0, 1, 2, 3], 'int64') },
  },
  'comparison and more': {
    nodes: masked(
      { ...node('Equal', ['b', 'one']), outputs: ['e'] },
      { ...node('And', ['e', 'c']), outputs: ['a'] },
      node('Expand', ['a', 'size']),
    ),
    from: { b: table(4, back, 'int64'), one: ints(1), c: mask, size: ints(1, 1, 4, 4) },
  },
  Not: {
    nodes: [node('Not', ['b'])],
    from: {
      b: table(
        4,
        back.map((each) => 1 - each),
        'bool',
      ),
    },
  },
  Slice: {
    nodes: [node('Slice', ['b', 'from', 'until', 'axes'])],
    from: { b: table(5, [...back, 1, 1, 1, 1], 'bool'), from: ints(0), until: ints(4), axes: ints(0) },
  },
  Trilu: {
    nodes: [node('Trilu', ['b'], { upper: { int: 0 } })],
    from: { b: table(4, Array<number>(16).fill(1), 'bool') },
  },
  'Trilu of a filling': {
    nodes: masked(
      {
        ...node('ConstantOfShape', ['size'], { value: { tensor: { dims: [1], data: [1], type: 'bool' } } }),
        outputs: ['b'],
      },
      node('Trilu', ['b'], { upper: { int: 0 } }),
    ),
    from: { size: ints(4, 4) },
  },
  Where: {
    nodes: [node('Where', ['b', 'b', 'c'])],
    from: { b: mask, c: table(4, Array<number>(16).fill(0), 'bool') },
  },
  Gather: {
    nodes: [node('Gather', ['b', 'rows'])],
    from: { b: table(2, [...back.slice(4, 8), ...back.slice(0, 4)], 'bool'), rows: ints(1, 0) },
  },
  GatherND: {
    nodes: [node('GatherND', ['b', 'rows'])],
    from: { b: mask, rows: table(4, [0, 1, 2, 3], 'int64') },
  },
  ScatterND: {
    nodes: [node('ScatterND', ['b', 'rows', 'c'])],
    from: {
      b: table(4, Array<number>(16).fill(1), 'bool'),
      rows: table(3, [0, 1, 2], 'int64'),
      c: table(3, back.slice(0, 12), 'bool'),
    },
  },
  'Concat behind what is stored': {
    nodes: [node('Concat', ['c', 'b'], { axis: { int: 0 } })],
    from: { b: table(3, back.slice(4), 'bool'), c: table(1, back.slice(0, 4), 'bool') },
  },
};
// Two rows are enough where rows are looked up.
const rightRows = (way: string) => (way === 'Gather' ? back.slice(0, 8) : back);

async function attended(nodes: readonly TinyNode[], from: Way['from'], fed: readonly string[], queries = 4) {
  const flows = Object.fromEntries(
    fed.map((name) => [name, { dims: from[name]!.dims, type: from[name]!.type ?? 'float32' }]),
  );
  const model = tinyModel({
    opset: 23,
    inputs: { q: { dims: [1, 2, queries, 8] }, x: { dims: [1, 2, 4, 8] }, ...flows },
    outputs: { y: { dims: null } },
    nodes: [...nodes, { op: 'Attention', inputs: ['q', 'x', 'x', 'm'], outputs: ['y'] }],
    weights: Object.fromEntries(Object.entries(from).filter(([name]) => !fed.includes(name))),
  });
  const session = await openModel(bytesSource(model), { backend: 'reference' });
  const own = fed.map((name) => {
    const { data, dims, type } = from[name]!;
    const values = type === 'int64' ? BigInt64Array.from(data, BigInt) : Float32Array.from(data);
    return [
      name,
      type === 'bool'
        ? new Tensor('bool', Uint8Array.from(data), dims)
        : new Tensor(type === 'int64' ? 'int64' : 'float32', values, dims),
    ];
  });
  const { y } = await session.run({
    q: new Tensor('float32', numbers.slice(0, 16 * queries), [1, 2, queries, 8]),
    x: new Tensor('float32', numbers, [1, 2, 4, 8]),
    ...Object.fromEntries(own),
  });
  await session.release();
  return Array.from(y!.data);
}

/** ONNX's own case of Attention with a mask of truth values holds this form right. */
const plain = (rows: readonly number[]) =>
  attended([], { m: table(rows.length / 4, rows, 'bool') }, [], rows.length / 4);

describe('a mask of truth values is one however it is made', () => {
  test.each(Object.keys(ways))('%s of what is stored', async (name) => {
    const { nodes, from } = ways[name]!;
    const rows = rightRows(name);
    expect(await attended(nodes, from, [], rows.length / 4)).toEqual(await plain(rows));
  });

  test.each(Object.keys(ways).filter((name) => 'b' in ways[name]!.from))(
    '%s of what is fed',
    async (name) => {
      const { nodes, from } = ways[name]!;
      const rows = rightRows(name);
      expect(await attended(nodes, from, ['b'], rows.length / 4)).toEqual(await plain(rows));
    },
  );

  test('and no mask is something else', async () => {
    expect(await plain(back)).not.toEqual(await plain(Array<number>(16).fill(1)));
  });
});

/** ONNX's DequantizeLinear: (x − zero point) · scale, here one of each for every two. */
test.each([['stored'], ['fed']])('blocks that are %s are worth their own scales', async (where) => {
  const w: TinyTensor = { dims: [1, 4], data: [1, 2, 3, 4], type: 'int8' };
  const model = tinyModel({
    opset: 21,
    inputs: { x: { dims: [1, 4] }, ...(where === 'fed' && { w: { dims: [1, 4], type: 'int8' } }) },
    outputs: { y: { dims: [1, 4] } },
    nodes: [
      {
        op: 'DequantizeLinear',
        inputs: ['w', 'scale', 'zero'],
        outputs: ['d'],
        attributes: { axis: { int: 1 }, block_size: { int: 2 } },
      },
      { op: 'Mul', inputs: ['x', 'd'], outputs: ['y'] },
    ],
    weights: {
      ...(where === 'stored' && { w }),
      scale: { dims: [1, 2], data: [0.5, 2] },
      zero: { dims: [1, 2], data: [1, 0], type: 'int8' },
    },
  });
  const session = await openModel(bytesSource(model), { backend: 'reference' });
  const { y } = await session.run({
    x: new Tensor('float32', new Float32Array(4).fill(1), [1, 4]),
    ...(where === 'fed' && { w: new Tensor('int8', Int8Array.from(w.data), [1, 4]) }),
  });
  await session.release();
  expect(Array.from(y!.data)).toEqual([0, 0.5, 6, 8]);
});

/** ONNX's Cast: towards zero, truth values 0 and 1, and of whole numbers the lower bits. */
describe('constants of any size are cast', () => {
  const many = Array.from({ length: 5000 }, (_, i) => (i % 7) * 0.75 - 2);
  test.each([
    ['int64', 7, many, many.map((value) => Math.trunc(value))],
    ['bool', 9, many.map((value) => Math.max(0, value)), many.map((value) => Number(value > 0))],
  ] as const)('to %s', async (_, type, data, right) => {
    const model = tinyModel({
      opset: 13,
      inputs: { x: { dims: [1, 5000] } },
      outputs: { y: { dims: null } },
      nodes: [
        { op: 'Cast', inputs: ['w'], outputs: ['whole'], attributes: { to: { int: type } } },
        { op: 'Cast', inputs: ['whole'], outputs: ['real'], attributes: { to: { int: 1 } } },
        { op: 'Mul', inputs: ['x', 'real'], outputs: ['y'] },
      ],
      weights: { w: { dims: [5000], data } },
    });
    const session = await openModel(bytesSource(model), { backend: 'reference' });
    const { y } = await session.run({ x: new Tensor('float32', new Float32Array(5000).fill(1), [1, 5000]) });
    await session.release();
    expect(Array.from(y!.data, (value) => value + 0)).toEqual(right.map((value) => value + 0));
  });

  test('to types of one byte, which hold the lower bits', async () => {
    const cast = (type: number) => ({
      op: 'Cast',
      inputs: ['x'],
      outputs: [`i${type}`],
      attributes: { to: { int: type } },
    });
    const real = (type: number) => ({
      op: 'Cast',
      inputs: [`i${type}`],
      outputs: [`y${type}`],
      attributes: { to: { int: 1 } },
    });
    const model = tinyModel({
      opset: 13,
      inputs: { x: { dims: [1, 4], type: 'int32' } },
      outputs: { y2: { dims: null }, y3: { dims: null } },
      nodes: [2, 3].flatMap((type) => [cast(type), real(type)]),
    });
    const session = await openModel(bytesSource(model), { backend: 'reference' });
    const { y2, y3 } = await session.run({ x: new Tensor('int32', Int32Array.of(300, -1, 5, 130), [1, 4]) });
    await session.release();
    expect([Array.from(y2!.data), Array.from(y3!.data)]).toEqual([
      [44, 255, 5, 130],
      [44, -1, 5, -126],
    ]);
  });
});

/** What works out more than whole numbers of whole numbers gives their whole part. */
describe('whole numbers stay whole', () => {
  const two = { dims: [1], data: [2], type: 'int64' } as const;
  const half = { dims: [], data: [0.5] } as const;
  const top = { op: 'TopK', inputs: ['x', 'two'], outputs: ['v', 'i'] };
  // The two largest stand at 1 and 2.
  test.each([
    ['a mean', { op: 'ReduceMean', inputs: ['i'], attributes: { axes: { ints: [1] } } }, [1]],
    ['a power', { op: 'Pow', inputs: ['i', 'two'] }, [1, 4]],
    ['a root', { op: 'Pow', inputs: ['i', 'half'] }, [1, 1]],
  ] as const)('%s of places', async (_, last, right) => {
    const model = tinyModel({
      opset: 13,
      inputs: { x: { dims: [1, 3] } },
      outputs: { y: { dims: null, type: 'int64' } },
      nodes: [top, { ...last, outputs: ['y'] }],
      weights: { two, half },
    });
    const session = await openModel(bytesSource(model), { backend: 'reference' });
    const { y } = await session.run({ x: new Tensor('float32', Float32Array.of(0.1, 0.3, 0.2), [1, 3]) });
    await session.release();
    expect(Array.from(y!.data, Number)).toEqual(right);
  });

  test('pixels of bytes between others', async () => {
    const model = tinyModel({
      opset: 13,
      inputs: { x: { dims: [1, 1, 1, 2], type: 'uint8' } },
      outputs: { y: { dims: null, type: 'uint8' } },
      nodes: [
        {
          op: 'Resize',
          inputs: ['x', '', 'twice'],
          outputs: ['y'],
          attributes: { mode: { text: 'linear' } },
        },
      ],
      weights: { twice: { dims: [4], data: [1, 1, 1, 2] } },
    });
    const session = await openModel(bytesSource(model), { backend: 'reference' });
    const { y } = await session.run({ x: new Tensor('uint8', Uint8Array.of(0, 3), [1, 1, 1, 2]) });
    await session.release();
    // 0, 0.75, 2.25 and 3.
    expect(Array.from(y!.data, Number)).toEqual([0, 0, 2, 3]);
  });
});
