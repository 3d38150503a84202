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
