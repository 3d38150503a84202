import { expect, test } from 'vitest';
import { Tensor } from '../../../shared/base/tensor.ts';
import { bytesSource } from '../../../shared/formats/weights/source.ts';
import { openModel } from '../../../shared/models/open-model.ts';
import { registerCpu } from '../../conformance/backends.ts';
import { tinyModel } from './tiny-model.ts';

const scalar = (value: number) => ({ dims: [], data: [value] });
const fed = (value: number) => new Tensor('float32', Float32Array.of(value), []);

/** Values are arithmetic; shapes are NumPy's: a number and a number are a number. */
test.each(['reference', 'cpu'] as const)('a tensor without axes stays one, on %s', async (backend) => {
  await registerCpu();
  const model = tinyModel({
    inputs: { a: { dims: [] }, x: { dims: [1, 2, 3, 4] } },
    outputs: {
      sum: { dims: [] },
      all: { dims: [] },
      half: { dims: [] },
      table: { dims: null },
      stored: { dims: [] },
    },
    nodes: [
      { op: 'Add', inputs: ['a', 'two'], outputs: ['sum'] },
      { op: 'ReduceSum', inputs: ['x'], outputs: ['all'], attributes: { keepdims: { int: 0 } } },
      { op: 'Div', inputs: ['all', 'two'], outputs: ['half'] },
      { op: 'Mul', inputs: ['x', 'sum'], outputs: ['table'] },
      { op: 'Identity', inputs: ['two'], outputs: ['stored'] },
    ],
    weights: { two: scalar(2) },
  });
  const session = await openModel(bytesSource(model), { backend, threads: 1 });
  const x = new Tensor('float32', new Float32Array(24).fill(1), [1, 2, 3, 4]);
  const got = await session.run({ a: fed(5), x });
  await session.release();
  const said = Object.entries(got).map(([name, { dims, data }]) => [name, dims, data[0]]);
  expect(said.sort()).toEqual([
    ['all', [], 24],
    ['half', [], 12],
    ['stored', [], 2],
    ['sum', [], 7],
    ['table', [1, 2, 3, 4], 7],
  ]);
});
