import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode as encodePng } from 'fast-png';
import { zipSync } from 'fflate';
import jpeg from 'jpeg-js';
import { CommandFailure } from '../../cli/failure.ts';
import { readImage } from '../../cli/image.ts';
import { readTensorFile } from '../../cli/tensor-files.ts';
import { analyze } from '../../shared/analysis/analyze.ts';
import { type FlatNetwork, flatten } from '../../shared/analysis/flatten.ts';
import { elementCount } from '../../shared/base/dims.ts';
import { type Result, succeed } from '../../shared/base/problem.ts';
import { exportWeights } from '../../shared/formats/checkpoints/export.ts';
import { readWeights } from '../../shared/formats/checkpoints/read.ts';
import { importKerasArchive, importKerasHdf5 } from '../../shared/formats/keras-files/open.ts';
import { matchMeasurement } from '../../shared/formats/measurements/match.ts';
import { readMeasurement } from '../../shared/formats/measurements/read.ts';
import { exportOnnx } from '../../shared/formats/onnx/export.ts';
import { importOnnx } from '../../shared/formats/onnx/import.ts';
import { readSpec } from '../../shared/formats/spec/read.ts';
import { writeSpec } from '../../shared/formats/spec/write.ts';
import { importTorchScript } from '../../shared/formats/torchscript/open.ts';
import { bytesSource } from '../../shared/formats/weights/source.ts';
import { loadWeights, weightBytes } from '../../shared/formats/weights/store.ts';
import { imageExtent } from '../../shared/runtime/image-extent.ts';
import { zoo, zooEntry } from '../../shared/zoo/index.ts';
import { networkOf, randomNetwork, randomWeights } from '../formats/random-network.ts';
import { kerasWeights, legacyWeights, wholeModels } from '../formats/weights/keras-files.ts';
import {
  called,
  checkpoint,
  dict,
  integer,
  legacyCheckpoint,
  list,
  tensor,
  text,
} from '../formats/weights/pickled.ts';
import { referencePath } from '../reference.ts';
import { appReaders } from './app-readers.ts';
import {
  anyMutations,
  behind,
  bufferMutations,
  insideArchive,
  lieInText,
  type Mutation,
  textMutations,
} from './mutate.ts';
import { tensor as onnxTensor } from './protobuf.ts';
import { bytesOf, type Reader, refused, textOf } from './reader.ts';
import { smallSpecs } from './small-specs.ts';

/** Keras' weights as they were saved before Keras 3, and as they are since. */
const hdf5Seeds = await Promise.all([legacyWeights(), kerasWeights()]);
const kerasSeeds = await wholeModels();

/** Whole weights of small models are read; of larger ones opening alone is tried. */
const MAX_WEIGHT_BYTES = 32 << 20;

function filesBelow(folder: string, extension: string, largestBytes: number): Uint8Array[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(extension))
    .sort()
    .map((file) => new Uint8Array(readFileSync(join(folder, file))))
    .filter(({ length }) => length <= largestBytes);
}

function ownExports(): Uint8Array[] {
  return Array.from({ length: 40 }, (_, seed) => {
    const design = randomNetwork(seed);
    const written = exportOnnx(design, randomWeights(networkOf(design), String(seed)));
    if (!written.ok) throw new Error(written.problems[0]!.message);
    return written.value;
  });
}

let measured: FlatNetwork | undefined;
/** What measured times are matched with. */
function measuredNetwork(): FlatNetwork {
  const flat = measured ? undefined : flatten(analyze(zooEntry('resnet18')!.build()));
  if (flat?.ok) measured = flat.value;
  return measured!;
}

/** Damage in the files of an archive: code and JSON as text, all else as bytes. */
const inside: readonly Mutation[] = Array.from({ length: 7 }, () =>
  insideArchive((name) => (/\.(py|json)$/.test(name) ? textMutations : [...anyMutations, lieInText])),
);

export const readers: readonly Reader[] = [
  {
    format: 'ONNX',
    extension: 'onnx',
    mutations: bufferMutations,
    seeds: () => [
      ...filesBelow(referencePath('onnx-conformance'), '.onnx', 100_000),
      ...filesBelow(referencePath('models'), '.onnx', 400_000),
      ...ownExports(),
    ],
    read: async (bytes) => {
      const result = await importOnnx(bytesSource(bytes));
      if (!result.ok) return result;
      analyze(result.value.design);
      if (weightBytes(result.value.weights) <= MAX_WEIGHT_BYTES) await loadWeights(result.value.weights);
      return result;
    },
  },
  {
    format: 'spec',
    extension: 'json',
    mutations: textMutations,
    seeds: () =>
      [...zoo.map(({ build }) => build()), ...Array.from({ length: 20 }, (_, seed) => randomNetwork(seed))]
        .map((design) => bytesOf(writeSpec(design)))
        .concat(smallSpecs()),
    read: async (bytes) => {
      const result = readSpec(textOf(bytes));
      if (result.ok) analyze(result.value);
      return result;
    },
  },
  {
    format: 'measured times',
    extension: 'json',
    mutations: textMutations,
    seeds: () => [
      new Uint8Array(readFileSync('tests/formats/measurements/resnet18.profile')),
      ...[
        '[{ "count" : 490 }, { "name" : "conv1 + relu1", "timeMs" : 217.1, "averageMs" : 0.44, "percentage" : 6.9 }]',
        '{ "results": { "conv1": { "value": 0.25 }, "fc": { "value": 0.5 } } }',
        'node type, start, first, avg_ms, %, cdf%, mem KB, times called, name\nCONV_2D, 0, 0.5, 0.4, 40%, 40%, 0, 1, [conv1/Relu;fc]:0\n',
        'name,ms\n"conv1, ""first""",1.5\nlayer1.0/conv1,0.25\n',
      ].map(bytesOf),
    ],
    read: async (bytes) => {
      const result = readMeasurement(textOf(bytes));
      if (result.ok) matchMeasurement(measuredNetwork(), result.value);
      return result;
    },
  },
  {
    format: 'safetensors',
    extension: 'safetensors',
    mutations: [...anyMutations, lieInText, lieInText],
    seeds: () =>
      Array.from({ length: 20 }, (_, seed) => {
        const design = randomNetwork(seed);
        const network = networkOf(design);
        return exportWeights(design, network, randomWeights(network, String(seed)));
      }),
    read: (bytes) => weightsOf('w.safetensors', bytes),
  },
  {
    format: 'npz',
    extension: 'npz',
    mutations: [...anyMutations, ...inside],
    seeds: () => [archive(0), archive(6)],
    read: (bytes) => weightsOf('w.npz', bytes),
  },
  {
    format: 'checkpoint',
    extension: 'pth',
    mutations: [...anyMutations, lieInText, ...inside],
    seeds: () => [true, false].flatMap(savedCheckpoints),
    read: (bytes) => weightsOf('w.pth', bytes),
  },
  {
    format: 'HDF5',
    extension: 'h5',
    mutations: anyMutations,
    seeds: () => hdf5Seeds,
    read: (bytes) => weightsOf('w.h5', bytes),
  },
  {
    format: 'Keras model',
    extension: 'keras',
    mutations: [...anyMutations, lieInText, lieInText, ...inside, ...inside],
    seeds: () => kerasSeeds,
    read: async (bytes) => {
      const archive = bytes[0] === 0x50;
      const result = await (archive ? importKerasArchive : importKerasHdf5)(bytesSource(bytes));
      if (!result.ok) return result;
      analyze(result.value.design);
      const { weights = {} } = result.value;
      if (weightBytes(weights) <= MAX_WEIGHT_BYTES) await loadWeights(weights);
      return result;
    },
  },
  {
    format: 'TorchScript',
    extension: 'pt',
    mutations: [...anyMutations, ...inside, ...inside, ...inside],
    seeds: () => filesBelow('tests/fuzz/seeds', '.pt', 100_000),
    read: async (bytes) => {
      const result = await importTorchScript(bytesSource(bytes), { shapeFor: () => [3, 16, 16] });
      if (!result.ok) return result;
      analyze(result.value.design);
      const { weights } = result.value;
      if (weightBytes(weights) <= MAX_WEIGHT_BYTES) await loadWeights(weights);
      return result;
    },
  },
  {
    format: 'picture',
    extension: 'png',
    mutations: anyMutations,
    seeds: pictures,
    read: (bytes) => fromFile('case.png', bytes, readImage),
  },
  {
    // Its head says how large it is; what it decodes to may be as large as that, however small the file.
    format: 'WebP picture',
    extension: 'webp',
    mutations: [behind(30)],
    seeds: () => filesBelow('tests/fuzz/seeds', '.webp', 100_000),
    read: async (bytes) =>
      decodesWebp ? fromFile('case.webp', bytes, readImage) : succeed(imageExtent(bytes)),
  },
  {
    format: 'npy',
    extension: 'npy',
    mutations: [...anyMutations, lieInText],
    seeds: () => [array([4, 3, 2], '<f4', 96), array([8], '<f8', 64), array([5], '|u1', 5)],
    read: (bytes) => fromFile('case.npy', bytes, readTensorFile),
  },
  {
    format: "ONNX's tensor",
    extension: 'pb',
    mutations: bufferMutations,
    seeds: () => [
      ...filesBelow(referencePath('onnx-conformance'), '.pb', 2_000),
      Uint8Array.from(onnxTensor('x', { dims: [2, 3], raw: 24 })),
    ],
    read: (bytes) => fromFile('case.pb', bytes, readTensorFile),
  },
  ...appReaders,
];

/** The decoder lies beside the built campaign; from the sources only heads are read. */
const decodesWebp = existsSync(new URL('./pictures/canvaskit.wasm', import.meta.url));

const folder = mkdtempSync(join(tmpdir(), 'netwright-campaign-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

/** What the command reads by its name only. */
async function fromFile(
  name: string,
  bytes: Uint8Array,
  read: (file: string) => Promise<unknown>,
): Promise<Result<unknown>> {
  const file = join(folder, name);
  writeFileSync(file, bytes);
  try {
    return succeed(await read(file));
  } catch (error) {
    if (error instanceof CommandFailure && error.message.startsWith(file) && error.message.endsWith('.'))
      return refused('told-by-command', error.message);
    throw error;
  }
}

/** Small pictures of all kinds of pixels. */
function pictures(): Uint8Array[] {
  const some = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 37) % 256);
  const [width, height] = [12, 9];
  const of = (channels: 1 | 2 | 3 | 4) =>
    encodePng({ width, height, channels, data: some(width * height * channels) });
  const deep = Uint16Array.from(some(width * height * 3), (value) => value * 257);
  return [
    ...([1, 2, 3, 4] as const).map(of),
    encodePng({ width, height, channels: 3, depth: 16, data: deep }),
    ...[20, 90].map(
      (quality) =>
        new Uint8Array(jpeg.encode({ width, height, data: some(width * height * 4) }, quality).data),
    ),
  ];
}

async function weightsOf(name: string, bytes: Uint8Array): Promise<Result<unknown>> {
  const result = await readWeights(name, bytesSource(bytes));
  if (!result.ok) return result;
  for (const tensor of result.value.tensors.values()) {
    if (elementCount(tensor.dims) * 4 <= MAX_WEIGHT_BYTES) await tensor.load();
  }
  return result;
}

/** What torch.save writes of a state_dict, or of what a training script keeps. */
function savedCheckpoints(nested: boolean): Uint8Array[] {
  const state = dict({
    'conv.weight': tensor({ sizes: [4, 3, 1, 2], strides: [6, 2, 2, 1] }),
    'conv.bias': tensor({ offset: 4, sizes: [4], strides: [1] }),
    'fc.weight': tensor({ sizes: [6, 4], strides: [1, 6] }),
    'bn.num_batches_tracked': tensor({ sizes: [], strides: [] }),
  });
  const other = called('collections', 'OrderedDict', list(text('a'), integer(3)));
  const saved = nested ? dict({ epoch: integer(3), state_dict: state, args: other }) : state;
  return [checkpoint(saved), legacyCheckpoint(saved), legacyCheckpoint(saved)];
}

/** Numbers as NumPy writes them. */
function array(dims: readonly number[], type: string, bytes: number): Uint8Array {
  const said = `{'descr': '${type}', 'fortran_order': False, 'shape': (${dims.join(', ')},), }`;
  const header = said.padEnd(117, ' ');
  const start = [0x93, ...bytesOf('NUMPY'), 1, 0, 118, 0];
  return Uint8Array.from([...start, ...bytesOf(`${header}\n`), ...new Uint8Array(bytes)]);
}

/** An archive of them. */
function archive(level: 0 | 6): Uint8Array {
  const files = {
    'a.npy': array([4, 3, 2], '<f4', 96),
    'b.npy': array([8], '<f8', 64),
    'c.npy': array([5], '<i8', 40),
  };
  return zipSync(files, { level });
}
