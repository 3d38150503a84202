import { analyze } from '../../../shared/analysis/analyze.ts';
import { type FlatNetwork, flatten } from '../../../shared/analysis/flatten.ts';
import type { Dims } from '../../../shared/base/dims.ts';
import { elementCount } from '../../../shared/base/dims.ts';
import { isIssue } from '../../../shared/base/problem.ts';
import { type FloatTensor, Tensor } from '../../../shared/base/tensor.ts';
import { zero } from '../../../shared/base/term.ts';
import { type LayerKind, layerOf } from '../../../shared/layers/index.ts';
import { withFallback } from '../../../shared/runtime/choose.ts';
import type { Machine, RunOptions, RunResult } from '../../../shared/runtime/machine.ts';
import { referenceMachine } from '../../../shared/runtime/reference/machine.ts';
import { RunError } from '../../../shared/runtime/run-error.ts';
import type { DeviceOptions } from '../../../shared/runtime/webgl/context.ts';
import { WebglDevice } from '../../../shared/runtime/webgl/device.ts';
import type { WebglExecutable } from '../../../shared/runtime/webgl/executable.ts';
import { webglMachine } from '../../../shared/runtime/webgl/machine.ts';
import { explain } from '../../../shared/runtime/webgl/problems.ts';
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
  const executable = await webglMachine({ device: deviceFor(options) }).prepare(network, store);
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
  const executable = await webglMachine({ device: deviceFor(options) }).prepare(network, store);
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
  const executable = await webglMachine({ device }).prepare(network, store, {
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

/** Calls `act` right before the given draw of the device from now on, counted from 1. */
function beforeDraw(device: WebglDevice, count: number, act: () => void): void {
  const draw = device.draw.bind(device);
  let left = count;
  device.draw = (what) => {
    left--;
    if (left === 0) {
      device.draw = draw;
      act();
    }
    draw(what);
  };
}

/** How a run ended: with what it gave, or the code of the problem. */
export interface Ending {
  readonly outputs?: Record<string, number[]>;
  readonly code?: string;
  readonly machine?: string;
  readonly why?: string;
}

async function endingOf(work: () => Promise<RunResult>): Promise<Ending> {
  try {
    const { outputs } = await work();
    return { outputs: Object.fromEntries(Object.entries(outputs).map(([id, { data }]) => [id, [...data]])) };
  } catch (error) {
    return { code: error instanceof RunError ? error.problem.code : String(error) };
  }
}

/** Takes the context away before, in the middle of, or after a run, gives it back or not, and tells how the run ended. */
async function loseDuringRun(when: 'before' | 'during' | 'after', restore: boolean): Promise<Ending> {
  const { executable, network, device } = opened();
  const lose = (): void => {
    const lost = device.loseContext();
    if (restore) lost.restore();
  };
  const run = () => executable.run(pictureFor(network));
  if (when === 'before') lose();
  if (when === 'during') beforeDraw(device, 5, lose);
  if (when !== 'after') return endingOf(run);
  await run();
  lose();
  return endingOf(run);
}

/** The same behind `withFallback`, with the reference to fall back to, on a device of its own that stays lost. */
async function fallBack(): Promise<Ending> {
  const network = zooNetwork('lenet');
  const store = seededWeights(network, 1);
  const device = WebglDevice.create();
  const machine = withFallback(webglMachine({ device }), referenceMachine);
  const executable = await machine.prepare(network, store);
  const right = await endingOf(() => executable.run(pictureFor(network)));
  beforeDraw(device, 3, () => void device.loseContext());
  const fallen = await endingOf(() => executable.run(pictureFor(network)));
  const { machine: name, why } = executable.choice ?? {};
  await executable.release();
  const [a, b] = [right, fallen].map(({ outputs }) => Object.values(outputs ?? {})[0] ?? []);
  const asTensor = (values: number[]) => new Tensor('float32', Float32Array.from(values), [values.length]);
  const error = relativeError(asTensor(a!), asTensor(b!));
  return {
    code: error <= 1e-4 ? 'same' : `off by ${error}`,
    ...(name ? { machine: name } : {}),
    ...(why ? { why } : {}),
  };
}

type Lack = 'webgl2' | 'float-targets' | 'float-and-half-targets' | 'memory' | 'memory-later';

/** What a new machine says of itself and of LeNet-5 where the platform lacks something: its getters are stubbed. */
async function lacking(lack: Lack): Promise<{
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly notices: readonly string[];
  readonly precision: string | undefined;
}> {
  const none = { code: '', message: '', hint: '', notices: [], precision: undefined };
  const { prototype } = WebGL2RenderingContext;
  const { texStorage3D, getError } = prototype;
  const getExtension: (name: string) => unknown = prototype.getExtension;
  const { getContext } = OffscreenCanvas.prototype;
  let refuse = lack === 'memory';
  let refused = false;
  if (lack === 'webgl2') OffscreenCanvas.prototype.getContext = () => null;
  if (lack === 'float-targets' || lack === 'float-and-half-targets') {
    Object.assign(prototype, {
      getExtension(this: WebGL2RenderingContext, name: string): unknown {
        if (name === 'EXT_color_buffer_float') return null;
        // Chromium's software device offers half floats only by way of the wider extension.
        const other = lack === 'float-targets' ? 'EXT_color_buffer_float' : 'none';
        return getExtension.call(this, name === 'EXT_color_buffer_half_float' ? other : name);
      },
    });
  }
  prototype.texStorage3D = function (this: WebGL2RenderingContext, ...args) {
    refused = refuse;
    if (!refuse) texStorage3D.apply(this, args);
  };
  prototype.getError = function (this: WebGL2RenderingContext) {
    if (!refused) return getError.call(this);
    refused = false;
    return this.OUT_OF_MEMORY;
  };
  try {
    const device = WebglDevice.create();
    const network = zooNetwork('lenet');
    const executable = await webglMachine({ device }).prepare(network, seededWeights(network, 1));
    refuse = lack === 'memory-later';
    await executable.run(pictureFor(network, lack === 'memory-later' ? 2 : 1));
    const { notices } = executable;
    await executable.release();
    device.dispose();
    return { ...none, notices, precision: device.limits.precision };
  } catch (error) {
    const explained = explain(error);
    if (!(explained instanceof RunError)) throw error;
    const { code, message, hint } = explained.problem;
    return { ...none, code, message, hint };
  } finally {
    Object.assign(prototype, { getExtension, texStorage3D, getError });
    OffscreenCanvas.prototype.getContext = getContext;
  }
}

/**
 * A network whose middle is wider than the device's textures: what ran where, how often values were moved between host and
 * device, and whether it is right.
 */
async function runIsland(): Promise<{
  readonly prepared: readonly string[];
  readonly hosted: readonly string[];
  readonly notices: readonly string[];
  readonly algorithms: readonly string[];
  readonly moves: number;
  readonly error: number;
}> {
  const network = networkOf([
    { id: 'x', kind: 'input', params: { shape: [4, 16, 16], batched: true } },
    { id: 'before', kind: 'conv2d', params: { channels: 8, padding: 'same' }, from: ['x'] },
    { id: 'wide', kind: 'resize', params: { scales: [40, 40] }, from: ['before'] },
    { id: 'bent', kind: 'relu', from: ['wide'] },
    { id: 'small', kind: 'globalAvgPool', from: ['bent'] },
    { id: 'flat', kind: 'flatten', from: ['small'] },
    { id: 'after', kind: 'linear', params: { features: 5 }, from: ['flat'] },
    { id: 'y', kind: 'output', from: ['after'] },
  ]);
  const next = randomNumbers(3);
  const store = randomWeights(network, next);
  const feeds = { x: randomTensor([1, 4, 16, 16], next) };
  const device = WebglDevice.create({ maxTextureSize: 128 });
  const prepared: string[] = [];
  const host: Machine = {
    name: 'host',
    async prepare(part, weights) {
      const layers = part.steps.filter(({ kind }) => kind !== 'input' && kind !== 'output');
      prepared.push(layers.map(({ id }) => id).join(' '));
      return referenceMachine.prepare(part, weights);
    },
  };
  const executable = await webglMachine({ device, host }).prepare(network, store);
  let moves = 0;
  const read = device.read.bind(device);
  device.read = (texture) => {
    moves++;
    return read(texture);
  };
  const upload = device.upload.bind(device);
  device.upload = (texture, texels) => {
    moves++;
    upload(texture, texels);
  };
  const { outputs, profile } = await executable.run(feeds, { profile: true });
  const { notices, hosted } = executable;
  const right = runReference(network, store, feeds);
  await executable.release();
  device.dispose();
  return {
    prepared,
    hosted: [...hosted.keys()],
    notices,
    algorithms: profile!.map(({ algorithm }) => algorithm),
    moves,
    error: relativeError(outputs.y!, right.get('after')!),
  };
}

const page = {
  runLayers,
  runAnyLayers,
  deviceFor,
  openZoo,
  closeZoo,
  runZoo,
  cancelZoo,
  loseDuringRun,
  fallBack,
  lacking,
  runIsland,
};
export type TestPage = typeof page;
Object.assign(globalThis, { page });
