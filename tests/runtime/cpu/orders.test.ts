import { beforeAll, describe, expect, test } from 'vitest';
import type { FlatNetwork } from '../../../shared/analysis/flatten.ts';
import type { Dims } from '../../../shared/base/dims.ts';
import { isIssue } from '../../../shared/base/problem.ts';
import { type LayerKind, layerOf, layers } from '../../../shared/layers/index.ts';
import { D_POINTER, M_POINTER, OP_IMPORT, S_OP, S_OUT } from '../../../shared/runtime/cpu/assembly/layout.ts';
import type { Wishes } from '../../../shared/runtime/cpu/executable.ts';
import { variants } from '../../../shared/runtime/cpu/host.ts';
import { createNodeHost } from '../../../shared/runtime/cpu/worker/node-host.ts';
import { runsByReference } from '../../../shared/runtime/plan/lowerings.ts';
import { makePlan } from '../../../shared/runtime/plan/plan.ts';
import { zoo } from '../../../shared/zoo/index.ts';
import { zooNetwork } from '../../bench/zoo-network.ts';
import { lightest } from '../../formats/small.ts';
import { type Sample, samplesInTurn, samplesOf } from '../../layers/samples.ts';
import { thoroughness } from '../../thorough.ts';
import { inputDimsOf, randomNetwork } from '../random-networks.ts';
import { attentionOf, attentions } from './attentions.ts';
import {
  type Bench,
  type Draft,
  networkOf,
  openKernels,
  randomNumbers,
  randomTensor,
  randomWeights,
} from './direct.ts';
import { forward, ordersFor, provePlan, reversed, runInOrders } from './orders.ts';

/** Threads that plans are made for, and that pretend to work on them. */
const THREADS = [1, 2, 3, 8];
const times = Math.max(1, thoroughness);
/** Samples of each layer, on each build of the kernels. */
const SAMPLES = thoroughness > 0 ? 4 * thoroughness : 1;
/** Random networks on each. */
const NETWORKS = thoroughness > 0 ? 40 * thoroughness : 10;
const kinds = (Object.keys(layers) as LayerKind[]).filter(
  (kind) => kind !== 'input' && kind !== 'output' && !runsByReference(kind),
);

/** First layers that read interleaved pixels, of which some have no zeros below or above. */
const firstLayers = [
  { shape: [1, 28, 28], kernel: [5, 5], padding: [0, 0, 0, 0] },
  { shape: [3, 32, 32], kernel: [5, 5], padding: [0, 0, 0, 0] },
  { shape: [3, 7, 56], kernel: [7, 7], padding: [0, 2, 1, 0] },
  { shape: [2, 1, 11], kernel: [1, 1], padding: [0, 1, 2, 2] },
  { shape: [3, 32, 32], kernel: [16, 16], padding: [0, 0, 0, 0], stride: [16, 16] },
] as const;

/** A convolution behind another layer, for each way of computing one: input, parameters, and what it is to be called. */
const convolutions: readonly (readonly [RegExp, Dims, Draft['params']])[] = [
  [/^depthwise/, [19, 13, 11], { channels: 19, groups: 19, padding: 'same' }],
  [/^1×1 product$/, [24, 9, 15], { channels: 40, kernel: [1, 1] }],
  [/^1×1 product, Strassen/, [256, 9, 21], { channels: 256, kernel: [1, 1] }],
  [/^product of 3×3 windows$/, [12, 21, 33], { channels: 20, stride: [1, 2] }],
  // In place where panels are as wide as a block of channels.
  [/^product of 3×3 windows( in place)?$/, [24, 11, 13], { channels: 24, groups: 6, padding: 'same' }],
  [/^product of 3×3 windows( in place)?$/, [40, 17, 9], { channels: 40, groups: 5, stride: [2, 2] }],
  [/^product of 5×1 windows( in place)?$/, [36, 9, 5], { channels: 24, groups: 3, kernel: [5, 1] }],
  [/^product of 3×3 windows, shared/, [40, 3, 5], { channels: 70, padding: 'same' }],
  [/^product of 2×1 windows(, shared)?, Strassen/, [256, 12, 13], { channels: 256, kernel: [2, 1] }],
  [/^vector × matrix/, [70, 1, 1], { channels: 130, kernel: [1, 1] }],
  [/F\(5×5, 2×2\)$/, [17, 23, 14], { channels: 33, kernel: [2, 2] }],
  [/F\(4×4, 3×3\)$/, [16, 31, 30], { channels: 40, padding: 'same' }],
  [/F\(4×4, 3×3\), shared/, [96, 8, 7], { channels: 160, padding: 'same' }],
  [/F\(3×3, 4×4\)$/, [11, 19, 23], { channels: 16, kernel: [4, 4], padding: [1, 2, 1, 2] }],
  [/F\(2×2, 5×5\)$/, [9, 26, 27], { channels: 21, kernel: [5, 5], dilation: [2, 2], stride: [2, 2] }],
  [/F\(1×4, 1×7\)$/, [40, 9, 17], { channels: 35, kernel: [1, 7], padding: 'same' }],
  [/F\(4×1, 7×1\)$/, [33, 17, 6], { channels: 72, kernel: [7, 1], padding: [3, 0, 2, 0] }],
  [/F\(1×6, 1×5\)$/, [32, 5, 13], { channels: 48, kernel: [1, 5], padding: [0, 2, 1, 2] }],
  [/corners/, [32, 27, 25], { channels: 32, stride: [2, 2], padding: 'same' }],
  [/by phases/, [3, 37, 41], { channels: 32, kernel: [7, 7], stride: [2, 2], padding: 'same' }],
];

/** The sample with another batch, where the layer takes that; otherwise as it is. */
function withBatch({ params, inputs }: Sample, batch: number, kind: LayerKind): Sample {
  const first = inputs[0]?.[0];
  const batched = inputs.map((dims) => (dims.length > 1 && dims[0] === first ? dims.with(0, batch) : dims));
  return isIssue(layerOf(kind).shape({ params, inputs: batched }))
    ? { params, inputs }
    : { params, inputs: batched };
}

/** A layer between others, which give it halos and pieces of larger tensors, or by itself; undefined where it does not fit. */
function around(kind: LayerKind, { params, inputs }: Sample, surrounded: boolean): FlatNetwork | undefined {
  if (runsByReference(kind, params)) return undefined;
  const shape = layerOf(kind).shape({ params, inputs });
  const dims = isIssue(shape) ? [] : [...inputs, ...shape];
  if (dims.length === 0 || dims.some((each) => each.length === 0 || each.length > 5 || each.includes(0)))
    return undefined;
  const drafts: Draft[] = inputs.flatMap((each, i): Draft[] => [
    { id: `x${i}`, kind: 'input', params: { shape: each, batched: false } },
    ...(surrounded ? [{ id: `a${i}`, kind: 'abs' as const, from: [`x${i}`] }] : []),
  ]);
  const from = inputs.map((_, i) => (surrounded ? `a${i}` : `x${i}`));
  drafts.push({ id: 'layer', kind, params, from });
  for (const i of dims.slice(inputs.length).keys()) {
    if (surrounded) drafts.push({ id: `b${i}`, kind: 'leakyRelu', from: [`layer:${i}`] });
    drafts.push({ id: `y${i}`, kind: 'output', from: [surrounded ? `b${i}` : `layer:${i}`] });
  }
  return networkOf(drafts);
}

/**
 * Every other one of THREADS, those of odd turns and those of even ones: two turns have them all, as each does for who is
 * thorough.
 */
const threadsOf = (turn: number): readonly number[] =>
  THREADS.filter((_, i) => thoroughness > 0 || (i + turn) % 2 === 0);

/** Any orders, any of these threads, for these extents of the inputs. */
async function holds(
  bench: Bench,
  network: FlatNetwork,
  dims: Readonly<Record<string, Dims>>,
  seed: number,
  { counts = THREADS, ...kept }: Omit<Wishes, 'threads'> & { readonly counts?: readonly number[] } = {},
): Promise<ReadonlySet<string>> {
  const next = randomNumbers(seed);
  const store = randomWeights(network, next);
  const feeds = Object.fromEntries(Object.entries(dims).map(([id, each]) => [id, randomTensor(each, next)]));
  const ran = new Set<string>();
  for (const threads of counts) {
    const { ran: names } = await runInOrders(bench, network, store, feeds, { threads, ...kept }, next);
    for (const name of names) ran.add(name);
  }
  return ran;
}

beforeAll(() => {
  // Asks for fused multiply-adds where they are behind a flag.
  createNodeHost({ directory: new URL('file:///') });
});

describe.each(variants)(
  'with the %s kernels, bytes do not depend on the order of units or on who does them',
  (variant) => {
    let bench: Bench;
    beforeAll(async () => {
      bench = await openKernels(variant, 256);
    });
    const salt = variants.indexOf(variant) + 1;

    test.each(firstLayers)('first layer of $shape, kernel $kernel', async (params) => {
      const { shape, ...rest } = params;
      const network = networkOf([
        { id: 'x', kind: 'input', params: { shape } },
        { id: 'c', kind: 'conv2d', params: { channels: 9, ...rest }, from: ['x'] },
      ]);
      for (const batch of [1, 2, 3, 4])
        await holds(bench, network, inputDimsOf(network, batch), batch, {
          counts: threadsOf(batch + (batch >> 1)),
        });
    });

    test.each(convolutions)('convolution by %s', async (name, shape, params) => {
      const byPhases = shape[0] === 3;
      const network = networkOf([
        { id: 'x', kind: 'input', params: { shape } },
        ...(byPhases ? [] : [{ id: 'r', kind: 'relu' as const, from: ['x'] }]),
        { id: 'c', kind: 'conv2d', params: params!, from: [byPhases ? 'x' : 'r'] },
        { id: 's', kind: 'gelu', from: ['c'] },
      ]);
      const names = new Set<string>();
      for (const [turn, batch] of [1, 2 + (salt % 3)].entries()) {
        const dims = inputDimsOf(network, batch);
        for (const each of await holds(bench, network, dims, batch, { counts: threadsOf(turn + salt) }))
          names.add(each);
      }
      expect([...names].filter((each) => name.test(each))).not.toEqual([]);
    });

    test.each([
      [24, 40, 15],
      [256, 256, 21],
    ])('a norm of %i channels before a product of %i filters', async (channels, filters, width) => {
      const network = networkOf([
        { id: 'x', kind: 'input', params: { shape: [channels, 9, width] } },
        { id: 'a', kind: 'abs', from: ['x'] },
        { id: 'n', kind: 'batchNorm', from: ['a'] },
        { id: 'r', kind: 'relu', from: ['n'] },
        { id: 'c', kind: 'conv2d', params: { channels: filters, kernel: [1, 1] }, from: ['r'] },
        { id: 's', kind: 'gelu', from: ['c'] },
      ]);
      const names = new Set<string>();
      for (const [turn, batch] of [1, 3].entries()) {
        const dims = inputDimsOf(network, batch);
        for (const each of await holds(bench, network, dims, batch + salt, {
          counts: threadsOf(turn + salt),
        }))
          names.add(each);
      }
      expect([...names].filter((each) => each.startsWith('1×1 product of normalised pixels'))).not.toEqual(
        [],
      );
    });

    test.each(attentions)('attention of $queries', async (params) => {
      const network = attentionOf(params);
      const names = new Set<string>();
      for (const [turn, batch] of [1, 3].entries()) {
        const dims = inputDimsOf(network, batch);
        for (const each of await holds(bench, network, dims, batch + salt, {
          counts: threadsOf(turn + salt),
        }))
          names.add(each);
      }
      expect(names).toContain('attention');
    });

    test('products with weights in bfloat16', async () => {
      const network = networkOf([
        { id: 'x', kind: 'input', params: { shape: [40, 5, 7] } },
        { id: 'a', kind: 'conv2d', params: { channels: 70, kernel: [1, 1] }, from: ['x'] },
        { id: 'f', kind: 'flatten', from: ['a'] },
        { id: 'g', kind: 'linear', params: { features: 150 }, from: ['f'] },
      ]);
      const names = new Set<string>();
      for (const batch of [1, 4]) {
        const dims = inputDimsOf(network, batch);
        for (const each of await holds(bench, network, dims, salt, { weightType: 'bfloat16' }))
          names.add(each);
      }
      expect([...names].filter((each) => each.endsWith('bfloat16')).length).toBeGreaterThan(1);
    });

    test.each(kinds)('%s', async (kind) => {
      const samples = samplesInTurn(samplesOf(kind, layerOf(kind)), { numRuns: 60 * times, seed: salt });
      let valid = 0;
      let i = -1;
      for (const sample of samples) {
        if (valid >= SAMPLES) break;
        i++;
        const network = around(kind, withBatch(sample, 1 + ((valid + salt) % 4), kind), (i + salt) % 2 === 0);
        if (!network) continue;
        valid++;
        const dims = network.inputs.map((at) => [network.steps[at]!.id, network.steps[at]!.outputDims[0]!]);
        await holds(bench, network, Object.fromEntries(dims), salt * 1000 + i, {
          counts: threadsOf(valid + salt),
        });
      }
      expect(valid, 'too few random samples were valid').toBe(SAMPLES);
    });

    test('random networks', async () => {
      for (let number = 0; number < NETWORKS; number++) {
        const network = randomNetwork(number * variants.length + salt);
        await holds(bench, network, inputDimsOf(network, 1 + (number % 4)), number, {
          counts: threadsOf(number + (number >> 2)),
        });
      }
    });
  },
);

describe('bytes do not depend on the order in the networks of the zoo either', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await openKernels('relaxed', 256);
  });
  /** Steps that have been through it, of which most networks have many alike. */
  const proven = new Set<string>();

  const macsOf = ({ steps }: FlatNetwork): number =>
    steps.reduce((sum, { cost }) => sum + cost.macs.value, 0);
  /** The same steps over less, but for who is thorough. */
  const most = thoroughness > 0 ? Number.POSITIVE_INFINITY : 96;
  const isQuick = (id: string): boolean => macsOf(zooNetwork(id)) < 5e9;
  // Constants come with the weights, before the first step: here nobody has written them.
  const proved = (thoroughness > 0 ? zoo : lightest.filter(({ id }) => isQuick(id))).filter(
    ({ id }) => !zooNetwork(id).steps.some(({ kind }) => kind === 'constant'),
  );

  test.each(proved.map(({ id }, turn) => [id, turn] as const))('%s', (id, turn) => {
    const network = zooNetwork(id, most);
    const { kernels } = bench;
    const threads = thoroughness > 0 ? THREADS : [2];
    for (const batch of thoroughness > 0 ? [1, 3] : [1 + (turn % 2)]) {
      for (const count of threads) {
        const target = {
          threads: count,
          tilePixels: kernels.tilePixels(),
          panelChannels: kernels.panelChannels(),
        };
        const made = makePlan(network, { target, inputDims: inputDimsOf(network, batch) });
        if (!made.ok) throw new RangeError(made.problems[0]!.message);
        const orders = thoroughness > 0 ? ordersFor(count) : [forward, reversed(count)];
        provePlan(bench, made.value, orders, randomNumbers(3), proven);
      }
    }
  });
});

describe('what would be found', () => {
  const network = networkOf([
    { id: 'x', kind: 'input', params: { shape: [3, 12, 12] } },
    { id: 'c', kind: 'conv2d', params: { channels: 9, kernel: [5, 5] }, from: ['x'] },
    { id: 'r', kind: 'globalMaxPool', from: ['c'] },
  ]);

  /** The proof with kernels that do something else after, or instead of, a unit of an import. */
  async function withFault(
    fault: (step: number, unit: number, heap: Bench['heap'], work: () => void) => void,
  ) {
    const { heap, kernels } = await openKernels('plain', 256);
    const broken: Bench = {
      heap,
      kernels: {
        ...kernels,
        work(step, phase, unit, thread) {
          const work = (): void => kernels.work(step, phase, unit, thread);
          if (heap.words(step + S_OP, 1)[0] === OP_IMPORT) fault(step, unit, heap, work);
          else work();
        },
      },
    };
    return holds(broken, network, inputDimsOf(network, 2), 1);
  }

  test('a unit that clears the first bytes of the next image', async () => {
    const clears = withFault((step, unit, heap, work) => {
      work();
      if (unit > 0) return;
      const [pointer, image] = heap.words(step + S_OUT + M_POINTER, 2);
      heap.bytes(pointer! + image!, 64).fill(0);
    });
    await expect(clears).rejects.toThrow('gives something else');
  });

  test('a unit that writes into the memory of another tensor', async () => {
    const strays = withFault((step, _, heap, work) => {
      work();
      const [pointer] = heap.words(step + D_POINTER, 1);
      heap.bytes(pointer!, 4).fill(1);
    });
    await expect(strays).rejects.toThrow('writes outside of its output');
  });

  test('a unit that leaves its part unwritten', async () => {
    const leaves = withFault((_, unit, __, work) => {
      if (unit > 0) work();
    });
    await expect(leaves).rejects.toThrow('reads what nobody wrote');
  });
});
