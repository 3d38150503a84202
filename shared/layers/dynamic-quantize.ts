import { elementCount } from '../base/dims.ts';
import { Tensor } from '../base/tensor.ts';
import { product, zero } from '../base/term.ts';
import { defineLayer } from './define.ts';
import { intRanges, roundEven, toGrid } from './int-grid.ts';

const range = intRanges.uint8;

export const dynamicQuantize = defineLayer({
  kind: 'dynamicQuantize',
  title: 'Dynamic quantize',
  group: 'math',
  icon: 'dynamicQuantize',
  summary: 'Rounds to uint8 by the smallest and largest number that is there.',
  formula:
    's = (max(0, max x) − min(0, min x)) / 255, z = clamp(round(−min(0, min x) / s)), y = clamp(round(x / s) + z)',
  traits: { nonNegative: true, keepsSign: true },
  doc: `Turns real numbers into integers from 0 to 255, by a scale and a zero point that follow from the tensor itself: they
are its second and third output. Two operations per element: one to find the extremes, one to round.

Source: ONNX operator DynamicQuantizeLinear.`,
  params: {},
  outputs: () => [
    { name: 'out', doc: 'The integers.' },
    { name: 'scale', doc: 'What one step is worth.' },
    { name: 'zero', doc: 'The integer that stands for 0.' },
  ],
  shape: ({ inputs }) => [inputs[0]!, [], []],
  cost: ({ inputs }) => ({ macs: zero, otherOps: product(['2', 2], ['elements', elementCount(inputs[0]!)]) }),
  reach: () => ({ kind: 'global' }),
  forward({ inputs, tally }) {
    const x = inputs[0]!;
    const [low, high] = x.data.reduce(([a, b], v) => [Math.min(a, v), Math.max(b, v)], [0, 0]) as [
      number,
      number,
    ];
    const scale = low === high ? 1 : Math.fround(Math.fround(high - low) / range[1]);
    const zeroPoint = roundEven(Math.min(Math.max(Math.fround(-low / scale), range[0]), range[1]));
    const y = x.data.map((value) => toGrid(value, scale, zeroPoint, range));
    tally.otherOps += 2 * y.length;
    return [
      new Tensor('float32', y, x.dims),
      new Tensor('float32', Float32Array.of(scale), []),
      new Tensor('float32', Float32Array.of(zeroPoint), []),
    ];
  },
  examples: [
    {
      title: 'ONNX test dynamicquantizelinear',
      params: {},
      inputs: [[6]],
      outputs: [[6], [], []],
      macs: 0,
      trainedParams: 0,
      source: 'ONNX operator DynamicQuantizeLinear, example "dynamicquantizelinear"',
      values: {
        inputs: [[0, 2, -3, -2.5, 1.34, 0.5]],
        outputs: [[153, 255, 0, 26, 221, 179], [0.0196078438], [153]],
      },
    },
    {
      title: 'ONNX test dynamicquantizelinear_max_adjusted',
      params: {},
      inputs: [[6]],
      outputs: [[6], [], []],
      source: 'ONNX operator DynamicQuantizeLinear, example "max_adjusted"',
      values: {
        inputs: [[-1, -2.1, -1.3, -2.5, -3.34, -4]],
        outputs: [[191, 121, 172, 96, 42, 0], [0.0156862754], [255]],
      },
    },
  ],
});
