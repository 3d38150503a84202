import { expect, test } from 'vitest';
import { Tensor } from '../../../shared/base/tensor.ts';
import { smallNumbers } from '../../../shared/formats/onnx/small-numbers.ts';
import { bytesSource } from '../../../shared/formats/weights/source.ts';
import { openModel } from '../../../shared/models/open-model.ts';
import { type TinyModel, type TinyTensor, tinyModel } from './tiny-model.ts';

async function run(
  given: Omit<TinyModel, 'inputs' | 'outputs'>,
  x: readonly number[],
  dims: readonly number[],
) {
  const bytes = tinyModel({ opset: 21, inputs: { x: { dims } }, outputs: { y: { dims: null } }, ...given });
  const session = await openModel(bytesSource(bytes), { backend: 'reference' });
  const { y } = await session.run({ x: new Tensor('float32', x, dims) });
  await session.release();
  return [...y!.data];
}

/** The tables of ONNX's page "Float stored in 8 bits" and of its page on four bits. */
test.each([
  [17, 'float8e4m3fn', { largest: 448, smallest: 2 ** -9, notNumbers: 2, infinities: 0 }],
  [18, 'float8e4m3fnuz', { largest: 240, smallest: 2 ** -10, notNumbers: 1, infinities: 0 }],
  [19, 'float8e5m2', { largest: 57_344, smallest: 2 ** -16, notNumbers: 6, infinities: 2 }],
  [20, 'float8e5m2fnuz', { largest: 57_344, smallest: 2 ** -17, notNumbers: 1, infinities: 0 }],
  [23, 'float4e2m1', { largest: 6, smallest: 0.5, notNumbers: 0, infinities: 0 }],
] as const)('the numbers of type %i, %s', (type, _, right) => {
  const numbers = smallNumbers(type);
  const finite = numbers.filter(Number.isFinite);
  expect({
    largest: Math.max(...finite),
    smallest: Math.min(...finite.filter((value) => value > 0)),
    notNumbers: numbers.filter(Number.isNaN).length,
    infinities: numbers.filter((value) => Math.abs(value) === Infinity).length,
  }).toEqual(right);
  expect(finite.reduce((sum, value) => sum + value, 0)).toBe(0);
});

/** By hand: the lower half of each byte comes first; of an odd number, half a byte is left over. */
test.each<readonly [NonNullable<TinyTensor['type']>, readonly number[], readonly number[]]>([
  ['int4', [0x87, 0xf0, 0x01], [3.5, -4, 0, -0.5, 0.5]],
  ['uint4', [0x87, 0xf0, 0x01], [3.5, 4, 0, 7.5, 0.5]],
  ['float8e4m3fn', [0x38, 0xb8, 0x7e, 0x01, 0x40], [0.5, -0.5, 224, 2 ** -10, 1]],
  ['float8e5m2', [0x3c, 0xbc, 0x7b, 0x01, 0x40], [0.5, -0.5, 28_672, 2 ** -17, 1]],
])('weights of %s', async (type, data, right) => {
  const nodes = [
    { op: 'DequantizeLinear', inputs: ['w', 's'], outputs: ['d'] },
    { op: 'Add', inputs: ['x', 'd'], outputs: ['y'] },
  ];
  const weights = { w: { dims: [5], data, type }, s: { dims: [], data: [0.5] } };
  expect(await run({ nodes, weights }, [0, 0, 0, 0, 0], [5])).toEqual(right);
});

/** By hand: (1 + 2·Re((2 + i)·i^t) + 3·(−1)^t) / 4. */
test('a real signal comes back from half its spectrum', async () => {
  const attributes = { inverse: { int: 1 }, onesided: { int: 1 } };
  const nodes = [{ op: 'DFT', inputs: ['x', '', 'axis'], outputs: ['y'], attributes }];
  const weights = { axis: { dims: [], data: [1], type: 'int64' } } as const;
  const signal = await run({ nodes, weights }, [1, 0, 2, 1, 3, 0], [1, 3, 2]);
  for (const [i, value] of [2, -1, 0, 0].entries()) expect(signal[i]).toBeCloseTo(value, 6);
  expect(signal).toHaveLength(4);
});
