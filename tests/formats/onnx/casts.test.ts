import { describe, expect, test } from 'vitest';
import { Tensor } from '../../../shared/base/tensor.ts';
import { importOnnx } from '../../../shared/formats/onnx/import.ts';
import { bytesSource } from '../../../shared/formats/weights/source.ts';
import { openModel } from '../../../shared/models/open-model.ts';
import { type TinyModel, type TinyNode, tinyModel } from './tiny-model.ts';

/** ONNX's numbers of types. */
const types = {
  float: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int64: 7,
  float16: 10,
  bfloat16: 16,
} as const;
type TypeName = keyof typeof types;

const node = (op: string, inputs: readonly string[], output: string, attributes = {}): TinyNode => ({
  op,
  inputs,
  outputs: [output],
  attributes,
});
const castTo = (type: TypeName, from: string, output: string) =>
  node('Cast', [from], output, { to: { int: types[type] } });

const model = (x: readonly number[], nodes: readonly TinyNode[], weights: TinyModel['weights'] = {}) =>
  bytesSource(
    tinyModel({
      opset: 14,
      inputs: { x: { dims: [1, x.length] } },
      outputs: { y: { dims: null } },
      nodes,
      weights: { ...weights },
    }),
  );

async function run(x: readonly number[], nodes: readonly TinyNode[], weights: TinyModel['weights'] = {}) {
  const session = await openModel(model(x, nodes, weights), { backend: 'reference' });
  const { y } = await session.run({ x: new Tensor('float32', x, [1, x.length]) });
  await session.release();
  return [...y!.data];
}

/** By IEEE 754, as NumPy gives them: halves go to the even neighbour, and what is too large is infinite. */
const halves = [
  ['float16', [0.0999755859375, 65504, 0.333251953125, 2048, Infinity]],
  ['bfloat16', [0.10009765625, 65536, 0.333984375, 2048, 1e5 - 160]],
] as const;
const precise = [0.1, 65_519, 1 / 3, 2049, 1e5];

test.each(halves)('a constant that was %s once is rounded to it', async (type, right) => {
  const nodes = [castTo(type, 'w', 'half'), castTo('float', 'half', 'back'), node('Add', ['x', 'back'], 'y')];
  const weights = { w: { dims: [1, precise.length], data: precise } };
  expect(await run(Array<number>(precise.length).fill(0), nodes, weights)).toEqual(right);
});

test.each(halves)('what the network computes is rounded to %s on its way through it', async (type, right) => {
  const back = [
    castTo('float', 'half', 'back'),
    castTo(type, 'back', 'again'),
    castTo('float', 'again', 'y'),
  ];
  const nodes = [castTo(type, 'x', 'half'), ...back];
  expect(await run(precise, nodes)).toEqual(right);
  const opened = await importOnnx(model(precise, nodes));
  if (!opened.ok) throw new Error(opened.problems[0].message);
  const kinds = Object.values(opened.value.design.nodes).map(({ kind }) => kind);
  expect(kinds).toEqual(['input', 'roundHalf', 'output']);
});

test.each(halves)('what is of type %s at the end is rounded to it', async (type, right) => {
  const moved = node('Reshape', ['half', 'shape'], 'y');
  const shape = { shape: { dims: [2], data: [1, precise.length], type: 'int64' } } as const;
  expect(await run(precise, [castTo(type, 'x', 'half'), moved], shape)).toEqual(right);
});

test('what is computed in float16 is worked out in single precision', async () => {
  const halves = [castTo('float16', 'x', 'h'), castTo('float16', 'w', 'v')];
  const nodes = [...halves, node('Mul', ['h', 'v'], 'm'), castTo('float', 'm', 'y')];
  const three = { dims: [1], data: [3] };
  expect(await run([0.1], nodes, { w: three })).toEqual([Math.fround(Math.fround(0.1) * 3)]);
});

test('whole numbers that a type of two bytes holds need no rounding to it', async () => {
  const nodes = [node('Greater', ['x', 'least'], 'mask'), castTo('float16', 'mask', 'y')];
  const opened = await importOnnx(model([1, 2], nodes, { least: { dims: [1], data: [1] } }));
  if (!opened.ok) throw new Error(opened.problems[0].message);
  const kinds = Object.values(opened.value.design.nodes).map(({ kind }) => kind);
  expect(kinds).not.toContain('roundHalf');
});

test('what is stored in double precision is worked out in it', async () => {
  // 4.35 · 100 is 434.99999999999994 there, and 435 in single precision.
  const nodes = [
    node('Mul', ['a', 'b'], 'p'),
    node('Floor', ['p'], 'f'),
    castTo('float', 'f', 'c'),
    node('Add', ['x', 'c'], 'y'),
  ];
  const double = (value: number) => ({ dims: [1, 1], data: [value], type: 'float64' }) as const;
  expect(await run([0], nodes, { a: double(4.35), b: double(100) })).toEqual([434]);
});

/** As ONNX's Cast says: of whole numbers the upper bits are lost. */
const narrow = [
  ['uint8', [44, 255, 127, 128, 112]],
  ['int8', [44, -1, 127, -128, 112]],
  ['uint16', [300, 65_535, 127, 128, 4464]],
  ['int16', [300, -1, 127, 128, 4464]],
] as const;
const numbers = [300, -1, 127, 128, 70_000];

test.each(narrow)('whole numbers that the network computes wrap around in %s', async (type, right) => {
  const nodes = [castTo('int64', 'x', 'i'), castTo(type, 'i', 'n'), castTo('float', 'n', 'y')];
  expect(await run(numbers, nodes)).toEqual(right);
});

test.each(narrow)('what is known wraps around in %s, too', async (type, right) => {
  const nodes = [castTo(type, 'w', 'n'), castTo('float', 'n', 'b'), node('Add', ['x', 'b'], 'y')];
  expect(await run([0, 0, 0, 0, 0], nodes, { w: { dims: [1, 5], data: numbers } })).toEqual(right);
});

test('sums and shifts of bytes stay bytes', async () => {
  const bytes = [castTo('uint8', 'x', 'n')];
  const back = castTo('float', 'm', 'y');
  expect(await run([200, 100], [...bytes, node('Add', ['n', 'n'], 'm'), back])).toEqual([144, 200]);
  const places = { s: { dims: [1], data: [2], type: 'uint8' } } as const;
  for (const [direction, right] of [
    ['LEFT', [32, 144]],
    ['RIGHT', [50, 25]],
  ] as const) {
    const shift = node('BitShift', ['n', 's'], 'm', { direction: { text: direction } });
    expect(await run([200, 100], [...bytes, shift, back], places)).toEqual(right);
  }
});

test('what stays within a byte by itself gets no layers for it', async () => {
  const clipped = node('Clip', ['x', 'low', 'high'], 'c');
  const bounds = { low: { dims: [], data: [0] }, high: { dims: [], data: [255] } };
  const result = await importOnnx(model([1, 2], [clipped, castTo('uint8', 'c', 'y')], bounds));
  if (!result.ok) throw new Error(result.problems[0].message);
  const kinds = Object.values(result.value.design.nodes).map(({ kind }) => kind);
  expect(kinds.sort()).toEqual(['clip', 'input', 'output', 'truncate']);
});

test('what is cast back many times is rounded once', async () => {
  const back = (output: string) => castTo('float', 'n', output);
  const nodes = [castTo('float16', 'x', 'n'), back('a'), back('b'), node('Add', ['a', 'b'], 'y')];
  const result = await importOnnx(model([1, 2], nodes));
  if (!result.ok) throw new Error(result.problems[0].message);
  const kinds = Object.values(result.value.design.nodes).map(({ kind }) => kind);
  expect(kinds.sort()).toEqual(['add', 'input', 'output', 'roundHalf']);
  expect(await run([0.1, 2049], nodes)).toEqual([0.199951171875, 4096]);
});

describe('bytes that the network computes', () => {
  const map = (...nodes: readonly TinyNode[]): TinyModel => ({
    opset: 18,
    inputs: { x: { dims: [1, 4, 1, 2] } },
    outputs: { y: { dims: null } },
    nodes: [castTo('uint8', 'x', 'n'), ...nodes, castTo('float', 'm', 'y')],
    weights: { twice: { dims: [4], data: [1, 1, 1, 2] } },
  });
  const resized = (attributes: TinyNode['attributes'] = {}) =>
    map(node('Resize', ['n', '', 'twice'], 'm', attributes));

  test.each([
    ['enlarged', resized(), [1, 1, 2, 2]],
    ['moved into space', map(node('DepthToSpace', ['n'], 'm', { blocksize: { int: 2 } })), [1, 3, 2, 4]],
    ['the largest', map(node('GlobalMaxPool', ['n'], 'm')), [2, 4]],
  ] as const)('are %s as they are', async (_, given, right) => {
    const session = await openModel(bytesSource(tinyModel(given)), { backend: 'reference' });
    const { y } = await session.run({ x: new Tensor('float32', [1, 2, 3, 4, 5, 6, 7, 8], [1, 4, 1, 2]) });
    await session.release();
    expect([...y!.data].slice(0, right.length)).toEqual([...right]);
  });

  test.each<NonNullable<TinyNode['attributes']>>([
    { mode: { text: 'cubic' } },
    { mode: { text: 'linear' }, antialias: { int: 1 } },
  ])('are not resized by %j', async (attributes) => {
    const result = await importOnnx(bytesSource(tinyModel(resized(attributes))));
    expect(result.ok ? [] : result.problems.map(({ code }) => code)).toEqual(['whole-numbers-unsupported']);
  });
});
