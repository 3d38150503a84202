/** A rule: what a name of torchvision is in another collection. Nothing where the rule is of another network. */
type Rule = readonly [pattern: RegExp, name: (...found: readonly string[]) => string | undefined];

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
  // mmpretrain's ResNet and ResNeXt.
  [/^(?!fc\.)(.+)$/, (name) => `backbone.${name}`],
];

/** What a name of torchvision is called by timm or mmpretrain; itself first, as many names are the same. */
export function otherNames(name: string): readonly string[] {
  const others = rules.flatMap(([pattern, named]) => {
    const found = pattern.exec(name);
    return found ? (named(...found.slice(1)) ?? []) : [];
  });
  return [name, ...others];
}
