import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { elementCount } from '../../../shared/base/dims.ts';
import { type LayerKind, layerOf } from '../../../shared/layers/index.ts';
import { stateMemory } from '../../../shared/runtime/cpu/statement.ts';
import { packArena } from '../../../shared/runtime/plan/arena.ts';
import { isConvolution, makePlan, type Plan } from '../../../shared/runtime/plan/plan.ts';
import { algorithmName } from '../../../shared/runtime/plan/steps.ts';
import { zooNetwork } from '../../bench/zoo-network.ts';
import { lightest } from '../../formats/small.ts';
import { type Draft, networkOf } from '../networks.ts';

const target = { threads: 2, tilePixels: 4, panelChannels: 8 };

function planOf(drafts: readonly Draft[], also: readonly string[] = []): Plan {
  const plan = makePlan(networkOf(drafts), { target, also });
  if (!plan.ok) throw new Error(plan.problems[0]!.message);
  return plan.value;
}

function steps(plan: Plan): string[] {
  return plan.steps
    .filter(({ kind }) => kind !== 'import' && kind !== 'export')
    .map(({ nodes }) => nodes.join('+'));
}

const input: Draft = { id: 'x', kind: 'input', params: { shape: [16, 28, 28] } };
const conv = (id: string, from: string, params: Draft['params'] = {}): Draft => ({
  id,
  kind: 'conv2d',
  params: { channels: 16, padding: 'same', ...params },
  from: [from],
});

test('rows of many stacks that meet one matrix are pixels of one product, whose weights are not copied', () => {
  const plan = planOf([
    { id: 'x', kind: 'input', params: { shape: [197, 1, 768], batched: false } },
    { id: 'w', kind: 'constant', params: { shape: [768, 32] } },
    { id: 'm', kind: 'matmul', from: ['x', 'w'] },
  ]);
  const products = plan.steps.filter(isConvolution).map(({ inputs, output }) => {
    const [from, to] = [inputs[0]!, output].map((id) => plan.tensors[id]!.view);
    return [from!.width, from!.channels, to!.channels];
  });
  expect(products).toEqual([[197, 768, 32]]);
  expect(plan.arenaBytes).toBeLessThan(4 * 197 * 768 * 32);
});

describe('fusion', () => {
  test('folds a batch norm and an activation into the convolution before them', () => {
    const plan = planOf([
      input,
      conv('c', 'x'),
      { id: 'n', kind: 'batchNorm', from: ['c'] },
      { id: 'r', kind: 'relu', from: ['n'] },
    ]);
    expect(steps(plan)).toEqual(['c+n+r']);
  });

  test('adds a residual where the later convolution stores its sums', () => {
    const plan = planOf([
      input,
      conv('a', 'x'),
      conv('b', 'a'),
      { id: 's', kind: 'add', from: ['b', 'x'] },
      { id: 'r', kind: 'relu', from: ['s'] },
    ]);
    expect(steps(plan)).toEqual(['a', 'b+s+r']);
    expect(plan.steps.find(({ nodes }) => nodes[0] === 'b')!.inputs).toHaveLength(2);
  });

  test('leaves alone what somebody else reads, or asked for', () => {
    const drafts: Draft[] = [
      input,
      conv('c', 'x'),
      { id: 'n', kind: 'batchNorm', from: ['c'] },
      { id: 'r', kind: 'relu', from: ['n'] },
    ];
    expect(steps(planOf(drafts, ['c']))).toEqual(['c', 'n+r']);
    const read = [...drafts, { id: 's', kind: 'add' as const, from: ['r', 'c'] }];
    expect(steps(planOf(read))).toEqual(['c', 'n+r', 's']);
  });

  test('does not put a second activation where one is already', () => {
    const plan = planOf([
      input,
      conv('c', 'x'),
      { id: 'r', kind: 'relu', from: ['c'] },
      { id: 't', kind: 'tanh', from: ['r'] },
    ]);
    expect(steps(plan)).toEqual(['c+r', 't']);
  });

  test('reads a flattened map as it lies, and forgets dropout', () => {
    const plan = planOf([
      input,
      { id: 'f', kind: 'flatten', from: ['x'] },
      { id: 'd', kind: 'dropout', from: ['f'] },
      { id: 'l', kind: 'linear', params: { features: 10 }, from: ['d'] },
    ]);
    expect(steps(plan)).toEqual(['l']);
  });

  test('drops what leads nowhere', () => {
    const plan = planOf([input, conv('dead', 'x'), conv('c', 'x'), { id: 'y', kind: 'output', from: ['c'] }]);
    expect(steps(plan)).toEqual(['c']);
  });
});

describe('memory', () => {
  test('branches are computed where their concatenation wants them', () => {
    const plan = planOf([
      input,
      conv('a', 'x'),
      conv('b', 'x', { channels: 24 }),
      { id: 'j', kind: 'concat', from: ['a', 'b'] },
    ]);
    expect(steps(plan)).toEqual(['a', 'b']);
    const [a, b] = plan.steps
      .filter(({ kind }) => kind === 'convolution')
      .map(({ output }) => plan.tensors[output]!);
    expect(a!.storage).toBe(b!.storage);
    expect([a!.blockOffset, b!.blockOffset]).toEqual([0, 2]);
  });

  test('a piece that does not start at a whole block is copied', () => {
    const plan = planOf([
      input,
      conv('a', 'x', { channels: 12 }),
      conv('b', 'x'),
      { id: 'j', kind: 'concat', from: ['a', 'b'] },
    ]);
    expect(steps(plan)).toEqual(['a', 'b', 'j', 'j']);
  });

  test('no two tensors that live at once overlap, in any arena', () => {
    const tenant = fc.record({
      bytes: fc.integer({ min: 1, max: 5000 }),
      first: fc.integer({ min: 0, max: 20 }),
      length: fc.integer({ min: 0, max: 8 }),
    });
    fc.assert(
      fc.property(fc.array(tenant, { maxLength: 40 }), (drafts) => {
        const tenants = drafts.map(({ bytes, first, length }) => ({ bytes, first, last: first + length }));
        const { offsets, bytes } = packArena(tenants);
        for (const [i, a] of tenants.entries()) {
          expect(offsets[i]! + a.bytes).toBeLessThanOrEqual(bytes);
          for (const [j, b] of tenants.entries()) {
            if (j <= i || a.last < b.first || b.last < a.first) continue;
            expect(offsets[i]! + a.bytes <= offsets[j]! || offsets[j]! + b.bytes <= offsets[i]!).toBe(true);
          }
        }
      }),
      { seed: 1 },
    );
  });

  test.each(['lenet', 'googlenet', 'resnet50', 'mobilenet_v2'])(
    'what threads work in is theirs while %s runs: no tensor lies there',
    (id) => {
      const plan = makePlan(zooNetwork(id), { target });
      if (!plan.ok) throw new Error(plan.problems[0]!.message);
      const { scratch, storages, steps: all, arenaBytes } = plan.value;
      for (const { scratch: need } of all) {
        expect(need.perThread).toBeLessThanOrEqual(scratch.perThread);
        expect(scratch.perThread * target.threads + need.shared).toBeLessThanOrEqual(scratch.bytes);
      }
      expect(scratch.perThread % 64).toBe(0);
      expect(scratch.offset + scratch.bytes).toBeLessThanOrEqual(arenaBytes);
      for (const { offset, bytes } of storages)
        expect(offset + bytes <= scratch.offset || scratch.offset + scratch.bytes <= offset).toBe(true);
    },
  );

  test('maps of 4,096×4,096, with their hundreds of thousands of tiles, are planned', () => {
    const plan = planOf([
      { id: 'x', kind: 'input', params: { shape: [8, 4096, 4096] } },
      {
        id: 'c',
        kind: 'conv2d',
        params: { channels: 8, kernel: [5, 5], padding: 'same' },
        from: ['x'],
      },
    ]);
    const convolution = plan.steps.find(isConvolution)!;
    expect(algorithmName(convolution)).toBe('Winograd F(2×2, 5×5)');
    const { algorithm } = convolution;
    if (algorithm.kind !== 'winograd') throw new Error('This is no Winograd step.');
    expect(algorithm.tileBlocks.reduce((total, tiles) => total + tiles, 0)).toBe(2048 * 2048);
  });

  test('the arena of a long chain is that of its widest pair, not of its length', () => {
    const chain = (length: number) =>
      planOf([input, ...Array.from({ length }, (_, i) => conv(`c${i}`, i === 0 ? 'x' : `c${i - 1}`))])
        .arenaBytes;
    expect(chain(40)).toBe(chain(10));
  });
});

describe('algorithms', () => {
  const algorithmOf = (shape: readonly number[], params: Draft['params']): string => {
    const isFirst = shape[0]! <= 4;
    const plan = planOf([
      { id: 'x', kind: 'input', params: { shape } },
      { id: 'r', kind: 'relu', from: ['x'] },
      { id: 'c', kind: 'conv2d', params, from: [isFirst ? 'x' : 'r'] },
    ]);
    return plan.steps.filter(isConvolution).map(algorithmName).join(' + ');
  };
  const same = 'same' as const;
  test.each([
    ['3×3 at stride 1', [64, 56, 56], { channels: 64, padding: same }, /^Winograd/],
    [
      '3×3 at stride 2',
      [64, 56, 56],
      { channels: 64, padding: same, stride: [2, 2] },
      /^product of 3×3 windows without corners \+ Winograd F\(5×5, 2×2\) of 3×3 corners(, shared)?$/,
    ],
    [
      '3×3 at stride 2 with few pixels',
      [512, 14, 14],
      { channels: 512, padding: same, stride: [2, 2] },
      /^product of 3×3 windows, shared$/,
    ],
    [
      '5×5 at stride 2',
      [64, 56, 56],
      { channels: 64, padding: same, kernel: [5, 5], stride: [2, 2] },
      /^product of 5×5 windows without corners \+ Winograd F\(4×4, 3×3\) of 5×5 corners(, shared)?$/,
    ],
    ['1×1', [64, 56, 56], { channels: 64, kernel: [1, 1] }, /^1×1 product$/],
    ['1×1 of many channels', [512, 28, 28], { channels: 128, kernel: [1, 1] }, /^1×1 product, Strassen$/],
    ['1×1 of many channels and few pixels', [512, 7, 7], { channels: 512, kernel: [1, 1] }, /^1×1 product$/],
    ['1×1 of one pixel', [64, 1, 1], { channels: 64, kernel: [1, 1] }, /^vector × matrix$/],
    ['depthwise', [64, 56, 56], { channels: 64, padding: same, groups: 64 }, /^depthwise$/],
    [
      'grouped',
      [64, 56, 56],
      { channels: 64, padding: same, groups: 4 },
      /^product of 3×3 windows in place$/,
    ],
    [
      'in large groups',
      [128, 56, 56],
      { channels: 128, padding: same, groups: 2 },
      /^product of 3×3 windows$/,
    ],
    ['a first layer', [3, 224, 224], { channels: 64, padding: same }, /interleaved pixels$/],
    [
      'a first layer of 7×7 at stride 2',
      [3, 224, 224],
      { channels: 64, kernel: [7, 7], stride: [2, 2], padding: same },
      /^Winograd F\(3×3, 4×4\) of 7×7 by phases$/,
    ],
    [
      'a first layer of 11×11 at stride 4',
      [3, 227, 227],
      { channels: 64, kernel: [11, 11], stride: [4, 4] },
      /^Winograd F\(4×4, 3×3\) of 11×11 by phases$/,
    ],
    ['few pixels', [64, 6, 6], { channels: 64, padding: same }, /shared$/],
    [
      'tiles enough for both threads, and few filters to read twice',
      [128, 28, 28],
      { channels: 128, padding: same },
      /^Winograd F\(4×4, 3×3\)$/,
    ],
    [
      'tiles enough for both threads, but many filters',
      [512, 28, 28],
      { channels: 512, padding: same },
      /^Winograd F\(4×4, 3×3\), shared$/,
    ],
    ['few tiles', [64, 12, 12], { channels: 24, padding: same }, /^Winograd F\(4×4, 3×3\), shared$/],
  ] as const)('%s', (_, shape, params, expected) => {
    expect(algorithmOf(shape, params)).toMatch(expected);
  });
});

test.each(lightest.map(({ id }) => id))(
  '%s: every layer is in the plan, and its multiply-adds are the network’s',
  (id) => {
    const network = zooNetwork(id);
    const plan = makePlan(network, { target });
    if (!plan.ok) throw new Error(plan.problems[0]!.message);
    const macs = plan.value.steps.reduce((total, step) => total + step.macs, 0);
    expect(macs).toBe(network.steps.reduce((total, { cost }) => total + cost.macs.value, 0));
    const planned = new Set(plan.value.steps.flatMap(({ nodes }) => nodes));
    // Those that only move elements may be a matter of how the next one reads.
    const isSilent = (kind: LayerKind) =>
      ['dropout', 'concat'].includes(kind) || layerOf(kind).group === 'shape';
    for (const step of network.steps) if (!isSilent(step.kind)) expect(planned).toContain(step.id);
    const memory = stateMemory(plan.value);
    // Weights need at least their own bytes, and the arena at least the largest tensor.
    const largest = Math.max(
      ...network.steps.map(({ outputDims }) => elementCount(outputDims[0] ?? [0]) * 4),
    );
    expect(memory.arenaBytes).toBeGreaterThanOrEqual(largest);
    expect(memory.kernelBytes).toBeGreaterThan(memory.weightBytes + memory.arenaBytes);
  },
);

test('the problem of an unknown layer that is asked for says which', () => {
  const plan = makePlan(networkOf([input, conv('c', 'x')]), { target, also: ['nowhere'] });
  expect(plan).toMatchObject({ ok: false, problems: [{ code: 'node-unknown', where: { node: 'nowhere' } }] });
});
