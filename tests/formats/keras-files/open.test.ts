import { createRequire } from 'node:module';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { beforeAll, describe, expect, it, test } from 'vitest';
import { analyze } from '../../../shared/analysis/analyze.ts';
import { Tensor } from '../../../shared/base/tensor.ts';
import {
  importKerasArchive,
  importKerasHdf5,
  type KerasImport,
} from '../../../shared/formats/keras-files/open.ts';
import { bytesSource } from '../../../shared/formats/weights/source.ts';
import { loadWeights } from '../../../shared/formats/weights/store.ts';
import { DesignSession } from '../../../shared/runtime/session.ts';
import { registerCpu } from '../../conformance/backends.ts';
import { largestError } from '../../conformance/reference-data.ts';
import { peersInstalled } from '../../peers/install.ts';
import { hdf5File, kerasWeights, type Stored } from '../weights/keras-files.ts';

const peers = createRequire(join(import.meta.dirname, '../../peers/package.json'));

/** What is used of TensorFlow.js; the package and its types are there only where the peers are installed. */
interface TfTensor {
  readonly shape: number[];
  transpose(axes: readonly number[]): TfTensor;
  dataSync(): Float32Array<ArrayBuffer>;
}
interface TfLayer {
  readonly name: string;
  readonly weights: readonly { readonly originalName: string; read(): TfTensor }[];
  getWeights(): readonly TfTensor[];
  setWeights(weights: readonly TfTensor[]): void;
  apply(input: unknown): unknown;
  getClassName(): string;
}
interface TfModel extends TfLayer {
  readonly layers: readonly TfLayer[];
  add(layer: TfLayer): void;
  predict(input: TfTensor | readonly TfTensor[]): TfTensor;
  toJSON(unused: null, asText: false): { class_name: string; config: Settings };
  countParams(): number;
}
interface Tf {
  readonly layers: Readonly<Record<string, (settings: object) => TfLayer>>;
  sequential(settings?: object): TfModel;
  model(settings: object): TfModel;
  input(settings: object): unknown;
  setBackend(name: string): Promise<boolean>;
  tensor(data: Float32Array, dims: readonly number[]): TfTensor;
  randomUniform(dims: readonly number[], least: number, most: number, type: string, seed: number): TfTensor;
}
type Settings = Record<string, unknown>;

const tf = peersInstalled() ? (peers('@tensorflow/tfjs') as Tf) : undefined;

let seed = 0;
const fillWeights = (model: TfModel): void => {
  model.setWeights(
    model.getWeights().map(({ shape }) => tf!.randomUniform(shape, 0.1, 0.6, 'float32', ++seed)),
  );
};

/** All layers that hold weights, with the models that they are in. */
function holders(
  layers: readonly TfLayer[],
  path: readonly string[] = [],
): readonly (readonly [readonly string[], TfLayer])[] {
  return layers.flatMap((layer) => {
    const inner = (layer as Partial<TfModel>).layers;
    const own = [...path, layer.name];
    return inner ? holders(inner, own) : [[own, layer] as const];
  });
}

const storedOf = (tensor: TfTensor): Stored => ({ dims: tensor.shape, data: tensor.dataSync() });
const roleOf = (name: string): string => name.split('/').at(-1)!.replace(/_\d+$/, '');

/** As Keras 2 saves a whole model; weights of a model in a model lie under the name of the outer. */
function asHdf5(model: TfModel): Promise<Uint8Array> {
  const arrays = holders(model.layers).flatMap(([path, layer]) =>
    layer.weights.map((weight): [string, Stored] => [
      `model_weights/${path[0]}/${path.at(-1)}/${roleOf(weight.originalName)}:0`,
      storedOf(weight.read()),
    ]),
  );
  const config = JSON.stringify(model.toJSON(null, false));
  return hdf5File(Object.fromEntries(arrays), { keras_version: '2.15.0', model_config: config });
}

/** As Keras 3 saves one: calls told by tensors with their history, weights numbered under their layers. */
async function asArchive(model: TfModel, byClass: boolean): Promise<Uint8Array> {
  const weights: [string, Stored][] = [];
  const collect = (layers: readonly TfLayer[], path: string): void => {
    const times = new Map<string, number>();
    for (const layer of layers) {
      const called = inSnakeCase(layer.getClassName());
      const nth = times.get(called) ?? 0;
      times.set(called, nth + 1);
      const name = byClass ? (nth === 0 ? called : `${called}_${nth}`) : layer.name;
      const inner = (layer as Partial<TfModel>).layers;
      if (inner) collect(inner, `${path}/${name}/layers`);
      else
        for (const [i, weight] of layer.weights.entries())
          weights.push([`${path}/${name}/vars/${i}`, storedOf(weight.read())]);
    }
  };
  collect(model.layers, 'layers');
  const files = {
    'metadata.json': new TextEncoder().encode('{"keras_version": "3.5.0"}'),
    'config.json': new TextEncoder().encode(JSON.stringify(since3(model.toJSON(null, false)))),
    'model.weights.h5': await hdf5File(Object.fromEntries(weights)),
  };
  return zipSync(files, { level: 0 });
}

const inSnakeCase = (name: string): string =>
  name
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();

/** Source: keras/src/models/functional.py, serialize_node. */
function since3(json: { readonly class_name: string; readonly config: Settings }): unknown {
  const layers = (json.config.layers as readonly Settings[]).map((layer) => {
    const nested = (layer.config as Settings).layers !== undefined;
    const config = nested
      ? (since3(layer as { class_name: string; config: Settings }) as Settings).config
      : layer.config;
    const calls = (layer.inbound_nodes as readonly (readonly unknown[])[] | undefined)?.map((call) => {
      const tensors = call.map((each) => ({
        class_name: '__keras_tensor__',
        config: { shape: [null], dtype: 'float32', keras_history: (each as readonly unknown[]).slice(0, 3) },
      }));
      return { args: tensors.length === 1 ? tensors : [tensors], kwargs: {} };
    });
    return { module: 'keras.layers', ...layer, config, ...(calls ? { inbound_nodes: calls } : {}) };
  });
  return { module: 'keras', ...json, config: { ...json.config, layers } };
}

type Made = () => {
  readonly model: TfModel;
  readonly shapes: readonly (readonly number[])[];
  readonly channelsFirst?: boolean;
};

const { input, sequential, layers: l } = (tf ?? {}) as Tf;

const models: Readonly<Record<string, Made>> = {
  'a list of layers that ends in fully connected ones': () => {
    const model = sequential({ name: 'small' });
    model.add(
      l.conv2d!({
        name: 'conv',
        filters: 4,
        kernelSize: [3, 2],
        strides: 2,
        padding: 'same',
        activation: 'relu',
        inputShape: [9, 8, 3],
      }),
    );
    model.add(l.maxPooling2d!({ poolSize: 3, strides: 2, padding: 'same' }));
    model.add(l.flatten!({ name: 'flat' }));
    model.add(l.dropout!({ rate: 0.5 }));
    model.add(l.dense!({ units: 6, activation: 'tanh' }));
    model.add(l.dense!({ units: 5, activation: 'softmax' }));
    return { model, shapes: [[9, 8, 3]] };
  },
  'a graph with what mobile networks are made of': () => {
    const x = input({ shape: [12, 10, 3], name: 'image' });
    const stem = l.conv2d!({
      name: 'stem',
      filters: 8,
      kernelSize: 3,
      strides: 2,
      padding: 'same',
      useBias: false,
    }).apply(x);
    const norm = l.batchNormalization!({ name: 'norm', scale: false, epsilon: 1e-2 }).apply(stem);
    const six = l.reLU!({ name: 'six', maxValue: 6 }).apply(norm);
    const padded = l.zeroPadding2d!({
      padding: [
        [1, 0],
        [0, 2],
      ],
    }).apply(six);
    const dw = l.depthwiseConv2d!({ name: 'dw', kernelSize: 3, depthMultiplier: 2, useBias: false }).apply(
      padded,
    );
    const sep = l.separableConv2d!({
      name: 'sep',
      filters: 6,
      kernelSize: 3,
      padding: 'same',
    }).apply(dw);
    const squeezed = l.globalAveragePooling2d!({ name: 'squeeze' }).apply(sep);
    const map = l.reshape!({ targetShape: [1, 1, 6] }).apply(squeezed);
    const gate = l.conv2d!({ name: 'gate', filters: 6, kernelSize: 1, activation: 'sigmoid' }).apply(map);
    const scaled = l.multiply!({}).apply([sep, gate]);
    const other = l.conv2d!({
      name: 'other',
      filters: 6,
      kernelSize: 3,
      dilationRate: 2,
      padding: 'same',
    }).apply(sep);
    const sum = l.add!({}).apply([scaled, other]);
    const joined = l.concatenate!({}).apply([sum, scaled]);
    const pooled = l.averagePooling2d!({ poolSize: 3, strides: 2, padding: 'same' }).apply(joined);
    const up = l.upSampling2d!({ size: [2, 2] }).apply(pooled);
    const wide = l.conv2dTranspose!({
      name: 'wide',
      filters: 5,
      kernelSize: 3,
      strides: 2,
      padding: 'same',
    }).apply(up);
    const cut = l.cropping2D!({
      cropping: [
        [1, 2],
        [0, 1],
      ],
    }).apply(wide);
    const slope = l.leakyReLU!({ name: 'slope', alpha: 0.2 }).apply(cut);
    const y = l.permute!({ dims: [3, 1, 2] }).apply(slope);
    const flat = l.flatten!({ name: 'flat' }).apply(y);
    const out = l.dense!({ name: 'scores', units: 4 }).apply(flat);
    return { model: tf!.model({ inputs: x, outputs: out, name: 'mobile' }), shapes: [[12, 10, 3]] };
  },
  'a flattened map that is normalised before it is read': () => {
    const model = sequential();
    model.add(l.conv2d!({ filters: 3, kernelSize: 3, inputShape: [6, 5, 2] }));
    model.add(l.elu!({}));
    model.add(l.flatten!({}));
    model.add(l.batchNormalization!({ name: 'each' }));
    model.add(l.dense!({ units: 4 }));
    return { model, shapes: [[6, 5, 2]] };
  },
  'a model in a model, called twice': () => {
    const inner = sequential({ name: 'tower' });
    inner.add(l.conv2d!({ name: 'a', filters: 4, kernelSize: 3, padding: 'same', inputShape: [6, 6, 2] }));
    inner.add(l.conv2d!({ name: 'b', filters: 3, kernelSize: 3, activation: 'relu' }));
    const [one, two] = [input({ shape: [6, 6, 2], name: 'one' }), input({ shape: [6, 6, 2], name: 'two' })];
    const both = l.concatenate!({ axis: -1 }).apply([inner.apply(one), inner.apply(two)]);
    const out = l.dense!({ name: 'head', units: 3 }).apply(l.globalMaxPooling2d!({}).apply(both));
    return {
      model: tf!.model({ inputs: [one, two], outputs: out }),
      shapes: [
        [6, 6, 2],
        [6, 6, 2],
      ],
    };
  },
  'a model of two inputs in a model': () => {
    const [below, beside] = [input({ shape: [3, 4, 2] }), input({ shape: [6, 8, 3] })];
    const up = l.upSampling2d!({ size: [2, 2] }).apply(below);
    const joined = l.concatenate!({}).apply([up, beside]);
    const mixed = l.conv2d!({ name: 'mix', filters: 2, kernelSize: 3, padding: 'same' }).apply(joined);
    const step = tf!.model({ inputs: [below, beside], outputs: mixed, name: 'step' });
    const x = input({ shape: [6, 8, 3], name: 'x' });
    const small = l.conv2d!({ name: 'small', filters: 2, kernelSize: 2, strides: 2 }).apply(x);
    const y = l.dense!({ name: 'last', units: 3 }).apply(l.flatten!({}).apply(step.apply([small, x])));
    return { model: tf!.model({ inputs: x, outputs: y }), shapes: [[6, 8, 3]] };
  },
  'maps whose channels come first, in a model of its own, too': () => {
    const dataFormat = 'channelsFirst';
    const inner = sequential({ name: 'stage' });
    inner.add(
      l.conv2d!({ name: 'a', filters: 4, kernelSize: 3, padding: 'same', dataFormat, inputShape: [3, 9, 8] }),
    );
    // No batch norm: TensorFlow.js on the CPU takes its numbers along the last axis whatever it is told.
    inner.add(l.maxPooling2d!({ name: 'p', poolSize: 2, dataFormat }));
    const x = input({ shape: [3, 9, 8], name: 'image' });
    const y = inner.apply(x);
    const z = l.conv2d!({ name: 'b', filters: 5, kernelSize: [1, 2], activation: 'tanh', dataFormat }).apply(
      y,
    );
    const both = l.concatenate!({ axis: 1 }).apply([
      z,
      l.conv2d!({ name: 'c', filters: 2, kernelSize: [1, 2], dataFormat }).apply(y),
    ]);
    const flat = l.flatten!({ name: 'flat', dataFormat }).apply(both);
    const out = l.dense!({ name: 'scores', units: 4 }).apply(flat);
    return { model: tf!.model({ inputs: x, outputs: out }), shapes: [[3, 9, 8]], channelsFirst: true };
  },
  'signals and tokens': () => {
    const x = input({ shape: [16, 3], name: 'signal' });
    const one = l.conv1d!({
      name: 'c1',
      filters: 6,
      kernelSize: 4,
      strides: 2,
      padding: 'same',
      activation: 'relu',
    }).apply(x);
    const two = l.maxPooling1d!({ poolSize: 2 }).apply(one);
    const three = l.conv1d!({ name: 'c2', filters: 6, kernelSize: 3, padding: 'same' }).apply(two);
    const four = l.layerNormalization!({ name: 'ln' }).apply(three);
    const tokens = l.dense!({ name: 'mix', units: 6, activation: 'gelu' }).apply(four);
    const sum = l.add!({}).apply([tokens, two]);
    const y = l.dense!({ name: 'last', units: 2 }).apply(l.flatten!({}).apply(sum));
    return { model: tf!.model({ inputs: x, outputs: y }), shapes: [[16, 3]] };
  },
};

async function outputsOf({ design, weights }: KerasImport, inputs: readonly Stored[]) {
  const session = await DesignSession.create(design, {
    backend: 'cpu',
    weights: await loadWeights(weights!),
  });
  const feeds = session.inputNames.map((name, i) => {
    const { dims, data } = inputs[i]!;
    return [name, new Tensor('float32', data, dims)] as const;
  });
  const outputs = await session.run(Object.fromEntries(feeds));
  await session.release();
  return Object.values(outputs)[0]!.data;
}

describe.skipIf(!peersInstalled())('A whole model of Keras computes what it computed', () => {
  beforeAll(async () => {
    await registerCpu();
    await tf!.setBackend('cpu');
  });

  test.each(Object.entries(models))('%s', async (_, make) => {
    const { model, shapes, channelsFirst = false } = make();
    fillWeights(model);
    const inputs = shapes.map((shape): Stored => {
      const count = shape.reduce((product, extent) => product * extent, 1);
      return {
        dims: [1, ...shape],
        data: Float32Array.from({ length: count }, (_, i) => Math.sin(i + shape.length)),
      };
    });
    const given = inputs.map(({ dims, data }) => tf!.tensor(data, dims));
    const expected = model.predict(given.length === 1 ? given[0]! : given).dataSync();
    const turned = given.map(
      (each): Stored =>
        storedOf(each.shape.length === 4 && !channelsFirst ? each.transpose([0, 3, 1, 2]) : each),
    );
    const files = {
      h5: await importKerasHdf5(bytesSource(await asHdf5(model))),
      byClass: await importKerasArchive(bytesSource(await asArchive(model, true))),
      byName: await importKerasArchive(bytesSource(await asArchive(model, false))),
    };
    for (const [form, read] of Object.entries(files)) {
      if (!read.ok) throw new Error(`${form}: ${read.problems.map(({ message }) => message).join('\n')}`);
      expect(read.value.remarks, form).toEqual([]);
      const found = await outputsOf(read.value, turned);
      expect(found.length).toBe(expected.length);
      expect(largestError(found, expected), form).toBeLessThan(1e-4);
    }
    expect(Math.max(...expected) - Math.min(...expected)).toBeGreaterThan(1e-3);
  });
});

const layer = (kind: string, name: string, config: Settings, ...from: readonly string[]) => ({
  class_name: kind,
  config: { name, ...config },
  name,
  inbound_nodes: from.length > 0 ? [from.map((each) => [each, 0, 0, {}])] : [],
});
const graph = (
  layers: readonly ReturnType<typeof layer>[],
  outputs = [[layers.at(-1)!.config.name, 0, 0]],
) => ({
  class_name: 'Functional',
  config: { name: 'net', layers, input_layers: [[layers[0]!.config.name, 0, 0]], output_layers: outputs },
});
const archived = (model: unknown) =>
  importKerasArchive(
    bytesSource(zipSync({ 'config.json': new TextEncoder().encode(JSON.stringify(model)) }, { level: 0 })),
  );
const input3 = (...extents: readonly (number | null)[]) =>
  layer('InputLayer', 'x', { batch_shape: [null, ...extents] });

describe('The description of a Keras model', () => {
  it('counts attention as its paper does', async () => {
    // Four products of 768×768 and their biases, as in ViT-B's table of parameters (Dosovitskiy et al. 2020).
    const mha = { num_heads: 12, key_dim: 64, value_dim: 64, use_bias: true, output_shape: null };
    const read = await archived(graph([input3(197, 768), layer('MultiHeadAttention', 'mha', mha, 'x', 'x')]));
    if (!read.ok) throw new Error(read.problems[0]!.message);
    const { totals } = analyze(read.value.design);
    expect(totals.params).toBe(4 * (768 * 768 + 768));
    expect(read.value.weights).toBeUndefined();
  });

  it('has models in it as blocks, of which one that is called twice is one that shares its weights', async () => {
    const tower = {
      ...graph([input3(8, 8, 3), layer('Conv2D', 'c', { filters: 2, kernel_size: [3, 3] }, 'x')]),
      name: 'tower',
    };
    const inner = { ...tower, config: { ...tower.config, name: 'tower' } };
    const calls = [[['a', 0, 0, {}]], [['b', 0, 0, {}]]];
    const [a, b] = ['a', 'b'].map((name) => layer('InputLayer', name, { batch_shape: [null, 8, 8, 3] }));
    const sum = layer('Add', 'sum', {});
    const layers = [
      a,
      b,
      { ...inner, inbound_nodes: calls },
      {
        ...sum,
        inbound_nodes: [
          [
            ['tower', 1, 0, {}],
            ['tower', 2, 0, {}],
          ],
        ],
      },
    ];
    const config = {
      name: 'net',
      layers,
      input_layers: [
        ['a', 0, 0],
        ['b', 0, 0],
      ],
      output_layers: [['sum', 0, 0]],
    };
    const read = await archived({ class_name: 'Functional', config });
    if (!read.ok) throw new Error(read.problems[0]!.message);
    const { nodes, blocks } = read.value.design;
    expect(Object.keys(blocks)).toEqual(['tower']);
    expect(Object.keys(blocks.tower!.nodes)).toEqual(['input', 'c', 'output']);
    const uses = Object.entries(nodes).filter(([, { kind }]) => kind === 'userBlock');
    expect(uses.map(([id, { weights }]) => [id, weights])).toEqual([
      ['tower', undefined],
      ['tower_2', 'tower'],
    ]);
    // 3·3·3·2 + 2, once.
    expect(analyze(read.value.design).totals.params).toBe(56);
  });

  it.each([
    [
      'unknown layers, all at once',
      graph([input3(4), layer('LSTM', 'l', {}, 'x'), layer('Lambda', 'f', {}, 'l')]),
      [
        'There is no way to read the layer "l" of class LSTM.',
        'There is no way to read the layer "f" of class Lambda.',
      ],
    ],
    [
      'an order of axes that Keras does not have',
      graph([
        input3(3, 8, 8),
        layer('Conv2D', 'c', { filters: 2, kernel_size: [3, 3], data_format: 'rows_first' }, 'x'),
      ]),
      ['Conv2D "c": data_format is "rows_first", which is not taken.'],
    ],
    [
      'an open extent',
      graph([input3(null, null, 3), layer('GlobalAveragePooling2D', 'g', {}, 'x')]),
      ['The input "x" leaves its extents open ([null,null,null,3]).'],
    ],
    [
      'a ring',
      graph([input3(3), layer('Add', 'a', {}, 'x', 'b'), layer('ReLU', 'b', {}, 'a')]),
      ['The Keras model cannot be read: its layers feed each other in a ring.'],
    ],
    [
      'a model made of Python code',
      { class_name: 'MyModel', config: {} },
      ['The Keras model cannot be read: it is a MyModel, which Keras describes by Python code alone.'],
    ],
    [
      'models without end',
      nested(40),
      ['The Keras model cannot be read: models lie in models, more than 16 deep.'],
    ],
  ])('tells of %s', async (_, model, messages) => {
    const read = await archived(model);
    expect(read.ok ? [] : read.problems.map(({ message }) => message)).toEqual(messages);
  });

  it('is asked of a file that holds weights alone', async () => {
    const read = await importKerasHdf5(bytesSource(await kerasWeights()));
    expect(read.ok ? '' : read.problems[0]!.code).toBe('weights-alone');
  });
});

function nested(depth: number): unknown {
  let model: unknown = { class_name: 'Sequential', config: { name: 'in', layers: [] } };
  for (let at = 0; at < depth; at++)
    model = { class_name: 'Sequential', config: { name: `m${at}`, layers: [model] } };
  return model;
}
