import type { PhraseTable } from '../base/messages.ts';
import type { AnyRule } from './define.ts';
import { common, type KeysOf, type Phrases } from './phrases.ts';
import { activationAfterDepthwise } from './rules/activation-after-depthwise.ts';
import { activationsOutgrowMacs } from './rules/activations-outgrow-macs.ts';
import { aggressiveStem } from './rules/aggressive-stem.ts';
import { aliasBeforeStride } from './rules/alias-before-stride.ts';
import { bottleneckRatio } from './rules/bottleneck-ratio.ts';
import { cardinality } from './rules/cardinality.ts';
import { channelsMultiple } from './rules/channels-multiple.ts';
import { cleanShortcut } from './rules/clean-shortcut.ts';
import { compoundScaling } from './rules/compound-scaling.ts';
import { consecutiveLinear } from './rules/consecutive-linear-without-activation.ts';
import { costHotspot } from './rules/cost-hotspot.ts';
import { deadTaps } from './rules/dead-taps.ts';
import { deepPlainNeedsShortcuts } from './rules/deep-plain-needs-shortcuts.ts';
import { deepStem } from './rules/deep-stem.ts';
import { denseBottleneck } from './rules/dense-bottleneck.ts';
import { denseCompression } from './rules/dense-compression.ts';
import { denseGrowth } from './rules/dense-growth.ts';
import { depthMonotone } from './rules/depth-monotone.ts';
import { depthwiseOnMatrixUnits } from './rules/depthwise-on-matrix-units.ts';
import { depthwiseSeparableSaving } from './rules/depthwise-separable-saving.ts';
import { dilationGridding } from './rules/dilation-gridding.ts';
import { divisibleInput } from './rules/divisible-input.ts';
import { dropoutBeforeNorm } from './rules/dropout-before-norm.ts';
import { elementwiseShare } from './rules/elementwise-share.ts';
import { equalWidthConv } from './rules/equal-width-conv.ts';
import { evenKernelShift } from './rules/even-kernel-shift.ts';
import { expansionRange } from './rules/expansion-range.ts';
import { expensiveLastStage } from './rules/expensive-last-stage.ts';
import { factorAsymmetric } from './rules/factor-asymmetric.ts';
import { fewActivations } from './rules/few-activations.ts';
import { fewNorms } from './rules/few-norms.ts';
import { flashFits } from './rules/flash-fits.ts';
import { fragmentation } from './rules/fragmentation.ts';
import { fusedEarly } from './rules/fused-early.ts';
import { generatorEndsBounded } from './rules/generator-ends-bounded.ts';
import { generatorLearnsSampling } from './rules/generator-learns-sampling.ts';
import { generatorNormAtEnd } from './rules/generator-norm-at-end.ts';
import { gridReduction } from './rules/grid-reduction.ts';
import { groupCount } from './rules/group-count.ts';
import { groupMixing } from './rules/group-mixing.ts';
import { groupNormGroups } from './rules/group-norm-groups.ts';
import { halvedMapDoublesChannels } from './rules/halved-map-doubles-channels.ts';
import { hardSwishLate } from './rules/hard-swish-late.ts';
import { idleLayer } from './rules/idle-layer.ts';
import { kernelSmallerThanStride } from './rules/kernel-smaller-than-stride.ts';
import { largeDepthwiseNeedsShortcut } from './rules/large-depthwise-needs-shortcut.ts';
import { largeKernelStack } from './rules/large-kernel-stack.ts';
import { lateDownsampling } from './rules/late-downsampling.ts';
import { linearBottleneck } from './rules/linear-bottleneck.ts';
import { lowIntensity } from './rules/low-intensity.ts';
import { makeDivisibleRule } from './rules/make-divisible.ts';
import { memoryHotspot } from './rules/memory-hotspot.ts';
import { noLocalResponseNorm } from './rules/no-local-response-norm.ts';
import { normBeforeDownsampling } from './rules/norm-before-downsampling.ts';
import { overBudget } from './rules/over-budget.ts';
import { patchifyStem } from './rules/patchify-stem.ts';
import { pixelsDroppedByStride } from './rules/pixels-dropped-by-stride.ts';
import { poolBeforeRelu } from './rules/pool-before-relu.ts';
import { preactivationDeep } from './rules/preactivation-deep.ts';
import { preferGapOverLargeFc } from './rules/prefer-gap-over-large-fc.ts';
import { receptiveFieldReaches } from './rules/receptive-field-reaches.ts';
import { reduceBeforeSpatial } from './rules/reduce-before-spatial.ts';
import { redundantActivation } from './rules/redundant-activation.ts';
import { redundantBiasBeforeBn } from './rules/redundant-bias-before-bn.ts';
import { representationalBottleneck } from './rules/representational-bottleneck.ts';
import { residualShapeMatch } from './rules/residual-shape-match.ts';
import { saturatingDeep } from './rules/saturating-deep.ts';
import { separableLinearMiddle } from './rules/separable-linear-middle.ts';
import { shortcutBetweenBottlenecks } from './rules/shortcut-between-bottlenecks.ts';
import { softmaxTwice } from './rules/softmax-twice.ts';
import { squeezeExciteRatio } from './rules/squeeze-excite-ratio.ts';
import { squeezeRatio } from './rules/squeeze-ratio.ts';
import { sramFits } from './rules/sram-fits.ts';
import { stageConstantWidth } from './rules/stage-constant-width.ts';
import { stageRatio } from './rules/stage-ratio.ts';
import { transposedCheckerboard } from './rules/transposed-checkerboard.ts';
import { unfairComparison } from './rules/unfair-comparison.ts';
import { unproductiveLayers } from './rules/unproductive-layers.ts';
import { unreachableNode } from './rules/unreachable-node.ts';
import { vggConv3x3 } from './rules/vgg-conv-3x3.ts';
import { vggDoubleChannels } from './rules/vgg-double-channels.ts';
import { vggPool2x2 } from './rules/vgg-pool-2x2.ts';
import { widthMonotone } from './rules/width-monotone.ts';
import { widthStep } from './rules/width-step.ts';

/** A rule is its file and its line here, in the order in which findings are told. */
const all = [
  residualShapeMatch,
  overBudget,
  unreachableNode,
  consecutiveLinear,
  redundantBiasBeforeBn,
  redundantActivation,
  preferGapOverLargeFc,
  deepPlainNeedsShortcuts,
  pixelsDroppedByStride,
  vggConv3x3,
  vggPool2x2,
  vggDoubleChannels,
  largeKernelStack,
  aggressiveStem,
  unfairComparison,
  kernelSmallerThanStride,
  deepStem,
  cleanShortcut,
  preactivationDeep,
  stageConstantWidth,
  halvedMapDoublesChannels,
  representationalBottleneck,
  gridReduction,
  factorAsymmetric,
  reduceBeforeSpatial,
  linearBottleneck,
  expansionRange,
  shortcutBetweenBottlenecks,
  depthwiseSeparableSaving,
  separableLinearMiddle,
  activationAfterDepthwise,
  hardSwishLate,
  expensiveLastStage,
  squeezeExciteRatio,
  equalWidthConv,
  groupCount,
  fragmentation,
  elementwiseShare,
  groupMixing,
  fusedEarly,
  compoundScaling,
  makeDivisibleRule,
  activationsOutgrowMacs,
  widthMonotone,
  depthMonotone,
  bottleneckRatio,
  widthStep,
  cardinality,
  denseGrowth,
  denseBottleneck,
  denseCompression,
  stageRatio,
  fewActivations,
  fewNorms,
  normBeforeDownsampling,
  patchifyStem,
  largeDepthwiseNeedsShortcut,
  channelsMultiple,
  depthwiseOnMatrixUnits,
  lowIntensity,
  unproductiveLayers,
  receptiveFieldReaches,
  dilationGridding,
  evenKernelShift,
  aliasBeforeStride,
  poolBeforeRelu,
  dropoutBeforeNorm,
  saturatingDeep,
  groupNormGroups,
  noLocalResponseNorm,
  softmaxTwice,
  divisibleInput,
  memoryHotspot,
  costHotspot,
  sramFits,
  flashFits,
  deadTaps,
  squeezeRatio,
  lateDownsampling,
  transposedCheckerboard,
  generatorEndsBounded,
  generatorNormAtEnd,
  generatorLearnsSampling,
  idleLayer,
] as const;

/** Every rule by its id. */
export const rules: Readonly<Record<string, AnyRule>> = Object.fromEntries(
  all.map((rule: AnyRule) => [rule.id, rule]),
);

export type RuleId = (typeof all)[number]['id'];

type PhraseKey = KeysOf<(typeof all)[number]['says'] | typeof common>;

/** The texts of rules in another language; the compiler asks for those that are missing and finds those that nobody says. */
export type RuleTexts = Readonly<Record<PhraseKey, string>>;

/** Every template in English, by its key. */
export const englishTexts: PhraseTable = Object.fromEntries(
  [common, ...all.map(({ says }): Phrases => says)].flatMap(({ rule, templates }) =>
    Object.entries(templates).map(([name, text]) => [`${rule}:${name}`, text]),
  ),
);
