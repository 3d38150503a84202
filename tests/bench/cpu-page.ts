import { analyze } from '../../shared/analysis/analyze.ts';
import { flatten } from '../../shared/analysis/flatten.ts';
import { elementCount } from '../../shared/base/dims.ts';
import { type FloatTensor, Tensor } from '../../shared/base/tensor.ts';
import { importOnnx } from '../../shared/formats/onnx/import.ts';
import { bytesSource } from '../../shared/formats/weights/source.ts';
import type { Backend } from '../../shared/runtime/backend.ts';
import { createCpuBackend } from '../../shared/runtime/cpu/backend.ts';
import { createWebHost } from '../../shared/runtime/cpu/worker/web-host.ts';
import { seededWeights } from '../../shared/runtime/weights.ts';
import { runLayers, tf } from '../peers/tfjs-layers.mjs';
import { startTfjs } from '../peers/tfjs-web.mjs';
import { zooNetwork } from './zoo-network.ts';

/** What a page is asked to make ready. */
export interface PageAsk {
  readonly engine: string;
  readonly network: string;
  readonly threads: number;
}

export interface PageReady {
  readonly threads: number;
  readonly createMilliseconds?: number;
}

interface Timed {
  readonly milliseconds: number;
  readonly data: Float32Array;
}
interface Opened extends PageReady {
  readonly run: (image: FloatTensor) => Promise<Timed>;
}

/** onnxruntime-web's script, loaded beside this one. */
interface Ort {
  readonly env: { readonly wasm: { wasmPaths?: string; numThreads?: number } };
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => object;
  readonly InferenceSession: {
    create(
      model: Uint8Array,
      options: { readonly executionProviders: readonly string[] },
    ): Promise<{
      readonly inputNames: readonly string[];
      readonly outputNames: readonly string[];
      run(feeds: Record<string, object>): Promise<Record<string, { readonly data: Float32Array }>>;
    }>;
  };
}
declare const ort: Ort;

let opened: Opened | undefined;
let image: FloatTensor | undefined;

async function fetchBytes(path: string): Promise<ArrayBuffer> {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path} answers ${response.status}.`);
  return response.arrayBuffer();
}

/** A network of the zoo with seeded weights, or one of a file with its own, and how it is made ready. */
async function ownNetwork(id: string, backend: Backend, threads: number) {
  if (!id.includes(':')) {
    const network = zooNetwork(id);
    const weights = seededWeights(network, 1);
    return { network, prepare: () => backend.prepare(network, weights, { threads }) };
  }
  const model = await importOnnx(bytesSource(new Uint8Array(await fetchBytes('/model/model.onnx'))));
  if (!model.ok) throw new Error(JSON.stringify(model.problems));
  const network = flatten(analyze(model.value.design));
  if (!network.ok) throw new Error(JSON.stringify(network.problems));
  const { weights } = model.value;
  return {
    network: network.value,
    prepare: () => backend.prepareStored!(network.value, weights, { threads }),
  };
}

async function openOwn({ network: id, threads }: PageAsk): Promise<Opened> {
  const host = createWebHost({ directory: new URL('/cpu/', location.href) });
  if (!host.sharesMemory) throw new Error('The page is not isolated.');
  const { network, prepare } = await ownNetwork(id, createCpuBackend(host), threads);
  const began = performance.now();
  const executable = await prepare();
  const createMilliseconds = performance.now() - began;
  const input = network.steps[network.inputs[0]!]!.id;
  return {
    threads,
    createMilliseconds,
    async run(fed) {
      const start = performance.now();
      const { outputs } = await executable.run({ [input]: fed });
      return { milliseconds: performance.now() - start, data: Object.values(outputs)[0]!.data };
    },
  };
}

async function openOrt({ threads }: PageAsk): Promise<Opened> {
  ort.env.wasm.wasmPaths = new URL('/ort/', location.href).href;
  ort.env.wasm.numThreads = threads;
  const model = new Uint8Array(await fetchBytes('/model/model.onnx'));
  const session = await ort.InferenceSession.create(model, { executionProviders: ['wasm'] });
  return {
    threads: ort.env.wasm.numThreads,
    async run(fed) {
      const feeds = { [session.inputNames[0]!]: new ort.Tensor('float32', fed.data, fed.dims) };
      const start = performance.now();
      const outputs = await session.run(feeds);
      const milliseconds = performance.now() - start;
      return { milliseconds, data: outputs[session.outputNames[0]!]!.data };
    },
  };
}

async function openTfjs({ threads }: PageAsk): Promise<Opened> {
  const started = await startTfjs('/tfjs/', threads);
  const { layers, weights } = JSON.parse(new TextDecoder().decode(await fetchBytes('/model/model.json'))) as {
    layers: object[];
    weights: { name: string; dims: number[]; offset: number }[];
  };
  const raw = await fetchBytes('/model/weights.bin');
  const tensors = new Map(
    weights.map(({ name, dims, offset }) => [
      name,
      tf.tensor(new Float32Array(raw, offset, elementCount(dims)), dims),
    ]),
  );
  return {
    threads: started,
    async run({ data, dims }) {
      const [batch, channels, height, width] = dims as readonly [number, number, number, number];
      const pixels = new Float32Array(data.length);
      for (let c = 0; c < channels; c++) {
        for (let p = 0; p < height * width; p++) pixels[p * channels + c] = data[c * height * width + p]!;
      }
      const input = tf.tensor(pixels, [batch, height, width, channels]);
      const start = performance.now();
      const output = runLayers(layers, tensors, input);
      const scores = Float32Array.from(await output.data());
      const milliseconds = performance.now() - start;
      input.dispose();
      output.dispose();
      return { milliseconds, data: scores };
    },
  };
}

async function open(ask: PageAsk): Promise<PageReady> {
  const openers: Record<string, (ask: PageAsk) => Promise<Opened>> = {
    netwright: openOwn,
    'onnxruntime-web': openOrt,
    'tfjs-wasm': openTfjs,
  };
  const opener = openers[ask.engine];
  if (!opener) throw new Error(`There is no engine called ${ask.engine}.`);
  opened = await opener(ask);
  const { threads, createMilliseconds } = opened;
  return { threads, ...(createMilliseconds === undefined ? {} : { createMilliseconds }) };
}

/** The picture that runs take from now on. */
function feed(data: readonly number[], dims: readonly number[]): void {
  image = new Tensor('float32', Float32Array.from(data), dims);
}

async function run(
  wantsData: boolean,
): Promise<{ readonly milliseconds: number; readonly data?: readonly number[] }> {
  if (!opened || !image) throw new Error('Nothing was opened or fed.');
  const { milliseconds, data } = await opened.run(image);
  return { milliseconds, ...(wantsData ? { data: [...data] } : {}) };
}

const cpuPage = { open, feed, run };
export type CpuPage = typeof cpuPage;
Object.assign(globalThis, { cpuPage });
