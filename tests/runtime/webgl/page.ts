import { analyze } from '../../../shared/analysis/analyze.ts';
import { type FlatNetwork, flatten } from '../../../shared/analysis/flatten.ts';
import type { Dims } from '../../../shared/base/dims.ts';
import { elementCount } from '../../../shared/base/dims.ts';
import { isIssue } from '../../../shared/base/problem.ts';
import { type FloatTensor, Tensor } from '../../../shared/base/tensor.ts';
import { zero } from '../../../shared/base/term.ts';
import { type LayerKind, layerOf } from '../../../shared/layers/index.ts';
import type { RunOptions } from '../../../shared/runtime/machine.ts';
import { type DeviceOptions, WebglDevice } from '../../../shared/runtime/webgl/device.ts';
import type { WebglExecutable } from '../../../shared/runtime/webgl/executable.ts';
import { webglMachine } from '../../../shared/runtime/webgl/machine.ts';
import { randomStream, seededWeights } from '../../../shared/runtime/weights.ts';
import type { ParamValues } from '../../../shared/schema/params.ts';
import { zooEntry } from '../../../shared/zoo/index.ts';
import {
  type Draft,
  networkOf,
  randomNumbers,
  randomTensor,
  randomWeights,
  relativeError,
  runReference,
} from '../networks.ts';

/** A small network, where its input comes in, and what to fill it with. */
export interface LayerCase {
  readonly input: Dims;
  readonly drafts: readonly Draft[];
  readonly seed: number;
}

export interface LayerOutcome {
  /** Largest difference relative to the reference's root mean square. */
  readonly error: number;
  readonly algorithms: readonly string[];
  readonly hosted: readonly string[];
}

const devices = new Map<string, WebglDevice>();

function deviceFor(options: DeviceOptions): WebglDevice {
  const key = JSON.stringify(options);
  const known = devices.get(key);
  if (known) return known;
  const device = WebglDevice.create(options);
  devices.set(key, device);
  return device;
}

/** Runs a case on WebGL and on `forward`. */
async function runLayer({ input, drafts, seed }: LayerCase, options: DeviceOptions): Promise<LayerOutcome> {
  const network = networkOf([
    { id: 'x', kind: 'input', params: { shape: input.slice(1), batched: true } },
    ...drafts,
  ]);
  const next = randomNumbers(seed);
  const store = randomWeights(network, next);
  const feeds = { x: randomTensor(input, next) };
  const executable = await webglMachine(deviceFor(options)).prepare(network, store);
  const { outputs, profile } = await executable.run(feeds, { profile: true });
  const hosted = [...executable.hosted.keys()];
  await executable.release();
  const expected = runReference(network, store, feeds);
  let error = 0;
  for (const at of network.outputs) {
    const { id } = network.steps[at]!;
    const actual = outputs[id]!;
    if (JSON.stringify(actual.dims) !== JSON.stringify(expected.get(id)!.dims))
      error = Number.POSITIVE_INFINITY;
    const off = relativeError(actual, expected.get(id)!);
    if (!(off <= error)) error = off;
  }
  return { error, algorithms: profile!.map(({ algorithm }) => algorithm), hosted };
}

/** Any one layer, between inputs of any extents and an output for each of its ports. */
export interface AnyCase {
  readonly kind: LayerKind;
  readonly params: ParamValues;
  readonly inputs: readonly Dims[];
  readonly seed: number;
}

async function runAny(
  { kind, params, inputs, seed }: AnyCase,
  options: DeviceOptions,
): Promise<LayerOutcome> {
  const layer = layerOf(kind);
  const dims = layer.shape({ params, inputs });
  if (isIssue(dims)) throw new RangeError(dims.message);
  const weights = layer.weights({ params, inputs });
  const cost = { macs: zero, otherOps: zero, params: zero, statistics: zero, outputElements: 0 };
  const plain = { params: {}, inputs: [], inputDims: [], outputDims: [], weights: [], cost };
  const network: FlatNetwork = {
    steps: [
      ...inputs.map((shape, i) => ({
        ...plain,
        id: `x${i}`,
        kind: 'input' as const,
        params: { shape, batched: false },
        outputDims: [shape],
      })),
      {
        id: 'layer',
        kind,
        params,
        inputs: inputs.map((_, step) => ({ step, output: 0 })),
        inputDims: inputs,
        outputDims: dims,
        weights,
        cost,
      },
      ...dims.map((shape, output) => ({
        ...plain,
        id: `y${output}`,
        kind: 'output' as const,
        inputs: [{ step: inputs.length, output }],
        inputDims: [shape],
      })),
    ],
    inputs: inputs.map((_, i) => i),
    outputs: dims.map((_, i) => inputs.length + 1 + i),
  };
  const next = randomNumbers(seed);
  const store = randomWeights(network, next);
  const feeds = Object.fromEntries(inputs.map((shape, i) => [`x${i}`, randomTensor(shape, next)]));
  const executable = await webglMachine(deviceFor(options)).prepare(network, store);
  const { outputs, profile } = await executable.run(feeds, { profile: true });
  const hosted = [...executable.hosted.keys()];
  await executable.release();
  const expected = layer.forward({
    params,
    inputs: Object.values(feeds),
    weights: store.layer ?? {},
    outputs: dims,
    tally: { macs: 0, otherOps: 0 },
  });
  let error = 0;
  for (const [i, right] of expected.entries()) {
    const actual = outputs[`y${i}`]!;
    if (JSON.stringify(actual.dims) !== JSON.stringify(right.dims)) error = Number.POSITIVE_INFINITY;
    const off = relativeError(...finiteParts(actual, right));
    if (!(off <= error)) error = off;
  }
  return { error, algorithms: profile!.map(({ algorithm }) => algorithm), hosted };
}

/** Both with zeros where they agree on an infinity or on no number at all. */
function finiteParts(actual: FloatTensor, expected: FloatTensor): [FloatTensor, FloatTensor] {
  const clear = (one: FloatTensor) =>
    new Tensor(
      'float32',
      one.data.map((value, i) =>
        !Number.isFinite(value) && Object.is(actual.data[i], expected.data[i]) ? 0 : value,
      ),
      one.dims,
    );
  return [clear(actual), clear(expected)];
}

async function runAnyLayers(
  cases: readonly AnyCase[],
  options: DeviceOptions = {},
): Promise<(LayerOutcome | string)[]> {
  const outcomes: (LayerOutcome | string)[] = [];
  for (const one of cases) {
    outcomes.push(await runAny(one, options).catch((error: Error) => `${error.message}\n${error.stack}`));
  }
  return outcomes;
}

async function runLayers(
  cases: readonly LayerCase[],
  options: DeviceOptions = {},
): Promise<(LayerOutcome | string)[]> {
  const outcomes: (LayerOutcome | string)[] = [];
  for (const one of cases) {
    try {
      outcomes.push(await runLayer(one, options));
    } catch (error) {
      outcomes.push(error instanceof Error ? `${error.message}\n${error.stack}` : String(error));
    }
  }
  return outcomes;
}

/** A network of the zoo, flat. */
function zooNetwork(id: string): FlatNetwork {
  const entry = zooEntry(id);
  if (!entry) throw new RangeError(`The zoo has no "${id}".`);
  const network = flatten(analyze(entry.build()));
  if (!network.ok) throw new RangeError(network.problems.map(({ message }) => message).join('\n'));
  return network.value;
}

let open:
  | { readonly executable: WebglExecutable; readonly device: WebglDevice; readonly network: FlatNetwork }
  | undefined;

/** What a plan makes the device do in one run. */
export interface PlanFigures {
  readonly passes: number;
  readonly macs: number;
  /** Texture reads per multiply-add of the network. */
  readonly readsPerMac: number;
  readonly programs: number;
  readonly hosted: readonly string[];
  readonly weightBytes: number;
  readonly activationBytes: number;
  readonly prepareMilliseconds: number;
  readonly progressed: boolean;
}

/** Makes a zoo network ready with seeded weights; only one at a time. */
async function openZoo(id: string, options: DeviceOptions = {}): Promise<PlanFigures> {
  await closeZoo();
  const network = zooNetwork(id);
  const store = seededWeights(network, 1);
  const device = deviceFor(options);
  const before = device.programCount;
  let fraction = 0;
  const began = performance.now();
  const executable = await webglMachine(device).prepare(network, store, {
    onProgress: (progress) => {
      fraction = progress.fraction;
    },
  });
  const prepareMilliseconds = performance.now() - began;
  open = { executable, device, network };
  const draws = executable.plan.steps.flatMap((step) => (step.kind === 'draw' ? step.passes : []));
  const macs = network.steps.reduce((total, step) => total + step.cost.macs.value, 0);
  return {
    passes: draws.length,
    macs,
    readsPerMac: draws.reduce((total, { reads }) => total + reads, 0) / macs,
    programs: device.programCount - before,
    hosted: [...executable.hosted.keys()],
    weightBytes: executable.weightBytes,
    activationBytes: executable.activationBytes,
    prepareMilliseconds,
    progressed: fraction === 1,
  };
}

async function closeZoo(): Promise<void> {
  await open?.executable.release();
  open = undefined;
}

function opened() {
  if (!open) throw new Error('No network is open.');
  return open;
}

/** The same picture everywhere: `randomStream('image')`. */
function pictureFor(network: FlatNetwork, batch = 1) {
  const { id, outputDims } = network.steps[network.inputs[0]!]!;
  const dims = outputDims[0]!.with(0, batch);
  const next = randomStream('image');
  return {
    [id]: new Tensor(
      'float32',
      Float32Array.from({ length: elementCount(dims) }, () => next() * 2 - 1),
      dims,
    ),
  };
}

/** Runs the open network; values of its outputs and of the nodes asked for. */
async function runZoo(
  options: Pick<RunOptions, 'also' | 'profile'> & { readonly batch?: number } = {},
): Promise<{
  readonly outputs: Record<string, number[]>;
  readonly milliseconds: number;
  readonly profile: unknown;
}> {
  const { executable, network } = opened();
  const result = await executable.run(pictureFor(network, options.batch), options);
  const outputs = Object.fromEntries(Object.entries(result.outputs).map(([id, { data }]) => [id, [...data]]));
  return { outputs, milliseconds: result.milliseconds, profile: result.profile };
}

/** Cancels a run at its first sign of progress: how it ended, and how often it reported in all. */
async function cancelZoo(): Promise<{
  readonly error: string;
  readonly reports: number;
  readonly fraction: number;
}> {
  const { executable, network } = opened();
  const controller = new AbortController();
  let reports = 0;
  let fraction = 0;
  const run = executable.run(pictureFor(network), {
    signal: controller.signal,
    onProgress: (progress) => {
      reports++;
      fraction = progress.fraction;
      controller.abort();
    },
  });
  const error = await run.then(
    () => 'finished',
    (reason: Error) => reason.name,
  );
  return { error, reports, fraction };
}

/** Takes the context away at a moment of a run, gives it back (or not), and tells how the run ended. */
async function loseDuringRun(
  when: 'before' | 'during' | 'after',
  restore: boolean,
): Promise<{
  readonly outputs?: Record<string, number[]>;
  readonly code?: string;
  readonly milliseconds: number;
}> {
  const { executable, network, device } = opened();
  const lose = (): void => {
    const lost = device.loseContext();
    if (restore) setTimeout(() => lost.restore(), 20);
  };
  if (when === 'before') lose();
  const began = performance.now();
  const run = executable.run(pictureFor(network));
  if (when === 'during') setTimeout(lose, 30);
  try {
    let result = await run;
    if (when === 'after') {
      lose();
      await new Promise((resolve) => setTimeout(resolve, 50));
      result = await executable.run(pictureFor(network));
    }
    const outputs = Object.fromEntries(
      Object.entries(result.outputs).map(([id, { data }]) => [id, [...data]]),
    );
    return { outputs, milliseconds: performance.now() - began };
  } catch (error) {
    const problem =
      error instanceof Error && 'problem' in error ? (error.problem as { code: string }) : undefined;
    return { code: problem?.code ?? String(error), milliseconds: performance.now() - began };
  }
}

const page = { runLayers, runAnyLayers, deviceFor, openZoo, closeZoo, runZoo, cancelZoo, loseDuringRun };
export type TestPage = typeof page;
Object.assign(globalThis, { page });
