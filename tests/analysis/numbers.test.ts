import { describe, expect, it } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import { checkBudget } from '../../shared/budget/budget.ts';
import { captionOf, costTable } from '../../shared/formats/tables/cost-table.ts';
import { plainNumbers } from '../../shared/graph/number-types.ts';
import { budgetLimits } from '../../shared/steer/limits.ts';
import { zooEntry } from '../../shared/zoo/index.ts';

const resnet = zooEntry('resnet50')!.build();
const plain = analyze(resnet).totals;

describe('types of numbers and the batch', () => {
  it('leave what is usual as it was: torchvision has 25,557,032 parameters, of four bytes', () => {
    expect(plain.params).toBe(25_557_032);
    // Two statistics for each of the 26,560 channels that are normalised.
    expect(plain.weightBytes).toBe(4 * (25_557_032 + 2 * 26_560));
    expect(plain.peakBytes).toBe(9_633_792);
  });

  it('change bytes and never counts: weights and activations apart', () => {
    const { totals } = analyze({ ...resnet, numbers: { weights: 'int8', activations: 'bfloat16' } });
    expect(totals.weightBytes).toBe(plain.weightBytes / 4);
    expect([totals.peakBytes, totals.outputBytes]).toEqual([plain.peakBytes / 2, plain.outputBytes / 2]);
    expect([totals.macs, totals.params]).toEqual([plain.macs, plain.params]);
  });

  it('tell peak memory for the batch, counts for one sample', () => {
    const design = { ...resnet, batch: 8 };
    const { totals } = analyze(design);
    expect(totals).toMatchObject({ macs: plain.macs, params: plain.params, outputBytes: plain.outputBytes });
    expect(totals.peakBytes).toBe(8 * plain.peakBytes);
    expect(analyze(resnet, { batch: 8 }).totals).toEqual(totals);
    expect(analyze(design, { batch: 1 }).totals).toEqual(plain);
    const caption = captionOf(costTable(design, analyze(design), { convention: 'mac' }));
    expect(caption).toContain('Peak memory for a batch of 8.');
  });

  it('hold for budgets, and for the baseline as it was pinned', () => {
    const numbers = { weights: 'float32', activations: 'float16' } as const;
    const baseline = { ...resnet, name: 'before' };
    const design = { ...resnet, numbers, budget: { limits: {}, baseline } };
    const { memory } = checkBudget(design, analyze(design)).gauges;
    expect([memory.actual, memory.baseline]).toEqual([plain.peakBytes / 2, plain.peakBytes]);
  });

  it('hold memory against a limit as the limit counts it: in place, one map less is alive at the peak of ResNet-50', () => {
    const baseline = { ...resnet, name: 'before' };
    const limits = { memory: { kind: 'absolute', max: 8_000_000, counted: 'inPlace' } } as const;
    const numbers = { weights: 'float32', activations: 'float16' } as const;
    const design = { ...resnet, numbers, budget: { limits, baseline } };
    const { memory } = checkBudget(design, analyze(design)).gauges;
    expect(memory).toMatchObject({ actual: 7_225_344 / 2, baseline: 7_225_344, within: true });
    const counted = {
      ...design,
      numbers: plainNumbers,
      budget: { limits: { memory: { kind: 'absolute', max: 8_000_000 } } },
    } as const;
    expect(checkBudget(counted, analyze(counted)).gauges.memory).toMatchObject({
      actual: 9_633_792,
      within: false,
    });
    // Steering counts peaks as the design has its activations, so the limit there is the same.
    expect(budgetLimits(design).limits).toEqual([{ quantity: 'memoryInPlace', atMost: 8_000_000 }]);
  });
});
