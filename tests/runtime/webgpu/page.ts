import type { FlatNetwork } from '../../../shared/analysis/flatten.ts';
import type { Backend, RunOptions } from '../../../shared/runtime/backend.ts';
import { withFallback } from '../../../shared/runtime/choose.ts';
import { referenceBackend } from '../../../shared/runtime/reference/backend.ts';
import { RunError } from '../../../shared/runtime/run-error.ts';
import { webgpuBackend } from '../../../shared/runtime/webgpu/backend.ts';
import { WebgpuDevice } from '../../../shared/runtime/webgpu/device.ts';
import { seededWeights } from '../../../shared/runtime/weights.ts';
import { outcomesOn } from '../webgl/page/layers.ts';
import { pictureFor } from '../webgl/page/picture.ts';

let found: Promise<WebgpuDevice> | undefined;

/** The page's one device. */
function theDevice(): Promise<WebgpuDevice> {
  found ??= WebgpuDevice.find();
  return found;
}

async function theBackend(): Promise<ReturnType<typeof webgpuBackend>> {
  return webgpuBackend(await theDevice());
}

async function described() {
  const backend = await theBackend();
  return { ...backend.describe!(), objection: backend.objection() };
}

async function runCases(cases: Parameters<typeof outcomesOn>[1]) {
  return outcomesOn(await theBackend(), cases);
}

function plain(outputs: Readonly<Record<string, { readonly data: Float32Array }>>): Record<string, number[]> {
  return Object.fromEntries(Object.entries(outputs).map(([id, { data }]) => [id, [...data]]));
}

/** A network with seeded weights on a picture: values of its outputs and of the nodes asked for, and what computed them. */
async function runNetwork(
  network: FlatNetwork,
  options: Pick<RunOptions, 'also'> & { readonly batch?: number },
) {
  const executable = await (await theBackend()).prepare(network, seededWeights(network, 1));
  const { outputs } = await executable.run(pictureFor(network, options.batch), options);
  const algorithms = executable.plan.steps.map(({ algorithm }) => algorithm);
  await executable.release();
  return { algorithms, outputs: plain(outputs) };
}

/** Why a network is refused; nothing where it is not. */
async function refusal(network: FlatNetwork) {
  try {
    await (await theBackend()).prepare(network, seededWeights(network, 1));
  } catch (error) {
    if (error instanceof RunError) return error.problem;
    throw error;
  }
  return undefined;
}

/** Runs whose device is taken away before, and with every other that is had in its place where it is not to come back. */
async function runWithLosses(network: FlatNetwork, comesBack: boolean) {
  const device = await theDevice();
  const weights = seededWeights(network, 1);
  const feeds = pictureFor(network);
  const executable = await withFallback(webgpuBackend(device), referenceBackend).prepare(network, weights);
  const before = plain((await executable.run(feeds)).outputs);
  device.lose();
  const { gpu } = navigator;
  if (!comesBack) Object.defineProperty(navigator, 'gpu', { value: undefined, configurable: true });
  const after = plain((await executable.run(feeds)).outputs);
  if (!comesBack) Object.defineProperty(navigator, 'gpu', { value: gpu, configurable: true });
  await executable.release();
  return { before, after, choice: executable.choice };
}

/** A run that is cancelled at its first word, and one after it. */
async function cancelled(network: FlatNetwork) {
  const executable = await (await theBackend()).prepare(network, seededWeights(network, 1));
  const abort = new AbortController();
  const run = executable.run(pictureFor(network), {
    signal: abort.signal,
    profile: true,
    onProgress: () => abort.abort(),
  });
  const error = await run.then(
    () => undefined,
    (thrown: unknown) => (thrown as Error).name,
  );
  const { outputs } = await executable.run(pictureFor(network));
  await executable.release();
  return { error, outputs: plain(outputs) };
}

/** The problem of a device that refuses `what`. */
async function refusing(network: FlatNetwork, what: 'memory' | 'kernels') {
  const own = await WebgpuDevice.find();
  const backend: Backend = webgpuBackend(own);
  const { createShaderModule, popErrorScope } = GPUDevice.prototype;
  if (what === 'memory') {
    // No size that the standard lets be asked for is refused everywhere: the device says so without being short of it.
    GPUDevice.prototype.popErrorScope = async function () {
      await popErrorScope.call(this);
      return new GPUOutOfMemoryError('no room');
    };
  } else {
    GPUDevice.prototype.createShaderModule = function (descriptor) {
      return createShaderModule.call(this, { code: `${descriptor.code} no WGSL` });
    };
  }
  try {
    await backend.prepare(network, seededWeights(network, 1));
    return undefined;
  } catch (error) {
    if (error instanceof RunError) return error.problem;
    throw error;
  } finally {
    GPUDevice.prototype.popErrorScope = popErrorScope;
    GPUDevice.prototype.createShaderModule = createShaderModule;
  }
}

/** What the tests call in Chromium. */
const page = { described, runCases, runNetwork, refusal, runWithLosses, cancelled, refusing };
export type TestPage = typeof page;
Object.assign(globalThis, { page });
