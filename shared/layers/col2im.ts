import { elementCount, formatDims } from '../base/dims.ts';
import { type Issue, isIssue, messages } from '../base/problem.ts';
import { Tensor } from '../base/tensor.ts';
import { product, zero } from '../base/term.ts';
import { type Padding, type Pair, param } from '../schema/params.ts';
import { defineLayer } from './define.ts';
import { poolParams } from './pool.ts';
import { placeWindows, sidesOf, type WindowPlan } from './window.ts';

export const say = messages('layers/col2im', {
  'columns-do-not-fit': [
    'Columns to map got {{dims}}, but the windows of {{size}} are {{windows}} of {{taps}} elements per channel.',
    'Give it batch×(channels·{{taps}})×{{windows}}, or change size, kernel, stride or padding.',
  ],
});

export const col2im = defineLayer({
  kind: 'col2im',
  title: 'Columns to map',
  group: 'shape',
  icon: 'col2im',
  summary: 'Puts windows back where they were cut out, and adds where they overlap.',
  words: ['fold', 'col2im', 'unfold', '列转图像'],
  formula: 'y[c, i, j] = Σ of all windows’ elements that lie at (i, j)',
  traits: { linear: true, keepsSign: true },
  doc: `The columns hold windows of a map, one after the other, each with its elements for every channel; each element is added where
its window has it. What lies in the padding is dropped. Patches of transformers become maps again by it. Counted as one
operation per element of a column.

Sources: ONNX operator Col2Im; PyTorch Fold.`,
  params: {
    size: param.pair({ title: 'Size', doc: 'Height and width of the result.', default: 2 }),
    kernel: poolParams.kernel,
    stride: param.pair({
      role: 'stride',
      title: 'Stride',
      doc: 'Step between neighbouring windows.',
      default: 1,
      symbol: 's',
    }),
    padding: param.padding({
      role: 'padding',
      title: 'Padding',
      doc: 'Rows and columns around the map that windows reach into.',
      default: 0,
      symbol: 'p',
      allowSame: false,
    }),
    dilation: poolParams.dilation,
  },
  headline: ['size', 'kernel', 'stride'],
  shape({ params, inputs }) {
    const windows = placed(params);
    if (isIssue(windows)) return windows;
    const [batch, rows, columns] = inputs[0]!;
    const taps = params.kernel[0] * params.kernel[1];
    const count = windows.output[0] * windows.output[1];
    if (inputs[0]!.length === 3 && rows! % taps === 0 && columns === count)
      return [[batch!, rows! / taps, ...params.size]];
    return say(
      'columns-do-not-fit',
      { dims: formatDims(inputs[0]!), size: params.size.join('×'), windows: count, taps },
      { port: 'in' },
    );
  },
  cost: ({ inputs }) => ({ macs: zero, otherOps: product(['elements', elementCount(inputs[0]!)]) }),
  reach: () => ({ kind: 'global' }),
  forward({ params, inputs, outputs, tally }) {
    const windows = placed(params);
    if (isIssue(windows)) throw new RangeError(windows.message);
    const { kernel, stride, dilation } = params;
    const x = inputs[0]!;
    const y = Tensor.zeros(outputs[0]!);
    const [batch, channels, height, width] = y.dims as readonly [number, number, number, number];
    const [down, across] = windows.output;
    let from = 0;
    for (let plane = 0; plane < batch * channels; plane++) {
      for (let u = 0; u < kernel[0]; u++) {
        for (let v = 0; v < kernel[1]; v++) {
          for (let i = 0; i < down; i++) {
            const row = i * stride[0] - windows.before[0] + u * dilation[0];
            for (let j = 0; j < across; j++) {
              const column = j * stride[1] - windows.before[1] + v * dilation[1];
              const value = x.data[from++]!;
              tally.otherOps += 1;
              if (row >= 0 && row < height && column >= 0 && column < width)
                y.data[(plane * height + row) * width + column]! += value;
            }
          }
        }
      }
    }
    return [y];
  },
  examples: [
    {
      title: 'Rows as they were',
      params: { size: [5, 5], kernel: [1, 5] },
      inputs: [[1, 5, 5]],
      outputs: [[1, 1, 5, 5]],
      source: 'ONNX operator Col2Im, col2im',
      values: {
        inputs: [
          [
            ...[1, 6, 11, 16, 21, 2, 7, 12, 17, 22, 3, 8, 13, 18, 23],
            ...[4, 9, 14, 19, 24, 5, 0, 15, 20, 25],
          ],
        ],
        outputs: [
          [
            ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 11, 12, 13, 14, 15],
            ...[16, 17, 18, 19, 20, 21, 22, 23, 24, 25],
          ],
        ],
      },
    },
    {
      title: 'Windows that overlap',
      params: { size: [5, 5], kernel: [3, 3], stride: [2, 2] },
      inputs: [[1, 9, 4]],
      outputs: [[1, 1, 5, 5]],
      source: 'ONNX operator Col2Im, col2im_strides',
      values: {
        inputs: [[0, 1, 1, 1, 0, 0, 0, 1, 0].flatMap((value) => [value, value, value, value])],
        outputs: [[0, 1, 1, 1, 1, 1, 0, 1, 0, 0, 0, 2, 1, 2, 1, 1, 0, 1, 0, 0, 0, 1, 0, 1, 0]],
      },
    },
  ],
});

interface Placed {
  readonly size: Pair;
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Padding;
  readonly dilation: Pair;
}

function placed({ size, padding, ...window }: Placed): WindowPlan | Issue {
  return placeWindows({ ...window, padding: sidesOf(padding) }, size);
}
