import { elementCount } from '../base/dims.ts';
import { isIssue, messages } from '../base/problem.ts';
import { Tensor } from '../base/tensor.ts';
import { param } from '../schema/params.ts';
import { defineLayer, perOutputElement } from './define.ts';
import { resolveAxes } from './expect.ts';
import { stridesOf } from './strided.ts';

export const say = messages('layers/mean-variance-norm', {
  'axes-missing': ['Mean-variance norm has no axes.', 'Name at least one.'],
});

/** What ONNX adds to the deviation. */
const EPSILON = 1e-9;

export const meanVarianceNorm = defineLayer({
  kind: 'meanVarianceNorm',
  title: 'Mean-variance norm',
  group: 'normalisation',
  icon: 'meanVarianceNorm',
  summary: 'Mean 0 and deviation 1 over some axes, without weights.',
  formula: 'y = (x − mean) / (deviation + 1e-9)',
  doc: `Subtracts the mean over the chosen axes and divides by the standard deviation. The usual axes are batch, height and width: one
mean and one deviation per channel. Counted as two operations per element.

Source: ONNX operator MeanVarianceNormalization.`,
  params: {
    axes: param.ints({
      title: 'Axes',
      doc: 'The axes that are normalised together.',
      default: [0, 2, 3],
      min: -8,
      max: 7,
      maxLength: 8,
    }),
  },
  headline: ['axes'],
  shape({ params: { axes }, inputs }) {
    const resolved = resolveAxes('Mean-variance norm', axes, inputs[0]!.length);
    if (isIssue(resolved)) return resolved;
    if (axes.length > 0) return [inputs[0]!];
    return say('axes-missing', {}, { param: 'axes' });
  },
  cost: ({ outputs }) => perOutputElement(outputs, 'elements', 2),
  reach: ({ params: { axes }, inputs }) => ({
    kind: axes.some((axis) => (axis + inputs[0]!.length) % inputs[0]!.length > 1) ? 'global' : 'pointwise',
  }),
  forward({ params: { axes }, inputs, tally }) {
    const { data, dims } = inputs[0]!;
    const gone = axes.map((axis) => (axis + dims.length) % dims.length);
    const kept = dims.map((extent, axis) => (gone.includes(axis) ? 1 : extent));
    const [own, strides] = [stridesOf(dims), stridesOf(kept)];
    const groups = elementCount(kept);
    const groupOf = (at: number) =>
      kept.reduce(
        (sum, extent, axis) =>
          sum + (extent === 1 ? 0 : (Math.floor(at / own[axis]!) % extent) * strides[axis]!),
        0,
      );
    const count = data.length / groups;
    const [mean, squares] = [new Float64Array(groups), new Float64Array(groups)];
    for (let at = 0; at < data.length; at++) mean[groupOf(at)]! += data[at]! / count;
    for (let at = 0; at < data.length; at++)
      squares[groupOf(at)]! += (data[at]! - mean[groupOf(at)]!) ** 2 / count;
    const y = Tensor.zeros(dims);
    for (let at = 0; at < data.length; at++) {
      const group = groupOf(at);
      y.data[at] = (data[at]! - mean[group]!) / (Math.sqrt(squares[group]!) + EPSILON);
      tally.otherOps += 2;
    }
    return [y];
  },
  examples: [
    {
      title: 'Each channel of a map',
      params: {},
      inputs: [[1, 2, 1, 2]],
      outputs: [[1, 2, 1, 2]],
      source: 'ONNX operator MeanVarianceNormalization, its definition',
      values: { inputs: [[1, 3, -2, 6]], outputs: [[-1, 1, -1, 1]] },
    },
    {
      title: 'All of a vector',
      params: { axes: [0] },
      inputs: [[4]],
      outputs: [[4]],
      source: 'ONNX operator MeanVarianceNormalization, its definition',
      values: { inputs: [[0, 2, 4, 6]], outputs: [[-1.3416407, -0.4472136, 0.4472136, 1.3416407]] },
    },
  ],
});
