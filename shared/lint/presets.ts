/** Sets of rules that belong together. A rule names the presets that switch it on; a design can change each rule. */
export const presets = {
  recommended: {
    title: 'Recommended',
    doc: 'What is a mistake, or a waste, in almost any network.',
  },
  vgg: {
    title: 'VGG',
    doc: 'Recommended, but for what is said of large heads and large depthwise windows, and the design rules of VGG: 3×3 convolutions, 2×2 pools, channels that double.',
  },
  googlenet: {
    title: 'GoogLeNet',
    doc: 'Recommended, and the economy of GoogLeNet: shrink the map early, narrow before large windows, end in a global average.',
  },
  'inception-v3': {
    title: 'Inception-v3',
    doc: 'Recommended, and the principles of Inception-v3: no bottlenecks, factored windows, grids that shrink in two branches.',
  },
  xception: {
    title: 'Xception',
    doc: 'Recommended, and separable convolutions with nothing nonlinear inside.',
  },
  resnet: {
    title: 'ResNet',
    doc: 'Recommended, and the lessons of residual networks: clean shortcuts, stages of one width and equal cost.',
  },
  'bag-of-tricks': {
    title: 'Bag of tricks',
    doc: 'Recommended, and what made ResNet-50 better without making it larger: a deep stem, windows that read everything.',
  },
  resnext: {
    title: 'ResNeXt',
    doc: 'Recommended, and groups in place of width.',
  },
  regnet: {
    title: 'RegNet',
    doc: 'Recommended, and what the populations of RegNet have in common: widths that grow steadily, no bottleneck.',
  },
  densenet: {
    title: 'DenseNet',
    doc: 'Recommended, and the habits of dense blocks: one growth rate, narrowed inputs, transitions that compress.',
  },
  squeezenet: {
    title: 'SqueezeNet',
    doc: 'Recommended, and few parameters first: squeezed inputs, maps that stay large for long.',
  },
  'mobilenet-v1': {
    title: 'MobileNetV1',
    doc: 'Recommended, and separable convolutions with normalisation and activation behind each half.',
  },
  mobilenet: {
    title: 'MobileNet',
    doc: 'Recommended, and separable convolutions with linear bottlenecks and shortcuts between them.',
  },
  shufflenet: {
    title: 'ShuffleNet',
    doc: 'Recommended, and the four guidelines of ShuffleNetV2, which count bytes moved besides multiply-adds.',
  },
  efficientnet: {
    title: 'EfficientNet',
    doc: 'Recommended, and inverted residuals grown in depth, width and resolution together.',
  },
  'efficientnet-v2': {
    title: 'EfficientNetV2',
    doc: 'EfficientNet, and dense convolutions in place of depthwise ones where maps are large.',
  },
  convnext: {
    title: 'ConvNeXt',
    doc: 'Recommended, and the habits of ConvNeXt: a patchified stem, one norm and one activation per block, 1:1:3:1.',
  },
  tiny: {
    title: 'Tiny',
    doc: 'Recommended, and what counts on a microcontroller: SRAM, flash, and peaks of memory.',
  },
  'tensor-cores': {
    title: 'Tensor cores',
    doc: 'Recommended, and sizes that matrix units of GPUs take without waste.',
  },
  segmentation: {
    title: 'Segmentation',
    doc: 'Recommended, and maps that line up: sizes that halve evenly, receptive fields that reach.',
  },
  'hybrid-dilation': {
    title: 'Hybrid dilation',
    doc: 'Segmentation, and dilations in a row that leave no holes between them.',
  },
  generative: {
    title: 'Generative',
    doc: 'Recommended, and the guidelines of DCGAN.',
  },
  'anti-aliased': {
    title: 'Anti-aliased',
    doc: 'Recommended, and a blur before each stride, so that a shifted picture gives a shifted answer.',
  },
} as const satisfies Readonly<Record<string, { readonly title: string; readonly doc: string }>>;

/** A preset by name. */
export type PresetName = keyof typeof presets;
export const presetNames = Object.keys(presets) as readonly PresetName[];
/** For rules that hold everywhere. */
export const everyPreset: readonly PresetName[] = presetNames;

export function isPresetName(name: string): name is PresetName {
  return Object.hasOwn(presets, name);
}

/** The packs by what they are for, as they are offered. */
export const packGroups: readonly { readonly title: string; readonly packs: readonly PresetName[] }[] = [
  { title: 'Any network', packs: ['recommended'] },
  { title: 'Plain and inception', packs: ['vgg', 'googlenet', 'inception-v3', 'xception'] },
  {
    title: 'Residual and dense',
    packs: ['resnet', 'bag-of-tricks', 'resnext', 'regnet', 'densenet', 'convnext'],
  },
  {
    title: 'Small and mobile',
    packs: ['squeezenet', 'mobilenet-v1', 'mobilenet', 'shufflenet', 'efficientnet', 'efficientnet-v2'],
  },
  {
    title: 'Machines and tasks',
    packs: ['tiny', 'tensor-cores', 'segmentation', 'hybrid-dilation', 'generative', 'anti-aliased'],
  },
];
