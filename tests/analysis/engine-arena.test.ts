import { describe, expect, it } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import { checkBudget } from '../../shared/budget/budget.ts';
import { arenaTarget, memoryOf } from '../../shared/budget/memory.ts';
import { parseBudgetLimit } from '../../shared/formats/spec/quantity.ts';
import { NetworkBuilder } from '../../shared/zoo/builder.ts';
import { zooEntry } from '../../shared/zoo/index.ts';

/** Of the kernels' builds: pixels of the register tile, and vectors of four channels. */
interface Shapes {
  readonly shapes: { readonly plain: { readonly pixels: number; readonly vectors: number } };
}

describe("this engine's arena", () => {
  it('is planned for one thread of the plain kernels, whatever machine this is', async () => {
    const kernels = new URL('../../shared/runtime/cpu/assembly/micro.mjs', import.meta.url).href;
    const { shapes }: Shapes = await import(kernels);
    const { pixels, vectors } = shapes.plain;
    expect(arenaTarget).toEqual({ threads: 1, tilePixels: pixels, panelChannels: 4 * vectors });
  });

  it.each(['alexnet', 'resnet18', 'mobilenet_v2', 'googlenet'])(
    'holds what lives at once in %s, none on another',
    (id) => {
      const { lifetimes, peakBytes, alive, at, steps } = memoryOf(
        analyze(zooEntry(id)!.build()),
        'engineArena',
      )!;
      expect(steps).toBeGreaterThan(5);
      expect(at).toBeDefined();
      expect(alive.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(peakBytes);
      for (const [i, a] of lifetimes.entries()) {
        expect(a.offsetBytes! + a.bytes).toBeLessThanOrEqual(peakBytes);
        for (const b of lifetimes.slice(i + 1)) {
          const together = a.first <= b.last && b.first <= a.last;
          const apart =
            a.offsetBytes! + a.bytes <= b.offsetBytes! || b.offsetBytes! + b.bytes <= a.offsetBytes!;
          expect(!together || apart).toBe(true);
        }
      }
    },
  );

  it('is a limit of a budget, of the batch', () => {
    const limit = parseBudgetLimit('8MiB engineArena', 'memory')!;
    expect(limit).toEqual({ kind: 'absolute', max: 8 * 1024 ** 2, counted: 'engineArena' });
    const gauge = (batch: number) => {
      const design = { ...zooEntry('resnet18')!.build(), batch, budget: { limits: { memory: limit } } };
      return checkBudget(design, analyze(design)).gauges.memory;
    };
    expect(gauge(1)).toMatchObject({ within: true });
    expect(gauge(8)).toMatchObject({ within: false });
    // A batch of eight has eight times the maps, and works in the same room.
    expect(gauge(8).actual).toBeGreaterThan(4 * gauge(1).actual);
    expect(gauge(8).actual).toBeLessThan(8.5 * gauge(1).actual);
  });

  it('is not known of what the engine cannot run, and so no limit on it is kept', () => {
    const b = new NetworkBuilder();
    b.input(3, 32);
    b.add('mystery', 'opaque', { operation: 'torch.fft.rfft2', shape: [3, 32, 32] });
    b.add('output', 'output');
    const design = {
      ...b.design('opaque', ''),
      budget: { limits: { memory: parseBudgetLimit('8MiB engineArena', 'memory')! } },
    };
    const { actual, within } = checkBudget(design, analyze(design)).gauges.memory;
    expect([actual, within]).toEqual([Number.NaN, undefined]);
  });
});
