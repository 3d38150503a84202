import { defineArg } from './arg.ts';

export const argMin = defineArg({
  kind: 'argMin',
  title: 'ArgMin',
  summary: 'Where along an axis the smallest element lies.',
  formula: 'y = argmin_i x[i]',
  doc: `The position of the smallest element along one axis: the nearest of some prototypes, say.

Source: ONNX operator ArgMin.`,
  beats: (next, best) => next < best,
  examples: [
    {
      title: 'Along the last axis',
      params: { axis: 1, keepDims: true },
      inputs: [[2, 2]],
      outputs: [[2, 1]],
      source: 'ONNX operator ArgMin, argmin_keepdims_example',
      values: { inputs: [[2, 1, 3, 10]], outputs: [[1, 0]] },
    },
    {
      title: 'The last of equals',
      params: { axis: 1, last: true },
      inputs: [[2, 2]],
      outputs: [[2]],
      source: 'ONNX operator ArgMin, argmin_no_keepdims_example_select_last_index',
      values: { inputs: [[2, 2, 3, 10]], outputs: [[1, 0]] },
    },
  ],
});
