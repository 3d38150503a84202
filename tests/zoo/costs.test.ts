import { describe, expect, it } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import { zoo, zooEntry } from '../../shared/zoo/index.ts';

/** Parameters and multiply-adds as published: torchvision's tables, the papers and the lecture, worked out exactly. */
const published: Readonly<Record<string, readonly [params: number, macs: number]>> = {
  alexnet: [61_100_840, 714_188_480],
  'alexnet-lecture': [61_100_840, 716_767_232],
  'alexnet-original': [60_965_224, 724_406_816],
  zfnet512: [87_250_536, 1_481_727_008],
  vgg11: [132_863_336, 7_609_090_048],
  vgg13: [133_047_848, 11_308_466_176],
  vgg16: [138_357_544, 15_470_264_320],
  vgg19: [143_667_240, 19_632_062_464],
  'vgg11-bn': [132_868_840, 7_609_090_048],
  'vgg16-bn': [138_365_992, 15_470_264_320],
  googlenet: [6_624_904, 1_498_376_192],
  'googlenet-paper': [6_998_552, 1_582_671_872],
  resnet18: [11_689_512, 1_814_073_344],
  resnet34: [21_797_672, 3_663_761_408],
  resnet50: [25_557_032, 4_089_184_256],
  resnet101: [44_549_160, 7_801_405_440],
  resnet152: [60_192_808, 11_513_626_624],
  'resnet50-original': [25_557_032, 3_857_973_248],
  'resnet101-original': [44_549_160, 7_570_194_432],
  'resnet152-original': [60_192_808, 11_282_415_616],
  lenet: [431_080, 2_293_000],
  squeezenet1_1: [1_235_496, 349_151_936],
};

describe('the zoo', () => {
  it.each(Object.entries(published))('%s costs what is published', (id, [params, macs]) => {
    const { totals, problems } = analyze(zooEntry(id)!.build());
    expect(problems).toEqual([]);
    expect({ params: totals.params, macs: totals.macs }).toEqual({ params, macs });
  });

  it.each(zoo.map((entry) => [entry.id, entry] as const))('%s is whole', (_, entry) => {
    const { problems, totals } = analyze(entry.build());
    expect(problems).toEqual([]);
    expect(totals.unknown).toBe(0);
  });

  it.each([
    ['vgg16', 16],
    ['vgg19-bn', 19],
    ['resnet18', 18],
    ['resnet50', 50],
    ['resnet152', 152],
    ['googlenet', 22],
    ['alexnet', 8],
  ])('%s is as deep as its name says', (id, depth) => {
    expect(analyze(zooEntry(id)!.build()).totals.depth).toBe(depth);
  });
});
