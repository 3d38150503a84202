import { expect, test } from 'vitest';
import { Tensor } from '../../../shared/base/tensor.ts';
import { bytesSource } from '../../../shared/formats/weights/source.ts';
import { openModel } from '../../../shared/models/open-model.ts';
import { tinyModel } from './tiny-model.ts';

/** Worked out by hand from ONNX's definition: −w[label]·x[label], the mean over the weights of all labels. */
test.each([
  ['none', 'NegativeLogLikelihoodLoss', ['x', 'l'], {}, [2], [-1, -6]],
  ['mean', 'NegativeLogLikelihoodLoss', ['x', 'l', 'w'], {}, [], [(-1 - 18) / 4]],
  ['none', 'NegativeLogLikelihoodLoss', ['x', 'l', 'w'], { ignore_index: { int: 2 } }, [2], [-1, 0]],
  ['mean', 'NegativeLogLikelihoodLoss', ['x', 'l'], { ignore_index: { int: 2 } }, [], [-1]],
  ['sum', 'NegativeLogLikelihoodLoss', ['x', 'outside'], { ignore_index: { int: -100 } }, [], [-2]],
  ['sum', 'SoftmaxCrossEntropyLoss', ['z', 'l'], {}, [], [2 * Math.log(3)]],
] as const)('%s of %s of %j, %j', async (reduction, op, inputs, more, dims, right) => {
  const model = tinyModel({
    opset: 13,
    inputs: { x: { dims: [2, 3] } },
    outputs: { y: { dims: null } },
    nodes: [
      { op: 'Sub', inputs: ['x', 'x'], outputs: ['z'] },
      { op, inputs, outputs: ['y'], attributes: { reduction: { text: reduction }, ...more } },
    ],
    weights: {
      l: { dims: [2], data: [0, 2], type: 'int64' },
      outside: { dims: [2], data: [1, -100], type: 'int64' },
      w: { dims: [3], data: [1, 2, 3] },
    },
  });
  const session = await openModel(bytesSource(model), { backend: 'reference' });
  const { y } = await session.run({ x: new Tensor('float32', [1, 2, 3, 4, 5, 6], [2, 3]) });
  await session.release();
  expect(y!.dims).toEqual([...dims]);
  for (const [i, each] of right.entries()) expect(y!.data[i]).toBeCloseTo(each, 5);
});

test('labels less themselves are noughts, by which functions of losses stand for those to ignore', async () => {
  const model = tinyModel({
    opset: 13,
    inputs: { l: { dims: [3], type: 'int64' } },
    outputs: { y: { dims: [3], type: 'int64' } },
    nodes: [
      { op: 'Sub', inputs: ['l', 'l'], outputs: ['zero'] },
      { op: 'Equal', inputs: ['l', 'ignored'], outputs: ['is'] },
      { op: 'Where', inputs: ['is', 'zero', 'l'], outputs: ['y'] },
    ],
    weights: { ignored: { dims: [], data: [-5], type: 'int64' } },
  });
  const session = await openModel(bytesSource(model), { backend: 'reference' });
  const { y } = await session.run({ l: new Tensor('int64', [2, -5, 1], [3]) });
  await session.release();
  expect(Array.from(y!.data, Number)).toEqual([2, 0, 1]);
});
