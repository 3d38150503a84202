import type { PresetName } from '../../shared/lint/presets.ts';
import type { ZooEntry } from '../../shared/zoo/define.ts';

/** The pack that was read off a network, by the beginning of its id; the longest that fits counts. */
const packs: Readonly<Record<string, PresetName>> = {
  vgg: 'vgg',
  googlenet: 'googlenet',
  resnet: 'resnet',
  se_resnet: 'resnet',
  se_resnext: 'resnext',
  senet: 'resnext',
  wide_resnet: 'resnet',
  inception: 'inception-v3',
  xception: 'xception',
  squeezenet: 'squeezenet',
  resnext: 'resnext',
  densenet: 'densenet',
  mobilenet: 'mobilenet',
  mnasnet: 'mobilenet',
  shufflenet: 'shufflenet',
  efficientnet: 'efficientnet',
  efficientnet_v2: 'efficientnet-v2',
  regnet: 'regnet',
  convnext: 'convnext',
  fcn: 'segmentation',
  unet: 'segmentation',
  deeplab: 'segmentation',
  dcgan: 'generative',
  resnet8: 'tiny',
  ds_cnn: 'tiny',
  mobilenet_v1_025: 'tiny',
  autoencoder: 'tiny',
};

/** Undefined for networks that no pack was read off, such as those before VGG. */
export function packOf({ id }: ZooEntry): PresetName | undefined {
  const fits = Object.keys(packs).filter((start) => id.startsWith(start));
  const longest = fits.reduce((a, b) => (b.length > a.length ? b : a), '');
  return packs[longest];
}

interface Exception {
  /** The beginning of the ids that it holds for. */
  readonly network: string;
  readonly rule: string;
  readonly reason: string;
  /** Where that can be read. */
  readonly source: string;
}

const biased = 'The published weights have a bias there, which is kept so that they load.';
const mlperf = "Banbury et al. 2021 (MLPerf Tiny), the benchmark's Keras models";

/** Where a network, as it was published, breaks a rule of its own pack: no fault of the rule, and told with what it goes by. */
export const exceptions: readonly Exception[] = [
  {
    network: 'vgg',
    rule: 'redundant-bias-before-bn',
    reason: biased,
    source: "torchvision's VGG: `nn.Conv2d` with its usual bias before `nn.BatchNorm2d`",
  },
  { network: 'resnet8', rule: 'redundant-bias-before-bn', reason: biased, source: mlperf },
  { network: 'ds_cnn', rule: 'redundant-bias-before-bn', reason: biased, source: mlperf },
  { network: 'autoencoder', rule: 'redundant-bias-before-bn', reason: biased, source: mlperf },
  { network: 'mobilenet_v1_025', rule: 'redundant-bias-before-bn', reason: biased, source: mlperf },
  {
    network: 'mobilenet_v1',
    rule: 'linear-bottleneck',
    reason: 'MobileNetV2 read the rule off what its predecessor lacked.',
    source: 'Sandler et al. 2018 (MobileNetV2), section 3.2',
  },
  {
    network: 'mobilenet_v1_025',
    rule: 'unproductive-layers',
    reason: 'It was drawn for pictures of 224×224 and runs on 96×96.',
    source: mlperf,
  },
  {
    network: 'squeezenet',
    rule: 'pixels-dropped-by-stride',
    reason: 'torchvision leaves the first convolution without padding, and one row of 224 unread.',
    source: "torchvision's SqueezeNet; arithmetic: (224 − 7) mod 2 = 1, (224 − 3) mod 2 = 1",
  },
  {
    network: 'ds_cnn',
    rule: 'dropout-before-norm',
    reason: "MLPerf Tiny's network drops 20 % behind its first layer, before the next normalisation.",
    source: mlperf,
  },
  {
    network: 'fcn_resnet',
    rule: 'dilation-gridding',
    reason: "Its backbone is that of torchvision's DeepLab, which dilates by powers of two.",
    source: 'Wang et al. 2017 (hybrid dilated convolution)',
  },
  {
    network: 'deeplabv3',
    rule: 'dilation-gridding',
    reason: 'Hybrid dilated convolution was proposed against the grids of DeepLab.',
    source: 'Wang et al. 2017 (hybrid dilated convolution)',
  },
  {
    network: 'deeplabv3',
    rule: 'dead-taps',
    reason: 'At 224×224 its largest rate is wider than the map, which its paper describes.',
    source: 'Chen et al. 2017 (Rethinking atrous convolution)',
  },
];

interface Blame {
  readonly network: string;
  readonly pack: PresetName;
  readonly rules: readonly string[];
}

/** What the papers of successors found fault with. */
export const blames: readonly Blame[] = [
  { network: 'alexnet', pack: 'vgg', rules: ['vgg-conv-3x3', 'vgg-pool-2x2', 'vgg-double-channels'] },
  { network: 'alexnet-original', pack: 'vgg', rules: ['no-local-response-norm'] },
  { network: 'zfnet', pack: 'vgg', rules: ['vgg-conv-3x3'] },
  {
    network: 'vgg16',
    pack: 'googlenet',
    rules: ['aggressive-stem', 'prefer-gap-over-large-fc', 'reduce-before-spatial'],
  },
  { network: 'googlenet', pack: 'inception-v3', rules: ['grid-reduction', 'deep-stem'] },
  { network: 'plain34', pack: 'resnet', rules: ['deep-plain-needs-shortcuts'] },
  { network: 'resnet50', pack: 'bag-of-tricks', rules: ['kernel-smaller-than-stride', 'deep-stem'] },
  { network: 'resnet50', pack: 'resnext', rules: ['cardinality'] },
  { network: 'resnext50_32x4d', pack: 'regnet', rules: ['bottleneck-ratio'] },
  { network: 'resnext50_32x4d', pack: 'shufflenet', rules: ['group-count'] },
  { network: 'mobilenet_v1', pack: 'mobilenet', rules: ['linear-bottleneck'] },
  { network: 'mobilenet_v2', pack: 'shufflenet', rules: ['equal-width-conv'] },
  { network: 'mobilenet_v1', pack: 'xception', rules: ['separable-linear-middle'] },
  { network: 'googlenet', pack: 'shufflenet', rules: ['fragmentation'] },
  { network: 'resnet18', pack: 'mobilenet', rules: ['depthwise-separable-saving'] },
  { network: 'efficientnet_b0', pack: 'efficientnet-v2', rules: ['fused-early'] },
  {
    network: 'resnet50',
    pack: 'convnext',
    rules: ['stage-ratio', 'few-activations', 'few-norms', 'patchify-stem'],
  },
  { network: 'resnet50', pack: 'anti-aliased', rules: ['alias-before-stride'] },
  { network: 'mobilenet_v2', pack: 'tiny', rules: ['sram-fits', 'flash-fits'] },
];
