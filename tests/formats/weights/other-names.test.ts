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

  type Named = readonly (readonly [string, Dims])[];
  /** Squeeze-and-excitation of a number of channels. */
  const excited = (
    place: string,
    [reduce, expand]: readonly [string, string],
    wide: number,
    narrow: number,
  ): Named => [
    ...withBias(`${place}.${reduce}`, [narrow, wide, 1, 1]),
    ...withBias(`${place}.${expand}`, [wide, narrow, 1, 1]),
  ];
  const timmSe = ['conv_reduce', 'conv_expand'] as const;
  const openSe = ['conv1.conv', 'conv2.conv'] as const;
  const of8 = (width: number): number => {
    const rounded = Math.max(8, Math.floor((width + 4) / 8) * 8);
    return rounded < 0.9 * width ? rounded + 8 : rounded;
  };
  const check = (network: string, tensors: Named, size: number): void => {
    expect(new Map(tensors).size).toBe(size);
    expect(reportOf(network, new Map(tensors))).toMatchObject({ ...whole, loaded: size });
  };

  /** Kernel, inner width, width, squeeze-and-excitation. Source: mmpretrain/models/backbones/mobilenet_v3.py, arch_settings. */
  const v3 = {
    large: [
      [3, 16, 16, 0],
      [3, 64, 24, 0],
      [3, 72, 24, 0],
      [5, 72, 40, 1],
      [5, 120, 40, 1],
      [5, 120, 40, 1],
      [3, 240, 80, 0],
      [3, 200, 80, 0],
      [3, 184, 80, 0],
      [3, 184, 80, 0],
      [3, 480, 112, 1],
      [3, 672, 112, 1],
      [5, 672, 160, 1],
      [5, 960, 160, 1],
      [5, 960, 160, 1],
    ],
    small: [
      [3, 16, 16, 1],
      [3, 72, 24, 0],
      [3, 88, 24, 0],
      [5, 96, 40, 1],
      [5, 240, 40, 1],
      [5, 240, 40, 1],
      [5, 120, 48, 1],
      [5, 144, 48, 1],
      [5, 288, 96, 1],
      [5, 576, 96, 1],
      [5, 576, 96, 1],
    ],
  } as const;
  /** Source: timm/models/mobilenetv3.py, _gen_mobilenet_v3: blocks of each stage, as r1, r3, … say. */
  const timmStages = { large: [1, 2, 3, 4, 2, 3], small: [1, 2, 3, 2, 3] } as const;
  const heads = { large: 1280, small: 1024 } as const;

  test.each(['large', 'small'] as const)("timm's MobileNetV3 %s", (size) => {
    const places = timmStages[size].flatMap((count, stage) =>
      Array.from({ length: count }, (_, i) => `blocks.${stage}.${i}`),
    );
    let before = 16;
    const blocks = v3[size].flatMap(([kernel, inner, width, se], i): Named => {
      const place = places[i]!;
      const first = i === 0;
      const made = [
        ...(first ? [] : convNorm(`${place}.conv_pw`, `${place}.bn1`, [inner, before, 1, 1])),
        ...convNorm(`${place}.conv_dw`, `${place}.bn${first ? 1 : 2}`, [inner, 1, kernel, kernel]),
        ...(se ? excited(`${place}.se`, timmSe, inner, of8(inner / 4)) : []),
        ...convNorm(`${place}.conv_pw${first ? '' : 'l'}`, `${place}.bn${first ? 2 : 3}`, [
          width,
          inner,
          1,
          1,
        ]),
      ];
      before = width;
      return made;
    });
    const wide = 6 * before;
    const last = `blocks.${timmStages[size].length}.0`;
    const tensors = [
      ...convNorm('conv_stem', 'bn1', [16, 3, 3, 3]),
      ...blocks,
      ...convNorm(`${last}.conv`, `${last}.bn1`, [wide, before, 1, 1]),
      ...withBias('conv_head', [heads[size], wide, 1, 1]),
      ...withBias('classifier', [1000, heads[size]]),
    ];
    check(size === 'large' ? 'mobilenet_v3_large' : 'mobilenet_v3_small', tensors, tensors.length);
  });

  test.each(['large', 'small'] as const)("mmpretrain's MobileNetV3 %s", (size) => {
    const unit = (place: string, dims: Dims) => convNorm(`${place}.conv`, `${place}.bn`, dims);
    let before = 16;
    const blocks = v3[size].flatMap(([kernel, inner, width, se], i): Named => {
      const place = `backbone.layer${i + 1}`;
      const made = [
        ...(inner === before ? [] : unit(`${place}.expand_conv`, [inner, before, 1, 1])),
        ...unit(`${place}.depthwise_conv`, [inner, 1, kernel, kernel]),
        ...(se ? excited(`${place}.se`, openSe, inner, of8(inner / 4)) : []),
        ...unit(`${place}.linear_conv`, [width, inner, 1, 1]),
      ];
      before = width;
      return made;
    });
    const tensors = [
      ...unit('backbone.layer0', [16, 3, 3, 3]),
      ...blocks,
      ...unit(`backbone.layer${v3[size].length + 1}`, [6 * before, before, 1, 1]),
      ...withBias('head.layers.0.fc', [heads[size], 6 * before]),
      ...withBias('head.layers.1.fc', [1000, heads[size]]),
    ];
    check(size === 'large' ? 'mobilenet_v3_large' : 'mobilenet_v3_small', tensors, tensors.length);
  });

  // Source: timm/models/efficientnet.py, _gen_efficientnetv2_s: cn_r2_k3_s1_e1_c24_skip, er_r4_k3_s2_e4_c48, er_r4_k3_s2_e4_c64,
  // ir_r6_k3_s2_e4_c128_se0.25, ir_r9_k3_s1_e6_c160_se0.25, ir_r15_k3_s2_e6_c256_se0.25.
  const v2 = [
    ['cn', 2, 1, 24],
    ['er', 4, 4, 48],
    ['er', 4, 4, 64],
    ['ir', 6, 4, 128],
    ['ir', 9, 6, 160],
    ['ir', 15, 6, 256],
  ] as const;
  test.each(['timm', 'mmpretrain'] as const)("%s's EfficientNetV2-S", (collection) => {
    const open = collection === 'mmpretrain';
    const unit = (place: string, conv: string, norm: string, openName: string, dims: Dims) =>
      open
        ? convNorm(`${place}.${openName}conv`, `${place}.${openName}bn`, dims)
        : convNorm(`${place}.${conv}`, `${place}.${norm}`, dims);
    let before = 24;
    const blocks = v2.flatMap(([kind, count, times, width], stage) =>
      Array.from({ length: count }, (_, i): Named => {
        const place = open ? `backbone.layers.${stage + 1}.${i}` : `blocks.${stage}.${i}`;
        const [from, inner] = [before, before * times];
        before = width;
        if (kind === 'cn') return unit(place, 'conv', 'bn1', '', [width, from, 3, 3]);
        if (kind === 'er')
          return [
            ...unit(place, 'conv_exp', 'bn1', 'conv1.', [inner, from, 3, 3]),
            ...unit(place, 'conv_pwl', 'bn2', 'conv2.', [width, inner, 1, 1]),
          ];
        return [
          ...unit(place, 'conv_pw', 'bn1', 'expand_conv.', [inner, from, 1, 1]),
          ...unit(place, 'conv_dw', 'bn2', 'depthwise_conv.', [inner, 1, 3, 3]),
          ...excited(`${place}.se`, open ? openSe : timmSe, inner, from / 4),
          ...unit(place, 'conv_pwl', 'bn3', 'linear_conv.', [width, inner, 1, 1]),
        ];
      }).flat(),
    );
    const tensors = [
      ...(open
        ? convNorm('backbone.layers.0.conv', 'backbone.layers.0.bn', [24, 3, 3, 3])
        : convNorm('conv_stem', 'bn1', [24, 3, 3, 3])),
      ...blocks,
      ...(open
        ? convNorm('backbone.layers.7.conv', 'backbone.layers.7.bn', [1280, 256, 1, 1])
        : convNorm('conv_head', 'bn2', [1280, 256, 1, 1])),
      ...withBias(open ? 'head.fc' : 'classifier', [1000, 1280]),
    ];
    check('efficientnet_v2_s', tensors, tensors.length);
  });

  // Source: mmpretrain/models/backbones/efficientnet.py, layer_settings 'b': stages that do not stride are put to those before.
  test("mmpretrain's EfficientNet-B0", () => {
    const layers = [
      [[3, 16, 1]],
      [
        [3, 24, 6],
        [3, 24, 6],
      ],
      [
        [5, 40, 6],
        [5, 40, 6],
      ],
      [
        [3, 80, 6],
        [3, 80, 6],
        [3, 80, 6],
        [5, 112, 6],
        [5, 112, 6],
        [5, 112, 6],
      ],
      [
        [5, 192, 6],
        [5, 192, 6],
        [5, 192, 6],
        [5, 192, 6],
        [3, 320, 6],
      ],
    ] as const;
    const unit = (place: string, dims: Dims) => convNorm(`${place}.conv`, `${place}.bn`, dims);
    let before = 32;
    const blocks = layers.flatMap((layer, i) =>
      layer.flatMap(([kernel, width, times], j): Named => {
        const place = `backbone.layers.${i + 1}.${j}`;
        const [from, inner] = [before, before * times];
        before = width;
        return [
          ...(times === 1 ? [] : unit(`${place}.expand_conv`, [inner, from, 1, 1])),
          ...unit(`${place}.depthwise_conv`, [inner, 1, kernel, kernel]),
          ...excited(`${place}.se`, openSe, inner, from / 4),
          ...unit(`${place}.linear_conv`, [width, inner, 1, 1]),
        ];
      }),
    );
    const tensors = [
      ...unit('backbone.layers.0', [32, 3, 3, 3]),
      ...blocks,
      ...unit('backbone.layers.6', [1280, 320, 1, 1]),
      ...withBias('head.fc', [1000, 1280]),
    ];
    check('efficientnet_b0', tensors, tensors.length);
  });

  // Source: timm/models/efficientnet.py, _gen_mnasnet_b1: ds_r1_k3_s1_c16_noskip, ir_r3_k3_s2_e3_c24, ir_r3_k5_s2_e3_c40,
  // ir_r3_k5_s2_e6_c80, ir_r2_k3_s1_e6_c96, ir_r4_k5_s2_e6_c192, ir_r1_k3_s1_e6_c320_noskip.
  test("timm's MNASNet-B1", () => {
    const stages = [
      [3, 3, 3, 24],
      [3, 5, 3, 40],
      [3, 5, 6, 80],
      [2, 3, 6, 96],
      [4, 5, 6, 192],
      [1, 3, 6, 320],
    ] as const;
    let before = 16;
    const blocks = stages.flatMap(([count, kernel, times, width], stage) =>
      Array.from({ length: count }, (_, i): Named => {
        const place = `blocks.${stage + 1}.${i}`;
        const [from, inner] = [before, before * times];
        before = width;
        return [
          ...convNorm(`${place}.conv_pw`, `${place}.bn1`, [inner, from, 1, 1]),
          ...convNorm(`${place}.conv_dw`, `${place}.bn2`, [inner, 1, kernel, kernel]),
          ...convNorm(`${place}.conv_pwl`, `${place}.bn3`, [width, inner, 1, 1]),
        ];
      }).flat(),
    );
    const tensors = [
      ...convNorm('conv_stem', 'bn1', [32, 3, 3, 3]),
      ...convNorm('blocks.0.0.conv_dw', 'blocks.0.0.bn1', [32, 1, 3, 3]),
      ...convNorm('blocks.0.0.conv_pw', 'blocks.0.0.bn2', [16, 32, 1, 1]),
      ...blocks,
      ...convNorm('conv_head', 'bn2', [1280, 320, 1, 1]),
      ...withBias('classifier', [1000, 1280]),
    ];
    check('mnasnet1_0', tensors, tensors.length);
  });

  /** Filters and kernel of convolutions with their norms, each of which takes what the one before it gives. */
  type Units = readonly (readonly [width: number, high: number, wide: number])[];
  const row = (place: (nth: number) => string, from: number, units: Units): Named =>
    units.flatMap(([width, high, wide], i) => {
      const before = i === 0 ? from : units[i - 1]![0];
      return convNorm(`${place(i)}.conv`, `${place(i)}.bn`, [width, before, high, wide]);
    });

  // Source: timm/models/inception_v4.py.
  test("timm's Inception-v4", () => {
    const alone = (place: string, from: number, ...units: Units) => row(() => place, from, units);
    const branch = (place: string, from: number, ...units: Units) => row((i) => `${place}.${i}`, from, units);
    const pooled = (place: string, from: number, ...units: Units) => row(() => `${place}.1`, from, units);
    const modules = (first: number, count: number, parts: (place: string) => readonly Named[]): Named =>
      Array.from({ length: count }, (_, i) => parts(`features.${first + i}`).flat()).flat();
    const tensors: Named = [
      ...row((i) => `features.${i}`, 3, [
        [32, 3, 3],
        [32, 3, 3],
        [64, 3, 3],
      ]),
      ...alone('features.3.conv', 64, [96, 3, 3]),
      ...branch('features.4.branch0', 160, [64, 1, 1], [96, 3, 3]),
      ...branch('features.4.branch1', 160, [64, 1, 1], [64, 1, 7], [64, 7, 1], [96, 3, 3]),
      ...alone('features.5.conv', 192, [192, 3, 3]),
      ...modules(6, 4, (at) => [
        alone(`${at}.branch0`, 384, [96, 1, 1]),
        branch(`${at}.branch1`, 384, [64, 1, 1], [96, 3, 3]),
        branch(`${at}.branch2`, 384, [64, 1, 1], [96, 3, 3], [96, 3, 3]),
        pooled(`${at}.branch3`, 384, [96, 1, 1]),
      ]),
      ...alone('features.10.branch0', 384, [384, 3, 3]),
      ...branch('features.10.branch1', 384, [192, 1, 1], [224, 3, 3], [256, 3, 3]),
      ...modules(11, 7, (at) => [
        alone(`${at}.branch0`, 1024, [384, 1, 1]),
        branch(`${at}.branch1`, 1024, [192, 1, 1], [224, 1, 7], [256, 7, 1]),
        branch(`${at}.branch2`, 1024, [192, 1, 1], [192, 7, 1], [224, 1, 7], [224, 7, 1], [256, 1, 7]),
        pooled(`${at}.branch3`, 1024, [128, 1, 1]),
      ]),
      ...branch('features.18.branch0', 1024, [192, 1, 1], [192, 3, 3]),
      ...branch('features.18.branch1', 1024, [256, 1, 1], [256, 1, 7], [320, 7, 1], [320, 3, 3]),
      ...modules(19, 3, (at) => [
        alone(`${at}.branch0`, 1536, [256, 1, 1]),
        alone(`${at}.branch1_0`, 1536, [384, 1, 1]),
        alone(`${at}.branch1_1a`, 384, [256, 1, 3]),
        alone(`${at}.branch1_1b`, 384, [256, 3, 1]),
        row((i) => `${at}.branch2_${i}`, 1536, [
          [384, 1, 1],
          [448, 3, 1],
          [512, 1, 3],
        ]),
        alone(`${at}.branch2_3a`, 512, [256, 1, 3]),
        alone(`${at}.branch2_3b`, 512, [256, 3, 1]),
        pooled(`${at}.branch3`, 1536, [256, 1, 1]),
      ]),
      ...withBias('last_linear', [1000, 1536]),
    ];
    check('inception_v4', tensors, tensors.length);
  });

  // Source: timm/models/xception.py: blocks by width in, width out, convolutions; an activation before each but the first.
  test("timm's Xception", () => {
    const separable = (place: string, norm: string, width: number, from: number): Named => [
      [`${place}.conv1.weight`, [from, 1, 3, 3]],
      ...convNorm(`${place}.pointwise`, norm, [width, from, 1, 1]),
    ];
    const block = (nth: number, from: number, to: number, count: number, grows: boolean): Named => {
      const place = `block${nth}`;
      const at = (i: number) => (nth === 1 ? 0 : 1) + 3 * i;
      const widths = Array.from({ length: count + 1 }, (_, i) =>
        i === 0 || (i < count && !grows) ? from : to,
      );
      return [
        ...(from === to ? [] : convNorm(`${place}.skip`, `${place}.skipbn`, [to, from, 1, 1])),
        ...widths
          .slice(1)
          .flatMap((width, i) =>
            separable(`${place}.rep.${at(i)}`, `${place}.rep.${at(i) + 1}`, width, widths[i]!),
          ),
      ];
    };
    const tensors: Named = [
      ...convNorm('conv1', 'bn1', [32, 3, 3, 3]),
      ...convNorm('conv2', 'bn2', [64, 32, 3, 3]),
      ...block(1, 64, 128, 2, true),
      ...block(2, 128, 256, 2, true),
      ...block(3, 256, 728, 2, true),
      ...[4, 5, 6, 7, 8, 9, 10, 11].flatMap((nth) => block(nth, 728, 728, 3, true)),
      ...block(12, 728, 1024, 2, false),
      ...separable('conv3', 'bn3', 1536, 1024),
      ...separable('conv4', 'bn4', 2048, 1536),
      ...withBias('fc', [1000, 2048]),
    ];
    check('xception', tensors, tensors.length);
  });

  // Source: timm/models/senet.py: legacy_seresnet50, legacy_seresnext50_32x4d and legacy_senet154.
  test.each([
    ['se_resnet50', [3, 4, 6, 3], 1, 1],
    ['se_resnext50_32x4d', [3, 4, 6, 3], 2, 32],
    ['senet154', [3, 8, 36, 3], 4, 64],
  ] as const)("timm's %s", (network, depths, wider, groups) => {
    const isLarge = network === 'senet154';
    let before = isLarge ? 128 : 64;
    const stages = depths.flatMap((depth, stage) =>
      Array.from({ length: depth }, (_, nth): Named => {
        const place = `layer${stage + 1}.${nth}`;
        const base = 64 * 2 ** stage;
        const [inner, middle, width] = [isLarge ? 2 * base : wider * base, wider * base, 4 * base];
        const kernel = isLarge && stage > 0 ? 3 : 1;
        const down =
          nth > 0
            ? []
            : convNorm(`${place}.downsample.0`, `${place}.downsample.1`, [width, before, kernel, kernel]);
        const made = [
          ...convNorm(`${place}.conv1`, `${place}.bn1`, [inner, before, 1, 1]),
          ...convNorm(`${place}.conv2`, `${place}.bn2`, [middle, inner / groups, 3, 3]),
          ...convNorm(`${place}.conv3`, `${place}.bn3`, [width, middle, 1, 1]),
          ...excited(`${place}.se_module`, ['fc1', 'fc2'], width, width / 16),
          ...down,
        ];
        before = width;
        return made;
      }).flat(),
    );
    const stem = isLarge
      ? [
          ...convNorm('layer0.conv1', 'layer0.bn1', [64, 3, 3, 3]),
          ...convNorm('layer0.conv2', 'layer0.bn2', [64, 64, 3, 3]),
          ...convNorm('layer0.conv3', 'layer0.bn3', [128, 64, 3, 3]),
        ]
      : convNorm('layer0.conv1', 'layer0.bn1', [64, 3, 7, 7]);
    const tensors: Named = [...stem, ...stages, ...withBias('last_linear', [1000, 2048])];
    check(network, tensors, tensors.length);
  });

  // Source: mmpretrain/models/backbones/densenet.py, arch_settings '121'.
  test("mmpretrain's DenseNet-121", () => {
    const norm = (place: string, width: number): Named =>
      ['weight', 'bias', 'running_mean', 'running_var'].map((name) => [`${place}.${name}`, [width]]);
    let width = 64;
    const stages = [6, 12, 24, 16].flatMap((depth, i) => {
      const layers = Array.from({ length: depth }, (_, j): Named => {
        const place = `backbone.stages.${i}.block.${j}`;
        const from = width + 32 * j;
        return [
          ...norm(`${place}.norm1`, from),
          [`${place}.conv1.weight`, [128, from, 1, 1]],
          ...norm(`${place}.norm2`, 128),
          [`${place}.conv2.weight`, [32, 128, 3, 3]],
        ];
      }).flat();
      const from = width + 32 * depth;
      if (i === 3) return [...layers, ...norm('backbone.transitions.3.0', from)];
      width = from / 2;
      const place = `backbone.transitions.${i}`;
      return [
        ...layers,
        ...norm(`${place}.norm`, from),
        [`${place}.conv.weight`, [width, from, 1, 1]] as const,
      ];
    });
    const tensors: Named = [
      ['backbone.stem.0.weight', [64, 3, 7, 7]],
      ...norm('backbone.stem.1', 64),
      ...stages,
      ...withBias('head.fc', [1000, 1024]),
    ];
    check('densenet121', tensors, tensors.length);
  });

  // Source: mmpretrain/models/backbones/shufflenet_v2.py and its converter of torchvision's: blocks 4, 8, 4.
  test("mmpretrain's ShuffleNetV2 ×1", () => {
    const unit = (place: string, dims: Dims) => convNorm(`${place}.conv`, `${place}.bn`, dims);
    let before = 24;
    const layers = [
      [4, 116],
      [8, 232],
      [4, 464],
    ].flatMap(([count, width], i) =>
      Array.from({ length: count! }, (_, j): Named => {
        const place = `backbone.layers.${i}.${j}`;
        const half = width! / 2;
        const from = j === 0 ? before : half;
        before = width!;
        return [
          ...(j === 0
            ? [
                ...unit(`${place}.branch1.0`, [from, 1, 3, 3]),
                ...unit(`${place}.branch1.1`, [half, from, 1, 1]),
              ]
            : []),
          ...unit(`${place}.branch2.0`, [half, from, 1, 1]),
          ...unit(`${place}.branch2.1`, [half, 1, 3, 3]),
          ...unit(`${place}.branch2.2`, [half, half, 1, 1]),
        ];
      }).flat(),
    );
    const tensors = [
      ...unit('backbone.conv1', [24, 3, 3, 3]),
      ...layers,
      ...unit('backbone.layers.3', [1024, 464, 1, 1]),
      ...withBias('head.fc', [1000, 1024]),
    ];
    check('shufflenet_v2_x1_0', tensors, tensors.length);
  });

  // Source: mmpretrain's converter of torchvision's VGG, which counts convolutions and pools alone.
  test.each([false, true])("mmpretrain's VGG-16, with norms: %s", (normed) => {
    const places = [0, 1, 3, 4, 6, 7, 8, 10, 11, 12, 14, 15, 16];
    const widths = [64, 64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512, 512];
    const features = places.flatMap((place, i): Named => {
      const name = `backbone.features.${place}`;
      const dims: Dims = [widths[i]!, widths[i - 1] ?? 3, 3, 3];
      const convolution = withBias(`${name}.conv`, dims);
      return normed ? [...convolution, ...convNorm(`${name}.conv`, `${name}.bn`, dims)] : convolution;
    });
    const tensors = [
      ...features,
      ...withBias('backbone.classifier.0', [4096, 512 * 49]),
      ...withBias('backbone.classifier.3', [4096, 4096]),
      ...withBias('backbone.classifier.6', [1000, 4096]),
    ];
    check(normed ? 'vgg16_bn' : 'vgg16', tensors, 32 + (normed ? 13 * 4 : 0));
  });

  // Source: timm/models/cspnet.py, 'darknet53'; mmdet/models/backbones/darknet.py, which has no classifier.
  test.each(['timm', 'mmdetection'] as const)("%s's Darknet-53", (collection) => {
    const open = collection === 'mmdetection';
    const unit = (place: string, dims: Dims) => convNorm(`${place}.conv`, `${place}.bn`, dims);
    const stages = [1, 2, 8, 8, 4].flatMap((count, i): Named => {
      const width = 64 << i;
      const blocks = Array.from({ length: count }, (_, j): Named => {
        const place = open ? `backbone.conv_res_block${i + 1}.res${j}` : `stages.${i}.blocks.${j}`;
        return [
          ...unit(`${place}.conv1`, [width / 2, width, 1, 1]),
          ...unit(`${place}.conv2`, [width, width / 2, 3, 3]),
        ];
      });
      const down = open ? `backbone.conv_res_block${i + 1}.conv` : `stages.${i}.conv_down`;
      return [...unit(down, [width, width / 2, 3, 3]), ...blocks.flat()];
    });
    const tensors = [
      ...unit(open ? 'backbone.conv1' : 'stem.conv1', [32, 3, 3, 3]),
      ...stages,
      ...(open ? [] : withBias('head.fc', [1000, 1024])),
    ];
    const report = reportOf('darknet53', new Map(tensors));
    expect(report).toMatchObject({ misfits: [], unexpected: [], loaded: tensors.length });
    expect(report.missing.length).toBe(open ? 2 : 0);
  });
});
