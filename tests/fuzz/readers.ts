import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { linesBetween, readWork, wholeOf } from '../../renderer/documents/work-journal.ts';
import { analyze } from '../../shared/analysis/analyze.ts';
import { type FlatNetwork, flatten } from '../../shared/analysis/flatten.ts';
import { elementCount } from '../../shared/base/dims.ts';
import { fail, messages, type Result, succeed } from '../../shared/base/problem.ts';
import { exportWeights } from '../../shared/formats/checkpoints/export.ts';
import { readWeights } from '../../shared/formats/checkpoints/read.ts';
import { importKerasArchive, importKerasHdf5 } from '../../shared/formats/keras-files/open.ts';
import { matchMeasurement } from '../../shared/formats/measurements/match.ts';
import { readMeasurement } from '../../shared/formats/measurements/read.ts';
import { exportOnnx } from '../../shared/formats/onnx/export.ts';
import { importOnnx } from '../../shared/formats/onnx/import.ts';
import { readSpec } from '../../shared/formats/spec/read.ts';
import { writeSpec } from '../../shared/formats/spec/write.ts';
import { bytesSource } from '../../shared/formats/weights/source.ts';
import { loadWeights, weightBytes } from '../../shared/formats/weights/store.ts';
import { setName } from '../../shared/graph/edits.ts';
import { applyEdit, type History, redo, startHistory, undo } from '../../shared/graph/history.ts';
import { settingsIn, someSettings } from '../../shared/host/settings.ts';
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
import { anyMutations, bufferMutations, lieInText, type Mutation, textMutations } from './mutate.ts';

/** Keras' weights as they were saved before Keras 3, and as they are since. */
const hdf5Seeds = await Promise.all([legacyWeights(), kerasWeights()]);
const kerasSeeds = await wholeModels();

/** A format that strangers' files come in. */
export interface Reader {
  readonly format: string;
  readonly extension: string;
  readonly mutations: readonly Mutation[];
  /** Whole files to start from. */
  seeds(): readonly Uint8Array[];
  /** All that the program does with such a file once it is opened. */
  read(bytes: Uint8Array): Promise<Result<unknown>>;
}

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
      [
        ...zoo.map(({ build }) => build()),
        ...Array.from({ length: 20 }, (_, seed) => randomNetwork(seed)),
      ].map((design) => new TextEncoder().encode(writeSpec(design))),
    read: async (bytes) => {
      const result = readSpec(new TextDecoder().decode(bytes));
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
      ].map((text) => new TextEncoder().encode(text)),
    ],
    read: async (bytes) => {
      const result = readMeasurement(new TextDecoder().decode(bytes));
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
    mutations: anyMutations,
    seeds: () => [archive(0), archive(6)],
    read: (bytes) => weightsOf('w.npz', bytes),
  },
  {
    format: 'journal',
    extension: 'journal',
    mutations: textMutations,
    seeds: () => [1, 2, 3, 4, 5, 6].map((seed) => new TextEncoder().encode(journal(seed))),
    read: async (bytes) => {
      const read = readWork(new TextDecoder().decode(bytes));
      if ('fault' in read) return refused(read.fault, 'The journal cannot be read.');
      analyze(read.work.history.design);
      return succeed(undone(read.work.history));
    },
  },
  {
    format: 'settings',
    extension: 'json',
    mutations: textMutations,
    seeds: () => [
      new TextEncoder().encode('{"theme":"dark","units":"decimal","wheel":"pan","updateFeed":"https://a/"}'),
    ],
    read: async (bytes) => {
      let json: unknown;
      try {
        json = JSON.parse(new TextDecoder().decode(bytes));
      } catch {
        return refused('no-json', 'The settings are no JSON.');
      }
      const chosen = settingsIn(json);
      // What is taken from there is what the contract between page and host lets through.
      return succeed(someSettings(chosen, 'settings'));
    },
  },
  {
    format: 'checkpoint',
    extension: 'pth',
    mutations: [...anyMutations, lieInText],
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
    mutations: [...anyMutations, lieInText, lieInText],
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
];

const refused = (code: string, message: string): Result<never> =>
  fail(messages('tests/fuzz/readers', { [code]: [message, 'It is set aside.'] }).at({ line: 1 }, code));

/** Work as the app keeps it: all of it, and a few edits behind. */
function journal(seed: number): string {
  const placeless = { trail: [], selection: [] };
  let history = startHistory(randomNetwork(seed));
  let text = wholeOf({ history, ...placeless });
  for (let nth = 0; nth < 4; nth++) {
    const next = nth === 2 ? undo(history) : applyEdit(history, 'Name', setName(`${seed} ${nth}`));
    text += linesBetween({ history, ...placeless }, { history: next, ...placeless }) ?? '';
    history = next;
  }
  return text;
}

/** Undone to the beginning and done again, as a user may. */
function undone(history: History): History {
  let at = history;
  for (let left = history.past.length; left > 0; left--) at = undo(at);
  for (let left = at.future.length; left > 0; left--) at = redo(at);
  return at;
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

/** An archive of arrays as NumPy writes them. */
function archive(level: 0 | 6): Uint8Array {
  const array = (dims: readonly number[], type: string, bytes: number) => {
    const said = `{'descr': '${type}', 'fortran_order': False, 'shape': (${dims.join(', ')},), }`;
    const header = said.padEnd(117, ' ');
    const start = [0x93, ...new TextEncoder().encode('NUMPY'), 1, 0, 118, 0];
    return Uint8Array.from([...start, ...new TextEncoder().encode(`${header}\n`), ...new Uint8Array(bytes)]);
  };
  const files = {
    'a.npy': array([4, 3, 2], '<f4', 96),
    'b.npy': array([8], '<f8', 64),
    'c.npy': array([5], '<i8', 40),
  };
  return zipSync(files, { level });
}
