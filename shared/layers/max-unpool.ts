import { elementCount } from '../base/dims.ts';
import { isIssue, messages } from '../base/problem.ts';
import { type FloatTensor, Tensor } from '../base/tensor.ts';
import { product, zero } from '../base/term.ts';
import { MAX_EXTENT, param } from '../schema/params.ts';
import { defineLayer } from './define.ts';
import { expectMap } from './expect.ts';
import { sidesOf } from './window.ts';

export const say = messages('layers/max-unpool', {
  'positions-do-not-fit': [
    'Max unpool has values of {{values}}, but positions of {{positions}}.',
    'Wire the positions of the pool that made these values, or of one of the same shape.',
  ],
  'size-invalid': ['Max unpool has one extent as its size.', 'Give height and width, or none.'],
  'size-too-small': [
    'Max unpool should give {{size}}, but no pool makes its input of less than {{least}}.',
    'Give it at least {{least}}.',
  ],
  'padding-cuts-all': [
    "The padding cuts off all of Max unpool's result ({{height}}×{{width}}).",
    'Use less padding than the kernel is wide.',
  ],
});

export const maxUnpool = defineLayer({
  kind: 'maxUnpool',
  title: 'Max unpool',
  group: 'pooling',
  icon: 'maxUnpool',
  summary: 'Puts what a max pool kept back where it was; all else is 0.',
  words: ['unpool', 'unpooling', 'maxunpool', 'segnet', '反池化'],
  formula: 'y[p[c, i, j]] = x[c, i, j]; y is 0 elsewhere',
  traits: { keepsSign: true },
  doc: `Enlarges a map by putting every value at a position of the result, as the second output of Max pool has them: the place in
the whole tensor, row by row. Where no size is given, it is the smallest map that the pool would have made this of:
(in − 1)·s − before − after + K. SegNet's decoder enlarges by it. A value whose position the result does not
have is left out. Counted as one operation per value.

Sources: Zeiler and Fergus 2014, section 2.1; Badrinarayanan et al. 2017; ONNX operator MaxUnpool.`,
  params: {
    kernel: param.pair({
      title: 'Kernel',
      doc: "Height and width of the pool's window.",
      default: 2,
      symbol: 'K',
    }),
    stride: param.pair({ title: 'Stride', doc: "The pool's step.", default: 2, symbol: 's', role: 'stride' }),
    padding: param.padding({
      title: 'Padding',
      doc: 'Empty rows and columns that the pool put around its map.',
      default: 0,
      symbol: 'p',
      allowSame: false,
      role: 'padding',
    }),
    size: param.ints({
      title: 'Size',
      doc: 'Height and width of the result, where the stride leaves them open; none for the smallest.',
      default: [],
      min: 1,
      max: MAX_EXTENT,
      maxLength: 2,
      advanced: true,
      role: 'extents',
    }),
  },
  inputs: [
    { name: 'in', doc: 'The values.' },
    { name: 'positions', doc: 'Where each belongs.' },
  ],
  headline: ['kernel', 'stride'],
  shape({ params: { kernel, stride, padding, size }, inputs }) {
    const [x, positions] = inputs as readonly [readonly number[], readonly number[]];
    const map = expectMap('Max unpool', x);
    if (isIssue(map)) return map;
    if (positions.join() !== x.join()) {
      const shapes = { values: x.join('×'), positions: positions.join('×') };
      return say('positions-do-not-fit', shapes, { port: 'positions' });
    }
    if (size.length === 1) return say('size-invalid', {}, { param: 'size' });
    const [top, left, bottom, right] = sidesOf(padding);
    const extent = [
      (map.height - 1) * stride[0] - top - bottom + kernel[0],
      (map.width - 1) * stride[1] - left - right + kernel[1],
    ];
    if (size.length === 2 && (size[0]! < extent[0]! || size[1]! < extent[1]!)) {
      return say('size-too-small', { size: size.join('×'), least: extent.join('×') }, { param: 'size' });
    }
    const [height, width] = (size.length === 2 ? size : extent) as readonly [number, number];
    if (height >= 1 && width >= 1) return [[map.batch, map.channels, height, width]];
    return say('padding-cuts-all', { height, width }, { param: 'padding' });
  },
  cost: ({ inputs }) => ({ macs: zero, otherOps: product(['inputs', elementCount(inputs[0]!)]) }),
  reach: () => ({ kind: 'global' }),
  forward({ inputs, outputs, tally }) {
    const [x, positions] = inputs as readonly [FloatTensor, FloatTensor];
    const y = Tensor.zeros(outputs[0]!);
    for (let i = 0; i < x.data.length; i++) {
      const at = Math.trunc(positions.data[i]!);
      if (at >= 0 && at < y.data.length) y.data[at] = x.data[i]!;
      tally.otherOps += 1;
    }
    return [y];
  },
  examples: [
    {
      title: 'Back to the places of a pool of 2×2',
      params: {},
      inputs: [
        [1, 1, 2, 2],
        [1, 1, 2, 2],
      ],
      outputs: [[1, 1, 4, 4]],
      source: 'ONNX operator MaxUnpool, maxunpool_export_without_output_shape',
      values: {
        inputs: [
          [1, 2, 3, 4],
          [5, 7, 13, 15],
        ],
        outputs: [[0, 0, 0, 0, 0, 1, 0, 2, 0, 0, 0, 0, 0, 3, 0, 4]],
      },
    },
    {
      title: 'To a size of its own',
      params: { size: [4, 5] },
      inputs: [
        [1, 1, 2, 2],
        [1, 1, 2, 2],
      ],
      outputs: [[1, 1, 4, 5]],
      source: 'PyTorch, F.max_unpool2d of the same with output_size=[4, 5]',
      values: {
        inputs: [
          [1, 2, 3, 4],
          [5, 7, 13, 15],
        ],
        outputs: [[0, 0, 0, 0, 0, 1, 0, 2, 0, 0, 0, 0, 0, 3, 0, 4, 0, 0, 0, 0]],
      },
    },
  ],
});
