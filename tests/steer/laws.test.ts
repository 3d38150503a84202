import { describe, expect, it } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import { fitLaw } from '../../shared/steer/law-fit.ts';
import { lawNamed, laws } from '../../shared/steer/laws.ts';
import { zooEntry } from '../../shared/zoo/index.ts';

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
    ['efficientnet_b', [0], 5_288_548],
    ['efficientnet_b', [4], 19_341_616],
    ['efficientnet_b', [7], 66_347_960],
    // w, and blocks in each of four stages: ResNet-18, 34, 50, 101 and 152.
    ['resnet', [64, 2, 2, 2, 2, 224], 11_689_512],
    ['resnet', [64, 3, 4, 6, 3, 224], 21_797_672],
    ['resnet_bottleneck', [64, 3, 4, 6, 3, 224], 25_557_032],
    ['resnet_bottleneck', [64, 3, 4, 23, 3, 224], 44_549_160],
    ['resnet_bottleneck', [64, 3, 8, 36, 3, 224], 60_192_808],
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

  // What stands on their pages, worked by hand.
  it.each([
    ['mobilenet_v2', [0.35, 224], [16, 112, 112], [1280, 7, 7]],
    ['efficientnet', [1.1, 1.2, 224], [32, 112, 112], [1408, 7, 7]],
    ['efficientnet_b', [3], [40, 150, 150], [1536, 10, 10]],
    ['efficientnet_compound', [1, 1.2, 1.1, 1.15], [32, 129, 129], [1408, 9, 9]],
    ['regnet_x', [22, 24, 24.48, 2.54, 16], [32, 112, 112], [400, 7, 7]],
    ['wide_resnet', [2], [64, 112, 112], [2048, 7, 7]],
  ] as const)('%s at %j begins with a map of %j and ends with one of %j', (id, values, first, last) => {
    const { facts } = analyze(lawNamed(id)!.build(values));
    const maps = [...facts.values()].flatMap(({ node, outputs }) =>
      node.kind === 'input'
        ? []
        : Object.values(outputs ?? {}).filter((dims) => dims.length === 4 && dims[2]! > 1),
    );
    expect(maps[0]!.slice(1)).toEqual(first);
    expect(maps.at(-1)!.slice(1)).toEqual(last);
  });

  it('gives blocks of all stages of a ResNet the same cost', () => {
    const { facts } = analyze(lawNamed('resnet_bottleneck')!.build([64, 3, 4, 6, 3, 224]));
    const costs = ['layer1.1', 'layer2.1', 'layer3.1', 'layer4.1'].map(
      (id) => facts.get(id)!.cost!.macs.value,
    );
    expect(costs).toEqual(costs.map(() => 56 ** 2 * (256 * 64 + 9 * 64 ** 2 + 64 * 256)));
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

  it('a block of a ResNet costs as much in every stage: twice the channels on a quarter of the places', () => {
    const deeper = (stage: number) =>
      counted('resnet', [48, ...[1, 2, 3, 4].map((each) => (each === stage ? 3 : 2)), 224]).macs;
    const base = counted('resnet', [48, 2, 2, 2, 2, 224]).macs;
    // Two 3×3 over 48 channels on 56×56.
    for (const stage of [1, 2, 3, 4]) expect(deeper(stage) - base).toBe(2 * 9 * 48 ** 2 * 56 ** 2);
  });

  it('turns a knob over its usual values where it is only named', async () => {
    const found = await fitLaw(lawNamed('mobilenet_v2')!, {
      limits: [{ quantity: 'params', atMost: 2_000_000 }],
      vary: [{ knob: 'alpha' }],
    });
    // The authors' α = 0.5 has 1.97 million parameters, 0.6 more than two.
    expect(found.ok && found.value.members[0]?.turned).toEqual([{ knob: 'alpha', before: 1, after: 0.5 }]);
  });

  it('turns what makes the members where nothing is named', async () => {
    const found = await fitLaw(lawNamed('wide_resnet')!, { limits: [{ quantity: 'params', atLeast: 60e6 }] });
    // torchvision's wide_resnet50_2 has 68.9 million parameters, and k = 1 25.6.
    expect(found.ok && found.value.members[0]?.turned).toEqual([{ knob: 'k', before: 1, after: 2 }]);
  });

  it('holds members against another design, and says what binds where none keeps the limits', async () => {
    const baseline = zooEntry('resnet50')!.build();
    const held = await fitLaw(lawNamed('regnet_x')!, {
      baseline,
      limits: [{ quantity: 'params', increase: -60 }],
      vary: [{ knob: 'depth', values: [13, 16] }],
    });
    if (!held.ok) throw new Error(held.problems[0]?.message);
    expect(held.value.original.params).toBe(25_557_032);
    for (const { measures } of held.value.members) expect(measures.params).toBeLessThan(0.4 * 25_557_032);
    const none = await fitLaw(lawNamed('efficientnet_b')!, {
      limits: [{ quantity: 'params', atMost: 5_000_000 }],
      vary: [{ knob: 'b' }],
    });
    if (!none.ok) throw new Error(none.problems[0]?.message);
    // B0 is the smallest of them.
    expect(none.value).toMatchObject({
      members: [],
      isProven: true,
      broken: [{ quantity: 'params', actual: 5_288_548, max: 5_000_000 }],
    });
    expect(none.value.nearest?.turned).toEqual([]);
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
  ] as const)('refuses %j', async (vary, code) => {
    const found = await fitLaw(lawNamed('mobilenet_v2')!, { limits: [], vary: [vary] });
    expect(found.ok ? [] : found.problems.map((problem) => problem.code)).toEqual([code]);
  });

  it('refuses a knob that is named twice, and limits that contradict each other', async () => {
    const law = lawNamed('mobilenet_v2')!;
    const codes = async (request: Parameters<typeof fitLaw>[1]) => {
      const found = await fitLaw(law, request);
      return found.ok ? [] : found.problems.map(({ code }) => code);
    };
    const alpha = { knob: 'alpha', values: [1] };
    expect(await codes({ limits: [], vary: [alpha, alpha] })).toEqual(['knob-twice']);
    const limits = [
      { quantity: 'macs', atMost: 1e9 },
      { quantity: 'macs', atLeast: 2e9 },
    ] as const;
    expect(await codes({ limits, vary: [alpha] })).toEqual(['limits-contradict']);
  });
});
