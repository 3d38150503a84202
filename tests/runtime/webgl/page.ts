import type { Dims } from '../../../shared/base/dims.ts';
import type { DeviceOptions } from '../../../shared/runtime/webgl/device.ts';
import { WebglDevice } from '../../../shared/runtime/webgl/device.ts';
import { webglMachine } from '../../../shared/runtime/webgl/machine.ts';
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
  const network = networkOf([{ id: 'x', kind: 'input', params: { shape: input.slice(1), batched: true } }, ...drafts]);
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
    if (JSON.stringify(actual.dims) !== JSON.stringify(expected.get(id)!.dims)) error = Number.POSITIVE_INFINITY;
    const off = relativeError(actual, expected.get(id)!);
    if (!(off <= error)) error = off;
  }
  return { error, algorithms: profile!.map(({ algorithm }) => algorithm), hosted };
}

async function runLayers(cases: readonly LayerCase[], options: DeviceOptions = {}): Promise<(LayerOutcome | string)[]> {
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

const page = { runLayers, deviceFor };
export type TestPage = typeof page;
Object.assign(globalThis, { page });
