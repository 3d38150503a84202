import { expect, test } from 'vitest';
import { analyze } from '../../../shared/analysis/analyze.ts';
import { Tensor } from '../../../shared/base/tensor.ts';
import { importOnnx } from '../../../shared/formats/onnx/import.ts';
import { bytesSource } from '../../../shared/formats/weights/source.ts';
import { openModel } from '../../../shared/models/open-model.ts';
import { type TinyTensor, tinyModel } from './tiny-model.ts';

const table = (...dims: readonly number[]): TinyTensor => {
  const count = dims.reduce((all, extent) => all * extent, 1);
  return { dims, data: Array.from({ length: count }, (_, i) => Math.sin(i + 0.5)) };
};
const shape = (...data: readonly number[]): TinyTensor => ({ dims: [data.length], data, type: 'int64' });

/** A convolution of 3×3, a view that names the batch, and a classifier. */
const network = (batch: number, view: readonly number[], extra?: TinyTensor) =>
  tinyModel({
    inputs: { x: { dims: [batch, 2, 5, 5] } },
    outputs: { y: { dims: null } },
    nodes: [
      { op: 'Conv', inputs: ['x', 'w'], outputs: ['c'] },
      { op: 'Reshape', inputs: ['c', 'view'], outputs: ['v'] },
      { op: 'Gemm', inputs: ['v', 'm'], outputs: [extra ? 'g' : 'y'] },
      ...(extra ? [{ op: 'Add', inputs: ['g', 'extra'], outputs: ['y'] }] : []),
    ],
    weights: { w: table(4, 2, 3, 3), m: table(36, 3), view: shape(...view), ...(extra && { extra }) },
  });

async function opened(bytes: Uint8Array) {
  const result = await importOnnx(bytesSource(bytes));
  if (!result.ok) throw new Error(result.problems[0].message);
  return result.value;
}

/** 9 places of 4 filters of 2·3·3, and 36·3. */
const MACS = 9 * 4 * 18 + 108;

test.each([1, 2, 5])('a file of batch %i counts for one sample, and says the batch', async (batch) => {
  const { design, remarks } = await opened(network(batch, [batch, 36]));
  expect(design.batch).toBe(batch);
  expect(analyze(design).totals.macs).toBe(MACS);
  expect(analyze(design).facts.get('x')!.outputs!.out).toEqual([1, 2, 5, 5]);
  expect(remarks).toEqual([]);
});

test('it runs as before, a row of results for every sample', async () => {
  const session = await openModel(bytesSource(network(3, [3, 36])), { backend: 'reference' });
  const data = Float32Array.from({ length: 150 }, (_, i) => Math.cos(i));
  const { y } = await session.run({ x: new Tensor('float32', data, [3, 2, 5, 5]) });
  await session.release();
  const one = await openModel(bytesSource(network(1, [1, 36])), { backend: 'reference' });
  const last = await one.run({ x: new Tensor('float32', data.slice(100), [1, 2, 5, 5]) });
  await one.release();
  expect(y!.dims).toEqual([3, 3]);
  expect(Array.from(y!.data.slice(6))).toEqual(Array.from(last.y!.data));
});

test('where the batch is woven in, costs are those of all samples, and a remark says so', async () => {
  const { design, remarks } = await opened(network(2, [2, 36], table(2, 3)));
  expect(analyze(design).totals.macs).toBe(2 * MACS);
  expect(remarks.map(({ code }) => code)).toEqual(['batch-fixed']);
});
