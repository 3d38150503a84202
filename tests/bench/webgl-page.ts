import type { FlatNetwork } from '../../shared/analysis/flatten.ts';
import { elementCount } from '../../shared/base/dims.ts';
import { type FloatTensor, Tensor } from '../../shared/base/tensor.ts';
import type { WeightStore } from '../../shared/runtime/backend.ts';
import { webglBackend } from '../../shared/runtime/webgl/backend.ts';
import { WebglDevice } from '../../shared/runtime/webgl/device.ts';
import { randomStream, seededWeights } from '../../shared/runtime/weights.ts';
import { onnxModel } from '../peers/onnx-model.ts';
import { runLayers, tf } from '../peers/tfjs-layers.mjs';
import { tfjsModel } from '../peers/tfjs-model.ts';
import { classifyingTransformer, windowedTransformer } from '../runtime/transformer.ts';
import { zooNetwork } from './zoo-network.ts';

/** One engine with one network: how long the first answer took, and how to get another. */
interface Contender {
  readonly name: EngineName;
  readonly firstMilliseconds: number;
  run(): Promise<{ readonly milliseconds: number; readonly scores: Float32Array }>;
  close(): Promise<void>;
}
export type EngineName = 'netwright' | 'tfjs-webgl' | 'onnxruntime-webgl';

/** What a plan makes the device do. */
export interface PlanFigures {
  readonly passes: number;
  readonly readsPerMac: number;
  readonly programs: number;
}

let contenders: Contender[] = [];

/** What the zoo has none of. */
const transformers: Readonly<Record<string, () => FlatNetwork>> = {
  vit_ti_16: () => classifyingTransformer(12),
  swin_t: () => windowedTransformer(),
};

/** onnxruntime-web's script, loaded beside this one. */
interface Ort {
  readonly env: { readonly wasm: { wasmPaths?: string } };
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => object;
  readonly InferenceSession: {
    create(
      model: Uint8Array,
      options: { readonly executionProviders: readonly string[] },
    ): Promise<{
      readonly inputNames: readonly string[];
      readonly outputNames: readonly string[];
      run(feeds: Record<string, object>): Promise<Record<string, { readonly data: Float32Array }>>;
      release(): Promise<void>;
    }>;
  };
}
declare const ort: Ort;

async function timed<T>(
  work: () => Promise<T>,
): Promise<{ readonly value: T; readonly milliseconds: number }> {
  const began = performance.now();
  const value = await work();
  return { value, milliseconds: performance.now() - began };
}

/** Everything counts: from the numbers of the picture to the numbers of the scores. */
async function contender(
  name: EngineName,
  open: () => Promise<{ readonly score: () => Promise<Float32Array>; readonly close: () => Promise<void> }>,
): Promise<Contender> {
  const first = await timed(async () => {
    const opened = await open();
    await opened.score();
    return opened;
  });
  return {
    name,
    firstMilliseconds: first.milliseconds,
    async run() {
      const { value: scores, milliseconds } = await timed(first.value.score);
      return { scores, milliseconds };
    },
    close: first.value.close,
  };
}

function pictureOf(network: FlatNetwork): { readonly id: string; readonly tensor: FloatTensor } {
  const { id, outputDims } = network.steps[network.inputs[0]!]!;
  const next = randomStream('image');
  const data = Float32Array.from({ length: elementCount(outputDims[0]!) }, () => next() * 2 - 1);
  return { id, tensor: new Tensor('float32', data, outputDims[0]!) };
}

/** Opens a network on every engine asked for; says what went wrong with those that cannot. */
async function open(
  id: string,
  engines: readonly EngineName[],
): Promise<{
  readonly figures: PlanFigures | undefined;
  readonly failures: Record<string, string>;
  readonly first: Record<string, number>;
}> {
  await close();
  const network = (transformers[id] ?? (() => zooNetwork(id)))();
  const store = seededWeights(network, 1);
  const failures: Record<string, string> = {};
  // Starting the browser's graphics process is nobody's first run.
  WebglDevice.create().dispose();
  let figures: PlanFigures | undefined;
  for (const name of engines) {
    try {
      if (name === 'netwright') {
        const own = await openOwn(network, store);
        contenders.push(own.contender);
        figures = own.figures;
      } else if (name === 'tfjs-webgl') {
        contenders.push(await openTfjs(network, store));
      } else {
        contenders.push(await openOrt(network, store));
      }
    } catch (error) {
      failures[name] = reasonOf(error);
    }
  }
  const first = Object.fromEntries(
    contenders.map(({ name, firstMilliseconds }) => [name, firstMilliseconds]),
  );
  return { figures, failures, first };
}

async function openOwn(network: FlatNetwork, store: WeightStore) {
  const { id, tensor } = pictureOf(network);
  const device = WebglDevice.create();
  let figures: PlanFigures | undefined;
  const made = await contender('netwright', async () => {
    const executable = await webglBackend({ device }).prepare(network, store);
    const passes = executable.plan.steps.flatMap((step) => (step.kind === 'draw' ? step.passes : []));
    const macs = network.steps.reduce((total, step) => total + step.cost.macs.value, 0);
    const reads = passes.reduce((total, pass) => total + pass.reads, 0);
    figures = { passes: passes.length, readsPerMac: reads / macs, programs: device.programCount };
    return {
      score: async () => Object.values((await executable.run({ [id]: tensor })).outputs)[0]!.data,
      close: async () => {
        await executable.release();
        device.dispose();
      },
    };
  });
  return { contender: made, figures };
}

async function openTfjs(network: FlatNetwork, store: WeightStore): Promise<Contender> {
  const model = tfjsModel(network, store);
  if (!model) throw new Error('has layers that the tfjs peer is not told');
  const { layers, weights } = JSON.parse(model.json) as {
    layers: object[];
    weights: { name: string; dims: number[]; offset: number }[];
  };
  const { dims, data } = pictureOf(network).tensor;
  const [batch, channels, height, width] = dims as readonly [number, number, number, number];
  const pixels = new Float32Array(data.length);
  for (let c = 0; c < channels; c++) {
    for (let p = 0; p < height * width; p++) pixels[p * channels + c] = data[c * height * width + p]!;
  }
  await tf.setBackend('webgl');
  await tf.ready();
  return contender('tfjs-webgl', async () => {
    const tensors = new Map(
      weights.map(({ name, dims: extents, offset }) => [
        name,
        tf.tensor(new Float32Array(model.weights.buffer, offset, elementCount(extents)), extents),
      ]),
    );
    return {
      score: async () => {
        const input = tf.tensor(pixels, [batch, height, width, channels]);
        const output = runLayers(layers, tensors, input);
        const scores = Float32Array.from(await output.data());
        input.dispose();
        output.dispose();
        return scores;
      },
      close: async () => {
        for (const tensor of tensors.values()) tensor.dispose();
      },
    };
  });
}

async function openOrt(network: FlatNetwork, store: WeightStore): Promise<Contender> {
  const model = onnxModel(network, store);
  const { tensor } = pictureOf(network);
  return contender('onnxruntime-webgl', async () => {
    const session = await ort.InferenceSession.create(model, { executionProviders: ['webgl'] });
    return {
      score: async () => {
        const feeds = { [session.inputNames[0]!]: new ort.Tensor('float32', tensor.data, tensor.dims) };
        return (await session.run(feeds))[session.outputNames[0]!]!.data;
      },
      close: () => session.release(),
    };
  });
}

async function close(): Promise<void> {
  for (const { close: end } of contenders) await end();
  contenders = [];
}

/** What one engine gave in its turn. */
export type Turn =
  | { readonly name: EngineName; readonly milliseconds: number; readonly scores: number[] }
  | { readonly name: EngineName; readonly failure: string };

/** Every engine once, in turns. One that fails has no further turns. */
async function round(): Promise<Turn[]> {
  const results: Turn[] = [];
  for (const one of [...contenders]) {
    try {
      const { milliseconds, scores } = await one.run();
      results.push({ name: one.name, milliseconds, scores: [...scores] });
    } catch (error) {
      results.push({ name: one.name, failure: reasonOf(error) });
      contenders = contenders.filter((other) => other !== one);
    }
  }
  return results;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const benchPage = { open, round, close };
export type BenchPage = typeof benchPage;
Object.assign(globalThis, { benchPage });
