import { describe, expect, it } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import { leavesOf } from '../../shared/analysis/leaves.ts';
import { type CountingToolName, countLike } from '../../shared/analysis/tools.ts';
import { NetworkBuilder } from '../../shared/zoo/builder.ts';
import { zooEntry } from '../../shared/zoo/index.ts';

const counted = (tool: CountingToolName, id: string) => {
  const { topology, facts } = analyze(zooEntry(id)!.build());
  return countLike(tool, leavesOf(topology, facts));
};

/** What thop printed for torchvision's models at 224×224, and pooling that it does not see there, or that we do not have. */
const thopFigures = [
  ['resnet18', 1_824_033_792, 0],
  ['resnet50', 4_133_742_592, 0],
  ['resnet101', 7_866_435_584, 0],
  ['resnet152', 11_603_945_472, 0],
  // torchvision pools 7×7 to 7×7 before the classifier: 512·7·7 · (1 + 1).
  ['vgg16', 15_470_314_496, -50_176],
  ['vgg19', 19_632_112_640, -50_176],
  // The last pooling of its DenseNets is a function, which hooks of modules do not see: C · (7·7 + 1).
  ['densenet121', 2_897_007_104, 1_024 * 50],
  ['densenet169', 3_436_117_120, 1_664 * 50],
  ['densenet201', 4_390_381_952, 1_920 * 50],
] as const;

/** Of torchvision's table of weights, `_ops`, three digits. */
const torchvisionFigures = [
  ['alexnet', 0.714],
  ['vgg16', 15.47],
  ['resnet50', 4.089],
  ['densenet201', 4.291],
] as const;

/**
 * ptflops' README, "Benchmark": 10⁹ multiply-adds at 224×224, two digits. By number of layers and kinds these are what it
 * counts beyond torchvision: biases, norms, activations and pooling.
 */
const ptflopsFigures = [
  ['vgg11', 7.63],
  ['vgg13', 11.34],
  ['vgg16', 15.5],
  ['vgg19', 19.67],
  ['vgg11_bn', 7.64],
  ['vgg13_bn', 11.36],
  ['vgg16_bn', 15.53],
  ['vgg19_bn', 19.7],
  ['resnet18', 1.82],
  ['resnet34', 3.68],
  ['resnet50', 4.12],
  ['resnet101', 7.85],
  ['resnet152', 11.58],
  ['squeezenet1_0', 0.83],
  ['squeezenet1_1', 0.36],
  ['densenet121', 2.88],
  ['densenet169', 3.42],
  ['densenet201', 4.37],
] as const;

/** `model.summary()` of keras.applications: total, and what of it is trained. */
const kerasFigures = [
  ['mobilenet_v1', 4_253_864, 4_231_976],
  ['mobilenet_v2', 3_538_984, 3_504_872],
  ['vgg16', 138_357_544, 138_357_544],
  ['vgg19', 143_667_240, 143_667_240],
  ['densenet121', 8_062_504, 7_978_856],
  ['densenet169', 14_307_880, 14_149_480],
  ['densenet201', 20_242_984, 20_013_928],
  ['xception', 22_910_480, 22_855_952],
] as const;

/** As the papers print them, 10⁹ or 10⁶ multiply-adds: some of their last digits are rounded, some are cut. */
const paperFigures = [
  // He et al. 2015, table 1.
  ['resnet18', 1e9, '1.8'],
  ['resnet50-original', 1e9, '3.8'],
  ['resnet101-original', 1e9, '7.6'],
  ['resnet152-original', 1e9, '11.3'],
  // Howard et al. 2017, table 4; Sandler et al. 2018, table 4.
  ['mobilenet_v1', 1e6, '569'],
  ['mobilenet_v2', 1e6, '300'],
] as const;

describe('counting as other tools do', () => {
  it.each(thopFigures)('thop counts %s to the unit', (id, figure, pooling) => {
    expect(counted('thop', id)).toMatchObject({ total: figure + pooling, leftOut: [] });
  });

  it.each(torchvisionFigures)('torchvision counts %s to the digits that it prints', (id, figure) => {
    expect((counted('torchvision', id).total / 1e9).toFixed(3)).toBe(figure.toFixed(3));
  });

  it.each([
    [
      // fvcore's docs/flop_count.md: Counter({'conv': 194616, 'addmm': 80040}), by module as here.
      32,
      [
        ['conv1', 'conv2d', { channels: 6, kernel: [3, 3] }, 48_600],
        ['relu1', 'relu', {}, 0],
        ['pool1', 'maxPool', { kernel: [2, 2], stride: [2, 2] }, 0],
        ['conv2', 'conv2d', { channels: 16, kernel: [3, 3] }, 146_016],
        ['relu2', 'relu', {}, 0],
        ['pool2', 'maxPool', { kernel: [2, 2], stride: [2, 2] }, 0],
        ['flatten', 'flatten', {}, 0],
        ['fc1', 'linear', { features: 120 }, 69_120],
        ['fc2', 'linear', { features: 84 }, 10_080],
        ['fc3', 'linear', { features: 10 }, 840],
      ],
      1,
      274_656,
    ],
    [
      // The docstring of its FlopCountAnalysis: 10 filters of 1×1 over 3·10·10, and 1000 to 10.
      10,
      [
        ['conv', 'conv2d', { channels: 10, kernel: [1, 1] }, 3_000],
        ['act', 'relu', {}, 0],
        ['flatten', 'flatten', {}, 0],
        ['fc', 'linear', { features: 10 }, 10_000],
      ],
      3,
      13_000,
    ],
  ] as const)('fvcore counts what it publishes: %i pixels', (pixels, layers, channels, total) => {
    const b = new NetworkBuilder();
    b.input(channels, pixels);
    for (const [id, kind, params] of layers) b.add(id, kind, params);
    b.add('output', 'output');
    const { topology, facts } = analyze(b.design('published', ''));
    const leaves = leavesOf(topology, facts);
    const count = countLike('fvcore', leaves);
    expect(count.leftOut).toEqual([]);
    expect(count.total).toBe(total);
    for (const [id, , , figure] of layers)
      expect(count.layers[leaves.findIndex((leaf) => leaf.facts.id === id)], id).toBe(figure);
  });

  it.each(ptflopsFigures)('ptflops counts %s as its README says', (id, figure) => {
    const { total, leftOut } = counted('ptflops', id);
    expect(leftOut).toEqual([]);
    expect(Math.abs(total / 1e9 - figure)).toBeLessThan(0.0051);
  });

  it('ptflops counts biases, norms, activations and pooling by its hooks: ResNet-18', () => {
    // 1,814,073,344 multiply-adds, 1,000 biases, 2 · 2,483,712 of norms, and 2,308,096 of ReLU: after the first convolution,
    // and twice in each of eight blocks. Max pooling reads 64·112·112, the last pooling 512·7·7.
    const relu = 64 * 112 ** 2 + 4 * (64 * 56 ** 2 + 128 * 28 ** 2 + 256 * 14 ** 2 + 512 * 7 ** 2);
    const norms = 64 * 112 ** 2 + 4 * 64 * 56 ** 2 + 5 * (128 * 28 ** 2 + 256 * 14 ** 2 + 512 * 7 ** 2);
    expect(counted('ptflops', 'resnet18').total).toBe(
      1_814_073_344 + 1_000 + 2 * norms + relu + 64 * 112 ** 2 + 512 * 7 ** 2,
    );
  });

  // torchinfo's tests/test_output: eval_order_doesnt_matter.out, and resnet50.out with two samples.
  it.each([
    ['resnet18', 1, '1.81'],
    ['resnet50', 2, '8.18'],
  ] as const)('torchinfo counts %s as its own tests print it', (id, samples, figure) => {
    const { total, leftOut } = counted('torchinfo', id);
    expect(leftOut).toEqual([]);
    expect(((samples * total) / 1e9).toFixed(2)).toBe(figure);
  });

  it('torchinfo counts each layer as its own tests print it', () => {
    // single_input_all_cols.out, of seven samples: 1,048,320, 2,248,960, 112,350 and 3,570.
    const b = new NetworkBuilder();
    b.input(1, 28);
    b.add('conv1', 'conv2d', { channels: 10, kernel: [5, 5] });
    b.add('pool1', 'maxPool', { kernel: [2, 2], stride: [2, 2] });
    b.add('relu1', 'relu');
    b.add('conv2', 'conv2d', { channels: 20, kernel: [5, 5] });
    b.add('drop', 'dropout', {});
    b.add('pool2', 'maxPool', { kernel: [2, 2], stride: [2, 2] });
    b.add('flatten', 'flatten', {});
    b.add('fc1', 'linear', { features: 50 });
    b.add('fc2', 'linear', { features: 10 });
    b.add('output', 'output');
    const { topology, facts } = analyze(b.design('SingleInputNet', ''));
    const { layers, total } = countLike('torchinfo', leavesOf(topology, facts));
    expect(layers.filter((figure) => figure !== 0).map((figure) => 7 * figure!)).toEqual([
      1_048_320, 2_248_960, 112_350, 3_570,
    ]);
    expect(((7 * total) / 1e6).toFixed(2)).toBe('3.41');
  });

  it.each(kerasFigures)('Keras counts the parameters of %s to the unit', (id, all, trained) => {
    const { total, leftOut } = counted('keras', id);
    expect(leftOut).toEqual([]);
    expect(total).toBe(all);
    expect(analyze(zooEntry(id)!.build()).totals.params).toBe(trained);
  });

  it('TFLite counts MobileNetV1 as the guide of its converter prints it', () => {
    // mobilenet_v1_0.50_128: "Estimated count of arithmetic ops: 0.099218 billion", of 1001 classes and with their softmax.
    const b = new NetworkBuilder();
    const activation = 'relu6';
    b.input(3, 128);
    b.unit('first', 16, 3, { stride: 2, activation });
    let channels = 16;
    const widths = [32, 64, 64, 128, 128, ...Array<number>(6).fill(256), 512, 512];
    for (const [i, width] of widths.entries()) {
      const stride = [1, 3, 5, 11].includes(i) ? 2 : 1;
      b.unit(`depthwise${i}`, channels, 3, { stride, groups: channels, activation });
      b.unit(`pointwise${i}`, width, 1, { activation });
      channels = width;
    }
    b.add('pool', 'globalAvgPool');
    b.add('flatten', 'flatten');
    b.add('classes', 'linear', { features: 1001 });
    b.add('softmax', 'softmax');
    b.add('output', 'output');
    const { topology, facts } = analyze(b.design('MobileNetV1 0.5', ''));
    const { total, leftOut } = countLike('tflite', leavesOf(topology, facts));
    expect(leftOut).toEqual([]);
    expect((total / 1e9).toFixed(6)).toBe('0.099218');
  });

  it('TFLite counts Inception v3 as guides print it', () => {
    // onecc of Samsung's ONE on inception_v3_2018_04_27: "11.460 G ops, equivalently 5.730 G MACs". One class more than
    // ours, of 2048 features and with its bias, and the softmax of all 1001.
    const { total, leftOut } = counted('tflite', 'inception_v3');
    expect(leftOut).toEqual([]);
    const whole = total + 2 * 2048 + 1 + 64 * 1001;
    expect((whole / 1e9).toFixed(3)).toBe('11.460');
    expect((whole / 2 / 1e9).toFixed(3)).toBe('5.730');
  });

  it('TFLite is not said to count sums, nor norms that nothing takes up', () => {
    expect(counted('tflite', 'mobilenet_v2').leftOut).toEqual(['add']);
    expect(counted('tflite', 'resnet50v2').leftOut).toContain('batchNorm');
  });

  it.each(paperFigures)('the paper of %s counts as its table says', (id, unit, figure) => {
    const { total, leftOut } = counted('paper', id);
    expect(leftOut).toEqual([]);
    const digits = figure.split('.')[1]?.length ?? 0;
    expect(Math.abs(total / unit - Number(figure))).toBeLessThan(10 ** -digits);
  });

  it('fvcore counts norms and the last pooling by its handles: ResNet-50', () => {
    // jit_handles.py: 2 per element where the norm is affine; adaptive pooling 1 per element of its input, 2048·7·7.
    expect(counted('fvcore', 'resnet50').total).toBe(4_089_184_256 + 2 * 11_113_984 + 100_352);
  });

  it('tells two of them apart layer by layer: ResNet-50', () => {
    const thop = counted('thop', 'resnet50');
    const torchvision = counted('torchvision', 'resnet50');
    const differing = thop.layers.filter((figure, step) => figure !== torchvision.layers[step]);
    // 53 layers of batch norm and the last pooling: 4 · 11,113,984 + 102,400.
    expect(differing).toHaveLength(54);
    expect(torchvision.total).toBe(4_089_184_256);
    expect(thop.total - torchvision.total).toBe(4 * 11_113_984 + 102_400);
  });

  it('leaves out what was not judged, and names it', () => {
    const design = zooEntry('mobilenet_v3_large')!.build();
    const { topology, facts } = analyze(design);
    const { leftOut, layers } = countLike('thop', leavesOf(topology, facts));
    expect(leftOut).toContain('hardSwish');
    expect(layers).toContain(undefined);
  });
});
