import type { FlatNetwork } from '../../../shared/analysis/flatten.ts';
import { type FloatTensor, Tensor } from '../../../shared/base/tensor.ts';
import type { WeightStore } from '../../../shared/runtime/backend.ts';
import { webglBackend } from '../../../shared/runtime/webgl/backend.ts';
import { WebglDevice } from '../../../shared/runtime/webgl/device.ts';
import type { WebglExecutable } from '../../../shared/runtime/webgl/executable.ts';
import { networkOf } from '../networks.ts';

/** How something cancelled ended, and what was handed to the device before and after that. */
export interface Cancelled {
  readonly error: string;
  readonly before: number;
  readonly after: number;
  /** What is handed out when nobody cancels. */
  readonly whole: number;
  /** Textures that are left of it. */
  readonly left: number;
}

/** A fully connected layer with 49 MiB of weights behind a small convolution. */
const wide = networkOf([
  { id: 'x', kind: 'input', params: { shape: [256, 7, 7], batched: true } },
  { id: 'conv', kind: 'conv2d', params: { channels: 256, kernel: [1, 1] }, from: ['x'] },
  { id: 'flat', kind: 'flatten', from: ['conv'] },
  { id: 'fc', kind: 'linear', params: { features: 1024 }, from: ['flat'] },
  { id: 'y', kind: 'output', from: ['fc'] },
]);

const activations = ['sigmoid', 'tanh', 'silu', 'mish', 'softplus', 'softsign', 'gelu', 'hardSwish'] as const;

/** Layers that share no shader: their extents are uniforms, their activations are not. */
const varied = networkOf([
  { id: 'x', kind: 'input', params: { shape: [4, 16, 16], batched: true } },
  ...activations.map((kind, i) => ({ id: `layer${i}`, kind, from: [i === 0 ? 'x' : `layer${i - 1}`] })),
  { id: 'y', kind: 'output', from: ['layer7'] },
]);

/** One pass of some 1.7 G multiply-adds. */
const long = networkOf([
  { id: 'x', kind: 'input', params: { shape: [64, 128, 128], batched: true } },
  { id: 'conv', kind: 'conv2d', params: { channels: 64, kernel: [5, 5], padding: 'same' }, from: ['x'] },
  { id: 'y', kind: 'output', from: ['conv'] },
]);

function zeroWeights({ steps }: FlatNetwork): WeightStore {
  return Object.fromEntries(
    steps.map(({ id, weights }) => [
      id,
      Object.fromEntries(weights.map(({ name, dims }) => [name, Tensor.zeros(dims)])),
    ]),
  );
}

function zeroFeeds(network: FlatNetwork): Record<string, FloatTensor> {
  return Object.fromEntries(
    network.inputs.map((at) => [network.steps[at]!.id, Tensor.zeros(network.steps[at]!.outputDims[0]!)]),
  );
}

/** Counts what a device is handed, and cancels by a message, as a page does with its worker. */
class Watch {
  readonly device = WebglDevice.create();
  readonly controller = new AbortController();
  private readonly line = new MessageChannel();
  private posted = false;
  private cancelAt = Number.POSITIVE_INFINITY;
  before = 0;
  after = 0;
  private live = 0;

  constructor() {
    this.line.port1.onmessage = () => this.controller.abort();
    const { device } = this;
    for (const name of ['createTexture', 'createWeights'] as const) {
      const make = device[name].bind(device) as (...args: never[]) => never;
      Object.assign(device, {
        [name]: (...args: never[]) => {
          this.live++;
          return make(...args);
        },
      });
    }
    const remove = device.deleteTexture.bind(device);
    device.deleteTexture = (texture) => {
      this.live--;
      remove(texture);
    };
  }

  /** Counts `uploadRows` by bytes or `draw` by draws, and cancels at so many. */
  count(what: 'uploads' | 'draws', cancelAt: number): void {
    this.cancelAt = cancelAt;
    const { device } = this;
    if (what === 'uploads') {
      const upload = device.uploadRows.bind(device);
      device.uploadRows = (texture, rows) => {
        this.add(rows.texels.byteLength);
        upload(texture, rows);
      };
    } else {
      const draw = device.draw.bind(device);
      device.draw = (one) => {
        this.add(1);
        draw(one);
      };
    }
  }

  private add(amount: number): void {
    if (this.posted) this.after += amount;
    else this.before += amount;
    if (this.posted || this.before < this.cancelAt) return;
    this.posted = true;
    this.line.port2.postMessage(undefined);
  }

  outcome(error: string, whole: number): Cancelled {
    const { before, after, live } = this;
    this.line.port1.close();
    this.device.dispose();
    return { error, before, after, whole, left: live };
  }
}

const endOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'finished',
    (error: Error) => error.name,
  );

/** Cancels the preparation of a network once the device was handed so much; `Infinity` for never. */
async function prepare(
  network: FlatNetwork,
  what: 'uploads' | 'draws',
  cancelAt: number,
): Promise<{ readonly watch: Watch; readonly error: string }> {
  const watch = new Watch();
  watch.count(what, cancelAt);
  const { signal } = watch.controller;
  const error = await endOf(
    webglBackend({ device: watch.device }).prepare(network, zeroWeights(network), { signal }),
  );
  return { watch, error };
}

async function cancelPreparation(what: 'uploads' | 'draws', cancelAt: number): Promise<Cancelled> {
  const network = what === 'uploads' ? wide : varied;
  const undisturbed = await prepare(network, what, Number.POSITIVE_INFINITY);
  const whole = undisturbed.watch.outcome(undisturbed.error, 0).before;
  const { watch, error } = await prepare(network, what, cancelAt);
  return watch.outcome(error, whole);
}

async function open(watch: Watch, network: FlatNetwork): Promise<WebglExecutable> {
  return webglBackend({ device: watch.device }).prepare(network, zeroWeights(network));
}

/** Cancels a run of a single long pass after so many draws. */
async function cancelLongPass(cancelAt: number): Promise<Cancelled> {
  const counted = async (at: number) => {
    const watch = new Watch();
    const executable = await open(watch, long);
    watch.count('draws', at);
    const error = await endOf(executable.run(zeroFeeds(long), { signal: watch.controller.signal }));
    await executable.release();
    return { watch, error };
  };
  const undisturbed = await counted(Number.POSITIVE_INFINITY);
  const whole = undisturbed.watch.outcome('', 0).before;
  const { watch, error } = await counted(cancelAt);
  return watch.outcome(error, whole);
}

/** Runs twice at once and cancels the second, which waits for the first: what ended in which order. */
async function cancelWaiting(): Promise<readonly string[]> {
  const watch = new Watch();
  const executable = await open(watch, long);
  const { controller } = watch;
  const order: string[] = [];
  const first = endOf(executable.run(zeroFeeds(long))).then((how) => order.push(`first ${how}`));
  const second = endOf(executable.run(zeroFeeds(long), { signal: controller.signal })).then((how) =>
    order.push(`second ${how}`),
  );
  controller.abort();
  await Promise.all([first, second]);
  await executable.release();
  watch.device.dispose();
  return order;
}

/** Cancels a run that waits for a lost context to come back. */
async function cancelWhileLost(): Promise<string> {
  const watch = new Watch();
  const executable = await open(watch, varied);
  watch.device.loseContext();
  const run = endOf(executable.run(zeroFeeds(varied), { signal: watch.controller.signal }));
  setTimeout(() => watch.controller.abort(), 0);
  const how = await run;
  await executable.release();
  watch.device.dispose();
  return how;
}

const cancelPage = { cancelPreparation, cancelLongPass, cancelWaiting, cancelWhileLost };
export type CancelPage = typeof cancelPage;
Object.assign(globalThis, { cancelPage });
