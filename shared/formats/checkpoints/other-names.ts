import type { Rule } from './naming.ts';
import { elderRules } from './timm-elders.ts';

/** How many blocks each stage of MobileNetV2 has. */
const mobileStages = [1, 2, 3, 4, 3, 3, 1];

/** Below the first stage, whose blocks do not expand, and below the others. */
const withoutExpansion: Readonly<Record<string, string>> = {
  '0.0': 'conv_dw',
  '0.1': 'bn1',
  '1.fc1': 'se.conv_reduce',
  '1.fc2': 'se.conv_expand',
  '2.0': 'conv_pw',
  '2.1': 'bn2',
};
const withExpansion: Readonly<Record<string, string>> = {
  '0.0': 'conv_pw',
  '0.1': 'bn1',
  '1.0': 'conv_dw',
  '1.1': 'bn2',
  '2.fc1': 'se.conv_reduce',
  '2.fc2': 'se.conv_expand',
  '3.0': 'conv_pwl',
  '3.1': 'bn3',
};
const firstMobile: Readonly<Record<string, string>> = {
  '0.0': 'conv_dw',
  '0.1': 'bn1',
  '1': 'conv_pw',
  '2': 'bn2',
};
const mobile: Readonly<Record<string, string>> = {
  '0.0': 'conv_pw',
  '0.1': 'bn1',
  '1.0': 'conv_dw',
  '1.1': 'bn2',
  '2': 'conv_pwl',
  '3': 'bn3',
};
const convNext: Readonly<Record<string, string>> = {
  '0': 'conv_dw',
  '2': 'norm',
  '3': 'mlp.fc1',
  '5': 'mlp.fc2',
};
const regNet: Readonly<Record<string, string>> = {
  'proj.0': 'downsample.conv',
  'proj.1': 'downsample.bn',
  'f.a.0': 'conv1.conv',
  'f.a.1': 'conv1.bn',
  'f.b.0': 'conv2.conv',
  'f.b.1': 'conv2.bn',
  'f.c.0': 'conv3.conv',
  'f.c.1': 'conv3.bn',
  'f.se.fc1': 'se.fc1',
  'f.se.fc2': 'se.fc2',
};

const below = (place: string, name: string | undefined, weight: string): string | undefined =>
  name === undefined ? undefined : `${place}.${name}.${weight}`;

/** Which block of which stage a block is, that torchvision counts on through all of them. */
function mobilePlace(block: string): readonly [stage: number, nth: number] | undefined {
  let nth = Number(block) - 1;
  const stage = mobileStages.findIndex((count) => {
    if (nth < count) return true;
    nth -= count;
    return false;
  });
  return stage < 0 ? undefined : [stage, nth];
}

function mobileBlock(block: string, part: string, weight: string): string | undefined {
  const place = mobilePlace(block);
  if (!place) return undefined;
  const [stage, nth] = place;
  return below(`blocks.${stage}.${nth}`, (stage === 0 ? firstMobile : mobile)[part], weight);
}

/** OpenMMLab's names inside a block of MobileNetV2: each convolution is a module with its norm. */
const openMobile: Readonly<Record<string, string>> = {
  '0.0': '0.conv',
  '0.1': '0.bn',
  '1.0': '1.conv',
  '1.1': '1.bn',
  '2': '2.conv',
  '3': '2.bn',
};
const openFirstMobile: Readonly<Record<string, string>> = {
  '0.0': '0.conv',
  '0.1': '0.bn',
  '1': '1.conv',
  '2': '1.bn',
};
const openConvNext: Readonly<Record<string, string>> = {
  '0': 'depthwise_conv',
  '2': 'norm',
  '3': 'pointwise_conv1',
  '5': 'pointwise_conv2',
};
const openRegNet: Readonly<Record<string, string>> = {
  'proj.0': 'downsample.0',
  'proj.1': 'downsample.1',
  'f.a.0': 'conv1',
  'f.a.1': 'bn1',
  'f.b.0': 'conv2',
  'f.b.1': 'bn2',
  'f.c.0': 'conv3',
  'f.c.1': 'bn3',
};

function openMobileBlock(block: string, part: string, weight: string): string | undefined {
  const place = mobilePlace(block);
  if (!place) return undefined;
  const [stage, nth] = place;
  const names = stage === 0 ? openFirstMobile : openMobile;
  return below(`backbone.layer${stage + 1}.${nth}.conv`, names[part], weight);
}

/** OpenMMLab's inverted residual blocks, whose convolutions are modules with their norm. */
const openFirst: Readonly<Record<string, string>> = {
  '0.0': 'depthwise_conv.conv',
  '0.1': 'depthwise_conv.bn',
  '1.fc1': 'se.conv1.conv',
  '1.fc2': 'se.conv2.conv',
  '1.0': 'linear_conv.conv',
  '1.1': 'linear_conv.bn',
  '2.0': 'linear_conv.conv',
  '2.1': 'linear_conv.bn',
};
const openInverted: Readonly<Record<string, string>> = {
  '0.0': 'expand_conv.conv',
  '0.1': 'expand_conv.bn',
  '1.0': 'depthwise_conv.conv',
  '1.1': 'depthwise_conv.bn',
  '2.fc1': 'se.conv1.conv',
  '2.fc2': 'se.conv2.conv',
  '2.0': 'linear_conv.conv',
  '2.1': 'linear_conv.bn',
  '3.0': 'linear_conv.conv',
  '3.1': 'linear_conv.bn',
};
/** Blocks without a depthwise convolution: where they do not expand, they are one convolution. */
const openFused: Readonly<Record<string, string>> = {
  '0.0': 'conv1.conv',
  '0.1': 'conv1.bn',
  '1.0': 'conv2.conv',
  '1.1': 'conv2.bn',
};
/** EfficientNetV2 in timm: without expansion a block is one convolution. */
const fusedFirst: Readonly<Record<string, string>> = { '0.0': 'conv', '0.1': 'bn1' };
const fused: Readonly<Record<string, string>> = {
  '0.0': 'conv_exp',
  '0.1': 'bn1',
  '1.0': 'conv_pwl',
  '1.1': 'bn2',
};
const openFusedFirst: Readonly<Record<string, string>> = { '0.0': 'conv', '0.1': 'bn' };

/** MNASNet: the stem, the first block, whose layers stand in the row itself, and the last convolution. */
const mnasEnds: Readonly<Record<string, string>> = {
  '0': 'conv_stem',
  '1': 'bn1',
  '3': 'blocks.0.0.conv_dw',
  '4': 'blocks.0.0.bn1',
  '6': 'blocks.0.0.conv_pw',
  '7': 'blocks.0.0.bn2',
  '14': 'conv_head',
  '15': 'bn2',
};
const mnas: Readonly<Record<string, string>> = {
  '0': 'conv_pw',
  '1': 'bn1',
  '3': 'conv_dw',
  '4': 'bn2',
  '6': 'conv_pwl',
  '7': 'bn3',
};

/** ShuffleNetV2's branches: OpenMMLab has each convolution in one module with its norm. */
const shuffle: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  branch1: { '0': '0.conv', '1': '0.bn', '2': '1.conv', '3': '1.bn' },
  branch2: { '0': '0.conv', '1': '0.bn', '3': '1.conv', '4': '1.bn', '5': '2.conv', '6': '2.bn' },
};

/**
 * Source: the parameters of timm 1.0.29; mmpretrain's converter of torchvision's checkpoints, which puts the classifier
 * under the head and all else under the backbone.
 */
const rules: readonly Rule[] = [
  // MobileNetV2 and EfficientNet.
  [/^features\.0\.([01])\.(\w+)$/, (part, weight) => `${part === '0' ? 'conv_stem' : 'bn1'}.${weight}`],
  [
    /^features\.[1-9]\d*\.([01])\.(\w+)$/,
    (part, weight) => `${part === '0' ? 'conv_head' : 'bn2'}.${weight}`,
  ],
  [/^features\.(\d+)\.conv\.([\d.]+)\.(\w+)$/, (block, part, weight) => mobileBlock(block!, part!, weight!)],
  [
    /^features\.(\d+)\.(\d+)\.block\.([\d.]+|\d\.fc[12])\.(\w+)$/,
    (stage, block, part, weight) =>
      below(
        `blocks.${Number(stage) - 1}.${block}`,
        (stage === '1' ? withoutExpansion : withExpansion)[part!],
        weight!,
      ),
  ],
  [/^classifier\.1\.(\w+)$/, (weight) => `classifier.${weight}`],
  // ConvNeXt: stages are those with odd numbers, those with even ones lie between.
  [/^features\.0\.([01])\.(\w+)$/, (part, weight) => `stem.${part}.${weight}`],
  [
    /^features\.(\d)\.(\d+)\.block\.(\d)\.(\w+)$/,
    (stage, block, part, weight) =>
      below(`stages.${(Number(stage) - 1) / 2}.blocks.${block}`, convNext[part!], weight!),
  ],
  [
    /^features\.(\d)\.(\d+)\.layer_scale$/,
    (stage, block) => `stages.${(Number(stage) - 1) / 2}.blocks.${block}.gamma`,
  ],
  [
    /^features\.(\d)\.([01])\.(\w+)$/,
    (stage, part, weight) => `stages.${Number(stage) / 2}.downsample.${part}.${weight}`,
  ],
  [/^classifier\.0\.(\w+)$/, (weight) => `head.norm.${weight}`],
  [/^classifier\.2\.(\w+)$/, (weight) => `head.fc.${weight}`],
  // RegNet.
  [/^stem\.([01])\.(\w+)$/, (part, weight) => `stem.${part === '0' ? 'conv' : 'bn'}.${weight}`],
  [
    /^trunk_output\.block(\d)\.block\d-(\d+)\.(proj\.[01]|f\.[abc]\.[01]|f\.se\.fc[12])\.(\w+)$/,
    (stage, block, part, weight) => below(`s${stage}.b${Number(block) + 1}`, regNet[part!], weight!),
  ],
  [/^fc\.(\w+)$/, (weight) => `head.fc.${weight}`],
  // VGG, whose fully connected layers are convolutions in timm.
  [/^classifier\.0\.(\w+)$/, (weight) => `pre_logits.fc1.${weight}`],
  [/^classifier\.3\.(\w+)$/, (weight) => `pre_logits.fc2.${weight}`],
  [/^classifier\.6\.(\w+)$/, (weight) => `head.fc.${weight}`],
  // mmpretrain's MobileNetV2.
  [
    /^features\.0\.([01])\.(\w+)$/,
    (part, weight) => `backbone.conv1.${part === '0' ? 'conv' : 'bn'}.${weight}`,
  ],
  [
    /^features\.18\.([01])\.(\w+)$/,
    (part, weight) => `backbone.conv2.${part === '0' ? 'conv' : 'bn'}.${weight}`,
  ],
  [
    /^features\.(\d+)\.conv\.([\d.]+)\.(\w+)$/,
    (block, part, weight) => openMobileBlock(block!, part!, weight!),
  ],
  [/^classifier\.1\.(\w+)$/, (weight) => `head.fc.${weight}`],
  // Its ConvNeXt.
  [/^features\.0\.([01])\.(\w+)$/, (part, weight) => `backbone.downsample_layers.0.${part}.${weight}`],
  [
    /^features\.(\d)\.(\d+)\.block\.(\d)\.(\w+)$/,
    (stage, block, part, weight) =>
      below(`backbone.stages.${(Number(stage) - 1) / 2}.${block}`, openConvNext[part!], weight!),
  ],
  [
    /^features\.(\d)\.(\d+)\.layer_scale$/,
    (stage, block) => `backbone.stages.${(Number(stage) - 1) / 2}.${block}.gamma`,
  ],
  [
    /^features\.(\d)\.([01])\.(\w+)$/,
    (stage, part, weight) => `backbone.downsample_layers.${Number(stage) / 2}.${part}.${weight}`,
  ],
  [/^classifier\.0\.(\w+)$/, (weight) => `backbone.norm3.${weight}`],
  // Its RegNet.
  [/^stem\.([01])\.(\w+)$/, (part, weight) => `backbone.${part === '0' ? 'conv1' : 'bn1'}.${weight}`],
  [
    /^trunk_output\.block(\d)\.block\d-(\d+)\.(proj\.[01]|f\.[abc]\.[01])\.(\w+)$/,
    (stage, block, part, weight) => below(`backbone.layer${stage}.${block}`, openRegNet[part!], weight!),
  ],
  // EfficientNetV2's blocks without a depthwise convolution.
  [
    /^features\.(\d+)\.(\d+)\.block\.([\d.]+)\.(\w+)$/,
    (stage, block, part, weight) =>
      below(`blocks.${Number(stage) - 1}.${block}`, (stage === '1' ? fusedFirst : fused)[part!], weight!),
  ],
  [
    /^features\.(\d+)\.(\d+)\.block\.([\d.]+)\.(\w+)$/,
    (stage, block, part, weight) =>
      below(
        `backbone.layers.${stage}.${block}`,
        (stage === '1' ? openFusedFirst : openFused)[part!],
        weight!,
      ),
  ],
  [
    /^features\.(\d+)\.(\d+)\.block\.([\d.]+|\d\.fc[12])\.(\w+)$/,
    (stage, block, part, weight) => below(`backbone.layers.${stage}.${block}`, openInverted[part!], weight!),
  ],
  // MobileNetV3's classifier.
  [/^classifier\.0\.(\w+)$/, (weight) => `conv_head.${weight}`],
  [/^classifier\.3\.(\w+)$/, (weight) => `classifier.${weight}`],
  [/^classifier\.0\.(\w+)$/, (weight) => `head.layers.0.fc.${weight}`],
  [/^classifier\.3\.(\w+)$/, (weight) => `head.layers.1.fc.${weight}`],
  // MNASNet.
  [
    /^layers\.(\d+)\.(\w+)$/,
    (layer, weight) => (mnasEnds[layer!] === undefined ? undefined : `${mnasEnds[layer!]}.${weight}`),
  ],
  [
    /^layers\.(\d+)\.(\d+)\.layers\.(\d)\.(\w+)$/,
    (stack, block, part, weight) => below(`blocks.${Number(stack) - 7}.${block}`, mnas[part!], weight!),
  ],
  // OpenMMLab's DenseNet.
  [/^features\.(conv|norm)0\.(\w+)$/, (part, weight) => `backbone.stem.${part === 'conv' ? 0 : 1}.${weight}`],
  [
    /^features\.denseblock(\d)\.denselayer(\d+)\.(\w+\.\w+)$/,
    (block, layer, rest) => `backbone.stages.${Number(block) - 1}.block.${Number(layer) - 1}.${rest}`,
  ],
  [
    /^features\.transition(\d)\.(\w+\.\w+)$/,
    (block, rest) => `backbone.transitions.${Number(block) - 1}.${rest}`,
  ],
  [/^features\.norm5\.(\w+)$/, (weight) => `backbone.transitions.3.0.${weight}`],
  [/^classifier\.(\w+)$/, (weight) => `head.fc.${weight}`],
  // Its ShuffleNetV2.
  [/^conv1\.([01])\.(\w+)$/, (part, weight) => `backbone.conv1.${part === '0' ? 'conv' : 'bn'}.${weight}`],
  [/^conv5\.([01])\.(\w+)$/, (part, weight) => `backbone.layers.3.${part === '0' ? 'conv' : 'bn'}.${weight}`],
  [
    /^stage(\d)\.(\d+)\.(branch[12])\.(\d)\.(\w+)$/,
    (stage, block, branch, part, weight) =>
      below(`backbone.layers.${Number(stage) - 2}.${block}.${branch}`, shuffle[branch!]?.[part!], weight!),
  ],
  // Darknet-53, by timm and mmdetection.
  [
    /^conv(\d)(_bn)?\.(\w+)$/,
    (stage, norm, weight) =>
      `${stage === '0' ? 'stem.conv1' : `stages.${Number(stage) - 1}.conv_down`}.${norm ? 'bn' : 'conv'}.${weight}`,
  ],
  [
    /^stage(\d)(?:\.(\d+))?\.conv([12])(_bn)?\.(\w+)$/,
    (stage, block, nth, norm, weight) =>
      `stages.${Number(stage) - 1}.blocks.${block ?? 0}.conv${nth}.${norm ? 'bn' : 'conv'}.${weight}`,
  ],
  [
    /^conv(\d)(_bn)?\.(\w+)$/,
    (stage, norm, weight) =>
      `backbone.${stage === '0' ? 'conv1' : `conv_res_block${stage}.conv`}.${norm ? 'bn' : 'conv'}.${weight}`,
  ],
  [
    /^stage(\d)(?:\.(\d+))?\.conv([12])(_bn)?\.(\w+)$/,
    (stage, block, nth, norm, weight) =>
      `backbone.conv_res_block${stage}.res${block ?? 0}.conv${nth}.${norm ? 'bn' : 'conv'}.${weight}`,
  ],
  ...elderRules,
  // mmpretrain's ResNet and ResNeXt.
  [/^(?!fc\.)(.+)$/, (name) => `backbone.${name}`],
];

/** What names of a network hang on beside themselves: how its parts are counted. */
export interface Numbering {
  /** The last number among `features`. */
  readonly last: number;
  /** How many blocks each stage of `features` has. */
  readonly depths: ReadonlyMap<number, number>;
  /** Which of `features` are convolutions, from the first on. */
  readonly convolutions: readonly number[];
}

/** A rule whose answer hangs on how the network is counted. */
type CountingRule = readonly [
  pattern: RegExp,
  name: (numbering: Numbering, ...found: readonly string[]) => string | undefined,
];

/** How many blocks each stage of MobileNetV3 has, by the number of torchvision's last convolution. */
const mobileV3Stages: Readonly<Record<number, readonly number[]>> = {
  16: [1, 2, 3, 4, 2, 3],
  12: [1, 2, 3, 2, 3],
};
const mobileV3First: Readonly<Record<string, string>> = {
  ...withoutExpansion,
  '1.0': 'conv_pw',
  '1.1': 'bn2',
};
/** Squeeze-and-excitation stands before the last convolution, where there is one. */
const mobileV3: Readonly<Record<string, string>> = { ...withExpansion, '2.0': 'conv_pwl', '2.1': 'bn3' };

function mobileV3Block({ last }: Numbering, block: string, part: string, weight: string) {
  let nth = Number(block) - 1;
  for (const [stage, count] of (mobileV3Stages[last] ?? []).entries()) {
    if (nth < count)
      return below(`blocks.${stage}.${nth}`, (block === '1' ? mobileV3First : mobileV3)[part], weight);
    nth -= count;
  }
  return undefined;
}

const unit = (part: string | undefined): string => (part === '0' ? 'conv' : 'bn');

/** OpenMMLab puts stages of EfficientNet together where the second does not stride: `layers.4` is the fourth and the fifth. */
function openEfficientPlace({ depths }: Numbering, stage: string, block: string): string {
  const before = (n: number) => depths.get(n) ?? 0;
  const [layer, nth] = {
    5: [4, before(4)],
    6: [5, 0],
    7: [5, before(6)],
  }[Number(stage)] ?? [Number(stage), 0];
  return `backbone.layers.${layer}.${nth + Number(block)}`;
}

/** Source: timm/models/mobilenetv3.py, efficientnet.py and _efficientnet_blocks.py; mmpretrain's backbones and converters. */
const countingRules: readonly CountingRule[] = [
  // MobileNetV3.
  [
    /^features\.(\d+)\.block\.([\d.]+|\d\.fc[12])\.(\w+)$/,
    (numbering, block, part, weight) => mobileV3Block(numbering, block!, part!, weight!),
  ],
  [
    /^features\.(\d+)\.([01])\.(\w+)$/,
    ({ last }, at, part, weight) =>
      mobileV3Stages[last] && Number(at) === last
        ? `blocks.${mobileV3Stages[last].length}.0.${part === '0' ? 'conv' : 'bn1'}.${weight}`
        : undefined,
  ],
  [
    /^features\.(\d+)\.block\.([\d.]+|\d\.fc[12])\.(\w+)$/,
    (_, block, part, weight) =>
      below(`backbone.layer${block}`, (block === '1' ? openFirst : openInverted)[part!], weight!),
  ],
  [
    /^features\.(\d+)\.([01])\.(\w+)$/,
    (_, at, part, weight) => `backbone.layer${at}.${unit(part)}.${weight}`,
  ],
  // EfficientNet: the second version keeps its stages apart.
  [
    /^features\.(\d+)\.(\d+)\.block\.([\d.]+|\d\.fc[12])\.(\w+)$/,
    (numbering, stage, block, part, weight) =>
      numbering.last === 8 && numbering.depths.size === 7
        ? below(
            openEfficientPlace(numbering, stage!, block!),
            (stage === '1' ? openFirst : openInverted)[part!],
            weight!,
          )
        : undefined,
  ],
  [
    /^features\.(\d+)\.([01])\.(\w+)$/,
    ({ last, depths }, at, part, weight) => {
      const layer = at === '0' ? 0 : last === 8 && depths.size === 7 ? 6 : last;
      return at === '0' || Number(at) === last
        ? `backbone.layers.${layer}.${unit(part)}.${weight}`
        : undefined;
    },
  ],
  // The same where all stages stay apart.
  [
    /^features\.(\d+)\.([01])\.(\w+)$/,
    ({ last }, at, part, weight) =>
      Number(at) === last ? `backbone.layers.${last}.${unit(part)}.${weight}` : undefined,
  ],
  // VGG, whose convolutions are modules with their norm: what is between them does not count.
  [
    /^features\.(\d+)\.(\w+)$/,
    ({ convolutions }, at, weight) => {
      const place = convolutions.findLastIndex((each) => each <= Number(at));
      if (place < 0) return undefined;
      const own = convolutions[place]!;
      const kind = own === Number(at) ? 'conv' : 'bn';
      return `backbone.features.${own - place * (isNormed(convolutions) ? 2 : 1)}.${kind}.${weight}`;
    },
  ],
];

/** With norms, the nearest convolutions are three apart. */
function isNormed(convolutions: readonly number[]): boolean {
  return convolutions.every((at, i) => i === 0 || at - convolutions[i - 1]! >= 3);
}

/**
 * What a name of torchvision is called by timm or OpenMMLab; itself first, as many names are the same. A network's own
 * numbers tell where blocks are counted in another way.
 */
export function otherNames(name: string, numbering: Numbering): readonly string[] {
  const counted = countingRules.flatMap(([pattern, named]) => {
    const found = pattern.exec(name);
    return found ? (named(numbering, ...found.slice(1)) ?? []) : [];
  });
  const others = rules.flatMap(([pattern, named]) => {
    const found = pattern.exec(name);
    return found ? (named(...found.slice(1)) ?? []) : [];
  });
  const all = [name, ...counted, ...others];
  // A backbone alone is saved without the part of its names that all of them have.
  return [
    ...all,
    ...all.flatMap((each) => (each.startsWith('backbone.') ? each.slice('backbone.'.length) : [])),
  ];
}
