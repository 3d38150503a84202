import { produce } from 'immer';
import { describe, expect, it } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import type { Design } from '../../shared/graph/design.ts';
import { setParams } from '../../shared/graph/edits.ts';
import { zoo, zooEntry } from '../../shared/zoo/index.ts';

/** Parameters and multiply-adds as published: torchvision's tables, the papers and the lecture, worked out exactly. */
const published: Readonly<Record<string, readonly [params: number, macs: number]>> = {
  // Parameters as the tutorial prints them; 32·496·80 + 32·122·32·3 + 64·28·32·3 + 64·5·64·3 + 64·35 multiply-adds by hand.
  m5: [26_915, 1_880_256],
  alexnet: [61_100_840, 714_188_480],
  'alexnet-lecture': [61_100_840, 716_767_232],
  'alexnet-original': [60_965_224, 724_406_816],
  zfnet512: [87_250_536, 1_481_727_008],
  vgg11: [132_863_336, 7_609_090_048],
  vgg13: [133_047_848, 11_308_466_176],
  vgg16: [138_357_544, 15_470_264_320],
  vgg19: [143_667_240, 19_632_062_464],
  vgg11_bn: [132_868_840, 7_609_090_048],
  vgg16_bn: [138_365_992, 15_470_264_320],
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
  // As their authors or those who published them count: papers' code, Keras, torchvision's detection and segmentation.
  inception_v4: [42_679_816, 12_253_974_624],
  se_resnet50: [28_088_024, 3_860_488_192],
  ssd300_vgg16: [35_641_826, 34_858_153_472],
  yolo_v1: [271_703_550, 20_285_153_280],
  resnet8: [78_186, 12_501_632],
  // ResNet-18 and ResNet-34 without their three projections: 64·128 + 128·256 + 256·512 weights, two numbers of each output
  // channel's norm, and 64·128·28² + 128·256·14² + 256·512·7² multiply-adds; figure 3 of the paper says 3.6 G of the deeper one.
  plain18: [11_515_688, 1_794_805_760],
  plain34: [21_623_848, 3_644_493_824],
  // Counted by hooks on torchvision's own modules, at 224×224 (Inception-v3 at 299×299), without auxiliary heads.
  convnext_base: [88_591_464, 15_354_729_472],
  convnext_large: [197_767_336, 34_361_433_600],
  convnext_small: [50_223_688, 8_683_712_256],
  convnext_tiny: [28_589_128, 4_455_531_264],
  densenet121: [7_978_856, 2_834_161_664],
  densenet161: [28_681_000, 7_727_907_072],
  densenet169: [14_149_480, 3_359_843_328],
  densenet201: [20_013_928, 4_291_365_888],
  efficientnet_b0: [5_288_548, 385_814_752],
  efficientnet_b1: [7_794_184, 569_651_680],
  efficientnet_b2: [9_109_994, 658_963_440],
  efficientnet_b3: [12_233_232, 962_708_240],
  efficientnet_b4: [19_341_616, 1_503_710_432],
  efficientnet_b5: [30_389_784, 2_356_493_184],
  efficientnet_b6: [43_040_704, 3_360_166_848],
  efficientnet_b7: [66_347_960, 5_169_865_152],
  efficientnet_v2_l: [118_515_272, 12_231_188_544],
  efficientnet_v2_m: [54_139_356, 5_362_207_200],
  efficientnet_v2_s: [21_458_488, 2_849_895_872],
  inception_v3: [23_834_568, 5_713_216_096],
  mnasnet0_5: [2_218_512, 104_455_968],
  mnasnet0_75: [3_170_208, 215_493_104],
  mnasnet1_0: [4_383_312, 314_415_872],
  mnasnet1_3: [6_282_256, 526_362_432],
  mobilenet_v2: [3_504_872, 300_774_272],
  mobilenet_v3_large: [5_483_032, 216_589_760],
  mobilenet_v3_small: [2_542_856, 56_510_400],
  regnet_x_16gf: [54_278_536, 15_940_755_456],
  regnet_x_1_6gf: [9_190_136, 1_602_849_792],
  regnet_x_32gf: [107_811_560, 31_735_929_792],
  regnet_x_3_2gf: [15_296_552, 3_176_621_952],
  regnet_x_400mf: [5_495_976, 413_812_608],
  regnet_x_800mf: [7_259_656, 799_699_712],
  regnet_x_8gf: [39_572_648, 7_995_132_416],
  regnet_y_16gf: [83_590_140, 15_911_510_272],
  regnet_y_1_6gf: [11_202_430, 1_612_076_160],
  regnet_y_32gf: [145_046_770, 32_279_552_832],
  regnet_y_3_2gf: [19_436_338, 3_176_482_752],
  regnet_y_400mf: [4_344_144, 401_842_848],
  regnet_y_800mf: [6_432_512, 833_856_256],
  regnet_y_8gf: [39_381_472, 8_473_070_592],
  resnext101_32x8d: [88_791_336, 16_414_015_488],
  resnext101_64x4d: [83_455_272, 15_460_270_080],
  resnext50_32x4d: [25_028_904, 4_230_479_872],
  shufflenet_v2_x0_5: [1_366_792, 40_476_448],
  shufflenet_v2_x1_0: [2_278_604, 144_907_992],
  shufflenet_v2_x1_5: [3_503_624, 295_759_392],
  shufflenet_v2_x2_0: [7_393_996, 583_253_464],
  squeezenet1_0: [1_248_424, 818_924_576],
  vgg13_bn: [133_053_736, 11_308_466_176],
  vgg19_bn: [143_678_248, 19_632_062_464],
  wide_resnet101_2: [126_886_696, 22_753_050_624],
  wide_resnet50_2: [68_883_240, 11_398_021_120],
  squeezenet1_1: [1_235_496, 349_151_936],
};

/** EfficientNets are made for larger pictures each; what was counted were pictures of one size. */
function at224(id: string): Design {
  return produce(zooEntry(id)!.build(), setParams(['input'], { shape: [3, 224, 224] }));
}

describe('the zoo', () => {
  it.each(Object.entries(published))('%s costs what is published', (id, [params, macs]) => {
    const { totals, problems } = analyze(id.startsWith('efficientnet') ? at224(id) : zooEntry(id)!.build());
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
    ['vgg19_bn', 19],
    ['resnet18', 18],
    ['resnet50', 50],
    ['resnet152', 152],
    ['googlenet', 22],
    ['alexnet', 8],
  ])('%s is as deep as its name says', (id, depth) => {
    expect(analyze(zooEntry(id)!.build()).totals.depth).toBe(depth);
  });
});
