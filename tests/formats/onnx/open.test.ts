import { describe, expect, test } from 'vitest';
import { Tensor } from '../../../shared/base/tensor.ts';
import { importOnnx } from '../../../shared/formats/onnx/import.ts';
import { bytesSource } from '../../../shared/formats/weights/source.ts';
import { InferenceSession } from '../../../shared/models/inference-session.ts';
import { openModel } from '../../../shared/models/open-model.ts';
import { type TinyModel, type TinyNode, tinyModel } from './tiny-model.ts';

const open = (model: TinyModel) => openModel(bytesSource(tinyModel(model)), { backend: 'reference' });
const problemsOf = async (model: TinyModel) => {
  const result = await importOnnx(bytesSource(tinyModel(model)));
  return result.ok ? [] : result.problems.map(({ code }) => code);
};
const floats = (data: readonly number[], dims: readonly number[]) => new Tensor('float32', data, dims);
const vector = { x: { dims: [1, 3] } };
const out = { y: { dims: [1, 3] } };
const x = floats([-1, 2, -3], [1, 3]);

const branch = (op: string, from = 'x') => ({
  graph: { outputs: { inner: { dims: [1, 3] } }, nodes: [{ op, inputs: [from], outputs: ['inner'] }] },
});

describe('branches', () => {
  const model = (weights: TinyModel['weights']): TinyModel => ({
    inputs: vector,
    outputs: out,
    nodes: [
      {
        op: 'If',
        inputs: ['c'],
        outputs: ['y'],
        attributes: { then_branch: branch('Relu'), else_branch: branch('Neg') },
      },
    ],
    ...(weights ? { weights } : {}),
  });

  test.each([
    [1, [0, 2, 0]],
    [0, [1, -2, 3]],
  ])('the condition %d is known, so its branch is taken', async (truth, expected) => {
    const session = await open(model({ c: { dims: [], data: [truth], type: 'bool' } }));
    expect([...(await session.run({ x })).y!.data]).toEqual(expected);
  });

  test('two Ifs with values of the same names, one inside the other', async () => {
    const nested: TinyNode = {
      op: 'If',
      inputs: ['c'],
      outputs: ['deep'],
      attributes: { then_branch: branch('Neg', 'm'), else_branch: branch('Relu', 'm') },
    };
    const whole = { graph: { outputs: { deep: { dims: [1, 3] } }, nodes: [nested] } };
    const session = await open({
      inputs: vector,
      outputs: out,
      nodes: [
        {
          op: 'If',
          inputs: ['c'],
          outputs: ['m'],
          attributes: { then_branch: branch('Abs'), else_branch: branch('Relu') },
        },
        { op: 'If', inputs: ['c'], outputs: ['y'], attributes: { then_branch: whole, else_branch: whole } },
      ],
      weights: { c: { dims: [1], data: [1], type: 'bool' } },
    });
    expect([...(await session.run({ x })).y!.data]).toEqual([-1, -2, -3]);
  });

  test('a branch that is not taken may hold what nobody knows', async () => {
    const given = model({ c: { dims: [], data: [1], type: 'bool' } });
    const [node] = given.nodes;
    const attributes = { ...node!.attributes, else_branch: branch('Unknown') };
    expect(await problemsOf({ ...given, nodes: [{ ...node!, attributes }] })).toEqual([]);
    const taken = { ...attributes, then_branch: branch('Unknown') };
    expect(await problemsOf({ ...given, nodes: [{ ...node!, attributes: taken }] })).toEqual([
      'operator-unsupported',
    ]);
  });

  /** Where the sum of x is above 0. */
  const computed: TinyModel['nodes'] = [
    { op: 'ReduceSum', inputs: ['x'], outputs: ['s'], attributes: { keepdims: { int: 0 } } },
    { op: 'Greater', inputs: ['s', 'none'], outputs: ['c'] },
  ];
  const none = { none: { dims: [], data: [0] } };

  test.each([
    ['above', [-1, 2, 0], [0, 2, 0]],
    ['below', [1, -2, -3], [-1, 2, 3]],
  ])('a condition that the network computes chooses between both: a sum %s 0', async (_, fed, y) => {
    const given = model(none);
    const bytes = bytesSource(tinyModel({ ...given, nodes: [...computed, ...given.nodes] }));
    const result = await importOnnx(bytes);
    if (!result.ok) throw new Error(result.problems[0].message);
    expect(result.value.remarks.map(({ code }) => code)).toEqual(['both-branches']);
    const session = await openModel(bytes, { backend: 'reference' });
    expect([...(await session.run({ x: floats(fed, [1, 3]) })).y!.data]).toEqual(y);
  });

  test('branches of different shapes need a condition that is known', async () => {
    const given = model(none);
    const [node] = given.nodes;
    const attributes = { ...node!.attributes, else_branch: branch('Shape') };
    expect(await problemsOf({ ...given, nodes: [...computed, { ...node!, attributes }] })).toEqual([
      'condition-unknown',
    ]);
  });

  test('one that is fed may choose between different shapes', async () => {
    const given = model(undefined);
    const [node] = given.nodes;
    const attributes = { ...node!.attributes, else_branch: branch('ReduceSum') };
    const session = await open({
      ...given,
      inputs: { ...vector, c: { dims: [], type: 'bool' } },
      outputs: { y: { dims: null } },
      nodes: [{ ...node!, attributes }],
    });
    for (const [truth, y] of [
      [1, [0, 2, 0]],
      [0, [-2]],
    ] as const) {
      const c = new Tensor('bool', [truth], []);
      expect([...(await session.run({ x, c })).y!.data]).toEqual(y);
    }
  });
});

describe('functions of the model', () => {
  const scaled = {
    name: 'Scaled',
    domain: 'mine',
    inputs: ['a'],
    outputs: ['b'],
    attributes: ['slope'],
    nodes: [
      { op: 'LeakyRelu', inputs: ['a'], outputs: ['t'], attributes: { alpha: { ref: 'slope' } } },
      { op: 'Add', inputs: ['t', 't'], outputs: ['b'] },
    ],
  };
  const call = (from: string, to: string, slope: number): TinyNode => ({
    op: 'Scaled',
    domain: 'mine',
    inputs: [from],
    outputs: [to],
    attributes: { slope: { float: slope } },
  });

  test('are put in the place of their calls, with the attributes of each', async () => {
    const session = await open({
      inputs: vector,
      outputs: out,
      domains: ['mine'],
      functions: [scaled],
      nodes: [call('x', 'm', 0.5), call('m', 'y', 2)],
    });
    expect([...(await session.run({ x })).y!.data]).toEqual([-4, 8, -12]);
  });

  test('that call themselves are refused', async () => {
    const endless = { ...scaled, nodes: [call('a', 'b', 1)] };
    const model = {
      inputs: vector,
      outputs: out,
      domains: ['mine'],
      functions: [endless],
      nodes: [call('x', 'y', 1)],
    };
    expect(await problemsOf(model)).toEqual(['functions-too-large']);
  });
});

test('frames with a window of another length are refused', async () => {
  const step = { dims: [], data: [2], type: 'int64' } as const;
  const problems = await problemsOf({
    opset: 17,
    inputs: { x: { dims: [1, 8, 1] } },
    outputs: { y: { dims: null } },
    nodes: [{ op: 'STFT', inputs: ['x', 'step', 'window', 'length'], outputs: ['y'] }],
    weights: { step, window: { dims: [3], data: [1, 1, 1] }, length: { ...step, data: [4] } },
  });
  expect(problems).toEqual(['window-misfit']);
});

test.each([
  ['LSTM', 'recurrent networks cannot be opened'],
  ['Scan', 'repeats itself step by step'],
  ['SequenceAt', 'sequences and optional values'],
  ['StringNormalizer', 'works on text'],
  ['ai.onnx.preview.training.Adam', 'belongs to training'],
  ['RandomNormalLike', 'by chance'],
  ['com.microsoft.nchwc.ReorderInput', 'for the processor'],
  ['com.microsoft.BiasSplitGelu', 'joined it from others'],
  ['aten.ATen', 'calls back into PyTorch'],
  ['EfficientNMS_TRT', 'none of ONNX'],
  ['mmdeploy.MMCVRoiAlign', 'none of ONNX'],
  ['ImageDecoder', 'the file of a picture'],
])('%s is refused by what it is for: %s', async (named, words) => {
  const dot = named.lastIndexOf('.');
  const [domain, op] = [named.slice(0, Math.max(0, dot)), named.slice(dot + 1)];
  const nodes = [{ op, domain, inputs: ['x'], outputs: ['y'] }];
  const result = await importOnnx(
    bytesSource(tinyModel({ domains: [domain], inputs: vector, outputs: out, nodes })),
  );
  expect(result.ok ? '' : result.problems[0].message).toContain(words);
});

test('what nothing reads is left out with a remark, also when nobody knows it', async () => {
  const result = await importOnnx(
    bytesSource(
      tinyModel({
        inputs: vector,
        outputs: out,
        nodes: [
          { op: 'Relu', inputs: ['x'], outputs: ['y'] },
          { op: 'Unheard', inputs: ['x'], outputs: ['dead'] },
          { op: 'Neg', inputs: ['dead'], outputs: ['deader'] },
        ],
      }),
    ),
  );
  if (!result.ok) throw new Error(result.problems[0]!.message);
  expect(result.value.remarks.map(({ where }) => where.path)).toEqual(['dead', 'deader']);
  expect(Object.keys(result.value.design.nodes).sort()).toEqual(['x', 'y', 'y.output']);
});

describe('whole numbers', () => {
  test('of pictures are fed as they are', async () => {
    const session = await open({
      inputs: { x: { dims: [1, 2, 2, 1], type: 'uint8' } },
      outputs: { y: { dims: [1, 1, 2, 2] } },
      nodes: [
        { op: 'Transpose', inputs: ['x'], outputs: ['t'], attributes: { perm: { ints: [0, 3, 1, 2] } } },
        { op: 'Cast', inputs: ['t'], outputs: ['f'], attributes: { to: { int: 1 } } },
        { op: 'Mul', inputs: ['f', 's'], outputs: ['y'] },
      ],
      weights: { s: { dims: [], data: [0.5] } },
    });
    const { y } = await session.run({ x: new Tensor('uint8', [0, 1, 254, 255], [1, 2, 2, 1]) });
    expect([...y!.data]).toEqual([0, 0.5, 127, 127.5]);
  });

  test('to the power of fractions leave out what is behind the point', async () => {
    const model = tinyModel({
      inputs: { x: { dims: [3], type: 'int64' } },
      outputs: { y: { dims: [3], type: 'int64' } },
      nodes: [{ op: 'Pow', inputs: ['x', 'e'], outputs: ['y'] }],
      weights: { e: { dims: [], data: [1.5] } },
    });
    const session = await InferenceSession.create(model, { backend: 'reference' });
    const { y } = await session.run({ x: new Tensor('int64', [1n, 2n, 3n], [3]) });
    expect(y!.type).toBe('int64');
    // 2^1.5 = 2.83, 3^1.5 = 5.20
    expect([...y!.data]).toEqual([1n, 2n, 5n]);
  });

  test('are not computed with, as that would be in float32', async () => {
    const nodes = [
      { op: 'Transpose', inputs: ['x'], outputs: ['t'] },
      { op: 'Add', inputs: ['t', 't'], outputs: ['y'] },
    ];
    const model = {
      inputs: { x: { dims: [2, 2], type: 'uint8' } },
      outputs: { y: { dims: [2, 2] } },
      nodes,
    } as const;
    expect(await problemsOf(model)).toEqual(['integers-unsupported']);
  });
});

describe('open axes', () => {
  const conv = (dims: readonly (number | string)[] | null): TinyModel => ({
    inputs: { x: { dims } },
    outputs: { y: { dims: null } },
    nodes: [{ op: 'GlobalAveragePool', inputs: ['x'], outputs: ['y'] }],
  });

  test.each([
    ['named', ['N', 'C', 'H', 'W']],
    ['without a name', ['', 1, '', '']],
    ['minus one', [-1, 1, -1, -1]],
    ['no shape at all', null],
  ])('%s: a session takes whatever shape is fed, each time', async (_, dims) => {
    const session = await open(conv(dims));
    for (const [height, width, batch] of [
      [2, 2, 1],
      [3, 1, 2],
      [2, 2, 1],
      [5, 4, 1],
      [1, 1, 3],
      [7, 7, 1],
      [3, 1, 2],
    ] as const) {
      const count = batch * height * width;
      const data = Array.from({ length: count }, (_, i) => Math.floor(i / (height * width)) + 1);
      const { y } = await session.run({ x: floats(data, [batch, 1, height, width]) });
      expect(y!.dims).toEqual([batch, 1, 1, 1]);
      expect([...y!.data]).toEqual(Array.from({ length: batch }, (_, i) => i + 1));
    }
    await session.release();
  });

  test('an input that was not fed is named', async () => {
    const session = await open(conv(['N', 1, 'H', 'W']));
    await expect(session.run({})).rejects.toThrow('"x" was not fed');
  });
});

test('a batch norm of five outputs is in training mode, and says so', async () => {
  const weights = Object.fromEntries(
    ['s', 'b', 'm', 'v'].map((name) => [name, { dims: [3], data: [1, 2, 3] }]),
  );
  const model = (...statistics: readonly string[]): TinyModel => ({
    opset: 9,
    inputs: vector,
    outputs: out,
    nodes: [{ op: 'BatchNormalization', inputs: ['x', 's', 'b', 'm', 'v'], outputs: ['y', ...statistics] }],
    weights,
  });
  expect(await problemsOf(model())).toEqual([]);
  expect(await problemsOf(model('mean', 'var', 'saved_mean', 'saved_var'))).toEqual(['training-mode']);
});

/** The cases of ONNX's own test of the operator. */
test.each([
  ['both', 1, 1, [0, 0, 1, 0, 1]],
  ['positive', 0, 1, [0, 0, 1, 0, 0]],
  ['negative', 1, 0, [0, 0, 0, 0, 1]],
] as const)('IsInf takes notice of signs: %s', async (_, negative, positive, right) => {
  const session = await open({
    inputs: { x: { dims: [1, 5] } },
    outputs: { y: { dims: [1, 5] } },
    nodes: [
      {
        op: 'IsInf',
        inputs: ['x'],
        outputs: ['t'],
        attributes: { detect_negative: { int: negative }, detect_positive: { int: positive } },
      },
      { op: 'Cast', inputs: ['t'], outputs: ['y'], attributes: { to: { int: 1 } } },
    ],
  });
  const { y } = await session.run({ x: floats([-1.2, Number.NaN, Infinity, 2.8, -Infinity], [1, 5]) });
  expect(Array.from(y!.data)).toEqual(right);
  await session.release();
});

test('a power of whole numbers is whole, whatever the exponent', async () => {
  const session = await open({
    inputs: { x: { dims: [3], type: 'int64' }, e: { dims: [3] } },
    outputs: { y: { dims: [3], type: 'int64' } },
    nodes: [{ op: 'Pow', inputs: ['x', 'e'], outputs: ['y'] }],
  });
  const base = new Tensor('int64', BigInt64Array.from([2n, 3n, 4n]), [3]);
  // √2, √27 and 16 without what follows the point.
  const { y } = await session.run({ x: base, e: floats([0.5, 1.5, 2], [3]) });
  expect(Array.from(y!.data, Number)).toEqual([1, 5, 16]);
  await session.release();
});

test('what holds nothing adds nothing to a concatenation', async () => {
  const session = await open({
    inputs: vector,
    outputs: out,
    nodes: [{ op: 'Concat', inputs: ['x', 'nothing'], outputs: ['y'], attributes: { axis: { int: 0 } } }],
    weights: { nothing: { dims: [0, 3], data: [] } },
  });
  const { y } = await session.run({ x });
  expect([y!.dims, Array.from(y!.data)]).toEqual([
    [1, 3],
    [-1, 2, -3],
  ]);
  await session.release();
});

describe('a class token that is expanded to as many samples as there are', () => {
  // As PyTorch writes `cls.expand(x.shape[0], -1)` for an open batch: ahead of two numbers per sample.
  const model: TinyModel = {
    inputs: { x: { dims: ['n', 2] } },
    outputs: { y: { dims: ['n', 3] } },
    nodes: [
      { op: 'Shape', inputs: ['x'], outputs: ['shape'] },
      { op: 'Gather', inputs: ['shape', 'zero'], outputs: ['n'] },
      { op: 'Concat', inputs: ['n', 'one'], outputs: ['wanted'], attributes: { axis: { int: 0 } } },
      { op: 'Expand', inputs: ['token', 'wanted'], outputs: ['tokens'] },
      { op: 'Concat', inputs: ['tokens', 'x'], outputs: ['y'], attributes: { axis: { int: 1 } } },
    ],
    weights: {
      token: { dims: [1, 1], data: [7] },
      zero: { dims: [1], data: [0], type: 'int64' },
      one: { dims: [1], data: [1], type: 'int64' },
    },
  };

  test('runs for any of them, one after the other', async () => {
    const session = await open(model);
    for (const samples of [1, 3, 1, 2, 3]) {
      const data = Array.from({ length: 2 * samples }, (_, i) => i);
      const { y } = await session.run({ x: floats(data, [samples, 2]) });
      expect(y!.dims).toEqual([samples, 3]);
      expect([...y!.data]).toEqual(Array.from({ length: samples }, (_, i) => [7, 2 * i, 2 * i + 1]).flat());
    }
    await session.release();
  });

  test('a number of samples that becomes a number is right for each', async () => {
    const { nodes, weights } = model;
    const session = await open({
      ...model,
      outputs: { y: { dims: ['n', 2] } },
      nodes: [
        ...nodes.slice(0, 2),
        { op: 'Cast', inputs: ['n'], outputs: ['count'], attributes: { to: { int: 1 } } },
        { op: 'Div', inputs: ['x', 'count'], outputs: ['y'] },
      ],
      weights: { zero: weights!.zero! },
    });
    for (const samples of [1, 4, 2]) {
      const { y } = await session.run({ x: floats(Array(2 * samples).fill(8), [samples, 2]) });
      expect([...y!.data]).toEqual(Array(2 * samples).fill(8 / samples));
    }
  });
});
