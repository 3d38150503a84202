import { describe, expect, it } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import { leavesOf } from '../../shared/analysis/leaves.ts';
import { type CountingToolName, countLike } from '../../shared/analysis/tools.ts';
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
