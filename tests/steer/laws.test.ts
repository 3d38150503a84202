import { describe, expect, it } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import { fitLaw } from '../../shared/steer/law-fit.ts';
import { lawNamed, laws } from '../../shared/steer/laws.ts';

const counted = (id: string, values: readonly number[]) => {
  const { totals, problems } = analyze(lawNamed(id)!.build(values));
  expect(problems).toEqual([]);
  return totals;
};

describe('laws of published families', () => {
  // Torchvision's own counts of parameters.
  it.each([
    ['mobilenet_v2', [1, 224], 3_504_872],
    ['efficientnet', [1, 1, 224], 5_288_548],
    ['efficientnet', [1, 1.1, 240], 7_794_184],
    ['efficientnet', [1.1, 1.2, 288], 9_109_994],
    ['efficientnet', [1.2, 1.4, 300], 12_233_232],
    ['efficientnet', [1.4, 1.8, 380], 19_341_616],
    ['efficientnet', [1.6, 2.2, 456], 30_389_784],
    ['efficientnet', [1.8, 2.6, 528], 43_040_704],
    ['efficientnet', [2, 3.1, 600], 66_347_960],
    ['efficientnet_compound', [0, 1.2, 1.1, 1.15], 5_288_548],
    ['regnet_x', [22, 24, 24.48, 2.54, 16], 5_495_976],
    ['regnet_x', [23, 320, 69.86, 2, 168], 107_811_560],
    ['regnet_y', [16, 48, 27.89, 2.09, 8], 4_344_144],
    ['regnet_y', [20, 232, 115.89, 2.53, 232], 145_046_770],
    ['wide_resnet', [1], 25_557_032],
    ['wide_resnet', [2], 68_883_240],
    ['resnext', [50, 32, 4], 25_028_904],
    ['resnext', [101, 32, 8], 88_791_336],
    ['resnext', [101, 64, 4], 83_455_272],
  ] as const)('%s at %j has the parameters that are published', (id, values, params) => {
    expect(counted(id, values).params).toBe(params);
  });

  // Millions of multiply-adds in the table of the authors' checkpoints, by α and resolution.
  it.each([
    [1.4, 224, 582],
    [1.3, 224, 509],
    [1, 224, 300],
    [0.75, 224, 209],
    [0.5, 224, 97],
    [0.35, 224, 59],
    [1, 192, 221],
    [0.5, 160, 50],
  ])('MobileNetV2 at α %d and %d pixels costs what its authors say', (alpha, input, millions) => {
    expect(Math.abs(counted('mobilenet_v2', [alpha, input]).macs / 1e6 - millions)).toBeLessThan(1);
  });

  it('the compound law doubles multiply-adds with φ, as far as rounding lets it', () => {
    const [one, four] = [0, 2].map((phi) => counted('efficientnet_compound', [phi, 1.2, 1.1, 1.15]).macs);
    expect(four! / one!).toBeGreaterThan(3);
    expect(four! / one!).toBeLessThan(5.5);
  });

  it.each(laws.map((law) => [law.id, law] as const))('%s is whole where it stands', (_, law) => {
    expect(analyze(law.build(law.knobs.map(({ base }) => base))).problems).toEqual([]);
  });

  it('finds the member that keeps a limit', async () => {
    const values = Array.from({ length: 22 }, (_, i) => Number((0.35 + 0.05 * i).toFixed(2)));
    const law = lawNamed('mobilenet_v2')!;
    const found = await fitLaw(law, {
      limits: [{ quantity: 'macs', atMost: 220_000_000 }],
      vary: [{ knob: 'alpha', values }],
    });
    if (!found.ok) throw new Error(found.problems[0]?.message);
    const fitting = values.filter((alpha) => counted('mobilenet_v2', [alpha, 224]).macs <= 220_000_000);
    expect(found.value.isProven).toBe(true);
    expect(found.value.members[0]!.turned).toEqual([
      { knob: 'alpha', before: 1, after: Math.max(...fitting) },
    ]);
  });

  it.each([
    [{ knob: 'beta', values: [1] }, 'knob-unknown'],
    [{ knob: 'alpha', values: [] }, 'range-empty'],
    [{ knob: 'input', values: [0.5] }, 'range-wrong'],
  ])('refuses %j', async (vary, code) => {
    const found = await fitLaw(lawNamed('mobilenet_v2')!, { limits: [], vary: [vary] });
    expect(found.ok ? [] : found.problems.map((problem) => problem.code)).toEqual([code]);
  });
});
