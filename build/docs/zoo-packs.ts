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
  mobilenet_v1: 'mobilenet-v1',
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
  { network: 'fcn_resnet50', pack: 'hybrid-dilation', rules: ['dilation-gridding'] },
  { network: 'deeplabv3_resnet50', pack: 'hybrid-dilation', rules: ['dilation-gridding'] },
  { network: 'mobilenet_v2', pack: 'tiny', rules: ['sram-fits', 'flash-fits'] },
];
