import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildKernels } from '../../../build/kernels.mjs';
import { inWords } from '../../../shared/base/messages.ts';
import { Tensor } from '../../../shared/base/tensor.ts';
import { createCpuBackend } from '../../../shared/runtime/cpu/backend.ts';
import type { CpuHost } from '../../../shared/runtime/cpu/host.ts';
import { createNodeHost, linkWorker } from '../../../shared/runtime/cpu/worker/node-host.ts';
import {
  networkOf,
  randomNumbers,
  randomTensor,
  randomWeights,
  relativeError,
  runReference,
} from './direct.ts';

let directory: URL;
let host: CpuHost;
beforeAll(async () => {
  const { outDir } = await buildKernels();
  directory = pathToFileURL(`${outDir}/`);
  host = createNodeHost({ directory });
});

/** A residual network in small: every way of sharing work between threads occurs in it. */
const network = networkOf([
  { id: 'x', kind: 'input', params: { shape: [3, 40, 40] } },
  {
    id: 'stem',
    kind: 'conv2d',
    params: { channels: 16, kernel: [7, 7], stride: [2, 2], padding: 'same' },
    from: ['x'],
  },
  { id: 'pool', kind: 'maxPool', from: ['stem'] },
  { id: 'wide', kind: 'conv2d', params: { channels: 32, padding: 'same' }, from: ['pool'] },
  { id: 'norm', kind: 'batchNorm', from: ['wide'] },
  { id: 'relu', kind: 'relu', from: ['norm'] },
  { id: 'deep', kind: 'conv2d', params: { channels: 32, kernel: [1, 1] }, from: ['relu'] },
  { id: 'sum', kind: 'add', from: ['relu', 'deep'] },
  { id: 'flat', kind: 'flatten', from: ['sum'] },
  { id: 'fc', kind: 'linear', params: { features: 10 }, from: ['flat'] },
  { id: 'y', kind: 'output', from: ['fc'] },
]);
const next = randomNumbers(11);
const weights = randomWeights(network, next);
const image = (batch = 1) => randomTensor([batch, 3, 40, 40], next);

/** Enough work for most of a second on one thread, in units of a few milliseconds. */
const heavy = networkOf([
  { id: 'x', kind: 'input', params: { shape: [64, 128, 128] } },
  ...Array.from({ length: 10 }, (_, i) => ({
    id: `c${i}`,
    kind: 'conv2d' as const,
    params: { channels: 64, kernel: [5, 5], padding: 'same' } as const,
    from: [i === 0 ? 'x' : `c${i - 1}`],
  })),
]);
const heavyWeights = randomWeights(heavy, next);
const heavyImage = randomTensor([1, 64, 128, 128], next);

function withoutSharedMemory(): CpuHost {
  return { ...host, sharesMemory: false };
}

describe.each([1, 2, 3, 5])('with %i threads', (threads) => {
  test('a network agrees with the reference, for any batch, run after run', async () => {
    const executable = await createCpuBackend(host).prepare(network, weights, { threads });
    for (const batch of [1, 3, 1, 2]) {
      const x = image(batch);
      const { outputs } = await executable.run({ x });
      expect(relativeError(outputs.y!, runReference(network, weights, { x }).get('y')!)).toBeLessThan(1e-4);
    }
    await executable.release();
  });

  test('runs that are asked for at once take turns', async () => {
    const executable = await createCpuBackend(host).prepare(network, weights, { threads });
    const images = Array.from({ length: 6 }, () => image());
    const results = await Promise.all(images.map((x) => executable.run({ x })));
    for (const [i, { outputs }] of results.entries()) {
      const expected = runReference(network, weights, { x: images[i]! }).get('y')!;
      expect(relativeError(outputs.y!, expected)).toBeLessThan(1e-4);
    }
    await executable.release();
  });

  test('a cancelled run stops, and the next one is right', async () => {
    const executable = await createCpuBackend(host).prepare(heavy, heavyWeights, { threads });
    const controller = new AbortController();
    let stepsSeen = 0;
    const run = executable.run(
      { x: heavyImage },
      {
        signal: controller.signal,
        onProgress: ({ done }) => {
          stepsSeen = done;
          if (done > 1) controller.abort();
        },
      },
    );
    await expect(run).rejects.toMatchObject({ name: 'AbortError' });
    expect(stepsSeen).toBeLessThan(heavy.steps.length);
    const { outputs } = await executable.run({ x: heavyImage });
    const once = await executable.run({ x: heavyImage });
    expect(relativeError(outputs.y!, once.outputs.y!)).toBe(0);
    await executable.release();
  });
});

test('a signal that outlives its run does not stop the next one', async () => {
  const executable = await createCpuBackend(host).prepare(heavy, heavyWeights, { threads: 2 });
  const old = new AbortController();
  await executable.run({ x: heavyImage }, { signal: old.signal });
  let steps = 0;
  const run = executable.run(
    { x: heavyImage },
    {
      onProgress: ({ done }) => {
        steps = Math.max(steps, done);
        if (done > 0) old.abort();
      },
    },
  );
  await expect(run).resolves.toBeDefined();
  expect(old.signal.aborted).toBe(true);
  expect(steps).toBeGreaterThan(0);
  await executable.release();
});

test('a run that is cancelled while its plan is made for another batch stops there, and the next one is right', async () => {
  const executable = await createCpuBackend(host).prepare(network, weights, { threads: 2 });
  const controller = new AbortController();
  const x = image(3);
  const run = executable.run({ x }, { signal: controller.signal });
  controller.abort();
  await expect(run).rejects.toMatchObject({ name: 'AbortError' });
  const { outputs } = await executable.run({ x });
  expect(relativeError(outputs.y!, runReference(network, weights, { x }).get('y')!)).toBeLessThan(1e-4);
  await executable.release();
});

test('preparing can be cancelled while weights are packed', async () => {
  const wide = networkOf([
    { id: 'x', kind: 'input', params: { shape: [4096] } },
    { id: 'a', kind: 'linear', params: { features: 8192 }, from: ['x'] },
  ]);
  const controller = new AbortController();
  // Zeros, since it is the amount that takes time.
  const a = { weight: Tensor.zeros([8192, 4096]), bias: Tensor.zeros([8192]) };
  const preparing = createCpuBackend(host).prepare(
    wide,
    { a },
    {
      signal: controller.signal,
      onProgress: () => controller.abort(),
    },
  );
  await expect(preparing).rejects.toMatchObject({ name: 'AbortError' });
});

test('a run that was cancelled before it began never runs', async () => {
  const executable = await createCpuBackend(host).prepare(network, weights, { threads: 1 });
  await expect(executable.run({ x: image() }, { signal: AbortSignal.abort() })).rejects.toMatchObject({
    name: 'AbortError',
  });
  await executable.release();
});

test('when a worker dies the run fails with a message, and the next run has new workers', async () => {
  const workers: Worker[] = [];
  const mortal: CpuHost = {
    ...host,
    spawn() {
      const worker = new Worker(fileURLToPath(new URL('node-worker.mjs', directory)));
      workers.push(worker);
      return linkWorker(worker);
    },
  };
  const executable = await createCpuBackend(mortal).prepare(heavy, heavyWeights, { threads: 2 });
  const run = executable.run(
    { x: heavyImage },
    { onProgress: ({ done }) => done > 1 && void workers[1]!.terminate() },
  );
  await expect(run).rejects.toMatchObject({ problem: { code: 'worker-died' } });
  const { outputs } = await executable.run({ x: heavyImage });
  expect(outputs.y!.data.every(Number.isFinite)).toBe(true);
  expect(workers).toHaveLength(4);
  await executable.release();
});

test('a worker that cannot start fails the session, not the process', async () => {
  const broken: CpuHost = {
    ...host,
    spawn: () => linkWorker(new Worker('throw new Error("no kernels here")', { eval: true })),
  };
  await expect(createCpuBackend(broken).prepare(network, weights, { threads: 2 })).rejects.toMatchObject({
    problem: { code: 'worker-died', message: expect.stringContaining('no kernels here') },
  });
});

describe('without shared memory', () => {
  test('a session says that it has one thread, and why; with it, as many as were asked for', async () => {
    const alone = await createCpuBackend(withoutSharedMemory()).prepare(network, weights, { threads: 4 });
    expect(alone.threads).toBe(1);
    expect(alone.notices?.map((notice) => inWords(notice))).toEqual([
      expect.stringContaining('one thread: memory cannot be shared'),
    ]);
    await alone.release();
    const session = await createCpuBackend(host).prepare(network, weights, { threads: 2 });
    expect(session.threads).toBe(2);
    expect(session.notices).toEqual([]);
    await session.release();
  });

  test('a network runs on the calling thread and agrees with the reference', async () => {
    const executable = await createCpuBackend(withoutSharedMemory()).prepare(network, weights, {
      threads: 4,
    });
    for (const batch of [1, 2]) {
      const x = image(batch);
      const { outputs } = await executable.run({ x });
      expect(relativeError(outputs.y!, runReference(network, weights, { x }).get('y')!)).toBeLessThan(1e-4);
    }
    await executable.release();
  });

  test('a run lets others have their turn, can be cancelled, and goes on to the same result', async () => {
    const executable = await createCpuBackend(withoutSharedMemory()).prepare(heavy, heavyWeights);
    const controller = new AbortController();
    let turns = 0;
    const timer = setInterval(() => {
      if (++turns === 5) controller.abort();
    }, 5);
    await expect(executable.run({ x: heavyImage }, { signal: controller.signal })).rejects.toMatchObject({
      name: 'AbortError',
    });
    clearInterval(timer);
    expect(turns).toBeGreaterThanOrEqual(5);
    const threaded = await createCpuBackend(host, { variant: 'plain' }).prepare(heavy, heavyWeights, {
      threads: 1,
    });
    const [alone, beside] = await Promise.all([
      executable.run({ x: heavyImage }),
      threaded.run({ x: heavyImage }),
    ]);
    expect(relativeError(alone.outputs.y!, beside.outputs.y!)).toBeLessThan(1e-5);
    await Promise.all([executable.release(), threaded.release()]);
  });
});

test('what will not fit is refused with the estimate, before anything is allocated', async () => {
  const pages: number[] = [];
  const small: CpuHost = {
    ...host,
    memoryLimit: 8 * 2 ** 20,
    createMemory(count, shared) {
      pages.push(count);
      return host.createMemory(count, shared);
    },
  };
  await expect(createCpuBackend(small).prepare(heavy, heavyWeights)).rejects.toMatchObject({
    problem: { code: 'memory-exceeded', message: expect.stringMatching(/needs \d[\d,]* MiB .*only 8 MiB/) },
  });
  expect(Math.max(...pages)).toBeLessThanOrEqual(64);
});

test('the memory that a session takes is the memory that was stated', async () => {
  const buffers: { readonly buffer: ArrayBuffer | SharedArrayBuffer }[] = [];
  const watched: CpuHost = {
    ...host,
    createMemory(count, shared) {
      const memory = host.createMemory(count, shared);
      buffers.push(memory);
      return memory;
    },
  };
  const executable = await createCpuBackend(watched).prepare(heavy, heavyWeights, { threads: 2 });
  await executable.run({ x: heavyImage });
  const stated = executable.weightBytes + executable.activationBytes;
  const largest = Math.max(...buffers.map(({ buffer }) => buffer.byteLength));
  expect(largest).toBeLessThanOrEqual(stated * 1.15);
  expect(largest).toBeGreaterThanOrEqual(stated * 0.85);
  await executable.release();
});

test('layers inside fused steps can be asked for, and a profile names every layer that ran', async () => {
  const executable = await createCpuBackend(host).prepare(network, weights, { threads: 2 });
  const x = image();
  const { outputs, profile } = await executable.run(
    { x },
    { also: ['wide', 'norm', 'deep', 'x'], profile: true },
  );
  const expected = runReference(network, weights, { x });
  for (const id of ['wide', 'norm', 'deep', 'x', 'y']) {
    expect(relativeError(outputs[id]!, expected.get(id)!)).toBeLessThan(1e-4);
  }
  const named = new Set(profile!.flatMap(({ nodes }) => nodes));
  for (const id of ['stem', 'pool', 'wide', 'norm', 'relu', 'deep', 'sum', 'fc']) expect(named).toContain(id);
  expect(profile!.every(({ milliseconds }) => milliseconds >= 0)).toBe(true);
  const macs = network.steps.reduce((sum, { cost }) => sum + cost.macs.value, 0);
  expect(profile!.reduce((sum, step) => sum + step.macs, 0)).toBe(macs);
  await executable.release();
});

test('progress goes from nothing to everything', async () => {
  const executable = await createCpuBackend(host).prepare(heavy, heavyWeights, { threads: 2 });
  const fractions: number[] = [];
  await executable.run({ x: heavyImage }, { onProgress: ({ fraction }) => fractions.push(fraction) });
  expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
  expect(fractions.at(-1)).toBe(1);
  expect(new Set(fractions).size).toBeGreaterThan(3);
  await executable.release();
});

test('a released session says so, and wrong inputs are told', async () => {
  const executable = await createCpuBackend(host).prepare(network, weights, { threads: 1 });
  await expect(executable.run({})).rejects.toMatchObject({
    problem: { code: 'feed-missing', where: { node: 'x' } },
  });
  const wrong = Tensor.zeros([1, 3, 41, 40]);
  await expect(executable.run({ x: wrong })).rejects.toMatchObject({ problem: { code: 'feed-shape' } });
  await executable.release();
  await executable.release();
  await expect(executable.run({ x: image() })).rejects.toMatchObject({
    problem: { code: 'session-released' },
  });
});

test('releasing while a run goes on ends it', async () => {
  const executable = await createCpuBackend(host).prepare(heavy, heavyWeights, { threads: 2 });
  let ended: Promise<void> | undefined;
  await new Promise<void>((begun) => {
    ended = expect(executable.run({ x: heavyImage }, { onProgress: () => begun() })).rejects.toThrow();
  });
  await executable.release();
  await ended;
});

describe('a session that is released', () => {
  /** A host of its own, which says what was asked of it, and whose later things happen when they are called. */
  function watched(memoryLimit = host.memoryLimit) {
    const memories: number[] = [];
    const workers: Worker[] = [];
    const later: (() => void)[] = [];
    const own: CpuHost = {
      ...host,
      memoryLimit,
      createMemory(pages, shared) {
        memories.push(pages);
        return host.createMemory(pages, shared);
      },
      spawn() {
        const worker = new Worker(fileURLToPath(new URL('node-worker.mjs', directory)));
        workers.push(worker);
        return linkWorker(worker);
      },
      later: (_, action) => void later.push(action),
    };
    return { own, memories, workers, later };
  }

  test('leaves its memory and its threads to the next, which is right in them', async () => {
    const { own, memories, workers } = watched();
    const backend = createCpuBackend(own);
    const first = await backend.prepare(network, weights, { threads: 2 });
    // What the first one leaves behind is no number at all.
    const nothing = image();
    nothing.data.fill(Number.NaN);
    await first.run({ x: nothing });
    await first.release();
    const before = memories.length;
    const other = networkOf([
      { id: 'x', kind: 'input', params: { shape: [5, 33, 31] } },
      { id: 'a', kind: 'conv2d', params: { channels: 21, padding: 'same' }, from: ['x'] },
      { id: 'b', kind: 'conv2d', params: { channels: 13, kernel: [1, 1] }, from: ['a'] },
      { id: 'p', kind: 'avgPool', from: ['b'] },
      { id: 'y', kind: 'output', from: ['p'] },
    ]);
    const otherWeights = randomWeights(other, next);
    const second = await backend.prepare(other, otherWeights, { threads: 2 });
    const x = randomTensor([1, 5, 33, 31], next);
    const { outputs } = await second.run({ x });
    expect(relativeError(outputs.y!, runReference(other, otherWeights, { x }).get('y')!)).toBeLessThan(1e-4);
    expect(workers).toHaveLength(2);
    expect(memories).toHaveLength(before);
    await expect(first.run({ x: image() })).rejects.toMatchObject({ problem: { code: 'session-released' } });
    await second.release();
    // Of another number of threads there is none.
    const third = await backend.prepare(network, weights, { threads: 1 });
    expect(workers).toHaveLength(3);
    await third.release();
  });

  test('gives two sessions at once memories of their own', async () => {
    const { own, workers } = watched();
    const backend = createCpuBackend(own);
    await (await backend.prepare(network, weights, { threads: 2 })).release();
    const pair = await Promise.all([1, 2].map(() => backend.prepare(network, weights, { threads: 2 })));
    expect(workers).toHaveLength(4);
    const images = pair.map(() => image());
    const results = await Promise.all(pair.map((session, i) => session.run({ x: images[i]! })));
    for (const [i, { outputs }] of results.entries()) {
      const expected = runReference(network, weights, { x: images[i]! }).get('y')!;
      expect(relativeError(outputs.y!, expected)).toBeLessThan(1e-4);
    }
    await Promise.all(pair.map((session) => session.release()));
  });

  const ended = (worker: Worker) => new Promise((resolve) => worker.once('exit', resolve));

  test('lets both go when none came in time', async () => {
    const { own, workers, later } = watched();
    const session = await createCpuBackend(own).prepare(network, weights, { threads: 2 });
    await session.release();
    const gone = Promise.all(workers.map(ended));
    expect(later).toHaveLength(1);
    later[0]!();
    await gone;
  });

  test('lets go at once of what is too large to wait, and of what is at work', async () => {
    const small = watched(32 * 2 ** 20);
    const large = await createCpuBackend(small.own).prepare(heavy, heavyWeights, { threads: 2 });
    let gone = Promise.all(small.workers.map(ended));
    await large.release();
    await gone;
    const { own, workers } = watched();
    const busy = await createCpuBackend(own).prepare(heavy, heavyWeights, { threads: 2 });
    gone = Promise.all(workers.map(ended));
    let over: Promise<void> | undefined;
    await new Promise<void>((begun) => {
      over = expect(busy.run({ x: heavyImage }, { onProgress: () => begun() })).rejects.toThrow();
    });
    await Promise.all([busy.release(), over, gone]);
    expect([...small.later, ...workers]).toHaveLength(2);
  });
});
