import type { AnyRule } from './define.ts';
import { common, type KeysOf, type Phrases, type PhraseTable } from './phrases.ts';
import { aggressiveStem } from './rules/aggressive-stem.ts';
import { consecutiveLinear } from './rules/consecutive-linear-without-activation.ts';
import { deepPlainNeedsShortcuts } from './rules/deep-plain-needs-shortcuts.ts';
import { largeKernelStack } from './rules/large-kernel-stack.ts';
import { overBudget } from './rules/over-budget.ts';
import { pixelsDroppedByStride } from './rules/pixels-dropped-by-stride.ts';
import { preferGapOverLargeFc } from './rules/prefer-gap-over-large-fc.ts';
import { redundantActivation } from './rules/redundant-activation.ts';
import { redundantBiasBeforeBn } from './rules/redundant-bias-before-bn.ts';
import { residualShapeMatch } from './rules/residual-shape-match.ts';
import { unfairComparison } from './rules/unfair-comparison.ts';
import { unreachableNode } from './rules/unreachable-node.ts';
import { vggConv3x3 } from './rules/vgg-conv-3x3.ts';
import { vggDoubleChannels } from './rules/vgg-double-channels.ts';
import { vggPool2x2 } from './rules/vgg-pool-2x2.ts';

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
] as const;

/** Every rule by its id. */
export const rules: Readonly<Record<string, AnyRule>> = Object.fromEntries(
  all.map((rule: AnyRule) => [rule.id, rule]),
);

type PhraseKey = KeysOf<(typeof all)[number]['says'] | typeof common>;

/** The texts of rules in another language; the compiler asks for those that are missing and finds those that nobody says. */
export type RuleTexts = Readonly<Record<PhraseKey, string>>;

/** Every template in English, by its key. */
export const englishTexts: PhraseTable = Object.fromEntries(
  [common, ...all.map(({ says }): Phrases => says)].flatMap(({ rule, templates }) =>
    Object.entries(templates).map(([name, text]) => [`${rule}:${name}`, text]),
  ),
);
