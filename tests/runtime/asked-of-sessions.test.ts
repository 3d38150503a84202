import { pathToFileURL } from 'node:url';
import { produce } from 'immer';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildKernels } from '../../build/kernels.mjs';
import { type FloatTensor, Tensor } from '../../shared/base/tensor.ts';
import { importOnnx } from '../../shared/formats/onnx/import.ts';
import { type ByteSource, bytesSource } from '../../shared/formats/weights/source.ts';
import { emptyDesign } from '../../shared/graph/design.ts';
import { addNode, connect, newNode } from '../../shared/graph/edits.ts';
import { InferenceSession as Model } from '../../shared/models/inference-session.ts';
import type { RunOptions, StoredWeight } from '../../shared/runtime/backend.ts';
import { copied } from '../../shared/runtime/checks.ts';
import { createCpuBackend } from '../../shared/runtime/cpu/backend.ts';
import { createNodeHost } from '../../shared/runtime/cpu/worker/node-host.ts';
import { DesignSession, registerBackend } from '../../shared/runtime/session.ts';
import { initializer, model, node } from '../fuzz/protobuf.ts';
import { randomNumbers, randomTensor, relativeError } from './networks.ts';

const design = produce(emptyDesign, (draft) => {
  addNode('x', newNode('input', { shape: [3, 24, 24] }))(draft);
  addNode('a', newNode('conv2d', { channels: 16, padding: 'same' }))(draft);
  addNode('b', newNode('conv2d', { channels: 16, padding: 'same' }))(draft);
  addNode('y', newNode('output'))(draft);
  for (const [from, to] of ['xa', 'ab', 'by'])
    connect({ node: from!, port: 'out' }, { node: to!, port: 'in' })(draft);
});
const next = randomNumbers(9);
const image = (batch: number) => randomTensor([batch, 3, 24, 24], next);
/** What a caller without types may give. */
const wild = (given: unknown) => given as Readonly<Record<string, FloatTensor>>;

beforeAll(async () => {
  const { outDir } = await buildKernels();
  registerBackend(createCpuBackend(createNodeHost({ directory: pathToFileURL(`${outDir}/`) })));
});

describe.each(['cpu', 'reference'] as const)('on the %s backend', (backend) => {
  const open = (threads = 2) => DesignSession.create(design, { backend, threads });

  test.each([1.5, Number.NaN, 0, -2, Number.POSITIVE_INFINITY, '2', null])(
    '%s threads are refused',
    async (threads) => {
      const refused = { problem: { code: 'threads-invalid' } };
      await expect(open(threads as number)).rejects.toMatchObject(refused);
      await expect(Model.create(design, { backend, threads: threads as number })).rejects.toMatchObject(
        refused,
      );
    },
  );

  test.each([1.5, Number.NaN, Number.POSITIVE_INFINITY, '7', null])(
    'the seed %s is refused',
    async (seed) => {
      const refused = { problem: { code: 'seed-invalid' } };
      await expect(DesignSession.create(design, { backend, seed: seed as number })).rejects.toMatchObject(
        refused,
      );
      await expect(Model.create(design, { backend, seed: seed as number })).rejects.toMatchObject(refused);
    },
  );

  const short = { type: 'float32', dims: [1, 3, 24, 24], data: new Float32Array(5) };
  const whole = Tensor.zeros([1, 3, 24, 24]);
  test.each([
    ['nothing', null],
    ['undefined', undefined],
    ['a number', 3],
    ['null for a tensor', { x: null }],
    ['undefined for a tensor', { x: undefined }],
    ['plain numbers', { x: new Float32Array(1728) }],
    ['a list for data', { x: { ...whole, data: [1, 2, 3] } }],
    ['data that is too short', { x: short }],
    ['extents that are none', { x: { ...whole, dims: [1, 3, 24.5, Number.NaN] } }],
    ['another rank', { x: Tensor.zeros([3, 24, 24]) }],
    ['no input', {}],
    ['a name of every object', { constructor: whole }],
  ])('%s as feeds is refused, and the next run is right', async (_, feeds) => {
    const session = await open();
    const model = await Model.create(design, { backend });
    const refused = { problem: { code: expect.stringMatching(/^feed-/), hint: expect.stringMatching(/./) } };
    await expect(session.run(wild(feeds))).rejects.toMatchObject(refused);
    await expect(model.run(wild(feeds))).rejects.toMatchObject(refused);
    expect((await session.run({ x: whole })).y!.dims).toEqual([1, 16, 24, 24]);
    await Promise.all([session.release(), model.release()]);
  });

  test.each([
    ['options-invalid', 7],
    ['options-invalid', 'fast'],
    ['signal-invalid', { signal: 5 }],
    ['signal-invalid', { signal: null }],
    ['signal-invalid', { signal: new AbortController() }],
    ['also-invalid', { also: null }],
    ['also-invalid', { also: 'a' }],
    ['also-invalid', { also: [3] }],
    ['progress-invalid', { onProgress: true }],
  ] as const)('%s: %j is refused as options, and the next run is right', async (code, given) => {
    const [session, model] = [await open(), await Model.create(design, { backend })];
    const refused = { problem: { code, hint: expect.stringMatching(/./) } };
    const options = given as unknown as RunOptions;
    await expect(session.run({ x: whole }, options)).rejects.toMatchObject(refused);
    await expect(session.execute({ x: whole }, options)).rejects.toMatchObject(refused);
    await expect(model.run({ x: whole }, ['y'], options)).rejects.toMatchObject(refused);
    expect((await session.run({ x: whole })).y!.dims).toEqual([1, 16, 24, 24]);
    await Promise.all([session.release(), model.release()]);
  });

  test.each(['__proto__', 'constructor', 'toString', 'a'])('the output "%s" is refused', async (name) => {
    const model = await Model.create(design, { backend });
    await expect(model.run({ x: whole }, [name])).rejects.toMatchObject({
      problem: { code: 'output-unknown' },
    });
    for (const given of [null, name, 3] as unknown as (readonly string[])[])
      await expect(model.run({ x: whole }, given)).rejects.toMatchObject({
        problem: { code: 'outputs-unreadable' },
      });
    expect(Object.keys(await model.run({ x: whole }, ['y']))).toEqual(['y']);
    await model.release();
  });

  test('runs of several batches that are asked for at once do not end each other', async () => {
    const session = await open();
    const images = [1, 3, 2, 1, 4, 3].map(image);
    const alone = [];
    for (const x of images) alone.push((await session.run({ x })).y!);
    const together = await Promise.all(images.map((x) => session.run({ x })));
    for (const [i, { y }] of together.entries()) expect(relativeError(y!, alone[i]!)).toBe(0);
    await session.release();
  });

  test('what a caller writes into its tensor afterwards changes no result', async () => {
    const session = await open();
    const x = image(2);
    const { y: expected } = await session.run({ x: new Tensor('float32', x.data.slice(), x.dims) });
    const first = session.run({ x: image(1) });
    const second = session.run({ x });
    x.data.fill(7);
    await first;
    expect(relativeError((await second).y!, expected!)).toBe(0);
    await session.release();
  });

  test('a released session stays released, whatever batch is fed, and what waits or runs is told', async () => {
    const session = await open();
    await session.run({ x: image(1) });
    const gone = { problem: { code: 'session-released' } };
    const waiting = [2, 1, 3].map((batch) => session.run({ x: image(batch) }));
    const told = waiting.map((run) => expect(run).rejects.toMatchObject(gone));
    await session.release();
    await Promise.all(told);
    for (const batch of [1, 2, 5]) await expect(session.run({ x: image(batch) })).rejects.toMatchObject(gone);
    await session.release();
  });

  test('a run that waits is cancelled at once, and those around it are not', async () => {
    const session = await open();
    const controller = new AbortController();
    const first = session.run({ x: image(2) });
    const second = session.run({ x: image(3) }, { signal: controller.signal });
    const third = session.run({ x: image(1) });
    controller.abort();
    await expect(second).rejects.toMatchObject({ name: 'AbortError' });
    expect((await first).y!.dims[0]).toBe(2);
    expect((await third).y!.dims[0]).toBe(1);
    await session.release();
  });
});

test('no piece that is read of weights beside a model is larger than what is packed at once', async () => {
  const dims = [16_384, 3, 8, 8];
  const size = 4 * dims.reduce((product, extent) => product * extent, 1);
  let largest = 0;
  const beside: ByteSource = {
    size,
    async read(_, length) {
      largest = Math.max(largest, length);
      return new Uint8Array(length);
    },
  };
  const file = model(
    initializer('w', { dims, external: { location: 'w.bin' } }),
    node('Conv', ['x', 'w'], ['y']),
  );
  const read = await importOnnx(bytesSource(file), { openExternal: async () => beside });
  if (!read.ok) throw new Error(read.problems[0]!.message);
  const { design: opened, weights: stored } = read.value;
  const session = await DesignSession.create(opened, { backend: 'cpu', threads: 1, stored });
  await session.release();
  // 32 filters of 768 bytes, at most; all of them have 12 MiB.
  expect(largest).toBeGreaterThan(0);
  expect(largest).toBeLessThanOrEqual(size / 128);
});

test('weights that lie elsewhere are read as they are needed, a part at a time, anew for another batch, and give the same', async () => {
  const kept = await DesignSession.create(design, { backend: 'cpu', threads: 2 });
  let wholes = 0;
  let parts = 0;
  const stored = Object.fromEntries(
    ['a', 'b'].map((node) => [
      node,
      Object.fromEntries(
        ['weight', 'bias'].map((name) => {
          const tensor = kept.weightOf(node, name)!;
          const weight: StoredWeight = {
            dims: tensor.dims,
            async load() {
              wholes++;
              return tensor;
            },
            async part(first, count) {
              parts++;
              return tensor.data.subarray(first, first + count);
            },
          };
          return [name, weight];
        }),
      ),
    ]),
  );
  for (const backend of ['cpu', 'reference'] as const) {
    const session = await DesignSession.create(design, { backend, threads: 2, stored });
    for (const batch of [1, 3]) {
      const x = image(batch);
      const [{ y }, { y: expected }] = [await session.run({ x }), await kept.run({ x })];
      expect(relativeError(y!, expected!)).toBeLessThan(backend === 'cpu' ? 1e-12 : 1e-4);
    }
    expect(session.weightOf('a', 'weight')).toBeUndefined();
    await session.release();
    // Of the processor's: two biases for each of two plans, and filters only in parts.
    if (backend === 'cpu') expect({ wholes, hasParts: parts > 4 }).toEqual({ wholes: 4, hasParts: true });
  }
  await kept.release();
});

test("what is fed is copied, also where it is Node's Buffer, whose own slice shares its bytes", () => {
  const [bytes, floats] = [Buffer.from([1, 2]), Float32Array.of(3, 4)];
  const { x } = copied({ x: new Tensor('uint8', bytes, [2]) });
  const { y } = copied({ y: new Tensor('float32', floats, [2]) });
  bytes.fill(7);
  floats.fill(7);
  expect([...x!.data, ...y!.data]).toEqual([1, 2, 3, 4]);
});
