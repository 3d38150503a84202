import { isIssue } from '../base/problem.ts';
import { type FloatTensor, Tensor } from '../base/tensor.ts';
import { sum } from '../base/term.ts';
import type { ValuesOf } from '../schema/params.ts';
import { avgPool } from './avg-pool.ts';
import { defineLayer, perOutputElement, type Tally } from './define.ts';
import {
  asUnsigned,
  expectZeros,
  intRanges,
  movedBy,
  productParams,
  productZeros,
  requantise,
  roundEven,
  wholeOf,
} from './int-grid.ts';
import { placePool } from './pool.ts';
import type { WindowPlan } from './window.ts';

const { dilation: _, ...windowParams } = avgPool.params;
const params = { ...windowParams, ...productParams, asUnsigned };
type Values = ValuesOf<typeof params>;

/** The pool of real numbers that this is on grids. */
const poolOf = ({ kernel, stride, padding, ceilMode, countIncludePad }: Values) =>
  ({ kernel, stride, padding, ceilMode, countIncludePad, dilation: [1, 1] }) as const;

/** The real elements of each window along an axis: from where to where. */
const spansOf = (values: Values, windows: WindowPlan, axis: 0 | 1, extent: number) =>
  Array.from({ length: windows.output[axis] }, (_, i) => {
    const start = i * values.stride[axis] - windows.before[axis];
    return [Math.max(start, 0), Math.min(start + values.kernel[axis], extent)] as const;
  });

/** The mean of a whole map: the sum is exact, and only the result is rounded. */
function ofWholeMaps(values: Values, x: FloatTensor, y: FloatTensor, tally: Tally): FloatTensor {
  const area = x.dims[2]! * x.dims[3]!;
  for (let plane = 0; plane < y.data.length; plane++) {
    let total = 0;
    for (let i = plane * area; i < (plane + 1) * area; i++) total += x.data[i]! - values.inputZero;
    y.data[plane] = total;
    tally.otherOps += area;
  }
  const outputScale = Math.fround(Math.fround(values.outputScale) * area);
  return requantise(y, { ...values, outputScale }, [1], () => 0, tally);
}

export const quantAvgPool = defineLayer({
  kind: 'quantAvgPool',
  title: 'Quantized average pool',
  group: 'pooling',
  icon: 'quantAvgPool',
  summary: 'Keeps the mean of each window of integers, on another grid.',
  formula: 'y = clamp(round(mean(s_x · (x − z_x)) / s_y + z_y))',
  traits: ({ outputType }) => wholeOf(outputType),
  doc: `Averages the numbers that the integers of each window stand for, and rounds the mean to the steps of the output. All is in
single precision, in the order in which onnxruntime has it: z_y is added before the rounding, so that halves go to the neighbour that is
even on the output's grid. Where the window is the whole map, sums are exact, and halves are rounded before z_y is added. With *count
padding*, the mean is over all places of the window. Costs are those of an average pool, and one operation for each number that is
rounded.

Sources: com.microsoft operators QLinearAveragePool, QLinearGlobalAveragePool.`,
  params,
  headline: ['kernel', 'stride', 'padding'],
  idle: (values) => [
    ...(avgPool.idle(poolOf(values)) as readonly 'ceilMode'[]),
    ...(movedBy({ ...values, asUnsigned: true }) === 0 ? (['asUnsigned'] as const) : []),
  ],
  shape: ({ params: values, inputs }) =>
    expectZeros('Quantized average pool', productZeros(values)) ??
    avgPool.shape({ params: poolOf(values), inputs }),
  cost(at) {
    const { macs, otherOps } = avgPool.cost({ ...at, params: poolOf(at.params) });
    return { macs, otherOps: sum(otherOps, perOutputElement(at.outputs).otherOps) };
  },
  reach: ({ params: values, inputs }) => avgPool.reach({ params: poolOf(values), inputs }),
  forward({ params: values, inputs, outputs, tally }) {
    const x = inputs[0]!;
    const y = Tensor.zeros(outputs[0]!);
    const windows = placePool('Quantized average pool', poolOf(values), x.dims);
    if (isIssue(windows)) throw new RangeError(windows.message);
    const [height, width] = [x.dims[2]!, x.dims[3]!];
    const [kernel, { inputZero }] = [values.kernel, values];
    const moved = movedBy(values);
    const isPadded = [...windows.before, ...windows.after].some((side) => side > 0);
    if (kernel[0] === height && kernel[1] === width && !isPadded) return [ofWholeMaps(values, x, y, tally)];
    const [inputScale, outputScale] = [Math.fround(values.inputScale), Math.fround(values.outputScale)];
    const [low, high] = intRanges[values.outputType];
    const rows = spansOf(values, windows, 0, height);
    const columns = spansOf(values, windows, 1, width);
    let at = 0;
    for (let plane = 0; plane < x.dims[0]! * x.dims[1]!; plane++) {
      for (const [top, bottom] of rows) {
        for (const [left, right] of columns) {
          let total = 0;
          for (let i = top; i < bottom; i++)
            for (let j = left; j < right; j++) {
              const real = Math.fround(inputScale * (x.data[(plane * height + i) * width + j]! - inputZero));
              total = Math.fround(total + real);
            }
          const count = values.countIncludePad ? kernel[0] * kernel[1] : (bottom - top) * (right - left);
          const mean = Math.fround(Math.fround(total / count) / outputScale);
          const steps = Math.fround(mean + values.outputZero + moved);
          y.data[at++] = Math.min(Math.max(roundEven(steps) - moved, low), high);
          tally.otherOps += kernel[0] * kernel[1] + 1;
        }
      }
    }
    return [y];
  },
  examples: [
    {
      title: 'Halves to the even integer of the output',
      params: { inputScale: 1, outputScale: 1, outputZero: 1, kernel: [1, 2], stride: [1, 2] },
      inputs: [[1, 1, 1, 6]],
      outputs: [[1, 1, 1, 3]],
      macs: 0,
      trainedParams: 0,
      source: 'by hand: means of 0.5, 2.5 and 4; with 1 added 1.5, 3.5 and 5',
      values: { inputs: [[0, 1, 2, 3, 4, 4]], outputs: [[2, 4, 5]] },
    },
    {
      title: 'The whole map',
      params: { inputScale: 0.5, inputZero: 10, outputScale: 0.25, outputZero: 3, kernel: [2, 2] },
      inputs: [[1, 2, 2, 2]],
      outputs: [[1, 2, 1, 1]],
      source: 'by hand: means of 1.125 and −1 are 4.5 and −4 steps; a half goes to 4',
      values: { inputs: [[10, 12, 13, 14, 8, 8, 8, 8]], outputs: [[7, 0]] },
    },
  ],
});
