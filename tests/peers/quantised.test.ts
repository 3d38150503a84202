import { beforeAll, describe, expect, test } from 'vitest';
import { elementCount } from '../../shared/base/dims.ts';
import { Tensor, type TensorType } from '../../shared/base/tensor.ts';
import { bytesSource } from '../../shared/formats/weights/source.ts';
import { openModel } from '../../shared/models/open-model.ts';
import { registerCpu } from '../conformance/backends.ts';
import { type TinyNode, type TinyTensor, tinyModel } from '../formats/onnx/tiny-model.ts';
import { peersInstalled } from './install.ts';
import { openInOnnxruntime } from './onnxruntime.ts';

const types = ['uint8', 'int8'] as const;
type Eight = (typeof types)[number];
const lowest = { uint8: 0, int8: -128 } as const;
const arrays = { uint8: Uint8Array, int8: Int8Array };

/** Integers of a type without order, all 256 of them among any 256 that follow one another. */
const integers = (type: Eight, count: number) =>
  Array.from({ length: count }, (_, i) => lowest[type] + ((i * 167 + (i >> 8) * 77) & 255));

/** Steps of what comes in and goes out, and zero points above the lowest integer: halves are frequent, and zeros odd. */
const grids = [
  { scales: [0.0173, 1 / 256], zeros: [0, 0] },
  { scales: [0.25, 1 / 256], zeros: [100, 0] },
  { scales: [0.5, 0.5], zeros: [101, 51] },
  { scales: [0.02, 0.02], zeros: [127, 127] },
  { scales: [0.0371, 0.0371], zeros: [3, 8] },
  { scales: [0.1, 0.013], zeros: [100, 51] },
] as const;

interface Form {
  /** An operator of integers, or one of real numbers, which then stands between DequantizeLinear and QuantizeLinear. */
  readonly op: string;
  readonly dims: readonly number[];
  readonly attributes: NonNullable<TinyNode['attributes']>;
}

const channelsFirst: Form['attributes'] = { channels_last: { int: 0 } };
const scores: Form['attributes'] = { axis: { int: 1 }, opset: { int: 13 } };
const pool = (kernel: readonly number[], more: Form['attributes']): Form => ({
  op: 'QLinearAveragePool',
  dims: [2, 16, 9, 8],
  attributes: { kernel_shape: { ints: kernel }, ...more },
});

const forms: readonly Form[] = [
  { op: 'QLinearSigmoid', dims: [1, 256], attributes: {} },
  { op: 'QLinearLeakyRelu', dims: [1, 256], attributes: { alpha: { float: 0.1 } } },
  { op: 'QLinearSoftmax', dims: [96, 10], attributes: scores },
  { op: 'QLinearSoftmax', dims: [2, 21, 8], attributes: scores },
  { op: 'QLinearSoftmax', dims: [3, 1000], attributes: scores },
  { op: 'QLinearSoftmax', dims: [8, 4, 6], attributes: { axis: { int: 1 }, opset: { int: 12 } } },
  { op: 'QLinearGlobalAveragePool', dims: [2, 128, 2, 2], attributes: channelsFirst },
  { op: 'QLinearGlobalAveragePool', dims: [2, 128, 7, 7], attributes: channelsFirst },
  { op: 'QLinearGlobalAveragePool', dims: [2, 128, 5], attributes: channelsFirst },
  pool([2, 2], { strides: { ints: [2, 2] } }),
  pool([3, 3], { strides: { ints: [2, 2] }, pads: { ints: [1, 1, 1, 1] } }),
  pool([3, 2], { pads: { ints: [1, 0, 1, 1] }, count_include_pad: { int: 1 } }),
  pool([9, 8], {}),
  { ...pool([2], { strides: { ints: [2] } }), dims: [2, 16, 72] },
  { op: 'Softmax', dims: [96, 10], attributes: { axis: { int: 1 } } },
  { op: 'GlobalAveragePool', dims: [2, 128, 2, 2], attributes: {} },
  { ...pool([2, 2], { strides: { ints: [2, 2] } }), op: 'AveragePool' },
];

/** What onnxruntime gives, and what we give, for every integer. */
async function compared({ op, dims, attributes }: Form, type: Eight, grid: (typeof grids)[number]) {
  const [xz, yz] = grid.zeros.map((zero) => lowest[type] + zero);
  const weights: Record<string, TinyTensor> = {
    xs: { dims: [], data: [grid.scales[0]] },
    xz: { dims: [], data: [xz!], type },
    ys: { dims: [], data: [grid.scales[1]] },
    yz: { dims: [], data: [yz!], type },
  };
  const inputs = ['x', 'xs', 'xz', 'ys', 'yz'];
  const nodes: readonly TinyNode[] = op.startsWith('QLinear')
    ? [{ op, domain: 'com.microsoft', inputs, outputs: ['y'], attributes }]
    : [
        { op: 'DequantizeLinear', inputs: ['x', 'xs', 'xz'], outputs: ['real'] },
        { op, inputs: ['real'], outputs: ['result'], attributes },
        { op: 'QuantizeLinear', inputs: ['result', 'ys', 'yz'], outputs: ['y'] },
      ];
  const bytes = tinyModel({
    nodes,
    weights,
    inputs: { x: { dims, type } },
    outputs: { y: { dims: null, type } },
  });
  const judge = await openInOnnxruntime<Uint8Array>(bytes);
  const x = integers(type, elementCount(dims));
  const { y: right } = await judge.run({ x: { type, data: arrays[type].from(x), dims } });
  const session = await openModel(bytesSource(bytes), { backend: 'cpu', threads: 1 });
  const { y: got } = await session.run({ x: new Tensor<TensorType>(type, x, dims) });
  await session.release();
  return {
    right: { dims: right!.dims, data: Array.from(right!.data) },
    got: { dims: got!.dims, data: Array.from(got!.data, Number) },
  };
}

/**
 * Operators between grids, with something else that reads their tensors or without. Of so few channels that onnxruntime does
 * not put them into blocks, as it does by eight or sixteen, where the processor has it, and adds up in another order.
 */
const rounded: readonly (Form & {
  readonly inputs: number;
  readonly sameGrid: boolean;
  readonly scales?: readonly number[];
})[] = [
  ...(['half_pixel', 'align_corners', 'asymmetric'] as const).map((rule) => ({
    op: 'Resize',
    dims: [1, 3, 6, 5],
    attributes: { mode: { text: 'linear' }, coordinate_transformation_mode: { text: rule } },
    inputs: 1,
    sameGrid: true,
    scales: [1, 1, 4, 1.7],
  })),
  { op: 'Add', dims: [2, 16, 9, 8], attributes: {}, inputs: 2, sameGrid: false },
  { op: 'Softmax', dims: [96, 10], attributes: { axis: { int: 1 } }, inputs: 1, sameGrid: false },
  { ...pool([2, 2], {}), op: 'AveragePool', dims: [2, 6, 9, 8], inputs: 1, sameGrid: true },
  {
    ...pool([3, 3], { pads: { ints: [1, 1, 1, 1] } }),
    op: 'AveragePool',
    dims: [2, 6, 9, 8],
    inputs: 1,
    sameGrid: true,
  },
  // Even counts, so that means lie between two steps; each order of adding up rounds some of them otherwise.
  ...[[1], [2], [3], [2, 3], [0, 1]].map((axes) => ({
    op: 'ReduceMean',
    dims: [3, 14, 26, 10],
    attributes: { axes: { ints: axes } },
    inputs: 1,
    sameGrid: true,
  })),
];

/** A model that quantises what comes in and goes out; `read` once more. */
function betweenGrids(form: (typeof rounded)[number], type: Eight, read: 'x0' | 'y' | undefined): Uint8Array {
  const weights: Record<string, TinyTensor> = {};
  const nodes: TinyNode[] = [];
  const through = (from: string, to: string, scale: number, zero: number) => {
    const grid = [`${to}.s`, `${to}.z`];
    weights[grid[0]!] = { dims: [], data: [scale] };
    weights[grid[1]!] = { dims: [], data: [lowest[type] + zero], type };
    nodes.push({ op: 'QuantizeLinear', inputs: [from, ...grid], outputs: [`${to}.q`] });
    nodes.push({ op: 'DequantizeLinear', inputs: [`${to}.q`, ...grid], outputs: [to] });
  };
  const names = Array.from({ length: form.inputs }, (_, i) => `x${i}`);
  for (const [i, name] of names.entries()) through('x', name, 0.0262 / (i + 1), 124);
  if (form.scales) weights.scales = { dims: [4], data: form.scales };
  const more = form.scales ? ['', 'scales'] : [];
  nodes.push({ op: form.op, inputs: [...names, ...more], outputs: ['result'], attributes: form.attributes });
  through('result', 'y', form.sameGrid ? 0.0262 : 0.0041, form.sameGrid ? 124 : 40);
  const others = read === undefined ? [] : ['z', 'u'];
  for (const [i, output] of others.entries())
    nodes.push({ op: i === 0 ? 'Neg' : 'Abs', inputs: [read!], outputs: [output] });
  const outputs = read === 'y' ? others : ['y', ...others];
  return tinyModel({
    nodes,
    weights,
    inputs: { x: { dims: form.dims } },
    outputs: Object.fromEntries(outputs.map((name) => [name, { dims: null }])),
  });
}

describe.skipIf(!peersInstalled())('integers between operators, number by number as onnxruntime', () => {
  beforeAll(registerCpu);

  const reads = [undefined, 'x0', 'y'] as const;
  test.each(rounded)('$op of $dims, $attributes', async (form) => {
    const data = Float32Array.from(integers('int8', elementCount(form.dims)), (n) => n * 0.026);
    for (const type of types)
      for (const read of reads) {
        const bytes = betweenGrids(form, type, read);
        const right = await (await openInOnnxruntime(bytes)).run({ x: { data, dims: form.dims } });
        for (const backend of ['cpu', 'reference'] as const) {
          const session = await openModel(bytesSource(bytes), { backend, threads: 1 });
          const got = await session.run({ x: new Tensor('float32', data, form.dims) });
          await session.release();
          for (const [name, { data: numbers }] of Object.entries(right))
            expect(Array.from(got[name]!.data), `${type}, ${read}, ${backend}: ${name}`).toEqual(
              Array.from(numbers),
            );
        }
      }
  });
});

describe.skipIf(!peersInstalled())('quantised operators, number by number as onnxruntime', () => {
  beforeAll(registerCpu);

  test.each(forms)('$op of $dims, $attributes', async (form) => {
    for (const type of types)
      for (const grid of grids) {
        const { got, right } = await compared(form, type, grid);
        expect(got, `${type}, ${JSON.stringify(grid)}`).toEqual(right);
      }
  });
});
