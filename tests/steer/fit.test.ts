import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import type { Design } from '../../shared/graph/design.ts';
import { paperSharing } from '../../shared/graph/quantities.ts';
import { fitNow } from '../../shared/steer/fit.ts';
import { parseSteerLimit, steerLimitForms } from '../../shared/steer/limits.ts';
import {
  amountOf,
  measuresOf,
  peaksAmong,
  type SteerLimit,
  type SteerQuantity,
  steerQuantities,
} from '../../shared/steer/quantities.ts';
import { NetworkBuilder } from '../../shared/zoo/builder.ts';
import { zooEntry } from '../../shared/zoo/index.ts';

interface Small {
  readonly extent: number;
  readonly first: number;
  readonly second: number;
  readonly depth: number;
}

/** A small residual network, written down anew for each variant: nothing of the search goes into it. */
function small({ extent, first, second, depth }: Small): Design {
  const b = new NetworkBuilder();
  b.input(3, extent);
  b.unit('conv1', first, 3);
  b.unit('conv2', first, 3);
  b.add('down', 'residual', { channels: second, stride: [2, 2], shortcut: 'projection' });
  for (let i = 1; i < depth; i++) b.add(`keep${i}`, 'residual', { channels: second });
  b.classify('fc', 10);
  return b.design('small', '');
}

const start: Small = { extent: 32, first: 16, second: 32, depth: 3 };
const values = {
  extent: [16, 24, 32, 40],
  first: [8, 16, 24, 32],
  second: [8, 16, 32, 48],
  depth: [1, 2, 3, 5],
} as const;
const vary = [
  { knob: 'input', values: values.extent },
  { knob: 'stage1.width', values: values.first },
  { knob: 'stage2.width', values: values.second },
  { knob: 'stage2.depth', values: values.depth },
];

const everyVariant = values.extent.flatMap((extent) =>
  values.first.flatMap((first) =>
    values.second.flatMap((second) =>
      values.depth.map((depth) => {
        const variant = { extent, first, second, depth };
        const apart = (name: keyof Small) => Math.abs(Math.log(variant[name] / start[name]));
        return {
          extent,
          measures: measuresOf(analyze(small(variant)), paperSharing),
          distance: apart('extent') + apart('first') + apart('second') + apart('depth'),
        };
      }),
    ),
  ),
);

const share = fc.double({ min: 0.2, max: 2, noNaN: true });
const limited = fc.constantFrom(
  'macs',
  'params',
  'memory',
  'memoryInPlace',
  'memoryDepthwise',
  'memoryConcat',
  'memoryArena',
  'activations',
  'training',
  'depth',
  'field',
  'ops',
  'weights',
);
const original = measuresOf(analyze(small(start)), paperSharing);
const anyLimit = fc
  .record({ quantity: limited, share, side: fc.constantFrom('atMost', 'atLeast') })
  .map(({ quantity, share: of, side }): SteerLimit => {
    const base = amountOf(original, quantity);
    return { quantity, [side]: Math.round(base * of) };
  });

const keeps = (limit: SteerLimit, measures: (typeof everyVariant)[number]['measures']): boolean => {
  const amount = amountOf(measures, limit.quantity);
  return amount <= (limit.atMost ?? Infinity) && amount >= (limit.atLeast ?? 0);
};

describe('fitting', () => {
  it('finds on small spaces what trying everything finds, and proves it', () => {
    fc.assert(
      fc.property(fc.array(anyLimit, { minLength: 1, maxLength: 3 }), (limits) => {
        const possible = everyVariant.filter(({ measures }) =>
          limits.every((limit) => keeps(limit, measures)),
        );
        const found = fitNow(small(start), { limits, vary });
        if (found.kind === 'refused') {
          expect(possible).toEqual([]);
          return;
        }
        expect(found.isProven).toBe(true);
        expect(found.kind).toBe(possible.length > 0 ? 'found' : 'none');
        if (found.kind !== 'found') return;
        const least = Math.min(...possible.map(({ distance }) => distance));
        expect(found.answers[0]!.score).toBeCloseTo(least, 6);
        for (const { measures, design } of found.answers) {
          expect(limits.every((limit) => keeps(limit, measures))).toBe(true);
          expect(measuresOf(analyze(design), peaksAmong(limits.map(({ quantity }) => quantity)))).toEqual(
            measures,
          );
        }
      }),
      { numRuns: 40 },
    );
  });

  it.each([16, 24, 32])(
    'finds the nearest that sees all of its own input, among inputs from %i on',
    (least) => {
      const extents = values.extent.filter((extent) => extent >= least);
      const possible = everyVariant.filter(
        ({ measures, extent }) => extent >= least && measures.fieldPixels >= extent,
      );
      const found = fitNow(small(start), {
        limits: [parseSteerLimit('input', 'field')!],
        vary: [{ knob: 'input', values: extents }, ...vary.slice(1)],
      });
      if (found.kind !== 'found') throw new Error(found.kind);
      expect(found.isProven).toBe(true);
      expect(found.answers[0]!.score).toBeCloseTo(Math.min(...possible.map(({ distance }) => distance)), 6);
      for (const { measures, design } of found.answers)
        expect(measures.fieldPixels).toBeGreaterThanOrEqual(
          (design.nodes.input!.params.shape as readonly number[])[1]!,
        );
    },
  );

  it('knows stages, length and field of a network over sequences', () => {
    // M5 (Dai et al. 2016) sees 6,848 of 8,000 samples; half as long, what it sees stays so.
    const found = fitNow(zooEntry('m5')!.build(), {
      limits: [{ quantity: 'field', coversInput: true }],
      vary: [{ knob: 'input', values: [6000, 6848, 7000, 8000] }],
    });
    if (found.kind !== 'found') throw new Error(found.kind);
    expect(found.answers[0]!.turned).toEqual([{ knob: 'input', before: 8000, after: 6848 }]);
    const each = fitNow(zooEntry('m5')!.build(), {
      limits: [{ quantity: 'params', atMost: 20_000 }],
      vary: ['stage1', 'stage2', 'stage3', 'stage4'].map((stage) => ({ knob: `${stage}.width` })),
    });
    expect(each.kind).toBe('found');
  });

  it('finds the largest of a quantity that trying everything finds', () => {
    fc.assert(
      fc.property(anyLimit, limited, (limit, quantity) => {
        const possible = everyVariant.filter(({ measures }) => keeps(limit, measures));
        const found = fitNow(small(start), { limits: [limit], vary, wish: { kind: 'largest', quantity } });
        expect(found.kind).toBe(possible.length > 0 ? 'found' : 'none');
        if (found.kind !== 'found') return;
        expect(found.isProven).toBe(true);
        const most = Math.max(...possible.map(({ measures }) => amountOf(measures, quantity)));
        expect(amountOf(found.answers[0]!.measures, quantity)).toBe(most);
      }),
      { numRuns: 20 },
    );
  });

  it('says what binds, how far off the nearest is, and which lock would help', () => {
    const design = small(start);
    const { macs } = measuresOf(analyze(design));
    const found = fitNow(design, {
      limits: [{ quantity: 'macs', atMost: Math.round(macs / 20) }],
      vary: [{ knob: 'stage2.depth', values: [1, 2, 3] }],
    });
    if (found.kind !== 'none') throw new Error(found.kind);
    expect(found.broken.map(({ quantity }) => quantity)).toEqual(['macs']);
    expect(found.nearest?.turned).toEqual([{ knob: 'stage2.depth', before: 3, after: 1 }]);
    expect(found.unlock).toContain('width');
    expect(found.isProven).toBe(true);
  });

  it('holds the peak of ResNet-50 to what it takes in place, which nothing in place is over', () => {
    const inPlace = fitNow(zooEntry('resnet50')!.build(), {
      limits: [{ quantity: 'memoryInPlace', atMost: 7_225_344 }],
      vary: [{ knob: 'input', values: [192, 224] }],
    });
    expect(inPlace).toMatchObject({ kind: 'found', isProven: true, answers: [{ turned: [] }, {}] });
    const plain = fitNow(zooEntry('resnet50')!.build(), {
      limits: [{ quantity: 'memory', atMost: 7_225_344 }],
      vary: [{ knob: 'input', values: [192, 224] }],
    });
    // (192/224)² · 9,633,792 = 7,077,888.
    expect(plain).toMatchObject({
      answers: [{ turned: [{ after: 192 }], measures: { peakBytes: 7_077_888 } }],
    });
  });

  it('keeps three limits of ResNet-50 at once', () => {
    const found = fitNow(zooEntry('resnet50')!.build(), {
      limits: [
        { quantity: 'macs', atMost: 3_500_000_000 },
        { quantity: 'params', atMost: 22_000_000 },
        { quantity: 'memory', atMost: 9_633_792 },
      ],
    });
    if (found.kind !== 'found') throw new Error(JSON.stringify(found));
    for (const { measures } of found.answers) {
      expect(measures.macs).toBeLessThanOrEqual(3_500_000_000);
      expect(measures.params).toBeLessThanOrEqual(22_000_000);
    }
    expect(found.answers.length).toBe(5);
  });

  it.each([
    ['a knob that is not there', { vary: [{ knob: 'stage9.width' }] }, 'knob-unknown'],
    ['an empty range', { vary: [{ knob: 'input', values: [] }] }, 'range-empty'],
    ['half a pixel', { vary: [{ knob: 'input', values: [3.5] }] }, 'range-wrong'],
    ['a knob twice', { vary: [{ knob: 'input' }, { knob: 'input' }] }, 'knob-twice'],
    ['a lock on what is not there', { keep: ['nothing'] }, 'keep-unknown'],
    ['turning what stays', { vary: [{ knob: 'input' }], keep: ['input'] }, 'knob-kept'],
    [
      'a quantity that is not there',
      { limits: [{ quantity: 'flop' as SteerQuantity, atMost: 1 }] },
      'quantity-unknown',
    ],
    ['a limit without a number', { limits: [{ quantity: 'macs' as SteerQuantity }] }, 'limit-empty'],
    ['one knob by two names', { vary: [{ knob: 'stage1.width' }, { knob: 'conv1.width' }] }, 'knobs-overlap'],
  ])('refuses %s in one line', (_, request, code) => {
    const found = fitNow(small(start), { limits: [], ...request });
    if (found.kind !== 'refused') throw new Error(found.kind);
    expect(found.problems.map((problem) => problem.code)).toEqual([code]);
  });

  it.each(steerQuantities)('shows a range for %s that can be written', (quantity) => {
    expect(parseSteerLimit(steerLimitForms(quantity).range, quantity)).toMatchObject({ quantity });
  });

  it('refuses limits that contradict each other', () => {
    const found = fitNow(small(start), {
      limits: [
        { quantity: 'macs', atLeast: 10 },
        { quantity: 'macs', atMost: 5 },
      ],
    });
    expect(found).toMatchObject({ kind: 'refused', problems: [{ code: 'limits-contradict' }] });
  });
});
