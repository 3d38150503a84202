import { describe, expect, it } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import type { Target } from '../../shared/runtime/plan/target.ts';
import type { TimeModel } from '../../shared/runtime/time/model.ts';
import { createTimer } from '../../shared/runtime/time/timer.ts';
import { lawNames, laws } from '../../shared/runtime/time/work.ts';
import { fitNow } from '../../shared/steer/fit.ts';
import { fitLaw } from '../../shared/steer/law-fit.ts';
import { lawNamed } from '../../shared/steer/laws.ts';
import { asCounted } from '../../shared/steer/quantities.ts';
import { spaceOf } from '../../shared/steer/space.ts';
import { paretoRows, sweep } from '../../shared/steer/sweep.ts';
import { NetworkBuilder } from '../../shared/zoo/builder.ts';
import { zooEntry } from '../../shared/zoo/index.ts';

const target: Target = { threads: 2, tilePixels: 6, panelChannels: 16 };

/** A machine of the test's own: every step costs 10 µs, each of its amounts what is written here, in milliseconds. */
const perUnit: Readonly<Record<string, number>> = {
  macs: 1 / 30e6,
  strassenMacs: 1 / 34e6,
  mapBytes: 1 / 8e6,
  filterBytes: 1 / 10e6,
  farFilters: 1 / 10e6,
  farMaps: 1 / 10e6,
  values: 1 / 1e6,
  taps3: 1 / 10e6,
  tiles: 1 / 20e6,
};
const model: TimeModel = Object.fromEntries(
  lawNames.map((law) => [
    law,
    { coefficients: [0.01, ...laws[law].map((name) => perUnit[name] ?? 0)], spread: 0.1, steps: 9 },
  ]),
);
const timer = createTimer(target, model);

/** Convolution, norm and activation as nodes of their own: they run as one step. */
function loose() {
  const b = new NetworkBuilder();
  b.input(3, 64);
  for (const [i, channels] of [16, 32, 32].entries()) {
    b.add(`conv${i}`, 'conv2d', { channels, kernel: [3, 3], padding: [1, 1, 1, 1] });
    b.add(`bn${i}`, 'batchNorm');
    b.add(`relu${i}`, 'relu');
    b.maxPool(`pool${i}`, 2, 2);
  }
  b.classify('fc', 10);
  return b.design('loose', '');
}

describe('designs under a limit on time', () => {
  const resnet = zooEntry('resnet18').build();
  const vary = [
    { knob: 'stage4.width', values: [64, 128, 192, 256] },
    { knob: 'stage5.width', values: [128, 256, 384, 512] },
    { knob: 'input', values: [128, 160, 192, 224] },
  ];
  const before = timer.whole(analyze(resnet))!.milliseconds;

  it('finds designs that are predicted within it when they are planned as a whole', () => {
    const limit = 0.6 * before;
    const result = fitNow(resnet, { limits: [{ quantity: 'time', atMost: limit }], vary, timer, top: 3 });
    if (result.kind !== 'found') throw new Error(JSON.stringify(result));
    expect(result.original.milliseconds).toBe(before);
    expect(result.answers).toHaveLength(3);
    for (const { design, measures, interval } of result.answers) {
      const whole = timer.whole(analyze(design))!;
      expect(measures.milliseconds).toBe(whole.milliseconds);
      expect(interval).toEqual({ low: whole.low, high: whole.high });
      expect(whole.milliseconds).toBeLessThanOrEqual(limit);
    }
  });

  it('proves the nearest in a small space: all that are nearer were planned, and take too long', () => {
    const limit = 0.6 * before;
    const stages = { 'stage4.width': [128, 256], 'stage5.width': [256, 512], input: [128, 160, 224] };
    const [wide4, wide5, extents] = Object.values(stages) as [number[], number[], number[]];
    const alone = (knob: string, value: number) => ({ knob, values: [value] });
    const times = wide4.flatMap((a) =>
      wide5.flatMap((b) =>
        extents.map((extent) => {
          const only = [alone('stage4.width', a), alone('stage5.width', b), alone('input', extent)];
          const made = fitNow(resnet, { limits: [{ quantity: 'depth', atLeast: 1 }], vary: only });
          if (made.kind !== 'found') throw new Error(JSON.stringify(made));
          const { design } = made.answers[0]!;
          const apart = Math.log(256 / a) + Math.log(512 / b) + Math.log(224 / extent);
          return { apart, milliseconds: timer.whole(analyze(design))!.milliseconds };
        }),
      ),
    );
    const nearest = Math.min(
      ...times.filter(({ milliseconds }) => milliseconds <= limit).map(({ apart }) => apart),
    );
    const result = fitNow(resnet, {
      limits: [{ quantity: 'time', atMost: limit }],
      vary: Object.entries(stages).map(([knob, values]) => ({ knob, values })),
      timer,
      top: 1,
    });
    if (result.kind !== 'found') throw new Error(JSON.stringify(result));
    expect(result.isProven).toBe(true);
    expect(result.answers[0]!.score).toBeCloseTo(nearest, 6);
  });

  it('keeps other limits beside it, and a share of what the design takes', () => {
    const result = fitNow(resnet, {
      limits: [
        { quantity: 'time', increase: -30 },
        { quantity: 'params', atMost: 9e6 },
      ],
      vary,
      timer,
      top: 2,
    });
    if (result.kind !== 'found') throw new Error(JSON.stringify(result));
    for (const { measures } of result.answers) {
      expect(measures.milliseconds).toBeLessThanOrEqual(0.7 * before);
      expect(measures.params).toBeLessThanOrEqual(9e6);
    }
  });

  it('makes it as short as possible where that is wished', () => {
    const result = fitNow(resnet, {
      limits: [],
      wish: { kind: 'smallest', quantity: 'time' },
      vary: [{ knob: 'stage3.width', values: [64, 128, 256] }],
      timer,
    });
    expect(result.kind === 'found' && result.answers[0]!.turned).toEqual([
      { knob: 'stage3.width', before: 128, after: 64 },
    ]);
  });

  it('says what the nearest takes where none is short enough', () => {
    const result = fitNow(resnet, {
      limits: [{ quantity: 'time', atMost: 0.01 }],
      vary: [{ knob: 'stage3.width', values: [64, 128] }],
      timer,
    });
    expect(result).toMatchObject({ kind: 'none', broken: [{ quantity: 'time' }] });
  });

  it('asks for a machine that was measured, and never takes one for granted', async () => {
    const limits = [{ quantity: 'time' as const, atMost: 10 }];
    for (const result of [
      fitNow(resnet, { limits }),
      fitNow(resnet, { limits: [], wish: { kind: 'smallest', quantity: 'time' } }),
    ])
      expect(result).toMatchObject({ kind: 'refused', problems: [{ code: 'no-timer' }] });
    const family = await fitLaw(lawNamed('mobilenet_v2')!, {
      limits,
      vary: [{ knob: 'alpha', values: [0.5, 1] }],
    });
    expect(family).toMatchObject({ ok: false, problems: [{ code: 'no-timer' }] });
  });

  it('tells of a design with layers whose time is not known', () => {
    const few = createTimer(target, { product: model.product! });
    expect(fitNow(resnet, { limits: [{ quantity: 'time', atMost: 10 }], timer: few })).toMatchObject({
      kind: 'refused',
      problems: [{ code: 'time-unknown' }],
    });
  });
});

describe('times of variants', () => {
  it.each([
    ['resnet18', zooEntry('resnet18').build(), ['stage2.width', 'stage4.width', 'input']],
    ['layers that are fused with others', loose(), ['conv1.width', 'input']],
  ] as const)('are those of whole plans, nearly: %s', (_, design, names) => {
    const made = spaceOf(design, {
      vary: names.map((knob) => ({ knob, values: knob === 'input' ? [64, 96, 128] : [16, 32, 48, 64] })),
      timer,
    });
    if (!made.ok) throw new Error(made.problems[0]!.message);
    const { evaluator } = made.value;
    for (let i = 1; i < 4; i++) {
      const at = evaluator.knobs.map(({ values }, place) => (i * (place + 1)) % values.length);
      const vary = evaluator.knobs.map(({ knob, values }, place) => ({
        knob: knob.id,
        values: [values[at[place]!]!],
      }));
      const exact = fitNow(design, {
        limits: [{ quantity: 'time', atMost: 1e6 }],
        vary,
        timer,
      });
      if (exact.kind !== 'found') throw new Error(JSON.stringify(exact));
      const ratio = evaluator.measure(at)!.milliseconds! / exact.answers[0]!.measures.milliseconds!;
      expect(ratio).toBeGreaterThan(0.85);
      expect(ratio).toBeLessThan(1.18);
    }
  });

  it('are columns of a sweep, and an aim of its front', async () => {
    const vary = [{ knob: 'width', values: [0.5, 0.75, 1] }];
    const timed = await sweep(loose(), { vary, timer });
    if (timed.kind !== 'swept') throw new Error(JSON.stringify(timed));
    const times = timed.rows.map(({ measures }) => measures.milliseconds!);
    expect(times.every((time) => time > 0)).toBe(true);
    expect(paretoRows(timed.rows, ['time']).map(({ values }) => values[0])).toEqual([0.5]);
    const plain = await sweep(loose(), { vary });
    expect(plain.kind === 'swept' && plain.rows[0]!.measures.milliseconds).toBeUndefined();
  });

  it('are of members of a family, each planned as a whole', async () => {
    const law = lawNamed('mobilenet_v2')!;
    const found = await fitLaw(law, {
      limits: [{ quantity: 'time', increase: -20 }],
      vary: [{ knob: 'alpha', values: [0.35, 0.5, 0.75, 1] }],
      timer,
      top: 2,
    });
    if (!found.ok) throw new Error(found.problems[0]!.message);
    expect(found.value.members.length).toBeGreaterThan(0);
    for (const { design, measures } of found.value.members) {
      expect(measures.milliseconds).toBe(timer.whole(analyze(asCounted(design)))!.milliseconds);
      expect(measures.milliseconds).toBeLessThanOrEqual(0.8 * found.value.original.milliseconds!);
    }
  });
});
