import { beforeAll, describe, expect, test } from 'vitest';
import type { Dims } from '../../../shared/base/dims.ts';
import { elementCount } from '../../../shared/base/dims.ts';
import { Tensor, type TensorType } from '../../../shared/base/tensor.ts';
import { importOnnx } from '../../../shared/formats/onnx/import.ts';
import { bytesSource } from '../../../shared/formats/weights/source.ts';
import { openModel } from '../../../shared/models/open-model.ts';
import { registerCpu } from '../../conformance/backends.ts';
import { peersInstalled } from '../../peers/install.ts';
import { openInOnnxruntime } from '../../peers/onnxruntime.ts';
import { type TinyNode, type TinyTensor, type TypeName, tinyModel } from './tiny-model.ts';

const backends = ['reference', 'cpu'] as const;

/** The operator tests of ONNX, each with its inputs fed and its outputs: names, values and types of the specification. */
const stated: Readonly<Record<string, Stated>> = {
  quantizelinear: {
    node: { op: 'QuantizeLinear', inputs: ['x', 's', 'z'], outputs: ['y'] },
    given: {
      x: { dims: [6], data: [0, 2, 3, 1000, -254, -1000] },
      s: { dims: [], data: [2] },
      z: { dims: [], data: [128], type: 'uint8' },
    },
    right: [{ dims: [6], data: [128, 129, 130, 255, 1, 0], type: 'uint8' }],
  },
  quantizelinear_axis: {
    node: { op: 'QuantizeLinear', inputs: ['x', 's', 'z'], outputs: ['y'] },
    given: {
      x: {
        dims: [1, 3, 3, 2],
        data: [-162, 10, -100, 232, -20, -50, -76, 0, 0, 252, 32, -44, 245, -485, -960, -270, -375, -470],
      },
      s: { dims: [3], data: [2, 4, 5] },
      z: { dims: [3], data: [84, 24, 196], type: 'uint8' },
    },
    right: [
      {
        dims: [1, 3, 3, 2],
        data: [3, 89, 34, 200, 74, 59, 5, 24, 24, 87, 32, 13, 245, 99, 4, 142, 121, 102],
        type: 'uint8',
      },
    ],
  },
  quantizelinear_blocked_asymmetric: {
    node: {
      op: 'QuantizeLinear',
      inputs: ['x', 's', 'z'],
      outputs: ['y'],
      attributes: { axis: { int: 1 }, block_size: { int: 2 } },
    },
    given: {
      x: { dims: [3, 4], data: [6, 12, 50, 5, 1, 8, 4, 5, 0, 20, 10, 4] },
      s: { dims: [3, 2], data: [1.5, 2.5, 3, 4.9, 5.1, 6.9] },
      z: { dims: [3, 2], data: [0, 1, 1, 0, 2, 3], type: 'uint8' },
    },
    right: [{ dims: [3, 4], data: [4, 8, 21, 3, 1, 4, 1, 1, 2, 6, 4, 4], type: 'uint8' }],
  },
  dequantizelinear: {
    node: { op: 'DequantizeLinear', inputs: ['x', 's', 'z'], outputs: ['y'] },
    given: {
      x: { dims: [4], data: [0, 3, 128, 255], type: 'uint8' },
      s: { dims: [], data: [2] },
      z: { dims: [], data: [128], type: 'uint8' },
    },
    right: [{ dims: [4], data: [-256, -250, 0, 254] }],
  },
  dynamicquantizelinear: {
    node: { op: 'DynamicQuantizeLinear', inputs: ['x'], outputs: ['y', 's', 'z'] },
    given: { x: { dims: [6], data: [0, 2, -3, -2.5, 1.34, 0.5] } },
    right: [
      { dims: [6], data: [153, 255, 0, 26, 221, 179], type: 'uint8' },
      { dims: [], data: [Math.fround(5 / 255)] },
      { dims: [], data: [153], type: 'uint8' },
    ],
  },
  qlinearmatmul_2D: {
    node: { op: 'QLinearMatMul', inputs: ['a', 'as', 'az', 'b', 'bs', 'bz', 'ys', 'yz'], outputs: ['y'] },
    given: {
      a: { dims: [2, 4], data: [208, 236, 0, 238, 3, 214, 255, 29], type: 'uint8' },
      as: { dims: [1], data: [0.0066] },
      az: { dims: [1], data: [113], type: 'uint8' },
      b: { dims: [4, 3], data: [152, 51, 244, 60, 26, 255, 0, 127, 246, 127, 254, 247], type: 'uint8' },
      bs: { dims: [1], data: [0.00705] },
      bz: { dims: [1], data: [114], type: 'uint8' },
      ys: { dims: [1], data: [0.0107] },
      yz: { dims: [1], data: [118], type: 'uint8' },
    },
    right: [{ dims: [2, 3], data: [168, 115, 255, 1, 66, 151], type: 'uint8' }],
  },
  matmulinteger: {
    node: { op: 'MatMulInteger', inputs: ['a', 'b', 'az', 'bz'], outputs: ['y'] },
    given: {
      a: { dims: [4, 3], data: [11, 7, 3, 10, 6, 2, 9, 5, 1, 8, 4, 0], type: 'uint8' },
      b: { dims: [3, 2], data: [1, 4, 2, 5, 3, 6], type: 'uint8' },
      az: { dims: [1], data: [12], type: 'uint8' },
      bz: { dims: [1], data: [0], type: 'uint8' },
    },
    right: [{ dims: [4, 2], data: [-38, -83, -44, -98, -50, -113, -56, -128], type: 'int32' }],
  },
  convinteger_with_padding: {
    node: {
      op: 'ConvInteger',
      inputs: ['x', 'w', 'xz'],
      outputs: ['y'],
      attributes: { pads: { ints: [1, 1, 1, 1] } },
    },
    given: {
      x: { dims: [1, 1, 3, 3], data: [2, 3, 4, 5, 6, 7, 8, 9, 10], type: 'uint8' },
      w: { dims: [1, 1, 2, 2], data: [1, 1, 1, 1], type: 'uint8' },
      xz: { dims: [], data: [1], type: 'uint8' },
    },
    right: [
      { dims: [1, 1, 4, 4], data: [1, 3, 5, 3, 5, 12, 16, 9, 11, 24, 28, 15, 7, 15, 17, 9], type: 'int32' },
    ],
  },
};

interface Stated {
  readonly node: TinyNode;
  readonly given: Readonly<Record<string, TinyTensor>>;
  readonly right: readonly TinyTensor[];
}

const tensorOf = ({ dims, data, type = 'float32' }: TinyTensor) =>
  new Tensor<TensorType>(type as TensorType, Array.from(data), dims);

const declared = (tensors: readonly (readonly [string, TinyTensor])[]) =>
  Object.fromEntries(tensors.map(([name, { dims, type = 'float32' }]) => [name, { dims, type }]));

describe('quantised operators, as ONNX states them', () => {
  beforeAll(registerCpu);

  test.each(Object.entries(stated))('%s', async (_, { node, given, right }) => {
    const source = bytesSource(
      tinyModel({
        nodes: [node],
        inputs: declared(Object.entries(given)),
        outputs: declared(node.outputs.map((name, i) => [name, right[i]!] as const)),
      }),
    );
    for (const backend of backends) {
      const session = await openModel(source, { backend, threads: 1 });
      const feeds = Object.fromEntries(
        Object.entries(given).map(([name, tensor]) => [name, tensorOf(tensor)]),
      );
      const got = await session.run(feeds);
      for (const [i, name] of node.outputs.entries()) {
        expect(got[name]!.dims, backend).toEqual(right[i]!.dims);
        expect(Array.from(got[name]!.data, Number), backend).toEqual(right[i]!.data);
      }
      await session.release();
    }
  });
});

test('a grid that the network computes is taken as one that is stored', async () => {
  const { given, right } = stated.dynamicquantizelinear!;
  const source = bytesSource(
    tinyModel({
      nodes: [
        stated.dynamicquantizelinear!.node,
        { op: 'QuantizeLinear', inputs: ['x', 's', 'z'], outputs: ['again'] },
      ],
      inputs: declared(Object.entries(given)),
      outputs: declared([['again', right[0]!]]),
    }),
  );
  for (const backend of backends) {
    const session = await openModel(source, { backend, threads: 1 });
    const { again } = await session.run({ x: tensorOf(given.x!) });
    expect(Array.from(again!.data, Number), backend).toEqual(right[0]!.data);
    await session.release();
  }
});

/** Whole numbers that follow one another without order, the same each time. */
function numbers(seed: number, count: number, low: number, high: number): number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return low + ((state >> 8) % (high - low + 1));
  });
}

/** A small network in QuantizeLinear and DequantizeLinear form, as quantisers write them. */
function network(type: 'uint8' | 'int8', perChannel: boolean, relu: boolean): Uint8Array {
  const low = type === 'uint8' ? 0 : -128;
  const weights: Record<string, TinyTensor> = {};
  const nodes: TinyNode[] = [];
  const grid = (name: string, scale: number, zero: number) => {
    weights[`${name}.s`] = { dims: [], data: [scale] };
    weights[`${name}.z`] = { dims: [], data: [zero], type };
  };
  const through = (x: string, on: string, y: string) => {
    nodes.push({ op: 'QuantizeLinear', inputs: [x, `${on}.s`, `${on}.z`], outputs: [`${y}.q`] });
    nodes.push({ op: 'DequantizeLinear', inputs: [`${y}.q`, `${on}.s`, `${on}.z`], outputs: [y] });
  };
  const stored = (name: string, dims: Dims, input: number) => {
    const channels = dims[0]!;
    const each = perChannel ? [channels] : [];
    const scales = numbers(dims.length, perChannel ? channels : 1, 30, 110).map((n) => Math.fround(n * 1e-4));
    const lists = (kind: TypeName, data: readonly number[]) => ({ dims: each, data, type: kind });
    const put = (of: string, values: TinyTensor, by: readonly number[]) => {
      weights[of] = values;
      weights[`${of}.s`] = lists('float32', by);
      weights[`${of}.z`] = lists(
        values.type!,
        by.map(() => 0),
      );
      const attributes: TinyNode['attributes'] = perChannel ? { axis: { int: 0 } } : {};
      const inputs = [of, `${of}.s`, `${of}.z`];
      nodes.push({ op: 'DequantizeLinear', inputs, outputs: [`${of}.real`], attributes });
    };
    put(name, { dims, data: numbers(channels, elementCount(dims), -127, 127), type: 'int8' }, scales);
    const steps = scales.map((scale) => Math.fround(Math.fround(input) * scale));
    put(`${name}.b`, { dims: [channels], data: numbers(3, channels, -3000, 3000), type: 'int32' }, steps);
    return [`${name}.real`, `${name}.b.real`];
  };
  const product = (
    op: string,
    x: string,
    of: readonly string[],
    y: string,
    attributes: TinyNode['attributes'],
  ) => nodes.push({ op, inputs: [x, ...of], outputs: [y], ...(attributes && { attributes }) });
  grid('g0', 0.0173, low + 120);
  grid('g1', 0.0331, relu ? low : low + 110);
  grid('g2', 0.0437, low + 128);
  grid('g3', 0.061, low + 99);
  grid('g4', 0.02, low + 127);
  through('x', 'g0', 'x0');
  const pads = { pads: { ints: [1, 1, 1, 1] } };
  product('Conv', 'x0', stored('w1', [8, 3, 3, 3], 0.0173), 'c1', pads);
  if (relu) nodes.push({ op: 'Relu', inputs: ['c1'], outputs: ['r1'] });
  through(relu ? 'r1' : 'c1', 'g1', 'x1');
  const two = { kernel_shape: { ints: [2, 2] }, strides: { ints: [2, 2] } };
  nodes.push({ op: 'MaxPool', inputs: ['x1'], outputs: ['p1'], attributes: two });
  through('p1', 'g1', 'x2');
  product('Conv', 'x2', stored('w2', [8, 8, 3, 3], 0.0331), 'c2', pads);
  through('c2', 'g2', 'x3');
  nodes.push({ op: 'Add', inputs: ['x3', 'x2'], outputs: ['sum'] });
  through('sum', 'g3', 'x4');
  nodes.push({ op: 'GlobalAveragePool', inputs: ['x4'], outputs: ['g'] });
  through('g', 'g4', 'x5');
  nodes.push({ op: 'Flatten', inputs: ['x5'], outputs: ['f'] });
  through('f', 'g4', 'x6');
  product('Gemm', 'x6', stored('w3', [10, 8], 0.02), 'fc', { transB: { int: 1 } });
  through('fc', 'g2', 'y');
  const outputs = { y: { dims: [1, 10] }, x3: { dims: [1, 8, 8, 8] }, x4: { dims: [1, 8, 8, 8] } };
  return tinyModel({ nodes, weights, inputs: { x: { dims: [1, 3, 16, 16] } }, outputs });
}

const networks = (['uint8', 'int8'] as const).flatMap((type) =>
  [false, true].flatMap((perChannel) => [false, true].map((relu) => [type, perChannel, relu] as const)),
);

test('a quantised network is drawn with layers of integers, and counted in bytes', async () => {
  const opened = await importOnnx(bytesSource(network('uint8', true, true)));
  if (!opened.ok) throw new Error(opened.problems[0].message);
  const { nodes, numbers: types } = opened.value.design;
  expect(Object.values(nodes).map(({ kind }) => kind)).toEqual([
    ...['input', 'quantize', 'quantConv2d', 'maxPool', 'quantConv2d', 'dequantize', 'quantAdd', 'dequantize'],
    ...['quantAvgPool', 'flatten', 'quantLinear', 'dequantize', 'output', 'output', 'output'],
  ]);
  expect(types).toEqual({ weights: 'int8', activations: 'int8' });
});

describe.skipIf(!peersInstalled())('quantised networks, number by number as onnxruntime', () => {
  beforeAll(registerCpu);

  test.each(networks)('%s, scales per channel %s, with ReLU %s', async (...form) => {
    const bytes = network(...form);
    const judge = await openInOnnxruntime(bytes);
    const x = Float32Array.from(numbers(5, 768, -3000, 3000), (n) => n / 1000);
    const right = await judge.run({ x: { data: x, dims: [1, 3, 16, 16] } });
    for (const backend of backends) {
      const session = await openModel(bytesSource(bytes), { backend, threads: 1 });
      const got = await session.run({ x: new Tensor('float32', x, [1, 3, 16, 16]) });
      for (const [name, { data }] of Object.entries(right))
        expect(Array.from(got[name]!.data), `${backend}: ${name}`).toEqual(Array.from(data));
      await session.release();
    }
  });
});
