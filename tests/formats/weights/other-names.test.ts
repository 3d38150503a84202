import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { analyze } from '../../../shared/analysis/analyze.ts';
import { flatten } from '../../../shared/analysis/flatten.ts';
import type { Dims } from '../../../shared/base/dims.ts';
import { matchWeights } from '../../../shared/formats/checkpoints/match.ts';
import { zooEntry } from '../../../shared/zoo/index.ts';

const load = () => Promise.reject(new Error('Only names are matched here.'));

/** What timm 1.0.29's `create_model(…).state_dict()` has, by our name of the network: `network tensor extents`. */
const lines = readFileSync(join(import.meta.dirname, 'timm-names.txt'), 'utf8')
  .trim()
  .split('\n');
const files = new Map<string, Map<string, Dims>>();
for (const line of lines) {
  const [network, name, dims] = line.split(' ') as [string, string, string];
  files.set(network, (files.get(network) ?? new Map()).set(name, dims.split('x').map(Number)));
}

const reportOf = (network: string, tensors: ReadonlyMap<string, Dims>) => {
  const design = zooEntry(network)!.build();
  const flat = flatten(analyze(design));
  if (!flat.ok) throw new Error(flat.problems[0]!.message);
  const lazy = new Map([...tensors].map(([name, dims]) => [name, { dims, load }] as const));
  return matchWeights(design, flat.value, { tensors: lazy, ordered: false }).report;
};
const whole = { missing: [], misfits: [], unexpected: [] };

describe('Weights of other collections have their place, by name and shape', () => {
  test.each([...files])("timm's %s", (network, tensors) => {
    expect(tensors.size).toBeGreaterThan(100);
    expect(reportOf(network, tensors)).toMatchObject({ ...whole, loaded: tensors.size });
  });

  /** A convolution and its norm, under these names. */
  const convNorm = (conv: string, norm: string, dims: Dims): readonly (readonly [string, Dims])[] => [
    [`${conv}.weight`, dims],
    ...['weight', 'bias', 'running_mean', 'running_var'].map(
      (name) => [`${norm}.${name}`, [dims[0]!]] as const,
    ),
  ];
  const withBias = (name: string, dims: Dims): readonly (readonly [string, Dims])[] => [
    [`${name}.weight`, dims],
    [`${name}.bias`, [dims[0]!]],
  ];

  // Source: timm/models/vgg.py, whose fully connected layers are convolutions of 7×7 and 1×1.
  test("timm's VGG-16", () => {
    const widths = [64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512, 0];
    let [at, before] = [0, 3];
    const features = widths.flatMap((width) => {
      const here = at;
      at += width === 0 ? 1 : 2;
      if (width === 0) return [];
      const made = withBias(`features.${here}`, [width, before, 3, 3]);
      before = width;
      return made;
    });
    const tensors = new Map([
      ...features,
      ...withBias('pre_logits.fc1', [4096, 512, 7, 7]),
      ...withBias('pre_logits.fc2', [4096, 4096, 1, 1]),
      ...withBias('head.fc', [1000, 4096]),
    ]);
    expect(tensors.size).toBe(32);
    expect(reportOf('vgg16', tensors)).toMatchObject({ ...whole, loaded: 32 });
  });

  // Source: mmpretrain/models/backbones/mobilenet_v2.py, arch_settings: expansion, channels, blocks.
  test("mmpretrain's MobileNetV2", () => {
    const settings = [
      [1, 16, 1],
      [6, 24, 2],
      [6, 32, 3],
      [6, 64, 4],
      [6, 96, 3],
      [6, 160, 3],
      [6, 320, 1],
    ] as const;
    let before = 32;
    const blocks = settings.flatMap(([times, width, count], stage) =>
      Array.from({ length: count }, (_, nth) => {
        const inside = before * times;
        const place = `backbone.layer${stage + 1}.${nth}.conv`;
        const part = (i: number, dims: Dims) => convNorm(`${place}.${i}.conv`, `${place}.${i}.bn`, dims);
        const first = times === 1 ? [] : [part(0, [inside, before, 1, 1])];
        const at = first.length;
        const made = [...first, part(at, [inside, 1, 3, 3]), part(at + 1, [width, inside, 1, 1])];
        before = width;
        return made.flat();
      }).flat(),
    );
    const tensors = new Map([
      ...convNorm('backbone.conv1.conv', 'backbone.conv1.bn', [32, 3, 3, 3]),
      ...blocks,
      ...convNorm('backbone.conv2.conv', 'backbone.conv2.bn', [1280, 320, 1, 1]),
      ...withBias('head.fc', [1000, 1280]),
    ]);
    expect(reportOf('mobilenet_v2', tensors)).toMatchObject({ ...whole, loaded: tensors.size });
  });

  // Source: mmpretrain/models/backbones/convnext.py, arch_settings of "tiny".
  test("mmpretrain's ConvNeXt-T", () => {
    const [depths, widths] = [
      [3, 3, 9, 3],
      [96, 192, 384, 768],
    ];
    const stages = depths.flatMap((depth, i) => {
      const width = widths[i]!;
      const between = `backbone.downsample_layers.${i}`;
      const down =
        i === 0
          ? [...withBias(`${between}.0`, [width, 3, 4, 4]), ...withBias(`${between}.1`, [width])]
          : [
              ...withBias(`${between}.0`, [widths[i - 1]!]),
              ...withBias(`${between}.1`, [width, widths[i - 1]!, 2, 2]),
            ];
      const blocks = Array.from({ length: depth }, (_, j) => `backbone.stages.${i}.${j}`).flatMap((place) => [
        [`${place}.gamma`, [width]] as const,
        ...withBias(`${place}.depthwise_conv`, [width, 1, 7, 7]),
        ...withBias(`${place}.norm`, [width]),
        ...withBias(`${place}.pointwise_conv1`, [4 * width, width]),
        ...withBias(`${place}.pointwise_conv2`, [width, 4 * width]),
      ]);
      return [...down, ...blocks];
    });
    const tensors = new Map<string, Dims>([
      ...stages,
      ...withBias('backbone.norm3', [768]),
      ...withBias('head.fc', [1000, 768]),
    ]);
    expect(reportOf('convnext_tiny', tensors)).toMatchObject({ ...whole, loaded: tensors.size });
  });

  // Its converter puts "backbone." before torchvision's names, and "head." before those of the classifier.
  test("mmpretrain's ResNet-18", () => {
    const design = zooEntry('resnet18')!.build();
    const flat = flatten(analyze(design));
    if (!flat.ok) throw new Error(flat.problems[0]!.message);
    const plain = new Map<string, Dims>([
      ['conv1.weight', [64, 3, 7, 7]],
      ['bn1.running_mean', [64]],
      ['layer2.0.downsample.0.weight', [128, 64, 1, 1]],
      ['layer4.1.conv2.weight', [512, 512, 3, 3]],
      ['fc.weight', [1000, 512]],
      ['fc.bias', [1000]],
    ]);
    const converted = [...plain].map(
      ([name, dims]) => [`${name.startsWith('fc') ? 'head' : 'backbone'}.${name}`, dims] as const,
    );
    expect(reportOf('resnet18', new Map(converted))).toMatchObject({
      loaded: 6,
      misfits: [],
      unexpected: [],
    });
  });
});
