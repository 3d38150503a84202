import { defineArg } from './arg.ts';

export const argMax = defineArg({
  kind: 'argMax',
  title: 'ArgMax',
  summary: 'Where along an axis the largest element lies: the class of each pixel.',
  formula: 'y = argmax_i x[i]',
  doc: `The position of the largest element along one axis: what a network that classifies or segments says in the end.

Source: ONNX operator ArgMax.`,
  beats: (next, best) => next > best,
  examples: [
    {
      title: 'The class of each pixel',
      params: {},
      inputs: [[1, 21, 65, 65]],
      outputs: [[1, 65, 65]],
      source: 'Chen et al. 2017 (DeepLabv3)',
    },
    {
      title: 'Along the last axis',
      params: { axis: 1, keepDims: true },
      inputs: [[2, 2]],
      outputs: [[2, 1]],
      source: 'ONNX operator ArgMax, argmax_keepdims_example',
      values: { inputs: [[2, 1, 3, 10]], outputs: [[0, 1]] },
    },
    {
      title: 'The last of equals',
      params: { axis: 1, last: true },
      inputs: [[2, 2]],
      outputs: [[2]],
      source: 'ONNX operator ArgMax, argmax_no_keepdims_example_select_last_index',
      values: { inputs: [[2, 2, 3, 10]], outputs: [[1, 1]] },
    },
  ],
});
