import { produce } from 'immer';
import { describe, expect, it } from 'vitest';
import { setParams } from '../../shared/graph/edits.ts';
import type { AnyRule } from '../../shared/lint/define.ts';
import { conv, depthwise, type Line, network, pointwise } from '../../shared/lint/rule-examples.ts';
import { rules } from '../../shared/lint/rules.ts';
import type { ParamValues } from '../../shared/schema/params.ts';
import { designFor, findingsIn } from './alone.ts';

/** The nodes that a rule finds, undefined for the design as a whole. */
const found = (rule: string, spec: object, options?: ParamValues) =>
  findingsIn(designFor(rule, spec, options)).map(({ node }) => node);

/** The first stages of VGG-16 on a picture of this size. */
const vggOf = (side: number) =>
  network([3, side, side], conv('a', 64), conv('b', 64), ['pool', 'maxPool'], conv('c', 128));
const residual = (second: number, stride = 1) =>
  network(
    [3, 32, 32],
    conv('stem', 64),
    ['b1', 'residual', { channels: 64 }],
    ['b2', 'residual', { channels: second, stride, shortcut: 'projection' }],
  );
const equalCost = {
  ...network([3, 16, 16], conv('a', 8)),
  budget: { baseline: { name: 'before', nodes: network([3, 16, 16], conv('a', 8)).nodes } },
};
/** Twelve convolutions of 16 channels, the sixth of which widens 32-fold. */
const bump = network(
  [16, 32, 32],
  ...Array.from({ length: 11 }, (_, i) => conv(`c${i}`, i === 5 ? 512 : 16)),
);
const gate = (merge: string, side: number) =>
  network(
    [64, side, side],
    ['gap', 'globalAvgPool', { keepDims: true }, 'input'],
    pointwise('squeeze', 64),
    ['relu', 'relu'],
    pointwise('excite', 64),
    ['gate', 'sigmoid'],
    ['scale', merge, {}, ['input', 'gate']],
  );
/** A 31×31 map that is halved and doubled again; what skips that is one layer. */
const unet = (...skip: readonly [kind: string, params: ParamValues]) =>
  network(
    [8, 31, 31],
    conv('a', 8),
    ['pool', 'maxPool'],
    ['up', 'convTranspose2d', { channels: 8, kernel: 2, stride: 2 }],
    ['skip', ...skip, 'a'],
    ['sum', 'add', {}, ['up', 'skip']],
  );
/** A row of convolutions, and in its baseline the same ones with the first of each pair of widths. */
const scaledFrom = (...widths: readonly (readonly [before: number, channels: number])[]) => {
  const lines = (side: 0 | 1) => widths.map((each, i) => conv(`c${i}`, each[side]));
  return {
    ...network([3, 32, 32], ...lines(1)),
    budget: { baseline: { name: 'before', nodes: network([3, 32, 32], ...lines(0)).nodes } },
  };
};
/** Two layers of a dense block, the second of them so many steps long. */
const grownBehind = (steps: number) =>
  network(
    [3, 8, 8],
    conv('stem', 16),
    conv('new', 8),
    ['first', 'concat', {}, ['stem', 'new']],
    ...Array.from({ length: steps - 1 }, (_, i): Line => [`r${i}`, 'relu']),
    conv('last', 12),
    ['second', 'concat', {}, ['first', 'last']],
  );
/** A layer of a dense block, and one made of the picture. */
const grownBeside = network(
  [3, 8, 8],
  conv('stem', 16),
  conv('new', 8),
  ['first', 'concat', {}, ['stem', 'new']],
  conv('last', 12, {}, 'input'),
  ['second', 'concat', {}, ['first', 'last']],
);
/** Two branches behind a hardly narrower 1×1. */
const fire = (second: number) =>
  network(
    [128, 27, 27],
    pointwise('squeeze', 112),
    ['r', 'relu'],
    pointwise('e1', 64, {}, 'r'),
    conv('e2', 64, { kernel: second, padding: (second - 1) / 2 }, 'r'),
    ['cat', 'concat', {}, ['e1', 'e2']],
  );

describe('where a rule begins to speak', () => {
  it.each<readonly [rule: string, why: string, spec: object, finds: readonly (string | undefined)[]]>([
    ['aggressive-stem', 'a picture of 96 has a stem', vggOf(96), ['b']],
    ['aggressive-stem', 'one of 95 has none', vggOf(95), []],
    [
      'divisible-input',
      'what is cropped to the doubled map lines up',
      unet('slice', { starts: [0, 0], ends: [30, 30], axes: [2, 3] }),
      [],
    ],
    ['divisible-input', 'what is left as it was does not', unet('relu', {}), ['pool']],
    [
      'divisible-input',
      'nor what is made smaller by a convolution',
      unet('conv2d', { channels: 8, kernel: 2 }),
      ['pool'],
    ],
    // 36·20 + 9·20·5 = 9·36·5.
    [
      'dense-bottleneck',
      'a 1×1 that costs as much as it saves is not asked for',
      network([3, 32, 32], conv('stem', 36), conv('new', 5), ['cat', 'concat', {}, ['stem', 'new']]),
      [],
    ],
    [
      'dense-bottleneck',
      'what is beside another layer is not made of it',
      network([384, 32, 32], conv('stem', 64), conv('new', 32, {}, 'input'), [
        'cat',
        'concat',
        {},
        ['stem', 'new'],
      ]),
      [],
    ],
    [
      'consecutive-linear-without-activation',
      'what fits nowhere is told elsewhere',
      network([4, 8, 8], conv('a', 8), conv('b', 8, { kernel: 20 })),
      [],
    ],
    ['generator-ends-bounded', 'what enlarges nothing is no generator', network([3, 8, 8], conv('a', 3)), []],
    [
      'group-norm-groups',
      'one channel each is meant',
      network([64, 14, 14], ['norm', 'groupNorm', { groups: 64 }]),
      [],
    ],
    [
      'idle-layer',
      'a dropout of nothing',
      network([8], ['drop', 'dropout', { rate: 0 }], ['fc', 'linear']),
      ['drop'],
    ],
    ['memory-hotspot', 'the median is that of all layers, wherever they stand', bump, ['c5']],
    [
      'norm-before-downsampling',
      'a pool needs none',
      network([3, 64, 64], conv('stem', 32), ['relu', 'relu'], ['pool', 'maxPool'], conv('next', 64)),
      [],
    ],
    [
      'pool-before-relu',
      'a function that falls somewhere stays before the maximum',
      network([8, 16, 16], conv('conv', 8), ['act', 'silu'], ['pool', 'maxPool']),
      [],
    ],
    [
      'prefer-gap-over-large-fc',
      'a flattened map of one position is averaged already',
      network([2048, 1, 1], ['flatten', 'flatten'], ['fc', 'linear', { features: 1000 }]),
      [],
    ],
    [
      'prefer-gap-over-large-fc',
      'what is large and no matrix is left alone',
      network([512, 32, 32], ['flatten', 'flatten'], ['norm', 'batchNorm']),
      [],
    ],
    [
      'reduce-before-spatial',
      'a window of one row is no 3×3',
      network([512, 14, 14], conv('conv', 512, { kernel: [1, 7], padding: [0, 3, 0, 3] })),
      [],
    ],
    [
      'representational-bottleneck',
      'four and a half times fewer may be',
      network([72, 16, 16], conv('a', 72), conv('b', 16), conv('c', 16)),
      [],
    ],
    [
      'representational-bottleneck',
      'more may not',
      network([73, 16, 16], conv('a', 73), conv('b', 16), conv('c', 16)),
      ['b'],
    ],
    [
      'shortcut-between-bottlenecks',
      'what does not widen is no inverted residual',
      network([24, 28, 28], pointwise('a', 24), depthwise('b', 24), pointwise('c', 24), conv('next', 24)),
      [],
    ],
    [
      'softmax-twice',
      'a ReLU behind a softmax is no softmax',
      network([64], ['fc', 'linear'], ['one', 'softmax'], ['relu', 'relu']),
      [],
    ],
    [
      'dense-bottleneck',
      'what is beside itself is made of nothing else',
      network([8, 8, 8], ['cat', 'concat', {}, ['input', 'input']]),
      [],
    ],
    ['dense-growth', 'fifteen steps may lie between', grownBehind(15), ['last']],
    ['dense-growth', 'sixteen are no layer of a block', grownBehind(16), []],
    ['dense-growth', 'what is made of something else adds nothing', grownBeside, []],
    // Nine with weights, and a flatten and the input beside them.
    [
      'low-intensity',
      'layers without weights do not count among ten',
      network(
        [64, 14, 14],
        ...Array.from({ length: 8 }, (_, i) => conv(`c${i}`, 64)),
        ['flat', 'flatten'],
        ['fc', 'linear', { features: 256 }],
      ),
      [],
    ],
    [
      'squeeze-excite-ratio',
      'a gate that fits nowhere is told elsewhere',
      network(
        [64, 14, 14],
        ['gap', 'globalAvgPool', { keepDims: true }, 'input'],
        pointwise('squeeze', 64),
        conv('excite', 64, { padding: 0 }),
        ['sigmoid', 'sigmoid'],
        ['scale', 'multiply', {}, ['input', 'sigmoid']],
      ),
      [],
    ],
    [
      'squeeze-ratio',
      'branches of two sources are no fire module',
      network(
        [128, 27, 27],
        pointwise('squeeze', 112),
        pointwise('other', 112, {}, 'input'),
        pointwise('e1', 64, {}, 'squeeze'),
        conv('e2', 64, {}, 'other'),
        ['cat', 'concat', {}, ['e1', 'e2']],
      ),
      [],
    ],
    [
      'squeeze-ratio',
      'nor are three branches',
      network(
        [128, 27, 27],
        pointwise('squeeze', 112),
        pointwise('e1', 32, {}, 'squeeze'),
        conv('e2', 32, {}, 'squeeze'),
        conv('e3', 32, {}, 'squeeze'),
        ['cat', 'concat', {}, ['e1', 'e2', 'e3']],
      ),
      [],
    ],
    ['squeeze-excite-ratio', 'a gate that squeezes nothing', gate('multiply', 14), ['squeeze']],
    // Half of 84 channels are as many as before: nothing was scaled.
    ['make-divisible', 'one layer made narrower is no scaling', scaledFrom([64, 64], [20, 16]), []],
    // 0.5 times 48 are 24.
    ['make-divisible', 'a whole multiple less was meant', scaledFrom([64, 32], [48, 16]), []],
    // Of 150 channels the 90 with the smallest factors are halved or less; 0.5 times 20 are 10, which 8 are too few of.
    ['make-divisible', 'wherever the layers stand', scaledFrom([70, 35], [60, 60], [20, 8]), ['c2']],
    [
      'dense-growth',
      'another map is another block',
      network(
        [3, 32, 32],
        conv('stem', 16),
        conv('one', 8),
        ['first', 'concat', {}, ['stem', 'one']],
        ['pool', 'maxPool'],
        conv('two', 12),
        ['second', 'concat', {}, ['pool', 'two']],
      ),
      [],
    ],
    [
      'even-kernel-shift',
      'taps that lie apart have a pixel between them',
      network([8, 16, 16], conv('a', 8, { kernel: 2, dilation: 2, padding: 1 })),
      [],
    ],
    [
      'large-depthwise-needs-shortcut',
      'thirteen is large',
      network([16, 32, 32], depthwise('dw', 16, { kernel: 13, padding: 6 })),
      ['dw'],
    ],
    [
      'vgg-conv-3x3',
      'as wide as VGG, and higher',
      network([3, 16, 16], conv('a', 8, { kernel: [5, 3] })),
      ['a'],
    ],
    ['vgg-conv-3x3', 'striding one way', network([3, 16, 16], conv('a', 8, { stride: [1, 2] })), ['a']],
    ['squeeze-excite-ratio', 'what is added is no gate', gate('add', 14), []],
    ['squeeze-excite-ratio', 'on one position nothing is squeezed', gate('multiply', 1), []],
    ['squeeze-ratio', 'a fire module widens by a 1×1 and a 3×3', fire(3), ['squeeze']],
    ['squeeze-ratio', 'two 1×1 are none', fire(1), []],
    ['width-monotone', 'a stage as wide as the one before does not narrow', residual(64, 2), []],
    ['width-step', 'half as wide again is the least', residual(96, 2), []],
    ['width-step', 'less is not enough', residual(95, 2), ['b2']],
  ])('%s: %s', (rule, _, spec, finds) => {
    expect(found(rule, spec)).toEqual(finds);
  });

  it('unfair-comparison: no tolerance asks for equal cost', () => {
    expect(found('unfair-comparison', equalCost, { tolerance: 0 })).toEqual([]);
  });

  it('of a layer that fits nowhere no rule says what it costs', () => {
    for (const { id, examples } of Object.values<AnyRule>(rules))
      for (const { spec, finds } of examples) {
        const design = designFor(id, spec);
        for (const node of finds) {
          if (node === undefined || design.nodes[node]?.kind !== 'conv2d') continue;
          const wide = produce(design, setParams([node], { kernel: [5000, 5000], padding: [0, 0, 0, 0] }));
          for (const { message } of findingsIn(wide))
            expect(message).not.toMatch(/NaN|Infinity|(?<![\d,.])0 (multiply-adds|parameters|channels)/);
        }
      }
  });

  it('make-divisible: as much as may be lost is not too much', () => {
    // 0.5 times 32 are 16, and 12 are a quarter less.
    const quarter = scaledFrom([64, 32], [32, 12]);
    expect(found('make-divisible', quarter, { maxLoss: 0.25 })).toEqual([]);
    expect(found('make-divisible', quarter, { maxLoss: 0.24 })).toEqual(['c1']);
  });

  it('vgg-conv-3x3: 1×1 may be allowed, and 3×1 is none', () => {
    const spec = network(
      [3, 16, 16],
      pointwise('one', 8),
      conv('tall', 8, { kernel: [3, 1], padding: [1, 0, 1, 0] }),
    );
    expect(found('vgg-conv-3x3', spec, { allowPointwise: true })).toEqual(['tall']);
    expect(found('vgg-conv-3x3', spec)).toEqual(['one', 'tall']);
  });

  it('vgg-double-channels: of two pools, the one that the convolution follows', () => {
    const spec = network([64, 32, 32], ['first', 'maxPool'], ['second', 'maxPool'], conv('conv', 64));
    const [finding, ...others] = findingsIn(designFor('vgg-double-channels', spec));
    expect(finding?.says?.values).toMatchObject({ pool: 'second', conv: 'conv' });
    expect(others).toEqual([]);
  });

  it('over-budget: what is not counted yet is not said to be little', () => {
    const nodes = (channels: number) => network([3, 16, 16], conv('conv', channels)).nodes;
    const budget = { macs: '+5%', baseline: { name: 'before', nodes: nodes(64) } };
    expect(findingsIn(designFor('over-budget', { netwright: 3, nodes: nodes(8), budget }))).toHaveLength(1);
    const unfinished = [...nodes(8), { id: 'loose', kind: 'conv2d' }];
    expect(findingsIn(designFor('over-budget', { netwright: 3, nodes: unfinished, budget }))).toEqual([]);
  });

  it('what is bypassed does nothing wrong', () => {
    const pool = network([64, 55, 55], ['pool', 'maxPool'], ['relu', 'relu']);
    const relus = network([8, 8, 8], ['one', 'relu'], ['two', 'relu'], conv('conv', 8));
    const bypassed = (rule: string, spec: object, id: string) =>
      findingsIn(
        produce(designFor(rule, spec), (draft) => {
          draft.nodes[id]!.bypass = true;
        }),
      );
    expect(found('pixels-dropped-by-stride', pool)).toEqual(['pool']);
    expect(bypassed('pixels-dropped-by-stride', pool, 'pool')).toEqual([]);
    expect(found('redundant-activation', relus)).toEqual(['two']);
    expect(bypassed('redundant-activation', relus, 'two')).toEqual([]);
  });
});

describe('what a fix has to know', () => {
  const fixOf = (rule: string, spec: object) => findingsIn(designFor(rule, spec))[0]?.fix?.title;

  it('pixels-dropped-by-stride: zeros that are there already count', () => {
    // 10 and one before and behind it are 12: 5 taps at 0 and 4 end at 9 of 12, and a third window ends at 13.
    const spec = network([8, 10, 10], conv('conv', 8, { kernel: 5, stride: 4, padding: 1 }));
    expect(fixOf('pixels-dropped-by-stride', spec)).toMatch(/^Pad 1,1,2,2,/);
  });

  it('factor-asymmetric: padding that is not given in numbers cannot be divided', () => {
    const spec = network([128, 17, 17], conv('conv', 128, { kernel: 5, padding: 'same' }));
    expect(found('factor-asymmetric', spec)).toEqual(['conv']);
    expect(fixOf('factor-asymmetric', spec)).toBeUndefined();
  });

  it('vgg-conv-3x3: a stride one way shrinks the map as well', () => {
    expect(fixOf('vgg-conv-3x3', network([3, 16, 16], conv('a', 8, { stride: [1, 2] })))).toBe(
      'Make it 3×3, and shrink the map with 2×2 pools',
    );
  });

  describe('residual-shape-match', () => {
    const sumOf = (shape: readonly number[], channels: number, params: ParamValues) =>
      network(shape, conv('conv', channels, params), ['sum', 'add', {}, ['conv', 'input']]);

    it.each([
      ['more channels', sumOf([32, 15, 15], 64, {}), '64×15×15'],
      ['a smaller map, though it has fewer channels', sumOf([64, 56, 56], 32, { stride: 2 }), '32×28×28'],
    ])('goes on with %s, whichever way the sum names first', (_, spec, target) => {
      expect(fixOf('residual-shape-match', spec)).toBe(`Project "input" to ${target} with a 1×1 convolution`);
    });

    it('has no stride that makes five columns of seven, were there one for the rows', () => {
      // Every second one of eight rows is one of four; of seven columns every second one leaves four, and all are seven.
      const spec = sumOf([8, 8, 7], 8, { kernel: [5, 3], padding: 0 });
      expect(found('residual-shape-match', spec)).toEqual(['sum']);
      expect(fixOf('residual-shape-match', spec)).toBeUndefined();
    });
  });

  describe('prefer-gap-over-large-fc', () => {
    const head = (...behind: Parameters<typeof network>[1][]) =>
      network([512, 7, 7], ['flatten', 'flatten'], ['fc', 'linear', { features: 1024 }], ...behind);
    const saved = (spec: object) =>
      findingsIn(designFor('prefer-gap-over-large-fc', spec))[0]?.says?.values.saved;
    // 1,024 of 25,089 numbers each, or of 513.
    const SAVED = 1024 * (25_089 - 513);

    it('counts what is replaced, and no norm behind the last of the layers', () => {
      expect(saved(head())).toBe(SAVED);
      expect(saved(head(['norm', 'batchNorm']))).toBe(SAVED);
    });

    it('takes vectors alone for the head, however what is made of them branches', () => {
      const spec = head(
        ['map', 'reshape', { shape: [0, 64, 4, 4] }],
        ['a', 'relu', {}, 'map'],
        ['b', 'tanh', {}, 'map'],
      );
      expect(saved(spec)).toBe(SAVED);
      expect(fixOf('prefer-gap-over-large-fc', spec)).toMatch(/ and "fc"$/);
    });
  });

  it('unreachable-node: the wire that is missing is drawn to the port that waits for it', () => {
    const spec = {
      netwright: 3,
      nodes: [
        { id: 'input', kind: 'input', params: { shape: [8, 8, 8] } },
        { id: 'a', kind: 'relu', from: 'input' },
        { id: 'b', kind: 'relu' },
        { id: 'output', kind: 'output', from: 'b' },
      ],
    };
    const [finding] = findingsIn(designFor('unreachable-node', spec));
    expect(finding?.fix).toMatchObject({ title: 'Connect "a" to "b"', connects: true });
  });
});
