import { Tensor } from '../../../shared/base/tensor.ts';
import { createCpuBackend, threadsFor } from '../../../shared/runtime/cpu/backend.ts';
import { chooseVariant } from '../../../shared/runtime/cpu/choose-variant.ts';
import type { CpuHost } from '../../../shared/runtime/cpu/host.ts';
import { createWebHost } from '../../../shared/runtime/cpu/worker/web-host.ts';
import { randomNumbers, randomTensor, randomWeights } from '../networks.ts';
import { browserNetwork } from './browser-network.ts';

/** What the test asks of the page: runs the network, cancelling a first run when told to. */
export interface PageRun {
  readonly threads: number;
  readonly sharesMemory: boolean;
  readonly cancelFirst: boolean;
}

export interface PageResult {
  readonly sharesMemory: boolean;
  readonly threads: number;
  readonly variants: readonly string[];
  readonly cancelled: string | undefined;
  readonly scores: readonly number[];
}

async function runInPage({ threads, sharesMemory, cancelFirst }: PageRun): Promise<PageResult> {
  const web = createWebHost({ directory: new URL('/cpu/', location.href) });
  const host: CpuHost = sharesMemory ? web : { ...web, sharesMemory: false };
  const network = browserNetwork();
  const next = randomNumbers(17);
  const weights = randomWeights(network, next);
  const image = randomTensor([1, 3, 64, 64], next);
  const executable = await createCpuBackend(host).prepare(network, weights, { threads });
  let cancelled: string | undefined;
  if (cancelFirst) {
    const controller = new AbortController();
    const run = executable.run({ x: image }, { signal: controller.signal });
    controller.abort();
    cancelled = await run.then(
      () => undefined,
      (error: Error) => error.name,
    );
  }
  const { outputs } = await executable.run({ x: new Tensor('float32', image.data, image.dims) });
  const { trials } = await chooseVariant(host);
  const scores = [...outputs.y!.data];
  await executable.release();
  return {
    sharesMemory: host.sharesMemory,
    threads: threadsFor(host, threads),
    variants: trials.filter(({ agrees }) => agrees).map(({ variant }) => variant),
    cancelled,
    scores,
  };
}

Object.assign(globalThis, { runInPage });
