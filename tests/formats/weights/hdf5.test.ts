import { createRequire } from 'node:module';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, test } from 'vitest';
import { analyze } from '../../../shared/analysis/analyze.ts';
import { flatten } from '../../../shared/analysis/flatten.ts';
import { Tensor } from '../../../shared/base/tensor.ts';
import { matchWeights } from '../../../shared/formats/checkpoints/match.ts';
import { readWeights } from '../../../shared/formats/checkpoints/read.ts';
import { hdf5Library } from '../../../shared/formats/weights/hdf5-library.ts';
import { bytesSource } from '../../../shared/formats/weights/source.ts';
import { loadWeights } from '../../../shared/formats/weights/store.ts';
import { DesignSession } from '../../../shared/runtime/session.ts';
import { NetworkBuilder } from '../../../shared/zoo/builder.ts';
import { registerCpu } from '../../conformance/backends.ts';
import { largestError } from '../../conformance/reference-data.ts';
import { anyMutations, Dice } from '../../fuzz/mutate.ts';
import { peersInstalled } from '../../peers/install.ts';
import {
  halfFile,
  hdf5File,
  kerasWeights,
  type Linkable,
  legacyWeights,
  type Stored,
} from './keras-files.ts';

const peers = createRequire(join(import.meta.dirname, '../../peers/package.json'));
/** What is used of them; the package and its types are there only where the peers are installed. */
interface KerasTensor {
  readonly shape: number[];
  transpose(axes: readonly number[]): KerasTensor;
  dataSync(): Float32Array<ArrayBuffer>;
}
interface KerasLayer {
  readonly name: string;
  readonly weights: readonly { readonly originalName: string; read(): KerasTensor }[];
  getWeights(): readonly KerasTensor[];
  setWeights(weights: readonly KerasTensor[]): void;
}
type MadeBy<Name extends string> = Readonly<Record<Name, (settings: object) => KerasLayer>>;
interface KerasLayers {
  readonly layers: MadeBy<
    | 'conv2d'
    | 'batchNormalization'
    | 'reLU'
    | 'depthwiseConv2d'
    | 'maxPooling2d'
    | 'flatten'
    | 'dropout'
    | 'dense'
  >;
  sequential(): {
    readonly layers: readonly KerasLayer[];
    add(layer: KerasLayer): void;
    predict(input: KerasTensor): KerasTensor;
  };
  setBackend(name: string): Promise<boolean>;
  tensor(data: Float32Array, dims: readonly number[]): KerasTensor;
  randomUniform(
    dims: readonly number[],
    least: number,
    most: number,
    type: string,
    seed: number,
  ): KerasTensor;
}

/** Keras' layers and their weights, as TensorFlow.js has them. */
const tf = peersInstalled() ? (peers('@tensorflow/tfjs') as KerasLayers) : undefined;

const read = async (bytes: Uint8Array, name = 'w.h5') => {
  const result = await readWeights(name, bytesSource(bytes));
  if (!result.ok) throw new Error(result.problems[0]!.message);
  return result.value;
};

const extent = 8;

function design() {
  const b = new NetworkBuilder();
  b.input(3, extent);
  b.conv('conv', 4, 3, { padding: 1 });
  b.add('bn', 'batchNorm', { epsilon: 1e-3 });
  b.add('relu', 'relu');
  b.conv('dw', 4, 3, { padding: 1, groups: 4, bias: false });
  b.add('pool', 'maxPool', { kernel: [2, 2], stride: [2, 2] });
  b.add('flatten', 'flatten');
  b.add('dropout', 'dropout');
  b.add('hidden', 'linear', { features: 6 });
  b.add('fc', 'linear', { features: 5 });
  b.add('output', 'output');
  return b.design('Small', '');
}

describe.skipIf(!peersInstalled())("Keras' weights give Keras' outputs", () => {
  let weights: Readonly<Record<string, readonly (readonly [role: string, Stored])[]>> = {};
  const x = Float32Array.from({ length: 3 * extent * extent }, (_, i) => Math.sin(i));
  let expected = new Float32Array();

  beforeAll(async () => {
    await registerCpu();
    await tf!.setBackend('cpu');
    const { layers, sequential } = tf!;
    const shape = [extent, extent, 3];
    const model = sequential();
    model.add(layers.conv2d({ name: 'conv', filters: 4, kernelSize: 3, padding: 'same', inputShape: shape }));
    model.add(layers.batchNormalization({ name: 'bn', epsilon: 1e-3 }));
    model.add(layers.reLU({ name: 'relu' }));
    model.add(
      layers.depthwiseConv2d({
        name: 'dw',
        kernelSize: 3,
        padding: 'same',
        useBias: false,
        depthMultiplier: 1,
      }),
    );
    model.add(layers.maxPooling2d({ name: 'pool', poolSize: 2 }));
    model.add(layers.flatten({ name: 'flatten' }));
    model.add(layers.dropout({ name: 'dropout', rate: 0.5 }));
    model.add(layers.dense({ name: 'hidden', units: 6 }));
    model.add(layers.dense({ name: 'fc', units: 5 }));
    let seed = 0;
    for (const layer of model.layers)
      layer.setWeights(
        layer.getWeights().map(({ shape: dims }) => tf!.randomUniform(dims, 0.1, 1, 'float32', ++seed)),
      );
    weights = Object.fromEntries(
      model.layers.map((layer) => [
        layer.name,
        layer.weights.map((weight) => {
          const role = weight.originalName.split('/').at(-1)!.replace(/_\d+$/, '');
          const value = weight.read();
          return [role, { dims: value.shape, data: value.dataSync() }] as const;
        }),
      ]),
    );
    const input = tf!.tensor(x, [1, 3, extent, extent]).transpose([0, 2, 3, 1]);
    expected = model.predict(input).dataSync();
  });

  const called: Readonly<Record<string, string>> = {
    conv: 'conv2d',
    bn: 'batch_normalization',
    dw: 'depthwise_conv2d',
    hidden: 'dense',
    fc: 'dense_1',
  };
  const forms: Readonly<Record<string, (layer: string, role: string, nth: number) => string>> = {
    'before Keras 3, of a whole model': (layer, role) => `model_weights/${layer}/${layer}/${role}:0`,
    'before Keras 3, weights alone': (layer, role) => `${layer}/${layer}/${role}:0`,
    'since Keras 3, by name': (layer, _, nth) => `layers/${layer}/vars/${nth}`,
    'since Keras 3, by class': (layer, _, nth) => `layers/${called[layer]}/vars/${nth}`,
  };

  test.each(Object.entries(forms))('%s', async (_, pathOf) => {
    const arrays = Object.entries(weights).flatMap(([layer, own]) =>
      own.map(([role, stored], nth) => [pathOf(layer, role, nth), stored] as const),
    );
    const file = await read(await hdf5File(Object.fromEntries(arrays)), 'net.weights.h5');
    const small = design();
    const network = flatten(analyze(small));
    if (!network.ok) throw new Error(network.problems[0]!.message);
    const { weights: found, report } = matchWeights(small, network.value, file);
    expect(report).toMatchObject({ naming: 'keras', missing: [], unexpected: [], misfits: [] });
    const session = await DesignSession.create(small, { backend: 'cpu', weights: await loadWeights(found) });
    const { output } = await session.run({ input: new Tensor('float32', x, [1, 3, extent, extent]) });
    await session.release();
    expect(Math.max(...expected) - Math.min(...expected)).toBeGreaterThan(0.1);
    expect(largestError(output!.data, expected)).toBeLessThan(1e-4);
  });
});

describe('An HDF5 file', () => {
  it('gives its tensors without what training keeps beside them', async () => {
    expect([...(await read(await legacyWeights())).tensors.keys()].sort()).toEqual([
      'conv.bias',
      'conv.kernel',
      'fc.kernel',
    ]);
    const { tensors } = await read(await kerasWeights());
    expect([...tensors.keys()].sort()).toEqual(['conv2d.vars.0', 'conv2d.vars.1', 'dense.vars.0']);
    const { dims, data } = await tensors.get('conv2d.vars.1')!.load();
    expect([dims, [...data]]).toEqual([[4], [0, 0.125, 0.25, 0.375]]);
  });

  it('has half floats widened', async () => {
    // As IEEE 754 writes them.
    const { tensors } = await read(await halfFile('layers/dense/vars/0', [0x3c00, 0xc000, 0x7bff, 0, 1]));
    const { data: found } = await tensors.get('dense.vars.0')!.load();
    expect([...found]).toEqual([1, -2, 65504, 0, 2 ** -24]);
  });

  it('says by its layers whether maps were turned before they were flattened', async () => {
    const arrays = { 'layers/dense/vars/0': { dims: [2, 1], data: Float32Array.from([1, 2]) } };
    expect((await read(await hdf5File(arrays))).channelsFirst).toBeUndefined();
    const turned = { ...arrays, 'layers/permute/vars/0': { dims: [1], data: Float32Array.from([1]) } };
    expect((await read(await hdf5File(turned))).channelsFirst).toBe(true);
  });

  it.each([
    ['free space has no bytes', 0, 0n],
    ['an object has more bytes than there are', 32125, 0xd2800000000n],
  ])('is refused where its texts would be walked through without an end: %s', async (_, index, bytes) => {
    const file = await legacyWeights();
    const first = String.fromCharCode(...file).indexOf('GCOL') + 16;
    const view = new DataView(file.buffer, file.byteOffset);
    view.setUint16(first, index, true);
    view.setBigUint64(first + 8, bytes, true);
    const result = await readWeights('w.h5', bytesSource(file));
    expect(result.ok ? '' : result.problems[0]!.code).toBe('hdf5-wrong');
  });

  it('whose groups hold themselves, or lead out of it, is read to an end', async () => {
    const dataset = { dims: [2], data: Float32Array.of(1, 2) };
    const told = async (link: (root: Linkable) => void): Promise<string> => {
      const result = await readWeights('w.h5', bytesSource(await hdf5File({ 'a/w': dataset }, {}, link)));
      return result.ok ? [...result.value.tensors.keys()].join() : result.problems[0]!.message;
    };
    const endless = 'The HDF5 file cannot be read: more than 100000 objects lie in it.';
    expect(await told((root) => root.create_hard_link('/', 'again'))).toBe(endless);
    expect(await told((root) => ['b', 'c'].map((name) => root.create_hard_link('/a', `a/${name}`)))).toBe(
      endless,
    );
    // Names that lead round in a circle the library gives up itself; what lies elsewhere it does not find.
    const damaged = 'The HDF5 file cannot be read: its parts do not hold together.';
    expect(await told((root) => root.create_soft_link('/', 'again'))).toBe(damaged);
    expect(await told((root) => root.create_soft_link('/again', 'again'))).toBe(damaged);
    expect(await told((root) => root.create_external_link('/etc/passwd', '/', 'out'))).toBe('a.w');
  });

  it('is refused in a line where it is cut off, or something else', async () => {
    const whole = await legacyWeights();
    const messages = new Set<string>();
    for (let length = 0; length < whole.length; length += 97) {
      const result = await readWeights('w.h5', bytesSource(whole.subarray(0, length)));
      messages.add(result.ok ? 'read' : result.problems[0]!.message);
    }
    expect([...messages].sort()).toEqual([
      'The HDF5 file cannot be read: it does not start as one.',
      'The HDF5 file cannot be read: its parts do not hold together.',
    ]);
  });

  it('that is damaged does not keep the next one from being read', async () => {
    const whole = await Promise.all([legacyWeights(), kerasWeights()]);
    const dice = new Dice(5);
    let refused = 0;
    for (let nth = 0; nth < 150; nth++) {
      const seed = whole[nth % 2]!;
      const damagedFile = dice.one(anyMutations)(dice, seed, dice.one(whole));
      const result = await readWeights('w.h5', bytesSource(damagedFile));
      const loaded = result.ok
        ? await Promise.allSettled([...result.value.tensors.values()].map((tensor) => tensor.load()))
        : [];
      if (result.ok && loaded.every(({ status }) => status === 'fulfilled')) continue;
      refused++;
      const { tensors } = await read(whole[0]!);
      const { data } = await tensors.get('conv.bias')!.load();
      expect([...data], `after file ${nth}`).toEqual([0, 0.125, 0.25, 0.375]);
    }
    expect(refused).toBeGreaterThan(75);
  });

  it('is read after thousands that were thrown out of, each with some of the stack taken', async () => {
    const whole = await legacyWeights();
    const { library, files, run } = await hdf5Library();
    files.writeFile('/cut.h5', whole.subarray(0, 300));
    let thrown = 0;
    // Each takes about a thousand bytes, of two and a half million below which nothing lies.
    for (let round = 0; round < 60; round++) {
      const openOften = () => {
        for (let nth = 0; nth < 49; nth++) expect(() => new library.File('/cut.h5', 'r')).toThrow();
        new library.File('/cut.h5', 'r');
      };
      try {
        run(openOften);
      } catch {
        thrown++;
      }
    }
    files.unlink('/cut.h5');
    expect(thrown).toBe(60);
    const { data } = await (await read(whole)).tensors.get('conv.bias')!.load();
    expect([...data]).toEqual([0, 0.125, 0.25, 0.375]);
  });
});
