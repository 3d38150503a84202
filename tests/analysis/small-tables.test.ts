import { produce } from 'immer';
import { describe, expect, it, test } from 'vitest';
import { analyze, analyzeTogether } from '../../shared/analysis/analyze.ts';
import { totalOperations } from '../../shared/analysis/conventions.ts';
import { batchedDims, flatten } from '../../shared/analysis/flatten.ts';
import { leavesOf } from '../../shared/analysis/leaves.ts';
import { mapSizesOf } from '../../shared/analysis/map-sizes.ts';
import { countMemory, partOfMemory } from '../../shared/analysis/memory.ts';
import { bestOrder } from '../../shared/analysis/order.ts';
import { sameReach } from '../../shared/analysis/reach.ts';
import { roomFor } from '../../shared/analysis/room.ts';
import { fitsIn } from '../../shared/analysis/targets.ts';
import { checkBudget, timeGauge } from '../../shared/budget/budget.ts';
import { fitWidth } from '../../shared/budget/fit-width.ts';
import { readSpecObject } from '../../shared/formats/spec/read.ts';
import type { Budget, Design } from '../../shared/graph/design.ts';
import { plainNumbers } from '../../shared/graph/number-types.ts';
import { conv, depthwise, network } from '../../shared/lint/rule-examples.ts';
import { NetworkBuilder } from '../../shared/zoo/builder.ts';
import { zooEntry } from '../../shared/zoo/index.ts';
import { group } from '../blocks/grouped.ts';

function designOf(spec: object): Design {
  const read = readSpecObject(spec);
  if (!read.ok) throw new Error(read.problems[0]?.message);
  return read.value;
}
const leavesIn = (design: Design) => {
  const { topology, facts } = analyze(design);
  return leavesOf(topology, facts);
};

test('operations are multiply-adds, twice these, or all that is done', () => {
  // 8 filters of 9·3 and a bias on 16², and a ReLU.
  const { totals } = analyze(designOf(network([3, 16, 16], conv('conv', 8), ['relu', 'relu'])));
  const macs = 8 * 27 * 16 ** 2;
  expect(totalOperations(totals, 'mac')).toBe(macs);
  expect(totalOperations(totals, 'flops2')).toBe(2 * macs);
  expect(totalOperations(totals, 'all-ops')).toBe(macs + 2 * 8 * 16 ** 2);
});

test('maps have extents: not vectors, and not what comes in', () => {
  const design = designOf(
    network([3, 16, 12], conv('conv', 8), ['pool', 'maxPool'], ['flat', 'flatten'], ['fc', 'linear']),
  );
  expect([...mapSizesOf(analyze(design))]).toEqual([
    ['conv', '16×12'],
    ['pool', '8×6'],
  ]);
});

test('what comes in has as many samples as are wanted, where it has an axis for them', () => {
  const b = new NetworkBuilder();
  b.add('left', 'input', { shape: [3, 4, 4] });
  b.add('right', 'input', { shape: [1, 3, 4, 4], batched: false });
  b.add('sum', 'add', {}, 'left', 'right');
  b.add('output', 'output');
  const design = b.design('two', '');
  const flat = flatten(analyze(design));
  expect(flat.ok && batchedDims(flat.value, 5)).toEqual({ left: [5, 3, 4, 4], right: [1, 3, 4, 4] });
  const { facts } = analyzeTogether(design, 5);
  expect(['left', 'right', 'sum'].map((id) => facts.get(id)?.outputs?.out)).toEqual([
    [5, 3, 4, 4],
    [1, 3, 4, 4],
    [5, 3, 4, 4],
  ]);
  const own = leavesIn(design).filter((leaf) => partOfMemory(leaf).isSample);
  expect(own.map(({ facts: { id } }) => id)).toEqual(['left']);
});

describe('a budget', () => {
  const spec = (channels: number) => network([3, 16, 16], conv('conv', channels));
  const baseline = { ...designOf(spec(8)), name: 'before' };
  const within = (limits: Budget['limits'], pinned = true) => {
    const design = { ...designOf(spec(9)), budget: pinned ? { limits, baseline } : { limits } };
    const report = checkBudget(design, analyze(design));
    return [report.within, report.gauges.macs.within, report.gauges.macs.max, report.gauges.macs.min];
  };
  // 9 filters against 8: an eighth more, of 27·256 each.
  const each = 27 * 16 ** 2;

  it.each<[Budget['limits'], boolean, readonly unknown[]]>([
    [{}, true, [true, undefined, undefined, undefined]],
    [{ macs: { kind: 'absolute', max: 9 * each } }, true, [true, true, 9 * each, undefined]],
    [{ macs: { kind: 'absolute', max: 9 * each - 1 } }, true, [false, false, 9 * each - 1, undefined]],
    [{ macs: { kind: 'increase', percent: 12.5 } }, true, [true, true, 9 * each, undefined]],
    [{ macs: { kind: 'increase', percent: 0 } }, true, [false, false, 8 * each, undefined]],
    [{ macs: { kind: 'within', percent: 25 } }, true, [true, true, 10 * each, 6 * each]],
    [{ macs: { kind: 'within', percent: 25 } }, false, [true, undefined, undefined, undefined]],
  ])('%j, pinned: %s', (limits, pinned, expected) => {
    expect(within(limits, pinned)).toEqual(expected);
  });

  it('of time is held against what was predicted', () => {
    const budget: Budget = { limits: { time: { kind: 'within', percent: 50 } } };
    expect(timeGauge({ budget }, 3, 2)).toMatchObject({ max: 3, min: 1, change: 0.5, within: true });
    expect(timeGauge({ budget }, 0.5, 2)).toMatchObject({ change: -0.75, within: false });
    expect(timeGauge({ budget }, 3, undefined)).toMatchObject({ change: undefined, within: undefined });
  });
});

describe('fitting the width to a budget', () => {
  const three = (behind: string) =>
    designOf(
      network(
        [3, 16, 16],
        conv('conv', 16, { bias: false }),
        ['relu', behind],
        ['gap', 'globalAvgPool'],
        ['fc', 'linear', { features: 10, bias: false }],
        ['output', 'output'],
      ),
    );
  // 27·256 for each filter, and 10 for its classes.
  const each = 27 * 16 ** 2 + 10;

  it.each([
    [40 * each, 40],
    [48 * each - 1, 40],
    [8 * each, 8],
    // Four times the width is the most.
    [1000 * each, 64],
  ])('%i multiply-adds allow %i filters, eight by eight', (max, channels) => {
    const fit = fitWidth(three('relu'), 'macs', max)!;
    const after = produce(three('relu'), fit.edit);
    expect(after.nodes.conv!.params.channels).toBe(channels);
    expect(after.nodes.fc!.params.features).toBe(10);
    expect(fit.actual).toBe(channels * each);
  });

  it('is not possible below eight filters', () => {
    expect(fitWidth(three('relu'), 'macs', 8 * each - 1)).toBeUndefined();
  });

  it('leaves the classes alone where they come out of a block that holds another', () => {
    const b = new NetworkBuilder();
    b.input(3, 16);
    b.conv('conv', 16, 3, { padding: 1 });
    b.add('gap', 'globalAvgPool');
    b.add('relu', 'relu');
    b.add('fc', 'linear', { features: 10 });
    b.add('output', 'output');
    const head = group(group(b.design('head', ''), ['relu']), ['gap', 'block1', 'fc']);
    const fit = fitWidth(head, 'macs', analyze(head).totals.macs / 2)!;
    const { facts } = analyze(produce(head, fit.edit));
    expect(facts.get('output')!.inputs).toEqual([[1, 10]]);
    expect(facts.get('conv')!.node.params.channels).toBe(8);
  });

  it('ends where a design feeds itself', () => {
    const spec = {
      netwright: 3,
      nodes: [
        { id: 'input', kind: 'input', params: { shape: [3, 8, 8] } },
        { id: 'conv', kind: 'conv2d', from: 'input' },
        { id: 'a', kind: 'relu', from: 'b' },
        { id: 'b', kind: 'tanh', from: 'a' },
        { id: 'output', kind: 'output', from: 'b' },
      ],
    };
    expect(fitWidth(designOf(spec), 'macs', 1e9)).toBeUndefined();
  });
});

describe('a receptive field', () => {
  const field = { extent: [3, 5], step: [1, 2], start: [-1, 0] } as const;

  it.each([
    [field, field, true],
    [field, { ...field }, true],
    [field, { ...field, extent: [3, 6] }, false],
    [field, { ...field, extent: [4, 5] }, false],
    [field, { ...field, step: [1, 1] }, false],
    [field, { ...field, start: [0, 0] }, false],
    [undefined, undefined, true],
    [field, undefined, false],
    [undefined, field, false],
  ] as const)('%j is %j: %s', (a, b, same) => {
    expect(sameReach(a, b)).toBe(same);
  });
});

test('what fits in a target is told for every type of number', () => {
  // 8 channels of 32² become 16: 24·1,024 numbers alive, and 9·8·16 weights.
  const design = designOf(network([8, 32, 32], conv('conv', 16, { bias: false }), ['output', 'output']));
  const analysis = analyze(design);
  const target = { name: 'board', memoryBytes: 50_000, storageBytes: 4607 };
  const fits = fitsIn(leavesIn(design), design, analysis.totals, [target, { name: 'anything' }]);
  expect(
    fits.map(({ target: { name }, numbers, peakBytes, weightBytes, lacks }) => [
      name,
      numbers,
      peakBytes,
      weightBytes,
      lacks,
    ]),
  ).toEqual([
    ['board', 'float32', 4 * 24_576, 4 * 1152, ['memory', 'storage']],
    ['board', 'float16', 2 * 24_576, 2 * 1152, []],
    ['board', 'bfloat16', 2 * 24_576, 2 * 1152, []],
    ['board', 'int8', 24_576, 1152, []],
    ['anything', 'float32', 4 * 24_576, 4 * 1152, []],
    ['anything', 'float16', 2 * 24_576, 2 * 1152, []],
    ['anything', 'bfloat16', 2 * 24_576, 2 * 1152, []],
    ['anything', 'int8', 24_576, 1152, []],
  ]);
  expect(fitsIn(leavesIn(design), design, analysis.totals, [])).toEqual([]);
});

describe('in place', () => {
  const places = (...lines: Parameters<typeof network>[1][]) =>
    countMemory(
      leavesIn(designOf(network([8, 16, 16], ...lines, ['output', 'output']))),
      { numbers: plainNumbers, batch: 1 },
      'depthwiseInPlace',
    ).lifetimes.map(({ layers }) => layers);

  it('works what goes channel by channel, and nothing that mixes them', () => {
    expect(places(depthwise('a', 8), depthwise('b', 8))).toEqual([['input'], ['a', 'b']]);
    expect(places(conv('a', 8), conv('b', 8))).toEqual([['input'], ['a'], ['b']]);
    // Twice as many come out of each as go in.
    expect(places(depthwise('a', 8), conv('b', 16, { groups: 8 }))).toEqual([['input'], ['a'], ['b']]);
    expect(places(conv('a', 8), ['pool', 'maxPool', { kernel: 3, stride: 1, padding: 1 }])).toEqual([
      ['input'],
      ['a'],
      ['pool'],
    ]);
  });
});

test('an order that saves nothing is left as it was written', () => {
  const works = [
    { bytes: 100, reads: [], kept: false },
    { bytes: 1, reads: [], kept: false },
    { bytes: 100, reads: [0], kept: false },
    { bytes: 1000, reads: [1, 2], kept: true },
  ];
  // The last step needs all but the first at once, whatever came before it.
  expect(bestOrder(works)).toEqual({ steps: [0, 1, 2, 3], peakBytes: 1101, proven: true });
});

describe('room for what is opened', () => {
  /** So many nodes, each of which is a thousand times twenty layers, the block's two ends among them, and a ReLU before each. */
  function full(nodes: number): Design {
    const b = new NetworkBuilder();
    b.input(3, 8);
    const ids = Array.from({ length: 18 }, (_, i) => b.add(`r${i}`, 'relu'));
    b.add('output', 'output');
    return produce(group(b.design('full', ''), ids), (draft) => {
      for (let i = 0; i < nodes; i++) {
        draft.nodes[`relu${i}`] = { kind: 'relu', params: {} };
        draft.nodes[`large${i}`] = { kind: 'userBlock', params: { block: 'block1', repeat: 1000 } };
      }
      delete draft.nodes.block1;
    });
  }

  it('is for 400,000 layers in blocks', () => {
    const of = (nodes: number) => {
      const design = full(nodes);
      return [...roomFor(design, Object.keys(design.nodes)).keys()];
    };
    expect(of(20)).toEqual([]);
    expect(of(21)).toEqual(['large20']);
  });
});

test('of AlexNet’s batch every map has as many samples', () => {
  const design = zooEntry('alexnet')!.build();
  const peak = (batch: number) =>
    countMemory(leavesIn(design), { numbers: plainNumbers, batch }, 'plain').peakBytes;
  expect(peak(7)).toBe(7 * peak(1));
});
