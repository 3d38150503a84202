import { readFileSync } from 'node:fs';
import { produce } from 'immer';
import { describe, expect, test } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import { setParams } from '../../shared/graph/edits.ts';
import { zooEntry } from '../../shared/zoo/index.ts';
import { hasReference, referencePath } from '../conformance/reference-data.ts';

interface CostEntry {
  readonly model: string;
  readonly source: string;
  readonly params: number;
  /** In 1e9 multiply-adds: to three decimals by torchvision, exact by netscope. */
  readonly gmacs?: number;
  readonly input: readonly number[];
}

const { entries } = (
  hasReference ? JSON.parse(readFileSync(referencePath('costs.json'), 'utf8')) : { entries: [] }
) as { readonly entries: readonly CostEntry[] };

function totalsAt(id: string, input: readonly number[]) {
  const design = produce(zooEntry(id)!.build(), setParams(['input'], { shape: input.slice(1) }));
  return analyze(design).totals;
}

const torchvision = entries
  .filter(({ source }) => source.startsWith('torchvision'))
  .map((entry) => [entry.model, entry] as const);

/** What the published figure of a network counts besides the network that is used: torchvision's auxiliary head. */
const auxiliaryParams: Readonly<Record<string, number>> = { inception_v3: 3_326_696 };

/** Caffe's models as netscope counts them, by their name here. */
const caffe: Readonly<Record<string, string>> = {
  caffe_mnist_lenet: 'lenet',
  caffe_bvlc_alexnet: 'alexnet-original',
  caffe_resnet_50: 'resnet50-original',
  caffe_squeezenet_v11: 'squeezenet1_1',
  caffe_vgg_16: 'vgg16',
  caffe_yolo: 'yolo_v1',
};

/**
 * Parameters with running statistics, as Keras counts them; the Inceptions' norms there have no scale, and the factors of
 * Inception-ResNet's branches (one each of 40) are no tensors.
 */
const keras: Readonly<Record<string, readonly [id: string, scales: number]>> = {
  keras_vgg16: ['vgg16', 0],
  keras_resnet101v2: ['resnet101v2', 0],
  keras_resnet152v2: ['resnet152v2', 0],
  keras_mobilenet: ['mobilenet_v1', 0],
  keras_mobilenetv2: ['mobilenet_v2', 0],
  keras_densenet201: ['densenet201', 0],
  keras_inceptionv3: ['inception_v3', 17_216],
  keras_inceptionresnetv2: ['inception_resnet_v2', 30_272 + 40],
};

/** Published elsewhere, parameters and running statistics. */
const elsewhere: Readonly<Record<string, readonly [params: number, statistics: number]>> = {
  resnet50v2: [25_568_360, 45_440],
  // As pytorchcv counts those that Cadene carried over from Caffe.
  se_resnext50_32x4d: [27_559_896, 68_224],
  se_resnext101_32x4d: [48_955_416, 137_856],
  senet154: [115_088_984, 247_552],
  xception: [22_855_952, 54_528],
  darknet53: [41_609_928, 35_712],
  dcgan_generator: [3_576_704, 1_920],
  nin_cifar: [966_986, 0],
  vgg16_cifar: [14_728_266, 8_448],
  deeplabv3_resnet50: [39_638_869, 56_704],
  // torchvision states 60,996,202, 35,322,218 and 54,314,346 with the auxiliary head, which has 1024·256·9 + 512 + 256·21 + 21.
  deeplabv3_resnet101: [60_996_202 - 2_365_205, 108_928],
  fcn_resnet50: [35_322_218 - 2_365_205, 54_144],
  fcn_resnet101: [54_314_346 - 2_365_205, 106_368],
  ds_cnn: [23_756, 1_152],
  mobilenet_v1_025: [216_322, 5_472],
  autoencoder: [267_928, 2_064],
};

test.each(Object.entries(elsewhere))('%s has as many parameters as published', (id, [params, statistics]) => {
  const totals = analyze(zooEntry(id)!.build()).totals;
  expect([totals.params, totals.statistics]).toEqual([params, statistics]);
});

/** In 1e9 multiply-adds at 520×520, as torchvision states them: with the auxiliary head, which works on maps of 65×65. */
const segmenting: Readonly<Record<string, number>> = {
  fcn_resnet50: 152.717,
  fcn_resnet101: 232.738,
  deeplabv3_resnet50: 178.722,
  deeplabv3_resnet101: 258.743,
};

test.each(Object.entries(segmenting))('%s has as many multiply-adds as torchvision states', (id, gmacs) => {
  const { macs } = analyze(zooEntry(id)!.build()).totals;
  expect(((macs + 65 * 65 * (1024 * 256 * 9 + 256 * 21)) / 1e9).toFixed(3)).toBe(gmacs.toFixed(3));
});

describe.skipIf(!hasReference)('the zoo against published tables', () => {
  test.each(Object.entries(keras))('%s counts what Keras states', (model, [id, scales]) => {
    const totals = analyze(zooEntry(id)!.build()).totals;
    const entry = entries.find((each) => each.model === model)!;
    expect(totals.params + totals.statistics - scales).toBe(entry.params);
  });

  test('they have the networks in common', () => {
    expect(torchvision.filter(([id]) => !zooEntry(id))).toEqual([]);
    expect(torchvision.length).toBeGreaterThan(35);
    expect(entries.filter(({ model }) => caffe[model])).toHaveLength(6);
  });

  test.each(torchvision)('%s as torchvision states it', (id, { params, gmacs, input }) => {
    const totals = totalsAt(id, input);
    expect(totals.params + (auxiliaryParams[id] ?? 0)).toBe(params);
    expect((totals.macs / 1e9).toFixed(3)).toBe(gmacs!.toFixed(3));
  });

  test.each(entries.flatMap((entry) => (caffe[entry.model] ? [[caffe[entry.model]!, entry] as const] : [])))(
    '%s as netscope counts it, to the last multiply-add',
    (id, { gmacs, input }) => {
      expect(totalsAt(id, input).macs).toBe(Math.round(gmacs! * 1e9));
    },
  );
});
