import { describe, expect, it } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import { flatten } from '../../shared/analysis/flatten.ts';
import { peakUnder } from '../../shared/budget/memory.ts';
import type { Design } from '../../shared/graph/design.ts';
import { makePlan } from '../../shared/runtime/plan/plan.ts';
import { fit as fitDesign, fitNow } from '../../shared/steer/fit.ts';
import { fitLaw } from '../../shared/steer/law-fit.ts';
import { lawNamed } from '../../shared/steer/laws.ts';
import { amountOf, peaksAmong } from '../../shared/steer/quantities.ts';
import { sweep } from '../../shared/steer/sweep.ts';
import { NetworkBuilder } from '../../shared/zoo/builder.ts';
import { zooEntry } from '../../shared/zoo/index.ts';

/** What peaks are counted of, where it is not one sample in float32. */
const loaded = { batch: 3, numbers: { weights: 'int8', activations: 'int8' } } as const;

interface Small {
  readonly extent: number;
  readonly first: number;
  readonly second: number;
}

/** Written down anew for each variant: nothing of the search goes into it. */
function small({ extent, first, second }: Small): Design {
  const b = new NetworkBuilder();
  b.input(3, extent);
  b.unit('conv1', first, 3);
  b.unit('conv2', first, 3);
  b.add('down', 'residual', { channels: second, stride: [2, 2], shortcut: 'projection' });
  b.classify('fc', 10);
  return b.design('small', '');
}

/** What the plan for one thread and the plain kernels allocates. */
function arenaBytes(design: Design): number {
  const network = flatten(analyze(design));
  if (!network.ok) throw new Error(network.problems[0]!.message);
  const plan = makePlan(network.value, { target: { threads: 1, tilePixels: 4, panelChannels: 8 } });
  if (!plan.ok) throw new Error(plan.problems[0]!.message);
  return plan.value.arenaBytes;
}

const start: Small = { extent: 32, first: 16, second: 32 };
const values = { extent: [16, 24, 32, 40], first: [8, 16, 24], second: [16, 32, 48] } as const;
const vary = [
  { knob: 'input', values: values.extent },
  { knob: 'stage1.width', values: values.first },
  { knob: 'stage2.width', values: values.second },
];
const variants = values.extent.flatMap((extent) =>
  values.first.flatMap((first) =>
    values.second.map((second) => {
      const variant = { extent, first, second };
      const apart = (name: keyof Small) => Math.abs(Math.log(variant[name] / start[name]));
      const design = small(variant);
      return {
        bytes: arenaBytes(design),
        params: analyze(design).totals.params,
        distance: apart('extent') + apart('first') + apart('second'),
      };
    }),
  ),
);
const now = arenaBytes(small(start));

describe("this engine's arena as a limit", () => {
  it.each([0.3, 0.55, 0.8, 1.2])(
    'finds what planning everything finds, at %d of what it is, and proves it',
    (share) => {
      const atMost = Math.round(now * share);
      const possible = variants.filter(({ bytes }) => bytes <= atMost);
      const found = fitNow(small(start), { limits: [{ quantity: 'memoryEngine', atMost }], vary });
      expect(possible.length).toBeGreaterThan(0);
      if (found.kind !== 'found') throw new Error(JSON.stringify(found));
      expect(found.isProven).toBe(true);
      expect(amountOf(found.original, 'memoryEngine')).toBe(now);
      expect(found.answers[0]!.score).toBeCloseTo(Math.min(...possible.map(({ distance }) => distance)), 6);
      for (const { design, measures } of found.answers) {
        expect(amountOf(measures, 'memoryEngine')).toBe(arenaBytes(design));
        expect(arenaBytes(design)).toBeLessThanOrEqual(atMost);
      }
    },
  );

  it('is kept beside others, and the largest of another quantity within it is the largest', () => {
    const atMost = Math.round(0.7 * now);
    const possible = variants.filter(({ bytes }) => bytes <= atMost);
    const found = fitNow(small(start), {
      limits: [{ quantity: 'memoryEngine', atMost }],
      wish: { kind: 'largest', quantity: 'params' },
      vary,
    });
    if (found.kind !== 'found') throw new Error(JSON.stringify(found));
    expect(found.isProven).toBe(true);
    expect(found.answers[0]!.measures.params).toBe(Math.max(...possible.map(({ params }) => params)));
  });

  it('is made as small as can be where that is wished, and says so where none is small enough', () => {
    const least = Math.min(...variants.map(({ bytes }) => bytes));
    const wish = { kind: 'smallest', quantity: 'memoryEngine' } as const;
    const found = fitNow(small(start), { limits: [], wish, vary });
    expect(found.kind === 'found' && amountOf(found.answers[0]!.measures, 'memoryEngine')).toBe(least);
    const none = fitNow(small(start), { limits: [{ quantity: 'memoryEngine', atMost: least - 1 }], vary });
    expect(none).toMatchObject({
      kind: 'none',
      isProven: true,
      broken: [{ quantity: 'memoryEngine', actual: least, max: least - 1 }],
    });
  });

  it('is kept in a space that is too large to plan', () => {
    const resnet = zooEntry('resnet18').build();
    const atMost = Math.round(0.75 * arenaBytes(resnet));
    const found = fitNow(resnet, { limits: [{ quantity: 'memoryEngine', atMost }], top: 2 });
    if (found.kind !== 'found') throw new Error(JSON.stringify(found));
    expect(found.isProven).toBe(false);
    expect(found.space).toBeGreaterThan(4096);
    for (const { design, measures } of found.answers) {
      expect(amountOf(measures, 'memoryEngine')).toBe(arenaBytes(design));
      expect(arenaBytes(design)).toBeLessThanOrEqual(atMost);
    }
  });

  it('says how far planning is, and keeps what was found when it is ended', async () => {
    const request = { limits: [{ quantity: 'memoryEngine', atMost: now }], vary } as const;
    const told: number[] = [];
    const whole = await fitDesign(small(start), request, {
      onProgress: ({ fraction }) => told.push(fraction),
    });
    expect(whole).toMatchObject({ kind: 'found', isProven: true });
    expect(told).toEqual([...told].sort((a, b) => a - b));
    expect(told.filter((fraction) => fraction > 0.5).length).toBeGreaterThanOrEqual(5);
    const stop = new AbortController();
    const ended = await fitDesign(small(start), request, {
      signal: stop.signal,
      onProgress: ({ found }) => {
        if (found > 0) stop.abort();
      },
    });
    expect(ended).toMatchObject({ kind: 'found', isProven: false, answers: { length: 1 } });
  });

  it.each(['memory', 'memoryConcat', 'memoryArena', 'memoryEngine'] as const)(
    'of a batch is %s of the batch, not of a sample',
    (quantity) => {
      const [convention = 'plain'] = peaksAmong([quantity]);
      const bytesOf = (design: Design): number => peakUnder(analyze({ ...design, ...loaded }), convention)!;
      const knobs = { vary: [{ knob: 'input', values: [13, 17, 19, 32] }], loaded } as const;
      const all = knobs.vary[0].values.map((extent) => bytesOf(small({ ...start, extent })));
      for (const atMost of all) {
        const found = fitNow(small(start), {
          limits: [{ quantity, atMost }],
          wish: { kind: 'largest', quantity },
          ...knobs,
        });
        if (found.kind !== 'found') throw new Error(JSON.stringify(found));
        const [{ design, measures }] = found.answers as [(typeof found.answers)[0]];
        expect(amountOf(measures, quantity)).toBe(atMost);
        expect(bytesOf(design)).toBe(atMost);
      }
    },
  );

  it.each(['memory', 'memoryInPlace', 'memoryArena'] as const)(
    'counts what all samples of a batch share once in %s',
    (quantity) => {
      const sharing = (width: number): Design => {
        const b = new NetworkBuilder();
        b.input(3, 16);
        b.unit('wide', width, 3);
        b.unit('narrow', 16, 3);
        b.add('map', 'input', { shape: [1, 16, 16, 16], batched: false });
        b.add('sum', 'add', {}, 'narrow', 'map');
        b.classify('fc', 10);
        return b.design('sharing', '');
      };
      const [convention = 'plain'] = peaksAmong([quantity]);
      const bytesOf = (width: number): number =>
        peakUnder(analyze({ ...sharing(width), ...loaded }), convention)!;
      const widths = [16, 24, 40, 64];
      for (const width of widths) {
        const found = fitNow(sharing(32), {
          limits: [{ quantity, atMost: bytesOf(width) }],
          wish: { kind: 'largest', quantity },
          vary: [{ knob: 'wide.width', values: widths }],
          loaded,
        });
        if (found.kind !== 'found') throw new Error(JSON.stringify(found));
        expect(found.isProven).toBe(true);
        expect(amountOf(found.answers[0]!.measures, quantity)).toBe(bytesOf(width));
      }
    },
  );

  it('is a column of a sweep, and a limit of a family', async () => {
    const swept = await sweep(small(start), { vary, peaks: ['engineArena'] });
    if (swept.kind !== 'swept') throw new Error(JSON.stringify(swept));
    expect(swept.rows.map(({ measures }) => amountOf(measures, 'memoryEngine'))).toEqual(
      variants.map(({ bytes }) => bytes),
    );
    const law = await fitLaw(lawNamed('mobilenet_v2')!, {
      limits: [{ quantity: 'memoryEngine', increase: -30 }],
      vary: [{ knob: 'alpha', values: [0.35, 0.5, 0.75, 1] }],
    });
    if (!law.ok) throw new Error(law.problems[0]!.message);
    expect(law.value.isProven).toBe(true);
    for (const { design, measures } of law.value.members) {
      expect(amountOf(measures, 'memoryEngine')).toBe(arenaBytes(design));
      expect(arenaBytes(design)).toBeLessThanOrEqual(0.7 * amountOf(law.value.original, 'memoryEngine'));
    }
  });

  it('is refused where there is no plan: a layer that only stands for something', () => {
    const b = new NetworkBuilder();
    b.input(3, 32);
    b.unit('conv1', 16, 3);
    b.add('mystery', 'opaque', { operation: 'torch.fft.rfft2', shape: [16, 32, 32] });
    b.classify('fc', 10);
    const found = fitNow(b.design('opaque', ''), { limits: [{ quantity: 'memoryEngine', atMost: 1e6 }] });
    expect(found).toMatchObject({ kind: 'refused', problems: [{ code: 'arena-unknown' }] });
  });
});
